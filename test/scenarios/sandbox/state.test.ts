import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StateError } from '../../../scenarios/sandbox/sandbox.ts';
import { broken, call, charge, open } from './open.ts';

const dayMs = 86_400_000;

describe('a sandbox that keeps its state', () => {
  let state: string;
  beforeEach(() => {
    state = mkdtempSync(path.join(tmpdir(), 'breakwater-sandbox-'));
  });
  afterEach(() => {
    rmSync(state, { recursive: true, force: true });
    expect(broken.splice(0)).toEqual([]);
  });

  const gmo = async (base: string, api: string, fields: Record<string, string>) => {
    const reply = await fetch(`${base}/payment/${api}.idPass`, { method: 'POST', body: new URLSearchParams(fields) });
    return Object.fromEntries(new URLSearchParams(await reply.text()));
  };

  it('has keys, charges, ledgers, orders and clocks again after a restart', async () => {
    const first = await open({ state });
    const { gateway } = first.addresses;
    const world = (await call('POST', `${gateway}/sandbox/merchants`, { json: { name: 'kept' } })).body;
    const key = world.keys.secret;
    await call('POST', `${gateway}/sandbox/clock/advance`, { key, json: { ms: 40 * dayMs } });
    const charged = (await charge(gateway, key, 2_500)).body;
    const shop = { ShopID: world.gmoPg.shopId, ShopPass: world.gmoPg.shopPass };
    const order = { OrderID: 'over-night', JobCd: 'AUTH', Amount: '800' };
    const { AccessID = '', AccessPass = '' } = await gmo(first.addresses.gmo, 'EntryTran', { ...shop, ...order });
    await first.close();

    const second = await open({ state });
    const again = second.addresses;
    const clock = (await call('GET', `${again.gateway}/sandbox/clock`, { key })).body;
    expect(Math.round(clock.aheadMs / dayMs)).toBe(40);
    const found = await call('GET', `${again.gateway}/v1/charges/${charged.id}`, { key });
    expect([found.status, found.body.amount, found.body.captured]).toEqual([200, 2_500, true]);
    // The acquirer still has the money it took: it can give some back.
    const form = { amount: '500' };
    const refunded = await call('POST', `${again.gateway}/v1/charges/${charged.id}/refund`, { key, form });
    expect(refunded.body.amount_refunded).toBe(500);
    const ledger = await call('GET', `${again.pages}/escott/sim/v1/ledger`, { key });
    expect(ledger.body.rows.map(({ kind }: { kind: string }) => kind)).toContain('refund');
    await second.close();

    // An order is found by its AccessID alone, though nobody has asked for its world since the start.
    const third = await open({ state });
    const card = { Method: '1', CardNo: '4111111111111111', Expire: '4012' };
    const done = await gmo(third.addresses.gmo, 'ExecTran', { AccessID, AccessPass, OrderID: 'over-night', ...card });
    expect(done).toMatchObject({ OrderID: 'over-night', ACS: '0' });
    await third.close();
  });

  it('forgets a world that was given back, on disk too', async () => {
    const first = await open({ state });
    const { gateway } = first.addresses;
    const { keys } = (await call('POST', `${gateway}/sandbox/merchants`)).body;
    await call('DELETE', `${gateway}/sandbox/merchant`, { key: keys.secret });
    await first.close();
    const second = await open({ state });
    const { worlds } = (await call('GET', `${second.addresses.gateway}/sandbox/worlds`)).body;
    expect(worlds.map(({ id }: { id: string }) => id)).toEqual(['default']);
    await second.close();
  });

  it('refuses a folder that another sandbox uses', async () => {
    const first = await open({ state });
    await expect(open({ state })).rejects.toThrow(StateError);
    await expect(open({ state })).rejects.toThrow('another sandbox uses it');
    await first.close();
  });
});
