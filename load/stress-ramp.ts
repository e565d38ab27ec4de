/**
 * More and more payments until it gives way: from RATE up to RATE_MAX (default 20 times as much) in
 * even steps. It is looked for where, not whether: judged is only that nothing is captured twice and
 * that what is refused is refused honestly (`failed` at most FAILED_MAX of all).
 */
import exec from 'k6/execution';
import { Rate } from 'k6/metrics';
import type { Options } from 'k6/options';
import { countDoubleCaptures } from './books.ts';
import { thresholdsFor } from './metrics.ts';
import { playArrival } from './operations.ts';
import { settings } from './settings.ts';
import { trendStats } from './shape.ts';
import { summarise } from './summary.ts';
import { checkout, merchantAs, stageOf } from './traffic.ts';

const from = Math.max(1, Math.round(settings.rate));
const to = Math.max(from, Math.round(Number(__ENV.RATE_MAX ?? from * 20)));
const steps = 10;
const stepS = Math.max(1, Math.floor(settings.durationS / steps));
const rates = Array.from({ length: steps }, (_, step) => Math.round(from + ((to - from) * step) / (steps - 1)));
const failed = new Rate('failed_without_a_word');

export const options: Options = {
  summaryTrendStats: trendStats,
  scenarios: {
    ramp: {
      executor: 'ramping-arrival-rate',
      exec: 'pay',
      startRate: from,
      timeUnit: '1s',
      stages: rates.flatMap((target) => [
        { target, duration: '0s' },
        { target, duration: `${stepS}s` },
      ]),
      preAllocatedVUs: Math.ceil(to * 2),
      maxVUs: Math.ceil(to * 20),
    },
  },
  thresholds: {
    ...thresholdsFor({ double_capture: 0 }),
    failed_without_a_word: [`rate<=${Number(__ENV.FAILED_MAX ?? 0.05)}`],
    // One line of the summary per step: where it gave way.
    ...Object.fromEntries(rates.map((rate) => [`innocent_success{step:${rate}}`, ['rate>=0']])),
  },
};

export const setup = (): { startMs: number } => ({ startMs: Date.now() });

export function pay({ startMs }: { startMs: number }): void {
  const step = Math.min(steps - 1, Math.floor((Date.now() - startMs) / (stepS * 1000)));
  exec.vu.metrics.tags.step = String(rates[step] ?? to);
  const intent = checkout('shop', `ramp-${startMs}`, exec.scenario.iterationInTest);
  const end = playArrival(stageOf(startMs), merchantAs('shop'), { ...intent, capture: null, refund: null });
  failed.add(end === 'failed');
}

export const teardown = ({ startMs }: { startMs: number }): void =>
  countDoubleCaptures(settings.gatewayUrl, [merchantAs('shop')], startMs);

export const handleSummary = summarise('stress-ramp');
