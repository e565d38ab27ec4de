/**
 * Short days with one trouble each, built and not written: the same world and cast, so that ten seeds
 * of each take minutes and their figures can be laid side by side.
 */
import { loadPolicy } from '../../play/load-policy.ts';
import { Scenario } from '../../play/scenario.ts';

type What = Record<string, unknown>;

/** Scenario time of the trouble; the day begins at noon. */
export const fromMs = 60_000;
export const toMs = 240_000;
const dayMinutes = 8;

const event = (id: string, at: string, what: What) => ({ id, at, assumed: 'made for this proof', what });

const words = (text: string) => ({ en: text, ja: text });

const followUps = { captureShare: 0.85, refundShare: 0.08, captureAfterMs: { median: 60_000, sigma: 0.5 } };
const ordinary = {
  mix: { create: 82, registration: 18 },
  webhooks: false,
  storedCardShare: 0.6,
  captureNowShare: 0.55,
  followUps,
};

/** 40 merchants, 3.85 creates and registrations a second with their follow-ups: the July days' evening. */
const evening = [
  { group: 'big', count: 6, operationsPerSecond: 0.3, ...ordinary },
  { group: 'medium', count: 10, operationsPerSecond: 0.15, ...ordinary },
  { group: 'small', count: 24, operationsPerSecond: 0.023, ...ordinary },
];

const world = (workers: number, background: boolean) => ({
  acquirers: [
    { id: 'escott', dialect: 'escott', capacity: { workers, queueMax: 500 }, background: others(background, 'escott') },
    { id: 'gmo', dialect: 'gmo-pg', capacity: { workers, queueMax: 300 }, background: others(background, 'gmo') },
  ],
  links: { default: { latencyMs: 10, sigma: 0.3 } },
  gateway: { instances: 1 },
});
const others = (there: boolean, id: string) => (there ? [{ id: `others-${id}`, ratePerSecond: 8 }] : []);

const scenarioOf = (id: string, merchants: readonly unknown[], timeline: readonly unknown[], workers = 10) =>
  Scenario.parse({
    id,
    title: words(id),
    date: '2026-11-01',
    day: { from: '12:00', to: `12:${String(dayMinutes).padStart(2, '0')}` },
    quietMinutes: 10,
    sources: [],
    grounds: [],
    world: world(workers, workers === 10),
    cast: { merchants, buyers: { patienceMs: { median: 30_000, sigma: 0.4 } } },
    timeline,
    policies: ['protected'],
    expect: [{ id: 'books', kind: 'money', minimum: { operations: 1 } }],
  });

const cut = (id: string, toxic: What): Scenario =>
  scenarioOf(id, evening, [
    event('trouble', '12:01:00', { kind: 'link', link: 'gateway->escott', toxic, until: '12:04:00' }),
  ]);

const brand = (id: string, until: string): Scenario =>
  scenarioOf(id, evening, [
    event('trouble', '12:01:00', {
      kind: 'faults.set',
      acquirer: 'escott',
      rules: [{ kind: 'brand-outage', parameters: { by: 'silence' }, select: { brands: ['visa'] } }],
      until,
    }),
  ]);

/** Merchants of the crowd; each stays below its own limit. */
const crowdCount = 120;

/**
 * Ten times what both acquirers can do, for a minute: 2 x 16 calls a second are some 21 payments, and
 * the crowd makes 210 of stored cards. The evening's merchants are there before and after.
 *
 * `repliesLost`: one approval in thirty of that minute never reaches us, so that there is something to inquire about.
 */
const overload = (repliesLost: boolean): Scenario => {
  const crowd = {
    group: 'crowd',
    count: crowdCount,
    operationsPerSecond: 1.75,
    mix: { create: 1, registration: 0 },
    webhooks: false,
    storedCardShare: 1,
    captureNowShare: 0.55,
    customers: 2,
    followUps: {
      ...followUps,
      captureAfterMs: { median: 10_000, sigma: 0.4 },
      refundAfterMs: { median: 20_000, sigma: 0.4 },
      refundShare: 0.2,
    },
  };
  const names = Array.from({ length: crowdCount }, (_, index) => `crowd-${index + 1}`);
  const every = (action: 'start' | 'stop', at: string) =>
    names.map((member) => event(`${member}-${action}`, at, { kind: 'traffic', member, action }));
  const lost = ['escott', 'gmo'].map((acquirer) =>
    event(`replies-lost-${acquirer}`, '12:01:00', {
      kind: 'faults.set',
      acquirer,
      rules: [
        {
          kind: 'approved-reply-lost',
          parameters: { by: 'reset' },
          select: { operations: ['authorise'] },
          share: 1 / 30,
        },
      ],
      until: '12:02:00',
    }),
  );
  return scenarioOf(
    'overload',
    [{ ...evening[0], operationsPerSecond: 0.2 }, crowd],
    [
      ...every('stop', '12:00:00'),
      ...every('start', '12:01:00'),
      ...(repliesLost ? lost : []),
      ...every('stop', '12:02:00'),
    ],
    4,
  );
};

export const cases = {
  refusal: () => cut('refusal', { type: 'down' }),
  'black-hole': () => cut('black-hole', { type: 'timeout', timeout: 0 }),
  slowness: () => cut('slowness', { type: 'latency', latency: 6_000, jitter: 1_000 }),
  brand: () => brand('brand', '12:04:00'),
  blip: () => brand('blip', '12:01:03'),
  overload: () => overload(false),
  'overload-unknown': () => overload(true),
} as const;
export type CaseName = keyof typeof cases;

/** Everything on; in the overload the merchants' own limits are not what is asked about. */
export const policyOf = (name: CaseName) => {
  const loaded = loadPolicy('protected');
  if (!loaded.ok) throw new Error('the policy "protected" does not load');
  const { policy } = loaded;
  return name === 'overload' || name === 'overload-unknown'
    ? { ...policy, limits: { ...policy.limits, enabled: false } }
    : policy;
};
