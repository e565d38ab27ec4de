/**
 * An ordinary day for hours: what slowly fills up or slows down shows here. DURATION_S is an hour by
 * default; the last tenth must be answered about as fast as the first (DRIFT_MAX times).
 */
import exec from 'k6/execution';
import { Trend } from 'k6/metrics';
import type { Options } from 'k6/options';
import { countDoubleCaptures } from './books.ts';
import { thresholdsFor } from './metrics.ts';
import { playArrival } from './operations.ts';
import { settings } from './settings.ts';
import { constantRate, trendStats } from './shape.ts';
import { type SummaryData, summarise } from './summary.ts';
import { checkout, merchantAs, stageOf } from './traffic.ts';

const durationS = __ENV.DURATION_S === undefined ? 3600 : settings.durationS;
/** Whole payments, follow-ups left out: a tenth of the run each. */
const [firstMs, lastMs] = [new Trend('payment_first_tenth_ms', true), new Trend('payment_last_tenth_ms', true)];
const driftMax = Number(__ENV.DRIFT_MAX ?? 2);

export const options: Options = {
  summaryTrendStats: trendStats,
  scenarios: {
    checkout: constantRate('pay', { durationS }),
  },
  thresholds: {
    ...thresholdsFor({ innocent_success: 0.99, double_capture: 0 }),
    payment_first_tenth_ms: ['max>0'],
    payment_last_tenth_ms: ['max>0'],
  },
};

export const setup = (): { startMs: number } => ({ startMs: Date.now() });

export function pay({ startMs }: { startMs: number }): void {
  const intent = checkout('shop', `soak-${startMs}`, exec.scenario.iterationInTest);
  const beganMs = Date.now();
  const tenth = Math.floor(((beganMs - startMs) / (durationS * 1000)) * 10);
  const alone = tenth <= 0 || tenth >= 9;
  playArrival(
    stageOf(startMs, durationS),
    merchantAs('shop'),
    alone ? { ...intent, capture: null, refund: null } : intent,
  );
  if (alone) (tenth <= 0 ? firstMs : lastMs).add(Date.now() - beganMs);
}

export const teardown = ({ startMs }: { startMs: number }): void =>
  countDoubleCaptures(settings.gatewayUrl, [merchantAs('shop')], startMs);

/** k6 has no threshold on the ratio of two figures: the summary says it, and a pipeline can read it there. */
export const handleSummary = (data: SummaryData): Record<string, string> => {
  const median = (name: string): number => data.metrics[name]?.values.med ?? Number.NaN;
  const drift = median('payment_last_tenth_ms') / median('payment_first_tenth_ms');
  const withDrift: SummaryData = {
    ...data,
    metrics: {
      ...data.metrics,
      drift: {
        type: 'gauge',
        contains: 'default',
        values: { value: drift },
        thresholds: { [`value<=${driftMax}`]: { ok: drift <= driftMax } },
      },
    },
  };
  return summarise('soak')(withDrift);
};
