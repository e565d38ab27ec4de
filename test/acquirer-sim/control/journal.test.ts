import { describe, expect, it } from 'vitest';
import { createJournal } from '../../../acquirer-sim/journal/journal.ts';
import { maskField, maskText } from '../../../acquirer-sim/journal/mask.ts';
import { createEscottWorld, followUp, newPayment, OAUT } from '../escott/card.ts';
import { CARD, createShop, SHOP } from '../gmo-pg/trade.ts';
import type { World } from '../world.ts';

const journalOf = async (world: World, query = '') => (await world.control('GET', `/journal${query}`)).json;

const entry = (tenant: string, answer = '') => ({
  atMs: 0,
  tookMs: 0,
  tenant,
  operation: '1Auth',
  reference: null,
  decidedBy: 'issuer',
  status: 200,
  way: 'whole',
  method: 'POST',
  path: '/',
  address: null,
  fields: {},
  answer,
});

describe('the journal of requests', () => {
  it('says of each request whose it was, what it asked for, and who decided the answer', async () => {
    const world = createEscottWorld();
    const held = await world.post(OAUT, newPayment('1Auth', 'ref-1'));
    await world.post(OAUT, followUp('1Capture', held));
    const { entries } = await journalOf(world);
    expect(entries).toMatchObject([
      {
        seq: 1,
        tenant: 'gateway',
        operation: '1Auth',
        reference: 'ref-1',
        decidedBy: 'issuer',
        status: 200,
        way: 'whole',
        method: 'POST',
        path: OAUT,
        fields: { OperateId: '1Auth', Amount: '1000' },
      },
      { seq: 2, operation: '1Capture', reference: 'ref-1', decidedBy: 'acquirer' },
    ]);
    expect(entries[0].tookMs).toBeGreaterThan(0);
    expect(entries[0].answer).toContain('ResponseCd=OK');
  });

  it('reads both dialects and every form of a body', async () => {
    const shop = createShop();
    await shop.trade('order-1', 'AUTH');
    await shop.world.post(
      '/payment/SearchTrade.json',
      JSON.stringify({ shopID: SHOP.ShopID, shopPass: SHOP.ShopPass, orderID: 'order-1' }),
      { 'content-type': 'application/json' },
    );
    const { entries } = await journalOf(shop.world);
    const seen = entries.map((one: Record<string, string>) => [one.tenant, one.operation, one.reference]);
    expect(seen).toEqual([
      ['gateway', 'EntryTran', 'order-1'],
      [null, 'ExecTran', 'order-1'],
      ['gateway', 'SearchTrade', 'order-1'],
    ]);
  });

  it('shows no card number, no password and no security code', async () => {
    const world = createEscottWorld();
    await world.post(OAUT, newPayment('1Auth', 'ref-1', { SecCd: '7391' }));
    const shop = createShop();
    const keys = await shop.enter('order-1', 'AUTH');
    await shop.call('ExecTran', { ...keys, OrderID: 'order-1', ...CARD, SecurityCode: '7391' });
    for (const told of [await journalOf(world), await journalOf(shop.world)]) {
      const text = JSON.stringify(told);
      expect(text).not.toMatch(/4242424242424242|4111111111111111|secret1|abcd1234|7391|"SecCd|SecurityCode/);
    }
    expect((await journalOf(world)).entries[0].fields.CardNo).toBe('424242******4242');
  });

  it.each([
    ['MerchantFree2', '4242424242424242', '424242******4242'],
    ['OrderID', '4242424242424242', '4242424242424242'],
    ['Note', '20170712210000', '20170712210000'],
    ['CardNo', '12', '**'],
    ['CVC', '123', null],
    ['AccessPass', 'x', '***'],
  ])('keeps the field %s=%s as %s', (name, value, kept) => {
    expect(maskField(name, value)).toBe(kept);
  });

  it('masks a body that it cannot take apart', () => {
    expect(maskText('<CardNo>4242424242424242')).toBe('<CardNo>424242******4242');
    expect(maskText('{"CardNo":"4242424242424242","SecurityCode":"123"}')).not.toMatch(/4242424242|123/);
  });

  it.each([
    ['?tenant=other', ['c']],
    ['?operation=1Check', ['b']],
    ['?reference=a', ['a']],
    ['?decidedBy=acquirer', ['d']],
    ['?status=200', ['a', 'b', 'c', 'd']],
    ['?text=4242', ['a', 'b', 'c', 'd']],
    ['?text=K02', []],
    ['?limit=2', ['a', 'b']],
    ['?after=2&limit=1', ['c']],
    ['?fromMs=1499860860000&toMs=1499860860000', ['c']],
  ])('finds by %s', async (query, references) => {
    const world = createEscottWorld();
    await world.post(OAUT, newPayment('1Auth', 'a'));
    await world.post(OAUT, newPayment('1Check', 'b'));
    const theirs = { MerchantId: 'M0002', MerchantPass: 'secret2' };
    await world.post(OAUT, newPayment('1Auth', 'c', theirs));
    await world.post(OAUT, newPayment('1Auth', 'd', { Amount: 'much' }));
    const { entries } = await journalOf(world, query);
    expect(entries.map(({ reference }: { reference: string }) => reference)).toEqual(references);
  });

  it('forgets the oldest of whoever has most, and says how many', () => {
    const journal = createJournal({ entriesMax: 10, bytesMax: 1_000_000 });
    journal.note(entry('quiet'));
    for (let count = 0; count < 50; count += 1) journal.note(entry('flood'));
    expect(journal.size.entries).toBe(10);
    expect(journal.entries('quiet')).toHaveLength(1);
    expect([journal.forgotten('quiet'), journal.forgotten('flood')]).toEqual([0, 41]);
    expect(journal.entries().map(({ seq }) => seq)).toEqual([1, ...Array.from({ length: 9 }, (_, n) => 43 + n)]);
  });

  it('stays within its bytes, whatever is sent', () => {
    const journal = createJournal({ entriesMax: 1_000_000, bytesMax: 100_000 });
    for (let count = 0; count < 2_000; count += 1) journal.note(entry(`t${count % 7}`, 'x'.repeat(count % 4_000)));
    expect(journal.size.bytes).toBeLessThanOrEqual(100_000);
    expect(journal.size.entries).toBe(journal.entries().length);
    expect(journal.size.entries).toBeGreaterThan(20);
  });

  it('keeps nothing when it is switched off', async () => {
    const world = createEscottWorld({ journal: { entriesMax: 0 } });
    await world.post(OAUT, newPayment('1Auth', 'a'));
    expect(await journalOf(world)).toEqual({ entries: [], next: null, forgotten: 0 });
    expect((await world.control('POST', '/verify', { count: { atLeast: 0 } })).status).toBe(409);
  });

  it('shows what the caller was left with when a fault stood between', async () => {
    const world = createEscottWorld();
    await world.control('POST', '/faults', { id: 'lost', kind: 'approved-reply-lost', ttlMs: 60_000 });
    await world.post(OAUT, newPayment('1Auth', 'a'));
    const { entries } = await journalOf(world);
    expect(entries).toHaveLength(1);
    expect(entries[0].way).not.toBe('whole');
  });
});

describe('verify', () => {
  const verify = async (world: World, match: object, count: object) =>
    world.control('POST', '/verify', { match, count });

  const setUp = async () => {
    const world = createEscottWorld();
    for (const reference of ['order-1', 'order-2']) await world.post(OAUT, newPayment('1Auth', reference));
    await world.post(OAUT, newPayment('1Check', 'order-3'));
    return world;
  };

  it.each([
    [{ operation: '1Auth' }, { exactly: 2 }, true],
    [{ operation: '1Auth' }, { exactly: 1 }, false],
    [{ reference: 'order-*' }, { atLeast: 3 }, true],
    [{ reference: 'order-*' }, { atMost: 2 }, false],
    [{ reference: '*-2', fields: { Amount: '1*' } }, { exactly: 1 }, true],
    [{ status: 503 }, { exactly: 0 }, true],
    [{ decidedBy: 'issuer' }, { atLeast: 1, atMost: 3 }, true],
    [{}, { exactly: 3 }, true],
  ])('of %j and %j is %s', async (match, count, ok) => {
    const world = await setUp();
    expect((await verify(world, match, count)).json.ok).toBe(ok);
  });

  it('shows the nearest first, with the field that differed', async () => {
    const world = await setUp();
    const { json } = await verify(world, { operation: '1Auth', reference: 'order-3' }, { exactly: 1 });
    expect(json).toMatchObject({ ok: false, matched: 0, looked: 3, forgotten: 0 });
    const misses = json.nearMisses.map((miss: { entry: { reference: string }; differences: { field: string }[] }) => [
      miss.entry.reference,
      miss.differences.map(({ field }) => field),
    ]);
    // One letter of the reference is nearer than another operation: "1Check" shares one sign of "1Auth".
    expect(misses).toEqual([
      ['order-2', ['reference']],
      ['order-1', ['reference']],
      ['order-3', ['operation']],
    ]);
    expect(json.nearMisses[2].differences).toEqual([{ field: 'operation', expected: '1Auth', actual: '1Check' }]);
  });

  it.each([
    [{ count: {} }, 'count'],
    [{ count: { exactly: 1, atLeast: 1 } }, 'count'],
    [{ match: { tennant: 'a' }, count: { exactly: 1 } }, 'match.tennant'],
    [{ match: { status: 9 }, count: { exactly: 1 } }, 'match.status'],
    [{ match: {} }, 'count'],
  ])('refuses %j and names %s', async (body, path) => {
    const { status, json } = await createEscottWorld().control('POST', '/verify', body);
    expect([status, json.error.path]).toEqual([400, path]);
  });
});
