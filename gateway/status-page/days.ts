/** What the last 90 days were like, function by function: from the incidents that are remembered. */
import type { Component, IncidentView, Level } from './facts.ts';

export const daysShown = 90;
const dayMs = 86_400_000;
const jstOffsetMs = 9 * 3_600_000;

/** An incident with how bad it was. */
export interface Remembered extends Pick<IncidentView, 'components' | 'startedAtMs' | 'stage' | 'updates'> {
  readonly level: Exclude<Level, 'operational'>;
}

export interface Day {
  /** Midnight in Japan, wall milliseconds. */
  readonly startMs: number;
  /** The worst that touched the function on this day. */
  readonly level: Level;
}

const rank: Readonly<Record<Level, number>> = { operational: 0, degraded: 1, outage: 2 };

/** Oldest first; the last is today. */
export const daysOf = (component: Component, incidents: readonly Remembered[], nowMs: number): Day[] => {
  const today = Math.floor((nowMs + jstOffsetMs) / dayMs) * dayMs - jstOffsetMs;
  const own = incidents
    .filter(({ components }) => components.includes(component))
    .map(({ startedAtMs, stage, updates, level }) => ({
      level,
      fromMs: startedAtMs,
      toMs: stage === 'resolved' ? (updates.at(-1)?.atMs ?? startedAtMs) : nowMs,
    }));
  return Array.from({ length: daysShown }, (_, index) => {
    const startMs = today - (daysShown - 1 - index) * dayMs;
    let level: Level = 'operational';
    for (const one of own)
      if (one.fromMs < startMs + dayMs && one.toMs >= startMs && rank[one.level] > rank[level]) level = one.level;
    return { startMs, level };
  });
};
