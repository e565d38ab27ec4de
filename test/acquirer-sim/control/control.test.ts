import { describe, expect, it } from 'vitest';
import { createEscottWorld, newPayment, OAUT } from '../escott/card.ts';
import { createWorld, type World } from '../world.ts';

/** Everything a control call could change. */
const state = async (world: World) => {
  const load = (await world.control('GET', '/load')).json;
  const { calls } = (await world.control('GET', '/changes')).json;
  return JSON.stringify([load, calls]);
};

type Line = [method: string, path: string, body: unknown, faultPath: string];

const badCalls: Line[] = [
  ['PUT', '/capacity', 'not json', ''],
  ['PUT', '/capacity', {}, ''],
  ['PUT', '/capacity', { workers: 2, worker: 3 }, 'worker'],
  ['PUT', '/capacity', { workers: 1.5 }, 'workers'],
  ['PUT', '/capacity', { workers: 2, queueMax: -1 }, 'queueMax'],
  ['PUT', '/capacity', { slowdown: 0 }, 'slowdown'],
  ['PUT', '/tenants/flood/traffic', {}, 'ratePerSecond'],
  ['PUT', '/tenants/flood/traffic', { ratePerSecond: '5' }, 'ratePerSecond'],
  ['PUT', '/tenants/flood/traffic', { ratePerSecond: -1 }, 'ratePerSecond'],
  ['PUT', '/tenants/flood/traffic', { ratePerSecond: 1, sources: 0 }, 'sources'],
  ['PUT', '/tenants/-bad-/traffic', { ratePerSecond: 1 }, 'tenant'],
  ['PUT', '/caps/nobody', { ratePerSecond: 1 }, 'tenant'],
  ['PUT', '/caps/gateway', { ratePerSecond: 1e9 }, 'ratePerSecond'],
  ['PUT', '/caps/gateway', [], ''],
  ['DELETE', '/caps/nobody', undefined, 'tenant'],
  ['GET', '/ledger?after=-1', undefined, 'after'],
  ['GET', '/ledger?limit=0', undefined, 'limit'],
  ['GET', '/ledger?limt=5', undefined, 'limt'],
  ['GET', '/transactions?state=lost', undefined, 'state'],
];

describe('the control API', () => {
  it.each(badCalls)(
    'answers 400 to %s %s %j, names "%s" and changes nothing',
    async (method, path, body, faultPath) => {
      const world = createEscottWorld();
      const before = await state(world);
      const { status, json } = await world.control(method, path, body);
      expect(status).toBe(400);
      expect(json).toEqual({ error: { path: faultPath, reason: expect.any(String) } });
      expect(await state(world)).toBe(before);
    },
  );

  it('answers 404 to a call it does not know', async () => {
    const { status, json } = await createEscottWorld().control('GET', '/nothing');
    expect([status, json.error.path]).toEqual([404, '/sim/v1/nothing']);
  });

  it('shows the load', async () => {
    const world = createEscottWorld({ background: [{ id: 'shop', ratePerSecond: 3 }] });
    void world.send(OAUT, newPayment('1Auth', 'ref-1'));
    await world.clock.advance(1);
    expect((await world.control('GET', '/load')).json).toEqual({
      acquirer: 'escott',
      atMs: Date.parse('2017-07-12T21:00:00+09:00') + 1,
      workers: 10,
      busy: 1,
      queued: 0,
      queueMax: 100,
      slowdown: 1,
      caps: {},
      tenants: {
        gateway: { arrived: 1, served: 0, overflowed: 0, capped: 0, refused: 0 },
        other: { arrived: 0, served: 0, overflowed: 0, capped: 0, refused: 0 },
        shop: { arrived: 0, served: 0, overflowed: 0, capped: 0, refused: 0 },
      },
      traffic: { shop: { ratePerSecond: 3, sources: null } },
    });
  });

  it('changes capacity, and notes in the journal that it did', async () => {
    const world = createEscottWorld();
    const { status, json } = await world.control('PUT', '/capacity', { workers: 3, slowdown: 2 });
    expect([status, json]).toEqual([200, expect.objectContaining({ workers: 3, queueMax: 100, slowdown: 2 })]);
    expect((await world.control('GET', '/load')).json).toMatchObject({ workers: 3, slowdown: 2 });
    expect((await world.control('GET', '/changes')).json.calls).toMatchObject([
      { method: 'PUT', path: '/sim/v1/capacity', body: { workers: 3, slowdown: 2 } },
    ]);
  });

  it('makes a flood of a tenant nobody knew, and ends it', async () => {
    const world = createEscottWorld({ capacity: { workers: 5, queueMax: 20 } });
    await world.acquirer.start();
    await world.control('PUT', '/tenants/flood/traffic', { ratePerSecond: 100, sources: 5_000 });
    await world.clock.advance(20_000);
    const flooded = (await world.control('GET', '/load')).json;
    expect(flooded.traffic.flood).toEqual({ ratePerSecond: 100, sources: 5_000 });
    expect(flooded.queued).toBeGreaterThan(15);
    expect(flooded.tenants.flood.overflowed).toBeGreaterThan(1_000);
    await world.control('PUT', '/tenants/flood/traffic', { ratePerSecond: 0 });
    await world.clock.advance(20_000);
    expect((await world.control('GET', '/load')).json).toMatchObject({ busy: 0, queued: 0 });
    await world.acquirer.stop();
    expect(world.clock.pending()).toBe(0);
  });

  it('caps background traffic like any other tenant', async () => {
    const world = createEscottWorld({ background: [{ id: 'shop', ratePerSecond: 20 }] });
    await world.acquirer.start();
    await world.control('PUT', '/caps/shop', { ratePerSecond: 2 });
    await world.clock.advance(100_000);
    const { arrived, capped } = (await world.control('GET', '/load')).json.tenants.shop;
    expect(arrived - capped).toBeGreaterThan(190);
    expect(arrived - capped).toBeLessThan(205);
    await world.acquirer.stop();
  });

  it('pages through the ledger and the transactions', async () => {
    const world = createEscottWorld();
    for (const reference of ['a', 'b', 'c']) await world.post(OAUT, newPayment('1Auth', reference));
    const page = async (path: string) => {
      const { json } = await world.control('GET', path);
      return [json.rows.map((row: { reference: string }) => row.reference), json.next];
    };
    expect(await page('/ledger?limit=2')).toEqual([['a', 'b'], 2]);
    expect(await page('/ledger?after=2&limit=2')).toEqual([['c'], null]);
    expect(await page('/ledger?after=3')).toEqual([[], null]);
    expect(await page('/transactions?limit=2')).toEqual([['a', 'b'], 2]);
    expect(await page('/transactions?after=2')).toEqual([['c'], null]);
    expect(await page('/transactions?reference=b')).toEqual([['b'], null]);
    expect(await page('/transactions?state=captured')).toEqual([[], null]);
    expect(await page('/transactions?tenant=other')).toEqual([[], null]);
  });

  it('wants the token when one is configured', async () => {
    const world = createEscottWorld({ controlToken: 'let-me-in' });
    expect((await world.control('GET', '/load')).status).toBe(401);
    const headers = { authorization: 'Bearer let-me-in' };
    expect((await world.acquirer.app.request('/sim/v1/load', { headers })).status).toBe(200);
  });

  it('answers on an acquirer of either dialect', async () => {
    const world = createWorld({ id: 'gmo', dialect: 'gmo-pg', capacity: { workers: 1, queueMax: 1 } });
    expect((await world.control('GET', '/load')).json).toMatchObject({ acquirer: 'gmo', tenants: {} });
  });
});
