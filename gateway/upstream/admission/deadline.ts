/**
 * Time of a request, carried through to the acquirer (resilience-patterns section 7).
 *
 * All instants are monotonic milliseconds. A payment is not begun when the time left is shorter than
 * nearly every answer takes: refused early it has moved no money, begun late it ends as unknown.
 */

export interface DeadlineRules {
  readonly enabled: boolean;
  readonly defaultMs: number;
  readonly reserveMs: number;
}

/** The header that a merchant asks with, and that an answer shows what is left in. */
export const deadlineHeader = 'Breakwater-Deadline-Ms';

/** When the request must be answered; what asks for more than the default, or is no number, gets the default. */
export const deadlineOf = (rules: DeadlineRules, asked: string | undefined, nowMs: number): number | undefined => {
  if (!rules.enabled) return undefined;
  const wanted = asked !== undefined && /^\d{1,9}$/.test(asked) ? Number(asked) : rules.defaultMs;
  return nowMs + Math.min(wanted, rules.defaultMs);
};

/** Time limit of one try, whole milliseconds, at least one. `untilMs` undefined: nobody waits. */
export const tryTimeoutMs = (
  rules: Pick<DeadlineRules, 'reserveMs'>,
  { operationMs, untilMs, nowMs }: { operationMs: number; untilMs: number | undefined; nowMs: number },
): number =>
  untilMs === undefined
    ? operationMs
    : Math.max(1, Math.min(operationMs, Math.floor(untilMs - nowMs - rules.reserveMs)));

/** The 99th percentile of the last durations, looked at anew every few of them. */
export interface SlowestUsual {
  add(tookMs: number): void;
  /** Null before there were enough to say. */
  readonly p99Ms: number | null;
}

const kept = 128;
const lookEvery = 32;

export const createSlowestUsual = (): SlowestUsual => {
  const durations = new Float64Array(kept);
  let count = 0;
  let p99Ms: number | null = null;
  return {
    add(tookMs) {
      durations[count % kept] = tookMs;
      count += 1;
      if (count < kept || count % lookEvery !== 0) return;
      p99Ms = durations.toSorted()[Math.ceil(0.99 * kept) - 1]!;
    },
    get p99Ms() {
      return p99Ms;
    },
  };
};
