/**
 * Plays a scenario's plan: `k6 run -e PLAN=plan.json load/replay.ts`. One arrival-rate scenario per
 * merchant class, with as many arrivals in each second as the plan has, in the plan's order.
 *
 * Distributed: give each process its `--execution-segment` of one `--execution-segment-sequence`,
 * the same plan with a `startAtMs` that all of them reach, and `-e WATCH=0` to all but one.
 */
import { sleep } from 'k6';
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import type { Options, Scenario } from 'k6/options';
import { countDoubleCaptures } from './books.ts';
import { thresholdsFor } from './metrics.ts';
import { playArrival, type Stage } from './operations.ts';
import { type Arrival, type Merchant, type Plan, stagesOf, virtualUsersOf } from './plan.ts';
import { settings } from './settings.ts';
import { once, trendStats } from './shape.ts';
import { summarise } from './summary.ts';
import { watchTrouble } from './watch.ts';

if (settings.plan === '') throw new Error('name a plan: k6 run -e PLAN=plan.json load/replay.ts');

/** All but the arrivals, which are shared between virtual users and not copied for each. */
const [plan] = new SharedArray<Plan>('plan', () => {
  const whole = JSON.parse(open(settings.plan)) as Plan;
  if (whole.version !== 1) throw new Error(`${settings.plan}: plans of version ${String(whole.version)} are not known`);
  return [{ ...whole, scenarios: whole.scenarios.map((scenario) => ({ ...scenario, arrivals: [] })) }];
}) as unknown as [Plan];

interface Shape {
  readonly stages: ReturnType<typeof stagesOf>;
  readonly usual: number;
  readonly most: number;
}

const withPlan = <T>(make: (whole: Plan) => T): T => make(JSON.parse(open(settings.plan)) as Plan);

const arrivals = new Map<string, readonly Arrival[]>(
  plan.scenarios.map(({ name }) => [
    name,
    new SharedArray<Arrival>(`arrivals of ${name}`, () =>
      withPlan((whole) => [...(whole.scenarios.find((scenario) => scenario.name === name)?.arrivals ?? [])]),
    ),
  ]),
);

const [shapes] = new SharedArray<Record<string, Shape>>('shapes', () =>
  withPlan(({ scenarios, durationMs, sdk }) => [
    Object.fromEntries(
      scenarios.map(({ name, arrivals: all }) => [
        name,
        {
          stages: stagesOf(all, durationMs),
          usual: virtualUsersOf(all, durationMs, 3000),
          most: virtualUsersOf(all, durationMs, Math.min(sdk.timeoutMs, 30_000)),
        },
      ]),
    ),
  ]),
) as unknown as [Record<string, Shape>];

const merchants = new Map<string, Merchant>(plan.merchants.map((merchant) => [merchant.id, merchant]));
const cause = plan.causes[0];
const watches = settings.watch && plan.statusUrl !== null && cause !== undefined;
const seconds = (ms: number): string => `${Math.ceil(ms / 1000)}s`;

const traffic = plan.scenarios.map(({ name, class: tag }): [string, Scenario] => {
  const shape = shapes[name];
  if (shape === undefined) throw new Error(`no arrivals of ${name}`);
  return [
    name,
    {
      executor: 'ramping-arrival-rate',
      exec: 'arrive',
      startRate: 0,
      timeUnit: '1s',
      stages: shape.stages,
      preAllocatedVUs: shape.usual,
      maxVUs: Math.max(shape.usual, shape.most),
      gracefulStop: seconds(plan.sdk.timeoutMs),
      tags: { class: tag },
    },
  ];
});

const { failover_ms: failoverBound, ...otherBounds } = plan.thresholds;
/** Payments of our own show the failover; they are a merchant's, and nobody else's figures count them. */
const probes = watches && failoverBound !== undefined;

export const options: Options = {
  setupTimeout: '300s',
  teardownTimeout: '120s',
  summaryTrendStats: trendStats,
  scenarios: {
    ...Object.fromEntries(traffic),
    ...(watches
      ? {
          watch: once('watch'),
        }
      : {}),
  },
  thresholds: {
    ...thresholdsFor(
      { ...otherBounds, ...(probes ? { failover_ms: failoverBound } : {}) },
      plan.scenarios.map(({ class: name }) => name),
      settings.watch,
    ),
    // An arrival that found no virtual user was never sent: the run is not the plan's.
    dropped_iterations: ['count==0'],
  },
};

interface Setup {
  readonly startMs: number;
}

export function setup(): Setup {
  const waitMs = (plan.startAtMs ?? 0) - Date.now();
  if (waitMs > 0) sleep(waitMs / 1000);
  else if (plan.startAtMs !== null) console.warn(`${-waitMs} ms late`);
  return { startMs: plan.startAtMs !== null && waitMs > 0 ? plan.startAtMs : Date.now() };
}

const gatewayOf = (merchant: string): string => {
  const urls = plan.baseUrls ?? [plan.baseUrl];
  const nth = plan.merchants.findIndex(({ id }) => id === merchant);
  return urls[Math.max(0, nth) % urls.length] ?? plan.baseUrl;
};

const stageFor = (merchant: string, startMs: number): Stage => ({
  baseUrl: gatewayOf(merchant),
  sdk: plan.sdk,
  untilMs: startMs + plan.durationMs,
  originMs: startMs - plan.excerpt.fromMs,
  readBack: plan.readBack ?? { afterMs: 8000, times: 3 },
});

export function arrive({ startMs }: Setup): void {
  const arrival = arrivals.get(exec.scenario.name)?.[exec.scenario.iterationInTest];
  const merchant = arrival === undefined ? undefined : merchants.get(arrival.merchant);
  // Rounding may start one more than there are.
  if (arrival === undefined || merchant === undefined) return;
  playArrival(stageFor(merchant.id, startMs), merchant, arrival);
}

export async function watch({ startMs }: Setup): Promise<void> {
  if (cause === undefined) return;
  const merchant = plan.merchants.find(({ innocent }) => innocent);
  await watchTrouble({
    statusUrl: plan.statusUrl,
    receiversUrl: plan.receiversUrl,
    causeAtMs: startMs + cause.atMs,
    causeUntilMs: cause.untilMs === null ? null : startMs + cause.untilMs,
    untilMs: startMs + plan.durationMs,
    everyMs: 500,
    probe: probes && merchant !== undefined ? { baseUrl: plan.baseUrl, merchant, away: cause.acquirer } : null,
    run: `watch-${startMs}`,
  });
}

export function teardown({ startMs }: Setup): void {
  if (settings.watch) countDoubleCaptures(plan.baseUrl, plan.merchants, startMs);
}

export const handleSummary = summarise(`replay ${plan.scenario}`);
