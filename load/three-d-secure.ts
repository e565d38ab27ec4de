/**
 * Payments whose card holder is authenticated first: created with `three_d_secure`, walked through the
 * gateway's and the issuer's pages, finished, and only then paid. CHALLENGED names a card that the
 * issuer asks about (default: the simulator's, whose one-time password is 123456).
 */
import { check } from 'k6';
import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { thresholdsFor } from './metrics.ts';
import { playArrival } from './operations.ts';
import { constantRate, trendStats } from './shape.ts';
import { summarise } from './summary.ts';
import { checkout, merchantAs, stageOf } from './traffic.ts';
import { isGood } from './verdict.ts';

export const options: Options = {
  summaryTrendStats: trendStats,
  scenarios: {
    holders: constantRate('pay'),
  },
  thresholds: { ...thresholdsFor({ innocent_success: 0.99 }), checks: ['rate>=0.99'] },
};

export const setup = (): { startMs: number } => ({ startMs: Date.now() });

/** Small payments pass without a question, larger ones are asked about. */
const amountsYen = [1000, 80_000] as const;

export function pay({ startMs }: { startMs: number }): void {
  const nth = exec.scenario.iterationInTest;
  const end = playArrival(stageOf(startMs), merchantAs('shop'), {
    ...checkout('shop', `three-d-secure-${startMs}`, nth),
    operation: 'create',
    amountYen: amountsYen[nth % 2 === 0 ? 0 : 1],
    captureNow: true,
    capture: null,
    refund: null,
    threeDSecure: { thinkMs: 200 },
  });
  check(end, { 'an authenticated payment is paid': isGood });
}

export const handleSummary = summarise('three-d-secure');
