import { describe, expect, it } from 'vitest';
import type { Fact } from '../../../gateway/status-page/facts.ts';
import { createBench, sign, story } from './bench.ts';

const incidentFact = (atMs: number, ...stages: Parameters<typeof story>[1]): Fact => ({
  kind: 'incident',
  instance: 'gateway-1',
  atMs,
  incident: story(Date.parse('2017-07-12T21:02:00+09:00'), stages),
});

describe('the feed', () => {
  it('publishes a signed incident and answers that it was news', async () => {
    const bench = createBench();
    const reply = await bench.feed(incidentFact(bench.clock.wallMs(), 'investigating'));
    expect(reply.status).toBe(200);
    expect(await reply.json()).toEqual({ applied: true });
    expect((await bench.json()).incidents.map((incident) => incident.id)).toEqual(['inc-1']);
    expect(bench.stages('inc-1')).toEqual(['investigating']);
  });

  it.each([
    ['no signature', () => null, 'signature_missing'],
    ['a malformed signature', () => 't=1,v1=zz', 'signature_malformed'],
    [
      'a signature by another key',
      (body: string, nowMs: number) => sign(body, nowMs, 'another-secret-entirely'),
      'signature_wrong',
    ],
    ['a signature of another body', (_: string, nowMs: number) => sign('{}', nowMs), 'signature_wrong'],
    [
      'a signature whose time was changed',
      (body: string, nowMs: number) => sign(body, nowMs).replace(String(nowMs), String(nowMs + 1)),
      'signature_wrong',
    ],
    [
      'a signature more than five minutes old',
      (body: string, nowMs: number) => sign(body, nowMs - 300_001),
      'signature_expired',
    ],
    [
      'a signature more than five minutes ahead',
      (body: string, nowMs: number) => sign(body, nowMs + 300_001),
      'signature_expired',
    ],
  ])('refuses %s and shows nothing', async (_name, header, reason) => {
    const bench = createBench();
    const fact = incidentFact(bench.clock.wallMs(), 'investigating');
    const reply = await bench.feed(fact, { header: header(JSON.stringify(fact), bench.clock.wallMs()) });
    expect(reply.status).toBe(401);
    expect(await reply.json()).toEqual({ error: { reason } });
    expect((await bench.json()).incidents).toEqual([]);
    expect(bench.log).toContainEqual({ event: 'feed.refused', reason });
  });

  it('takes a signature that is exactly five minutes old', async () => {
    const bench = createBench();
    const fact = incidentFact(bench.clock.wallMs(), 'investigating');
    const header = sign(JSON.stringify(fact), bench.clock.wallMs() - 300_000);
    expect((await bench.feed(fact, { header })).status).toBe(200);
  });

  it('refuses a body over 64 KiB', async () => {
    const bench = createBench();
    const body = JSON.stringify({ kind: 'beat', instance: 'x'.repeat(70_000), atMs: 0 });
    expect((await bench.feed({ kind: 'beat', instance: 'a', atMs: 0 }, { body })).status).toBe(413);
  });

  it('refuses a body of unannounced length without reading it', async () => {
    const bench = createBench();
    const body = JSON.stringify({ kind: 'beat', instance: 'a', atMs: 0 });
    const headers = { 'transfer-encoding': 'chunked', 'breakwater-signature': sign(body, bench.clock.wallMs()) };
    expect((await bench.app.request('/feed', { method: 'POST', headers, body })).status).toBe(411);
  });

  it.each([
    ['what is no JSON', 'beat!'],
    ['an unknown kind of fact', '{"kind":"rumour","instance":"a","atMs":1}'],
    ['an unknown component', '{"kind":"components","instance":"a","atMs":1,"levels":{"coffee":"outage"}}'],
    ['a level that does not exist', '{"kind":"components","instance":"a","atMs":1,"levels":{"api":"bad"}}'],
    [
      'an incident whose id could not be an address',
      JSON.stringify({
        ...incidentFact(1, 'investigating'),
        incident: story(1, ['investigating'], { id: '../admin' }),
      }),
    ],
  ])('refuses %s with the place and the reason', async (_name, body) => {
    const bench = createBench();
    const reply = await bench.feed({ kind: 'beat', instance: 'a', atMs: 0 }, { body });
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ error: { path: expect.any(String), reason: expect.any(String) } });
  });

  it('refuses a fact from the future, which would make later ones look old', async () => {
    const bench = createBench();
    expect((await bench.feed(incidentFact(bench.clock.wallMs() + 300_001, 'investigating'))).status).toBe(400);
  });

  it('publishes a repeated story once', async () => {
    const bench = createBench();
    const atMs = bench.clock.wallMs();
    await bench.feed(incidentFact(atMs, 'investigating'));
    const updatedAt = (await bench.json()).updatedAt;
    await bench.clock.run(5_000);
    for (const laterMs of [atMs, atMs + 4_000])
      expect(await (await bench.feed(incidentFact(laterMs, 'investigating'))).json()).toEqual({ applied: false });
    expect(bench.stages('inc-1')).toEqual(['investigating']);
    expect((await bench.json()).updatedAt).toBe(updatedAt);
  });

  it('ignores an older version of a story that arrives late', async () => {
    const bench = createBench();
    const atMs = bench.clock.wallMs();
    await bench.feed(incidentFact(atMs, 'investigating', 'identified', 'monitoring', 'resolved'));
    expect(await (await bench.feed(incidentFact(atMs - 1, 'investigating'))).json()).toEqual({ applied: false });
    expect((await bench.json()).incidents[0]?.stage).toBe('resolved');
  });

  it('takes the longer of two stories of the same millisecond, whichever comes first', async () => {
    for (const order of [
      ['short', 'long'],
      ['long', 'short'],
    ]) {
      const bench = createBench();
      const atMs = bench.clock.wallMs();
      for (const which of order)
        await bench.feed(
          which === 'long' ? incidentFact(atMs, 'investigating', 'identified') : incidentFact(atMs, 'investigating'),
        );
      expect((await bench.json()).incidents[0]?.stage).toBe('identified');
    }
  });

  it('goes back to investigating when the gateway tells of a relapse', async () => {
    const bench = createBench();
    const atMs = bench.clock.wallMs();
    await bench.feed(incidentFact(atMs, 'investigating', 'monitoring'));
    await bench.feed(incidentFact(atMs + 1, 'investigating', 'monitoring', 'investigating'));
    expect(bench.stages('inc-1')).toEqual(['monitoring', 'investigating']);
    expect((await bench.json()).status).toBe('degraded');
  });

  it('keeps what an operator published when a gateway uses the same id', async () => {
    const bench = createBench();
    const written = await bench.write({ stage: 'investigating', title: both('A', '甲'), text: both('B', '乙') });
    const { incident } = (await written.json()) as { incident: { id: string } };
    const fact = incidentFact(bench.clock.wallMs(), 'resolved');
    await bench.feed({ ...fact, incident: story(0, ['resolved'], { id: incident.id }) } as Fact);
    expect((await bench.json()).incidents[0]?.stage).toBe('investigating');
  });
});

const both = (en: string, ja: string) => ({ en, ja });

describe('component levels', () => {
  const levels = (instance: string, atMs: number, said: Extract<Fact, { kind: 'components' }>['levels']): Fact => ({
    kind: 'components',
    instance,
    atMs,
    levels: said,
  });
  const levelOf = async (bench: ReturnType<typeof createBench>, id: string) =>
    (await bench.json()).components.find((component) => component.id === id)?.level;

  it('show the worst word of all instances', async () => {
    const bench = createBench();
    const atMs = bench.clock.wallMs();
    await bench.feed(levels('gateway-1', atMs, { refund: 'degraded' }));
    await bench.feed(levels('gateway-2', atMs, { refund: 'outage' }));
    expect(await levelOf(bench, 'refund')).toBe('outage');
    expect((await bench.json()).status).toBe('outage');
    await bench.feed(levels('gateway-2', atMs + 1, { refund: 'operational' }));
    expect(await levelOf(bench, 'refund')).toBe('degraded');
  });

  it('keep a component that a later fact does not name', async () => {
    const bench = createBench();
    const atMs = bench.clock.wallMs();
    await bench.feed(levels('gateway-1', atMs, { refund: 'degraded', capture: 'outage' }));
    await bench.feed(levels('gateway-1', atMs + 1, { capture: 'operational' }));
    expect(await levelOf(bench, 'refund')).toBe('degraded');
    expect(await levelOf(bench, 'capture')).toBe('operational');
  });

  it('ignore a word that is older than one already heard', async () => {
    const bench = createBench();
    const atMs = bench.clock.wallMs();
    await bench.feed(levels('gateway-1', atMs, { api: 'operational' }));
    expect(await (await bench.feed(levels('gateway-1', atMs - 1, { api: 'outage' }))).json()).toEqual({
      applied: false,
    });
    expect(await levelOf(bench, 'api')).toBe('operational');
  });

  it('forget the word of an instance that has fallen silent while another still beats', async () => {
    const bench = createBench();
    await bench.start();
    await bench.beat('gateway-1');
    await bench.beat('gateway-2');
    await bench.feed(levels('gateway-2', bench.clock.wallMs(), { capture: 'outage' }));
    await bench.beatFor(30_000, 'gateway-1');
    expect(await levelOf(bench, 'capture')).toBe('outage');
    await bench.beatFor(10_000, 'gateway-1');
    expect(await levelOf(bench, 'capture')).toBe('operational');
    expect((await bench.json()).incidents).toEqual([]);
  });

  it('are at least degraded for the components of an open incident, until it is monitored', async () => {
    const bench = createBench();
    const atMs = bench.clock.wallMs();
    await bench.feed(incidentFact(atMs, 'investigating'));
    expect(await levelOf(bench, 'capture')).toBe('degraded');
    expect(await levelOf(bench, 'refund')).toBe('operational');
    await bench.feed(incidentFact(atMs + 1, 'investigating', 'monitoring'));
    expect(await levelOf(bench, 'capture')).toBe('operational');
    expect((await bench.json()).status).toBe('operational');
  });
});
