/**
 * Worlds that lean towards something: a fault that is sure to strike, a habit that everybody has.
 *
 * A swarm of worlds meets everything sooner or later; whoever wants to see one thing (a planted bug) asks for the
 * worlds in which it can show. A leaning decides which worlds are drawn and nothing else: they are held to the same
 * checks, and must hold without the bug.
 */
import type { Policy } from '../../../gateway/app.ts';
import type { WrittenScenario } from '../world.ts';
import type { Dice } from './dice.ts';
import type { DrawnEvent, Span } from './faults.ts';
import type { Shape } from './shape.ts';

export type Cast = WrittenScenario['cast'];
type Group = Cast['merchants'][number];
type Place = WrittenScenario['world'];

export interface Leaning {
  /** Faults that strike, whatever else does not. */
  readonly faults?: (dice: Dice, span: Span, shape: Shape) => readonly DrawnEvent[];
  /** What every group of merchants does. */
  readonly group?: (dice: Dice) => Partial<Group>;
  readonly cast?: (cast: Cast) => Partial<Cast>;
  readonly place?: (place: Place) => Partial<Place>;
  readonly shape?: Partial<Shape>;
  /** Over what was drawn; merged key by key. */
  readonly policy?: { readonly [Section in keyof Policy]?: unknown };
  /** Business of the day is compared with the acquirers when their files have closed. */
  readonly reconciles?: true;
}

const acquirers = ['escott', 'gmo'] as const;

/** One of the acquirers at least, often both: which one a payment takes is the gateway's to say. */
const someAcquirers = (dice: Dice): readonly (typeof acquirers)[number][] => dice.some(acquirers, dice.of([1, 2, 2]));

const linkTo = (acquirer: string, { from, to }: Span, toxic: object): DrawnEvent => ({
  at: from,
  until: to,
  what: { kind: 'link', link: `gateway->${acquirer}`, toxic },
});

const rulesAt = (acquirer: string, { from, to }: Span, rule: object): DrawnEvent => ({
  at: from,
  what: { kind: 'faults.set', acquirer, rules: [{ ...rule, ttlMs: (to - from) * 1000 }] },
});

const threeDSecureRules = ({ from, to }: Span, kinds: readonly string[], share: number): DrawnEvent => ({
  at: from,
  what: {
    kind: 'three-d-secure.faults',
    rules: kinds.map((kind) => ({ kind, share, ttlMs: (to - from) * 1000 })),
  },
});

const instancesOf = ({ instances }: Shape): readonly string[] =>
  Array.from({ length: instances }, (_, index) => `gateway-${index + 1}`);

const several = { instances: 2 } as const;

/** Lost on the way back: it was carried out, and nobody heard. */
const answerLost: Leaning = {
  faults: (dice, span) =>
    someAcquirers(dice).map((acquirer) =>
      dice.of([
        linkTo(acquirer, span, { type: 'timeout', timeout: 0, stream: 'downstream', toxicity: 0.4 }),
        linkTo(acquirer, span, { type: 'reset_after', toxicity: 0.4 }),
        rulesAt(acquirer, span, { kind: 'approved-reply-lost', parameters: { by: 'reset' }, share: 0.5 }),
        rulesAt(acquirer, span, { kind: 'approved-reply-lost', parameters: { by: 'silence' }, share: 0.5 }),
      ]),
    ),
};

const threeDSecure = (dice: Dice): Partial<Group> => ({
  storedCardShare: 0,
  mix: { create: 100, registration: 0 },
  threeDSecure: { share: 1, thinkMs: { median: 4_000, sigma: 0.5 } },
  awkward: { finishesAnyway: 1, failsAuthentication: dice.of([0, 0.3]), onceMore: 0.2 },
});
const withThreeDSecure = { shape: { threeDSecure: true }, place: () => ({ threeDSecure: {} }) } as const;

/** By the words that a planted bug's header uses. */
export const leanings = {
  'answer-lost': answerLost,
  'answer-lost-again': {
    // What would take it back is lost on its way, and was never carried out.
    faults: (_, span) =>
      acquirers.map((acquirer) =>
        rulesAt(acquirer, span, {
          kind: 'reset',
          parameters: { at: 'before' },
          select: { operations: ['void'] },
          share: 0.8,
        }),
      ),
    policy: { settling: { inquireAfterMs: [200, 400, 800], unknownApproved: 'void' } },
  },
  'inquiry-lags': {
    shape: { listingLagMaxMs: 20_000 },
    place: ({ acquirers: all }) => ({
      acquirers: all.map((one) => ({ ...one, capacity: { ...one.capacity, listingLagMaxMs: 20_000 } })) as never,
    }),
    policy: { settling: { inquireAfterMs: [200, 400, 800], notFoundSpanMs: 50_000 } },
  },
  'slow-acquirer': {
    // It takes the request, and its queue carries it out when the gateway has long given up.
    faults: (dice, { from, to }) =>
      someAcquirers(dice).map((acquirer) =>
        dice.of([
          { at: from, until: to, what: { kind: 'capacity', acquirer, workers: 0 } },
          rulesAt(
            acquirer,
            { from, to },
            {
              kind: 'latency',
              parameters: { delayMs: dice.scale(15_000, 60_000), at: 'before' },
              share: 0.5,
            },
          ),
        ]),
      ),
  },
  'carried-out-late': {
    // A follow-up that the gateway has just stopped waiting for when it is carried out, and asked about before that.
    faults: (dice, span) =>
      acquirers.map((acquirer) =>
        rulesAt(acquirer, span, {
          kind: 'latency',
          parameters: { delayMs: dice.scale(6_000, 20_000), at: 'before' },
          select: { operations: ['capture', 'change'] },
          share: 0.8,
        }),
      ),
    policy: {
      upstream: {
        timeoutMs: { check: 3_000, authorise: 3_000, capture: 3_000, refund: 3_000, inquiry: 2_000, void: 5_000 },
      },
      settling: { inquireAfterMs: [200, 400, 800] },
    },
  },
  'stuck-workers': {
    // What waits for a worker is carried out when there is one again: nobody knows when.
    faults: (dice, span) => [
      rulesAt(dice.of(acquirers), span, { kind: 'stuck-workers', parameters: { leave: 0 }, share: 0.5 }),
    ],
  },
  'acquirer-away': {
    faults: (dice, span) => [
      linkTo(dice.of(acquirers), span, dice.of([{ type: 'down' }, { type: 'timeout', timeout: 0 }])),
    ],
    policy: { deferral: { enabled: true } },
  },
  refused: {
    faults: (dice, span) =>
      someAcquirers(dice).map((acquirer) =>
        linkTo(acquirer, span, dice.of([{ type: 'unreachable', toxicity: 0.4 }, { type: 'down' }])),
      ),
    policy: { routing: { failover: true } },
  },
  reset: {
    faults: (dice, span) =>
      acquirers.map((acquirer) =>
        linkTo(
          acquirer,
          span,
          dice.of([
            { type: 'reset_peer', timeout: 100, stream: 'downstream', toxicity: 0.3 },
            { type: 'reset_after', toxicity: 0.3 },
          ]),
        ),
      ),
    policy: { routing: { failover: true } },
  },
  'brand-outage': {
    faults: (dice, span) => [
      rulesAt(dice.of(acquirers), span, {
        kind: 'brand-outage',
        parameters: { by: 'error' },
        select: { brands: ['visa'] },
      }),
    ],
    // Elsewhere nobody would notice who was turned away here.
    policy: { routing: { failover: false } },
  },
  'acquirer-silent': {
    // It takes everything and answers nothing, for as long as somebody who believes in it comes back.
    faults: (dice, { from }) => [
      linkTo(dice.of(acquirers), { from, to: from + 75 }, { type: 'timeout', timeout: 500, stream: 'downstream' }),
    ],
    policy: { breaker: { probeEveryMs: 1_000, probeAfterGoodMs: 500, goodProbesToRamp: 2 } },
  },
  'acquirer-garbage': {
    faults: (dice, span) =>
      acquirers.map((acquirer) => rulesAt(acquirer, span, { kind: dice.of(['html-page', 'empty-body']), share: 0.4 })),
  },
  'acquirer-cross-talk': {
    faults: (_, span) => acquirers.map((acquirer) => rulesAt(acquirer, span, { kind: 'other-order', share: 0.6 })),
  },
  'twice-done': {
    faults: (_, span) =>
      acquirers.map((acquirer) =>
        rulesAt(acquirer, span, { kind: 'duplicate-processing', parameters: { reply: 'first' }, share: 0.6 }),
      ),
  },
  'strange-file': {
    // The file says that it took something of which nobody here has ever heard.
    faults: (_, { from }) =>
      acquirers.map((acquirer) =>
        rulesAt(
          acquirer,
          { from, to: from + 8 * 3_600 },
          {
            kind: 'settlement-file',
            parameters: { how: 'line-extra' },
            select: { operations: ['settlement'] },
            share: 1,
          },
        ),
      ),
  },
  'store-stalls': {
    // Everybody's questions wait, and are answered together when it goes on.
    faults: (dice, { from, to }) => [
      { at: from, what: { kind: 'process', program: 'store', action: 'freeze' } },
      { at: Math.min(to, from + dice.whole(8, 25)), what: { kind: 'process', program: 'store', action: 'resume' } },
    ],
  },
  crash: {
    shape: several,
    place: () => ({ gateway: several }),
    faults: (dice, { from, to }, shape) => {
      const half = Math.floor((from + to) / 2);
      return instancesOf(shape).flatMap((program) =>
        [
          { from, to: half },
          { from: half, to },
        ].map(
          (span): DrawnEvent => ({
            at: span.from,
            until: span.to,
            what: { kind: 'crash', program, points: dice.scale(2, 60), restartAfterMs: dice.scale(100, 10_000) },
          }),
        ),
      );
    },
  },
  'dies-before-writing': {
    // Acquirers answer slowly, the database answers nobody, and whoever waits for it dies with what it has heard.
    shape: several,
    place: () => ({ gateway: several }),
    faults: (dice, { from, to }, shape) => [
      ...acquirers.map((acquirer) =>
        rulesAt(
          acquirer,
          { from, to },
          {
            kind: 'latency',
            parameters: { delayMs: 2_500, at: 'before' },
            select: { operations: ['authorise'] },
            share: 1,
          },
        ),
      ),
      ...[from, from + 25, from + 50].flatMap((atS): DrawnEvent[] => {
        const program = dice.of(instancesOf(shape));
        return [
          { at: atS, what: { kind: 'process', program: 'store', action: 'freeze' } },
          { at: atS + 10, what: { kind: 'process', program, action: 'kill' } },
          { at: atS + 12, what: { kind: 'process', program: 'store', action: 'resume' } },
          { at: atS + 15, what: { kind: 'process', program, action: 'restart' } },
        ];
      }),
    ],
  },
  freeze: {
    shape: several,
    place: () => ({ gateway: several }),
    faults: (dice, { from, to }, shape) => {
      const program = dice.of(instancesOf(shape));
      // Longer than anything that was under way may take.
      return [
        { at: from, what: { kind: 'process', program, action: 'freeze' } },
        { at: Math.max(to, from + 65), what: { kind: 'process', program, action: 'resume' } },
      ];
    },
    policy: {
      upstream: {
        timeoutMs: { check: 3_000, authorise: 3_000, capture: 3_000, refund: 3_000, inquiry: 2_000, void: 5_000 },
      },
    },
  },
  'receiver-away': {
    faults: (dice, { from }) => [
      {
        at: from,
        // Past the last of a webhook's tries, or back in time for one of them.
        until: dice.of([from + 60, from + 250, from + 900]),
        what: {
          kind: 'link',
          link: 'gateway->merchants',
          toxic: dice.of([
            { type: 'down' },
            { type: 'reset_before', toxicity: 0.5 },
            { type: 'timeout', timeout: 500 },
          ]),
        },
      },
    ],
    group: () => ({ webhooks: true }),
  },
  abuser: {
    shape: { abuser: 'abuser' },
    cast: () => ({
      abusers: [{ id: 'abuser', kind: 'declined-charges', operationsPerSecond: 8, customers: 2, maxRetry: 0 }],
    }),
    faults: (_, { from, to }) => [
      { at: from, what: { kind: 'traffic', member: 'abuser', action: 'start' } },
      { at: to, what: { kind: 'traffic', member: 'abuser', action: 'stop' } },
    ],
  },
  /** Small payments are declined by a rule, whoever makes them: the least that a fraud rule can do. */
  'declined-by-rule': {
    policy: {
      fraud: {
        mode: 'on',
        rules: {
          rules: [
            {
              id: 'small-amounts',
              on: ['charge'],
              when: { amountYen: { atMost: 1_000 } },
              score: 100,
              reason: { en: 'A small amount', ja: '少額' },
            },
          ],
        },
      },
    },
    // Who authenticated, and what a plan renews by itself, is judged otherwise.
    group: () => ({
      amountsYen: { median: 1_200, sigma: 0.8 },
      threeDSecure: { share: 0 },
      subscriptions: { share: 0 },
    }),
  },
  'both-away': {
    faults: (dice, { from }) => {
      const span = { from, to: from + 75 };
      return acquirers.map((acquirer) =>
        linkTo(acquirer, span, dice.of([{ type: 'down' }, { type: 'timeout', timeout: 500 }])),
      );
    },
    policy: { deferral: { enabled: false }, incidents: { goodBeforeMonitoringMs: 60_000, monitoringMs: 60_000 } },
  },
  /** New payments have nowhere to go, and what finishes the old ones is accepted for later. */
  'nowhere-to-go': {
    faults: (_, { from }) => acquirers.map((acquirer) => linkTo(acquirer, { from, to: from + 60 }, { type: 'down' })),
    policy: { deferral: { enabled: true } },
  },
  '3ds-away': {
    ...withThreeDSecure,
    group: threeDSecure,
    faults: (dice, span) => [
      {
        at: span.from,
        until: span.to,
        what: {
          kind: 'link',
          link: dice.of(['gateway->tds', 'tds->gateway']),
          toxic: dice.of([{ type: 'down' }, { type: 'timeout', timeout: 500, stream: 'upstream', toxicity: 0.7 }]),
        },
      },
    ],
  },
  '3ds-fails': {
    ...withThreeDSecure,
    group: (dice) => ({
      ...threeDSecure(dice),
      awkward: { finishesAnyway: 1, failsAuthentication: 0.6 },
    }),
    faults: (dice, span) => [
      threeDSecureRules(span, [dice.of(['app-not-returned', 'wrong-status', 'returns-late'])], 0.5),
    ],
  },
  /** No fault; the others say what people do. */
  repeats: {
    group: () => ({
      captureNowShare: 0.6,
      awkward: {
        twiceAtOnce: 0.3,
        onceMore: 0.6,
        repeatsLost: 1,
        reusesKey: 0.3,
        refundsInParts: 0.5,
        emptyCards: 0.3,
      },
    }),
  },
  refunds: {
    group: () => ({
      captureNowShare: 0.7,
      followUps: {
        captureShare: 0.9,
        partialCaptureShare: 0.6,
        refundShare: 0.9,
        partialRefundShare: 0.7,
        captureAfterMs: { median: 3_000, sigma: 0.5 },
        refundAfterMs: { median: 3_000, sigma: 0.5 },
      },
      awkward: { refundsInParts: 0.9 },
    }),
  },
  captures: {
    group: () => ({
      captureNowShare: 0.2,
      followUps: {
        captureShare: 0.95,
        partialCaptureShare: 0.4,
        refundShare: 0.4,
        captureAfterMs: { median: 6_000, sigma: 0.8 },
        refundAfterMs: { median: 6_000, sigma: 0.8 },
      },
    }),
  },
  renewals: {
    shape: several,
    place: () => ({ gateway: several }),
    group: () => ({
      storedCardShare: 0.95,
      // Long enough that every instance knows when they are due.
      subscriptions: { share: 0.9, trialMsMin: 30_000, trialMsMax: 80_000 },
    }),
  },
  told: { group: () => ({ webhooks: true }) },
  busy: { group: () => ({ operationsPerSecond: 0.25 }) },
  /** Little was agreed with the acquirers, and yet enough for the probes of three instances at once. */
  contract: {
    policy: {
      limits: {
        outbound: { enabled: true, contractPerSecond: { escott: 4, gmo: 4 }, share: 0.9 },
        // Nothing of so little can be lent.
        surge: { enabled: false },
      },
    },
  },
  /** Little may be tried again elsewhere, and no breaker turns payments away before they are tried. */
  'thin-budget': {
    faults: (dice, span) => [
      linkTo(dice.of(acquirers), span, { type: 'unreachable', toxicity: dice.of([0.3, 0.5, 0.8]) }),
    ],
    group: () => ({ operationsPerSecond: 0.5 }),
    policy: {
      breaker: { enabled: false },
      routing: { failover: true },
      upstream: { retryBudget: { enabled: true, floorPerSecond: 0, shareOfFirstTries: 0.02 } },
    },
  },
  /** Few calls may be under way at an acquirer, and most of them hang. */
  'few-slots': {
    faults: (_, span) =>
      acquirers.map((acquirer) =>
        rulesAt(acquirer, span, { kind: 'latency', parameters: { delayMs: 4_000, at: 'before' }, share: 0.8 }),
      ),
    group: () => ({ operationsPerSecond: 1.5 }),
    policy: {
      breaker: { enabled: false, slowMs: 1_000 },
      limits: { enabled: false },
      upstream: {
        concurrency: { enabled: true, slotsMax: 6, inquiriesMax: 2, initial: 6, min: 4, max: 6, targetMs: 500 },
      },
    },
  },
  /** A request is over sooner than its database comes back. */
  'short-deadline': { policy: { upstream: { deadline: { enabled: true, defaultMs: 6_000, reserveMs: 500 } } } },
  /** Instances count by themselves what a merchant may do. */
  'shared-away': {
    shape: several,
    place: () => ({ gateway: several }),
    faults: (_, { from }) => [
      { at: from, until: from + 75, what: { kind: 'shared-store', action: 'lost' } },
      { at: from, what: { kind: 'traffic', member: 'abuser', action: 'start' } },
      { at: from + 75, what: { kind: 'traffic', member: 'abuser', action: 'stop' } },
    ],
    cast: () => ({
      abusers: [{ id: 'abuser', kind: 'declined-charges', operationsPerSecond: 12, customers: 2, maxRetry: 0 }],
    }),
    // Nothing is lent, and nobody is found out: what holds is the rate alone.
    policy: { limits: { enabled: true, surge: { enabled: false } }, abuse: { enabled: false } },
  },
  /** Holds end at midnight, while captures wait for their acquirer. */
  'holds-end': {
    shape: { startsAtMinute: 23 * 60 + 59, date: '2026-03-07' },
    faults: (_, { from }) =>
      acquirers.map((acquirer) => linkTo(acquirer, { from: from + 20, to: from + 75 }, { type: 'down' })),
    group: () => ({
      captureNowShare: 0,
      expiryDays: 1,
      followUps: { captureShare: 0.95, captureAfterMs: { median: 15_000, sigma: 0.6 }, refundShare: 0 },
    }),
    policy: { deferral: { enabled: true } },
  },
  /** Nearly everybody pays with one card, which has no money on it: what is authenticated for one is there for all. */
  'same-card': { group: () => ({ awkward: { emptyCards: 0.9 } }) },
  /** Two merchants at least, of whom each asks for the other's charges. */
  nosy: {
    cast: ({ merchants: [first, ...others] }) => ({
      merchants: [{ ...first!, count: Math.max(2, first!.count) }, ...others],
    }),
    group: () => ({ awkward: { asksForOthers: 0.3 } }),
  },
  'points-inside': { group: () => ({ awkward: { pointsInside: true } }) },
  /**
   * Somebody tries numbers at a checkout, and one of eight is good; one instance, since what is known of attackers is
   * each instance's own.
   */
  'card-testing': {
    shape: { instances: 1 },
    place: () => ({ gateway: { instances: 1 } }),
    cast: ({ merchants: [victim] }) => ({
      testers: [
        {
          id: 'tester',
          member: `${victim!.group}-1`,
          everyMs: 800,
          numbers: 'random',
          via: 'checkout',
          liveShare: 0.12,
          active: true,
        },
      ],
    }),
  },
  /** A day whose files close while the world is still watched. */
  night: { shape: { startsAtMinute: 23 * 60 + 20, date: '2026-03-07' }, reconciles: true },
} as const satisfies Readonly<Record<string, Leaning>>;

export type LeaningName = keyof typeof leanings;

export const isLeaning = (name: string): name is LeaningName => Object.hasOwn(leanings, name);

export const leaningsOf = (names: readonly LeaningName[]): readonly Leaning[] => names.map((name) => leanings[name]);

/** The shape of a world as its leanings want it; the draws it was made of stay what they were. */
export const leant = (drawn: Shape, all: readonly Leaning[], dice: Dice): Shape => {
  let now = drawn;
  for (const [index, { shape, group, cast, place }] of all.entries()) {
    const merchants = now.cast.merchants.map((one) => {
      const { awkward, ...wanted } = group?.(dice.fork(`leaning ${index}/${one.group}`)) ?? {};
      return { ...one, ...wanted, ...(awkward === undefined ? {} : { awkward: { ...one.awkward, ...awkward } }) };
    });
    const people = { ...now.cast, merchants } as Cast;
    now = {
      ...now,
      ...shape,
      world: { ...now.world, ...place?.(now.world) },
      cast: { ...people, ...cast?.(people) },
    };
  }
  return now;
};
