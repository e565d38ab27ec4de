import { describe, expect, it } from 'vitest';
import { type Job, nextOf, playAll, type WorkerMemory } from '../../../scenarios/cli/pool.ts';
import type { Shell } from '../../../scenarios/cli/shell.ts';
import { loadPolicy } from '../../../scenarios/play/load-policy.ts';
import { parseScenario } from '../../../scenarios/play/load-scenario.ts';
import { goodScenario } from '../play/parse.ts';
import { aResult } from './results.ts';
import { tinyDay } from './tiny-day.ts';

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

describe('a run that needs more memory than its worker has', () => {
  /** Loading the house takes more than this. */
  const tooLittleMb = 24;
  const playedWith = async (memory: WorkerMemory) => {
    const notes: string[] = [];
    const shell: Shell = {
      out: () => {},
      note: (text) => notes.push(text),
      outTty: null,
      noteTty: null,
      nowMs: () => performance.now(),
      onInterrupt: () => () => {},
      after: () => () => {},
    };
    const unheard = { started: () => {}, story: () => {}, progress: () => {}, done: () => {} };
    const loaded = parseScenario('tiny-day.yaml', new TextEncoder().encode(tinyDay));
    if (!loaded.ok) throw new Error('the tiny day is not valid');
    const outcome = await playAll(
      shell,
      [{ ...job(loaded.scenario, 'as-it-was'), judgedAs: 'as-it-was', traceFile: null }],
      unheard,
      memory,
    );
    return { ...outcome, notes };
  };

  it('is played again with more, and says so', async () => {
    const { results, broken, notes } = await playedWith({ usualMb: tooLittleMb, largeMb: 256 });
    expect(broken).toBeNull();
    expect(results[0]?.partial).toBe(false);
    expect(notes).toEqual([
      `the run of tiny-day under as-it-was broke: ${tooLittleMb} MB of memory are not enough; it is played again with 256 MB\n`,
    ]);
  });

  it('breaks with one line when that is not enough either', async () => {
    const { broken, notes } = await playedWith({ usualMb: tooLittleMb, largeMb: tooLittleMb });
    expect(broken?.message).toBe(
      `the run of tiny-day under as-it-was broke: ${tooLittleMb} MB of memory are not enough`,
    );
    expect(notes).toEqual([]);
  });
});
