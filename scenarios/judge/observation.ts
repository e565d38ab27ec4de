/**
 * What the cast saw, one record per operation: the first of the auditor's three books.
 *
 * An operation is one intent with its SDK retries (design.md section 7). Times are milliseconds
 * since the scenario's start.
 */

export const operationKinds = ['create', 'capture', 'refund', 'registration'] as const;
export type OperationKind = (typeof operationKinds)[number];

/** How an operation ended, as its merchant could know. Exactly one each. */
export type OperationEnd =
  /** A definite, correct answer within the buyer's patience. */
  | 'succeeded'
  /** The issuer declined, definitely and in time: counts as success. */
  | 'declined'
  /** Capture or refund accepted as deferred. Whether it counts is judged afterwards. */
  | 'deferred'
  /** Answered, but only that the outcome is not known. */
  | 'unknown'
  /** Refused by the gateway itself (limit, breaker, maintenance) after all SDK retries. */
  | 'refused'
  /** Any other error answer, or no answer at all. */
  | 'failed'
  /** The answer came after the buyer had left. */
  | 'late';

export interface Operation {
  /** Cast member, e.g. `medium-3`. */
  readonly member: string;
  /** Member-wide ordinal of the intent; follow-ups carry their origin, e.g. `41/refund`. */
  readonly ordinal: string;
  readonly innocent: boolean;
  readonly kind: OperationKind;
  readonly amountYen: number;
  /** Of the card it is about; absent where nobody said. */
  readonly brand?: string;
  /** Of a create: whether it asked to capture at once. */
  readonly captured?: boolean;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly end: OperationEnd;
  /** HTTP requests it took, retries included. */
  readonly requests: number;
  /** HTTP status of the last answer; null when there was none. */
  readonly status: number | null;
  /** `Breakwater-Decided-By` of the last answer. */
  readonly decidedBy: string | null;
  /** `Breakwater-Acquirer` of the last answer: who served or holds it. */
  readonly acquirer: string | null;
  readonly chargeId: string | null;
}

/** What a merchant was told about one charge, kept for the auditor. Amounts in yen. */
export interface ToldCharge {
  readonly member: string;
  readonly merchantId: string;
  readonly chargeId: string;
  readonly idempotencyKey: string | null;
  readonly amountYen: number;
  /** First time an answer said `captured: true`; null when never. */
  readonly capturedToldMs: number | null;
  readonly capturedYen: number;
  readonly refundedYen: number;
  /** Some answer called it failed or declined. */
  readonly toldFailed: boolean;
  readonly toldUnknown: boolean;
}

/** Where the cast reports. The recorder (`scenarios/judge/recorder.ts`) implements it. */
export interface CastReports {
  operation(operation: Operation): void;
  /** A merchant's receiver got a notice or webhook. */
  received(notice: {
    readonly member: string;
    readonly atMs: number;
    readonly type: string;
    readonly body: unknown;
  }): void;
}
