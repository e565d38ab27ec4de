/**
 * The states of a trade and what may follow what (gmo-pg-protocol.md section 6): pure.
 *
 * A re-authorisation of a cancelled trade (AlterTran AUTH, CAPTURE) is not offered.
 */
import { jstDate } from '../jst.ts';
import type { RowKind } from '../ledger/money.ts';

export type TradeStatus = 'UNPROCESSED' | 'CHECK' | 'CAPTURE' | 'AUTH' | 'SALES' | 'VOID' | 'RETURN' | 'RETURNX';
export type EntryJob = 'CHECK' | 'CAPTURE' | 'AUTH';
export type AlterJob = 'SALES' | 'VOID' | 'RETURN' | 'RETURNX' | 'CANCEL';

/** What AlterTran may do: the next status and the ledger row, or the ErrInfo of why not. */
export type AlterStep = { readonly status: TradeStatus; readonly kind: RowKind } | { readonly errInfo: string };

const NOT_SETTLED = 'E11010002';
const ALREADY_SETTLED = 'E11010001';
const NOT_IN_THIS_STATE = 'E11010003';
const NOT_FOR_THIS_TRADE = 'E01050004';

/** CANCEL is VOID, RETURN or RETURNX by date; the others are taken at the caller's word. */
const cancelStatus = (job: Exclude<AlterJob, 'SALES'>, tradedAtMs: number, atMs: number): TradeStatus => {
  if (job !== 'CANCEL') return job;
  const [traded, now] = [jstDate(tradedAtMs), jstDate(atMs)];
  if (traded === now) return 'VOID';
  return traded.slice(0, 6) === now.slice(0, 6) ? 'RETURN' : 'RETURNX';
};

export const stepForAlter = (status: TradeStatus, job: AlterJob, tradedAtMs: number, atMs: number): AlterStep => {
  if (status === 'UNPROCESSED') return { errInfo: NOT_SETTLED };
  const taken = status === 'CAPTURE' || status === 'SALES';
  if (job === 'SALES') {
    if (status === 'AUTH') return { status: 'SALES', kind: 'capture' };
    return { errInfo: taken ? ALREADY_SETTLED : NOT_IN_THIS_STATE };
  }
  if (status !== 'AUTH' && !taken) return { errInfo: NOT_IN_THIS_STATE };
  return { status: cancelStatus(job, tradedAtMs, atMs), kind: taken ? 'refund' : 'void' };
};

export interface ChangeStep {
  readonly kind: RowKind;
  /** The row's amount: see `RowKind`. */
  readonly amountYen: number;
  readonly askIssuer: boolean;
}

/** ChangeTran keeps the status and moves the amount. JobCd names what the trade is: AUTH, or CAPTURE. */
export const stepForChange = (
  status: TradeStatus,
  job: EntryJob,
  fromYen: number,
  toYen: number,
): ChangeStep | { readonly errInfo: string } => {
  if (status === 'UNPROCESSED') return { errInfo: NOT_SETTLED };
  const taken = status === 'CAPTURE' || status === 'SALES';
  if (status !== 'AUTH' && !taken) return { errInfo: NOT_IN_THIS_STATE };
  if (job !== (taken ? 'CAPTURE' : 'AUTH')) return { errInfo: NOT_FOR_THIS_TRADE };
  // Lowering what was already taken gives the difference back: the dialect's partial refund.
  if (taken && toYen < fromYen) return { kind: 'refund', amountYen: fromYen - toYen, askIssuer: false };
  return { kind: 'change', amountYen: toYen, askIssuer: toYen > fromYen };
};
