/** What a score is made of: what merchants were told, what the acquirers did, what the public read. */

/** Milliseconds since the excerpt's start everywhere. */
export interface Attempt {
  readonly key: string;
  readonly innocent: boolean;
  readonly kind: 'create' | 'capture' | 'refund';
  readonly amountYen: number;
  readonly startedMs: number;
  readonly endedMs: number;
  /** `silent`: no answer came. */
  readonly outcome: 'succeeded' | 'declined' | 'refused' | 'failed' | 'unknown' | 'deferred' | 'silent';
  readonly id: string | null;
}

/** One payment with all that was ever told about it. */
export interface PaymentStory {
  readonly key: string;
  /** SHA-256 of its card's number: every payment has a card of its own, so the acquirers' books show which is whose. */
  readonly cardFingerprint: string;
  readonly amountYen: number;
  readonly captureNow: boolean;
  readonly create: Attempt;
  readonly capture: Attempt | null;
  readonly refund: Attempt | null;
  /** What the gateway said when it was asked once more at the end; null: it was not asked, or did not answer. */
  readonly lastRead: 'held' | 'captured' | 'refunded' | 'failed' | 'unknown' | null;
}

/** A transaction of an acquirer's own book. */
export interface Booked {
  readonly acquirer: string;
  readonly transactionId: string;
  readonly card: string;
  readonly capturedYen: number;
  readonly refundedYen: number;
  readonly state: string;
}

export interface Notice {
  readonly incident: string;
  readonly resolved: boolean;
  readonly atMs: number;
  readonly by: 'page' | 'webhook';
}

export interface Observed {
  readonly payments: readonly PaymentStory[];
  /** The same create sent twice with one key, in the calm before: what came of each pair. */
  readonly repeats: readonly { readonly cardFingerprint: string; readonly ids: readonly (string | null)[] }[];
  readonly booked: readonly Booked[];
  readonly notices: readonly Notice[];
  readonly cause: { readonly fromMs: number; readonly toMs: number } | null;
  readonly lengthMs: number;
}

export interface Bounds {
  readonly successInCause: number;
  readonly failoverMs: number;
  readonly firstNoticeMs: number;
}
