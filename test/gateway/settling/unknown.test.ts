/**
 * Payments whose outcome nobody knows: what the shop is told, what is asked, and what becomes of
 * them. At both dialects, with the acquirer having done what it was asked or not.
 */
import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../scenarios/play/load-policy.ts';
import { type Hand, loseReply, on, silence } from '../acquirers.ts';
import { balancesOf, disagreements, transactionsOf } from '../books.ts';
import { openShop, type Shop, type World, type WorldOptions } from '../world.ts';

const minuteMs = 60_000;

const dialects = [
  { acquirer: 'escott', pays: '1Auth', other: 'gmo', first: ['escott', 'gmo'], asks: '9List' },
  { acquirer: 'gmo', pays: 'ExecTran', other: 'escott', first: ['gmo', 'escott'], asks: 'SearchTrade' },
] as const;
type Dialect = (typeof dialects)[number];

type Opened = World & { readonly shop: Shop };

const open = (dialect: Dialect, settling: object = {}, more: WorldOptions = {}): Promise<Opened> =>
  openShop({
    ...more,
    adjust: (policy) => ({
      ...policy,
      routing: { ...policy.routing, order: [...dialect.first] },
      settling: { ...policy.settling, ...settling },
    }),
  });

/** Before payments only: cards are checked by the same calls at GMO-PG. */
const beforePayments =
  ({ pays }: Dialect, hand: Hand): Hand =>
  (call, carryOut) =>
    call.operation === pays && call.fields.SecurityCode === undefined ? hand(call, carryOut) : carryOut();

/** Creates a charge into `hand` and takes the hand away afterwards. */
const payInto = async (world: Opened, dialect: Dialect, hand: Hand, form: object = {}, key?: string) => {
  const staged = world.acquirers[dialect.acquirer];
  return world.play(async () => {
    const card = await world.shop.token();
    staged.hand = beforePayments(dialect, hand);
    const told = await world.shop.post(
      '/v1/charges',
      { amount: 1000, currency: 'jpy', card, ...form },
      key === undefined ? {} : { key },
    );
    staged.hand = null;
    return told;
  });
};

/** What the acquirer says after it did, or did not do, what was asked. */
const words: Record<string, (text: string) => Promise<Response> | Response> = {
  'says nothing until the time is up': () => silence(),
  'answers a page of HTML': () => new Response('<html><body>error</body></html>', { status: 200 }),
  'answers a busy page': () => new Response('<html>busy</html>', { status: 503 }),
  'answers nothing': () => new Response('', { status: 200 }),
  'answers half': (text) => new Response(text.slice(0, 20), { status: 200 }),
  'answers for another order': (text) =>
    new Response(text.replace(/(OrderID|MerchantFree1)=[0-9a-f]{8}/, '$1=deadbeef'), { status: 200 }),
  'answers that it does not know either': (text) =>
    new Response(
      text.includes('ACS=') ? 'ErrCode=E91&ErrInfo=E91020001' : text.replace('ResponseCd=OK', 'ResponseCd=K98'),
      {
        status: 200,
      },
    ),
};

describe.each(dialects)('a payment at $acquirer of which nobody knows', (dialect) => {
  const { acquirer, other } = dialect;

  it.each(Object.keys(words))('is told as unknown when the acquirer pays and %s, and is given back', async (word) => {
    const world = await open(dialect);
    const told = await payInto(world, dialect, async (_call, carryOut) => {
      const reply = await carryOut();
      return words[word]?.(await reply.text()) ?? reply;
    });
    expect(told).toMatchObject({ status: 500, decidedBy: 'upstream-lost', outcome: 'unknown', acquirer });
    expect(told.json.error).toMatchObject({ type: 'server_error', code: 'pg_wrong', status: 500 });
    const path = `/v1/charges/${told.json.error.charge}`;
    const read = await world.play(() => world.shop.get(path));
    expect(read.json).toMatchObject({ paid: false, captured: false, outcome: 'unknown', failure_code: null });
    expect(balancesOf(world)).toEqual({ 'suspense:shop-1': 1000, commitments: -1000 });
    expect(world.log).toContainEqual(
      expect.objectContaining({
        event: 'charge.unknown',
        charge: told.json.error.charge,
        acquirer,
        merchant: 'shop-1',
      }),
    );

    await world.pass(5 * minuteMs);
    const settled = await world.play(() => world.shop.get(path));
    expect(settled.json).toMatchObject({ paid: false, captured: false, failure_code: 'pg_wrong' });
    expect(settled.json).not.toHaveProperty('outcome');
    expect(settled.json).not.toHaveProperty('pending_operation');
    expect(
      (await transactionsOf(world)).map(({ state, capturedYen, refundedYen }) => [state, capturedYen - refundedYen]),
    ).toEqual([[acquirer === 'gmo' ? 'refunded' : 'voided', 0]]);
    expect(world.acquirers[other].calls).toEqual([]);
    expect(world.rows('select type from events order by created_ms')).toEqual([{ type: 'charge.failed' }]);
    expect(world.log).toContainEqual(
      expect.objectContaining({ event: 'unknown.settled', as: 'approved, to be voided' }),
    );
    expect(await disagreements(world)).toEqual([]);
  });

  it.each(Object.keys(words))('is told as unknown when the acquirer does nothing and %s, and fails', async (word) => {
    const world = await open(dialect);
    const told = await payInto(world, dialect, ({ fields }) => {
      const approval =
        dialect.acquirer === 'gmo'
          ? `ACS=0&OrderID=${fields.OrderID}`
          : `MerchantFree1=${fields.MerchantFree1}&ResponseCd=OK`;
      return words[word]?.(approval) ?? silence();
    });
    expect(told).toMatchObject({ status: 500, outcome: 'unknown' });
    await world.pass(5 * minuteMs);
    const settled = await world.play(() => world.shop.get(`/v1/charges/${told.json.error.charge}`));
    expect(settled.json).toMatchObject({
      paid: false,
      failure_code: 'pg_wrong',
      failure_message: 'settled: not_found',
    });
    expect(world.acquirers[other].calls).toEqual([]);
    expect(await disagreements(world)).toEqual([]);
  });

  it('is believed not to exist only after two answers two minutes apart', async () => {
    const world = await open(dialect);
    const told = await payInto(world, dialect, silence);
    const toldMs = world.stage.nowMs();
    const [staged] = [world.acquirers[acquirer]];
    const askedBefore = staged.calls.length;
    let settledMs = 0;
    world.stage.onLog(({ fields, atMs }) => {
      if (fields.event === 'unknown.settled') settledMs = atMs;
    });
    await world.pass(5 * minuteMs);
    const asked = staged.calls
      .slice(askedBefore)
      .map(({ operation, atMs }) => [operation, Math.round((atMs - toldMs) / 1000)]);
    // After one second; then not before the second answer can count.
    expect(asked).toEqual([
      [dialect.asks, 1],
      [dialect.asks, 121],
    ]);
    expect(settledMs - toldMs).toBeGreaterThanOrEqual(120_000);
    expect(told.status).toBe(500);
    expect(await disagreements(world)).toEqual([]);
  });

  it('is given back when the acquirer carries it out after it was believed lost, and its merchant hears of one failure', async () => {
    const world = await open(dialect);
    // Stuck workers: it is carried out three minutes after it was asked for.
    const told = await payInto(world, dialect, async (_call, carryOut) => {
      await world.stage.clock.sleep(3 * minuteMs);
      return carryOut();
    });
    expect(told).toMatchObject({ status: 500, outcome: 'unknown' });
    const path = `/v1/charges/${told.json.error.charge}`;
    await world.pass(2.5 * minuteMs);
    expect((await world.play(() => world.shop.get(path))).json).toMatchObject({
      failure_message: 'settled: not_found',
    });
    expect(await transactionsOf(world)).toEqual([]);
    await world.pass(5 * minuteMs);
    const settled = await world.play(() => world.shop.get(path));
    expect(settled.json).toMatchObject({ paid: false, failure_message: 'settled: not_found' });
    expect(settled.json).not.toHaveProperty('pending_operation');
    expect((await transactionsOf(world)).map(({ state }) => state)).toEqual([
      acquirer === 'gmo' ? 'refunded' : 'voided',
    ]);
    expect(world.rows('select type from events order by created_ms')).toEqual([{ type: 'charge.failed' }]);
    expect(world.log).toContainEqual(expect.objectContaining({ event: 'late.approval', acquirer }));
    expect(world.rows('select state from attempts order by reference')).toEqual([
      { state: 'approved' },
      { state: 'approved' },
    ]);
    expect(await disagreements(world)).toEqual([]);
  });

  it('that never comes is looked for at the times of the policy and then left to the daily reconciliation', async () => {
    const world = await open(dialect);
    await payInto(world, dialect, silence);
    await world.pass(10 * minuteMs);
    expect(world.rows('select state from attempts')).toEqual([{ state: 'absent' }]);
    await world.pass(60 * minuteMs);
    expect(world.rows('select state, due_ms from attempts')).toEqual([{ state: 'not_sent', due_ms: null }]);
    expect(await disagreements(world)).toEqual([]);
  });

  it('is not looked for again among more than five hundred: they would stand before what is unknown', async () => {
    const unprotected = loadPolicy('as-it-was');
    if (!unprotected.ok) throw new Error(JSON.stringify(unprotected.faults));
    const { policy } = unprotected;
    const world = await openShop({
      adjust: () => ({ ...policy, routing: { ...policy.routing, order: [...dialect.first] } }),
    });
    const staged = world.acquirers[acquirer];
    await world.play(async () => {
      const tokens: string[] = [];
      for (let nth = 0; nth < 520; nth += 1) {
        tokens.push(await world.shop.token());
        await world.stage.clock.sleep(200);
      }
      staged.hand = beforePayments(dialect, silence);
      const told: Promise<unknown>[] = [];
      for (const card of tokens) {
        told.push(world.shop.post('/v1/charges', { amount: 1000, currency: 'jpy', card }));
        await world.stage.clock.sleep(100);
      }
      await Promise.all(told);
      staged.hand = null;
    });
    const before = Number(world.rows("select count(*) as n from attempts where state = 'unknown'")[0]?.n);
    await world.pass(15 * minuteMs);
    const countOf = (state: string) =>
      Number(world.rows(`select count(*) as n from attempts where state = '${state}'`)[0]?.n);
    expect(before).toBeGreaterThan(500);
    expect([countOf('absent') > 0, countOf('absent') <= 500, countOf('absent') + countOf('not_sent')]).toEqual([
      true,
      true,
      before,
    ]);
  });

  it('that was declined without our hearing it fails', async () => {
    const world = await open(dialect);
    const told = await world.play(async () => {
      const card = await world.shop.token('4000000000080319');
      world.acquirers[acquirer].hand = beforePayments(dialect, loseReply);
      return world.shop.post('/v1/charges', { amount: 1000, currency: 'jpy', card });
    });
    expect(told).toMatchObject({ status: 500, outcome: 'unknown' });
    await world.pass(5 * minuteMs);
    expect(world.rows('select state from charges')).toEqual([{ state: 'failed' }]);
    expect(await disagreements(world)).toEqual([]);
  });

  it('cannot be captured, refunded or paid again meanwhile', async () => {
    const world = await open(dialect);
    const told = await payInto(world, dialect, loseReply, { capture: false });
    const path = `/v1/charges/${told.json.error.charge}`;
    const calls = world.calls().length;
    const again = await world.play(async () => [
      await world.shop.post(`${path}/capture`),
      await world.shop.post(`${path}/refund`),
    ]);
    for (const answer of again) {
      expect(answer).toMatchObject({ status: 500, outcome: 'unknown', decidedBy: 'upstream-lost' });
      expect(answer.json.error).toMatchObject({ code: 'pg_wrong', charge: told.json.error.charge });
    }
    expect(world.calls()).toHaveLength(calls);
  });

  it('is adopted when its key is waiting and the policy says so, and the key is told of it', async () => {
    const world = await open(dialect, { unknownApproved: 'adopt' });
    const form = { amount: 1000, currency: 'jpy' };
    const [card, unknown, waiting] = await world.play(async () => {
      const token = await world.shop.token();
      world.acquirers[acquirer].hand = beforePayments(dialect, loseReply);
      const first = await world.shop.post('/v1/charges', { ...form, card: token }, { key: 'k' });
      world.acquirers[acquirer].hand = null;
      return [token, first, await world.shop.post('/v1/charges', { ...form, card: token }, { key: 'k' })] as const;
    });
    expect(unknown).toMatchObject({ status: 500, outcome: 'unknown' });
    expect(waiting).toMatchObject({ status: 500, outcome: 'unknown', acquirer });
    expect(waiting.json.error.charge).toBe(unknown.json.error.charge);
    await world.pass(5 * minuteMs);
    const [told, again] = await world.play(async () => [
      await world.shop.post('/v1/charges', { ...form, card }, { key: 'k' }),
      await world.shop.post('/v1/charges', { ...form, card }, { key: 'k' }),
    ]);
    expect(told).toMatchObject({ status: 200, acquirer, outcome: null });
    expect(told?.json).toMatchObject({ id: unknown.json.error.charge, paid: true, captured: true, amount: 1000 });
    expect(again?.text).toBe(told?.text);
    expect((await transactionsOf(world)).map(({ state }) => state)).toEqual(['captured']);
    expect(await disagreements(world)).toEqual([]);
  });

  it('is adopted as a hold when only a hold was asked for', async () => {
    const world = await open(dialect, { unknownApproved: 'adopt' });
    const told = await world.play(async () => {
      const form = { amount: 1000, currency: 'jpy', card: await world.shop.token(), capture: false };
      world.acquirers[acquirer].hand = beforePayments(dialect, loseReply);
      for (let tries = 0; ; tries += 1) {
        const answer = await world.shop.post('/v1/charges', form, { key: 'k' });
        world.acquirers[acquirer].hand = null;
        if (answer.status === 200 || tries > 1000) return answer;
        // Sooner than the first inquiry: who comes back later finds it given back.
        await world.stage.clock.sleep(300);
      }
    });
    expect(told.json).toMatchObject({ paid: true, captured: false });
    expect(await disagreements(world)).toEqual([]);
  });

  it('is given back when the policy adopts but nobody waits', async () => {
    const world = await open(dialect, { unknownApproved: 'adopt' });
    await payInto(world, dialect, loseReply, {}, 'k');
    await world.pass(5 * minuteMs);
    expect(world.rows('select state from charges')).toEqual([{ state: 'failed' }]);
    expect(await disagreements(world)).toEqual([]);
  });

  it('is given back although somebody waits when the policy voids, and the key is told of the failure', async () => {
    const world = await open(dialect);
    const told = await world.play(async () => {
      const form = { amount: 1000, currency: 'jpy', card: await world.shop.token() };
      world.acquirers[acquirer].hand = beforePayments(dialect, loseReply);
      for (let tries = 0; ; tries += 1) {
        const answer = await world.shop.post('/v1/charges', form, { key: 'k' });
        world.acquirers[acquirer].hand = null;
        if (answer.outcome !== 'unknown' || tries > 100) return answer;
        await world.stage.clock.sleep(5_000);
      }
    });
    expect(told).toMatchObject({ status: 500, outcome: null });
    expect(told.json.error).toMatchObject({ code: 'pg_wrong' });
    expect(await disagreements(world)).toEqual([]);
  });

  it('is found soon after an outage of its acquirer ends', async () => {
    const world = await open(dialect);
    const told = await payInto(world, dialect, loseReply);
    world.link(acquirer).add({ type: 'down' });
    await world.pass(40 * minuteMs);
    expect(world.rows('select state from charges')).toEqual([{ state: 'unknown' }]);
    world.link(acquirer).heal();
    await world.pass(2 * minuteMs);
    expect(world.rows('select state from charges')).toEqual([{ state: 'failed' }]);
    expect(told.status).toBe(500);
    expect(await disagreements(world)).toEqual([]);
  });

  it.each([-30_000, 30_000])('is found by a gateway whose clock is %i ms off', async (skewMs) => {
    const world = await open(dialect, {}, { skewMs });
    await payInto(world, dialect, loseReply);
    await world.pass(10 * minuteMs);
    expect(world.log).toContainEqual(
      expect.objectContaining({ event: 'unknown.settled', as: 'approved, to be voided' }),
    );
    expect(await disagreements(world)).toEqual([]);
  });

  it('costs one question at a time while the acquirer does not answer, however many there are', async () => {
    const world = await open(dialect);
    const staged = world.acquirers[acquirer];
    await world.play(async () => {
      const cards = [];
      for (let count = 0; count < 4; count += 1) cards.push(await world.shop.token());
      staged.hand = beforePayments(dialect, loseReply);
      await Promise.all(cards.map((card) => world.shop.post('/v1/charges', { amount: 1000, currency: 'jpy', card })));
    });
    staged.hand = on(dialect.asks, silence);
    const before = staged.calls.length;
    await world.pass(2 * minuteMs);
    const asked = staged.calls.slice(before).filter(({ operation }) => operation === dialect.asks);
    expect(asked.length).toBeGreaterThan(1);
    expect(asked.length).toBeLessThan(8);
    staged.hand = null;
    await world.pass(5 * minuteMs);
    expect(await disagreements(world)).toEqual([]);
  });
});

describe('the capture of a payment at e-SCOTT', () => {
  const lost = async (hand: Hand) => {
    const world = await openShop();
    const told = await world.play(async () => {
      const card = await world.shop.token();
      world.acquirers.escott.hand = on('1Capture', hand);
      const answer = await world.shop.post('/v1/charges', { amount: 1000, currency: 'jpy', card }, { key: 'k' });
      world.acquirers.escott.hand = null;
      return answer;
    });
    return { ...world, told };
  };

  it.each<[string, Hand]>([
    ['was carried out and lost', loseReply],
    ['was never carried out', silence],
  ])('is deferred when it %s after a certain authorisation, and completed once', async (_, hand) => {
    const { told, shop, ...world } = await lost(hand);
    expect(told).toMatchObject({ status: 200, outcome: 'deferred', acquirer: 'escott' });
    expect(told.json).toMatchObject({
      paid: true,
      captured: false,
      pending_operation: { type: 'capture', amount: 1000 },
    });
    await world.pass(2 * minuteMs);
    const read = await world.play(() => shop.get(`/v1/charges/${told.json.id}`));
    expect(read.json).toMatchObject({ paid: true, captured: true });
    expect(read.json).not.toHaveProperty('pending_operation');
    expect(world.log.map(({ event }) => event)).toEqual(['deferred.accepted', 'deferred.completed']);
    expect(await disagreements(world)).toEqual([]);
  });

  it('that was refused for good leaves the hold, and says so', async () => {
    const { told, ...world } = await lost(
      async ({ fields }) => new Response(`MerchantFree1=${fields.MerchantFree1}&ResponseCd=K14`, { status: 200 }),
    );
    expect(told).toMatchObject({ status: 200, outcome: null });
    expect(told.json).toMatchObject({ paid: true, captured: false });
    expect(told.json).not.toHaveProperty('pending_operation');
    expect(world.rows('select type from events')).toEqual([{ type: 'charge.succeeded' }]);
    expect(await disagreements(world)).toEqual([]);
  });

  it('that was refused for good when it was sent again leaves the hold, and an event says so', async () => {
    const { told, ...world } = await lost(silence);
    expect(told).toMatchObject({ status: 200, outcome: 'deferred' });
    world.acquirers.escott.hand = on(
      '1Capture',
      ({ fields }) => new Response(`MerchantFree1=${fields.MerchantFree1}&ResponseCd=K14`, { status: 200 }),
    );
    await world.pass(5 * minuteMs);
    const read = await world.play(() => world.shop.get(`/v1/charges/${told.json.id}`));
    expect(read.json).toMatchObject({ paid: true, captured: false });
    expect(read.json).not.toHaveProperty('pending_operation');
    expect(world.rows('select type from events')).toEqual([{ type: 'charge.succeeded' }]);
    expect(await disagreements(world)).toEqual([]);
  });
});
