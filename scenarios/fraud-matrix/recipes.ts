/**
 * Recipes of card testing: which numbers, from where, how fast, through which call. The grid is ours; its axes are
 * those of resilience-patterns section 14 and of what merchants report (sequential numbers, an address for each
 * request, slow and low).
 */
export interface Recipe {
  readonly id: string;
  /** `sequence`: one after another · `stride`: every 37th · `issuer`: at random in one issuer's range · `list`:
   * bought numbers of many issuers · `codes`, `dates`: one card, its code or date guessed. */
  readonly numbers: 'sequence' | 'stride' | 'issuer' | 'list' | 'codes' | 'dates';
  readonly from: 'one' | 'few' | 'network' | 'own-each' | 'server';
  /** Between two attempts; jittered by half. */
  readonly everyMs: number;
  /** `token`: the check alone · `checkout`: token and charge · `registration`: token and customer's card. */
  readonly via: 'token' | 'checkout' | 'registration';
  /** Merchants in turn. */
  readonly merchants: number;
  readonly amountYen: number | 'any';
  /** Cards that are good, of those tried. */
  readonly liveShare: number;
  readonly email: 'none' | 'one' | 'each';
  /** Honest payments a minute at each merchant meanwhile. */
  readonly besidePerMinute: number;
  readonly attempts: number;
}

const second = 1_000;
const minute = 60 * second;
const paces = { burst: 100, steady: 1_500, slow: minute, low: 7 * minute } as const;
type Pace = keyof typeof paces;

const recipe = (
  numbers: Recipe['numbers'],
  from: Recipe['from'],
  pace: Pace,
  via: Recipe['via'],
  more: Partial<Recipe> = {},
): Recipe => {
  const merchants = more.merchants ?? 1;
  const spread = merchants === 1 ? '' : `, ${merchants} merchants`;
  const live = { sequence: 0.02, stride: 0.02, issuer: 0.02, list: 0.12, codes: 0.001, dates: 0.02 }[numbers];
  return {
    id: `${numbers}, ${from}, ${pace}, ${via}${spread}`,
    numbers,
    from,
    everyMs: paces[pace],
    via,
    merchants,
    amountYen: 100,
    liveShare: live,
    email: 'none',
    // A slow attack hides among many.
    besidePerMinute: pace === 'low' ? 0.3 : 1,
    attempts: pace === 'low' ? 150 : 300,
    ...more,
  };
};

const named = (id: string, one: Recipe): Recipe => ({ ...one, id: `${one.id}, ${id}` });

export const recipes: readonly Recipe[] = [
  // Sequential.
  ...(['one', 'few', 'network', 'own-each', 'server'] as const).map((from) =>
    recipe('sequence', from, 'burst', 'token'),
  ),
  ...(['one', 'own-each', 'server'] as const).map((from) => recipe('sequence', from, 'steady', 'checkout')),
  ...(['one', 'own-each'] as const).map((from) => recipe('sequence', from, 'slow', 'registration')),
  ...(['one', 'own-each'] as const).map((from) => recipe('sequence', from, 'low', 'token')),
  recipe('sequence', 'own-each', 'steady', 'token', { merchants: 5 }),
  recipe('sequence', 'own-each', 'slow', 'checkout', { merchants: 20 }),
  recipe('stride', 'own-each', 'burst', 'token'),
  recipe('stride', 'own-each', 'steady', 'checkout', { merchants: 5 }),
  recipe('stride', 'server', 'slow', 'checkout'),
  recipe('stride', 'own-each', 'low', 'registration'),
  // At random in one issuer's range.
  ...(['one', 'few', 'network', 'own-each', 'server'] as const).map((from) =>
    recipe('issuer', from, 'steady', 'checkout'),
  ),
  ...(['one', 'own-each'] as const).map((from) => recipe('issuer', from, 'burst', 'token')),
  ...(['own-each', 'network'] as const).map((from) => recipe('issuer', from, 'slow', 'token')),
  ...(['own-each', 'few'] as const).map((from) => recipe('issuer', from, 'low', 'checkout')),
  recipe('issuer', 'own-each', 'steady', 'token', { merchants: 5 }),
  recipe('issuer', 'own-each', 'slow', 'checkout', { merchants: 20 }),
  recipe('issuer', 'own-each', 'low', 'token', { merchants: 20 }),
  named('any amount', recipe('issuer', 'own-each', 'steady', 'checkout', { amountYen: 'any', email: 'each' })),
  named('busy shop', recipe('issuer', 'own-each', 'steady', 'token', { besidePerMinute: 12 })),
  // Bought lists: many issuers, more of them good.
  ...(['one', 'few', 'network', 'own-each', 'server'] as const).map((from) =>
    recipe('list', from, 'steady', 'checkout'),
  ),
  ...(['one', 'own-each', 'server'] as const).map((from) => recipe('list', from, 'burst', 'token')),
  ...(['one', 'own-each'] as const).map((from) => recipe('list', from, 'slow', 'registration')),
  ...(['one', 'own-each'] as const).map((from) => recipe('list', from, 'low', 'checkout')),
  named('a fifth good', recipe('list', 'one', 'steady', 'checkout', { liveShare: 0.2 })),
  named('a fifth good', recipe('list', 'own-each', 'steady', 'checkout', { liveShare: 0.2 })),
  named('one mail address', recipe('list', 'own-each', 'slow', 'checkout', { email: 'one' })),
  named('any amount', recipe('list', 'own-each', 'slow', 'checkout', { amountYen: 'any', email: 'each' })),
  recipe('list', 'few', 'steady', 'token', { merchants: 5 }),
  recipe('list', 'network', 'steady', 'checkout', { merchants: 5 }),
  // One card's code or date.
  ...(['one', 'own-each'] as const).map((from) => recipe('codes', from, 'steady', 'token')),
  recipe('codes', 'own-each', 'low', 'token'),
  recipe('codes', 'own-each', 'slow', 'token', { merchants: 20 }),
  ...(['one', 'own-each'] as const).map((from) => recipe('dates', from, 'steady', 'token')),
  recipe('dates', 'own-each', 'low', 'checkout'),
  recipe('dates', 'own-each', 'slow', 'token', { merchants: 20 }),
];

/**
 * Known not to be seen by counting: bought numbers of many issuers, an address for each request, a mail address for
 * each, few at each of many merchants. Every one of them is one payment of a new customer; only 3-D Secure stops it.
 * Played and printed, and held to nothing; the arithmetic is in the README.
 */
export const beyond: readonly Recipe[] = [
  recipe('list', 'own-each', 'low', 'checkout', { merchants: 40, amountYen: 'any', email: 'each', besidePerMinute: 1 }),
  named('busy shop', recipe('list', 'own-each', 'slow', 'token', { besidePerMinute: 30, email: 'each' })),
];
