import { describe, expect, it } from 'vitest';
import type { Fetch, OutboundRequest } from '../../../acquirer-sim/ports.ts';
import { createWorld, type World } from '../world.ts';

const operators = {
  tenant: 'gateway',
  watchWindowMs: 10_000,
  thresholdPerSecond: 5,
  decideAfterMs: 20_000,
  reactAfterMs: 60_000,
  capPerSecond: 2,
  liftBelowPerSecond: 3,
  liftAfterMs: 30_000,
  noticeAfterMs: 100_000,
};

interface Sent {
  readonly url: string;
  readonly request: OutboundRequest;
  readonly atMs: number;
}

/** A gateway whose volume is background traffic, and whose receiver answers as told. */
const setUp = async (statuses: readonly number[] = [], changes: object = {}, more: object = {}) => {
  const sent: Sent[] = [];
  let world: World | undefined;
  const fetch: Fetch = async (url, request) => {
    const status = statuses[sent.length] ?? 200;
    sent.push({ url, request, atMs: world?.clock.monotonicMs() ?? 0 });
    if (status === 0) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    return { status, headers: { get: () => null }, text: async () => '' };
  };
  world = createWorld(
    {
      id: 'escott',
      dialect: 'escott',
      capacity: { workers: 100, queueMax: 100 },
      tenants: [
        {
          id: 'gateway',
          merchantId: 'M1',
          merchantPass: 'p1',
          noticeUrl: 'http://gateway.test/upstream/notices',
          noticeToken: 'upstream-token',
        },
      ],
      operators: [{ ...operators, ...changes }],
      ...more,
    },
    { fetch },
  );
  await world.acquirer.start();
  const rate = (ratePerSecond: number) =>
    (world as World).control('PUT', '/tenants/gateway/traffic', { ratePerSecond });
  return { world, sent, rate };
};

const names = (world: World) =>
  world.events.map(({ event }) => event).filter((event) => event.startsWith('operators.'));

describe('the operators at work', () => {
  it('watch, decide, cap, tell late, and lift when the offered volume stayed low', async () => {
    const { world, sent, rate } = await setUp();
    await rate(10);
    await world.clock.advance(120_000);
    expect(names(world)).toEqual(['operators.watching', 'operators.decided', 'operators.capped']);
    expect((await world.control('GET', '/load')).json.caps).toEqual({ gateway: 2 });
    expect(sent).toHaveLength(0);

    await world.clock.advance(100_000);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.url).toBe('http://gateway.test/upstream/notices');
    expect(sent[0]?.request.headers).toMatchObject({ authorization: 'Bearer upstream-token' });
    const cappedAt = world.events.find(({ event }) => event === 'operators.capped');
    expect(cappedAt).toMatchObject({ tenant: 'gateway', ratePerSecond: 2 });
    expect(JSON.parse(sent[0]?.request.body ?? '')).toMatchObject({ acquirer: 'escott', kind: 'restricting_you' });

    await rate(1);
    await world.clock.advance(60_000);
    expect((await world.control('GET', '/load')).json.caps).toEqual({});
    await world.clock.advance(100_000);
    expect(JSON.parse(sent[1]?.request.body ?? '')).toMatchObject({ kind: 'lifted' });
    expect(names(world).slice(3)).toEqual(['operators.noticed', 'operators.lifted', 'operators.noticed']);
  });

  it('cap a tenant that calmed down after they had decided', async () => {
    const { world, rate } = await setUp();
    await rate(10);
    await world.clock.advance(40_000);
    await rate(0);
    await world.clock.advance(70_000);
    expect(names(world)).toContain('operators.capped');
  });

  it('keep the cap while the tenant still offers much, though little is admitted', async () => {
    const { world, rate } = await setUp();
    await rate(10);
    await world.clock.advance(600_000);
    expect((await world.control('GET', '/load')).json.caps).toEqual({ gateway: 2 });
    const { capped, arrived } = (await world.control('GET', '/load')).json.tenants.gateway;
    expect(capped / arrived).toBeGreaterThan(0.6);
  });

  it('repeat a notice until the tenant answers it', async () => {
    const { world, sent, rate } = await setUp([0, 503, 200]);
    await rate(10);
    await world.clock.advance(900_000);
    const first = sent[0]?.atMs ?? 0;
    expect(sent.map(({ atMs }) => atMs - first)).toEqual([0, 5_000, 20_000]);
    expect(names(world).filter((name) => name === 'operators.noticed')).toHaveLength(1);
  });

  it('sleep when there is nothing to watch', async () => {
    const { world, rate } = await setUp();
    expect(world.clock.pending()).toBe(0);
    await rate(1);
    await world.clock.advance(20_000);
    await rate(0);
    await world.clock.advance(20_000);
    expect(world.clock.pending()).toBe(0);
  });

  it('leave a tenant alone whose entry is disabled', async () => {
    const { world, rate } = await setUp([], { enabled: false });
    await rate(50);
    await world.clock.advance(300_000);
    expect(names(world)).toEqual([]);
  });

  it('show state, rate and history', async () => {
    const { world, rate } = await setUp();
    await rate(10);
    await world.clock.advance(40_000);
    const { json } = await world.control('GET', '/operators');
    expect(json.tenants.gateway).toMatchObject({ state: 'deciding', thresholdPerSecond: 5 });
    expect(json.tenants.gateway.ratePerSecond).toBeGreaterThan(5);
    expect(json.history.map(({ what }: { what: string }) => what)).toEqual(['watching', 'decided']);
    expect(json.history[0].atMs).toBeGreaterThan(Date.parse('2017-07-12T21:00:00+09:00'));
  });

  it('warn before they act, when they do that', async () => {
    const { world, sent, rate } = await setUp([], { warns: true, noticeAfterMs: 1_000 });
    await rate(10);
    await world.clock.advance(120_000);
    expect(sent.map(({ request }) => JSON.parse(request.body ?? '').kind)).toEqual(['warning', 'restricting_you']);
    expect(JSON.parse(sent[0]?.request.body ?? '').message).toMatch(/[ぁ-ん].*risen sharply/);
  });

  it('block addresses rather than the tenant, which helps against a flood from few of them only', async () => {
    const { world, sent } = await setUp([], { capPerSecond: null, blocksAddresses: 4, noticeAfterMs: 0 });
    const flood = (sources: number) => world.control('PUT', '/tenants/gateway/traffic', { ratePerSecond: 20, sources });
    const refusedOf100s = async () => {
      const before = (await world.control('GET', '/load')).json.tenants.gateway;
      await world.clock.advance(100_000);
      const { arrived, refused } = (await world.control('GET', '/load')).json.tenants.gateway;
      return (refused - before.refused) / (arrived - before.arrived);
    };
    await flood(5);
    await world.clock.advance(120_000);
    expect(names(world)).toContain('operators.blocked');
    expect(await refusedOf100s()).toBeCloseTo(0.8, 1);
    expect((await world.control('GET', '/load')).json.caps).toEqual({});
    expect(sent).toHaveLength(1);
    await flood(5_000);
    expect(await refusedOf100s()).toBeLessThan(0.05);
    await world.control('PUT', '/tenants/gateway/traffic', { ratePerSecond: 1, sources: 5 });
    await world.clock.advance(60_000);
    expect(names(world)).toContain('operators.lifted');
    expect(await refusedOf100s()).toBe(0);
  });

  it('are told by the control API whom to watch, and a reset brings back the old ones', async () => {
    const { world, rate } = await setUp();
    const settings = { ...operators, tenant: undefined, thresholdPerSecond: 50 };
    expect((await world.control('PUT', '/operators/gateway', settings)).status).toBe(200);
    await rate(10);
    await world.clock.advance(300_000);
    expect(names(world)).toEqual([]);
    expect((await world.control('DELETE', '/operators/gateway')).status).toBe(200);
    expect((await world.control('DELETE', '/operators/gateway')).status).toBe(404);
    expect((await world.control('PUT', '/operators/nobody', settings)).status).toBe(404);
    await world.control('POST', '/reset', {});
    const { tenants } = (await world.control('GET', '/operators')).json;
    expect(tenants.gateway).toMatchObject({ state: 'calm', thresholdPerSecond: 5 });
  });

  it('announce maintenance to the tenants that have an address', async () => {
    const { world, sent } = await setUp();
    const window = { kind: 'maintenance', announce: true, afterMs: 60_000, ttlMs: 60_000 };
    await world.control('PUT', '/injections/m', window);
    await world.clock.advance(1_000);
    expect(JSON.parse(sent[0]?.request.body ?? '')).toMatchObject({
      kind: 'maintenance',
      atMs: Date.parse('2017-07-12T21:01:00+09:00'),
    });
  });

  it('announce the windows of the configuration at the start', async () => {
    const window = { id: 'm', kind: 'maintenance' as const, announce: true, afterMs: 60_000, ttlMs: 60_000 };
    const { world, sent } = await setUp([], {}, { injections: [window, { ...window, id: 'q', announce: false }] });
    await world.clock.advance(1_000);
    expect(sent).toHaveLength(1);
    await world.acquirer.stop();
  });
});
