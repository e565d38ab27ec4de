/**
 * Numbers of card-testing detection (resilience-patterns section 14), and the shape of a rules file.
 *
 * A rule is a set of bounds on named features, a score and a reason in two languages; scores add up, and the sum
 * decides. What is not said has the value written here, so that a file says what it changes. Bounds that no feature
 * can have, and rules that contradict each other, are refused with their path.
 */
import { z } from 'zod';

/** What a feature may be: a count, a share of 1, a yes (1) or no (0), or yen. */
export const features = {
  /** Payments by cards that were never good before, and failed: sequential evidence, per key. 1 while it stands. */
  addressAlarm: 'flag',
  networkAlarm: 'flag',
  blockAlarm: 'flag',
  binAlarm: 'flag',
  emailAlarm: 'flag',
  amountAlarm: 'flag',
  merchantAlarm: 'flag',
  /** Different cards from one address, from its /24 (IPv6: /48), with one mail address; 10 minutes. */
  addressCards: 'count',
  networkCards: 'count',
  emailCards: 'count',
  /** Merchants that new cards from this address went to, 10 minutes; those cards that failed, and of how many (an hour). */
  addressShops: 'count',
  addressFailed: 'count',
  addressFailedShare: 'share',
  /** Different cards among the thousand numbers around this one; an hour. */
  neighbours: 'count',
  /** Attempts that were kept from any issuer, from this address. Fades, half of it in an hour. */
  addressHeld: 'count',
  /** Of this card: attempts (half fades in 5 minutes, in 12 hours), failed ones (12 hours), other expiry dates. */
  cardAttempts: 'count',
  cardAttemptsDay: 'count',
  cardFailures: 'count',
  cardExpiries: 'count',
  /** The card was good before: it paid, or it is stored since yesterday or longer. */
  cardKnown: 'flag',
  /** A customer's stored card, and not a token. */
  stored: 'flag',
  /** 0 for a card check. */
  amountYen: 'yen',
  /** Tokens of this merchant that nobody used: how many (fades, half in 10 minutes), and of how many. */
  unusedTokens: 'count',
  unusedShare: 'share',
  /** New cards of this merchant per minute now, against its own average. */
  rateFactor: 'count',
} as const;
export type Feature = keyof typeof features;
export const featureNames = Object.keys(features) as readonly Feature[];

export const attemptKinds = ['token', 'registration', 'charge'] as const;
export type AttemptKind = (typeof attemptKinds)[number];

const ceilings = { flag: 1, share: 1, count: 1_000_000, yen: 9_999_999 } as const;

const share = z.number().gt(0).lt(1);
const positive = z.number().positive();
const ms = z.int().positive();

const Bound = z
  .strictObject({ atLeast: z.number().nonnegative().optional(), atMost: z.number().nonnegative().optional() })
  .refine(({ atLeast, atMost }) => atLeast !== undefined || atMost !== undefined, 'says neither atLeast nor atMost')
  .refine(({ atLeast = 0, atMost = Number.POSITIVE_INFINITY }) => atLeast <= atMost, 'atLeast is above atMost');

const When = z
  .partialRecord(z.enum(featureNames as [Feature, ...Feature[]], 'is no feature'), Bound)
  .refine((when) => Object.keys(when).length > 0, 'names no feature')
  .superRefine((when, context) => {
    for (const [name, { atLeast, atMost }] of Object.entries(when) as [Feature, z.infer<typeof Bound>][]) {
      const ceiling = ceilings[features[name]];
      for (const [side, value] of Object.entries({ atLeast, atMost }))
        if (value !== undefined && value > ceiling)
          context.addIssue({ code: 'custom', path: [name, side], message: `is never above ${ceiling}` });
    }
  });

export const FraudRule = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case words joined by hyphens'),
  /** Kinds of attempts it is about; absent: all. */
  on: z.array(z.enum(attemptKinds)).min(1).optional(),
  /** Every one of these must hold. */
  when: When,
  /** Added to the sum; negative: speaks for the payer. */
  score: z
    .int()
    .min(-1000)
    .max(1000)
    .refine((score) => score !== 0, 'changes nothing'),
  reason: z.strictObject({ en: z.string().min(1), ja: z.string().min(1) }),
});
export type FraudRule = z.output<typeof FraudRule>;

/**
 * Sequential evidence of one kind of key. `mix`: the share of testers among new cards that it is tuned to find; few
 * honest payers share an address, many share a merchant. An alarm stands `holdMs`, twice as long each time.
 */
const scope = (mix: number, alarmAt: number, holdMs: number, creditMax = 0) =>
  z
    .strictObject({
      mix: share.default(mix),
      alarmAt: positive.max(1000).default(alarmAt),
      /** An alarm is over when good payments bring the evidence down to this. */
      calmAt: z
        .number()
        .nonnegative()
        .default(alarmAt / 4),
      /** Good payments bring evidence this far below nothing. */
      creditMax: z.number().nonnegative().max(1000).default(creditMax),
      holdMs: ms.default(holdMs),
      holdCapMs: ms.default(86_400_000),
    })
    .superRefine(({ alarmAt: on, calmAt, holdMs: hold, holdCapMs }, context) => {
      if (calmAt >= on) context.addIssue({ code: 'custom', path: ['calmAt'], message: 'must be below alarmAt' });
      if (holdCapMs < hold) context.addIssue({ code: 'custom', path: ['holdCapMs'], message: 'is below holdMs' });
    })
    .prefault({});

const hourMs = 3_600_000;

export const scopeNames = [
  'address',
  'network',
  'block',
  'bin',
  'email',
  'amount',
  'merchant',
  'busyMerchant',
] as const;
export type ScopeName = (typeof scopeNames)[number];

/** What becomes of new cards: good, refused by their issuer, or wrong (no such card, code or date). */
const outcomes = (approved: number, refused: number, wrong: number) =>
  z
    .strictObject({
      approved: share.default(approved),
      refused: share.default(refused),
      wrong: share.default(wrong),
    })
    .refine((all) => Math.abs(all.approved + all.refused + all.wrong - 1) < 1e-6, 'do not add up to 1')
    .prefault({});

const rule = (
  id: string,
  when: Partial<Record<Feature, { atLeast?: number; atMost?: number }>>,
  score: number,
  en: string,
  ja: string,
  on?: AttemptKind[],
) => ({ id, when, score, reason: { en, ja }, ...(on === undefined ? {} : { on }) });

const yes = { atLeast: 1 };
const no = { atMost: 0 };

/** The rules that run unless a file says others. An alarm about a shared key alone asks for more proof; two refuse. */
export const startingRules = [
  rule(
    'address-alarm',
    { addressAlarm: yes, cardKnown: no },
    90,
    'Cards from this address fail one after another',
    'このアドレスからのカードが次々に失敗',
  ),
  rule('address-goes-on', { addressAlarm: yes, addressHeld: { atLeast: 10 } }, 60, 'And it goes on', '失敗後も継続'),
  rule(
    'address-many-shops',
    {
      addressShops: { atLeast: 3 },
      addressFailed: { atLeast: 1.9 },
      addressFailedShare: { atLeast: 0.6 },
      cardKnown: no,
    },
    85,
    'Cards from this address fail at several merchants',
    'このアドレスからのカードが複数の加盟店で失敗',
  ),
  rule(
    'network-alarm',
    { networkAlarm: yes, cardKnown: no },
    60,
    'Cards from this network fail one after another',
    'このネットワークからのカードが次々に失敗',
  ),
  rule(
    'neighbours',
    { neighbours: { atLeast: 4 }, cardKnown: no },
    90,
    'Several cards with neighbouring numbers',
    '連続したカード番号',
  ),
  rule(
    'block-alarm',
    { blockAlarm: yes, cardKnown: no },
    60,
    'Neighbouring card numbers fail',
    '近接するカード番号が失敗',
  ),
  rule(
    'bin-alarm',
    { binAlarm: yes, cardKnown: no },
    50,
    'Cards of this issuer fail at all merchants',
    'この発行会社のカードが全加盟店で失敗',
  ),
  rule(
    'email-alarm',
    { emailAlarm: yes, cardKnown: no },
    90,
    'Cards with this mail address fail',
    'このメールアドレスのカードが失敗',
  ),
  rule(
    'email-many-cards',
    { emailCards: { atLeast: 6 }, cardKnown: no },
    25,
    'Many cards with one mail address',
    '同一メールアドレスで多数のカード',
  ),
  rule(
    'amount-alarm',
    { amountAlarm: yes, cardKnown: no },
    45,
    'New cards fail at this amount',
    '同一金額で新しいカードが失敗',
  ),
  rule(
    'merchant-alarm',
    { merchantAlarm: yes, cardKnown: no },
    50,
    'New cards fail at this merchant',
    'この加盟店で新しいカードが失敗',
  ),
  rule(
    'tokens-unused',
    { unusedTokens: { atLeast: 20 }, unusedShare: { atLeast: 0.8 }, merchantAlarm: yes, cardKnown: no },
    35,
    'Tokens are made and not used',
    '未使用のトークンが多い',
    ['token'],
  ),
  rule(
    'card-fails',
    { cardFailures: { atLeast: 3.5 }, stored: no },
    85,
    'This card keeps failing',
    'このカードの失敗が続く',
  ),
  rule(
    'card-too-often',
    { cardAttempts: { atLeast: 12 }, cardFailures: { atLeast: 1.5 } },
    85,
    'This card is tried too often',
    'このカードの試行が多すぎる',
  ),
  rule(
    'card-other-dates',
    { cardExpiries: { atLeast: 3 } },
    85,
    'This card is tried with several dates',
    '有効期限を変えて試行',
  ),
];

export const FraudRules = z
  .strictObject({
    outcomes: z
      .strictObject({ honest: outcomes(0.91, 0.06, 0.03), tester: outcomes(0.1, 0.3, 0.6) })
      .superRefine(({ honest, tester }, context) => {
        if (tester.wrong <= honest.wrong)
          context.addIssue({
            code: 'custom',
            path: ['tester', 'wrong'],
            message: 'must be above that of honest cards',
          });
        if (tester.approved >= honest.approved)
          context.addIssue({
            code: 'custom',
            path: ['tester', 'approved'],
            message: 'must be below that of honest cards',
          });
      })
      .prefault({}),
    scopes: z
      .strictObject({
        address: scope(0.9, 7, hourMs, 5),
        network: scope(0.6, 11, hourMs, 4),
        block: scope(0.9, 6, 6 * hourMs),
        bin: scope(0.5, 11, 2 * hourMs),
        email: scope(0.9, 7, hourMs, 5),
        amount: scope(0.6, 11, 2 * hourMs, 2),
        merchant: scope(0.5, 12, 3 * hourMs),
        busyMerchant: scope(0.12, 12, 3 * hourMs),
      })
      .prefault({}),
    thresholds: z
      .strictObject({
        stepUp: z.int().positive().default(40),
        human: z.int().positive().default(60),
        decline: z.int().positive().default(80),
        block: z.int().positive().default(140),
      })
      .superRefine(({ stepUp, human, decline, block }, context) => {
        const refuse = (name: string, below: string): void =>
          context.addIssue({ code: 'custom', path: [name], message: `must be above ${below}` });
        if (human <= stepUp) refuse('human', 'stepUp');
        if (decline <= human) refuse('decline', 'human');
        if (block <= decline) refuse('block', 'decline');
      })
      .prefault({}),
    rules: z
      .array(FraudRule)
      .max(200)
      .default(() => z.array(FraudRule).parse(startingRules))
      .superRefine((rules, context) => {
        rules.forEach(({ id }, index) => {
          if (rules.findIndex((other) => other.id === id) < index)
            context.addIssue({ code: 'custom', path: [index, 'id'], message: `${id} is there already` });
        });
      }),
  })
  .prefault({});
export type FraudRules = z.output<typeof FraudRules>;

export const Fraud = z
  .strictObject({
    /** `observe`: judged and recorded, and everything passes. `off`: nothing is even counted. */
    mode: z.enum(['off', 'observe', 'on']).default('off'),
    /** PAY.JP's published test cards are tried again and again by people who build. */
    exemptTestCards: z.boolean().default(false),
    /** Keys remembered of each kind, at least; twice as many at most. */
    keysMax: z.int().min(100).max(1_000_000).default(20_000),
    /** Decisions kept in memory, and rows of decisions other than "allow" in the store. */
    recentMax: z.int().min(10).max(100_000).default(1_000),
    rowsMax: z.int().min(10).max(10_000_000).default(50_000),
    /** A refusal of ours takes as long as an issuer's; this long (half of them less) while none was seen. */
    answerMedianMs: z.number().positive().default(250),
    /** A rules file is looked at this often while payments come. */
    lookEveryMs: ms.default(10_000),
    rules: FraudRules,
  })
  .prefault({});
export type Fraud = z.output<typeof Fraud>;
