/** The words of a result (emv-3ds.md section 4). */

export type TransStatus = 'Y' | 'A' | 'N' | 'R' | 'U' | 'C' | 'D' | 'I';
/** What an RReq may say. */
export type FinalStatus = Exclude<TransStatus, 'C' | 'D' | 'I'>;

/** An authentication's end. */
export interface Verdict {
  readonly status: FinalStatus;
  /** transStatusReason: with N, U and R. */
  readonly reason: string | null;
  /** challengeCancel of the RReq. */
  readonly cancel: string | null;
}

export const authenticated: Verdict = { status: 'Y', reason: null, cancel: null };
/** Timed out at the ACS. `05`: the first CReq never came; `04`: a screen was left. */
export const timedOut = (cancel: '04' | '05'): Verdict => ({ status: 'N', reason: '14', cancel });
export const cancelled: Verdict = { status: 'N', reason: '01', cancel: '01' };
export const tooManyTries: Verdict = { status: 'N', reason: '19', cancel: null };
export const technicalFailure: Verdict = { status: 'U', reason: '22', cancel: null };
/** A message of the challenge was not in order. */
export const brokenMessage: Verdict = { status: 'U', reason: '22', cancel: '06' };
export const decoupledTooLate: Verdict = { status: 'N', reason: '24', cancel: '03' };
/** 2.1 has no reasons from 22 to 26: there it is "transaction not performed for a technical reason" by 07. */
export const reasonIn = (version: string, reason: string | null): string | null =>
  version === '2.1.0' && reason !== null && reason >= '22' && reason <= '26' ? '07' : reason;
