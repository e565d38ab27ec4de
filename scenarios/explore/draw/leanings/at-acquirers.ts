/** Worlds in which something is the matter at the acquirers, on the way to them, or with 3-D Secure. */
import { acquirers, type Leaning, linkTo, rulesAt, someAcquirers, threeDSecure, withThreeDSecure } from '../leaning.ts';

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

export const atAcquirers = {
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
} as const satisfies Readonly<Record<string, Leaning>>;
