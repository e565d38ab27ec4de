/** Same seed, same run: twice in one process, in others with work beside them, on either HTTP, however traced. */
import { execFile, spawn } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunResult } from '../../../scenarios/judge/result.ts';
import { enrolMs } from '../../../scenarios/theatre/day.ts';
import { playScenario } from '../../../scenarios/theatre/play.ts';
import { floodDay, playShort, policyOf } from './short-days.ts';

// A run of two seconds takes twenty on a machine with other work; one that is cut off breaks the next.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const seed = 20170712;
const day = floodDay();
/** The onset plays no part in what happens; leaving it out spares the twin. */
const onsetMs = null;
const played = (more: Parameters<typeof playShort>[2] = {}) => playShort(day, 'protected', { seed, onsetMs, ...more });

const inChild = async (): Promise<string> => {
  const script = path.join(import.meta.dirname, 'same-seed.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, 'protected', String(seed)]);
  return stdout.trim();
};

describe(`a short day under protection (seed ${seed})`, () => {
  let first: RunResult;
  const busy = spawn(process.execPath, ['-e', 'for (;;) Math.sqrt(2)']);
  const children = Promise.all([inChild(), inChild()]);
  beforeAll(async () => {
    first = await played();
  });
  afterAll(() => {
    busy.kill();
  });

  it('has enough in it to be worth repeating', () => {
    expect(first.requests).toBeGreaterThan(5000);
    expect(first.faults.injected).toBeGreaterThan(5000);
    expect(first.timings.failover).not.toBeNull();
  });

  it('has the same result a second time in the same process', async () => {
    const { wallMs: _, cpuMs: __, ...again } = await played();
    const { wallMs: ___, cpuMs: ____, ...before } = first;
    expect(again).toEqual(before);
  });

  it('has the same hash in two other processes with a busy one beside them', async () => {
    expect(await children).toEqual([first.traceHash, first.traceHash]);
  });

  it('has the same hash on the native Request and Response', async () => {
    expect((await played({ http: 'web' })).traceHash).toBe(first.traceHash);
  });

  it('has the same hash when everything is traced, and counts each request that reached an app.fetch', async () => {
    const trace: string[] = [];
    const result = await playScenario({
      scenario: day,
      policy: policyOf('protected'),
      seed,
      onsetMs,
      trace: 'full',
      onTrace: (line) => trace.push(line),
    });
    expect(result.traceHash).toBe(first.traceHash);
    // [time, 'exchange', from, to, method, path, body, sent, arrived, ...]; the audit comes after the run.
    const endUs = (enrolMs + result.scenarioMs) * 1000;
    const arrivals = trace
      .map((line) => JSON.parse(line) as readonly string[])
      .filter(([, kind, ...fields]) => kind === 'exchange' && fields[6] !== 'null' && Number(fields[6]) <= endUs);
    expect(arrivals.length).toBe(result.requests);
  });

  it('has another hash and the same verdict with another seed', async () => {
    const other = await played({ seed: seed + 1 });
    expect(other.traceHash).not.toBe(first.traceHash);
    expect(other.verdict).toBe(first.verdict);
  });
});
