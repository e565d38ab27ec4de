import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../scenarios/sandbox/sandbox.ts';
import { broken, call, cardToken, charge, type Json, open } from './open.ts';

describe('a fault of one world', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await open();
  });
  afterAll(async () => {
    await sandbox.close();
    expect(broken).toEqual([]);
  });

  const fresh = async (): Promise<Json> => (await call('POST', `${sandbox.addresses.gateway}/sandbox/merchants`)).body;
  const set = async (key: string, acquirer: 'escott' | 'gmo', json: object): Promise<Json> => {
    const told = await call('POST', `${sandbox.addresses.pages}/${acquirer}/sim/v1/faults`, { key, json });
    expect(told.status).toBe(201);
    return told.body;
  };

  it('reaches its gateway, is settled in the background, and nobody else hears of it', async () => {
    const [one, other] = [await fresh(), await fresh()];
    const { gateway, pages } = sandbox.addresses;
    const { secret } = one.keys;
    const card = await cardToken(gateway, secret);
    const rule = { kind: 'approved-reply-lost', parameters: { by: 'reset' }, ttlMs: 60_000 };
    const { id } = await set(secret, 'escott', { ...rule, select: { operations: ['authorise'] } });
    const form = { amount: '4000', currency: 'jpy', card };
    const lost = await call('POST', `${gateway}/v1/charges`, { key: secret, form });
    expect(lost.status).toBe(500);
    expect(lost.headers.get('breakwater-outcome')).toBe('unknown');
    const { body: counted } = await call('GET', `${pages}/escott/sim/v1/faults/${id}`, { key: secret });
    expect(counted).toMatchObject({ intended: 1, injected: 1, state: 'on' });

    // The clock of that world brings the inquiry and the reversal about.
    const advanced = await call('POST', `${gateway}/sandbox/clock/advance`, { key: secret, json: { ms: 3_600_000 } });
    expect(advanced.status).toBe(200);
    const path = `${gateway}/v1/charges/${lost.body.error.charge}`;
    const settled = (await call('GET', path, { key: secret })).body;
    expect(settled).toMatchObject({ paid: false, captured: false });
    expect(settled.outcome).toBe(undefined);
    const books = (await call('GET', `${pages}/escott/sim/v1/transactions?state=voided`, { key: secret })).body;
    expect(books.rows.map(({ amountYen }: { amountYen: number }) => amountYen)).toEqual([4_000]);
    // An hour has passed there: the rule has ended by itself.
    expect((await call('GET', `${pages}/escott/sim/v1/faults/${id}`, { key: secret })).body.state).toBe('ended');

    expect((await charge(gateway, other.keys.secret, 4_000)).body.paid).toBe(true);
    expect((await call('GET', `${pages}/escott/sim/v1/faults`, { key: other.keys.secret })).body.rules).toEqual([]);
  });

  it('reaches a client of the acquirer on its socket', async () => {
    const { keys, gmoPg } = await fresh();
    await set(keys.secret, 'gmo', { kind: 'reset', ttlMs: 60_000 });
    const fields = { ShopID: gmoPg.shopId, ShopPass: gmoPg.shopPass, OrderID: 'o', JobCd: 'CAPTURE', Amount: '1' };
    const enter = (of: Record<string, string>): Promise<Response> =>
      fetch(`${sandbox.addresses.gmo}/payment/EntryTran.idPass`, { method: 'POST', body: new URLSearchParams(of) });
    await expect(enter(fields)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    const { shopId: ShopID, shopPass: ShopPass } = sandbox.world.gmoPg;
    expect(await (await enter({ ...fields, ShopID, ShopPass })).text()).toMatch(/^AccessID=/);
  });

  it('makes an outage that its status page tells of', async () => {
    const { keys, statusPage } = await fresh();
    const { gateway } = sandbox.addresses;
    for (const acquirer of ['escott', 'gmo'] as const)
      await set(keys.secret, acquirer, { kind: 'refuse', ttlMs: 3_600_000 });
    const { secret } = keys;
    for (let nth = 0; nth < 40; nth += 1) {
      const number = { 'card[number]': '4242424242424242', 'card[exp_month]': '12', 'card[exp_year]': '2040' };
      await call('POST', `${gateway}/v1/tokens`, { key: secret, form: number });
    }
    const status = async () => {
      const reply = await fetch(`${statusPage.replace('/?', '/api/v1/status.json?')}`);
      return (await reply.json()) as Json;
    };
    // It says so once it is sure, a little later.
    await call('POST', `${gateway}/sandbox/clock/advance`, { key: secret, json: { ms: 60_000 } });
    expect((await status()).incidents.length).toBeGreaterThan(0);
    const elsewhere = await fetch(`${sandbox.addresses.status}/api/v1/status.json`);
    expect(((await elsewhere.json()) as Json).incidents).toEqual([]);
  });

  it('is on the clock that the control API moves', async () => {
    const { keys } = await fresh();
    const { pages, gateway } = sandbox.addresses;
    const key = keys.secret;
    const moved = await call('POST', `${pages}/gmo/sim/v1/clock/advance`, { key, json: { ms: 86_400_000 } });
    expect(moved.status).toBe(200);
    const { aheadMs } = (await call('GET', `${gateway}/sandbox/clock`, { key })).body;
    expect(aheadMs).toBeGreaterThanOrEqual(86_390_000);
  });

  it('of a buyer, who claims a payment back, reaches its gateway', async () => {
    const { keys } = await fresh();
    const { gateway, pages } = sandbox.addresses;
    const key = keys.secret as string;
    const form = { amount: '4000', currency: 'jpy', card: await cardToken(gateway, key) };
    const { body: paid } = await call('POST', `${gateway}/v1/charges`, { key, form });
    expect(paid.captured).toBe(true);
    const { body: books } = await call('GET', `${pages}/escott/sim/v1/transactions?state=captured`, { key });
    const json = { reference: books.rows[0].reference, reason: 'fraud' };
    const claimed = await call('POST', `${pages}/escott/sim/v1/disputes`, { key, json });
    expect(claimed.body).toMatchObject({ reference: json.reference, debitedYen: 4000 });
    await call('POST', `${gateway}/sandbox/clock/advance`, { key, json: { ms: 60_000 } });
    const { body: told } = await call('GET', `${pages}/escott/sim/v1/disputes`, { key });
    expect(told.rows).toEqual([expect.objectContaining({ reference: json.reference, status: 200 })]);
  });
});
