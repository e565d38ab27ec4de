/** The token object of the API (payjp-api section 3.4). */
import { cardView } from '../cards/card.ts';
import type { CardRow, TokenRow } from '../store/database.ts';

export const tokenView = (token: TokenRow, card: CardRow) => ({
  id: token.id,
  object: 'token',
  livemode: token.livemode === 1,
  created: Math.floor(token.created_ms / 1000),
  used: token.used_ms !== null,
  card: cardView(card),
});
