/**
 * The life of one authentication, as pure functions (emv-3ds.md sections 2 and 4, payjp-api section 6).
 *
 * ```
 * created --browser opens start--> started --AReq sent--> asked --ARes C, D--> challenged --RReq--> decided
 *                                                           |--ARes Y A N R U, or no valid answer--> decided
 * decided --tds_finish (charge, token), by itself (card)--> finished
 * ```
 * What decides is the ARes of a frictionless authentication, or the RReq of a challenge: messages between
 * servers. A CRes passes through the card holder's browser, unsigned; nothing here takes one.
 *
 * Time is an argument. An expired flow is one whose `expires_ms` is over: no event writes that down, so a
 * result that comes later is recorded and changes nothing that anybody may do.
 */
import type { GatewayError } from '../errors.ts';
import type { CardRow, Flag, ThreeDSecureFlowRow } from '../store/database.ts';
import type { ThreeDSecureSettings } from './settings.ts';

export type FlowState = 'created' | 'started' | 'asked' | 'challenged' | 'decided' | 'finished';
export type FlowKind = 'charge' | 'token' | 'card';
/** PAY.JP's `three_d_secure_status`. */
export type Status = 'unverified' | 'verified' | 'attempted' | 'failed' | 'error';

/** `C`, `D` and `I` decide nothing. */
export type DecidedTransStatus = 'Y' | 'A' | 'N' | 'R' | 'U';

/** What the issuer's side said at the end, as it is stored and as it travels to the acquirer. */
export interface AuthenticationResult {
  /** Absent: no valid answer came; `reason` says what happened. */
  readonly transStatus?: DecidedTransStatus | undefined;
  /** transStatusReason, or our own words. */
  readonly reason?: string | undefined;
  readonly eci?: string | undefined;
  /** authenticationValue: CAVV, AAV. */
  readonly cavv?: string | undefined;
  readonly dsTransId?: string | undefined;
  readonly acsTransId?: string | undefined;
  readonly serverTransId?: string | undefined;
  readonly version?: string | undefined;
  /** challengeCancel of the RReq. */
  readonly cancel?: string | undefined;
  /** Did the card holder see a screen of the issuer? */
  readonly challenged: boolean;
}

const statuses: Readonly<Record<DecidedTransStatus, Status>> = {
  Y: 'verified',
  A: 'attempted',
  N: 'failed',
  R: 'failed',
  U: 'error',
};

/** emv-3ds.md section 10, "PAY.JP-level mapping". */
export const statusOf = ({ transStatus }: AuthenticationResult): Status =>
  transStatus === undefined ? 'error' : statuses[transStatus];

export type FlowEvent =
  | {
      readonly type: 'start';
      readonly nowMs: number;
      readonly serverTransId: string;
      readonly returnUrl: string | null;
    }
  | { readonly type: 'method_done' }
  | { readonly type: 'ask'; readonly nowMs: number; readonly version: string }
  | {
      readonly type: 'challenge';
      readonly acsUrl: string | null;
      readonly dsTransId: string;
      readonly acsTransId: string;
    }
  | { readonly type: 'decide'; readonly nowMs: number; readonly result: AuthenticationResult; readonly hash?: string }
  | { readonly type: 'finish'; readonly nowMs: number };

/** What an authentication is for. */
export interface NewFlow {
  readonly id: string;
  readonly kind: FlowKind;
  readonly merchantId: string;
  readonly livemode: Flag;
  readonly card: Pick<CardRow, 'id' | 'fingerprint'>;
  /** Null: a card is registered, nothing is paid. */
  readonly amountYen: number | null;
  /** Of the authorisation that follows; null: none follows by itself. */
  readonly expiryDays: number | null;
  readonly nowMs: number;
}

/** An authentication that no browser has opened yet. `expiresAfterMs`: however far it has come by then, it is over. */
export const begin = (subject: NewFlow, expiresAfterMs: number): ThreeDSecureFlowRow => ({
  id: subject.id,
  merchant_id: subject.merchantId,
  livemode: subject.livemode,
  kind: subject.kind,
  card_id: subject.card.id,
  fingerprint: subject.card.fingerprint,
  amount: subject.amountYen,
  state: 'created',
  status: 'unverified',
  return_url: null,
  server_trans_id: null,
  ds_trans_id: null,
  acs_trans_id: null,
  message_version: null,
  acs_url: null,
  method_done: 0,
  result: null,
  result_hash: null,
  expiry_days: subject.expiryDays,
  created_ms: subject.nowMs,
  started_ms: null,
  asked_ms: null,
  result_ms: null,
  finished_ms: null,
  expires_ms: subject.nowMs + expiresAfterMs,
  version: 0,
});

export const hasExpired = (flow: ThreeDSecureFlowRow, nowMs: number): boolean => nowMs >= flow.expires_ms;

/** The row afterwards; null where the event does not belong to the state, and nothing happens. */
export const advance = (flow: ThreeDSecureFlowRow, event: FlowEvent): ThreeDSecureFlowRow | null => {
  const state = flow.state as FlowState;
  switch (event.type) {
    case 'start':
      if (hasExpired(flow, event.nowMs)) return null;
      if (state === 'created')
        return {
          ...flow,
          state: 'started',
          server_trans_id: event.serverTransId,
          return_url: event.returnUrl,
          started_ms: event.nowMs,
        };
      // Opened once more before anybody was asked: the same authentication, and the newer way back.
      return state === 'started' ? { ...flow, return_url: event.returnUrl } : null;
    case 'method_done':
      return state === 'started' && flow.method_done === 0 ? { ...flow, method_done: 1 } : null;
    case 'ask':
      if (state !== 'started' || hasExpired(flow, event.nowMs)) return null;
      return { ...flow, state: 'asked', asked_ms: event.nowMs, message_version: event.version };
    case 'challenge':
      if (state !== 'asked') return null;
      return {
        ...flow,
        state: 'challenged',
        acs_url: event.acsUrl,
        ds_trans_id: event.dsTransId,
        acs_trans_id: event.acsTransId,
      };
    case 'decide': {
      if (state !== 'asked' && state !== 'challenged') return null;
      const { result } = event;
      return {
        ...flow,
        state: 'decided',
        status: statusOf(result),
        result: JSON.stringify(result),
        result_hash: event.hash ?? null,
        ds_trans_id: flow.ds_trans_id ?? result.dsTransId ?? null,
        acs_trans_id: flow.acs_trans_id ?? result.acsTransId ?? null,
        result_ms: event.nowMs,
      };
    }
    case 'finish':
      return state === 'decided' ? { ...flow, state: 'finished', finished_ms: event.nowMs } : null;
  }
};

/** What a stored result says. */
export const resultOf = (flow: ThreeDSecureFlowRow): AuthenticationResult =>
  flow.result === null ? { challenged: false } : (JSON.parse(flow.result) as AuthenticationResult);

/** What is to be paid, as it is now: it must still be what the card holder saw. */
export interface Subject {
  readonly amountYen: number | null;
  readonly fingerprint: string;
}

export type FinishVerdict =
  | { readonly ok: true; readonly result: AuthenticationResult }
  | { readonly ok: false; readonly error: GatewayError };

const refusal = (
  code:
    | 'not_in_three_d_secure_flow'
    | 'invalid_three_d_secure_state'
    | 'three_d_secure_expired'
    | 'three_d_secure_incompleted',
): FinishVerdict => ({ ok: false, error: { kind: 'request', code } });

/** May `tds_finish` go on? The order of the checks is the order of precedence of the answers. */
export const planFinish = (
  flow: ThreeDSecureFlowRow | undefined,
  subject: Subject,
  settings: ThreeDSecureSettings,
  nowMs: number,
): FinishVerdict => {
  if (flow === undefined) return refusal('not_in_three_d_secure_flow');
  if (flow.state === 'finished') return refusal('invalid_three_d_secure_state');
  if (hasExpired(flow, nowMs)) return refusal('three_d_secure_expired');
  if (flow.state !== 'decided') return refusal('three_d_secure_incompleted');
  const failed: FinishVerdict = {
    ok: false,
    error: { kind: 'three_d_secure_failed', ...(flow.kind === 'charge' ? { chargeId: flow.id } : {}) },
  };
  // Another amount or another card than the issuer vouched for.
  if (flow.amount !== subject.amountYen || flow.fingerprint !== subject.fingerprint) return failed;
  const result = resultOf(flow);
  switch (flow.status as Status) {
    case 'verified':
      return { ok: true, result };
    case 'attempted':
      return settings.attempted === 'accept' ? { ok: true, result } : failed;
    case 'error':
      return settings.unavailable === 'proceed' ? { ok: true, result } : failed;
    case 'failed':
    case 'unverified':
      return failed;
  }
};

/** The `state` of a three_d_secure_request (payjp-api section 3.10). */
export const requestState = (state: FlowState): 'created' | 'in_progress' | 'result_received' | 'finished' => {
  switch (state) {
    case 'created':
      return 'created';
    case 'started':
    case 'asked':
    case 'challenged':
      return 'in_progress';
    case 'decided':
      return 'result_received';
    case 'finished':
      return 'finished';
  }
};
