/**
 * Terms, statements, balances and transfers of the API (payjp-api section 3.7), each a view of one
 * term's sums. Amounts in yen; what is taken from the merchant is negative. The ledger knows no
 * fees, so none are shown.
 */
import { jstDay } from './calendar.ts';
import { movementId } from './ids.ts';
import type { ClosedTerm, Owner } from './terms.ts';

const seconds = (ms: number): number => Math.floor(ms / 1000);

export const netYen = ({ sums }: ClosedTerm): number => sums.captureYen - sums.refundYen - sums.disputeYen;

/** A term in which nothing moved has no statement and no transfer. */
export const moved = ({ sums }: ClosedTerm): boolean => sums.captureCount + sums.refundCount + sums.disputeCount > 0;

export const termView = ({ livemode }: Owner, term: ClosedTerm) => ({
  id: term.id,
  object: 'term',
  livemode: livemode === 1,
  start_at: seconds(term.startMs),
  end_at: term.closed ? seconds(term.endMs) - 1 : null,
  closed: term.closed,
  charge_count: term.sums.captureCount,
  refund_count: term.sums.refundCount,
  dispute_count: term.sums.disputeCount,
});

export const statementId = ({ merchant, livemode }: Owner, term: ClosedTerm): string =>
  movementId('st_', merchant, livemode, term.startMs);
export const balanceId = ({ merchant, livemode }: Owner, term: ClosedTerm): string =>
  movementId('ba_', merchant, livemode, term.startMs);
export const transferId = ({ merchant, livemode }: Owner, term: ClosedTerm): string =>
  movementId('tr_', merchant, livemode, term.startMs);

const item = (subject: string, name: string, amount: number) => ({ subject, name, amount, tax_rate: '0.00' });

/** The sales of a term that is over. */
export const statementView = (owner: Owner, term: ClosedTerm) => ({
  id: statementId(owner, term),
  object: 'statement',
  livemode: owner.livemode === 1,
  created: seconds(term.endMs),
  updated: seconds(term.endMs),
  title: null,
  type: 'sales',
  tenant_id: null,
  term: termView(owner, term),
  balance_id: balanceId(owner, term),
  net: netYen(term),
  items: [
    ...(term.sums.captureCount > 0 ? [item('gross_sales', '売上', term.sums.captureYen)] : []),
    ...(term.sums.refundCount > 0 ? [item('gross_refund', '返金', -term.sums.refundYen)] : []),
    ...(term.sums.disputeCount > 0 ? [item('chargeback', 'チャージバック', -term.sums.disputeYen)] : []),
  ],
});

/** Collected while its term runs, then paid out (or claimed, when refunds outweigh sales) on its due day. */
export const balanceView = (owner: Owner, term: ClosedTerm, nowMs: number) => {
  const settled = term.dueMs <= nowMs;
  return {
    id: balanceId(owner, term),
    object: 'balance',
    livemode: owner.livemode === 1,
    created: seconds(term.startMs),
    tenant_id: null,
    net: netYen(term),
    statements: term.closed && moved(term) ? [statementView(owner, term)] : [],
    state: balanceState(term),
    closed: settled,
    closed_date: settled ? seconds(term.dueMs) : null,
    due_date: term.closed ? seconds(term.dueMs) : null,
    bank_info: null,
  };
};

export const balanceState = (term: ClosedTerm): 'collecting' | 'transfer' | 'claim' => {
  if (!term.closed) return 'collecting';
  return netYen(term) < 0 ? 'claim' : 'transfer';
};

/** A transfer that would take money is carried over: PAY.JP claims it by a balance instead. */
export const transferStatus = (term: ClosedTerm, nowMs: number): 'pending' | 'paid' | 'carried_over' => {
  if (netYen(term) < 0) return 'carried_over';
  return term.dueMs <= nowMs ? 'paid' : 'pending';
};

export const transferView = (owner: Owner, term: ClosedTerm, nowMs: number, charges: unknown) => {
  const status = transferStatus(term, nowMs);
  const { captureYen, captureCount, refundYen, refundCount, disputeYen, disputeCount } = term.sums;
  return {
    id: transferId(owner, term),
    object: 'transfer',
    livemode: owner.livemode === 1,
    created: seconds(term.endMs),
    amount: netYen(term),
    carried_balance: status === 'carried_over' ? netYen(term) : null,
    charges,
    currency: 'jpy',
    description: null,
    scheduled_date: jstDay(term.dueMs),
    status,
    summary: {
      charge_count: captureCount,
      charge_fee: 0,
      charge_gross: captureYen,
      net: netYen(term),
      refund_amount: refundYen,
      refund_count: refundCount,
      dispute_amount: disputeYen,
      dispute_count: disputeCount,
    },
    term_start: seconds(term.startMs),
    term_end: seconds(term.endMs) - 1,
    transfer_amount: status === 'paid' ? netYen(term) : null,
    transfer_date: status === 'paid' ? jstDay(term.dueMs) : null,
  };
};
