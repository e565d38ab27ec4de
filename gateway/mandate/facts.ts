/**
 * What the mandate's rules are asked about: one card at one moment of one merchant.
 *
 * The words are those of PAY.JP's guide to the 3-D Secure mandate (seed S4, see `rules.ts`). Whoever
 * asks fills in what it knows; nothing here reads a clock, a store or a request.
 */

/** A calendar day in Japan, `yyyy-mm-dd`. Compared as text. */
export type Day = string;

/**
 * How a merchant means to meet the mandate (S4 L5-12). `REG`: every card is authenticated when it is
 * registered. `CHG`: every payment is. `REC`: recurring charges of the merchant's own, the first one
 * only. `MIX`: accounts as `REG`, guests as `CHG` (S4 L48).
 */
export const patterns = ['REG', 'CHG', 'REC', 'MIX'] as const;
export type Pattern = (typeof patterns)[number];

/** `recreate`: the authorisation lapsed, and the payment is made again (S4 L66). */
export const moments = ['registration', 'charge', 'contact_point', 'recreate'] as const;
export type Moment = (typeof moments)[number];

/** The three ways to authenticate, which do not stand in for one another (S4 L17, L29, L33). */
export const operations = ['TOKEN_3DS', 'CHARGE_3DS', 'CARD_3DS'] as const;
export type Operation = (typeof operations)[number];

/** `one_off`: a buyer buys. `own_recurring`: the merchant charges its customers by itself (S4 L23). */
export const billings = ['one_off', 'payjp_subscription', 'own_recurring'] as const;
export type Billing = (typeof billings)[number];

/** What a customer's contact with the merchant was about (S4 L45; AMB-8). */
export const contacts = [
  'contract_change',
  'addition',
  'address_change',
  'card_update',
  'plan_downgrade',
  'password_reset',
] as const;
export type Contact = (typeof contacts)[number];

export interface Facts {
  readonly pattern: Pattern;
  readonly moment: Moment;
  /** The day of the moment. */
  readonly on: Day;
  /** A guest has no account that the card belongs to. Looked at under `MIX` only. */
  readonly buyer: 'account' | 'guest';
  /** Somebody is at the screen, and could be asked. */
  readonly userPresent: boolean;
  readonly billing: Billing;
  /** The first charge of a recurring agreement. */
  readonly firstCharge: boolean;
  /** The merchant's 3-D Secure went into use on this day; null: it has none. */
  readonly adoptedOn: Day | null;
  /** Work on it began on this day, as far as it is told (AMB-3). */
  readonly adoptionBegunOn: Day | null;
  readonly cardRegisteredOn: Day;
  /** How this card was authenticated before: `CHARGE_3DS` is by its first payment. */
  readonly cardAuth: 'none' | 'TOKEN_3DS' | 'CHARGE_3DS';
  /** When that was; null when it never was. */
  readonly cardAuthOn: Day | null;
  readonly cardOnCustomer: boolean;
  /** The merchant knows these payments as genuine and expects little fraud (S4 L52). */
  readonly genuineLowRisk: boolean;
  /** Accounts that hold cards are managed as the mandate asks (S4 L53). */
  readonly accountsCompliant: boolean;
  readonly fraudSuspected: boolean;
  /** What a contact point was about; null at other moments. */
  readonly contact: Contact | null;
}

/** A buyer at the screen of a shop with accounts, with a card registered and authenticated on time. */
export const ordinaryFacts: Facts = {
  pattern: 'REG',
  moment: 'charge',
  on: '2025-06-01',
  buyer: 'account',
  userPresent: true,
  billing: 'one_off',
  firstCharge: false,
  adoptedOn: '2025-02-01',
  adoptionBegunOn: null,
  cardRegisteredOn: '2025-05-10',
  cardAuth: 'TOKEN_3DS',
  cardAuthOn: '2025-05-10',
  cardOnCustomer: true,
  genuineLowRisk: true,
  accountsCompliant: true,
  fraudSuspected: false,
  contact: null,
};

const dayMs = 86_400_000;

/** Days that were written before, by their number: every payment asks for today and for the day of its card. */
const written = new Map<number, Day>();
const writtenMax = 10_000;

/** The day in Japan of a moment in Unix milliseconds. Japan has had no summer time since 1951. */
export const dayOf = (wallMs: number): Day => {
  const number = Math.floor((wallMs + 9 * 3_600_000) / dayMs);
  const known = written.get(number);
  if (known !== undefined) return known;
  const day = new Date(number * dayMs).toISOString().slice(0, 10);
  if (written.size >= writtenMax) written.clear();
  written.set(number, day);
  return day;
};

/** Midnight in Japan at which a day begins, Unix milliseconds. */
export const startOfDayMs = (day: Day): number => Date.parse(`${day}T00:00:00+09:00`);

/** Whole days from one day to another. */
export const daysBetween = (from: Day, to: Day): number => Math.round((startOfDayMs(to) - startOfDayMs(from)) / dayMs);

/** The last day by which 3-D Secure was to be in use, and the first of its duty (S4 L3, L56-58). */
export const deadline: Day = '2025-03-31';
export const inForceFrom: Day = '2025-04-01';
