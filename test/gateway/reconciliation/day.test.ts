/**
 * A day of payments at two real acquirers, reconciled with the files and inquiries that they give
 * over the wire. The simulator's files and our reading of them were written apart.
 */
import { describe, expect, it } from 'vitest';
import { type AcquirerId, loseReply, on, silence } from '../acquirers.ts';
import { adminToken, createWorld, type Json, type Shop, type World, type WorldOptions } from '../world.ts';

const hourMs = 3_600_000;
const today = '20170712';

const headers = { Authorization: `Bearer ${adminToken}` };

const openAt = async (acquirer: AcquirerId, options: WorldOptions = {}): Promise<World & { shop: Shop }> => {
  const world = createWorld({
    ...options,
    adjust: (policy) => ({
      ...policy,
      routing: { ...policy.routing, order: [acquirer, ...policy.routing.order.filter((id) => id !== acquirer)] },
    }),
  });
  return { ...world, shop: await world.enrol('shop-1') };
};

/** Asks for a run and lets it end. */
const reconcile = async (world: World, acquirer: AcquirerId, date = today, waitMs = hourMs): Promise<Json> => {
  const begun = await world.play(() =>
    world.send('POST', '/admin/v1/reconciliations', headers, JSON.stringify({ acquirer, date })),
  );
  expect(begun.status).toBe(202);
  await world.pass(waitMs);
  return world.play(async () => (await world.send('GET', `/admin/v1/reconciliations/${begun.json.id}`, headers)).json);
};

/** Captures, refunds in part and whole, voids, holds and declines. Gives what it comes to in yen. */
const trade = (world: World & { shop: Shop }): Promise<number> =>
  world.play(async () => {
    const { shop } = world;
    const charge = async (amount: number, more: Record<string, string> = {}): Promise<string> =>
      (await shop.post('/v1/charges', { amount, currency: 'jpy', card: await shop.token(), ...more })).json.id;
    await charge(1_000);
    const two = await charge(2_000);
    await shop.post(`/v1/charges/${two}/refund`, { amount: 300 });
    await shop.post(`/v1/charges/${two}/refund`, { amount: 200 });
    const three = await charge(3_000);
    await shop.post(`/v1/charges/${three}/refund`);
    const four = await charge(4_000, { capture: 'false' });
    await shop.post(`/v1/charges/${four}/capture`, { amount: 3_500 });
    await charge(5_000, { capture: 'false' });
    const six = await charge(6_000, { capture: 'false' });
    await shop.post(`/v1/charges/${six}/refund`);
    const declined = await shop.token('4000000000080319').catch(() => null);
    if (declined !== null) await shop.post('/v1/charges', { amount: 700, currency: 'jpy', card: declined });
    return 1_000 + 1_500 + 0 + 3_500;
  });

describe.each(['escott', 'gmo'] as const)('a day at %s', (acquirer) => {
  it('agrees in all three books once its file has closed', async () => {
    const world = await openAt(acquirer);
    const yen = await trade(world);
    const early = await reconcile(world, acquirer);
    expect(early).toMatchObject({ state: 'waiting', report: null });
    await world.pass(15 * hourMs);
    const done = await reconcile(world, acquirer);
    expect(done).toMatchObject({ state: 'done', clean: true, discrepancies: 0 });
    expect(done.report.totals).toEqual({ booksYen: yen, fileYen: yen, explainedYen: 0, discrepancyYen: 0 });
    expect(done.report.counted.fileLines).toBe(7);
    expect(done.report.counted.payments).toBeGreaterThanOrEqual(6);
    expect(done.report.ledger).toMatchObject({ sumYen: 0, receivableYen: yen, faults: [], suspenseYen: 0 });
    // The run that was asked for too early has ended by itself, with the same result.
    const first = await world.play(() => world.send('GET', `/admin/v1/reconciliations/${early.id}`, headers));
    expect(first.json).toMatchObject({ state: 'done', clean: true });
    expect(first.json.report.totals).toEqual(done.report.totals);
  });

  it('takes a payment on two sides of midnight for one, and finds it in the next file', async () => {
    const world = await openAt(acquirer, { startWallMs: Date.parse('2017-07-12T23:55:00+09:00') });
    const { shop } = world;
    const sale = acquirer === 'escott' ? '1Capture' : 'ExecTran';
    // Carried out before midnight, its answer lost, learned of on the next day.
    await world.play(async () => {
      const card = await shop.token();
      world.acquirers[acquirer].hand = on(sale, loseReply);
      await shop.post('/v1/charges', { amount: 900, currency: 'jpy', card }, { key: 'k' });
      world.acquirers[acquirer].hand = null;
    });
    await world.pass(5 * 60_000);
    const card = await world.play(() => shop.token());
    await world.play(() => shop.post('/v1/charges', { amount: 800, currency: 'jpy', card }));
    await world.pass(28 * hourMs);
    const [first, second] = [await reconcile(world, acquirer), await reconcile(world, acquirer, '20170713')];
    for (const run of [first, second]) {
      expect(run).toMatchObject({ state: 'done', discrepancies: 0, clean: true });
      expect(run.report.balances).toBe(true);
    }
  });

  it('says which payment the file lacks, and that the acquirer has to act', async () => {
    const world = await openAt(acquirer);
    const yen = await trade(world);
    await world.pass(16 * hourMs);
    world.acquirers[acquirer].hand = on(['9Settle', 'SettlementFile'], async ({ fields }, carryOut) => {
      if (fields.Date !== today) return carryOut();
      const lines = (await (await carryOut()).text()).split('\n');
      // The first line, of 1,000 yen, is lost on the way.
      lines.splice(1, 1);
      return new Response(lines.join('\n').replace(/Count=(\d+)/, (_all, count) => `Count=${Number(count) - 1}`));
    });
    const done = await reconcile(world, acquirer);
    expect(done).toMatchObject({ state: 'done', clean: false, discrepancies: 1 });
    expect(done.report.discrepancies).toMatchObject([
      { class: 'missing_in_file', who: 'acquirer', yen: 1_000, differenceYen: -1_000, merchantId: 'shop-1' },
    ]);
    expect(done.report).toMatchObject({ balances: true, totals: { booksYen: yen, fileYen: yen - 1_000 } });
    const text = await world.play(async () => {
      const { fetch } = world.stage.castMember('operator');
      const reply = await fetch(`http://gateway.test/admin/v1/reconciliations/${done.id}?format=text`, {
        method: 'GET',
        headers,
        timeoutMs: 10_000,
      });
      return reply.text();
    });
    expect(text).toContain('missing_in_file [acquirer] ¥1,000');
    expect(text).toContain('= balances / 一致');
    expect(world.log.filter(({ event }) => event === 'reconciliation.done')).toMatchObject([{ discrepancies: 1 }]);
  });

  it('waits for an acquirer that cannot be asked, and for a file that is not understood', async () => {
    const world = await openAt(acquirer);
    await trade(world);
    await world.pass(16 * hourMs);
    const inquiry = acquirer === 'escott' ? '9List' : 'SearchTrade';
    world.acquirers[acquirer].hand = on(inquiry, silence);
    const waiting = await reconcile(world, acquirer, today, 30_000);
    expect(waiting).toMatchObject({ state: 'waiting', reason: 'the acquirer cannot be asked' });
    world.acquirers[acquirer].hand = on(
      ['9Settle', 'SettlementFile'],
      async (_call, carryOut) => new Response((await (await carryOut()).text()).replace(/,1000,/, ',10x0,')),
    );
    const puzzled = await reconcile(world, acquirer, today, 30_000);
    expect(puzzled.reason).toMatch(/^settlement file: .*line 2: an amount that is none$/);
    world.acquirers[acquirer].hand = null;
    await world.pass(hourMs);
    for (const { id } of [waiting, puzzled]) {
      const run = await world.play(() => world.send('GET', `/admin/v1/reconciliations/${id}`, headers));
      expect(run.json).toMatchObject({ state: 'done', clean: true });
    }
  });

  it('finds money that was taken behind the gateway, and a hold that was left', async () => {
    const world = await openAt(acquirer);
    await trade(world);
    // Two payments vanish from the books: one was captured, one is held.
    const [taken] = world.rows(`select id from charges where state = 'captured' and amount = 1000`);
    const [held] = world.rows(`select id from charges where state = 'authorised'`);
    await world.store.unit(async (tx) => {
      for (const { id } of [taken!, held!])
        await tx.run(
          {
            sql: `update charges set state = 'failed', captured_amount = 0, captured_ms = null where id = ?`,
            parameters: [{ arg: 'id' }],
          },
          { id },
        );
      await tx.run(
        { sql: `delete from transfers where charge_id = ? and kind = 'capture'`, parameters: [{ arg: 'id' }] },
        { id: taken.id },
      );
    });
    await world.pass(16 * hourMs);
    const done = await reconcile(world, acquirer);
    expect(done.report.discrepancies.map((one: Json) => [one.class, one.who, one.yen]).toSorted()).toEqual([
      ['hold_left', 'gateway', 5_000],
      ['missing_here', 'gateway', 1_000],
    ]);
    expect(done.report).toMatchObject({ balances: true, counted: { looks: 2 } });
    // The ledger shows by itself that somebody was at it.
    expect(done.report.ledger.faults.map((fault: Json) => fault.account)).toContain('authorised:shop-1');
  });
});

describe('the calls about reconciliations', () => {
  it('need the admin token, a known acquirer and a day that has begun', async () => {
    const world = await openAt('escott');
    const post = (body: object, as = headers) =>
      world.play(() => world.send('POST', '/admin/v1/reconciliations', as, JSON.stringify(body)));
    const ok = { acquirer: 'escott', date: '2017-07-11' };
    expect((await post(ok, { Authorization: 'Bearer nobody' })).status).toBe(401);
    for (const wrong of [
      { ...ok, acquirer: 'nobody' },
      { ...ok, date: '20170231' },
      { ...ok, date: '20170713' },
      { ...ok, more: 1 },
      {},
    ])
      expect((await post(wrong)).status).toBe(400);
    expect((await post(ok)).json).toMatchObject({ acquirer: 'escott', date: '20170711', state: 'waiting' });
    const [missing, list] = await world.play(async () => [
      await world.send('GET', '/admin/v1/reconciliations/rec_none', headers),
      await world.send('GET', '/admin/v1/reconciliations', headers),
    ]);
    expect(missing.status).toBe(404);
    expect(list.json.data).toHaveLength(1);
  });
});
