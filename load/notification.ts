/**
 * An acquirer turns every call away for two thirds of the run: how soon does the public page carry it, in
 * its JSON and in its feed, and when has the last merchant's receiver heard (RECEIVERS_URL)? And does the
 * page never call it resolved too soon?
 */
import type { Options } from 'k6/options';
import { incident, type Setup } from './incident.ts';
import { thresholdsFor } from './metrics.ts';
import { settings } from './settings.ts';
import { trendStats } from './shape.ts';
import { summarise } from './summary.ts';
import { watchTrouble } from './watch.ts';

const run = incident('notice', { calm: 1 / 6, trouble: 2 / 3 });
export const setup = run.setup;
export const pay = run.pay;
export const trouble = run.trouble;
export const teardown = run.end;
const hearsFromUs = settings.receiversUrl !== '';

export const options: Options = {
  summaryTrendStats: trendStats,
  scenarios: run.scenarios,
  thresholds: thresholdsFor({
    first_notice_ms: Number(__ENV.FIRST_NOTICE_MS ?? 60_000),
    ...(hearsFromUs ? { last_notice_ms: Number(__ENV.LAST_NOTICE_MS ?? 120_000) } : {}),
    false_resolved: 0,
  }),
};

export const watch = (begun: Setup): Promise<void> =>
  watchTrouble({
    ...run.times(begun),
    statusUrl: settings.statusUrl,
    receiversUrl: hearsFromUs ? settings.receiversUrl : null,
    probe: null,
  });

export const handleSummary = summarise('notification');
