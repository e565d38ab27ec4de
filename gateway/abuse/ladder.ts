/**
 * What is done to a merchant that sends bad requests, step by step, as one pure function.
 *
 *     clear -> told -> throttled -> paused -> ramping -> clear
 *
 * Refusals alone lead no further than `told`: a merchant whose buyers all come at once asks for too
 * much too, and its requests are good. Bad answers throttle, and going on under the throttle pauses.
 * A pause ends by itself or by an operator, and then by ramp, never all at once: on 2020-07-24 the
 * block was lifted whole at 16:00 and the overload was back at 16:15.
 */
import type { Abuse } from '../policy/abuse.ts';

export type Level = 'clear' | 'told' | 'throttled' | 'paused' | 'ramping';

export interface Hold {
  readonly level: Level;
  /** When the level, or the step of the ramp, began. Monotonic milliseconds, as all times here. */
  readonly sinceMs: number;
  /** Steps of the ramp that are behind it; 0 elsewhere. */
  readonly step: number;
  /** Pauses since it was last clear: each is twice as long as the one before. */
  readonly pauses: number;
}

/** Within the window that ends now. */
export interface Seen {
  /** Requests that its limits refused. */
  readonly refusals: number;
  /** Answers that were declines or named a wrong request, and all others. */
  readonly bad: number;
  readonly good: number;
}

export type Rules = Pick<
  Abuse,
  | 'refusalsToTell'
  | 'windowMs'
  | 'badToAct'
  | 'badShareMin'
  | 'throttleShare'
  | 'pauseAfterMs'
  | 'pauseMs'
  | 'pauseCapMs'
  | 'rampShares'
  | 'rampStepMs'
>;

export const clear: Hold = { level: 'clear', sinceMs: 0, step: 0, pauses: 0 };

/** Fewer bad answers than this show nothing, however small the share of its rate that a merchant has. */
const badFloor = 5;

/** Part of its rate that the merchant has: 0 while it is paused. */
export const shareOf = (hold: Hold, rules: Rules): number => {
  switch (hold.level) {
    case 'clear':
    case 'told':
      return 1;
    case 'throttled':
      return rules.throttleShare;
    case 'paused':
      return 0;
    case 'ramping':
      return rules.rampShares[hold.step] ?? 1;
  }
};

const pauseLengthMs = (hold: Hold, rules: Rules): number =>
  Math.min(rules.pauseCapMs, rules.pauseMs * 2 ** Math.max(0, hold.pauses - 1));

/** Whoever has a part of its rate can send only that part of what shows its kind. */
const isBad = ({ bad, good }: Seen, share: number, rules: Rules): boolean =>
  bad >= Math.max(Math.min(badFloor, rules.badToAct), rules.badToAct * share) &&
  bad >= rules.badShareMin * (bad + good);

/** The hold as of now. Called when something is seen and when `dueMs` says so. */
export const advance = (hold: Hold, seen: Seen, nowMs: number, rules: Rules): Hold => {
  const forMs = nowMs - hold.sinceMs;
  const bad = isBad(seen, shareOf(hold, rules), rules);
  switch (hold.level) {
    case 'clear':
    case 'told':
      if (bad) return { ...hold, level: 'throttled', sinceMs: nowMs };
      if (hold.level === 'clear')
        return seen.refusals >= rules.refusalsToTell ? { ...hold, level: 'told', sinceMs: nowMs } : hold;
      return seen.refusals === 0 ? clear : hold;
    case 'throttled':
      if (bad && forMs >= rules.pauseAfterMs)
        return { level: 'paused', sinceMs: nowMs, step: 0, pauses: hold.pauses + 1 };
      return !bad && forMs >= rules.windowMs ? lift(hold, nowMs) : hold;
    case 'paused':
      return forMs >= pauseLengthMs(hold, rules) ? lift(hold, nowMs) : hold;
    case 'ramping':
      if (bad)
        return hold.pauses === 0
          ? { ...hold, level: 'throttled', sinceMs: nowMs, step: 0 }
          : { level: 'paused', sinceMs: nowMs, step: 0, pauses: hold.pauses + 1 };
      if (forMs < rules.rampStepMs) return hold;
      // It still asks for more than this step: another one like it, or it would all come at once.
      if (seen.refusals >= rules.refusalsToTell) return { ...hold, sinceMs: nowMs };
      return hold.step + 1 < rules.rampShares.length ? { ...hold, sinceMs: nowMs, step: hold.step + 1 } : clear;
  }
};

/** Lifting begins: by an operator, or by time. */
export const lift = (hold: Hold, nowMs: number): Hold => ({ ...hold, level: 'ramping', sinceMs: nowMs, step: 0 });

/** When time alone may move it, if nothing is seen; null: never. */
export const dueMs = (hold: Hold, rules: Rules, lastRefusalMs: number): number | null => {
  switch (hold.level) {
    case 'clear':
      return null;
    case 'told':
      return lastRefusalMs + rules.windowMs;
    case 'throttled':
      // What keeps it there leaves the window bit by bit.
      return hold.sinceMs + rules.windowMs;
    case 'paused':
      return hold.sinceMs + pauseLengthMs(hold, rules);
    case 'ramping':
      return hold.sinceMs + rules.rampStepMs;
  }
};
