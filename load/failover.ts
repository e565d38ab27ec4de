/**
 * An acquirer turns every call away for a while (by the simulator's control API at SIM_URL): how soon do
 * new payments go elsewhere? ACQUIRER names it as the gateway does. Half the run is trouble.
 */
import { sleep } from 'k6';
import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { countDoubleCaptures } from './books.ts';
import { thresholdsFor } from './metrics.ts';
import { playArrival } from './operations.ts';
import { settings } from './settings.ts';
import { constantRate, once, trendStats } from './shape.ts';
import { summarise } from './summary.ts';
import { checkout, merchantAs, stageOf } from './traffic.ts';
import { giveBack, takeAway, type Usual, usualCapacity } from './trouble.ts';
import { watchTrouble } from './watch.ts';

const calmS = settings.durationS / 4;
const troubleS = settings.durationS / 2;

export const options: Options = {
  summaryTrendStats: trendStats,
  scenarios: {
    checkout: constantRate('pay'),
    trouble: once('trouble'),
    watch: once('watch'),
  },
  thresholds: thresholdsFor({
    innocent_success: Number(__ENV.SUCCESS_MIN ?? 0.8),
    failover_ms: Number(__ENV.FAILOVER_MS ?? 10_000),
    double_capture: 0,
  }),
};

interface Setup {
  readonly startMs: number;
  readonly usual: Usual;
}

export const setup = (): Setup => ({ usual: usualCapacity(), startMs: Date.now() });

export function pay({ startMs }: Setup): void {
  const nth = exec.scenario.iterationInTest;
  playArrival(stageOf(startMs), merchantAs('shop'), checkout('shop', `failover-${startMs}`, nth));
}

export function trouble({ startMs, usual }: Setup): void {
  sleep(Math.max(0, startMs + calmS * 1000 - Date.now()) / 1000);
  takeAway();
  sleep(troubleS);
  giveBack(usual);
}

export const watch = ({ startMs }: Setup): Promise<void> =>
  watchTrouble({
    statusUrl: null,
    receiversUrl: null,
    causeAtMs: startMs + calmS * 1000,
    causeUntilMs: startMs + (calmS + troubleS) * 1000,
    untilMs: startMs + settings.durationS * 1000,
    everyMs: 500,
    probe: { baseUrl: settings.gatewayUrl, merchant: merchantAs('probe'), away: __ENV.ACQUIRER ?? 'escott' },
    run: `failover-${startMs}`,
  });

export function teardown({ startMs, usual }: Setup): void {
  // Also when the run was cut short in the middle of the trouble.
  giveBack(usual);
  countDoubleCaptures(settings.gatewayUrl, [merchantAs('shop')], startMs);
}

export const handleSummary = summarise('failover');
