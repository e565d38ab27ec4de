/**
 * Every kind of fault the explorer knows: how it is drawn as an event of a timeline, and which worlds can have it.
 *
 * A kind draws plain data only; what it does is the timeline's to do.
 */
import { acquirerFaultKinds as acquirerKinds, tdsFaultKinds } from '../../../acquirer-sim/app.ts';
import type { Dice } from './dice.ts';
import type { Shape } from './shape.ts';

/** What happens, `at` seconds of the day. `until` is written into the event as an hour. */
export interface DrawnEvent {
  readonly at: number;
  readonly until?: number;
  readonly what: Readonly<Record<string, unknown>> & { readonly kind: string };
}

export interface Span {
  /** Seconds of the day. */
  readonly from: number;
  readonly to: number;
}

export interface DrawnKind {
  readonly name: string;
  /** Relative frequency among the kinds; 1 when absent. */
  readonly weight?: number;
  /** It needs something rare to strike: it lasts at least so many seconds, where the day is long enough. */
  readonly leastS?: number;
  readonly fits?: (shape: Shape) => boolean;
  draw(dice: Dice, span: Span, shape: Shape): readonly DrawnEvent[];
}

const acquirers = ['escott', 'gmo'] as const;

/** The second one is sent little while the first one does its work. */
const mostlyFirst = ['escott', 'escott', 'gmo'] as const;

const share = (dice: Dice): number => dice.of([0.05, 0.2, 0.5, 1]);

/** The links that payments and their news take. */
const linksOf = (shape: Shape): readonly string[] => [
  'gateway->escott',
  'gateway->gmo',
  'gateway->escott',
  'gateway->gmo',
  'merchants->gateway',
  'gateway->merchants',
  'gateway->status-page',
  ...(shape.threeDSecure ? ['gateway->tds', 'tds->gateway'] : []),
];

const linkKind = (type: string, toxicOf: (dice: Dice) => object): DrawnKind => ({
  name: `link.${type}`,
  weight: 3,
  draw: (dice, { from, to }, shape) => [
    { at: from, until: to, what: { kind: 'link', link: dice.of(linksOf(shape)), toxic: { type, ...toxicOf(dice) } } },
  ],
});

/** A program is away for a while; acquirers and the directory server keep their books in memory and are only frozen. */
const away = (
  name: string,
  action: 'kill' | 'freeze',
  programsOf: (shape: Shape) => readonly string[],
  longest: number,
): DrawnKind => ({
  name,
  weight: 4,
  fits: (shape) => programsOf(shape).length > 0,
  draw: (dice, { from, to }, shape) => {
    const program = dice.of(programsOf(shape));
    const back = Math.min(to, from + dice.scale(1, longest));
    return [
      { at: from, what: { kind: 'process', program, action } },
      {
        at: Math.max(from + 1, back),
        what: { kind: 'process', program, action: action === 'kill' ? 'restart' : 'resume' },
      },
    ];
  },
});

const gateways = ({ instances }: Shape): readonly string[] =>
  Array.from({ length: instances }, (_, index) => `gateway-${index + 1}`);

/** Parameters where the defaults alone would be too tame, too wild or too long for ten minutes. */
const parametersOf: Readonly<Record<string, (dice: Dice) => object>> = {
  latency: (dice) => ({
    delayMs: dice.of([
      dice.scale(100, 20_000),
      { shape: 'lognormal', median: dice.scale(100, 5_000), sigma: 1 },
      { shape: 'pareto', min: dice.scale(100, 2_000), alpha: 1.3 },
    ]),
    at: dice.of(['before', 'after']),
  }),
  // Shorter than the span after which any drawn policy believes that something is not there.
  'stale-read': (dice) => ({ forMs: dice.scale(1_000, 20_000) }),
  'not-found-then-found': (dice) => ({ lagMs: dice.scale(1_000, 20_000) }),
  'settlement-file': (dice) => ({
    how: dice.of(['missing', 'line-missing', 'line-twice', 'line-extra', 'total', 'amount']),
  }),
  'early-expiry': (dice) => ({ afterMs: dice.scale(500, 60_000) }),
  'large-replies-lost': (dice) => ({ overBytes: dice.of([150, 300, 1_400]) }),
  'approved-reply-lost': (dice) => ({ by: dice.of(['silence', 'reset']) }),
  'black-hole': (dice) => ({ at: dice.of(['before', 'after']) }),
  'brand-outage': (dice) => ({ by: dice.of(['error', 'silence']) }),
  'duplicate-processing': (dice) => ({ reply: dice.of(['first', 'second']) }),
  error: (dice) => ({ at: dice.of(['before', 'after']) }),
  reset: (dice) => ({ at: dice.of(['before', 'after', 'mid-reply']) }),
  'rate-limited': (dice) => ({ status: dice.of([200, 429, 503]) }),
  'wrong-amount': (dice) => ({ in: dice.of(['books', 'reply']) }),
  'wrong-inquiry': (dice) => ({ state: dice.of(['authorised', 'captured', 'voided', 'declined']) }),
  'wrong-status': (dice) => ({ of: dice.of(['success', 'failure', 'any']), status: dice.of([200, 400, 500, 503]) }),
  'wrong-charset': (dice) => ({ as: dice.of(['utf-8-bom', 'utf-16le', 'shift_jis']) }),
};

/** Approvals whose answers are lost make a gateway ask what became of them. */
const somethingToAskAbout = { kind: 'approved-reply-lost', parameters: { by: 'reset' }, share: 0.2 };

/** What strikes only when something else has gone wrong before, and by what it goes wrong; most of these are about answers to inquiries. */
const causeOf: Readonly<Record<string, object>> = {
  'wrong-inquiry': somethingToAskAbout,
  'not-found-then-found': somethingToAskAbout,
  'stale-read': somethingToAskAbout,
  // A reversal or capture is asked for again when nobody heard of the first.
  'accepted-again': { ...somethingToAskAbout, share: 0.4 },
  'always-200': { kind: 'wrong-status', parameters: { of: 'any', status: 503 }, share: 0.3 },
};

/** Nights in which files close: the file is not fetched before. */
const fileLastsMs = 8 * 3_600_000;

const acquirerKind = (kind: string): DrawnKind => ({
  name: `acquirer.${kind}`,
  ...(kind in causeOf ? { leastS: 150 } : {}),
  draw: (dice, { from, to }) => {
    const ttlMs = kind === 'settlement-file' ? fileLastsMs : (to - from) * 1000;
    const cause = causeOf[kind];
    const rule = {
      kind,
      parameters: parametersOf[kind]?.(dice) ?? {},
      share: cause === undefined && kind !== 'settlement-file' ? share(dice) : 1,
      ...(kind === 'brand-outage' ? { select: { brands: [dice.of(['visa', 'mastercard', 'jcb'])] } } : {}),
      // Its listing is how a gateway asks what became of a payment; one that left out a line all night would be a lie.
      ...(kind === 'settlement-file' ? { select: { operations: ['settlement'] } } : {}),
      ttlMs,
    };
    const acquirer = dice.of(mostlyFirst);
    const causes = cause === undefined ? [] : [{ ...cause, ttlMs }];
    // The first rule has the last word: a status is wrong before it is made good.
    const rules = kind === 'always-200' ? [...causes, rule] : [rule, ...causes];
    return [{ at: from, what: { kind: 'faults.set', acquirer, rules } }];
  },
});

const tdsKind = (kind: string): DrawnKind => ({
  name: `3ds.${kind}`,
  weight: 0.7,
  // Few payments are authenticated, and fewer challenged.
  leastS: 150,
  fits: ({ threeDSecure }) => threeDSecure,
  draw: (dice, { from, to }) => [
    {
      at: from,
      what: {
        kind: 'three-d-secure.faults',
        rules: [
          {
            kind,
            // Its own delay is as long as a challenge may take, and the world's end comes before it.
            ...(kind === 'returns-late' ? { parameters: { delayMs: dice.scale(1_000, 300_000) } } : {}),
            share: dice.of([0.3, 0.6, 1]),
            ttlMs: (to - from) * 1000,
          },
        ],
      },
    },
  ],
});

export const faultKinds: readonly DrawnKind[] = [
  linkKind('down', () => ({})),
  linkKind('latency', (dice) => ({
    latency: dice.scale(100, 20_000),
    jitter: dice.scale(10, 3_000),
    stream: dice.of(['upstream', 'downstream']),
    toxicity: share(dice),
  })),
  linkKind('timeout', (dice) => ({
    timeout: dice.of([0, 500, 5_000]),
    stream: dice.of(['upstream', 'downstream']),
    toxicity: share(dice),
  })),
  linkKind('reset_peer', (dice) => ({
    timeout: dice.of([0, 100, 3_000]),
    stream: dice.of(['upstream', 'downstream']),
    toxicity: share(dice),
  })),
  linkKind('bandwidth', (dice) => ({ rate: dice.of([0.1, 0.5, 2]), toxicity: share(dice) })),
  linkKind('unreachable', (dice) => ({ toxicity: share(dice) })),
  linkKind('connect_timeout', (dice) => ({ timeout: dice.of([500, 3_000]), toxicity: share(dice) })),
  linkKind('reset_before', (dice) => ({ toxicity: share(dice) })),
  linkKind('reset_after', (dice) => ({ toxicity: share(dice) })),
  linkKind('loss', (dice) => ({ share: dice.of([0.05, 0.3, 0.7]), stream: dice.of(['upstream', 'downstream']) })),
  away('gateway.kill', 'kill', gateways, 60),
  {
    name: 'gateway.crash',
    weight: 8,
    draw: (dice, { from, to }, shape) => [
      {
        at: from,
        until: to,
        what: {
          kind: 'crash',
          program: dice.of(gateways(shape)),
          points: dice.scale(1, 400),
          restartAfterMs: dice.scale(100, 30_000),
        },
      },
    ],
  },
  {
    name: 'wall-clock',
    weight: 5,
    draw: (dice, { from, to }, shape) => [
      {
        at: from,
        until: to,
        what: {
          kind: 'wall-clock',
          program: dice.of(gateways(shape)),
          shiftMs: dice.of([-1, 1]) * dice.of([1_000, 30_000, 300_000, 3_600_000, 86_400_000, 315_360_000_000]),
        },
      },
    ],
  },
  away('gateway.freeze', 'freeze', gateways, 120),
  away(
    'upstream.freeze',
    'freeze',
    (shape) => ['escott', 'gmo', ...(shape.threeDSecure ? ['tds'] : [])],
    // Whoever sets a fault there waits half a minute for an answer.
    25,
  ),
  {
    name: 'status-page.kill',
    draw: (dice, { from, to }) => [
      { at: from, what: { kind: 'process', program: 'status-page', action: 'kill' } },
      {
        at: Math.min(to, from + dice.scale(2, 120)),
        what: { kind: 'process', program: 'status-page', action: 'restart' },
      },
    ],
  },
  away('store.kill', 'kill', () => ['store'], 60),
  away('store.freeze', 'freeze', () => ['store'], 60),
  {
    name: 'capacity.slowdown',
    weight: 2,
    draw: (dice, { from, to }) => [
      { at: from, until: to, what: { kind: 'capacity', acquirer: dice.of(acquirers), slowdown: dice.of([3, 10, 40]) } },
    ],
  },
  {
    name: 'capacity.workers',
    weight: 2,
    draw: (dice, { from, to }) => [
      { at: from, until: to, what: { kind: 'capacity', acquirer: dice.of(acquirers), workers: dice.of([0, 0, 1]) } },
    ],
  },
  {
    name: 'flood',
    draw: (dice, { from, to }) => [
      {
        at: from,
        until: Math.min(to, from + 60),
        what: { kind: 'flood', acquirer: dice.of(acquirers), tenant: 'flooded', ratePerSecond: dice.of([30, 80]) },
      },
    ],
  },
  {
    name: 'cap',
    weight: 2,
    draw: (dice, { from, to }) => [
      {
        at: from,
        until: to,
        what: { kind: 'cap', acquirer: dice.of(acquirers), tenant: 'gateway', ratePerSecond: dice.of([0.1, 0.5, 2]) },
      },
    ],
  },
  {
    name: 'rate',
    draw: (dice, { from, to }, shape) => [
      {
        at: from,
        until: Math.min(to, from + 60),
        what: { kind: 'rate', member: dice.of(shape.members), times: dice.of([5, 20]) },
      },
    ],
  },
  {
    name: 'abuser',
    weight: 6,
    fits: ({ abuser }) => abuser !== null,
    draw: (_, { from, to }, shape) => [
      { at: from, what: { kind: 'traffic', member: shape.abuser, action: 'start' } },
      { at: Math.min(to, from + 60), what: { kind: 'traffic', member: shape.abuser, action: 'stop' } },
    ],
  },
  {
    name: 'shared-store',
    weight: 2,
    fits: ({ instances }) => instances > 1,
    draw: (_, { from, to }) => [{ at: from, until: to, what: { kind: 'shared-store', action: 'lost' } }],
  },
  // A gateway that enters no order twice meets nobody who takes it twice: it never struck in 1,800 worlds.
  ...Object.keys(acquirerKinds)
    .filter((kind) => kind !== 'order-accepted-again')
    .map(acquirerKind),
  // The cast's browsers load no 3DS Method, so it cannot hang.
  ...tdsFaultKinds.filter((kind) => kind !== 'method-hangs').map(tdsKind),
];
