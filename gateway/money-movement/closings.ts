/**
 * Tells merchants what happens to their money by itself: a term ends and the next one begins, its
 * statement and balance are fixed, the balance of the term before is paid (payjp-api section 7).
 *
 * All of that follows from the calendar and the ledger and is stored nowhere; only how far a merchant
 * was told is. Whoever moves that mark, in the unit of the events, tells: two instances, or a crash
 * in between, tell nothing twice and leave nothing out. Sleeps until the next end of a term.
 */
import { sql } from 'kysely';
import { chargeList } from '../charges/lists.ts';
import type { Deliveries } from '../deliveries/deliveries.ts';
import type { Events, EventType } from '../events/events.ts';
import { describe } from '../http/endpoint.ts';
import { rangeOf } from '../http/list.ts';
import type { Merchant, Merchants } from '../merchants/merchants.ts';
import type { Clock, Log, Query, Store, Timer, Tx } from '../ports.ts';
import type { DeliveryRow, Flag } from '../store/database.ts';
import { query } from '../store/query.ts';
import { type Term, termAt, termsBetween } from './calendar.ts';
import { termIdOf } from './ids.ts';
import type { ClosedTerm, Owner, Sums, Terms } from './terms.ts';
import {
  balanceId,
  balanceView,
  moved,
  statementId,
  statementView,
  termView,
  transferId,
  transferStatus,
  transferView,
} from './views.ts';

export interface Closings {
  start(): Promise<void>;
  stop(): void;
}

export interface ClosingsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly merchants: Merchants;
  readonly events: Events;
  readonly deliveries: Deliveries;
  readonly terms: Terms;
}

/** After the end of a term: what was begun in its last moment is in the ledger, whoever's clock it was begun by. */
const afterMs = 60_000;
/** A pass that broke is not repeated at once. */
const brokenMs = 60_000;
const merchantsAtOnce = 50;

/** How far a merchant was told; it may be behind by several terms. */
interface Behind {
  readonly id: string;
  readonly terms_told_ms: number | null;
}

const behind: Query<{ boundary: number; limit: number }, Behind> = query((db, arg) =>
  db
    .selectFrom('merchants')
    .select(['id', 'terms_told_ms'])
    .where(sql<boolean>`(terms_told_ms is null or terms_told_ms < ${arg.boundary})`)
    .orderBy('id')
    .limit(arg.limit),
);
const tell: Query<{ id: string; from: number; boundary: number }, never> = query((db, arg) =>
  db
    .updateTable('merchants')
    .set({ terms_told_ms: arg.boundary })
    .where('id', '=', arg.id)
    .where(sql<boolean>`coalesce(terms_told_ms, -1) = ${arg.from}`),
);

export const createClosings = (deps: ClosingsDeps): Closings => {
  const { clock, log, store, merchants, events, deliveries, terms } = deps;
  let timer: Timer | null = null;
  let stopped = true;

  /** Sums of one term by merchant and mode: it is over, so they are read once for everybody. */
  const sumsOf = async (term: Term): Promise<(owner: Owner) => Sums> => {
    const all = await store.read((tx) => terms.sumsOfAll(tx, term.startMs, term.endMs));
    return (owner) => all.get(`${owner.merchant}/${owner.livemode}`) ?? nothing;
  };

  /** What one end of a term means to one merchant in one mode, in the order in which it happens. */
  const facts = async (
    tx: Tx,
    owner: Owner,
    { due, ended, begun }: { due: ClosedTerm; ended: ClosedTerm; begun: ClosedTerm },
  ): Promise<(readonly [EventType, string, Record<string, unknown>])[]> => {
    const now = begun.startMs;
    const told: (readonly [EventType, string, Record<string, unknown>])[] = [];
    if (moved(due)) {
      told.push(['balance.closed', balanceId(owner, due), balanceView(owner, due, now)]);
      if (transferStatus(due, now) === 'paid') {
        const id = transferId(owner, due);
        const charges = await chargeList(tx, `/v1/transfers/${id}/charges`, {
          ...owner,
          ...rangeOf({}),
          customer: '%',
          subscription: '%',
          capturedFrom: due.startMs,
          capturedTo: due.endMs,
        });
        told.push(['transfer.succeeded', id, transferView(owner, due, now, charges)]);
      }
    }
    told.push(['term.closed', ended.id, termView(owner, ended)]);
    if (moved(ended)) {
      const balance = balanceView(owner, ended, now);
      told.push(['statement.created', statementId(owner, ended), statementView(owner, ended)]);
      told.push(['balance.created', balance.id, balance], ['balance.fixed', balance.id, balance]);
    }
    told.push(['term.created', begun.id, termView(owner, begun)]);
    return told;
  };

  const tellOne = async (merchant: Merchant, from: number | null, spans: readonly Span[]): Promise<void> => {
    const boundary = spans.at(-1)!.begun.startMs;
    const written = await store.unit(async (tx): Promise<DeliveryRow[]> => {
      if ((await tx.run(tell, { id: merchant.id, from: from ?? -1, boundary })) === 0) return [];
      const rows: DeliveryRow[] = [];
      // One that was here before this was told of begins now.
      if (from === null) return rows;
      for (const span of spans) {
        if (span.begun.startMs <= from) continue;
        for (const livemode of modes) {
          const owner: Owner = { merchant: merchant.id, livemode };
          const at = (term: Term, sums: Sums): ClosedTerm => ({
            ...term,
            id: termIdOf(merchant.id, livemode, term.startMs),
            closed: term.endMs <= span.begun.startMs,
            sums,
          });
          const closing = {
            due: at(span.due, span.dueSums(owner)),
            ended: at(span.ended, span.endedSums(owner)),
            begun: at(span.begun, nothing),
          };
          for (const [type, objectId, data] of await facts(tx, owner, closing))
            rows.push(...(await events.emit(tx, { merchant, livemode, type, objectId, data })));
        }
      }
      return rows;
    });
    deliveries.wake(written);
  };

  const pass = async (): Promise<void> => {
    const boundary = termAt(clock.wallMs()).startMs;
    for (;;) {
      const rows = await store.read((tx) => tx.all(behind, { boundary, limit: merchantsAtOnce }));
      if (rows.length === 0 || stopped) return;
      const told = rows.map((row) => row.terms_told_ms ?? boundary);
      const spans = await spansBetween(Math.min(...told), boundary);
      for (const row of rows) {
        const merchant = await merchants.find(row.id);
        if (stopped) return;
        if (merchant !== undefined) await tellOne(merchant, row.terms_told_ms, spans);
      }
    }
  };

  interface Span {
    /** Its balance is due at the moment of this span. */
    readonly due: Term;
    readonly dueSums: (owner: Owner) => Sums;
    readonly ended: Term;
    readonly endedSums: (owner: Owner) => Sums;
    readonly begun: Term;
  }

  /** Every end of a term after `fromMs`, up to the one at `boundaryMs`, oldest first; that one at least. */
  const spansBetween = async (fromMs: number, boundaryMs: number): Promise<Span[]> => {
    const spans: Span[] = [];
    for (const begun of termsBetween(fromMs, boundaryMs).toReversed()) {
      if (begun.startMs <= fromMs && begun.startMs !== boundaryMs) continue;
      const ended = termAt(begun.startMs - 1);
      const due = termAt(ended.startMs - 1);
      const [dueSums, endedSums] = [await sumsOf(due), await sumsOf(ended)];
      spans.push({ due, dueSums, ended, endedSums, begun });
    }
    return spans;
  };

  const sleepFor = (delayMs: number): void => {
    if (!stopped) timer = clock.after(delayMs, () => void turn());
  };

  const turn = async (): Promise<void> => {
    timer = null;
    let waitMs = brokenMs;
    try {
      await pass();
      waitMs = Math.max(0, termAt(clock.wallMs()).endMs - clock.wallMs()) + afterMs;
    } catch (reason) {
      log.error({ event: 'closings.broke', reason: describe(reason) });
    }
    sleepFor(waitMs);
  };

  return {
    async start() {
      stopped = false;
      // What ended while nobody was here is told soon, but not before the first calls are answered.
      const sinceStartMs = clock.wallMs() - termAt(clock.wallMs()).startMs;
      sleepFor(Math.max(afterMs - sinceStartMs, startAfterMs));
    },
    stop() {
      stopped = true;
      timer?.cancel();
      timer = null;
    },
  };
};

const startAfterMs = 1_000;
const modes: readonly Flag[] = [1, 0];
const nothing: Sums = { captureYen: 0, captureCount: 0, refundYen: 0, refundCount: 0, disputeYen: 0, disputeCount: 0 };
