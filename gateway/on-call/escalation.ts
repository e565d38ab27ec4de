/**
 * Whom to call when: level after level while nobody says that they have it. Pure; times are
 * milliseconds on any one clock.
 *
 * A call is about one incident. It ends when somebody acknowledges it or the incident is over; an
 * acknowledged one is not called again unless the incident comes back.
 */
export interface Call {
  readonly incident: string;
  /** When the incident was found. */
  readonly sinceMs: number;
  /** Highest level that was called; -1: none yet. */
  readonly level: number;
  readonly acknowledgedBy: string | null;
}

export interface EscalationRules {
  /** The n-th level is called this long after `sinceMs`. */
  readonly escalateAfterMs: readonly number[];
}

export const newCall = (incident: string, sinceMs: number): Call => ({
  incident,
  sinceMs,
  level: -1,
  acknowledgedBy: null,
});

/** The level that must have been called by now; -1: none. Levels need not be in order of time. */
export const levelDue = (call: Call, nowMs: number, rules: EscalationRules): number =>
  rules.escalateAfterMs.reduce((due, afterMs, level) => (nowMs >= call.sinceMs + afterMs ? level : due), -1);

/** The call as of now, and the levels that are to be called for it now, lowest first. */
export const escalate = (
  call: Call,
  nowMs: number,
  rules: EscalationRules,
): { readonly call: Call; readonly levels: readonly number[] } => {
  if (call.acknowledgedBy !== null) return { call, levels: [] };
  const due = levelDue(call, nowMs, rules);
  if (due <= call.level) return { call, levels: [] };
  const levels = Array.from({ length: due - call.level }, (_, index) => call.level + 1 + index);
  return { call: { ...call, level: due }, levels };
};

export const acknowledge = (call: Call, by: string): Call => ({ ...call, acknowledgedBy: call.acknowledgedBy ?? by });

/** When the next level is due; infinity: never. */
export const nextLevelMs = (call: Call, rules: EscalationRules): number =>
  call.acknowledgedBy === null
    ? call.sinceMs + (rules.escalateAfterMs[call.level + 1] ?? Number.POSITIVE_INFINITY)
    : Number.POSITIVE_INFINITY;
