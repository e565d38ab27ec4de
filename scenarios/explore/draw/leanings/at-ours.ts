/** Worlds in which something is the matter with what is ours, or in which our own bounds are narrow. */
import type { DrawnEvent } from '../faults.ts';
import { acquirers, instancesOf, type Leaning, linkTo, rulesAt, several } from '../leaning.ts';

export const atOurs = {
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
  /** A day whose files close while the world is still watched. */
  night: { shape: { startsAtMinute: 23 * 60 + 20, date: '2026-03-07' }, reconciles: true },
} as const satisfies Readonly<Record<string, Leaning>>;
