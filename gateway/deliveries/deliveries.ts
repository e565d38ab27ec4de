/**
 * The one delivery engine: webhooks, notices to merchants, messages to the upstream.
 *
 * A delivery is a row written in the same unit as what it tells of; this worker only sends rows.
 * It sleeps until the next one is due and is woken by writes. At most `perEndpointMax` to one
 * host and path, `inFlightMax` in all (resilience-patterns section 8), so a dead receiver delays
 * nobody else.
 */

import { newId } from '../ids.ts';
import type { Clock, Entropy, Fetch, Log, Query, Store, Timer, Tx } from '../ports.ts';
import type { DeliveryRow } from '../store/database.ts';
import { insertQuery, query } from '../store/query.ts';

export interface NewDelivery {
  /** Where what it tells of has a say in it, so that the two find each other; otherwise a new one. */
  readonly id?: string;
  readonly merchantId: string | null;
  readonly kind: 'webhook' | 'notice' | 'upstream';
  /** Event or notice type. */
  readonly subject: string;
  readonly url: string;
  readonly token: string;
  readonly body: string;
}

export interface Deliveries {
  /** Writes a delivery inside the caller's unit; call `wake` with it after the unit. */
  add(tx: Tx, delivery: NewDelivery): Promise<DeliveryRow>;
  /** Tells the worker of rows that were just committed. */
  wake(rows: readonly DeliveryRow[]): void;
  /** Writes and wakes in a unit of its own. */
  send(delivery: NewDelivery): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** PAY.JP's rule: every 3 minutes, at most 3 times after the first (payjp-api section 7). */
const retryAfterMs = 180_000;
const retriesMax = 3;
/** Notices are worth more patience than webhooks, and sooner. */
const noticeRetryAfterMs = 10_000;
const noticeRetriesMax = 30;
const timeoutMs = 15_000;
const inFlightMax = 50;
const perEndpointMax = 2;
const receiptsEveryMs = 1_000;

const insertDelivery = insertQuery('deliveries', [
  'id',
  'merchant_id',
  'kind',
  'subject',
  'url',
  'token',
  'body',
  'state',
  'tries',
  'due_ms',
  'created_ms',
]);
/** The body goes with the delivery: a delivered row only says that it was. */
const finish: Query<{ id: string; state: string; tries: number; body: string }, never> = query((db, arg) =>
  db.updateTable('deliveries').set({ state: arg.state, tries: arg.tries, body: arg.body }).where('id', '=', arg.id),
);
const postpone: Query<{ id: string; tries: number; due: number }, never> = query((db, arg) =>
  db.updateTable('deliveries').set({ tries: arg.tries, due_ms: arg.due }).where('id', '=', arg.id),
);
const waiting: Query<Record<string, never>, DeliveryRow> = query((db) =>
  db.selectFrom('deliveries').selectAll().where('state', '=', 'waiting').orderBy('due_ms').orderBy('id'),
);

export interface DeliveriesDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly fetch: Fetch;
  readonly log: Log;
  readonly store: Store;
}

export const createDeliveries = ({ clock, entropy, fetch, log, store }: DeliveriesDeps): Deliveries => {
  /** Ready to go, in order. */
  const ready: DeliveryRow[] = [];
  const busy = new Map<string, number>();
  const timers = new Set<Timer>();
  let inFlight = 0;
  let stopped = true;

  /** Delivered, not yet written down: one unit for all of a second. */
  let receipts: { id: string; state: string; tries: number; body: string }[] = [];
  let receiptTimer: Timer | null = null;

  const writeReceipts = async (): Promise<void> => {
    const written = receipts;
    receipts = [];
    receiptTimer = null;
    await store.unit(async (tx) => {
      for (const receipt of written) await tx.run(finish, receipt);
    });
  };

  const pump = (): void => {
    for (let index = 0; index < ready.length && inFlight < inFlightMax && !stopped; ) {
      const row = ready[index]!;
      if ((busy.get(row.url) ?? 0) >= perEndpointMax) {
        index += 1;
        continue;
      }
      ready.splice(index, 1);
      busy.set(row.url, (busy.get(row.url) ?? 0) + 1);
      inFlight += 1;
      void attempt(row);
    }
  };

  const attempt = async (row: DeliveryRow): Promise<void> => {
    const tries = row.tries + 1;
    const delivered = await post(row);
    inFlight -= 1;
    const left = (busy.get(row.url) ?? 1) - 1;
    if (left === 0) busy.delete(row.url);
    else busy.set(row.url, left);
    if (stopped) return;
    pump();
    if (delivered) {
      // A receipt lost in a crash costs one more delivery, which receivers must expect anyway.
      if (row.kind !== 'webhook')
        log.info({
          event: row.kind === 'upstream' ? 'upstream.told' : 'notice.delivered',
          merchant: row.merchant_id,
          type: row.subject,
          tries,
        });
      receipts.push({ id: row.id, state: 'delivered', tries, body: '' });
      receiptTimer ??= clock.after(receiptsEveryMs, () => void writeReceipts());
      return;
    }
    const notice = row.kind !== 'webhook';
    if (tries > (notice ? noticeRetriesMax : retriesMax)) {
      log.warn({ event: 'delivery.dead', merchant: row.merchant_id, type: row.subject, tries });
      await store.unit((tx) => tx.run(finish, { id: row.id, state: 'dead', tries, body: row.body }));
      return;
    }
    const due = clock.wallMs() + (notice ? noticeRetryAfterMs : retryAfterMs);
    await store.unit((tx) => tx.run(postpone, { id: row.id, tries, due }));
    schedule({ ...row, tries, due_ms: due });
  };

  /** Only a 2xx is a receipt; what the body says does not matter. */
  const post = async (row: DeliveryRow): Promise<boolean> => {
    try {
      const reply = await fetch(row.url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Payjp-Webhook-Token': row.token },
        body: row.body,
        timeoutMs,
        drawKey: `delivery/${row.id}/${row.tries}`,
      });
      return reply.status >= 200 && reply.status < 300;
    } catch {
      return false;
    }
  };

  const schedule = (row: DeliveryRow): void => {
    const delayMs = row.due_ms - clock.wallMs();
    if (delayMs <= 0) {
      ready.push(row);
      pump();
      return;
    }
    const timer = clock.after(delayMs, () => {
      timers.delete(timer);
      ready.push(row);
      pump();
    });
    timers.add(timer);
  };

  const add = async (tx: Tx, delivery: NewDelivery): Promise<DeliveryRow> => {
    const now = clock.wallMs();
    const row: DeliveryRow = {
      id: delivery.id ?? newId(entropy, 'dlv_', `${delivery.merchantId ?? delivery.url}/${delivery.subject}`),
      merchant_id: delivery.merchantId,
      kind: delivery.kind,
      subject: delivery.subject,
      url: delivery.url,
      token: delivery.token,
      body: delivery.body,
      state: 'waiting',
      tries: 0,
      due_ms: now,
      created_ms: now,
    };
    await tx.run(insertDelivery, row);
    return row;
  };

  const wake = (rows: readonly DeliveryRow[]): void => {
    if (stopped) return;
    for (const row of rows) ready.push(row);
    pump();
  };

  return {
    add,
    wake,
    async send(delivery) {
      const row = await store.unit((tx) => add(tx, delivery));
      wake([row]);
    },
    async start() {
      stopped = false;
      for (const row of await store.read((tx) => tx.all(waiting, {}))) schedule(row);
    },
    async stop() {
      stopped = true;
      for (const timer of timers) timer.cancel();
      timers.clear();
      receiptTimer?.cancel();
      await writeReceipts();
    },
  };
};
