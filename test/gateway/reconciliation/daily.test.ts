/** When reconciliations happen by themselves: once a day, once each, over restarts, kills and outages. */
import { describe, expect, it } from 'vitest';
import { on, says } from '../acquirers.ts';
import { createWorld, type Json, type World, type WorldOptions } from '../world.ts';

const hourMs = 3_600_000;
const runsOf = (world: World): Json[] =>
  world.rows(
    'select acquirer, date, cause, state, tries, discrepancies, finished_ms, report from reconciliations order by date, acquirer',
  );
const days = (world: World): string[] =>
  runsOf(world).map(({ acquirer, date, state }) => `${date} ${acquirer} ${state}`);

const open = async (options: WorldOptions = {}) => {
  const world = createWorld({ dailyReconciliation: true, ...options });
  const shop = await world.enrol('shop-1');
  const pay = (amount: number) =>
    world.play(async () => shop.post('/v1/charges', { amount, currency: 'jpy', card: await shop.token() }));
  return { ...world, shop, pay };
};

describe('the daily reconciliation', () => {
  it('runs at 03:30 JST for the day before, at every acquirer, and finds nothing wrong', async () => {
    const world = await open();
    await world.pay(1_000);
    await world.pass(15 * hourMs);
    expect(runsOf(world)).toEqual([]);
    await world.pass(hourMs);
    expect(days(world)).toEqual(['20170712 escott done', '20170712 gmo done']);
    const [escott] = runsOf(world);
    expect(escott).toMatchObject({ cause: 'daily', discrepancies: 0, tries: 1 });
    expect(JSON.parse(escott.report).totals).toMatchObject({ booksYen: 1_000, fileYen: 1_000 });
    const ranMs = escott.finished_ms - Date.parse('2017-07-13T03:30:00+09:00');
    expect(ranMs).toBeGreaterThanOrEqual(0);
    expect(ranMs).toBeLessThan(5_000);
    await world.pass(24 * hourMs);
    expect(days(world).slice(2)).toEqual(['20170713 escott done', '20170713 gmo done']);
  });

  it('is one run for a day, however many instances there are', async () => {
    const world = await open();
    world.addGateway('gateway-2');
    world.addGateway('gateway-3');
    await world.pay(1_000);
    await world.pass(17 * hourMs);
    expect(days(world)).toEqual(['20170712 escott done', '20170712 gmo done']);
    const files = world
      .calls()
      .filter(({ operation, fields }) => /9Settle|SettlementFile/.test(operation) && fields.Date === '20170712');
    expect(files).toHaveLength(2);
  });

  it('goes on after a kill in the middle, when the lease is over', async () => {
    const world = await open();
    await world.pay(1_000);
    let asked = 0;
    world.acquirers.escott.hand = on('9Settle', async (_call, carryOut) => {
      asked += 1;
      if (asked === 1) world.gateway.kill();
      return carryOut();
    });
    await world.pass(16 * hourMs);
    expect(asked).toBe(1);
    expect(days(world)).toContain('20170712 escott waiting');
    await world.play(() => world.gateway.restart());
    await world.pass(3 * hourMs);
    expect(days(world)).toEqual(['20170712 escott done', '20170712 gmo done']);
    expect(runsOf(world).map(({ discrepancies }) => discrepancies)).toEqual([0, 0]);
  });

  it('makes up for the days on which nothing was running', async () => {
    const world = await open();
    await world.pay(1_000);
    await world.pass(17 * hourMs);
    world.gateway.kill();
    await world.pass(72 * hourMs);
    await world.play(() => world.gateway.restart());
    await world.pass(hourMs);
    expect([...new Set(days(world).map((day) => day.slice(0, 8)))]).toEqual([
      '20170712',
      '20170713',
      '20170714',
      '20170715',
    ]);
    expect(runsOf(world).every(({ state }) => state === 'done')).toBe(true);
  });

  it('waits for an acquirer that is away, and tries less and less often', async () => {
    const world = await open();
    await world.pay(1_000);
    world.acquirers.gmo.hand = on('SettlementFile', says('<html>', 503));
    await world.pass(20 * hourMs);
    const [, gmo] = runsOf(world);
    expect(gmo).toMatchObject({ acquirer: 'gmo', state: 'waiting' });
    expect(gmo.tries).toBeGreaterThan(8);
    expect(gmo.tries).toBeLessThan(16);
    world.acquirers.gmo.hand = null;
    await world.pass(hourMs);
    expect(days(world)).toEqual(['20170712 escott done', '20170712 gmo done']);
  });

  it('ends with the program, also in the pause before a second look', async () => {
    const world = await open();
    await world.pay(1_000);
    await world.store.unit((tx) =>
      tx.run({ sql: `update charges set captured_amount = 900 where amount = 1000`, parameters: [] }, {}),
    );
    await world.pass(15.5 * hourMs + 60_000);
    expect(days(world)).toContain('20170712 escott waiting');
    await world.play(async () => {
      await world.gateway.stop();
    });
    await world.play(() => world.gateway.restart());
    await world.pass(600_000);
    expect(days(world)).toEqual(['20170712 escott done', '20170712 gmo done']);
    expect(runsOf(world)[0].discrepancies).toBe(1);
  });
});
