/**
 * One merchant's broken shop sends masses of charges that their issuer declines, while an ordinary
 * one goes on. What is judged is the ordinary one. ABUSER_SECRET_KEY and ABUSER_PUBLIC_KEY name the
 * broken shop; without them both are the same merchant, and its own limits hurt its own checkout.
 */
import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { countDoubleCaptures } from './books.ts';
import { thresholdsFor } from './metrics.ts';
import { playArrival } from './operations.ts';
import type { Merchant } from './plan.ts';
import { settings } from './settings.ts';
import { constantRate, trendStats } from './shape.ts';
import { summarise } from './summary.ts';
import { checkout, declined, merchantAs, stageOf } from './traffic.ts';

const floodRate = Number(__ENV.FLOOD_RATE ?? settings.rate * 10);
const abuser: Merchant = {
  ...merchantAs('flood', false),
  secretKey: __ENV.ABUSER_SECRET_KEY ?? settings.secretKey,
  publicKey: __ENV.ABUSER_PUBLIC_KEY ?? settings.publicKey,
};

export const options: Options = {
  summaryTrendStats: trendStats,
  scenarios: {
    checkout: constantRate('pay'),
    flood: constantRate('flood', {
      rate: floodRate,
      startS: settings.durationS / 4,
      durationS: settings.durationS / 2,
    }),
  },
  thresholds: {
    ...thresholdsFor({ innocent_success: Number(__ENV.SUCCESS_MIN ?? 0.99), double_capture: 0 }, ['flood', 'shop']),
    'operations{class:flood}': ['count>0'],
  },
};

export const setup = (): { startMs: number } => ({ startMs: Date.now() });

export function pay({ startMs }: { startMs: number }): void {
  playArrival(
    stageOf(startMs),
    merchantAs('shop'),
    checkout('shop', `flood-${startMs}`, exec.scenario.iterationInTest),
  );
}

export function flood({ startMs }: { startMs: number }): void {
  playArrival(stageOf(startMs), abuser, declined('flood', `flood-${startMs}`, exec.scenario.iterationInTest));
}

export const teardown = ({ startMs }: { startMs: number }): void =>
  countDoubleCaptures(settings.gatewayUrl, [merchantAs('shop')], startMs);

export const handleSummary = summarise('merchant-flood');
