/** An ordinary day: new payments at a constant rate, some captured later, some refunded. Everything must succeed. */
import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { countDoubleCaptures } from './books.ts';
import { thresholdsFor } from './metrics.ts';
import { playArrival } from './operations.ts';
import { settings } from './settings.ts';
import { constantRate, trendStats } from './shape.ts';
import { summarise } from './summary.ts';
import { checkout, merchantAs, stageOf } from './traffic.ts';

export const options: Options = {
  summaryTrendStats: trendStats,
  scenarios: {
    checkout: constantRate('pay'),
  },
  thresholds: {
    ...thresholdsFor({ innocent_success: 0.99, double_capture: 0 }),
    answer_ms: ['p(95)<2000'],
  },
};

export const setup = (): { startMs: number } => ({ startMs: Date.now() });

export function pay({ startMs }: { startMs: number }): void {
  playArrival(
    stageOf(startMs),
    merchantAs('shop'),
    checkout('shop', `steady-${startMs}`, exec.scenario.iterationInTest),
  );
}

export const teardown = ({ startMs }: { startMs: number }): void =>
  countDoubleCaptures(settings.gatewayUrl, [merchantAs('shop')], startMs);

export const handleSummary = summarise('steady-checkout');
