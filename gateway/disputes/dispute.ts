/**
 * Who bears a dispute. Pure.
 *
 * The acquirer says what it took from us; the rules of protection say whether the merchant is spared
 * (`mandate/protection.ts`). Where it took nothing, the issuer bears it. Where it took something for a
 * protected payment, we do: protection is our word to the merchant, whatever the acquirer thinks of it.
 */
import type { Protection } from '../mandate/protection.ts';

export type Bearer = 'merchant' | 'issuer' | 'gateway';

export interface Claim {
  readonly reason: 'fraud' | 'other';
  readonly amountYen: number;
  /** Taken from us. */
  readonly debitedYen: number;
}

export const bearerOf = ({ reason, debitedYen }: Claim, { protected: is }: Pick<Protection, 'protected'>): Bearer => {
  if (debitedYen === 0) return 'issuer';
  return reason === 'fraud' && is === 'yes' ? 'gateway' : 'merchant';
};
