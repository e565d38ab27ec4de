/**
 * The three books that the auditor compares: what merchants were told, what the gateway recorded,
 * what the acquirers did (design.md section 6).
 *
 * The shapes are the auditor's own. Nothing here is imported from the gateway or the simulator, so
 * that a mistake in their code cannot be repeated by the check. All `atMs` are milliseconds since
 * the scenario's start; money is whole yen.
 */
import type { ToldCharge } from '../judge/observation.ts';

export const gatewayStates = ['failed', 'unknown', 'authorised', 'captured', 'voided', 'pending', 'expired'] as const;
export type GatewayState = (typeof gatewayStates)[number];

export interface GatewayCharge {
  readonly id: string;
  readonly merchantId: string;
  readonly amountYen: number;
  readonly capturedYen: number;
  readonly refundedYen: number;
  /** `pending`: an intent whose outcome is not there yet. A deferred capture is still `authorised`. */
  readonly state: GatewayState;
  /** Who holds it; null when none does. */
  readonly acquirer: string | null;
  readonly idempotencyKey: string | null;
  /** The charge whose hold this one renews: merchants never see it, and are told nothing of it. */
  readonly renews?: string | null;
  /** Until when its authorisation may be captured; null when it has no end. */
  readonly expiresMs: number | null;
}

export type AttemptKind = 'check' | 'authorise' | 'capture' | 'refund' | 'void';

export interface GatewayAttempt {
  /** Our reference at the acquirer: MerchantFree1 or OrderID. */
  readonly reference: string;
  /** Null for what belongs to no charge (a card check, if they are recorded at all). */
  readonly chargeId: string | null;
  readonly acquirer: string;
  readonly kind: AttemptKind;
  /** The gateway's own word. `unknown` and `doubtful` count as unknown; others mean nothing here. */
  readonly state: string;
  readonly amountYen: number;
}

export const entryKinds = ['intend', 'abandon', 'authorise', 'release', 'capture', 'refund'] as const;
export type EntryKind = (typeof entryKinds)[number];

/** One leg of a double entry; the legs of one `posting` add up to zero. */
export interface GatewayPosting {
  readonly posting: string;
  readonly chargeId: string;
  readonly kind: EntryKind;
  readonly atMs: number;
  readonly account: string;
  readonly amountYen: number;
}

export interface GatewayEvent {
  readonly id: string;
  readonly type: string;
  readonly objectId: string;
  readonly merchantId: string;
  readonly live: boolean;
  readonly atMs: number;
}

export interface GatewayDelivery {
  readonly eventId: string;
  readonly receiverId: string;
  readonly objectId: string;
  /** `waiting`, `delivered` or `dead`. */
  readonly state: string;
  readonly tries: number;
  /** Its place among those that wait for the same receiver and object. */
  readonly seq: number;
  /** When it is to be tried next. */
  readonly dueMs: number;
}

export interface GatewayReceiver {
  readonly id: string;
  readonly merchantId: string;
  /** It is told of live payments, otherwise of those in test mode. */
  readonly live: boolean;
  /** Path and query of its address. */
  readonly path: string;
  readonly sinceMs: number;
}

/** What the gateway recorded, read from its store. Each call may read afresh. */
export interface GatewayBook {
  charges(): Iterable<GatewayCharge>;
  attempts(): Iterable<GatewayAttempt>;
  /** In the order in which they were written. */
  postings(): Iterable<GatewayPosting>;
  /** Idempotency keys whose request was begun and never got as far as an answer or an unknown outcome. */
  keysBegun(): Iterable<{ readonly merchantId: string; readonly key: string }>;
  /** Events that were committed; absent where nobody reads them. */
  readonly events?: () => Iterable<GatewayEvent>;
  /** Webhooks and what became of them. */
  readonly deliveries?: () => Iterable<GatewayDelivery>;
  /** Where merchants want to hear of events. */
  readonly receivers?: () => Iterable<GatewayReceiver>;
}

export type TransactionState = 'checked' | 'authorised' | 'captured' | 'voided' | 'refunded' | 'declined';

/** A row of `GET /sim/v1/transactions`, with scenario time. */
export interface AcquirerTransaction {
  readonly transactionId: string;
  readonly reference: string;
  readonly tenant: string;
  readonly amountYen: number;
  readonly authorisedYen: number;
  readonly capturedYen: number;
  readonly refundedYen: number;
  readonly state: TransactionState;
  readonly atMs: number;
}

/** A row of `GET /sim/v1/ledger`, with scenario time. */
export interface AcquirerRow {
  readonly seq: number;
  readonly atMs: number;
  readonly tenant: string;
  readonly transactionId: string;
  readonly reference: string;
  readonly kind: 'check' | 'authorise' | 'capture' | 'gather' | 'change' | 'void' | 'refund';
  readonly amountYen: number;
  readonly result: 'approved' | 'declined';
  readonly code: string;
  readonly state: TransactionState;
  /** What the request took of a worker, drawn: tells two runs apart where nothing else does. */
  readonly serviceUs: number;
  readonly replied: boolean | null;
}

export interface AcquirerBook {
  /** Acquirer id. */
  readonly acquirer: string;
  transactions(): Iterable<AcquirerTransaction>;
  /** In order of `seq`. */
  rows(): Iterable<AcquirerRow>;
}

export interface Books {
  readonly told: Iterable<ToldCharge>;
  readonly gateway: GatewayBook;
  readonly acquirers: readonly AcquirerBook[];
  /** When they were read; absent where the gateway's own times say nothing, because its wall jumped. */
  readonly readMs?: number;
}

/**
 * One finished HTTP exchange gateway -> acquirer, as the network saw it. Reported once, when the
 * gateway got its answer or its error; order of report does not matter.
 */
export interface Exchange {
  readonly acquirer: string;
  /** With query, e.g. `/payment/ExecTran.idPass`. */
  readonly path: string;
  readonly requestBody: string;
  readonly sentMs: number;
  readonly endedMs: number;
  /**
   * `answered`: a complete HTTP reply reached the gateway in time. `not-sent`: refused, unreachable or
   * connect timeout, nothing left the gateway. `lost`: anything else (reset, timeout, closed).
   */
  readonly outcome: 'answered' | 'not-sent' | 'lost';
  /** Null unless answered. */
  readonly status: number | null;
  readonly replyBody: string | null;
}

/** One answer of the gateway to a request with an `Idempotency-Key`. Lost answers are not reported. */
export interface KeyedAnswer {
  /** Whose key it is: the `Authorization` header. */
  readonly authorization: string;
  readonly key: string;
  /** With query. */
  readonly path: string;
  readonly requestBody: string;
  readonly answeredMs: number;
  readonly status: number;
  readonly replyBody: string;
}
