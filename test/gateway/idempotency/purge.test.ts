import { describe, expect, it } from 'vitest';
import { on, silence } from '../acquirers.ts';
import { disagreements } from '../books.ts';
import { openShop } from '../world.ts';

const hourMs = 3_600_000;
const form = (card: string) => ({ amount: 1000, currency: 'jpy', card });

describe('a kept key', () => {
  it('gives the same answer for three days, and is forgotten within the hour after', async () => {
    const world = await openShop();
    const kept = (): number => world.rows('select key from idempotency').length;
    const card = await world.play(() => world.shop.token());
    const first = await world.play(() => world.shop.post('/v1/charges', form(card), { key: 'k' }));
    await world.pass(72 * hourMs - 60_000);
    expect(await world.play(() => world.shop.post('/v1/charges', form(card), { key: 'k' }))).toEqual(first);
    expect(kept()).toBe(1);
    await world.pass(hourMs);
    expect(kept()).toBe(0);
    // The key is new again; the token is not.
    const again = await world.play(() => world.shop.post('/v1/charges', form(card), { key: 'k' }));
    expect(again.json.error).toMatchObject({ code: 'token_already_used' });
    expect(await disagreements(world)).toEqual([]);
  });

  it('is forgotten by an instance that was away when its time came, many at a time', async () => {
    const world = await openShop();
    await world.play(async () => {
      for (let index = 0; index < 450; index += 1)
        await world.shop.post('/v1/plans', { amount: 500, currency: 'jpy', interval: 'month' }, { key: `k${index}` });
    });
    expect(world.rows('select key from idempotency')).toHaveLength(450);
    world.gateway.kill();
    await world.pass(100 * hourMs);
    await world.gateway.start();
    await world.pass(1_000);
    expect(world.rows('select key from idempotency')).toEqual([]);
    expect(world.log.filter(({ event }) => event === 'keys.forgotten').map(({ keys }) => keys)).toEqual([200, 200, 50]);
  });

  it('is never forgotten while its outcome is not known, nor is one of a renewal', async () => {
    const world = await openShop();
    world.acquirers.escott.hand = on(['1Auth', '9List'], silence);
    await world.play(async () => {
      const card = await world.shop.token();
      await world.shop.post('/v1/charges', form(card), { key: 'unknown' });
    });
    await world.store.unit((tx) =>
      tx.run(
        {
          sql: `insert into idempotency (merchant_id, livemode, key, params_hash, state, owner, waiting, created_ms)
                values ('shop-1', 1, 'renewal/sub_1/1', '', 'done', 'gateway-1', 0, 0)`,
          parameters: [],
        },
        {},
      ),
    );
    await world.pass(80 * hourMs);
    expect(world.rows('select key, state from idempotency order by key')).toEqual([
      { key: 'renewal/sub_1/1', state: 'done' },
      { key: 'unknown', state: 'open' },
    ]);
    world.acquirers.escott.hand = null;
    await world.pass(3 * hourMs);
    expect(world.rows('select key from idempotency')).toEqual([{ key: 'renewal/sub_1/1' }]);
  });
});

describe('a key whose instance died', () => {
  it('is answered from the charge once its lease is over, although nobody restarted the instance', async () => {
    const world = await openShop();
    const other = world.addGateway('gateway-2');
    world.acquirers.escott.hand = on('1Auth', silence);
    const card = await world.play(() => world.shop.token());
    world.stage.spawnTask(
      'a shop whose gateway dies',
      async () => {
        await world.shop.post('/v1/charges', form(card), { key: 'k' }).catch(() => undefined);
      },
      { daemon: true },
    );
    await world.pass(1_000);
    world.gateway.kill();
    expect(other.state).toBe('up');
    const ask = () => world.play(() => world.shop.post('http://gateway-2.test/v1/charges', form(card), { key: 'k' }));
    expect((await ask()).json.error.code).toBe('idempotency_key_in_progress');
    await world.pass(90_000);
    expect(await ask()).toMatchObject({ status: 500, outcome: 'unknown' });
  });
});
