/** What the scripts' k6 options have in common. */
import type { Scenario } from 'k6/options';
import { settings } from './settings.ts';

export const trendStats = ['count', 'min', 'med', 'avg', 'p(95)', 'p(99)', 'max'];

/** New payments at a constant rate, whatever became of the earlier ones. Users enough for answers of 20 s. */
export const constantRate = (
  exec: string,
  { rate = settings.rate, startS = 0, durationS = settings.durationS } = {},
): Scenario => ({
  executor: 'constant-arrival-rate',
  exec,
  startTime: `${Math.round(startS * 1000)}ms`,
  rate: Math.max(1, Math.round(rate)),
  timeUnit: '1s',
  duration: `${Math.max(1, Math.round(durationS * 1000))}ms`,
  preAllocatedVUs: Math.ceil(rate * 4),
  maxVUs: Math.ceil(rate * 60),
  gracefulStop: '60s',
});

/** One virtual user that does one thing, once: causes trouble, or watches. */
export const once = (exec: string): Scenario => ({
  executor: 'per-vu-iterations',
  exec,
  vus: 1,
  iterations: 1,
  maxDuration: '24h',
});
