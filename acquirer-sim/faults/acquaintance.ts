/** What a dialect's books know of a request, as this room wants it. */
import type { Transaction } from '../ledger/ledger.ts';
import type { Acquaintance } from './subject.ts';

/** The part of GMO-PG's order that is of use here. */
interface Order {
  readonly tenant: string;
  readonly orderId: string;
  readonly amountYen: number;
  readonly taxYen: number;
  readonly job: string;
  readonly card: Transaction['card'] | null;
  readonly processedAtMs: number;
}

export const ofTransaction = (transaction: Transaction | undefined): Acquaintance | undefined =>
  transaction && {
    tenant: transaction.tenant,
    reference: transaction.reference,
    card: transaction.card,
    amountYen: transaction.money.amountYen,
    changedAtMs: transaction.atMs,
  };

export const ofOrder = (order: Order | undefined): Acquaintance | undefined =>
  order && {
    tenant: order.tenant,
    reference: order.orderId,
    card: order.card,
    amountYen: order.amountYen + order.taxYen,
    changedAtMs: order.processedAtMs,
    job: order.job,
  };
