/**
 * What merchants were told about each charge, by answers, read-backs and webhooks alike: the
 * first of the auditor's three books.
 *
 * It only ever learns: news that arrives out of order (a webhook overtaken by an answer) takes
 * nothing back that was said before.
 */
import type { ToldCharge } from '../judge/observation.ts';
import { isObject } from './client.ts';

type Entry = { -readonly [field in keyof ToldCharge]: ToldCharge[field] } & {
  /** What a partial capture left uncaptured; PAY.JP counts it in `amount_refunded`. */
  releasedYen: number;
};

/** Whose charge it is. The key is null where a webhook knows the charge before its answer does. */
export interface Teller {
  readonly member: string;
  readonly merchantId: string;
  readonly idempotencyKey: string | null;
  readonly amountYen: number | null;
}

export interface ToldBook {
  /** Some body showed the charge, at `atMs` since the scenario's start. Others are ignored. */
  shown(teller: Teller, charge: unknown, atMs: number): void;
  /** An error answer named the charge as failed, or as unknown. */
  named(teller: Teller, chargeId: string, as: 'failed' | 'unknown'): void;
  charges(): ToldCharge[];
}

export const createToldBook = (): ToldBook => {
  const entries = new Map<string, Entry>();

  const entryOf = (teller: Teller, chargeId: string): Entry => {
    let entry = entries.get(chargeId);
    if (entry === undefined) {
      entry = {
        member: teller.member,
        merchantId: teller.merchantId,
        chargeId,
        idempotencyKey: teller.idempotencyKey,
        amountYen: teller.amountYen ?? 0,
        capturedToldMs: null,
        capturedYen: 0,
        refundedYen: 0,
        toldFailed: false,
        toldUnknown: false,
        releasedYen: 0,
      };
      entries.set(chargeId, entry);
    }
    entry.idempotencyKey ??= teller.idempotencyKey;
    return entry;
  };

  return {
    shown(teller, charge, atMs) {
      if (!isObject(charge) || charge.object !== 'charge' || typeof charge.id !== 'string') return;
      if (typeof charge.amount !== 'number' || typeof charge.amount_refunded !== 'number') return;
      const entry = entryOf({ ...teller, amountYen: teller.amountYen ?? charge.amount }, charge.id);
      if (charge.captured === true) {
        if (entry.capturedToldMs === null) {
          entry.capturedToldMs = atMs;
          entry.releasedYen = charge.amount_refunded;
          entry.capturedYen = charge.amount - charge.amount_refunded;
        }
        entry.refundedYen = Math.max(entry.refundedYen, charge.amount_refunded - entry.releasedYen);
      } else if (charge.outcome === 'unknown') {
        entry.toldUnknown = true;
      } else if (charge.paid === false) {
        entry.toldFailed = true;
      }
    },
    named(teller, chargeId, as) {
      const entry = entryOf(teller, chargeId);
      if (as === 'unknown') entry.toldUnknown = true;
      else entry.toldFailed = true;
    },
    charges: () => Array.from(entries.values(), ({ releasedYen: _, ...told }) => told),
  };
};
