/** Who calls is known while the database is away, and where it wants to be told of that. */
import { describe, expect, it } from 'vitest';
import { createMerchants } from '../../../gateway/merchants/merchants.ts';
import type { Store } from '../../../gateway/ports.ts';
import { openSqliteStore } from '../../../gateway/store/sqlite.ts';
import { createStage } from '../../../scenarios/stage/stage.ts';
import { basic } from '../world.ts';

const openMerchants = async () => {
  const stage = createStage({ seed: 1, startWallMs: 1_500_000_000_000, latency: { medianMs: 1, sigma: 0 } });
  const { clock } = stage.castMember('test', 'test');
  let drawn = 0;
  const entropy = {
    bytes: (count: number): Uint8Array => {
      drawn += 1;
      return new Uint8Array(count).fill(drawn);
    },
  };
  const store = openSqliteStore({ location: ':memory:' });
  let away = false;
  let stalls = false;
  const guard = async (): Promise<void> => {
    if (away) throw new Error('the database is away');
    if (stalls) await new Promise(() => {});
  };
  const fragile: Store = {
    unit: (work) => guard().then(() => store.unit(work)),
    read: (work) => guard().then(() => store.read(work)),
  };
  const merchants = createMerchants({ store: fragile, clock, entropy, sealingKey: new Uint8Array(32) });
  const create = async (id: string): Promise<string> => {
    const created = await merchants.create({
      id,
      name: id,
      noticeUrl: `http://${id}.test/notices`,
      webhookUrl: null,
      webhookSigning: 'token',
      deferral: 'accept',
    });
    if (!created.ok) throw new Error(JSON.stringify(created.error));
    return basic(created.value.keys.live.secret);
  };
  const pass = (ms: number): Promise<unknown> => stage.run({ untilMs: stage.nowMs() + ms, mustFinish: false });
  return {
    merchants,
    create,
    pass,
    takeAway: () => (away = true),
    giveBack: () => (away = false),
    stall: () => (stalls = true),
  };
};

describe('while the database is away', () => {
  it('whoever called before it is known by its key, however long ago', async () => {
    const { merchants, create, pass, takeAway } = await openMerchants();
    const key = await create('shop-1');
    await merchants.authenticate(key);
    takeAway();
    await pass(3_600_000);
    expect(await merchants.authenticate(key)).toMatchObject({ ok: true, value: { merchant: { id: 'shop-1' } } });
    expect(await merchants.findOrRecall('shop-1')).toMatchObject({ noticeUrl: 'http://shop-1.test/notices' });
  });

  it('and while it stalls, without being waited for', async () => {
    const { merchants, create, pass, stall } = await openMerchants();
    const key = await create('shop-1');
    await merchants.authenticate(key);
    await pass(60_000);
    stall();
    const known = merchants.authenticate(key);
    await pass(250);
    expect(await known).toMatchObject({ ok: true, value: { merchant: { id: 'shop-1' } } });
  });

  it('whoever did not is not', async () => {
    const { merchants, create, takeAway } = await openMerchants();
    const key = await create('shop-1');
    takeAway();
    await expect(merchants.authenticate(key)).rejects.toThrow('away');
    await expect(merchants.findOrRecall('shop-1')).rejects.toThrow('away');
  });

  it('a merchant that was changed before it is not recalled as it was', async () => {
    const { merchants, create, takeAway } = await openMerchants();
    await merchants.authenticate(await create('shop-1'));
    await merchants.pause('shop-1', 'asked for');
    takeAway();
    await expect(merchants.findOrRecall('shop-1')).rejects.toThrow('away');
  });

  it('a pause is seen at once when it is back', async () => {
    const { merchants, create, pass, takeAway, giveBack } = await openMerchants();
    const key = await create('shop-1');
    await merchants.authenticate(key);
    takeAway();
    await pass(60_000);
    await merchants.authenticate(key);
    giveBack();
    await merchants.pause('shop-1', 'asked for');
    expect(await merchants.authenticate(key)).toMatchObject({
      ok: true,
      value: { merchant: { pausedReason: 'asked for' } },
    });
  });
});
