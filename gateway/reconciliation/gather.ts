/**
 * Reads the gateway's side of a day: every payment that was begun or moved money on it, and those
 * that the acquirer's file names. Small reads, one after the other: payments go on meanwhile.
 */
import { attemptByReference, chargeById } from '../charges/store.ts';
import { attemptReference } from '../ids.ts';
import type { Store, Tx } from '../ports.ts';
import type { AttemptRow, ChargeRow, Flag, TransferRow } from '../store/database.ts';
import type { Handle } from '../upstream/outcome.ts';
import type { Span } from './business-day.ts';
import type { Expected, Movement, Payment } from './payment.ts';
import { authorisationOf, authorisationsUnder, chargesBegun, merchantIds, movementsIn, type Page } from './store.ts';

/** A payment, and when its authorisation was asked for. */
export interface GatheredPayment extends Payment {
  readonly sentMs: number;
}

export interface Wanted {
  readonly acquirer: string;
  readonly day: Span;
  readonly nowMs: number;
  /** References of the acquirer's file, and what the day before left for it. */
  readonly references: Iterable<string>;
}

/** Rows of one read: well under the time that a payment may wait. */
const pageRows = 500;
const chargesTogether = 100;
const dayMs = 86_400_000;

const handleOf = ({ handle }: ChargeRow): string | null => {
  if (handle === null) return null;
  const parsed = JSON.parse(handle) as Handle;
  return parsed.processId ?? parsed.accessId ?? null;
};

export const createGatherer = ({ store }: { store: Store }) => {
  /** Captures and refunds from a day before until now, by charge. */
  const movements = async ({ acquirer, day, nowMs }: Wanted): Promise<Map<string, TransferRow[]>> => {
    const found = new Map<string, TransferRow[]>();
    let page: Page = {
      account: `receivable:${acquirer}`,
      from: day.startMs - dayMs,
      to: nowMs + 1,
      afterMs: -1,
      afterId: '',
      limit: pageRows,
    };
    for (;;) {
      const rows = await store.read((tx) => tx.all(movementsIn, page));
      for (const row of rows) {
        const own = found.get(row.charge_id);
        if (own === undefined) found.set(row.charge_id, [row]);
        else own.push(row);
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageRows) return found;
      page = { ...page, afterMs: Number(last.at_ms), afterId: last.id };
    }
  };

  /** Ids of the charges that were begun on the day. */
  const begun = async ({ day }: Wanted): Promise<string[]> => {
    const ids: string[] = [];
    const merchants = await store.read((tx) => tx.all(merchantIds, {}));
    for (const { id: merchant } of merchants)
      for (const livemode of [0, 1] as const satisfies readonly Flag[]) {
        let [afterMs, afterId] = [-1, ''];
        for (;;) {
          const span = { from: day.startMs, to: day.endMs, afterMs, afterId, limit: pageRows };
          const rows = await store.read((tx) => tx.all(chargesBegun, { merchant, livemode, ...span }));
          for (const { id } of rows) ids.push(id);
          const last = rows.at(-1);
          if (last === undefined || rows.length < pageRows) break;
          [afterMs, afterId] = [Number(last.created_ms), last.id];
        }
      }
    return ids;
  };

  const attemptsOf = async (tx: Tx, charge: ChargeRow, acquirer: string): Promise<AttemptRow[]> => {
    const under = (nth: number): string => attemptReference(charge.id, nth);
    const [a, b, c, d] = [under(1), under(2), under(3), under(4)];
    const found = await tx.all(authorisationsUnder, { a, b, c, d, acquirer, charge: charge.id });
    const paid = charge.acquirer === acquirer && charge.handle !== null;
    // Renewed: its authorisation was made for another charge, and has changed places with this one's.
    if (paid && !found.some(({ state }) => state === 'approved'))
      found.push(...(await tx.all(authorisationOf, { acquirer, charge: charge.id })));
    return found;
  };

  const paymentOf = (
    charge: ChargeRow,
    attempt: AttemptRow,
    moved: readonly TransferRow[],
    nowMs: number,
  ): GatheredPayment => {
    const standing = Number(charge.captured_amount) - Number(charge.refunded_amount);
    const approved = attempt.state === 'approved';
    const sentMs = Number(attempt.sent_ms ?? charge.created_ms);
    return {
      reference: attempt.reference,
      chargeId: charge.id,
      merchantId: charge.merchant_id,
      transaction: approved ? handleOf(charge) : null,
      expected: approved ? expectedOf(charge, standing, nowMs) : { kind: 'nothing' },
      chargeTaken: charge.state === 'captured',
      movements: approved ? movementsOf(moved, standing) : [],
      unsettledSinceMs: unsettledSince(charge, attempt, approved, sentMs),
      sentMs,
    };
  };

  /** The payments of these charges at the acquirer, as they are now. */
  const payments = async (
    ids: Iterable<string>,
    wanted: Wanted,
    moved: ReadonlyMap<string, readonly TransferRow[]>,
  ): Promise<GatheredPayment[]> => {
    const found: GatheredPayment[] = [];
    const all = [...new Set(ids)].toSorted();
    for (let at = 0; at < all.length; at += chargesTogether) {
      const some = all.slice(at, at + chargesTogether);
      await store.read(async (tx) => {
        for (const id of some) {
          const charge = await tx.first(chargeById, { id });
          if (charge === undefined) continue;
          for (const attempt of await attemptsOf(tx, charge, wanted.acquirer))
            found.push(paymentOf(charge, attempt, moved.get(id) ?? [], wanted.nowMs));
        }
      });
    }
    return found;
  };

  /** Charges behind references; a reference that is nobody's has none. */
  const chargesBehind = async (references: Iterable<string>): Promise<string[]> => {
    const ids: string[] = [];
    const all = [...new Set(references)];
    for (let at = 0; at < all.length; at += pageRows)
      await store.read(async (tx) => {
        for (const reference of all.slice(at, at + pageRows)) {
          const attempt = await tx.first(attemptByReference, { reference });
          if (attempt !== undefined) ids.push(attempt.charge_id);
        }
      });
    return ids;
  };

  return {
    /** Everything of the day. */
    async day(wanted: Wanted): Promise<GatheredPayment[]> {
      const moved = await movements(wanted);
      const ids = new Set([...(await begun(wanted)), ...(await chargesBehind(wanted.references))]);
      for (const [id, rows] of moved)
        if (rows.some(({ at_ms }) => Number(at_ms) >= wanted.day.startMs && Number(at_ms) < wanted.day.endMs))
          ids.add(id);
      return payments(ids, wanted, moved);
    },
    /** Some of them again. */
    async again(chargeIds: Iterable<string>, wanted: Wanted): Promise<GatheredPayment[]> {
      return payments(chargeIds, wanted, await movements(wanted));
    },
  };
};

const expectedOf = (charge: ChargeRow, standing: number, nowMs: number): Expected => {
  if (charge.state === 'authorised')
    return {
      kind: 'held',
      amountYen: Number(charge.amount),
      mayLapse: charge.expires_ms !== null && Number(charge.expires_ms) <= nowMs,
    };
  return charge.state === 'captured' && standing > 0 ? { kind: 'taken', amountYen: standing } : { kind: 'nothing' };
};

const unsettledSince = (charge: ChargeRow, attempt: AttemptRow, approved: boolean, sentMs: number): number | null => {
  if (attempt.state === 'sending' || attempt.state === 'unknown') return sentMs;
  if (!approved) return null;
  if (charge.state === 'unknown' || charge.state === 'pending') return sentMs;
  return charge.pending_type === null ? null : Number(charge.pending_since_ms ?? sentMs);
};

/** What the payment stood at after each movement: counted back from what it stands at now. */
const movementsOf = (rows: readonly TransferRow[], standingNow: number): Movement[] => {
  const found: Movement[] = [];
  let standingYen = standingNow;
  for (const row of rows.toReversed()) {
    const kind = row.kind as Movement['kind'];
    const amountYen = Number(row.amount);
    found.push({ id: row.id, kind, amountYen, standingYen, atMs: Number(row.at_ms) });
    standingYen += kind === 'capture' ? -amountYen : amountYen;
  }
  return found.toReversed();
};
