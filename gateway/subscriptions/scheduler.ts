/**
 * Renewals: sleeps until the next subscription is due, and is woken by writes.
 *
 * A subscription whose charge had no answer stays due, later each time; the first good probe of an
 * acquirer makes it due at once. One that is behind by a whole cycle is charged nothing until somebody has looked: pausing
 * and resuming it begins a cycle now. Two instances never work on one: a row is claimed by a lease, and
 * its version says to whoever lost it that somebody else wrote.
 */
import type { Deliveries } from '../deliveries/deliveries.ts';
import { describe } from '../http/endpoint.ts';
import type { Merchants } from '../merchants/merchants.ts';
import type { Clock, Log, Store, Timer } from '../ports.ts';
import type { SubscriptionRow } from '../store/database.ts';
import { type Billing, claimMs, type Intent, Overtaken, retryDelayMs, type Saved } from './billing.ts';
import { planOf } from './reading.ts';
import {
  dueSubscriptions,
  nextDueSubscription,
  postponeSubscription,
  retryNow,
  subscriptionLeases,
  subscriptionRow,
} from './store.ts';
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
  readonly instanceId: string;
  /** How often it looks for what other instances on the same database wrote; null: it is alone there. */
  readonly lookEveryMs: number | null;
  /** Planned work of ours stops everything until then (wall); null: none does. */
  readonly stoppedUntilMs?: () => number | null;
}

/** Looked at in one pass, and of those in flight together: midnight of the 1st must not be a flood. */
const batchMax = 200;
const togetherMax = 4;
/** A pass that broke is not repeated at once. */
const brokenMs = 60_000;
/** Remembered, so that each is told once. */
const behindMax = 10_000;

export const createScheduler = (deps: SchedulerDeps): Scheduler => {
  const { clock, log, store, merchants, deliveries, billing, instanceId, lookEveryMs } = deps;
  let stopped = true;
  let running = false;
  let timer: Timer | null = null;
  let timerDueMs = Infinity;
  /** Asked for while a pass was running. */
  let wokenFor = Infinity;
  /**
   * A cycle or more behind. Nothing is written of them: by a wrong clock the time would be wrong, too, and whoever has the
   * right one goes on as if nothing had been.
   */
  const behind = new Set<string>();

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
    const againMs = deps.stoppedUntilMs?.() ?? null;
    if (againMs !== null) {
      arm(againMs);
      return;
    }
    running = true;
    wokenFor = Infinity;
    let next: number | null;
    try {
      const due = await store.read((tx) => tx.all(dueSubscriptions, { now: clock.wallMs(), limit: batchMax }));
      await together(due);
      next = await nextDueMs();
      if (next !== null && behind.size > 0) next = Math.max(next, clock.wallMs() + brokenMs);
    } catch (reason) {
      log.error({ event: 'renewals.broke', reason: describe(reason) });
      next = clock.wallMs() + brokenMs;
    }
    running = false;
    arm(Math.min(next ?? Infinity, wokenFor));
  };

  const nextDueMs = async (): Promise<number | null> =>
    (await store.read((tx) => tx.first(nextDueSubscription, {})))?.due ?? null;

  let lookTimer: Timer | null = null;

  /** What another instance wrote, or died at, wakes nobody here. */
  const lookLater = (everyMs: number): void => {
    lookTimer = clock.after(everyMs, () => {
      void nextDueMs()
        .then((due) => {
          if (due !== null) arm(due);
        })
        .catch((reason: unknown) => log.error({ event: 'renewals.broke', reason: describe(reason) }))
        .then(() => {
          if (!stopped) lookLater(everyMs);
        });
    });
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

  const hold = (row: SubscriptionRow): Saved => {
    if (!behind.has(row.id))
      log.error({
        event: 'renewal.behind',
        subscription: row.id,
        merchant: row.merchant_id,
        sinceMs: row.period_end_ms,
      });
    if (behind.size >= behindMax) behind.clear();
    behind.add(row.id);
    return { row, deliveries: [] };
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
        /** Written, and nobody else's until its charge has an answer or this instance is dead. */
        const claim = async (next: SubscriptionRow): Promise<Saved> => {
          const nowMs = clock.wallMs();
          const untilMs = nowMs + claimMs;
          const saved = await billing.save(tx, { ...next, due_ms: untilMs });
          const held = await subscriptionLeases.claim(tx, saved, { owner: instanceId, nowMs, untilMs });
          if (held === undefined) throw new Overtaken();
          return { row: held, deliveries: [] };
        };
        const later = { due_ms: clock.wallMs() + retryDelayMs(row.tries), tries: row.tries + 1 };
        if (wait) return { row: { ...(await billing.save(tx, { ...row, ...later })), intent: null }, deliveries: [] };
        if (intent !== null) return claim(row);
        const plan = await planOf(tx, row, row.plan_id);
        const next = row.next_plan_id === null ? undefined : await planOf(tx, row, row.next_plan_id);
        const asks = atEndOfCycle(row, plan, next, clock.wallMs());
        if (asks.kind === 'behind') return hold(row);
        behind.delete(row.id);
        if (asks.kind === 'end') return billing.end(tx, row, merchant);
        if (asks.kind === 'wait')
          return { row: await billing.save(tx, { ...row, due_ms: dueOf(row), tries: 0 }), deliveries: [] };
        if (asks.step.amountYen === 0) return billing.apply(tx, row, asks.step.patch, asks.step.event, merchant);
        return claim(billing.intending(row, asks.step, 'renew'));
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
      try {
        const woken = await store.unit((tx) => tx.run(retryNow, { now: clock.wallMs() }));
        if (woken > 0) arm(clock.wallMs());
      } catch (reason) {
        // They keep their own times.
        log.error({ event: 'renewals.broke', reason: describe(reason) });
      }
    },
    async start() {
      stopped = false;
      const due = await nextDueMs();
      if (due !== null) arm(due);
      if (lookEveryMs !== null) lookLater(lookEveryMs);
    },
    stop() {
      stopped = true;
      lookTimer?.cancel();
      timer?.cancel();
      timer = null;
      timerDueMs = Infinity;
    },
  };
};
