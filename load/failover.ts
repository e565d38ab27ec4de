/**
 * An acquirer turns every call away for half the run: how soon do new payments go elsewhere? ACQUIRER
 * names it as the gateway does.
 */
import type { Options } from 'k6/options';
import { countDoubleCaptures } from './books.ts';
import { incident, type Setup } from './incident.ts';
import { thresholdsFor } from './metrics.ts';
import { settings } from './settings.ts';
import { trendStats } from './shape.ts';
import { summarise } from './summary.ts';
import { merchantAs } from './traffic.ts';
import { watchTrouble } from './watch.ts';

const run = incident('failover', { calm: 1 / 4, trouble: 1 / 2 });
export const setup = run.setup;
export const pay = run.pay;
export const trouble = run.trouble;

export const options: Options = {
  summaryTrendStats: trendStats,
  scenarios: run.scenarios,
  thresholds: thresholdsFor({
    innocent_success: Number(__ENV.SUCCESS_MIN ?? 0.8),
    failover_ms: Number(__ENV.FAILOVER_MS ?? 10_000),
    double_capture: 0,
  }),
};

export const watch = (begun: Setup): Promise<void> =>
  watchTrouble({
    ...run.times(begun),
    statusUrl: null,
    receiversUrl: null,
    probe: { baseUrl: settings.gatewayUrl, merchant: merchantAs('probe'), away: __ENV.ACQUIRER ?? 'escott' },
  });

export function teardown(begun: Setup): void {
  run.end(begun);
  countDoubleCaptures(settings.gatewayUrl, [merchantAs('shop')], begun.startMs);
}

export const handleSummary = summarise('failover');
