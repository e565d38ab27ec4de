/**
 * The life of a subscription, as pure functions (payjp-api section 3.6).
 *
 * ```
 * incomplete --paid--> active          trial --its end, paid--> active --each end, paid--> active
 *     \--not paid--> gone                 \                       |  \--declined--> paused
 *                                          \--pause--> paused <--pause
 * paused --resume, paid if its cycle is over--> active | trial
 * trial, active, paused --cancel--> canceled --resume--> active | trial
 *                                      \--end of the cycle--> gone
 * ```
 * Whatever costs money is a `Step`: the charge and what becomes of the row when it is paid. A step
 * that is under way is the row's `intent`, and while it is set nothing else may be changed.
 *
 * The order of the checks is the order of precedence of the answers.
 */
import { type Result, refuse, succeed } from '../errors.ts';
import type { EventType } from '../events/events.ts';
import type { SubscriptionRow } from '../store/database.ts';
import { anchorDayOf, type Cycle, chargeYenMin, firstCycle, nextCycle, type PlanTerms, shareYen } from './cycle.ts';

export type SubscriptionState = 'incomplete' | 'trial' | 'active' | 'paused' | 'canceled';

export type Patch = Partial<
  Pick<
    SubscriptionRow,
    | 'plan_id'
    | 'next_plan_id'
    | 'prorate'
    | 'period_start_ms'
    | 'period_end_ms'
    | 'anchor_day'
    | 'trial_start_ms'
    | 'trial_end_ms'
    | 'paused_ms'
    | 'canceled_ms'
    | 'resumed_ms'
    | 'metadata'
    | 'charge_id'
  > & { state: SubscriptionState }
>;

export interface Step {
  /** 0: nothing is charged, the patch applies at once. */
  readonly amountYen: number;
  readonly patch: Patch;
  readonly event: EventType;
}

export interface Plan extends PlanTerms {
  readonly id: string;
}

/** A trial's end: a time, at once, or as the plan says. */
export type TrialEnd = number | 'now' | undefined;

const trialMsMax = 5 * 366 * 86_400_000;

/** When somebody has to look at it again by itself. */
export const dueOf = (row: Pick<SubscriptionRow, 'state' | 'period_end_ms'>): number | null =>
  row.state === 'trial' || row.state === 'active' || row.state === 'canceled' ? row.period_end_ms : null;

const cyclePatch = (cycle: Cycle): Patch => ({
  period_start_ms: cycle.startMs,
  period_end_ms: cycle.endMs,
  anchor_day: cycle.anchorDay,
  // The charge that pays for the cycle is written when it is paid.
  charge_id: null,
});

const trialPatch = (atMs: number, endMs: number): Patch => ({
  state: 'trial',
  trial_start_ms: atMs,
  trial_end_ms: endMs,
  period_start_ms: atMs,
  period_end_ms: endMs,
  anchor_day: anchorDayOf(endMs),
  charge_id: null,
});

/** Is the end of a trial in the future and not too far (payjp-api section 3.6: five years)? */
const checkTrialEnd = (trialEnd: TrialEnd, nowMs: number): Result<TrialEnd> =>
  typeof trialEnd === 'number' && (trialEnd <= nowMs || trialEnd > nowMs + trialMsMax)
    ? refuse({ kind: 'request', code: 'invalid_trial_end', param: 'trial_end' })
    : succeed(trialEnd);

const busy = (row: SubscriptionRow): Result<null> =>
  row.intent === null ? succeed(null) : refuse({ kind: 'operation_pending', pending: 'charge' });

/** The beginning: a trial, or a first cycle that is paid for. */
export const begin = (
  plan: Plan & { readonly trial_days: number },
  { trialEnd, prorate, nowMs }: { trialEnd: TrialEnd; prorate: boolean; nowMs: number },
): Result<Step> => {
  const checked = checkTrialEnd(trialEnd, nowMs);
  if (!checked.ok) return checked;
  const planned = plan.trial_days > 0 ? nowMs + plan.trial_days * 86_400_000 : undefined;
  const endMs = trialEnd === 'now' ? undefined : (trialEnd ?? planned);
  if (endMs !== undefined)
    return succeed({ amountYen: 0, patch: trialPatch(nowMs, endMs), event: 'subscription.created' });
  const cycle = firstCycle(plan, nowMs, prorate);
  return succeed({
    amountYen: cycle.amountYen,
    patch: { state: 'active', ...cyclePatch(cycle) },
    event: 'subscription.created',
  });
};

/** `behind`: even the cycle that is to be paid for is over. */
export type EndOfCycle =
  | { readonly kind: 'wait' }
  | { readonly kind: 'end' }
  | { readonly kind: 'behind' }
  | { readonly kind: 'step'; readonly step: Step };

/** What the end of a cycle asks for. `next` is the plan of the next cycle where one was named. */
export const atEndOfCycle = (row: SubscriptionRow, plan: Plan, next: Plan | undefined, nowMs: number): EndOfCycle => {
  const dueMs = dueOf(row);
  if (dueMs === null || dueMs > nowMs) return { kind: 'wait' };
  if (row.state === 'canceled') return { kind: 'end' };
  const used = next ?? plan;
  // Cycles follow each other from end to start: one that is late is late alone.
  const cycle =
    row.state === 'trial' || used.interval !== plan.interval || used.billing_day !== plan.billing_day
      ? firstCycle(used, row.period_end_ms, row.prorate === 1)
      : nextCycle(used, row.period_end_ms, row.anchor_day);
  // Nobody pays for months at once: either we were away for as long, or a machine was started with a wrong clock.
  if (cycle.endMs <= nowMs) return { kind: 'behind' };
  return {
    kind: 'step',
    step: {
      amountYen: cycle.amountYen,
      patch: { state: 'active', plan_id: used.id, next_plan_id: null, ...cyclePatch(cycle) },
      event: 'subscription.renewed',
    },
  };
};

export const pause = (row: SubscriptionRow, nowMs: number): Result<Patch> => {
  if (row.state === 'paused') return refuse({ kind: 'request', code: 'already_paused' });
  if (row.state === 'canceled') return refuse({ kind: 'request', code: 'already_canceled' });
  const free = busy(row);
  return free.ok ? succeed({ state: 'paused', paused_ms: nowMs }) : free;
};

/** It ends with its cycle; resuming before that undoes it. */
export const cancel = (row: SubscriptionRow, nowMs: number): Result<Patch> => {
  if (row.state === 'canceled') return refuse({ kind: 'request', code: 'already_canceled' });
  const free = busy(row);
  return free.ok ? succeed({ state: 'canceled', canceled_ms: nowMs, paused_ms: null }) : free;
};

/** Running again. A cycle that is over is not made up for: a new one begins and is paid first. */
export const resume = (
  row: SubscriptionRow,
  plan: Plan,
  { trialEnd, prorate, nowMs }: { trialEnd: TrialEnd; prorate: boolean | undefined; nowMs: number },
): Result<Step> => {
  if (row.state !== 'paused' && row.state !== 'canceled')
    return refuse({ kind: 'request', code: 'subscription_worked' });
  const free = busy(row);
  if (!free.ok) return free;
  const checked = checkTrialEnd(trialEnd, nowMs);
  if (!checked.ok) return checked;
  const prorated = prorate ?? row.prorate === 1;
  const running: Patch = { paused_ms: null, canceled_ms: null, resumed_ms: nowMs, prorate: prorated ? 1 : 0 };
  const freely = (patch: Patch): Result<Step> =>
    succeed({ amountYen: 0, patch: { ...running, ...patch }, event: 'subscription.resumed' });
  if (typeof trialEnd === 'number') return freely(trialPatch(nowMs, trialEnd));
  const inTrial = row.trial_end_ms !== null && row.trial_end_ms > nowMs;
  if (inTrial && trialEnd !== 'now') return freely({ state: 'trial' });
  if (!inTrial && row.period_end_ms > nowMs) return freely({ state: 'active' });
  const cycle = firstCycle(plan, nowMs, prorated);
  return succeed({
    amountYen: cycle.amountYen,
    patch: {
      ...running,
      state: 'active',
      ...(inTrial ? { trial_end_ms: nowMs } : {}),
      ...cyclePatch(cycle),
    },
    event: 'subscription.resumed',
  });
};

export interface Change {
  /** The plan from now on. */
  readonly plan?: Plan | undefined;
  /** The plan from the next cycle on; null takes an earlier choice back. */
  readonly nextPlanId?: string | null | undefined;
  readonly trialEnd?: TrialEnd;
  readonly prorate?: boolean | undefined;
  readonly metadata: string;
  readonly nowMs: number;
}

/**
 * An update. `refundYen` is what a cheaper plan gives back of the present cycle.
 *
 * A new plan of the same rhythm keeps the cycle: its price counts from the next one on, or with
 * `prorate` at once for what is left. Another rhythm begins a new cycle now.
 */
export const change = (
  row: SubscriptionRow,
  plan: Plan,
  asked: Change,
): Result<Step & { readonly refundYen: number }> => {
  const { nowMs } = asked;
  if (asked.prorate !== undefined && (row.state === 'paused' || row.state === 'canceled'))
    return refuse({ kind: 'request', code: 'cannot_change_prorate_status', param: 'prorate' });
  const free = busy(row);
  if (!free.ok) return free;
  const checked = checkTrialEnd(asked.trialEnd, nowMs);
  if (!checked.ok) return checked;
  const prorate = asked.prorate ?? row.prorate === 1;
  const used = asked.plan ?? plan;
  const common: Patch = {
    metadata: asked.metadata,
    prorate: prorate ? 1 : 0,
    plan_id: used.id,
    next_plan_id: asked.nextPlanId === undefined ? row.next_plan_id : asked.nextPlanId,
  };
  const step = (amountYen: number, patch: Patch, refundYen = 0): Result<Step & { readonly refundYen: number }> =>
    succeed({ amountYen, refundYen, patch: { ...common, ...patch }, event: 'subscription.updated' });

  const running = row.state === 'trial' || row.state === 'active';
  if (typeof asked.trialEnd === 'number' && running) return step(0, trialPatch(nowMs, asked.trialEnd));
  if (row.state === 'trial' && asked.trialEnd === 'now') {
    const cycle = firstCycle(used, nowMs, prorate);
    return step(cycle.amountYen, { state: 'active', trial_end_ms: nowMs, ...cyclePatch(cycle) });
  }
  if (row.state !== 'active' || used.id === plan.id) return step(0, {});

  const unusedYen = (amountYen: number): number => shareYen(amountYen, row.period_start_ms, row.period_end_ms, nowMs);
  if (used.interval !== plan.interval || used.billing_day !== plan.billing_day) {
    const cycle = firstCycle(used, nowMs, prorate);
    const owedYen = cycle.amountYen - (prorate && row.charge_id !== null ? unusedYen(plan.amount) : 0);
    return step(owedYen < chargeYenMin ? 0 : owedYen, cyclePatch(cycle), Math.max(0, -owedYen));
  }
  if (!prorate || row.charge_id === null) return step(0, {});
  const owedYen = unusedYen(used.amount) - unusedYen(plan.amount);
  // What was paid for the cycle stays its charge: a later refund of what is unused starts there.
  return step(owedYen < chargeYenMin ? 0 : owedYen, { charge_id: row.charge_id }, Math.max(0, -owedYen));
};

/** The part of what was paid for the present cycle that is not used yet. */
export const unusedOf = (row: SubscriptionRow, paidYen: number, nowMs: number): number =>
  row.state === 'trial' ? 0 : shareYen(paidYen, row.period_start_ms, row.period_end_ms, nowMs);
