/**
 * The one delivery engine: webhooks, notices to merchants, messages to the upstream.
 *
 * A delivery is a row written in the same unit as what it tells of; this worker only sends rows.
 * It sleeps until the next one is due and is woken by writes. Bounds are in `outlets.ts`, the order
 * of events about one object in `lanes.ts`, one try in `try.ts`, where it may post to in `targets.ts`, what
 * arrived in `receipts.ts`, what goes out while the database is away in `unwritten.ts`.
 *
 * Several instances share one table by leases (`store/leases.ts`). A row is written with the lease
 * of the instance that wrote it, which costs nothing, and kept until its end: through the wait for
 * the next try, and while it queues. A dead instance's leases run out, and whoever looks next takes
 * its rows up.
 */

import { describe } from '../http/endpoint.ts';
import { newId } from '../ids.ts';
import type { WebhookEndpoint } from '../merchants/webhook-endpoints.ts';
import type { Clock, Entropy, Log, Timer, Tx } from '../ports.ts';
import type { DeliveryRow } from '../store/database.ts';
import { hold, LeaseLost } from '../store/leases.ts';
import { createLanes, type Verdict } from './lanes.ts';
import { createOutlets } from './outlets.ts';
import { createReceipts } from './receipts.ts';
import {
  abandoned,
  deliveryLeases,
  earlier,
  giveUp,
  insertNotice,
  insertWebhook,
  letGo,
  mine,
  nextForeign,
  postpone,
  takeUp,
} from './store.ts';
import { createTry, leaseLeftMinMs, leaseMs, type Outcome, type TryDeps } from './try.ts';
import { createUnwritten } from './unwritten.ts';

/** An event to one endpoint of a merchant. */
export interface NewWebhook {
  readonly kind: 'webhook';
  /** `deliveryOf` the event, so that the two find each other. */
  readonly id: string;
  readonly endpoint: WebhookEndpoint;
  /** What the event is about. */
  readonly objectId: string;
  /** Event type. */
  readonly subject: string;
  readonly body: string;
}

export interface NewNotice {
  /** `mail`: its address is `mailto:…`, its body `{subject, text}`. */
  readonly kind: 'notice' | 'mail' | 'upstream';
  readonly merchantId: string | null;
  /** Notice type. */
  readonly subject: string;
  readonly url: string;
  readonly token: string;
  readonly body: string;
}

export type NewDelivery = NewWebhook | NewNotice;

export interface Deliveries {
  /** Writes a delivery inside the caller's unit; call `wake` with it after the unit. */
  add(tx: Tx, delivery: NewDelivery): Promise<DeliveryRow>;
  /** Tells the worker of rows that were just committed under this instance's lease. */
  wake(rows: readonly DeliveryRow[]): void;
  /** Writes and wakes in a unit of its own; without the database it goes out all the same, and is written later. */
  send(delivery: NewNotice): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** PAY.JP's rule: every 3 minutes, at most 3 times after the first (payjp-api section 7). */
const retryAfterMs = 180_000;
const retriesMax = 3;
/** Notices are worth more patience than webhooks, and sooner. */
const noticeRetryAfterMs = 10_000;
const noticeRetriesMax = 30;
const inFlightMax = 50;
const perEndpointMax = 2;
/** Whoever takes longer gives its place to the next, while others wait; so many do so at once. */
const quickMs = 250;
const slowMax = 500;
/** Letters go to one server, which takes so many at once. */
const lettersMax = 20;
const takenAtOnceMax = 200;
/** A row behind one that another instance holds is asked about this often, and then left to whoever looks. */
const askEveryMs = 1_000;
const asksMax = 30;

export interface DeliveriesDeps extends TryDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly instanceId: string;
  /**
   * How often leases of what queues here are renewed, and abandoned rows of others looked for; null:
   * this instance is alone, and looks only when the lease of one that was here before it ends.
   */
  readonly lookEveryMs: number | null;
  /** Hears of every try, for detection. */
  readonly onTried?: (row: DeliveryRow, delivered: boolean) => void;
}

/** What the log says of an arrival. */
const arrivedEvents: Readonly<Record<string, string>> = {
  notice: 'notice.delivered',
  mail: 'notice.mailed',
  upstream: 'upstream.told',
};

export const createDeliveries = (deps: DeliveriesDeps): Deliveries => {
  const { clock, entropy, log, store, instanceId, lookEveryMs } = deps;
  const tryOnce = createTry(deps);
  /** All that this instance has taken on, in whatever state. Rows in here are changed in place. */
  const held = new Map<string, DeliveryRow>();
  /** And since when. */
  const inFlight = new Map<DeliveryRow, number>();
  const timers = new Map<DeliveryRow, Timer>();
  const lanes = createLanes<DeliveryRow>();
  const receipts = createReceipts({ clock, store, log, onWriting: lanes.writing });
  const unwritten = createUnwritten({ clock, store, log });
  /** Rows behind something that this instance does not know, and how often they were asked about. */
  const asking = new Map<DeliveryRow, number>();
  let askTimer: Timer | null = null;
  let lookTimer: Timer | null = null;
  let stopped = true;

  const go = (row: DeliveryRow): void => {
    inFlight.set(row, clock.monotonicMs());
    void attempt(row);
  };
  let slowTimer: Timer | null = null;
  const posts = createOutlets<DeliveryRow>({
    perAddressMax: perEndpointMax,
    inAllMax: inFlightMax,
    slowMax,
    go,
    onFull: () => {
      // Looked at only while somebody waits: on an ordinary day nobody does.
      slowTimer ??= clock.after(quickMs, () => {
        slowTimer = null;
        const beforeMs = clock.monotonicMs() - quickMs;
        for (const [row, sinceMs] of Array.from(inFlight))
          if (sinceMs <= beforeMs && row.kind !== 'mail') posts.slow(row);
        if (!stopped) posts.look();
      });
    },
  });
  const letters = createOutlets<DeliveryRow>({ perAddressMax: 1, inAllMax: lettersMax, go });
  const outletsOf = (row: DeliveryRow) => (row.kind === 'mail' ? letters : posts);

  /** What comes after a row in its lane. */
  const follow = (next: { row: DeliveryRow; verdict: Verdict } | null): void => {
    if (next !== null) proceed(next.row, next.verdict);
  };

  const proceed = (row: DeliveryRow, verdict: Verdict): void => {
    if (verdict === 'go') schedule(row);
    else if (verdict === 'ask') {
      asking.set(row, 0);
      void guarded('ask', ask([row]));
    }
  };

  const accept = (row: DeliveryRow): void => {
    held.set(row.id, row);
    proceed(row, lanes.arrive(row));
  };

  const drop = (row: DeliveryRow): void => {
    held.delete(row.id);
    asking.delete(row);
    follow(lanes.lost(row));
  };

  const schedule = (row: DeliveryRow): void => {
    const delayMs = row.due_ms - clock.wallMs();
    if (delayMs <= 0) {
      outletsOf(row).add(row);
      return;
    }
    timers.set(
      row,
      clock.after(delayMs, () => {
        timers.delete(row);
        outletsOf(row).add(row);
      }),
    );
  };

  /** Has whatever goes before these rows come to its end? Without an answer of the database they are asked about again. */
  const ask = async (rows: readonly DeliveryRow[]): Promise<void> => {
    try {
      for (const row of rows) await askOf(row);
    } finally {
      if (asking.size > 0 && !stopped)
        askTimer ??= clock.after(askEveryMs, () => {
          askTimer = null;
          void guarded('ask', ask([...asking.keys()]));
        });
    }
  };

  const askOf = async (row: DeliveryRow): Promise<void> => {
    const before = await store.read((tx) =>
      tx.first(earlier, { endpoint: row.endpoint_id ?? '', object: row.object_id ?? '', seq: row.seq }),
    );
    const asks = asking.get(row);
    if (stopped || asks === undefined) return;
    if (before === undefined || held.has(before.id)) {
      // One of ours that arrived meanwhile goes first, and this one follows it.
      asking.delete(row);
      if (before === undefined && lanes.cleared(row)) schedule(row);
      return;
    }
    asking.set(row, asks + 1);
    // Nobody else would take up what one that is alone here lets go.
    if (asks < asksMax || lookEveryMs === null) return;
    await store.unit((tx) => tx.run(letGo, { id: row.id, token: row.lease_token }));
    drop(row);
  };

  const attempt = async (row: DeliveryRow): Promise<void> => {
    if (unwritten.has(row)) row.lease_until_ms = clock.wallMs() + leaseMs;
    const outcome = await tryOnce(row).catch((reason: unknown): Outcome => {
      log.error({ event: 'deliveries.broke', what: 'try', reason: describe(reason) });
      return { kind: 'failed', reason: 'a fault of ours', status: null };
    });
    inFlight.delete(row);
    outletsOf(row).done(row);
    if (stopped) return;
    if (outcome.kind === 'lost') return drop(row);
    deps.onTried?.(row, outcome.kind === 'delivered');
    row.tries += 1;
    if (outcome.kind === 'delivered') {
      row.status = outcome.status;
      row.delivered_ms = clock.wallMs();
      arrived(row);
      return;
    }
    const notice = row.kind !== 'webhook';
    const status = outcome.kind === 'failed' ? outcome.status : null;
    const { reason } = outcome;
    const { id, lease_token: token, tries } = row;
    row.reason = reason;
    row.status = status;
    try {
      if (outcome.kind === 'hopeless' || tries > (notice ? noticeRetriesMax : retriesMax)) {
        const { merchant_id: merchant, subject: type } = row;
        row.state = 'dead';
        if (!unwritten.has(row))
          await store.unit(async (tx) =>
            hold(await tx.run(giveUp, { id, token, tries, reason, status }), `delivery ${id}`),
          );
        log.warn({ event: 'delivery.dead', merchant, type, tries, reason });
        held.delete(id);
        if (!stopped) follow(lanes.ended(row, true));
        return;
      }
      const due = clock.wallMs() + (notice ? noticeRetryAfterMs : retryAfterMs);
      const until = due + leaseMs;
      if (!unwritten.has(row))
        await store.unit(async (tx) =>
          hold(await tx.run(postpone, { id, token, tries, due, until, reason, status }), `delivery ${id}`),
        );
      if (stopped) return;
      row.due_ms = due;
      row.lease_until_ms = until;
      // Its event has it; what waits for minutes does not stay in memory.
      if (row.kind === 'webhook') row.body = '';
      schedule(row);
    } catch (failed) {
      log.error({ event: 'delivery.broke', delivery: id, reason: describe(failed) });
      if (stopped) return;
      if (failed instanceof LeaseLost) return drop(row);
      // It could not be written down; in memory it goes on as if it were.
      row.state = 'waiting';
      row.due_ms = clock.wallMs() + retryAfterMs;
      schedule(row);
    }
  };

  const arrived = (row: DeliveryRow): void => {
    if (row.kind !== 'webhook')
      log.info({
        event: arrivedEvents[row.kind] ?? 'notice.delivered',
        merchant: row.merchant_id,
        type: row.subject,
        tries: row.tries,
      });
    held.delete(row.id);
    if (unwritten.has(row)) Object.assign(row, { state: 'delivered', body: '' });
    else receipts.add(row);
    follow(lanes.ended(row, false));
  };

  /** Keeps what queues here for long: a lease that would be too short before the next look. */
  const renewEnding = async (now: number, everyMs: number): Promise<void> => {
    const ending = [...held.values()].filter(
      (row) => (row.lease_until_ms ?? 0) - now < leaseLeftMinMs + everyMs && !inFlight.has(row) && !unwritten.has(row),
    );
    if (ending.length > 0) {
      const until = now + leaseMs;
      const lost = await store.unit(async (tx) => {
        const others: DeliveryRow[] = [];
        for (const row of ending)
          try {
            await deliveryLeases.renew(tx, row, until);
          } catch (reason) {
            if (!(reason instanceof LeaseLost)) throw reason;
            others.push(row);
          }
        return others;
      });
      for (const row of ending) row.lease_until_ms = until;
      // One that went meanwhile will learn it from its own write.
      for (const row of lost) if (!inFlight.has(row)) forget(row);
    }
  };

  /** Takes up what nobody keeps. */
  const look = async (): Promise<void> => {
    const now = clock.wallMs();
    if (lookEveryMs !== null) await renewEnding(now, lookEveryMs);
    const found = await store.read((tx) => tx.all(abandoned, { now, limit: takenAtOnceMax }));
    const taking = found.filter(({ id }) => !held.has(id));
    if (taking.length === 0 || stopped) return;
    const taken = await store.unit(async (tx) => {
      const claimed: DeliveryRow[] = [];
      for (const row of taking) {
        const untilMs = Math.max(now, row.due_ms) + leaseMs;
        const mineNow = await deliveryLeases.claim(tx, row, { owner: instanceId, nowMs: now, untilMs });
        if (mineNow !== undefined) claimed.push(mineNow);
      }
      return claimed;
    });
    if (stopped) return;
    if (taken.length > 0) log.info({ event: 'deliveries.taken_up', rows: taken.length });
    for (const row of taken) accept(row);
  };

  /** Somebody else has a row that was waiting here. */
  const forget = (row: DeliveryRow): void => {
    timers.get(row)?.cancel();
    timers.delete(row);
    outletsOf(row).remove(row);
    drop(row);
  };

  const lookAgain = async (): Promise<void> => {
    let delayMs = lookEveryMs;
    if (delayMs === null) {
      const next = await store.read((tx) => tx.first(nextForeign, { owner: instanceId }));
      if (next === undefined) return;
      delayMs = Math.max(askEveryMs, Number(next.until) - clock.wallMs());
    }
    if (stopped) return;
    lookTimer = clock.after(delayMs, () => void guarded('look', look()).then(() => guarded('look', lookAgain())));
  };

  /** Background work that fails is told; what it meant to do is done at the next look. */
  const guarded = (what: string, work: Promise<void>): Promise<void> =>
    work.catch((reason: unknown) => log.error({ event: 'deliveries.broke', what, reason: describe(reason) }));

  /** Under this instance's lease. */
  const rowOf = (delivery: NewDelivery): DeliveryRow => {
    const now = clock.wallMs();
    return {
      id:
        delivery.kind === 'webhook'
          ? delivery.id
          : newId(entropy, 'dlv_', `${delivery.merchantId ?? delivery.url}/${delivery.subject}`),
      merchant_id: delivery.kind === 'webhook' ? delivery.endpoint.merchantId : delivery.merchantId,
      kind: delivery.kind,
      subject: delivery.subject,
      url: delivery.kind === 'webhook' ? delivery.endpoint.url : delivery.url,
      // A webhook's token is its endpoint's, when it is sent.
      token: delivery.kind === 'webhook' ? '' : delivery.token,
      body: delivery.body,
      state: 'waiting',
      tries: 0,
      due_ms: now,
      created_ms: now,
      endpoint_id: delivery.kind === 'webhook' ? delivery.endpoint.id : null,
      object_id: delivery.kind === 'webhook' ? delivery.objectId : null,
      seq: 1,
      reason: null,
      status: null,
      delivered_ms: null,
      lease_owner: instanceId,
      lease_until_ms: now + leaseMs,
      lease_token: 1,
    };
  };

  const add = async (tx: Tx, delivery: NewDelivery): Promise<DeliveryRow> => {
    const row = rowOf(delivery);
    if (delivery.kind !== 'webhook') await tx.run(insertNotice, row);
    else row.seq = (await tx.first(insertWebhook, row))?.seq ?? 1;
    return row;
  };

  const wake = (rows: readonly DeliveryRow[]): void => {
    if (stopped) return;
    for (const row of rows) accept(row);
  };

  return {
    add,
    wake,
    async send(delivery) {
      const row = rowOf(delivery);
      try {
        await store.unit((tx) => tx.run(insertNotice, row));
      } catch (reason) {
        if (stopped) throw reason;
        const { merchant_id: merchant, subject: type } = row;
        log.warn({ event: 'delivery.unwritten', merchant, type, reason: describe(reason) });
        unwritten.add(row);
      }
      wake([row]);
    },
    async start() {
      stopped = false;
      posts.open();
      letters.open();
      const rows = await store.unit(async (tx) => {
        await tx.run(takeUp, { owner: instanceId, now: clock.wallMs(), ttl: leaseMs });
        return tx.all(mine, { owner: instanceId });
      });
      for (const row of rows) if (!held.has(row.id)) accept(row);
      await lookAgain();
    },
    async stop() {
      stopped = true;
      posts.close();
      letters.close();
      slowTimer?.cancel();
      slowTimer = null;
      for (const timer of timers.values()) timer.cancel();
      timers.clear();
      for (const timer of [askTimer, lookTimer]) timer?.cancel();
      askTimer = null;
      lookTimer = null;
      asking.clear();
      await unwritten.close();
      await receipts.close();
      // What is on its way stays ours until its lease ends: nobody may send it meanwhile.
      const free = [...held.values()].filter((row) => !inFlight.has(row));
      held.clear();
      if (free.length > 0)
        await store.unit(async (tx) => {
          for (const { id, lease_token: token } of free) await tx.run(letGo, { id, token });
        });
    },
  };
};
