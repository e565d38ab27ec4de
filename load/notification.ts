/**
 * An acquirer turns every call away for a while: how soon does the public page carry it, in its JSON and
 * in its feed, and when has the last merchant's receiver heard (RECEIVERS_URL)? And does the page
 * never call it resolved too soon?
 */
import { sleep } from 'k6';
import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { thresholdsFor } from './metrics.ts';
import { playArrival } from './operations.ts';
import { settings } from './settings.ts';
import { constantRate, once, trendStats } from './shape.ts';
import { summarise } from './summary.ts';
import { checkout, merchantAs, stageOf } from './traffic.ts';
import { giveBack, takeAway, type Usual, usualCapacity } from './trouble.ts';
import { watchTrouble } from './watch.ts';

const calmS = settings.durationS / 6;
const troubleS = (settings.durationS * 2) / 3;
const hearsFromUs = settings.receiversUrl !== '';

export const options: Options = {
  summaryTrendStats: trendStats,
  scenarios: {
    checkout: constantRate('pay'),
    trouble: once('trouble'),
    watch: once('watch'),
  },
  thresholds: thresholdsFor({
    first_notice_ms: Number(__ENV.FIRST_NOTICE_MS ?? 60_000),
    ...(hearsFromUs ? { last_notice_ms: Number(__ENV.LAST_NOTICE_MS ?? 120_000) } : {}),
    false_resolved: 0,
  }),
};

interface Setup {
  readonly startMs: number;
  readonly usual: Usual;
}

export const setup = (): Setup => ({ usual: usualCapacity(), startMs: Date.now() });

export function pay({ startMs }: Setup): void {
  const nth = exec.scenario.iterationInTest;
  playArrival(stageOf(startMs), merchantAs('shop'), checkout('shop', `notice-${startMs}`, nth));
}

export function trouble({ startMs, usual }: Setup): void {
  sleep(Math.max(0, startMs + calmS * 1000 - Date.now()) / 1000);
  takeAway();
  sleep(troubleS);
  giveBack(usual);
}

export const watch = ({ startMs }: Setup): Promise<void> =>
  watchTrouble({
    statusUrl: settings.statusUrl,
    receiversUrl: hearsFromUs ? settings.receiversUrl : null,
    causeAtMs: startMs + calmS * 1000,
    causeUntilMs: startMs + (calmS + troubleS) * 1000,
    untilMs: startMs + settings.durationS * 1000,
    everyMs: 500,
    probe: null,
    run: `notice-${startMs}`,
  });

export const teardown = ({ usual }: Setup): void => giveBack(usual);

export const handleSummary = summarise('notification');
