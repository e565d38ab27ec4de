/**
 * The July days cut down to twelve minutes and ten merchants, so that a run takes two seconds and
 * still has everything in it: a calm beginning, the cause, the way back, the books.
 *
 * World, policies and timeline are the catalogue's own; only hours, traffic and what is expected
 * are other. A protection needs seconds to act, and seconds weigh more in three minutes than in
 * seventy, so the shares expected here are lower than those of the real days.
 */
import type { Policy } from '../../../gateway/app.ts';
import type { RunResult } from '../../../scenarios/judge/result.ts';
import { scenarioFileOf } from '../../../scenarios/play/catalogue.ts';
import { crossCheck } from '../../../scenarios/play/cross-checks.ts';
import type { PlayRequest } from '../../../scenarios/play/door.ts';
import { loadPolicy } from '../../../scenarios/play/load-policy.ts';
import { loadScenario } from '../../../scenarios/play/load-scenario.ts';
import { Scenario } from '../../../scenarios/play/scenario.ts';
import { playScenario } from '../../../scenarios/theatre/play.ts';

/** Any part of a scenario, as its file would write it. */
type Written = Partial<Record<keyof Scenario, unknown>>;

/** Checks what a test wrote as strictly as a file is checked. */
const checked = (written: object): Scenario => {
  const scenario = Scenario.parse(written);
  const faults = crossCheck(scenario, scenario.policies);
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  return scenario;
};

export const withChanges = (scenario: Scenario, changes: Written): Scenario => checked({ ...scenario, ...changes });

const catalogued = (id: string): Scenario => {
  const loaded = loadScenario(scenarioFileOf(id) ?? id);
  if (!loaded.ok) throw new Error(`${id} does not load`);
  return loaded.scenario;
};

export const policyOf = (name: string): Policy => {
  const loaded = loadPolicy(name);
  if (!loaded.ok) throw new Error(`the policy ${name} does not load`);
  return loaded.policy;
};

/** Six merchants who matter and four who hardly do: 1.8 intents a second, 2.5 operations. */
const shortCast = (cast: Scenario['cast']): unknown => {
  const sizes: Readonly<Record<string, object>> = {
    big: { count: 2, operationsPerSecond: 0.4 },
    medium: { count: 4, operationsPerSecond: 0.2 },
    small: { count: 4, operationsPerSecond: 0.05 },
  };
  return {
    ...cast,
    merchants: cast.merchants.map((group) => ({
      ...group,
      ...sizes[group.group],
      // Within the day, or there would be none.
      followUps: {
        ...group.followUps,
        captureAfterMs: { median: 40_000, sigma: 0.8 },
        refundAfterMs: { median: 60_000, sigma: 0.8 },
      },
    })),
    readBack: { afterMs: 120_000, times: 2 },
  };
};

/** The event of the catalogue's day with other hours. */
const moved = (scenario: Scenario, id: string, at: string, what: object = {}): object => {
  const event = scenario.timeline.find((candidate) => candidate.id === id);
  if (event === undefined) throw new Error(`${scenario.id} has no event ${id}`);
  return { ...event, at, what: { ...event.what, ...what } };
};

const always = [
  { id: 'books-equal', kind: 'money', minimum: { operations: 1500, charges: 900 } },
  { id: 'invariants-hold', kind: 'invariants', minimum: { operations: 1500, charges: 900 } },
  { id: 'enough-requests', kind: 'request-count', atLeast: 5000, atMost: 20_000, minimum: { operations: 1500 } },
];

/** 2017-07-12 in short: the flood lasts from 21:02:00 to 21:04:30 and is felt until 21:05. */
export const floodDay = (changes: Written = {}): Scenario => {
  const real = catalogued('payjp-2017-07-12');
  const window = { from: '21:02', to: '21:05' };
  return checked({
    ...real,
    id: 'short-flood',
    day: { from: '20:59', to: '21:11' },
    quietMinutes: 8,
    live: undefined,
    cast: shortCast(real.cast),
    timeline: [
      moved(real, 'flood', '21:02:00', { until: '21:04:30' }),
      moved(real, 'first-notice', '21:04:00'),
      moved(real, 'recovery-notice', '21:08:00'),
    ],
    expect: [
      {
        id: 'hurt-in-the-window',
        kind: 'success-rate',
        under: ['as-it-was'],
        window,
        atMost: 0.4999,
        minimum: { operations: 300, faults: 5000 },
      },
      {
        id: 'well-outside-the-window',
        kind: 'success-rate',
        under: ['as-it-was'],
        outside: [window],
        atLeast: 0.98,
        minimum: { operations: 900 },
      },
      {
        id: 'unknown-outcomes-happened',
        kind: 'unknown-seen',
        under: ['as-it-was'],
        atLeast: 20,
        minimum: { operations: 1500 },
      },
      {
        id: 'replies-were-lost',
        kind: 'replies-lost',
        under: ['as-it-was'],
        atLeast: 1,
        minimum: { operations: 1500 },
      },
      {
        id: 'ordinary-operations-succeed',
        kind: 'success-rate',
        under: ['protected'],
        window,
        atLeast: 0.9,
        minimum: { operations: 300, faults: 5000 },
      },
      {
        id: 'every-merchant-succeeds',
        kind: 'merchant-success-rate',
        under: ['protected'],
        window,
        kinds: ['create', 'registration'],
        forMerchantsWith: 25,
        atLeast: 0.75,
        minimum: { operations: 200, faults: 5000 },
      },
      {
        id: 'failover-in-time',
        kind: 'moment',
        under: ['protected'],
        moment: 'failover',
        withinMs: 15_000,
        minimum: { operations: 1500, faults: 5000 },
      },
      {
        id: 'first-notice-in-time',
        kind: 'moment',
        under: ['protected'],
        moment: 'firstNotice',
        withinMs: 60_000,
        minimum: { operations: 1500, faults: 5000 },
      },
      {
        id: 'never-a-false-resolved',
        kind: 'no-false-resolved',
        under: ['protected'],
        minimum: { operations: 1500, faults: 5000 },
      },
      ...always,
    ],
    ...changes,
  });
};

/** 2017-07-14 in short: the merchant begins at 07:28, the cap bites a minute later, people act at 07:33. */
export const capDay = (changes: Written = {}): Scenario => {
  const real = catalogued('payjp-2017-07-14');
  const window = { from: '07:29:30', to: '07:33' };
  return checked({
    ...real,
    id: 'short-cap',
    day: { from: '07:26', to: '07:38' },
    quietMinutes: 8,
    live: undefined,
    cast: shortCast(real.cast),
    world: {
      ...real.world,
      acquirers: real.world.acquirers.map((acquirer) => ({
        ...acquirer,
        operators: acquirer.operators.map((operator) => ({
          ...operator,
          watchWindowMs: 20_000,
          thresholdPerSecond: 7,
          decideAfterMs: 20_000,
          reactAfterMs: 20_000,
          capPerSecond: 4.5,
          liftBelowPerSecond: 5,
          liftAfterMs: 60_000,
          noticeAfterMs: 90_000,
        })),
      })),
    },
    timeline: [
      moved(real, 'runaway-starts', '07:28:00'),
      moved(real, 'first-notice', '07:31:00'),
      moved(real, 'runaway-paused', '07:33:00'),
      moved(real, 'runaway-stops', '07:34:30'),
      moved(real, 'recovery-notice', '07:37:00'),
    ],
    policies: ['as-it-was', 'protected'],
    expect: [
      {
        id: 'hurt-in-the-window',
        kind: 'success-rate',
        under: ['as-it-was'],
        window,
        atLeast: 0.2,
        atMost: 0.8,
        minimum: { operations: 250, faults: 300 },
      },
      {
        id: 'the-cap-bites',
        kind: 'capped',
        under: ['as-it-was'],
        acquirer: 'escott',
        atLeast: 300,
        minimum: { operations: 1500 },
      },
      {
        id: 'ordinary-operations-succeed',
        kind: 'success-rate',
        under: ['protected'],
        window,
        atLeast: 0.98,
        minimum: { operations: 250 },
      },
      {
        id: 'abuser-contained-in-time',
        kind: 'moment',
        under: ['protected'],
        moment: 'contained',
        since: 'runaway-starts',
        withinMs: 10_000,
        minimum: { operations: 1500 },
      },
      {
        id: 'abuser-told-in-time',
        kind: 'moment',
        under: ['protected'],
        moment: 'abuserTold',
        since: 'runaway-starts',
        withinMs: 60_000,
        minimum: { operations: 1500 },
      },
      {
        id: 'upstream-told-in-time',
        kind: 'moment',
        under: ['protected'],
        moment: 'upstreamTold',
        since: 'runaway-starts',
        withinMs: 60_000,
        minimum: { operations: 1500 },
      },
      {
        id: 'never-capped',
        kind: 'never-capped',
        under: ['protected'],
        acquirer: 'escott',
        minimum: { operations: 1500 },
      },
      { id: 'no-public-incident', kind: 'no-public-incident', under: ['protected'], minimum: { operations: 1500 } },
      ...always,
    ],
    ...changes,
  });
};

/** Plays under a policy by name, with seed 1 unless told otherwise. */
export const playShort = (scenario: Scenario, policy: string, more: Partial<PlayRequest> = {}): Promise<RunResult> =>
  playScenario({ scenario, policy: policyOf(policy), seed: 1, ...more });

/** Ids of the expectations that fail, with their reasons: what a failing test should print. */
export const failuresOf = ({ expectations }: RunResult): Readonly<Record<string, string>> =>
  Object.fromEntries(expectations.filter(({ holds }) => !holds).map(({ id, reason }) => [id, reason ?? '']));
