/** What `load/` writes on its console, a line each (`load/journal.ts`). Times of exchanges are wall milliseconds. */
import { existsSync, readFileSync } from 'node:fs';
import { isObject } from '../cast/client.ts';
import type { Operation } from '../judge/observation.ts';

/** What an answer showed of a charge. */
export interface Shown {
  readonly id: string;
  readonly amountYen: number;
  readonly paid: boolean;
  readonly captured: boolean;
  readonly refundedYen: number;
  readonly outcome: string | null;
}

/** One call of a merchant's client, with its repeats, and the last answer. */
export interface ExchangeLine {
  readonly t: 'exchange';
  readonly member: string;
  readonly ordinal: string;
  /** `token`, `charge`, `finish`, `capture`, `refund`, `look`, `customer`, `card`. */
  readonly leg: string;
  readonly key: string | null;
  readonly amountYen: number | null;
  readonly sentMs: number;
  readonly answeredMs: number;
  readonly requests: number;
  /** Null: no answer came. */
  readonly status: number | null;
  readonly decidedBy: string | null;
  /** `Breakwater-Outcome`: `unknown`, `deferred` or null. */
  readonly outcome: string | null;
  readonly chargeId: string | null;
  readonly charge: Shown | null;
}
export type OperationLine = { readonly t: 'operation' } & Operation;
export type Line = OperationLine | ExchangeLine | { readonly t: 'page' };

/** Of a file that need not be there. A line that the process's end cut off is passed over. */
export const linesOf = (file: string): Line[] =>
  (existsSync(file) ? readFileSync(file, 'utf8') : '').split('\n').flatMap((line) => {
    if (!line.startsWith('{"t":')) return [];
    try {
      return [JSON.parse(line) as Line];
    } catch {
      return [];
    }
  });

/** Null where the body shows no charge. */
export const shownIn = (body: unknown): Shown | null => {
  if (!isObject(body) || body.object !== 'charge' || typeof body.id !== 'string') return null;
  return {
    id: body.id,
    amountYen: Number(body.amount),
    paid: body.paid === true,
    captured: body.captured === true,
    refundedYen: Number(body.amount_refunded ?? 0),
    outcome: typeof body.outcome === 'string' ? body.outcome : null,
  };
};
