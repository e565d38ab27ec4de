/**
 * Renewals: sleeps until the next subscription is due, and is woken by writes.
 *
 * A subscription whose charge had no answer stays due, later each time; the first good probe of an
 * acquirer makes it due at once. Two instances never work on one: a row is claimed by writing it,
 * and only one of them can write it.
 */
import type { Deliveries } from '../deliveries/deliveries.ts';
import { describe } from '../http/endpoint.ts';
import type { Merchants } from '../merchants/merchants.ts';
import type { Clock, Log, Store, Timer } from '../ports.ts';
import type { SubscriptionRow } from '../store/database.ts';
import { type Billing, claimMs, type Intent, Overtaken, retryDelayMs, type Saved } from './billing.ts';
import { planOf } from './reading.ts';
import { dueSubscriptions, nextDueSubscription, postponeSubscription, retryNow, subscriptionRow } from './store.ts';
import { atEndOfCycle, dueOf } from './subscription.ts';

export interface Scheduler {
  /** A subscription was written that is due then; null when it never is by itself. */
  dueAt(dueMs: number | null): void;
  /** An acquirer answers again: whatever had no answer is due now. */
  retry(): Promise<void>;
  start(): Promise<void>;
  stop(): void;
}

export interface SchedulerDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly merchants: Merchants;
  readonly deliveries: Deliveries;
  readonly billing: Billing;
}

/** Looked at in one pass, and of those in flight together: midnight of the 1st must not be a flood. */
const batchMax = 200;
const togetherMax = 4;
/** A pass that broke is not repeated at once. */
const brokenMs = 60_000;

export const createScheduler = ({ clock, log, store, merchants, deliveries, billing }: SchedulerDeps): Scheduler => {
  let stopped = true;
  let running = false;
  let timer: Timer | null = null;
  let timerDueMs = Infinity;
  /** Asked for while a pass was running. */
  let wokenFor = Infinity;

  const arm = (dueMs: number): void => {
    if (stopped) return;
    if (running) {
      wokenFor = Math.min(wokenFor, dueMs);
      return;
    }
    if (dueMs >= timerDueMs) return;
    timer?.cancel();
    timerDueMs = dueMs;
    timer = clock.after(Math.max(0, dueMs - clock.wallMs()), () => {
      timer = null;
      timerDueMs = Infinity;
      void turn();
    });
  };

  const turn = async (): Promise<void> => {
    if (stopped || running) return;
    running = true;
    wokenFor = Infinity;
    let next: number | null;
    try {
      const due = await store.read((tx) => tx.all(dueSubscriptions, { now: clock.wallMs(), limit: batchMax }));
      await together(due);
      next = (await store.read((tx) => tx.first(nextDueSubscription, {})))?.due ?? null;
    } catch (reason) {
      log.error({ event: 'renewals.broke', reason: describe(reason) });
      next = clock.wallMs() + brokenMs;
    }
    running = false;
    arm(Math.min(next ?? Infinity, wokenFor));
  };

  const together = async (rows: readonly SubscriptionRow[]): Promise<void> => {
    const waiting = rows.values();
    const worker = async (): Promise<void> => {
      for (const row of waiting) {
        if (stopped) return;
        await look(row);
      }
    };
    await Promise.all(Array.from({ length: togetherMax }, worker));
  };

  const look = async (seen: SubscriptionRow): Promise<void> => {
    try {
      const merchant = await merchants.find(seen.merchant_id);
      if (merchant === undefined) throw new Error(`subscription ${seen.id} has no merchant`);
      const intent = seen.intent === null ? null : (JSON.parse(seen.intent) as Intent);
      // A paused merchant is charged nothing; a call of a merchant is not repeated for it.
      const wait =
        (intent === null && merchant.pausedReason !== null) ||
        (intent !== null && intent.cause !== 'renew' && (await billing.isOpen(seen, intent)));
      const claimed = await store.unit(async (tx): Promise<Saved> => {
        const row = await tx.first(subscriptionRow, { id: seen.id });
        if (row === undefined || row.version !== seen.version) throw new Overtaken();
        const later = { due_ms: clock.wallMs() + retryDelayMs(row.tries), tries: row.tries + 1 };
        if (wait) return { row: { ...(await billing.save(tx, { ...row, ...later })), intent: null }, deliveries: [] };
        if (intent !== null)
          return { row: await billing.save(tx, { ...row, due_ms: clock.wallMs() + claimMs }), deliveries: [] };
        const plan = await planOf(tx, row, row.plan_id);
        const next = row.next_plan_id === null ? undefined : await planOf(tx, row, row.next_plan_id);
        const asks = atEndOfCycle(row, plan, next, clock.wallMs());
        if (asks.kind === 'end') return billing.end(tx, row, merchant);
        if (asks.kind === 'wait')
          return { row: await billing.save(tx, { ...row, due_ms: dueOf(row), tries: 0 }), deliveries: [] };
        if (asks.step.amountYen === 0) return billing.apply(tx, row, asks.step.patch, asks.step.event, merchant);
        return { row: await billing.save(tx, billing.intending(row, asks.step, 'renew')), deliveries: [] };
      });
      deliveries.wake(claimed.deliveries);
      if (claimed.row.intent === null || claimed.row.deleted_ms !== null) return;
      const settled = await billing.charge(claimed.row, merchant);
      deliveries.wake(settled.deliveries);
    } catch (reason) {
      // Whoever was first has written when it is due next.
      if (reason instanceof Overtaken) return;
      log.error({ event: 'renewal.broke', subscription: seen.id, reason: describe(reason) });
      const dueMs = clock.wallMs() + brokenMs;
      await store.unit((tx) => tx.run(postponeSubscription, { id: seen.id, due: dueMs }));
    }
  };

  return {
    dueAt(dueMs) {
      if (dueMs !== null) arm(dueMs);
    },
    async retry() {
      if (stopped) return;
      const woken = await store.unit((tx) => tx.run(retryNow, { now: clock.wallMs() }));
      if (woken > 0) arm(clock.wallMs());
    },
    async start() {
      stopped = false;
      const due = (await store.read((tx) => tx.first(nextDueSubscription, {})))?.due ?? null;
      if (due !== null) arm(due);
    },
    stop() {
      stopped = true;
      timer?.cancel();
      timer = null;
      timerDueMs = Infinity;
    },
  };
};
