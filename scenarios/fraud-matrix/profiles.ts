/**
 * Twenty merchants nobody should be in the way of. Shares are of new cards; what is not said is ordinary.
 *
 * The figures are assumptions, and wider than what merchants report: 1 to 5 % of new cards typed wrong, 3 to 15 %
 * refused. What makes each profile hard is named.
 */
export interface Profile {
  readonly id: string;
  readonly what: string;
  /** Payments a minute. */
  readonly perMinute: number;
  /** Times as many from `at` on for `forMinutes`. */
  readonly rush?: { readonly times: number; readonly atMinute: number; readonly forMinutes: number };
  /** Payments on a stored card; the others make a token. */
  readonly storedShare?: number;
  readonly refusedShare?: number;
  readonly wrongShare?: number;
  readonly amountYen?: number | 'any';
  /** Of the tokens that are made, how many nobody pays with. */
  readonly leftShare?: number;
  /** The buyers come from this many addresses in all; absent: each from their own, or a carrier's. */
  readonly addresses?: number;
  /** One mail address for all of them. */
  readonly oneMailbox?: boolean;
  /** Card issuers of the buyers; absent: all. */
  readonly issuers?: number;
  /** Tokens are made by the merchant's server. */
  readonly byServer?: boolean;
  /** Cards are registered, and paid with later. */
  readonly registers?: boolean;
  /** On the minute, this many renewals by the merchant's own job, on stored cards. */
  readonly batch?: { readonly atMinute: number; readonly payments: number; readonly refusedShare: number };
}

export const profiles: readonly Profile[] = [
  { id: 'shop-small', what: 'a small shop', perMinute: 0.1 },
  { id: 'shop-medium', what: 'a shop', perMinute: 1 },
  { id: 'shop-large', what: 'a large shop', perMinute: 12, storedShare: 0.5 },
  {
    id: 'flash-sale',
    what: 'a sale: a hundred times as many for ten minutes',
    perMinute: 1,
    rush: { times: 100, atMinute: 600, forMinutes: 10 },
  },
  {
    id: 'ticket-sale',
    what: 'tickets at 10:00, half of the tokens never paid with',
    perMinute: 0.5,
    rush: { times: 200, atMinute: 600, forMinutes: 8 },
    leftShare: 0.5,
  },
  {
    id: 'donations-100',
    what: 'donations of 100 yen after a broadcast',
    perMinute: 0.5,
    amountYen: 100,
    rush: { times: 60, atMinute: 700, forMinutes: 40 },
  },
  { id: 'donations-any', what: 'small donations all day', perMinute: 3, amountYen: 100 },
  {
    id: 'renewals',
    what: 'month’s first: renewals on stored cards, 12 % refused',
    perMinute: 0.2,
    batch: { atMinute: 540, payments: 6_000, refusedShare: 0.12 },
  },
  {
    id: 'renewals-night',
    what: 'renewals by the merchant’s job at night, 18 % refused',
    perMinute: 0.1,
    batch: { atMinute: 120, payments: 3_000, refusedShare: 0.18 },
  },
  { id: 'students', what: 'prepaid and debit cards: 15 % refused', perMinute: 2, refusedShare: 0.15, wrongShare: 0.03 },
  { id: 'elderly', what: 'many mistypes: 5 % wrong at first', perMinute: 1.5, refusedShare: 0.06, wrongShare: 0.05 },
  {
    id: 'call-centre',
    what: 'twelve people type in what they are told, from one address',
    perMinute: 1.5,
    addresses: 1,
    wrongShare: 0.04,
  },
  {
    id: 'hotel-desks',
    what: 'front desks, four addresses, one mail address',
    perMinute: 0.5,
    addresses: 4,
    oneMailbox: true,
  },
  { id: 'mobile-app', what: 'an app: everybody behind a carrier’s forty addresses', perMinute: 6, addresses: 40 },
  {
    id: 'campus',
    what: 'an event in one building: one address, 10 a minute for an hour',
    perMinute: 0.2,
    addresses: 1,
    rush: { times: 50, atMinute: 660, forMinutes: 60 },
  },
  { id: 'company-card', what: 'employees with cards of one issuer', perMinute: 0.6, issuers: 1 },
  { id: 'local-bank', what: 'a town: three issuers have all its cards', perMinute: 1, issuers: 3 },
  { id: 'server-side', what: 'tokens made by the shop’s server', perMinute: 2, byServer: true },
  { id: 'wallet', what: 'cards are registered first and paid with later', perMinute: 2, registers: true },
  {
    id: 'food-delivery',
    what: 'dinner: ten times as many, stored cards, small amounts',
    perMinute: 3,
    storedShare: 0.8,
    rush: { times: 10, atMinute: 1_080, forMinutes: 120 },
  },
];
