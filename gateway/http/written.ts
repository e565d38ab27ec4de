/**
 * What a call that writes comes to: its answer, and deliveries to wake once its unit is committed.
 *
 * A refusal inside the unit travels as `Refused`, because what the unit wrote before it has to be
 * undone with it.
 */
import type { GatewayError, Result } from '../errors.ts';
import type { DeliveryRow, Flag } from '../store/database.ts';
import { type Answer, type Call, refused } from './endpoint.ts';

export interface Written {
  readonly answer: Answer;
  readonly deliveries: readonly DeliveryRow[];
}

export class Refused extends Error {
  override readonly name = 'Refused';
  readonly answer: Answer;
  constructor(error: GatewayError) {
    super('refused');
    this.answer = refused(error);
  }
}

/** The value, or the whole unit is given up. */
export const need = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Refused(result.error);
  return result.value;
};

export const plain = (answer: Answer): Written => ({ answer, deliveries: [] });

/** Whose rows a call sees: test and live data never meet. */
export const ownerOf = (call: Call): { readonly merchant: string; readonly livemode: Flag } => ({
  merchant: call.principal.merchant.id,
  livemode: call.principal.mode === 'live' ? 1 : 0,
});
