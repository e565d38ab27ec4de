/**
 * Somebody tries card numbers, one after another, at a shop's checkout, while its buyers go on paying.
 * Judged: the buyers, and how many of the tester's numbers were answered with a token
 * (CONFIRMED_MAX, of 1; 1 judges nothing, as fraud rules only observe in the sandbox).
 */
import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { deadCard } from './card.ts';
import { thresholdsFor } from './metrics.ts';
import { playArrival } from './operations.ts';
import { constantRate, trendStats } from './shape.ts';
import { summarise } from './summary.ts';
import { checkout, merchantAs, stageOf } from './traffic.ts';

const testsPerSecond = Number(__ENV.TEST_RATE ?? 5);

export const options: Options = {
  summaryTrendStats: trendStats,
  scenarios: {
    checkout: constantRate('pay'),
    tester: constantRate('tryNumber', { rate: testsPerSecond }),
  },
  thresholds: {
    ...thresholdsFor({ innocent_success: Number(__ENV.SUCCESS_MIN ?? 0.99) }, ['shop', 'tester']),
    'operations{class:tester}': ['count>0'],
    abusive_success: [`rate<=${Number(__ENV.CONFIRMED_MAX ?? 1)}`],
  },
};

export const setup = (): { startMs: number } => ({ startMs: Date.now() });

export function pay({ startMs }: { startMs: number }): void {
  const nth = exec.scenario.iterationInTest;
  playArrival(stageOf(startMs), merchantAs('shop'), checkout('shop', `testing-${startMs}`, nth));
}

export function tryNumber({ startMs }: { startMs: number }): void {
  const nth = exec.scenario.iterationInTest;
  playArrival(stageOf(startMs), merchantAs('tester', false), {
    ...checkout('tester', `testing-${startMs}`, nth),
    operation: 'card-test',
    amountYen: 0,
    card: deadCard(nth),
  });
}

export const handleSummary = summarise('card-testing');
