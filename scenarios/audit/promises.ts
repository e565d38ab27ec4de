/**
 * What a policy promises, in the auditor's own words: the bounds that checks of protections hold a
 * run to. A protection that is off promises nothing, and its check then has nothing to judge.
 *
 * Whoever composes the run fills this in from the policy it plays; nothing here reads a policy, so
 * that a gateway that misreads its own policy is found out.
 */

/** A rate as its document says it: `ratePerSecond` sustained, `burst` back to back. */
export interface PromisedRate {
  readonly ratePerSecond: number;
  readonly burst: number;
}

/** What may be tried again elsewhere, at each acquirer and by each instance. */
export interface PromisedRetries {
  /** Of the first tries in the same ten seconds. */
  readonly shareOfFirstTries: number;
  /** Above that share. */
  readonly perSecond: number;
}

export interface Promises {
  /** Each merchant's own rate in live mode; null: no limits, or one for everybody. */
  readonly rates: { readonly pk: PromisedRate; readonly payment: PromisedRate; readonly sk: PromisedRate } | null;
  /** What merchants of good standing may borrow beyond their own, all of them together; null: nothing. */
  readonly surge: PromisedRate | null;
  /** Before this scenario time limits do nothing. */
  readonly ratesFromMs: number;
  /** Concurrent requests of one merchant, and for how long one that never ended counts; null: unbounded. */
  readonly merchantInFlight: { readonly max: number; readonly slotMs: number } | null;
  /** Calls a second that an acquirer has agreed to, by acquirer, and how many may come at once; null: no cap of ours. */
  readonly contracts: ReadonlyMap<string, PromisedRate> | null;
  /** Exchanges in flight at one acquirer from one instance; null: unbounded. */
  readonly inFlightMax: number | null;
  /** Payments that one acquirer did not take and another is asked for; null: as many as there are. */
  readonly retries: PromisedRetries | null;
  /** Our own breakers open and close; null: they never do. A call is slow from `slowMs` on. */
  readonly breaker: { readonly slowMs: number } | null;
  /** Time of a whole request unless it says less; null: no deadline. */
  readonly deadlineMs: number | null;
  /** Captures and refunds are accepted while their acquirer is away. */
  readonly defers: boolean;
  /** Critical work has room of its own. */
  readonly reservesForCritical: boolean;
  /** The public page is written by machines. */
  readonly machineNotices: boolean;
  /** Fraud rules decide, not only observe. */
  readonly fraudDecides: boolean;
  readonly instances: number;
  /** Shared secret of the facts that gateways post to the status page; null: unknown here. */
  readonly feedSecret: string | null;
  /** The attack that a card number belongs to; null: an ordinary buyer's. */
  readonly attackOf: (cardNumber: string) => string | null;
}

/** Nothing is promised: what the money core owes, it owes anyway. */
export const noPromises: Promises = {
  rates: null,
  surge: null,
  ratesFromMs: 0,
  merchantInFlight: null,
  contracts: null,
  inFlightMax: null,
  retries: null,
  breaker: null,
  deadlineMs: null,
  defers: false,
  reservesForCritical: false,
  machineNotices: false,
  fraudDecides: false,
  instances: 1,
  feedSecret: null,
  attackOf: () => null,
};
