/**
 * Who plays: merchants with their traffic, abusers, buyers' patience, the SDKs' habits, and a
 * reader of the public page.
 *
 * Every field but the groups' names and rates has a default, so that a scenario states only what
 * its day is about. Shares are 0 to 1. Durations are lognormal: half are below `median` (ms), and
 * `sigma` is the spread of their logarithm.
 */
import { z } from 'zod';
import { Awkward } from './awkward-schema.ts';
import { CardTester } from './testers-schema.ts';

const share = z.number().min(0).max(1);
const weight = z.number().nonnegative();
const perSecond = z.number().positive().max(1000);
const memberName = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, 'lower-case letters, digits and hyphens, a letter first');

const durationMs = (median: number, sigma: number, description: string) =>
  z
    .strictObject({
      median: z.number().positive().default(median).meta({ description: 'Half of the draws are below this, ms.' }),
      sigma: z.number().nonnegative().max(3).default(sigma).meta({ description: 'Spread of the logarithm.' }),
    })
    .prefault({})
    .meta({ description });

const AmountsYen = z
  .strictObject({
    median: z.number().positive().default(3_500).meta({ description: 'Half of the amounts are below this, yen.' }),
    sigma: z.number().nonnegative().max(3).default(0.9).meta({ description: 'Spread of the logarithm.' }),
    // 50 and 9,999,999 are the API's own bounds (payjp-api section 3.1).
    min: z.int().min(50).max(9_999_999).default(100).meta({ description: 'Smaller draws become this, yen.' }),
    max: z.int().min(50).max(9_999_999).default(200_000).meta({ description: 'Larger draws become this, yen.' }),
  })
  .refine((amounts) => amounts.min <= amounts.max, { path: ['min'], message: 'min is above max' })
  .prefault({})
  .meta({ description: 'Lognormal amounts in whole yen, clamped to min and max.' });

const FollowUps = z
  .strictObject({
    captureShare: share.default(0.9).meta({ description: 'Of charges authorised only, how many are captured later.' }),
    partialCaptureShare: share
      .default(0.1)
      .meta({ description: 'Of those captures, how many take less than was held.' }),
    refundShare: share.default(0.08).meta({ description: 'Of captured charges, how many are refunded.' }),
    partialRefundShare: share.default(0.3).meta({ description: 'Of those refunds, how many give back only a part.' }),
    captureAfterMs: durationMs(180_000, 0.8, 'From the authorisation to its capture.'),
    refundAfterMs: durationMs(420_000, 0.8, 'From the capture to its refund.'),
  })
  .prefault({})
  .meta({ description: 'What merchants do with charges that succeeded. They come on top of operationsPerSecond.' });

const Brands = z
  .strictObject({
    Visa: weight.default(50),
    MasterCard: weight.default(25),
    JCB: weight.default(20),
    'American Express': weight.default(5),
  })
  .refine((brands) => Object.values(brands).some((each) => each > 0), {
    message: 'at least one brand needs a weight above 0',
  })
  .prefault({})
  .meta({ description: 'Weights of the card brands of the buyers.' });

export const MerchantGroup = z
  .strictObject({
    group: memberName.meta({ description: 'Name of the group; its members are `<group>-1`, `<group>-2`, ...' }),
    count: z.int().min(1).max(1000).meta({ description: 'How many merchants of this kind.' }),
    operationsPerSecond: perSecond.meta({
      description: 'Creates and registrations that EACH merchant begins per second (Poisson), whatever is answered.',
    }),
    mix: z
      .strictObject({ create: weight.default(92), registration: weight.default(8) })
      .refine((mix) => mix.create + mix.registration > 0, { message: 'at least one kind needs a weight above 0' })
      .prefault({})
      .meta({ description: 'Weights of creating a charge and registering a card.' }),
    followUps: FollowUps,
    storedCardShare: share
      .default(0.6)
      .meta({ description: "Creates on a customer's stored card; the others use a new token." }),
    captureNowShare: share
      .default(0.6)
      .meta({ description: 'Creates that capture at once; the others authorise first.' }),
    addCardShare: share.default(0.3).meta({
      description: 'Registrations that add a card to an existing customer; the others make a new customer.',
    }),
    customers: z
      .int()
      .min(1)
      .max(1000)
      .default(6)
      .meta({ description: 'Customers with a stored card, per merchant, before the day.' }),
    webhooks: z
      .boolean()
      .default(true)
      .meta({ description: 'Whether they receive webhooks; small shops often read the answer and nothing else.' }),
    threeDSecure: z
      .strictObject({
        share: share.default(0).meta({ description: 'Creates with a new card whose holder is authenticated first.' }),
        thinkMs: durationMs(9_000, 0.5, "What a card holder needs for an issuer's question."),
      })
      .optional()
      .meta({
        description:
          '3-D Secure in the shop’s app: created, authenticated in a view of the browser, finished. Absent: never.',
      }),
    expiryDays: z.int().min(1).max(60).optional().meta({
      description: 'For how many days their holds are asked for; the last ends at midnight in Japan. Absent: not said.',
    }),
    awkward: Awkward.optional(),
    subscriptions: z
      .strictObject({
        share: share.meta({ description: 'Of creates on a stored card: its customer also begins a monthly plan.' }),
        trialMsMin: z.int().min(1_000).default(20_000),
        trialMsMax: z.int().min(1_000).default(240_000).meta({ description: 'Its trial ends within this, ms.' }),
      })
      .optional()
      .meta({ description: 'Plans whose first renewal falls into the day. Absent: none.' }),
    amountsYen: AmountsYen,
    brands: Brands,
  })
  .meta({ description: 'Ordinary merchants who share one traffic pattern.' });
export type MerchantGroup = z.infer<typeof MerchantGroup>;

export const Abuser = z
  .strictObject({
    id: memberName.meta({ description: 'Member id, e.g. `abuser-1`.' }),
    kind: z.enum(['declined-charges', 'wrong-requests']).meta({
      description:
        'declined-charges: masses of well-formed charges on stored cards that the issuer declines; wrong-requests: the same with an amount that is no amount, which no acquirer ever sees. One request each.',
    }),
    operationsPerSecond: perSecond.meta({ description: 'Charges per second while active (Poisson).' }),
    sharePerSecond: perSecond.default(1).meta({
      description: 'What it may fairly send upstream, operations per second; at or below it counts as contained.',
    }),
    active: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether it is active from the start; else the timeline starts it.' }),
    cards: z
      .array(z.string().regex(/^\d{14,16}$/, 'a card number of 14 to 16 digits'))
      .min(1)
      .default(['4000000000080319'])
      .meta({
        description: 'Documented test cards that register well and decline every charge (payjp-api section 5).',
      }),
    customers: z.int().min(1).max(100).default(3).meta({ description: 'Customers that hold those cards, in turn.' }),
    maxRetry: z.int().min(0).max(10).default(0).meta({ description: 'Retries after 429. Abusers seldom wait.' }),
    amountsYen: AmountsYen,
  })
  .meta({ description: 'A merchant of ours whose traffic hurts others.' });
export type Abuser = z.infer<typeof Abuser>;

const Sdk = z
  .strictObject({
    maxRetry: z.int().min(0).max(10).default(3).meta({ description: 'Retries after 429; nothing else is retried.' }),
    baseMs: z
      .number()
      .positive()
      .default(2_000)
      .meta({ description: 'd = min(base * 2^n, cap); the wait is d/2 + U(0, d/2).' }),
    capMs: z.number().positive().default(32_000).meta({ description: 'Cap of d, ms.' }),
    timeoutMs: z
      .number()
      .positive()
      .default(60_000)
      .meta({ description: "The HTTP client's own time limit for one request, ms." }),
  })
  .prefault({})
  .meta({ description: "The PAY.JP SDKs' habits (payjp-api section 1.4)." });
export type Sdk = z.infer<typeof Sdk>;

const ReadBack = z
  .strictObject({
    afterMs: z
      .number()
      .positive()
      .default(600_000)
      .meta({ description: 'Wait before each look at a charge of unknown outcome, ms.' }),
    times: z.int().min(0).max(5).default(2).meta({ description: 'Looks at most; 0 never looks.' }),
  })
  .prefault({})
  .meta({ description: 'Merchants do not repeat a payment of unknown outcome: they read it back later.' });
export type ReadBack = z.infer<typeof ReadBack>;

const repeated = (names: readonly string[]) => names.find((name, index) => names.indexOf(name) !== index);

export const Cast = z
  .strictObject({
    merchants: z.array(MerchantGroup).min(1).meta({ description: 'Groups of ordinary merchants.' }),
    abusers: z
      .array(Abuser)
      .default([])
      .meta({ description: 'Members who misbehave. Idle until the timeline starts them.' }),
    testers: z.array(CardTester).default([]).meta({ description: 'Who tries card numbers at the merchants.' }),
    only: z
      .array(z.string().regex(/^[a-z][a-z0-9-]*\/\d+$/, 'a member and the number of its intent, as in shop-1/17'))
      .min(1)
      .optional()
      .meta({
        description:
          'These intents alone are played, as `member/number`. The others are drawn, so that nothing moves, and left out.',
      }),
    absent: z
      .array(z.string())
      .default([])
      .meta({ description: 'Member ids who stay away today. Nobody else draws differently.' }),
    buyers: z
      .strictObject({ patienceMs: durationMs(25_000, 0.35, 'How long a buyer waits for a charge or registration.') })
      .prefault({})
      .meta({ description: 'The people in front of the checkout.' }),
    sdk: Sdk,
    readBack: ReadBack,
    reader: z
      .strictObject({
        everyMs: z.number().min(100).default(2_000).meta({ description: 'Time between two looks at the page, ms.' }),
      })
      .prefault({})
      .meta({ description: 'Somebody from the public who watches the status page.' }),
  })
  .superRefine((cast, context) => {
    const ids = everyMemberId(cast);
    const twice = repeated(ids);
    if (twice !== undefined)
      context.addIssue({ code: 'custom', path: ['merchants'], message: `two members are called ${twice}` });
    cast.testers.forEach(({ member }, index) => {
      if (!ids.includes(member))
        context.addIssue({
          code: 'custom',
          path: ['testers', index, 'member'],
          message: `${member} is not in the cast`,
        });
    });
    cast.absent.forEach((id, index) => {
      if (!ids.includes(id))
        context.addIssue({ code: 'custom', path: ['absent', index], message: `${id} is not in the cast` });
    });
  })
  .meta({ id: 'Cast', description: 'Who plays, and how they behave.' });
export type Cast = z.infer<typeof Cast>;

const everyMemberId = (cast: {
  readonly merchants: readonly { readonly group: string; readonly count: number }[];
  readonly abusers: readonly { readonly id: string }[];
  readonly testers: readonly { readonly id: string }[];
}): string[] => [
  ...cast.merchants.flatMap(({ group, count }) => Array.from({ length: count }, (_, index) => `${group}-${index + 1}`)),
  ...cast.abusers.map(({ id }) => id),
  ...cast.testers.map(({ id }) => id),
];

/** Ids of all members who come today, in the file's order: `big-1`, `big-2`, ..., abusers last. */
export const memberIds = (cast: Cast): string[] => everyMemberId(cast).filter((id) => !cast.absent.includes(id));

/** The same cast with those members staying away. An id that is not in the cast is an error. */
export const without = (cast: Cast, ids: readonly string[]): Cast => {
  const stranger = ids.find((id) => !everyMemberId(cast).includes(id));
  if (stranger !== undefined) throw new Error(`${stranger} is not in the cast`);
  return { ...cast, absent: [...new Set([...cast.absent, ...ids])] };
};
