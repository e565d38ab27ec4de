/** Card rules and the card as the API shows it. Pure. */
import type { CardRow } from '../store/database.ts';
import { addressView } from './address.ts';

export const brands = ['Visa', 'MasterCard', 'JCB', 'American Express', 'Diners Club', 'Discover'] as const;
export type Brand = (typeof brands)[number];

/** The brand by the number's first digits; undefined when no brand we accept begins so. */
export const brandOf = (pan: string): Brand | undefined => {
  const two = Number(pan.slice(0, 2));
  const four = Number(pan.slice(0, 4));
  if (pan.startsWith('4')) return 'Visa';
  if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) return 'MasterCard';
  if (four >= 3528 && four <= 3589) return 'JCB';
  if (two === 34 || two === 37) return 'American Express';
  if (two === 36 || two === 38 || two === 39 || (four >= 3000 && four <= 3059) || four === 3095) return 'Diners Club';
  if (two === 60 || two === 64 || two === 65) return 'Discover';
  return undefined;
};

/** ISO/IEC 7812-1 check digit. */
export const luhnValid = (pan: string): boolean => {
  let sum = 0;
  for (let index = 0; index < pan.length; index += 1) {
    let digit = pan.charCodeAt(pan.length - 1 - index) - 48;
    if (index % 2 === 1) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
  }
  return sum % 10 === 0;
};

/** A card is good through the last day of its month, JST. */
export const hasExpired = (expYear: number, expMonth: number, wallMs: number): boolean =>
  Date.UTC(expYear, expMonth, 1) - 9 * 3_600_000 <= wallMs;

const noAddress = addressView(null);

/** The card object of the API (payjp-api section 3.3). */
export const cardView = (card: CardRow): Record<string, unknown> => ({
  id: card.id,
  object: 'card',
  livemode: card.livemode === 1,
  created: Math.floor(card.created_ms / 1000),
  name: card.name,
  last4: card.last4,
  exp_month: card.exp_month,
  exp_year: card.exp_year,
  brand: card.brand,
  cvc_check: card.cvc_check,
  fingerprint: card.fingerprint,
  ...(card.address === null ? noAddress : addressView(card.address)),
  address_zip_check: 'unchecked',
  customer: card.customer_id,
  metadata: JSON.parse(card.metadata) as unknown,
  three_d_secure_status: card.three_d_secure_status,
  email: card.email,
  phone: card.phone,
  is_jp: card.is_jp === 1,
});
