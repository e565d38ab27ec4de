/**
 * Card non-retention, rule by rule: what it says and where (the shape of `mandate/rules.ts`; S0 is seed
 * `000_644d54d1e58de083.txt`, PAY.JP's notices of November 2017). Rules with an X are on other pages.
 */
import type { Rule } from '../mandate/rules.ts';

const said = (source: string, says: string): Rule => ({ says, source, standing: 'said' });
const derived = (source: string, says: string): Rule => ({ says, source, standing: 'derived' });
const elsewhere = (source: string, says: string): Rule => ({ says, source, standing: 'elsewhere' });

export const nonRetentionRules = {
  'NONRET-01': said('S0 L13', 'the merchant’s devices and networks do not store, process or pass card data: all three'),
  'NONRET-02': said(
    'S0 L16, L34',
    'a number that passes the merchant’s server is in breach, even if it is never written',
  ),
  'NONRET-03': said('S0 L7, L16', 'after 2018-03-31 a passthrough merchant has moved, or complies with PCI DSS'),
  'NONRET-04': said('S0 L17, L23', 'from the buyer’s browser straight to PAY.JP: nothing to do'),
  'NONRET-05': said('S0 L41-47', 'a token made by the server from a number is passthrough'),
  'NONRET-06': said('S0 L49-57', 'a charge made by the server from a number is passthrough'),
  'NONRET-07': said('S0 L59-66', 'a customer made by the server from a number is passthrough'),
  'NONRET-08': said(
    'S0 L88',
    'a card added by the server from bare fields is passthrough; `/crads` is a slip of the pen',
  ),
  'NONRET-09': said('S0 L73-87', 'eleven parameters `card[...]` are deprecated, each by itself'),
  'NONRET-10': said('S0 L88-99', 'the same eleven without `card` where a card is added'),
  'NONRET-11': said('S0 L70, L87, L99', 'from November 2017 until the cut-off: accepted, and deprecated'),
  'NONRET-12': said('S0 L70', 'the cut-off: not accepted from servers any more, planned for the fiscal year 2018'),
  'NONRET-13': derived('S0 L70, L23', 'reads, deletions and payments by token are as they were'),
  'NONRET-14': derived('S0 L16, L70', 'PCI DSS is enough for the law, and does not open the API after the cut-off'),
  'NONRET-15': said('S0 L5', 'the Installment Sales Act, amended about June 2018: manage numbers, prevent fraud'),
  'NONRET-X1': elsewhere(
    'pay.jp/info/2017/11/10/182738',
    'the notice as rewritten: 2018-08-01 14:00, and changing a customer is on the list',
  ),
  'NONRET-X2': elsewhere('j-credit.or.jp', 'the law took effect on 2018-06-01'),
  'NONRET-X3': elsewhere(
    'payjp/payjp-go issue 10',
    'after the cut-off: 400, invalid_request_error, unsafe_credit_card_param',
  ),
  'NONRET-X4': elsewhere(
    'payjp-php, payjp-go',
    '`X-Payjp-Direct-Token-Generate: true` makes tokens of numbers in test mode only',
  ),
  'NONRET-X5': elsewhere('payjp-rust-with-openapi', 'today a charge takes a token or a customer, and no card object'),
} as const satisfies Readonly<Record<string, Rule>>;
export type NonRetentionRule = keyof typeof nonRetentionRules;

/** Whose devices card data touches, and how (NONRET-01). */
export interface Handling {
  readonly stores: boolean;
  readonly processes: boolean;
  readonly passes: boolean;
}

/** Does a merchant that handles card data so retain nothing? */
export const retainsNothing = ({ stores, processes, passes }: Handling): boolean => !stores && !processes && !passes;

/** The last day of the action plan, in Japan (S0 L7), and the act behind it (S0 L5; NONRET-X2 for the day). */
export const planEnds = '2018-03-31';
export const law = {
  act: 'amended Installment Sales Act',
  plannedFor: '2018-06',
  inForceFrom: '2018-06-01',
  duties: ['manage card numbers', 'prevent fraud'],
} as const;

/** Is a merchant in breach on that day (`yyyy-mm-dd` in Japan)? The API's cut-off is another matter (NONRET-14). */
export const inBreach = ({
  passthrough,
  pciDss,
  on,
}: {
  readonly passthrough: boolean;
  readonly pciDss: boolean;
  readonly on: string;
}): boolean => passthrough && !pciDss && on > planEnds;
