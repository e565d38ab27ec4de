/** Worlds of people with habits: what merchants, buyers and attackers do. */
import {
  acquirers,
  type Leaning,
  linkTo,
  several,
  threeDSecure,
  threeDSecureRules,
  withThreeDSecure,
} from '../leaning.ts';

export const ofPeople = {
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
  /** Near their rates, and nobody asks a second time. */
  hasty: {
    cast: ({ sdk }) => ({ sdk: { ...sdk, maxRetry: 0 } }),
    group: () => ({ operationsPerSecond: 1.5, awkward: { onceMore: 0, twiceAtOnce: 0, repeatsLost: 0 } }),
  },
  told: { group: () => ({ webhooks: true }) },
  busy: { group: () => ({ operationsPerSecond: 0.25 }) },
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
} as const satisfies Readonly<Record<string, Leaning>>;
