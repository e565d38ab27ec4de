import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { playMiniWorld } from './mini-world.ts';

const operations = 10_000;
const seed = 20170712;

/** The same world in a process of its own. */
const inChild = async (): Promise<string> => {
  const script = new URL('mini-world.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [script, String(seed), String(operations), 'light']);
  return stdout.trim();
};

describe(`a run of 10,000 operations with faults, kills and freezes (seed ${seed})`, () => {
  it('has one trace hash: twice in this process, and in two others that run beside it', async () => {
    const children = Promise.all([inChild(), inChild()]);
    const first = await playMiniWorld({ seed, operations });
    const second = await playMiniWorld({ seed, operations });
    expect(first.counters.requests).toBeGreaterThan(18_000);
    expect(first.rows).toBeGreaterThan(9000);
    // Nothing passes for want of trouble.
    for (const outcome of ['replied', 'timeout', 'ECONNRESET', 'ECONNREFUSED', 'caller-gone'] as const) {
      expect(first.counters.outcomes[outcome]).toBeGreaterThan(0);
    }
    expect(second).toEqual(first);
    expect(await children).toEqual([first.hash, first.hash]);
  }, 120_000);

  it('has another hash with another seed', async () => {
    const [one, other] = [
      await playMiniWorld({ seed: 1, operations: 400 }),
      await playMiniWorld({ seed: 2, operations: 400 }),
    ];
    expect(one.hash).not.toBe(other.hash);
  });

  it('has the same hash on the native HTTP classes', async () => {
    const light = await playMiniWorld({ seed, operations: 2000, http: 'light' });
    const web = await playMiniWorld({ seed, operations: 2000, http: 'web' });
    expect(web).toEqual(light);
  });
});
