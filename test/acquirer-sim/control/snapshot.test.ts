import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEscottWorld, followUp, listing, newPayment, OAUT, OCRP, OLST, without } from '../escott/card.ts';
import { CARD, createShop, SHOP, SITE } from '../gmo-pg/trade.ts';
import type { Json, Reply, World } from '../world.ts';

const SEED = 20170712;

const take = async (world: World) => (await world.control('GET', '/snapshot')).json;
const restore = async (world: World, snapshot: Json) => world.control('PUT', '/snapshot', snapshot);

const injections = [
  { id: 'slow', kind: 'capacity', workers: 2, afterMs: 40_000, ttlMs: 90_000 },
  { id: 'back', kind: 'recovery', fromWorkers: 1, toWorkers: 6, overMs: 80_000, afterMs: 100_000, ttlMs: 300_000 },
  { id: 'capped', kind: 'cap', tenant: 'shop', ratePerSecond: 4, afterMs: 20_000, ttlMs: 200_000 },
];

const operators = [
  {
    tenant: 'shop',
    watchWindowMs: 10_000,
    thresholdPerSecond: 6,
    decideAfterMs: 5_000,
    reactAfterMs: 20_000,
    capPerSecond: 2,
    liftBelowPerSecond: 4,
    liftAfterMs: 10_000,
    noticeAfterMs: 5_000,
  },
];

/** A step of a life: either dialect knows what to make of it. */
interface Step {
  readonly what: 'pay' | 'capture' | 'list' | 'wait' | 'flood' | 'fault' | 'card' | 'token';
  readonly nth: number;
}

const steps = (max: number) =>
  fc.array(
    fc.record<Step>({
      what: fc.constantFrom('pay', 'capture', 'list', 'wait', 'flood', 'fault', 'card', 'token'),
      nth: fc.integer({ min: 0, max: 5 }),
    }),
    { minLength: 2, maxLength: max },
  );

/** Everything that somebody could see of a reply. */
const seen = ({ status, text, decidedBy }: Reply) => [status, decidedBy, text];

const common = async (world: World, { what, nth }: Step): Promise<unknown> => {
  if (what === 'wait') return world.clock.advance(nth * 7_003 + 1);
  if (what === 'flood') {
    return (await world.control('PUT', '/tenants/shop/traffic', { ratePerSecond: 3 * nth, sources: 7 })).json.tenant;
  }
  if (what !== 'fault') return null;
  const rule = { kind: 'approved-reply-lost', share: 0.5, select: { references: [`r${nth}`] }, ttlMs: 60_000 };
  const { json } = await world.control('POST', '/faults', rule);
  return [json.id, json.kind];
};

const escottLife = () => {
  const world = createEscottWorld({ background: [{ id: 'shop', ratePerSecond: 5 }], injections, operators });
  return {
    world,
    async live(step: Step, known: Map<number, Reply>): Promise<unknown> {
      const { what, nth } = step;
      if (what === 'pay') {
        const reply = await world.post(OAUT, newPayment('1Auth', `r${nth}`, { Amount: String(1_000 + nth) }));
        known.set(nth, reply);
        return seen(reply);
      }
      const paid = known.get(nth);
      if (what === 'capture') return paid && seen(await world.post(OAUT, followUp('1Capture', paid)));
      if (what === 'list') return seen(await world.post(OLST, listing()));
      if (what === 'card') {
        const member = { KaiinId: `member${nth}`, KaiinPass: 'pass00000001' };
        const asked = without(newPayment('4MemAdd', `r${nth}`, member), 'PayType', 'Amount');
        const { CardNo: _, CardExp: __, ...paying } = newPayment('1Auth', `r${nth}`, member);
        return [seen(await world.post(OCRP, asked)), seen(await world.post(OAUT, paying))];
      }
      return common(world, step);
    },
  };
};

const gmoLife = () => {
  const { world, call } = createShop({ background: [{ id: 'shop', ratePerSecond: 5 }], injections, operators });
  return {
    world,
    async live(step: Step, known: Map<number, Reply>): Promise<unknown> {
      const { what, nth } = step;
      const orderId = `r${nth}`;
      const keys = () => ({
        AccessID: known.get(nth)?.pairs.AccessID ?? '',
        AccessPass: known.get(nth)?.pairs.AccessPass ?? '',
      });
      switch (what) {
        case 'pay': {
          const entry = await call('EntryTran', { ...SHOP, OrderID: orderId, JobCd: 'AUTH', Amount: '1000' });
          if (entry.pairs.AccessID) known.set(nth, entry);
          return [seen(entry), seen(await call('ExecTran', { ...keys(), OrderID: orderId, ...CARD }))];
        }
        case 'capture':
          return seen(await call('AlterTran', { ...SHOP, ...keys(), JobCd: 'SALES', Amount: '1000' }));
        case 'list':
          return seen(await call('SearchTrade', { ...SHOP, OrderID: orderId }));
        case 'card':
          return [
            seen(await call('SaveMember', { ...SITE, MemberID: `m${nth}` })),
            seen(await call('SaveCard', { ...SITE, MemberID: `m${nth}`, CardNo: CARD.CardNo, Expire: CARD.Expire })),
            seen(await call('SearchCard', { ...SITE, MemberID: `m${nth}`, SeqMode: '0' })),
          ];
        default:
          return common(world, step);
      }
    },
  };
};

const booksOf = async (world: World) => {
  const paths = ['/load', '/ledger', '/transactions', '/operators', '/active'];
  return Promise.all(paths.map(async (path) => (await world.control('GET', path)).json));
};

describe.each([
  ['e-SCOTT', escottLife],
  ['GMO-PG', gmoLife],
])(`a snapshot of an acquirer that speaks %s (seed ${SEED})`, (_, create) => {
  it('goes on, once restored, exactly as the acquirer it was taken of', { timeout: 120_000 }, async () => {
    let restored = 0;
    await fc.assert(
      fc.asyncProperty(steps(8), steps(8), async (before, after) => {
        const original = create();
        const known = new Map<number, Reply>();
        await original.world.acquirer.start();
        for (const step of before) await original.live(step, known);
        const snapshot = await take(original.world);
        expect(snapshot.leftOut).toBe(0);

        // Another instance that lived another life first: nothing of it may be left.
        const copy = create();
        await copy.world.acquirer.start();
        for (const step of after.slice(0, 2)) await copy.live(step, new Map());
        const behindMs = original.world.clock.monotonicMs() - copy.world.clock.monotonicMs();
        if (behindMs < 0) return;
        await copy.world.clock.advance(behindMs);
        expect(await restore(copy.world, snapshot)).toMatchObject({ status: 200, json: { restored: true } });
        expect((await take(copy.world)).state).toEqual(snapshot.state);

        const theirs = new Map(known);
        for (const step of after) {
          const answers = await Promise.all([original.live(step, known), copy.live(step, theirs)]);
          expect(answers[1]).toEqual(answers[0]);
        }
        expect(await booksOf(copy.world)).toEqual(await booksOf(original.world));
        restored += 1;
        for (const { world } of [original, copy]) await world.acquirer.stop();
      }),
      { seed: SEED, numRuns: 40 },
    );
    expect(restored).toBeGreaterThan(20);
  });
});

describe('a snapshot', () => {
  const paid = async () => {
    const world = createEscottWorld();
    await world.post(OAUT, newPayment('1Auth', 'a'));
    return world;
  };

  it.each<[string, number, (snapshot: Json) => Json]>([
    ['digest', 400, (snapshot) => ({ ...snapshot, state: { ...snapshot.state, ledger: { rows: [] } } })],
    ['version', 409, (snapshot) => ({ ...snapshot, version: 0 })],
    ['acquirer', 409, (snapshot) => ({ ...snapshot, acquirer: 'another' })],
    ['dialect', 409, (snapshot) => ({ ...snapshot, dialect: 'gmo-pg' })],
    ['format', 400, (snapshot) => ({ ...snapshot, format: 'zip' })],
    ['state', 400, ({ state: _, ...snapshot }) => snapshot],
  ])('that is wrong in its %s is refused with %i, and changes nothing', async (path, status, spoil) => {
    const world = await paid();
    const snapshot = await take(world);
    await world.post(OAUT, newPayment('1Auth', 'b'));
    const before = await booksOf(world);
    const refused = await restore(world, spoil(snapshot));
    expect([refused.status, refused.json.error.path]).toEqual([status, path]);
    expect(await booksOf(world)).toEqual(before);
  });

  it('leaves out what is under way, and says how much', async () => {
    const world = createEscottWorld();
    const waiting = world.send(OAUT, newPayment('1Auth', 'a'));
    await world.clock.advance(1);
    const snapshot = await take(world);
    expect(snapshot.leftOut).toBe(1);
    await world.clock.advance(60_000);
    expect((await waiting).pairs.ResponseCd).toBe('OK');
    await restore(world, snapshot);
    expect((await world.control('GET', '/ledger')).json.rows).toEqual([]);
  });

  it('restored before the start goes on from it, with its own rules and injections', async () => {
    const settings = {
      background: [{ id: 'shop', ratePerSecond: 5 }],
      injections: [{ id: 'few', kind: 'capacity', workers: 1, ttlMs: 60_000 }],
      faults: [{ kind: 'approved-reply-lost', share: 0.5 }],
    };
    const [world, copy] = [createEscottWorld(settings), createEscottWorld(settings)];
    await world.acquirer.start();
    await world.clock.advance(20_000);
    const snapshot = await take(world);
    await copy.clock.advance(20_000);
    expect((await restore(copy, snapshot)).status).toBe(200);
    await copy.acquirer.start();
    for (const one of [world, copy]) await one.clock.advance(30_000);
    expect(await booksOf(copy)).toEqual(await booksOf(world));
    expect((await copy.control('GET', '/faults')).json.rules).toHaveLength(1);
    for (const one of [world, copy]) await one.clock.advance(60_000);
    expect((await copy.control('GET', '/load')).json).toEqual((await world.control('GET', '/load')).json);
  });

  it('restored over a request takes it back: the simulator answers, and nothing is booked', async () => {
    const world = createEscottWorld();
    const snapshot = await take(world);
    const waiting = world.acquirer.app.request(OAUT, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(newPayment('1Auth', 'a')).toString(),
    });
    await world.clock.advance(1);
    await restore(world, snapshot);
    const reply = await waiting;
    expect([reply.status, reply.headers.get('breakwater-simulator')]).toEqual([503, 'taken-back']);
    expect(reply.headers.get('breakwater-decided-by')).toBeNull();
    await world.clock.advance(60_000);
    expect((await world.control('GET', '/ledger')).json.rows).toEqual([]);
  });
});

describe('a reset', () => {
  it('of one tenant leaves the others as they were', async () => {
    const world = createEscottWorld({ background: [{ id: 'shop', ratePerSecond: 0 }] });
    await world.acquirer.start();
    const theirs = { MerchantId: 'M0002', MerchantPass: 'secret2' };
    const mine = await world.post(OAUT, newPayment('1Auth', 'a'));
    const { TenantId: _, ...paid } = newPayment('1Auth', 'b', theirs);
    const held = await world.post(OAUT, paid);
    await world.control('PUT', '/caps/gateway', { ratePerSecond: 1 });
    await world.control('PUT', '/caps/other', { ratePerSecond: 2 });
    await world.control('PUT', '/injections/m', { kind: 'maintenance', tenant: 'gateway' });
    expect((await world.control('POST', '/reset', { tenant: 'gateway' })).json).toEqual({ reset: 'gateway' });

    const { json: load } = await world.control('GET', '/load');
    expect([load.caps, load.tenants.gateway.arrived, load.tenants.other.arrived]).toEqual([{ other: 2 }, 0, 1]);
    const { rows } = (await world.control('GET', '/ledger')).json;
    expect(rows.map(({ reference, seq }: Json) => [reference, seq])).toEqual([['b', 2]]);
    const journal = (await world.control('GET', '/journal')).json;
    expect(journal.entries.map(({ tenant }: Json) => tenant)).toEqual(['other']);
    expect((await world.post(OAUT, followUp('1Capture', mine))).pairs.ResponseCd).toBe('K12');
    expect((await world.post(OAUT, followUp('1Capture', held, theirs))).pairs.ResponseCd).toBe('OK');
    expect((await world.control('GET', '/ledger?after=2')).json.rows).toMatchObject([{ seq: 3, reference: 'b' }]);
  });

  it('of everything goes back to the configuration', async () => {
    const world = createEscottWorld({
      background: [{ id: 'shop', ratePerSecond: 2 }],
      injections: [{ id: 'few', kind: 'connections', max: 50 }],
      faults: [{ id: 'rule', kind: 'reset', select: { references: ['nobody'] } }],
    });
    await world.acquirer.start();
    await world.control('PUT', '/capacity', { workers: 1 });
    await world.control('PUT', '/tenants/shop/traffic', { ratePerSecond: 9 });
    await world.control('DELETE', '/injections/few');
    await world.control('POST', '/faults', { kind: 'reset', ttlMs: 1_000 });
    await world.post(OAUT, newPayment('1Auth', 'a'));
    await world.control('POST', '/reset', {});
    expect((await world.control('GET', '/load')).json).toMatchObject({
      workers: 10,
      busy: 0,
      traffic: { shop: { ratePerSecond: 2 } },
    });
    expect((await world.control('GET', '/active')).json.active.map(({ id }: Json) => id)).toEqual(['few', 'rule']);
    expect((await world.control('GET', '/ledger')).json.rows).toEqual([]);
    const reply = await world.post(OAUT, newPayment('1Auth', 'a'));
    expect((await world.control('GET', '/ledger')).json.rows).toMatchObject([
      { seq: 1, transactionId: reply.pairs.TransactionId },
    ]);
    await world.acquirer.stop();
  });

  it('of a tenant that nobody knows is refused', async () => {
    const { status, json } = await createEscottWorld().control('POST', '/reset', { tenant: 'nobody' });
    expect([status, json.error.path]).toEqual([404, 'tenant']);
  });
});
