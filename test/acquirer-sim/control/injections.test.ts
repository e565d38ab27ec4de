import { describe, expect, it } from 'vitest';
import { nextChangeMs, type Recovery, workersAt } from '../../../acquirer-sim/injections/recovery.ts';
import { createEscottWorld, newPayment, OAUT } from '../escott/card.ts';
import { createShop, SHOP } from '../gmo-pg/trade.ts';
import type { Reply, World } from '../world.ts';

const active = async (world: World, query = '') =>
  (await world.control('GET', `/active${query}`)).json.active.map(({ id }: { id: string }) => id);
const load = async (world: World) => (await world.control('GET', '/load')).json;
const started = async (changes = {}) => {
  const world = createEscottWorld(changes);
  await world.acquirer.start();
  return world;
};
const pay = (world: World, reference = 'ref', changes = {}) =>
  world.post(OAUT, newPayment('1Auth', reference, changes));
const theirs = { MerchantId: 'M0002', MerchantPass: 'secret2' };

describe('what is injected', () => {
  it('ends by itself after its time to live, on the clock of the simulator', async () => {
    const world = await started();
    await world.control('PUT', '/capacity', { workers: 1, ttlMs: 5_000 });
    await world.control('PUT', '/caps/other', { ratePerSecond: 1, ttlMs: 6_000 });
    await world.control('PUT', '/tenants/flood/traffic', { ratePerSecond: 10, ttlMs: 7_000 });
    expect(await active(world)).toEqual(['capacity-1', 'cap-2', 'traffic-3']);
    await world.clock.advance(5_000);
    expect([await active(world), (await load(world)).workers]).toEqual([['cap-2', 'traffic-3'], 10]);
    await world.clock.advance(1_000);
    expect([await active(world), (await load(world)).caps]).toEqual([['traffic-3'], {}]);
    await world.clock.advance(1_000);
    expect([await active(world), (await load(world)).traffic.flood.ratePerSecond]).toEqual([[], 0]);
    expect(world.events.filter(({ event }) => event === 'injection.ended')).toHaveLength(3);
  });

  it('lies over what was there, which shows again', async () => {
    const world = await started();
    await world.control('PUT', '/injections/low', { kind: 'capacity', workers: 3, ttlMs: 10_000 });
    await world.control('PUT', '/injections/lower', { kind: 'capacity', workers: 1, slowdown: 4, ttlMs: 5_000 });
    expect(await load(world)).toMatchObject({ workers: 1, slowdown: 4 });
    await world.control('PUT', '/capacity', { workers: 8 });
    expect((await load(world)).workers).toBe(1);
    await world.clock.advance(5_000);
    expect(await load(world)).toMatchObject({ workers: 3, slowdown: 1 });
    await world.clock.advance(5_000);
    expect((await load(world)).workers).toBe(8);
  });

  it('waits for its time, and can be ended before it', async () => {
    const world = await started();
    const { json } = await world.control('PUT', '/injections/night', {
      kind: 'maintenance',
      afterMs: 3_600_000,
      ttlMs: 600_000,
    });
    const now = Date.parse('2017-07-12T21:00:00+09:00');
    expect(json).toMatchObject({ id: 'night', active: false, beginsAtMs: now + 3_600_000, endsAtMs: now + 4_200_000 });
    expect((await world.control('DELETE', '/injections/night')).json.id).toBe('night');
    await world.clock.advance(3_700_000);
    expect((await pay(world)).status).toBe(200);
    expect((await world.control('DELETE', '/injections/night')).status).toBe(404);
    expect((await world.control('GET', '/injections/night')).status).toBe(404);
  });

  it('is listed and ended by tenant, with the fault rules', async () => {
    const world = await started();
    await world.control('PUT', '/injections/a', { kind: 'maintenance', tenant: 'other' });
    await world.control('PUT', '/injections/b', { kind: 'connections', tenant: 'gateway', max: 5 });
    await world.control('POST', '/faults', {
      id: 'c',
      kind: 'reset',
      select: { tenants: ['gateway'] },
      ttlMs: 60_000,
    });
    expect(await active(world, '?tenant=gateway')).toEqual(['b', 'c']);
    expect((await world.control('DELETE', '/active?tenant=gateway')).json.ended).toEqual(['b', 'c']);
    expect(await active(world)).toEqual(['a']);
  });

  it.each([
    [{ kind: 'nothing' }, 'kind'],
    [{ kind: 'cap', tenant: 'a' }, 'ratePerSecond'],
    [{ kind: 'maintenance', ttlMs: 0 }, 'ttlMs'],
    [{ kind: 'capacity' }, ''],
    [{ kind: 'blocked', addresses: ['10.0.0.300'] }, 'addresses.0'],
    [{ kind: 'blocked', addresses: ['10.0.0.0/33'] }, 'addresses.0'],
    [{ kind: 'connections', max: 1, maximum: 2 }, 'maximum'],
  ])('refuses %j and names "%s"', async (body, path) => {
    const world = createEscottWorld();
    const { status, json } = await world.control('PUT', '/injections/x', body);
    expect([status, json.error.path, await active(world)]).toEqual([400, path, []]);
  });
});

describe('an injection for a tenant that nobody knows', () => {
  it('is refused, unless it is traffic, which makes it', async () => {
    const world = createEscottWorld();
    const put = async (body: object) => (await world.control('PUT', '/injections/x', body)).status;
    expect(await put({ kind: 'maintenance', tenant: 'flood' })).toBe(404);
    expect(await put({ kind: 'cap', tenant: 'flood', ratePerSecond: 1 })).toBe(404);
    expect(await put({ kind: 'traffic', tenant: 'flood', ratePerSecond: 1, ttlMs: 1_000 })).toBe(200);
    expect(await active(world)).toEqual(['x']);
  });
});

describe('maintenance', () => {
  it('answers a page of the front, books nothing, and ends', async () => {
    const world = await started();
    await world.control('PUT', '/injections/m', { kind: 'maintenance', ttlMs: 60_000 });
    const closed = await pay(world);
    expect(closed).toMatchObject({ status: 503, decidedBy: 'acquirer-maintenance' });
    expect(closed.text).toContain('メンテナンス');
    expect((await world.control('GET', '/ledger')).json.rows).toEqual([]);
    expect((await load(world)).tenants.gateway).toMatchObject({ arrived: 1, refused: 1, served: 0 });
    await world.clock.advance(60_000);
    expect((await pay(world)).pairs.ResponseCd).toBe('OK');
  });

  it('of one tenant leaves the others alone', async () => {
    const world = await started();
    await world.control('PUT', '/injections/m', { kind: 'maintenance', tenant: 'other' });
    expect([(await pay(world)).status, (await pay(world, 'r', theirs)).status]).toEqual([200, 503]);
  });
});

describe('a connection limit', () => {
  const together = async (world: World, count: number, changes = {}): Promise<Reply[]> => {
    const replies = Array.from({ length: count }, (_, nth) =>
      world.send(OAUT, newPayment('1Auth', `r${nth}`, changes)),
    );
    await world.clock.advance(60_000);
    return Promise.all(replies);
  };

  it('of everybody turns away what is one too many', async () => {
    const world = await started();
    await world.control('PUT', '/injections/c', { kind: 'connections', max: 3 });
    const deciders = (await together(world, 5)).map(({ decidedBy }) => decidedBy);
    expect(deciders).toEqual(['issuer', 'issuer', 'issuer', 'acquirer-connections', 'acquirer-connections']);
    expect((await together(world, 3)).every(({ status }) => status === 200)).toBe(true);
  });

  it('of one tenant is none of the others', async () => {
    const world = await started();
    await world.control('PUT', '/injections/c', { kind: 'connections', tenant: 'other', max: 1 });
    expect((await together(world, 2)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await together(world, 2, theirs)).map(({ status }) => status)).toEqual([200, 503]);
  });

  it("is E92 at GMO-PG: the contract's, or the service's", async () => {
    const shop = createShop();
    await shop.world.acquirer.start();
    const enter = { ...SHOP, OrderID: 'o', JobCd: 'AUTH', Amount: '1' };
    await shop.world.control('PUT', '/injections/c', { kind: 'connections', tenant: 'gateway', max: 0 });
    expect((await shop.call('EntryTran', enter)).pairs.ErrInfo).toBe('E92000001');
    await shop.world.control('PUT', '/injections/c', { kind: 'connections', max: 0 });
    const reply = await shop.call('EntryTran', enter);
    expect([reply.pairs.ErrInfo, reply.decidedBy]).toEqual(['E92000002', 'acquirer-connections']);
  });
});

describe('a blocked address', () => {
  it('gets 403 from the front, and nobody else does', async () => {
    const world = await started();
    await world.control('PUT', '/injections/b', { kind: 'blocked', addresses: ['192.0.2.0/24', '2001:db8::1'] });
    const from = (address: string, changes = {}) =>
      world.post(OAUT, newPayment('1Auth', 'ref', changes), { 'x-forwarded-for': `${address}, 10.1.1.1` });
    expect(await from('192.0.2.9')).toMatchObject({ status: 403, decidedBy: 'acquirer-block' });
    expect((await from('2001:db8::1')).status).toBe(403);
    expect((await from('::ffff:192.0.2.9')).status).toBe(403);
    expect((await from('198.51.100.1')).status).toBe(200);
    await world.control('PUT', '/injections/b', { kind: 'blocked', addresses: ['192.0.2.0/24'], tenant: 'other' });
    expect([(await from('192.0.2.9')).status, (await from('192.0.2.9', theirs)).status]).toEqual([200, 403]);
  });

  it('takes its share of background traffic with it', async () => {
    const world = await started({ background: [{ id: 'flood', ratePerSecond: 20, sources: 10 }] });
    await world.control('PUT', '/injections/b', { kind: 'blocked', addresses: ['10.0.0.0/31'] });
    await world.clock.advance(100_000);
    const { arrived, refused } = (await load(world)).tenants.flood;
    expect(arrived).toBeGreaterThan(1_800);
    expect(refused / arrived).toBeCloseTo(0.2, 2);
    await world.acquirer.stop();
  });
});

describe('a recovery', () => {
  const recovery: Recovery = {
    fromWorkers: 0,
    toWorkers: 10,
    overMs: 100_000,
    steps: 5,
    relapses: [{ atMs: 50_000, workers: 1, lastsMs: 20_000 }],
  };

  it('gives workers back in steps, falls back, and goes on', () => {
    const times = [0, 19_999, 20_000, 40_000, 50_000, 69_999, 70_000, 80_000, 100_000, 1e9];
    expect(times.map((atMs) => workersAt(recovery, atMs))).toEqual([0, 0, 2, 4, 1, 1, 6, 8, 10, 10]);
  });

  it('names every time at which it changes, and then none', () => {
    const times: number[] = [];
    for (let atMs: number | null = 0; atMs !== null; atMs = nextChangeMs(recovery, atMs)) times.push(atMs);
    expect(times).toEqual([0, 20_000, 40_000, 50_000, 60_000, 70_000, 80_000, 100_000]);
  });

  it('moves the workers of the acquirer, and keeps them at the end', async () => {
    const world = await started();
    await world.control('PUT', '/injections/r', {
      kind: 'recovery',
      ...recovery,
      steps: 3,
      overMs: 10_000,
      relapses: [],
    });
    const seen: number[] = [];
    for (let second = 0; second <= 12; second += 1) {
      seen.push((await load(world)).workers);
      await world.clock.advance(1_000);
    }
    expect(seen).toEqual([0, 0, 0, 0, 3, 3, 3, 7, 7, 7, 10, 10, 10]);
    expect(world.clock.pending()).toBe(0);
    await world.control('DELETE', '/injections/r');
    expect((await load(world)).workers).toBe(10);
  });
});
