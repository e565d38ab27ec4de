/**
 * What is known after a request to an acquirer, classified by how far its bytes went
 * (resilience-patterns section 11, design.md section 4).
 */

import type { AuthenticationResult } from '../three-d-secure/flow.ts';

/** The acquirer's handle of a transaction, opaque outside its adapter. JSON-serialisable. */
export type Handle = Readonly<Record<string, string>>;

export type Outcome<T = object> =
  /** A complete, valid, matching answer: yes. */
  | ({ readonly kind: 'approved' } & T)
  /** A complete, valid, matching answer: no. `code` is the acquirer's own. */
  | { readonly kind: 'declined'; readonly code: string; readonly reason: DeclineReason }
  /** Definitely not carried out: never sent, or refused before processing. May go elsewhere. */
  | { readonly kind: 'not_sent'; readonly reason: string; readonly answered?: true }
  /**
   * Bytes went out and no valid answer came back. Nobody knows. `answered`: the acquirer answered in
   * its own words that something was wrong, so it is there; what it did is not known all the same. Not for words
   * about the way to a card's network: that is one brand's trouble, and no measure by which it lets us in.
   */
  | { readonly kind: 'unknown'; readonly reason: string; readonly answered?: true };

export type DeclineReason =
  | 'card_declined'
  | 'expired_card'
  | 'incorrect_card_data'
  | 'processing_error'
  | 'unacceptable_brand';

/** What an inquiry found about one transaction. Amounts in yen. */
export type Finding =
  | { readonly found: false }
  | {
      readonly found: true;
      readonly state: 'authorised' | 'captured' | 'voided' | 'declined';
      /** What is held or captured now, after partial refunds. */
      readonly amountYen: number;
      readonly handle: Handle | null;
    };

export interface CardToCharge {
  readonly pan: string;
  readonly expMonth: number;
  readonly expYear: number;
}

/** An authorisation as the gateway asks for it. */
export interface AuthorisationOrder {
  readonly reference: string;
  readonly card: CardToCharge;
  readonly amountYen: number;
  readonly capture: boolean;
  /** How the card holder was authenticated for it; absent: not at all. */
  readonly proof?: AuthenticationResult;
  /** Monotonic: when the merchant must have its answer; absent: only the operation's own limit counts. */
  readonly untilMs?: number | undefined;
}

/** A follow-up on a transaction the acquirer knows. */
export interface FollowUpOrder {
  /** Reference of this follow-up, for the draws of the stage and our log. */
  readonly reference: string;
  readonly handle: Handle;
  /** What is authorised or captured at the acquirer now. */
  readonly currentYen: number;
  /** Capture: what to capture. Refund: what to give back. Void: ignored. */
  readonly amountYen: number;
}

/**
 * One acquirer, spoken to in its own dialect. Every method resolves; none throws for what the
 * network or the acquirer does.
 */
export interface Acquirer {
  readonly id: string;
  readonly dialect: 'escott' | 'gmo-pg';
  /** Is the card valid? Moves no money. */
  check(order: {
    readonly reference: string;
    readonly card: CardToCharge;
    readonly cvc?: string | undefined;
    /** Monotonic, as in `AuthorisationOrder`. */
    readonly untilMs?: number | undefined;
    /** Shorter than the operation's own limit, for probes. */
    readonly limitMs?: number;
  }): Promise<Outcome>;
  /** `captured` tells whether the capture was part of it or is still to be sent. */
  authorise(order: AuthorisationOrder): Promise<Outcome<{ readonly handle: Handle; readonly captured: boolean }>>;
  capture(order: FollowUpOrder): Promise<Outcome>;
  refund(order: FollowUpOrder): Promise<Outcome>;
  /** Gives an authorisation (or a same-day capture) back whole. */
  void(order: FollowUpOrder): Promise<Outcome>;
  /**
   * Looks for authorisations whose outcome is unknown. `null`: the acquirer could not be asked.
   * A reference absent from the answer was not found.
   */
  findAuthorisations(
    sought: readonly { readonly reference: string; readonly sentMs: number }[],
  ): Promise<ReadonlyMap<string, Finding> | null>;
  /**
   * How many are worth looking for in one question. Where each costs a call, so many as are asked about within a
   * claim; where one list holds them all, so many more that the list is not read once for every few of them.
   */
  readonly findsAtOnceMax: number;
  /** State of a transaction with a known handle. `null`: the acquirer could not be asked. */
  lookUp(order: { readonly reference: string; readonly handle: Handle }): Promise<Finding | null>;
}
