import { describe, expect, it } from 'vitest';
import { createMemoryPageStore } from '../../../gateway/status-page/app.ts';
import { type Bench, createBench } from './bench.ts';

const own = async (bench: Bench) => (await bench.json()).incidents.find((incident) => incident.id.startsWith('page-'));

/** The gateway stops whole: no beat, no answer. */
const silence = (bench: Bench) => {
  bench.health = 'refuses';
};

describe('a page that no longer hears the gateway', () => {
  it('publishes an outage of the API within 60 s of the last beat when the gateway is killed', async () => {
    const bench = createBench();
    await bench.start();
    await bench.beatFor(60_000);
    silence(bench);
    await bench.clock.run(60_000);
    const incident = await own(bench);
    expect(incident).toMatchObject({ stage: 'investigating', components: ['api'], cause: 'unknown' });
    expect((incident?.startedAtMs ?? 0) - Date.parse('2017-07-12T21:00:50+09:00')).toBeLessThanOrEqual(35_000);
    expect((await bench.json()).status).toBe('outage');
    expect(bench.log.map((entry) => entry.event)).toContain('page.machine-published');
  });

  it('publishes when three beats of every instance are missing although probes are answered', async () => {
    const bench = createBench();
    await bench.start();
    await bench.beat('gateway-1');
    await bench.beat('gateway-2');
    await bench.clock.run(34_999);
    expect(await own(bench)).toBeUndefined();
    await bench.clock.run(1);
    expect((await own(bench))?.updates[0]?.text.en).toContain('regular signals stopped');
    expect(bench.log).toContainEqual(expect.objectContaining({ event: 'page.machine-published', sign: 'beats' }));
  });

  it('publishes nothing while one instance of two still beats', async () => {
    const bench = createBench();
    await bench.start();
    await bench.beat('gateway-2');
    await bench.beatFor(600_000, 'gateway-1');
    expect(await own(bench)).toBeUndefined();
  });

  it.each(['refuses', 'errs', 'hangs'] as const)(
    'publishes after three probes in a row when the gateway %s',
    async (health) => {
      const bench = createBench();
      await bench.start();
      await bench.beatFor(20_000);
      bench.health = health;
      await bench.beatFor(15_000);
      expect(await own(bench)).toBeUndefined();
      await bench.beatFor(20_000);
      expect((await own(bench))?.updates[0]?.text.en).toContain('checks from outside fail');
      expect(bench.log).toContainEqual(expect.objectContaining({ event: 'page.machine-published', sign: 'probes' }));
    },
  );

  it('publishes nothing for two failed probes', async () => {
    const bench = createBench();
    await bench.start();
    await bench.beatFor(10_000);
    bench.health = 'refuses';
    await bench.beatFor(15_000);
    bench.health = 'up';
    await bench.beatFor(60_000);
    expect(await own(bench)).toBeUndefined();
  });

  it('does not take a replayed beat for a sign of life', async () => {
    const bench = createBench();
    await bench.start();
    const recorded = { kind: 'beat', instance: 'gateway-1', atMs: bench.clock.wallMs() } as const;
    await bench.feed(recorded);
    for (let turn = 0; turn < 5; turn += 1) {
      await bench.clock.run(10_000);
      expect(await (await bench.feed(recorded)).json()).toEqual({ applied: false });
    }
    expect(await own(bench)).toBeDefined();
  });

  it('goes to monitoring after a minute of good contact and is resolved after 15 more', async () => {
    const bench = createBench();
    await bench.start();
    await bench.beatFor(10_000);
    silence(bench);
    await bench.clock.run(60_000);
    const id = (await own(bench))?.id ?? '';
    bench.health = 'up';
    await bench.beatFor(60_000);
    expect(bench.stages(id)).toEqual(['investigating']);
    await bench.beatFor(20_000);
    expect(bench.stages(id)).toEqual(['investigating', 'monitoring']);
    expect((await bench.json()).status).toBe('operational');
    await bench.beatFor(870_000);
    expect(bench.stages(id)).toEqual(['investigating', 'monitoring']);
    await bench.beatFor(30_000);
    expect(bench.stages(id)).toEqual(['investigating', 'monitoring', 'resolved']);
  });

  it('is never resolved while beats are missing, however well probes are answered', async () => {
    const bench = createBench();
    await bench.start();
    await bench.beat();
    await bench.clock.run(4 * 3_600_000);
    const incident = await own(bench);
    expect(new Set(incident?.updates.map((update) => update.stage))).toEqual(new Set(['investigating']));
  });

  it('starts to count again after one bad probe while monitoring', async () => {
    const bench = createBench();
    await bench.start();
    await bench.beatFor(10_000);
    silence(bench);
    await bench.clock.run(60_000);
    const id = (await own(bench))?.id ?? '';
    bench.health = 'up';
    await bench.beatFor(800_000);
    bench.health = 'errs';
    await bench.beatFor(10_000);
    bench.health = 'up';
    await bench.beatFor(800_000);
    expect(bench.stages(id)).toEqual(['investigating', 'monitoring']);
    await bench.beatFor(120_000);
    expect(bench.stages(id)).toEqual(['investigating', 'monitoring', 'resolved']);
  });

  it('goes back to investigating when contact is lost again while monitoring', async () => {
    const bench = createBench();
    await bench.start();
    await bench.beatFor(10_000);
    silence(bench);
    await bench.clock.run(60_000);
    const id = (await own(bench))?.id ?? '';
    bench.health = 'up';
    await bench.beatFor(120_000);
    silence(bench);
    await bench.clock.run(60_000);
    expect(bench.stages(id)).toEqual(['investigating', 'monitoring', 'investigating']);
    expect((await own(bench))?.updates.at(-1)?.text.ja).toContain('再び');
  });

  it('says something at least every 30 minutes while it is open', async () => {
    const bench = createBench();
    await bench.start();
    await bench.beat();
    silence(bench);
    await bench.clock.run(2 * 3_600_000);
    const times = (await own(bench))?.updates.map((update) => update.atMs) ?? [];
    expect(times.length).toBe(4);
    for (let index = 1; index < times.length; index += 1)
      expect((times[index] ?? 0) - (times[index - 1] ?? 0)).toBeLessThanOrEqual(1_800_000);
  });

  it('refuses an operator who resolves it too early, and lets the same be done later', async () => {
    const bench = createBench();
    await bench.start();
    await bench.beatFor(10_000);
    silence(bench);
    await bench.clock.run(60_000);
    const id = (await own(bench))?.id ?? '';
    const words = { incident: id, stage: 'resolved', text: { en: 'Over.', ja: '終わりました。' } };
    expect((await bench.write(words)).status).toBe(409);
    bench.health = 'up';
    await bench.beatFor(30_000);
    expect((await bench.write(words)).status).toBe(200);
    await bench.beatFor(1_200_000);
    expect(bench.stages(id)).toEqual(['investigating', 'resolved']);
  });

  it('takes up its own incident again after a restart', async () => {
    const store = createMemoryPageStore();
    const first = createBench({ store });
    await first.start();
    await first.beat();
    silence(first);
    await first.clock.run(60_000);
    const id = (await own(first))?.id ?? '';
    await first.stop();

    const second = createBench({ store, clock: first.clock });
    await second.start();
    expect((await own(second))?.stage).toBe('investigating');
    await second.clock.run(120_000);
    expect((await own(second))?.stage).toBe('investigating');
    await second.beatFor(80_000);
    expect(second.stages(id)).toEqual(['monitoring']);
  });

  it('publishes after a restart although the instances it knew never beat again', async () => {
    const store = createMemoryPageStore();
    const first = createBench({ store });
    await first.start();
    await first.beat();
    await first.stop();
    const second = createBench({ store, clock: first.clock });
    await second.start();
    await second.clock.run(34_999);
    expect(await own(second)).toBeUndefined();
    await second.clock.run(1);
    expect(await own(second)).toBeDefined();
  });

  it('publishes nothing by itself when only people may', async () => {
    const bench = createBench({ config: { machineNotices: false } });
    await bench.start();
    await bench.beat();
    silence(bench);
    await bench.clock.run(600_000);
    expect((await bench.json()).incidents).toEqual([]);
    expect(bench.probes).toEqual([]);
  });

  it('leaves no timer behind when it is stopped', async () => {
    const bench = createBench();
    await bench.start();
    await bench.beat();
    await bench.clock.run(60_000);
    await bench.stop();
    await bench.clock.run(20_000);
    expect(bench.clock.pending()).toBe(0);
  });

  it('probes every 10 s with a timeout shorter than that', async () => {
    const bench = createBench();
    await bench.start();
    await bench.clock.run(30_000);
    expect(bench.probes.map((probe) => probe.atMs)).toEqual([0, 10_000, 20_000, 30_000]);
    expect(bench.probes[0]).toMatchObject({
      url: 'http://gateway.test/healthz',
      request: { method: 'GET', timeoutMs: 5_000 },
    });
  });
});
