/**
 * The cards of the simulated world, by number: what their issuer will say.
 *
 * Three sources: PAY.JP's published test cards (payjp-api.md section 5), the acquirer GMO-PG's own
 * test ranges (gmo-pg-protocol.md section 9), and one range of ours for card-testing attacks.
 * Any other number is a good card.
 */

export type Brand = 'visa' | 'mastercard' | 'jcb' | 'amex' | 'diners' | 'discover';

/** Why an issuer, or the network before it, says no. The numbers are those of CAFIS (`G12`, `C50`). */
export type DeclineCode = `G${number}` | `C${number}` | 'brand-refused';

/** What a card does; kept with a transaction so that the number itself need not be. */
export interface CardRule {
  readonly brand: Brand;
  /** Said to a validity check. */
  readonly declinesCheck: DeclineCode | null;
  /** Said to an authorisation ... */
  readonly declinesPayment: DeclineCode | null;
  /** ... above this amount only, in yen. */
  readonly paymentLimitYen: number;
  /** What comes back about a security code that was sent. */
  readonly securityCode: 'match' | 'mismatch' | 'unavailable';
}

export const brandOf = (number: string): Brand => {
  if (/^(5|2[2-7]|21)/.test(number)) return 'mastercard';
  if (/^35|^31/.test(number)) return 'jcb';
  if (/^3[47]/.test(number)) return 'amex';
  if (/^3[0689]/.test(number)) return 'diners';
  if (number.startsWith('6')) return 'discover';
  return 'visa';
};

type Exception = Partial<Omit<CardRule, 'brand'>>;

const always = (code: DeclineCode): Exception => ({ declinesCheck: code, declinesPayment: code });
const onPayment = (code: DeclineCode): Exception => ({ declinesPayment: code });

/** payjp-api.md section 5. Which code stands for which of PAY.JP's answers is our reading. */
const exceptions: Readonly<Record<string, Exception>> = {
  // Refused when the card is registered.
  '4000000000000002': always('G12'),
  '4000000000000069': always('G83'),
  '4000000000000127': always('G65'),
  '4000003720000278': always('G65'),
  '4000000000000119': always('G98'),
  '36227206271667': always('brand-refused'),
  // Registered without complaint, refused when charged.
  '4000000000080319': onPayment('G12'),
  '4000000000004012': onPayment('G83'),
  '4000000000080202': { declinesPayment: 'G12', paymentLimitYen: 10_000 },
  '4000000000000077': onPayment('G65'),
  // Charged, with a remark about the security code.
  '4000000000000101': { securityCode: 'mismatch' },
  '4000000000000044': { securityCode: 'unavailable' },
};

/** gmo-pg-protocol.md section 9: 4999000000000NNN is Gnn, 5999000000000NNN is Cnn. */
const issuerRange = /^49990{9}0(\d\d)$/;
const networkRange = /^59990{9}0(\d\d)$/;
const issuerCodes = new Set(
  '02 03 04 05 12 22 30 42 44 45 54 55 56 60 61 65 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 83 95 96 97 98 99'.split(
    ' ',
  ),
);
const networkCodes = new Set('01 03 12 13 14 15 50 51 53 54 55 56 57 58 60 70 71 72 73 74 75 76 77 78'.split(' '));

/** Ours: numbers no issuer ever gave out, for attacks that try cards in sequence. */
const neverIssued = /^40000088\d{8}$/;

/** Where exceptions live. Nearly every card is outside, and one look tells. */
const exceptional = /^(4000000|40000088|4000003|3622|4999|5999)/;

const exceptionFor = (number: string): Exception | undefined => {
  const listed = exceptions[number];
  if (listed !== undefined) return listed;
  const issuer = issuerRange.exec(number)?.[1];
  if (issuer !== undefined && issuerCodes.has(issuer)) return always(`G${issuer}` as DeclineCode);
  const network = networkRange.exec(number)?.[1];
  if (network !== undefined && networkCodes.has(network)) return always(`C${network}` as DeclineCode);
  return neverIssued.test(number) ? always('G61') : undefined;
};

const goodCard = (brand: Brand): CardRule => ({
  brand,
  declinesCheck: null,
  declinesPayment: null,
  paymentLimitYen: 0,
  securityCode: 'match',
});

const goodCards: Readonly<Record<Brand, CardRule>> = {
  visa: goodCard('visa'),
  mastercard: goodCard('mastercard'),
  jcb: goodCard('jcb'),
  amex: goodCard('amex'),
  diners: goodCard('diners'),
  discover: goodCard('discover'),
};

export const ruleFor = (number: string): CardRule => {
  const good = goodCards[brandOf(number)];
  const exception = exceptional.test(number) ? exceptionFor(number) : undefined;
  return exception === undefined ? good : { ...good, ...exception };
};
