/**
 * What a score card needs of somebody's gateway: four calls, and one place where trouble is told.
 *
 * An adapter is a JavaScript or TypeScript module. Its exports are these names and no others:
 * `create`, `capture`, `refund`, `read`, and one or both of `statusUrl` and `webhook`; `name` if it likes.
 * It answers every HTTP answer with an outcome. A `fetch` that rejects may simply be let through: no
 * answer came, and that is what is noted. Anything else that it throws is its own mistake and ends
 * the run.
 */

/** How the merchant would understand the gateway's answer. */
export type Outcome =
  /** Done as asked. */
  | 'succeeded'
  /** The issuer said no. */
  | 'declined'
  /** The gateway said: not now. Nothing was done. */
  | 'refused'
  /** The gateway said that it failed, for good. */
  | 'failed'
  /** The gateway said that it does not know. */
  | 'unknown'
  /** Accepted, to be done later. */
  | 'deferred';

export interface Told {
  readonly outcome: Outcome;
  /** The gateway's id of the payment; null when the answer has none. */
  readonly id: string | null;
}

export interface Payment {
  /** Names this payment; the same for a repeat. Send it as idempotency key where the gateway has one. */
  readonly key: string;
  /** Member of the scenario's cast, for gateways with several merchants. */
  readonly merchant: string;
  readonly amountYen: number;
  /** False: hold the amount, `capture` follows. */
  readonly capture: boolean;
  readonly card: { readonly number: string; readonly cvc: string; readonly expMonth: number; readonly expYear: number };
}

/** A payment as it stands. `status` is `unknown` while the gateway itself does not know. */
export interface Standing {
  readonly status: 'held' | 'captured' | 'refunded' | 'failed' | 'unknown';
}

export interface Adapter {
  readonly name: string;
  create(payment: Payment): Promise<Told>;
  capture(id: string, amountYen: number, payment: Payment): Promise<Told>;
  refund(id: string, amountYen: number, payment: Payment): Promise<Told>;
  read(id: string, payment: Payment): Promise<Standing>;
  /**
   * A page with JSON that names open incidents, read every second: `{"incidents": [{"id", "stage"}]}`, where
   * `stage: "resolved"` ends one. Breakwater's `/api/v1/status.json` and Statuspage-like pages do.
   */
  readonly statusUrl: string | null;
  /** Reads a webhook that the gateway sends to the address we print; null: it tells of no incident. */
  readonly webhook: ((body: unknown) => { readonly id: string; readonly resolved: boolean } | null) | null;
}

/** The adapter did something that no answer of a gateway explains. */
export class AdapterError extends Error {
  override readonly name = 'AdapterError';
}

/** No answer came: the port's own words for it, or undici's. */
export const isNoAnswer = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return true;
  const code = (one: unknown): boolean =>
    typeof one === 'object' &&
    one !== null &&
    'code' in one &&
    typeof one.code === 'string' &&
    !one.code.startsWith('ERR_');
  return code(error) || code(error.cause);
};
