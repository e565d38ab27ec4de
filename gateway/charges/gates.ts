/**
 * What is asked before a charge is begun, by rooms that are not about charging: fraud, the 3-D Secure
 * mandate. A gate sees who asks for what and says pass, or what happens instead; the first that does
 * not pass decides. Nothing has been written or sent by then (design.md section 6.1).
 */

import type { StoredCard } from '../cards/store.ts';
import type { GatewayError } from '../errors.ts';
import type { Call } from '../http/endpoint.ts';
import type { ChargeOrigin } from './new-charge.ts';
import type { CreateCharge } from './schema.ts';

/** One charge that somebody asks for. */
export interface ChargeFacts {
  readonly call: Call;
  readonly form: CreateCharge;
  readonly origin: ChargeOrigin;
  readonly card: StoredCard;
  /** The token that pays; null when a customer's stored card does. */
  readonly tokenId: string | null;
  readonly nowMs: number;
  /**
   * How the card holder was authenticated for this very charge. `pending`: it is created to be authenticated, and is
   * asked about once more before it is paid.
   */
  readonly threeDSecure: 'verified' | 'attempted' | 'pending' | null;
}

export type GateVerdict =
  | { readonly kind: 'pass' }
  /** Told at once; nothing is stored but what the gate itself keeps. */
  | { readonly kind: 'refuse'; readonly error: GatewayError }
  /** A failed charge is written and told like an issuer's decline, and no acquirer hears of it. */
  | { readonly kind: 'decline' };

export type Gate = (facts: ChargeFacts) => GateVerdict | Promise<GateVerdict>;

export const pass: GateVerdict = { kind: 'pass' };

/** Asks the gates in order. Synchronous as long as they are, since every charge passes here. */
export const askGates = async (gates: readonly Gate[], facts: ChargeFacts): Promise<GateVerdict> => {
  for (const gate of gates) {
    const asked = gate(facts);
    const verdict = asked instanceof Promise ? await asked : asked;
    if (verdict.kind !== 'pass') return verdict;
  }
  return pass;
};
