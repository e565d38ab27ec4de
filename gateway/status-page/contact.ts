/**
 * Does the page still hear the gateway? Beats and own probes, judged by pure rules.
 *
 * Three answers, because two thresholds are needed: `lost` opens an incident and only `good`
 * closes it; a single missed probe is neither.
 */
export type Contact = 'good' | 'doubtful' | 'lost';

export interface Senses {
  /** Monotonic time of the newest beat of any instance; null when no instance was ever heard. */
  readonly lastBeatMs: number | null;
  /** Probes that failed in a row. */
  readonly probeFailures: number;
  /** False until the first probe has answered. */
  readonly probed: boolean;
}

export interface ContactLimits {
  readonly beatEveryMs: number;
  readonly misses: number;
}

/** A beat is missed half a period after it was due: it may be on its way. */
export const silentAfterMs = (limits: ContactLimits): number => (limits.misses + 0.5) * limits.beatEveryMs;

export const beatsMissing = (senses: Senses, limits: ContactLimits, nowMs: number): boolean =>
  senses.lastBeatMs !== null && nowMs >= senses.lastBeatMs + silentAfterMs(limits);

export const judgeContact = (senses: Senses, limits: ContactLimits, nowMs: number): Contact => {
  if (beatsMissing(senses, limits, nowMs) || senses.probeFailures >= limits.misses) return 'lost';
  // Beats alone are not enough to calm down: instances may beat while nobody can reach them.
  return senses.probed && senses.probeFailures === 0 ? 'good' : 'doubtful';
};
