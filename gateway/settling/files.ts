/** What settling needs to know of a charge before it works on it. */
import { cardById } from '../cards/store.ts';
import type { ChargeFile } from '../charges/book.ts';
import { attemptByReference, chargeById } from '../charges/store.ts';
import type { Merchants } from '../merchants/merchants.ts';
import type { Store, Tx } from '../ports.ts';
import type { AttemptRow } from '../store/database.ts';

/** The charge with its card and merchant; undefined when one of them is not there. */
export const createFiles =
  ({ store, merchants }: { readonly store: Store; readonly merchants: Merchants }) =>
  async (chargeId: string): Promise<ChargeFile | undefined> => {
    const read = await store.read(async (tx) => {
      const charge = await tx.first(chargeById, { id: chargeId });
      return charge === undefined ? undefined : { charge, card: await tx.first(cardById, { id: charge.card_id }) };
    });
    if (read?.card === undefined) return undefined;
    const merchant = await merchants.find(read.charge.merchant_id);
    return merchant === undefined ? undefined : { charge: read.charge, card: read.card, merchant };
  };

export type ReadFile = ReturnType<typeof createFiles>;

/** Is it still as it was when it was claimed? A claim can run out while an acquirer is slow. */
export const isAsClaimed = async (tx: Tx, { reference, state, lease_token }: AttemptRow): Promise<boolean> => {
  const now = await tx.first(attemptByReference, { reference });
  return now?.state === state && now.lease_token === lease_token;
};
