import { describe, expect, it } from 'vitest';
import { type Job, nextOf } from '../../../scenarios/cli/pool.ts';
import { loadPolicy } from '../../../scenarios/play/load-policy.ts';
import { goodScenario } from '../play/parse.ts';
import { aResult } from './results.ts';

const [monday, tuesday] = [goodScenario(), goodScenario()];
const job = (scenario: Job['scenario'], policy: string, seed = 1): Job => {
  const loaded = loadPolicy(policy);
  if (!loaded.ok) throw new Error(`${policy} does not load`);
  return { scenario, policy: loaded.policy, judgedAs: 'protected', seed, trace: 'standard', traceFile: 't' };
};
const jobs = [
  job(monday, 'protected'),
  job(monday, 'as-it-was'),
  job(tuesday, 'protected'),
  job(tuesday, 'as-it-was'),
  job(tuesday, 'no-breaker'),
];
const none = [null, null, null, null, null];

describe('the next run', () => {
  it('is a day as it was while one waits', () => {
    expect(nextOf(jobs, [0, 1, 2, 3, 4], none)).toBe(1);
    expect(nextOf(jobs, [0, 2, 3, 4], none)).toBe(3);
  });

  it('is then one whose day as it was has been played', () => {
    expect(nextOf(jobs, [0, 2, 4], [null, null, null, aResult(), null])).toBe(2);
    expect(nextOf(jobs, [0, 4], [null, aResult(), null, null, null])).toBe(0);
  });

  it('is not made ready by the day as it was of another seed', () => {
    const seeds = [job(monday, 'as-it-was', 1), job(monday, 'protected', 2), job(monday, 'protected', 1)];
    expect(nextOf([...seeds, job(monday, 'as-it-was', 2)], [1, 2], [aResult(), null, null, null])).toBe(2);
  });

  it('is any rather than none', () => {
    expect(nextOf(jobs, [0, 2, 4], none)).toBe(0);
    expect(nextOf([job(monday, 'protected')], [0], [null])).toBe(0);
    expect(nextOf(jobs, [], none)).toBeUndefined();
  });
});
