/** What the breakers of other people's libraries have in common, on a clock that is given to them. */

export interface Algorithm {
  /** May a call begin? Counts it, or its refusal. `nowMs` never goes back. */
  begin(nowMs: number): boolean;
  /** A call that began has ended. */
  end(ok: boolean, nowMs: number): void;
  status(nowMs: number): 'closed' | 'open' | 'ramp';
  /** Part of the calls that would be let through now. */
  share(nowMs: number): number;
}

/** Numbers of one such breaker. */
export interface ClassicRules {
  /** Outcomes that count are at most this old. */
  readonly windowMs: number;
  /** It opens above this part of failures ... */
  readonly failureShare: number;
  /** ... of at least this many calls in the window. */
  readonly minimumCalls: number;
  /** Open this long before one call tries. */
  readonly resetMs: number;
  /** Google's K: requests that are sent for each that was accepted. */
  readonly k: number;
}
