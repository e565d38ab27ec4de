import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../../scenarios/stage/log-recorder.ts';
import { UnfinishedWorkError } from '../../../scenarios/stage/stage.ts';
import { addShop, exactStage, get, sendAt } from './world.ts';

describe('the stage', () => {
  it('fails the run with the name of a task that rejects, and never runs again', async () => {
    const stage = exactStage();
    stage.spawnTask('big-1 shops', async () => {
      await stage.clock.sleep(5);
      throw new Error('no stock');
    });
    await expect(stage.run({ untilMs: 100 })).rejects.toThrow('task big-1 shops failed: Error: no stock');
    expect(stage.nowMs()).toBe(5);
    await expect(stage.run({ untilMs: 200 })).rejects.toThrow('no stock');
  });

  it('fails the run with a rejection that nobody handles, at the moment it happens', async () => {
    // In a process of its own, where no test runner listens for the same thing.
    const stageUrl = new URL('../../../scenarios/stage/stage.ts', import.meta.url).href;
    const script = `
      const { createStage } = await import(${JSON.stringify(stageUrl)});
      const stage = createStage({ seed: 1, startWallMs: 0 });
      stage.clock.after(5, () => void Promise.reject(new Error('lost')));
      stage.clock.after(6, () => console.log('went on'));
      await stage.run({ untilMs: 100 }).catch((error) => console.log(error.message, stage.nowMs()));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    expect(stdout).toBe('lost 5\n');
  });

  it('calls it an error to end with unfinished work, and names it; daemons may be unfinished', async () => {
    const stage = exactStage();
    stage.addProgram({
      program: 'lost',
      host: 'lost.test',
      create: () => ({ app: new Hono().get('/', () => new Promise(() => {})) }),
    });
    stage.spawnTask('receiver', () => new Promise(() => {}), { daemon: true });
    stage.spawnTask('waits for ever', () => new Promise(() => {}));
    sendAt(stage, stage.castMember('buyer').fetch, 100, 'http://lost.test/');
    const run = stage.run({ untilMs: 3_600_000 });
    await expect(run).rejects.toThrow(UnfinishedWorkError);
    await expect(run).rejects.toThrow('unfinished work: task waits for ever, buyer -> lost GET / (sent at 100 ms)');
    expect(await stage.run({ untilMs: 3_700_000, mustFinish: false })).toBe('reached');
  });

  it('bears a request that is under way when the run ends', async () => {
    const stage = exactStage();
    addShop(stage);
    const outcome = sendAt(stage, stage.castMember('buyer').fetch, 100, 'http://shop.test/slow');
    expect(await stage.run({ untilMs: 500 })).toBe('reached');
    expect(await stage.run({ untilMs: 5000 })).toBe('reached');
    expect(outcome.told).toEqual({ what: '200 shop/1', atMs: 1120 });
  });

  it('hands log lines with scenario time to its listeners, from the level it was given', async () => {
    const stage = exactStage({ logLevel: 'warn' });
    const lines: LogLine[] = [];
    stage.onLog((line) => lines.push(line));
    addShop(stage, {
      name: 'shop-1',
      create: ({ clock, log }) => {
        log.info({ event: 'quiet' });
        clock.after(7.5, () => log.warn({ event: 'breaker.changed', to: 'open' }, 'open'));
        return { app: new Hono() };
      },
    });
    await stage.run({ untilMs: 100 });
    expect(lines).toEqual([
      {
        program: 'shop-1',
        atMs: 7.5,
        level: 'warn',
        fields: { event: 'breaker.changed', to: 'open' },
        message: 'open',
      },
    ]);
  });

  it('can be stopped from outside and goes on where it was', async () => {
    const stage = exactStage();
    let beats = 0;
    const beat = (): void => {
      beats++;
      if (beats === 50) stage.stop();
      stage.clock.after(1000, beat);
    };
    stage.clock.after(0, beat);
    expect(await stage.run({ untilMs: 1_000_000 })).toBe('stopped');
    expect([beats, stage.nowMs()]).toEqual([50, 49_000]);
    expect(await stage.run({ untilMs: 100_000 })).toBe('reached');
    expect(beats).toBe(101);
  });

  it('lets progress read the real world, and nothing else', async () => {
    const stage = exactStage();
    const marks: number[] = [];
    stage.clock.after(200_000, () => {});
    await stage.run({ untilMs: 250_000, onProgress: (atMs) => marks.push(atMs, Math.sign(Date.now())) });
    expect(marks).toEqual([180_000, 1, 240_000, 1]);
  });

  it('refuses a second instance of a name, and an instance nobody added', () => {
    const stage = exactStage();
    addShop(stage);
    expect(() => addShop(stage)).toThrow('there is already an instance shop');
    expect(() => stage.instance('shoe')).toThrow('there is no instance shoe');
    expect(stage.instance('shop').state).toBe('new');
  });

  it('hands each record to the sink of a full trace, and the hash does not depend on it', async () => {
    const play = async (sink: boolean): Promise<{ hash: string; kinds: string[] }> => {
      const kinds: string[] = [];
      const stage = exactStage(sink ? { traceSink: (atUs, kind) => kinds.push(`${kind}@${atUs}`) } : {});
      addShop(stage);
      sendAt(stage, stage.castMember('buyer').fetch, 100, 'http://shop.test/quick', get);
      await stage.run({ untilMs: 1000 });
      stage.trace.record('note', 'by the theatre', 1, null);
      return { hash: stage.traceHash(), kinds };
    };
    const full = await play(true);
    expect(full.kinds).toEqual(['instance@0', 'instance@0', 'exchange@120000', 'note@1000000']);
    expect((await play(false)).hash).toBe(full.hash);
  });

  it('lets go of what programs held once the set is struck, and keeps the hash and the counts', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const stage = exactStage();
    const held: WeakRef<object>[] = [];
    stage.addProgram({
      program: 'bank',
      host: 'bank.test',
      create: ({ clock }) => {
        const ledger = { rows: ['1000 yen'] };
        held.push(new WeakRef(ledger));
        // One that waits for its timer, and one that waits for the other's answer.
        const app = new Hono().get('/', async (c) => {
          await clock.sleep(60_000);
          return c.text(ledger.rows.join());
        });
        return { app };
      },
    });
    sendAt(stage, stage.castMember('buyer').fetch, 100, 'http://bank.test/');
    await stage.run({ untilMs: 1_000, mustFinish: false });
    const before = [stage.traceHash(), stage.counters().requests];
    collectGarbage();
    expect(held.map((one) => one.deref()?.constructor)).toEqual([Object]);
    stage.strike();
    // In another turn: until then a reference that was looked at holds what it points to.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    expect(held.map((one) => one.deref())).toEqual([undefined]);
    expect([stage.traceHash(), stage.counters().requests]).toEqual(before);
    await expect(stage.run({ untilMs: 2_000 })).rejects.toThrow('the set is struck');
  });
});
