/** From what a creation names (a token, a customer, a customer's card) to the card that pays. */
import { cardToCharge, type StoredCard } from '../cards/store.ts';
import { customerById } from '../customers/store.ts';
import { type Result, refuse, succeed } from '../errors.ts';
import type { Call } from '../http/endpoint.ts';
import { ownerOf } from '../http/written.ts';
import type { Tx } from '../ports.ts';
import { tokenById } from '../tokens/store.ts';
import type { ChargeOrigin } from './new-charge.ts';
import type { CreateCharge } from './schema.ts';

const found = (
  card: StoredCard | undefined,
  tokenId: string | null,
): Result<{ card: StoredCard; tokenId: string | null }> =>
  card === undefined ? refuse({ kind: 'request', code: 'invalid_card', param: 'card' }) : succeed({ card, tokenId });

/** Which card a creation means, and whether it may be used. A token stays unused until the intent is written. */
export const payingCard = async (
  tx: Tx,
  call: Call,
  form: CreateCharge,
  origin: ChargeOrigin,
): Promise<Result<{ card: StoredCard; tokenId: string | null }>> => {
  if (origin.cardId !== undefined) return found(await tx.first(cardToCharge, { id: origin.cardId }), null);
  const { merchant, livemode } = ownerOf(call);
  if (form.customer === undefined) {
    if (form.card === undefined) return refuse({ kind: 'request', code: 'no_payment_method' });
    const token = await tx.first(tokenById, { id: form.card, merchant, livemode });
    if (token === undefined) return refuse({ kind: 'no_such', what: 'token', id: form.card });
    if (token.used_ms !== null) return refuse({ kind: 'request', code: 'token_already_used', param: 'card' });
    if (token.three_d_secure === 'pending') return refuse({ kind: 'request', code: 'unverified_token', param: 'card' });
    return found(await tx.first(cardToCharge, { id: token.card_id }), token.id);
  }
  const customer = await tx.first(customerById, { id: form.customer, merchant, livemode });
  if (customer === undefined) return refuse({ kind: 'no_such', what: 'customer', id: form.customer });
  const cardId = form.card ?? customer.default_card;
  if (cardId === null) return refuse({ kind: 'request', code: 'missing_card', param: 'customer' });
  const card = await tx.first(cardToCharge, { id: cardId });
  // Customers' ids are the merchants' own choice, so the same one exists at several: whose card it is comes first.
  if (card?.merchant_id !== merchant || card.livemode !== livemode) return found(undefined, null);
  if (card.customer_id !== customer.id) return refuse({ kind: 'request', code: 'not_customer_card', param: 'card' });
  return found(card, null);
};
