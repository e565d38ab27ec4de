/**
 * The states of a trade and what may follow what (gmo-pg-protocol.md section 6): pure.
 */
import { jstDate } from '../jst.ts';
import type { RowKind } from '../ledger/money.ts';

export type EntryJob = 'CHECK' | 'CAPTURE' | 'AUTH' | 'SAUTH';
/** `AUTHENTICATED`: by 3-D Secure, and not paid yet. */
export type TradeStatus = 'UNPROCESSED' | 'AUTHENTICATED' | EntryJob | 'SALES' | 'VOID' | 'RETURN' | 'RETURNX';
/** A job that asks the issuer for an amount: a payment, or AlterTran on a trade that was cancelled. */
export type PaymentJob = Exclude<EntryJob, 'CHECK'>;
export type CancelJob = 'VOID' | 'RETURN' | 'RETURNX' | 'CANCEL';
export type AlterJob = 'SALES' | CancelJob;

/** What AlterTran may do: the next status and the ledger row, or the ErrInfo of why not. */
export type AlterStep = { readonly status: TradeStatus; readonly kind: RowKind } | { readonly errInfo: string };

const NOT_SETTLED = 'E11010002';
const ALREADY_SETTLED = 'E11010001';
const NOT_IN_THIS_STATE = 'E11010003';
const NOT_FOR_THIS_TRADE = 'E01050004';

export const isUnpaid = (status: TradeStatus): boolean => status === 'UNPROCESSED' || status === 'AUTHENTICATED';

/** The same day, the same month, later. */
const byDate = (tradedAtMs: number, atMs: number): 'VOID' | 'RETURN' | 'RETURNX' => {
  const [traded, now] = [jstDate(tradedAtMs), jstDate(atMs)];
  if (traded === now) return 'VOID';
  return traded.slice(0, 6) === now.slice(0, 6) ? 'RETURN' : 'RETURNX';
};

export interface AlterQuestion {
  readonly status: TradeStatus;
  readonly job: AlterJob;
  readonly tradedAtMs: number;
  readonly atMs: number;
  /** Whether the word must fit the date. Not known of the real host (section 6). */
  readonly strictDates: boolean;
}

/** CANCEL is VOID, RETURN or RETURNX by date; the others are taken at the caller's word unless dates are strict. */
export const stepForAlter = ({ status, job, tradedAtMs, atMs, strictDates }: AlterQuestion): AlterStep => {
  if (isUnpaid(status)) return { errInfo: NOT_SETTLED };
  const taken = status === 'CAPTURE' || status === 'SALES';
  if (job === 'SALES') {
    if (status === 'AUTH') return { status: 'SALES', kind: 'capture' };
    return { errInfo: taken ? ALREADY_SETTLED : NOT_IN_THIS_STATE };
  }
  const held = status === 'AUTH' || status === 'SAUTH';
  if (!held && !taken) return { errInfo: NOT_IN_THIS_STATE };
  const fitting = byDate(tradedAtMs, atMs);
  // A hold that outlives its month is still given back as RETURN, never RETURNX: clients do so (section 6).
  const fits = job === 'CANCEL' || job === fitting || (held && job === 'RETURN' && fitting === 'RETURNX');
  if (strictDates && !fits) return { errInfo: NOT_IN_THIS_STATE };
  return { status: job === 'CANCEL' ? fitting : job, kind: taken ? 'refund' : 'void' };
};

/** Why a trade cannot be authorised anew, or null: only one that was cancelled can. */
export const objectionToReauthorising = (status: TradeStatus): string | null => {
  if (isUnpaid(status)) return NOT_SETTLED;
  return status === 'VOID' || status === 'RETURN' || status === 'RETURNX' ? null : NOT_IN_THIS_STATE;
};

export interface ChangeStep {
  readonly kind: RowKind;
  /** The row's amount: see `RowKind`. */
  readonly amountYen: number;
  readonly askIssuer: boolean;
}

/** ChangeTran keeps the status and moves the amount. JobCd names what the trade is: AUTH, SAUTH, or CAPTURE. */
export const stepForChange = (
  status: TradeStatus,
  job: PaymentJob,
  fromYen: number,
  toYen: number,
): ChangeStep | { readonly errInfo: string } => {
  if (isUnpaid(status)) return { errInfo: NOT_SETTLED };
  const taken = status === 'CAPTURE' || status === 'SALES';
  if (status !== 'AUTH' && status !== 'SAUTH' && !taken) return { errInfo: NOT_IN_THIS_STATE };
  if (job !== (taken ? 'CAPTURE' : status)) return { errInfo: NOT_FOR_THIS_TRADE };
  // Lowering what was already taken gives the difference back: the dialect's partial refund.
  if (taken && toYen < fromYen) return { kind: 'refund', amountYen: fromYen - toYen, askIssuer: false };
  return { kind: 'change', amountYen: toYen, askIssuer: toYen > fromYen };
};
