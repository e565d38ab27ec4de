/**
 * The calendar of subscriptions: cycles in Japan Standard Time. Pure.
 *
 * A cycle begins on the anchor day of a month (or of the same month a year later); a month that
 * has no such day uses its last one, and the anchor stays, so that the 31st comes back after
 * February. The time of day is the one of the start; a plan with a billing day begins at 00:00.
 */

export interface PlanTerms {
  /** Yen a cycle. */
  readonly amount: number;
  readonly interval: string;
  readonly billing_day: number | null;
}

export interface Cycle {
  readonly startMs: number;
  readonly endMs: number;
  /** What it costs; 0 when nothing is charged for it. */
  readonly amountYen: number;
  /** Day of the month on which the cycles after it begin. */
  readonly anchorDay: number;
}

const jstMs = 9 * 3_600_000;
export const dayMs = 86_400_000;
/** Less cannot be charged (payjp-api section 3.1); a part of a cycle that comes to less is free. */
export const chargeYenMin = 50;

interface Jst {
  readonly year: number;
  /** 0-11. */
  readonly month: number;
  readonly day: number;
  readonly timeMs: number;
}

const jst = (wallMs: number): Jst => {
  const date = new Date(wallMs + jstMs);
  const timeMs = (wallMs + jstMs) % dayMs;
  return { year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate(), timeMs };
};

/** The wanted day of a month, or its last one. `month` may be outside 0-11. */
const dayOf = (year: number, month: number, day: number, timeMs: number): number => {
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(day, lastDay)) + timeMs - jstMs;
};

export const anchorDayOf = (wallMs: number): number => jst(wallMs).day;

/** The beginning of the cycle after the one that begins at `fromMs`. */
export const cycleAfter = (fromMs: number, interval: string, anchorDay: number): number => {
  const { year, month, timeMs } = jst(fromMs);
  return interval === 'year' ? dayOf(year + 1, month, anchorDay, timeMs) : dayOf(year, month + 1, anchorDay, timeMs);
};

/** The share of an amount that the part from `atMs` to `endMs` of a cycle stands for, whole yen, rounded down. */
export const shareYen = (amountYen: number, startMs: number, endMs: number, atMs: number): number =>
  endMs <= startMs ? 0 : Math.floor((amountYen * Math.max(0, endMs - Math.max(atMs, startMs))) / (endMs - startMs));

/**
 * The first cycle of a plan. With a billing day it is the rest of the month's cycle: paid in part
 * when `prorate`, free otherwise (payjp-api section 3.6).
 */
export const firstCycle = (plan: PlanTerms, atMs: number, prorate: boolean): Cycle => {
  const { year, month, day } = jst(atMs);
  if (plan.billing_day === null)
    return { startMs: atMs, endMs: cycleAfter(atMs, plan.interval, day), amountYen: plan.amount, anchorDay: day };
  const anchorDay = plan.billing_day;
  const thisMonth = dayOf(year, month, anchorDay, 0);
  const endMs = thisMonth > atMs ? thisMonth : dayOf(year, month + 1, anchorDay, 0);
  const wholeStartMs = thisMonth > atMs ? dayOf(year, month - 1, anchorDay, 0) : thisMonth;
  // Begun to the millisecond with the billing day it is a whole cycle.
  const partYen = atMs === wholeStartMs || prorate ? shareYen(plan.amount, wholeStartMs, endMs, atMs) : 0;
  return { startMs: atMs, endMs, amountYen: partYen < chargeYenMin ? 0 : partYen, anchorDay };
};

/** The cycle that begins where the present one ends. */
export const nextCycle = (plan: PlanTerms, fromMs: number, anchorDay: number): Cycle => {
  const anchor = plan.billing_day ?? anchorDay;
  return {
    startMs: fromMs,
    endMs: cycleAfter(fromMs, plan.interval, anchor),
    amountYen: plan.amount,
    anchorDay: anchor,
  };
};
