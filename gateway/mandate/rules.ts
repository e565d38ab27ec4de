/**
 * Every rule by its id: what it says and where that is said.
 *
 * S4 is seed `004_6efeac05afbdc4c6.txt` (PAY.JP's guide to the ways of 3-D Secure), S0 is seed
 * `000_644d54d1e58de083.txt` (PAY.JP's notices of November 2017); `L` counts the lines of the file.
 * `said` stands there, `derived` follows from the lines named, `elsewhere` is on another public page
 * and newer or wider than the seed. What the lines leave open is in `settings.ts`.
 */
export interface Rule {
  /** In one line, for reports and the names of tests. */
  readonly says: string;
  /** File and lines, or the page. */
  readonly source: string;
  readonly standing: 'said' | 'derived' | 'elsewhere';
}

const said = (source: string, says: string): Rule => ({ says, source, standing: 'said' });
const derived = (source: string, says: string): Rule => ({ says, source, standing: 'derived' });
const elsewhere = (source: string, says: string): Rule => ({ says, source, standing: 'elsewhere' });

export const mandateRules = {
  'TDS-01': said('S4 L3', 'card payments for e-commerce in Japan: 3-D Secure by 2025-03-31'),
  'TDS-02': said('S4 L4', 'every registration, or every payment: either is enough'),
  'TDS-03': derived('S4 L4', 'neither is complete and no exception applies: not compliant'),
  'TDS-04': said('S4 L8 column 1, L13', 'by registration: every card is authenticated when it is registered'),
  'TDS-05': said('S4 L8 column 2, L13, L27', 'by registration: an authenticated card is authenticated again by risk'),
  'TDS-06': said('S4 L13, L24, L27', 'by registration: without risk analysis the option is not open'),
  'TDS-07': said(
    'S4 L8 column 3, L25-26',
    'by registration: accounts are managed and protected, and the user is confirmed',
  ),
  'TDS-08': derived('S4 L4, L13', 'by registration: one card that was skipped and charged is not "all"'),
  'TDS-09': said('S4 L9 column 1', 'by payment: authentication at registration is recommended'),
  'TDS-10': said('S4 L9 column 2, L44', 'by payment: every payment, of any amount and any card, is authenticated'),
  'TDS-11': said('S4 L9 column 3', 'by payment: other measures as the fraud situation asks'),
  'TDS-12': said('S4 L11-12', 'recurring: authentication at registration or at the first charge'),
  'TDS-13': said('S4 L44, L11', 'recurring: later charges without a contact point need none'),
  'TDS-14': said('S4 L11, L45', 'recurring: a changed contract asks for authentication of the card'),
  'TDS-15': said('S4 L11, L45', 'recurring: an added product or service asks for authentication of the card'),
  'TDS-16': said('S4 L46', 'a card has to belong to a customer before it can be authenticated by itself'),
  'TDS-17': said('S4 L28-29', 'by registration: a changed contract is authenticated when that is necessary'),
  'TDS-18': said('S4 L11-12, last cells', 'recurring: other measures as the fraud situation asks'),
  'TDS-20': said('S4 L18-20', 'a shop whose accounts hold cards may choose registration'),
  'TDS-21': said('S4 L21-22', 'PAY.JP subscriptions may choose registration'),
  'TDS-22': said('S4 L31', 'nothing but PAY.JP subscriptions: registration is the only way'),
  'TDS-23': said('S4 L21, L23', 'own recurring charges of customers may choose registration'),
  'TDS-24': said('S4 L40, L44', 'own recurring charges may authenticate the first one only'),
  'TDS-25': said('S4 L31, L44', 'a PAY.JP subscription cannot authenticate its own charges'),
  'TDS-26': said('S4 L35', 'guests and single purchases without an account: by payment'),
  'TDS-27': said('S4 L48, L9', 'mixed: a guest payment is authenticated itself'),
  'TDS-28': said('S4 L48, L8', 'mixed: an account with an authenticated card is as by registration'),
  'TDS-29': said('S4 L36-38', 'mixed: every payment may be authenticated instead'),
  'TDS-30': said('S4 L39', 'accounts are compulsory but protection is wanted: by payment'),
  'TDS-31': derived(
    'S4 L9, L48',
    'mixed: the card of an account does not authenticate the guest payment of the same person',
  ),
  'TDS-40': said(
    'S4 L51-54',
    'adopted on time, card from before, low risk and managed accounts: nothing in retrospect',
  ),
  'TDS-41': derived('S4 L52, L54', 'the same without "low risk": authentication at the next use'),
  'TDS-42': derived('S4 L53-54', 'the same without managed accounts: authentication at the next use'),
  'TDS-43': said('S4 L55', 'the same under suspicion: authentication of payment or card, at any time'),
  'TDS-44': said('S4 L56-57', 'adopted late: cards from before adoption are not exempt'),
  'TDS-45': said('S4 L58', 'a card registered from April 2025 on is always in scope'),
  'TDS-46': said('S4 L57-58', 'adopted late, card from after March 2025 without authentication: at the next use'),
  'TDS-47': said('S4 L57', 'adopted late, card from before April 2025 without authentication: at the next use'),
  'TDS-48': said('S4 L9, L4', 'by payment, each authenticated: a card registered without is compliant'),
  'TDS-49': said('S4 L8, L58', 'by registration: a card registered without after adoption is not compliant'),
  'TDS-60': said('S4 L65', 'without the user, a card authenticated at registration: compliant'),
  'TDS-61': said('S4 L65', 'without the user, the first payment authenticated: compliant'),
  'TDS-62': said('S4 L66', 'made again without the user after the authorisation lapsed: no second time'),
  'TDS-63': derived('S4 L65', 'made without the user and never authenticated: not compliant'),
  'TDS-64': derived('S4 L44, L66', 'made again with the user: as the pattern says'),
} as const satisfies Readonly<Record<string, Rule>>;
export type MandateRule = keyof typeof mandateRules;

export const protectionRules = {
  'CBP-01': said('S4 L42, L61', 'this payment was authenticated: protected against fraud chargebacks'),
  'CBP-02': said('S4 L30, L62', 'authenticated at registration only: not protected'),
  'CBP-03': derived('S4 L61', 'the card authenticated by itself, later charges: not protected'),
  'CBP-04': said('S4 L31, L61', 'a charge of a PAY.JP subscription: not protected, and cannot be'),
  'CBP-05': said('S4 L40, L42', 'own recurring, first charge authenticated: that one is protected'),
  'CBP-06': derived('S4 L61', 'own recurring, a later charge: not protected'),
  'CBP-07': said('S4 L67', 'made again after the authorisation lapsed: not protected'),
  'CBP-08': derived('S4 L61', 'an exempt card from before: not protected'),
  'CBP-09': said('S4 L8, L42', 'by registration, this charge authenticated by risk: protected, this charge only'),
  'CBP-10': said('S4 L60', 'compliance says nothing about protection'),
  'CBP-11': derived('S4 L60-61', 'a breach elsewhere does not end the protection of this payment'),
  'CBP-12': said('S4 L63', 'the exact exclusions are on another page'),
  'CBP-X1': elsewhere(
    'help.pay.jp 5369120',
    'fraud only: not wrong goods, wrong amounts, double charges, lapsed authorisations',
  ),
  'CBP-X2': elsewhere(
    'help.pay.jp 5369120',
    'attempted: the issuer bears it; heavy fraud may be claimed back from the merchant',
  ),
  'CBP-X3': elsewhere('docs.pay.jp/v2, card, 3ds', 'an amount changed after the authentication is not protected'),
  'CBP-X4': elsewhere('docs.stripe.com japan-exemptions', 'no shift of liability where an exemption was used'),
} as const satisfies Readonly<Record<string, Rule>>;
export type ProtectionRule = keyof typeof protectionRules;

export type RuleId = MandateRule | ProtectionRule;

export const rules: Readonly<Record<RuleId, Rule>> = { ...mandateRules, ...protectionRules };
