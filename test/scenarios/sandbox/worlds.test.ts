import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../scenarios/sandbox/sandbox.ts';
import { broken, call, cardToken, charge, good, type Json, open } from './open.ts';

const dayMs = 86_400_000;

const cpuMsSince = (from: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1000;
};

describe('the worlds of a sandbox', () => {
  let sandbox: Sandbox;
  let gateway: string;
  beforeAll(async () => {
    sandbox = await open();
    gateway = sandbox.addresses.gateway;
  });
  afterAll(async () => {
    await sandbox.close();
    expect(broken).toEqual([]);
  });

  const fresh = async (json: object = {}): Promise<Json> => {
    const made = await call('POST', `${gateway}/sandbox/merchants`, { json });
    expect(made.status).toBe(201);
    return made.body;
  };

  it("takes the key of PAY.JP's public examples, and its public twin", async () => {
    expect(sandbox.world.keys).toEqual({
      secret: 'sk_test_c62fade9d045b54cd76d7036',
      public: 'pk_test_c62fade9d045b54cd76d7036',
    });
    const token = await cardToken(gateway, sandbox.world.keys.public);
    const form = { amount: '500', currency: 'jpy', card: token };
    const charged = await call('POST', `${gateway}/v1/charges`, { key: sandbox.world.keys.secret, form });
    expect([charged.status, charged.body.paid, charged.body.livemode]).toEqual([200, true, false]);
  });

  it('takes a card number from a server, and says that it is deprecated', async () => {
    const { secret } = sandbox.world.keys;
    const direct = await call('POST', `${gateway}/v1/tokens`, { key: secret, form: good });
    expect(direct.status).toBe(200);
    expect(direct.headers.get('deprecation')).toMatch(/^@\d+$/);
    const browser = await call('POST', `${gateway}/v1/tokens`, { key: sandbox.world.keys.public, form: good });
    expect(browser.headers.get('deprecation')).toBe(null);
  });

  it('gives every merchant data of its own', async () => {
    const [one, other] = [await fresh({ name: 'one' }), await fresh({ name: 'other' })];
    const charged = await charge(gateway, one.keys.secret, 1_234);
    expect(charged.status).toBe(200);
    const list = (key: string) => call('GET', `${gateway}/v1/charges`, { key });
    expect((await list(one.keys.secret)).body.count).toBe(1);
    expect((await list(other.keys.secret)).body.count).toBe(0);
    const strange = await call('GET', `${gateway}/v1/charges/${charged.body.id}`, { key: other.keys.secret });
    expect(strange.status).toBe(404);
  });

  it('gives every merchant a clock of its own', async () => {
    const [one, other] = [await fresh(), await fresh()];
    const moved = await call('POST', `${gateway}/sandbox/clock/advance`, { key: one.keys.secret, json: { ms: dayMs } });
    expect(moved.status).toBe(200);
    const ahead = async (key: string) => (await call('GET', `${gateway}/sandbox/clock`, { key })).body.aheadMs;
    expect(Math.round((await ahead(one.keys.secret)) / dayMs)).toBe(1);
    expect(await ahead(other.keys.secret)).toBe(0);
    const charged = await charge(gateway, one.keys.secret, 100);
    expect(charged.body.created * 1000 - Date.now()).toBeGreaterThan(dayMs - 60_000);
  });

  it('jumps to a date, and not to one that has passed', async () => {
    const { keys } = await fresh();
    const advance = (json: object) => call('POST', `${gateway}/sandbox/clock/advance`, { key: keys.secret, json });
    const to = new Date(Date.now() + 40 * dayMs).toISOString();
    expect((await advance({ to })).body.nowMs).toBeGreaterThanOrEqual(Date.parse(to));
    const back = await advance({ to: new Date().toISOString() });
    expect([back.status, back.body.error.path]).toEqual([400, 'to']);
    expect(back.body.error.reason).toMatch(/^has passed: it is 20/);
  });

  it('renews a monthly subscription twelve times in a second, in order', async () => {
    const heard: { type: string; created: number }[] = [];
    const receiver = createServer((request, reply) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        heard.push(JSON.parse(text));
        reply.end('ok');
      });
    });
    await once(receiver.listen(0, '127.0.0.1'), 'listening');
    const { port } = receiver.address() as AddressInfo;
    const { keys } = await fresh({ webhookUrl: `http://127.0.0.1:${port}/hook` });
    const post = (path: string, form: Record<string, string>) =>
      call('POST', `${gateway}/v1/${path}`, { key: keys.secret, form });
    const customer = (await post('customers', { card: await cardToken(gateway, keys.public) })).body.id;
    const plan = (await post('plans', { amount: '980', currency: 'jpy', interval: 'month' })).body.id;
    const made = await post('subscriptions', { customer, plan });
    expect(made.body.status).toBe('active');

    const fromMs = performance.now();
    const fromCpu = process.cpuUsage();
    const moved = await call('POST', `${gateway}/sandbox/clock/advance`, {
      key: keys.secret,
      json: { ms: 366 * dayMs },
    });
    const tookMs = performance.now() - fromMs;
    const cpuMs = cpuMsSince(fromCpu);
    expect(moved.status).toBe(200);

    const charges = await call('GET', `${gateway}/v1/charges?limit=100`, { key: keys.secret });
    const days = charges.body.data.map(({ created }: { created: number }) => created).reverse();
    expect(charges.body.data.every(({ paid }: { paid: boolean }) => paid)).toBe(true);
    expect(days).toHaveLength(13);
    for (let nth = 1; nth < days.length; nth += 1) {
      expect((days[nth] - days[nth - 1]) / 86_400).toBeGreaterThanOrEqual(27.9);
      expect((days[nth] - days[nth - 1]) / 86_400).toBeLessThanOrEqual(31.1);
    }
    // Every receiver was waited for at its own time: what was told is in the order in which it happened.
    const renewed = heard.filter(({ type }) => type === 'subscription.renewed').map(({ created }) => created);
    expect(renewed).toHaveLength(12);
    expect(renewed).toEqual(renewed.toSorted((one, other) => one - other));
    process.stdout.write(`12 renewals in ${Math.round(tookMs)} ms, ${Math.round(cpuMs)} ms of them on a core\n`);
    // Client, sandbox and receiver together. A second on a quiet machine; one that is shared does less in a second.
    expect(cpuMs).toBeLessThan(3_000);
    receiver.close();
    receiver.closeAllConnections();
  });

  it('expires an authorisation that a jump passes', async () => {
    const { keys } = await fresh();
    const form = { amount: '700', currency: 'jpy', capture: 'false', card: await cardToken(gateway, keys.public) };
    const held = await call('POST', `${gateway}/v1/charges`, { key: keys.secret, form });
    expect(held.body.captured).toBe(false);
    await call('POST', `${gateway}/sandbox/clock/advance`, { key: keys.secret, json: { ms: 10 * dayMs } });
    const late = await call('POST', `${gateway}/v1/charges/${held.body.id}/capture`, { key: keys.secret, form: {} });
    expect(late.body.error.code).toBe('charge_expired');
  });

  it('finds the world of a GMO-PG call by shop, site or AccessID', async () => {
    const { gmoPg, keys } = await fresh();
    const gmo = async (api: string, fields: Record<string, string>) => {
      const reply = await fetch(`${sandbox.addresses.gmo}/payment/${api}.idPass`, {
        method: 'POST',
        body: new URLSearchParams(fields),
      });
      return Object.fromEntries(new URLSearchParams(await reply.text()));
    };
    const shop = { ShopID: gmoPg.shopId, ShopPass: gmoPg.shopPass };
    const site = { SiteID: gmoPg.siteId, SitePass: gmoPg.sitePass };
    expect(await gmo('SaveMember', { ...site, MemberID: 'm' })).toEqual({ MemberID: 'm' });
    const { AccessID = '', AccessPass = '' } = await gmo('EntryTran', {
      ...shop,
      OrderID: 'o-1',
      JobCd: 'CAPTURE',
      Amount: '900',
    });
    const done = await gmo('ExecTran', {
      AccessID,
      AccessPass,
      OrderID: 'o-1',
      Method: '1',
      CardNo: '4111111111111111',
      Expire: '4012',
    });
    expect(done).toMatchObject({ OrderID: 'o-1', ACS: '0' });
    expect(await gmo('SearchTrade', { ...shop, OrderID: 'o-1' })).toMatchObject({ Status: 'CAPTURE' });
    // Nothing of it is in the default world, nor in its books.
    const { gmoPg: documented } = sandbox.world;
    const elsewhere = { ShopID: documented.shopId, ShopPass: documented.shopPass, OrderID: 'o-1' };
    expect((await gmo('SearchTrade', elsewhere)).ErrInfo).toBe('E01110002');
    const ledger = (key: string) => call('GET', `${sandbox.addresses.pages}/gmo/sim/v1/ledger`, { key });
    expect((await ledger(keys.secret)).body.rows).toHaveLength(1);
    const theirs = (await ledger(sandbox.world.keys.secret)).body.rows;
    expect(theirs.filter(({ reference }: { reference: string }) => reference === 'o-1')).toEqual([]);
  });

  it('finds the world of an e-SCOTT call by its merchant', async () => {
    const { escott, keys } = await fresh();
    const fields = {
      MerchantId: escott.merchantId,
      MerchantPass: escott.merchantPass,
      TenantId: escott.tenantId,
      TransactionDate: '20261121',
      OperateId: '1Gathering',
      MerchantFree1: 'direct-1',
      CardNo: '4242424242424242',
      CardExp: '4012',
      PayType: '01',
      Amount: '300',
    };
    const reply = await fetch(`${sandbox.addresses.escott}/online/aut/OAUT002.do`, {
      method: 'POST',
      body: new URLSearchParams(fields),
    });
    expect(new URLSearchParams(await reply.text()).get('ResponseCd')).toBe('OK');
    const ledger = await call('GET', `${sandbox.addresses.pages}/escott/sim/v1/ledger`, { key: keys.secret });
    expect(ledger.body.rows.map(({ reference }: { reference: string }) => reference)).toEqual(['direct-1']);
  });

  it('does not let fifty merchants at once disturb each other', async () => {
    const merchants = await Promise.all(Array.from({ length: 50 }, (_, nth) => fresh({ name: `m${nth}` })));
    const days = await Promise.all(
      merchants.map(async ({ keys }, nth) => {
        await call('POST', `${gateway}/sandbox/clock/advance`, { key: keys.secret, json: { ms: nth * dayMs } });
        for (let turn = 0; turn <= nth % 3; turn += 1) {
          const charged = await charge(gateway, keys.secret, 1_000 + nth);
          expect(charged.body.amount).toBe(1_000 + nth);
        }
        const { body } = await call('GET', `${gateway}/v1/charges`, { key: keys.secret });
        expect(body.count).toBe((nth % 3) + 1);
        expect(new Set(body.data.map(({ amount }: { amount: number }) => amount))).toEqual(new Set([1_000 + nth]));
        return Math.max(0, Math.round((body.data[0].created * 1000 - Date.now()) / dayMs));
      }),
    );
    expect(days).toEqual(merchants.map((_, nth) => nth));
    await Promise.all(merchants.map(({ keys }) => call('DELETE', `${gateway}/sandbox/merchant`, { key: keys.secret })));
  });

  it('forgets a world that is given back, and keeps the default one', async () => {
    const { keys } = await fresh();
    expect((await call('DELETE', `${gateway}/sandbox/merchant`, { key: keys.secret })).body.deleted).toBe(true);
    expect((await call('GET', `${gateway}/v1/charges`, { key: keys.secret })).status).toBe(401);
    const kept = await call('DELETE', `${gateway}/sandbox/merchant`, { key: sandbox.world.keys.secret });
    expect(kept.status).toBe(409);
  });

  it("answers as PAY.JP's test mode limits do, where a merchant asks for that policy", async () => {
    const { keys } = await fresh({ policy: 'payjp-limits' });
    const statuses = [];
    for (let nth = 0; nth < 6; nth += 1)
      statuses.push((await call('GET', `${gateway}/v1/charges`, { key: keys.secret })).status);
    expect(statuses.slice(0, 2)).toEqual([200, 200]);
    expect(statuses).toContain(429);
  });

  it('shows the status page of the world that is named', async () => {
    const { statusPage } = await fresh({ name: 'The named one' });
    expect(await (await fetch(statusPage)).text()).toContain('The named one');
    expect(await (await fetch(sandbox.addresses.status)).text()).not.toContain('The named one');
  });
});

describe('a sandbox with room for few', () => {
  it('refuses a world beyond its number, and has room again when one is given back', async () => {
    const sandbox = await open({ worldsMax: 2 });
    const { gateway } = sandbox.addresses;
    const create = () => call('POST', `${gateway}/sandbox/merchants`);
    const [first] = [await create(), await create()];
    const full = await create();
    expect([full.status, full.body.error.path]).toEqual([503, 'worlds']);
    await call('DELETE', `${gateway}/sandbox/merchant`, { key: first.body.keys.secret });
    expect((await create()).status).toBe(201);
    await sandbox.close();
  });

  it('reclaims a world that nobody asks any more', async () => {
    const sandbox = await open({ idleMs: 50 });
    const { gateway } = sandbox.addresses;
    await call('POST', `${gateway}/sandbox/merchants`);
    const count = async () => (await call('GET', `${gateway}/sandbox/worlds`)).body.worlds.length;
    const deadline = performance.now() + 20_000;
    while ((await count()) > 1 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await count()).toBe(1);
    await sandbox.close();
  });

  it('makes a world in milliseconds', async () => {
    const sandbox = await open();
    const fromCpu = process.cpuUsage();
    for (let nth = 0; nth < 15; nth += 1) await call('POST', `${sandbox.addresses.gateway}/sandbox/merchants`);
    const each = cpuMsSince(fromCpu) / 15;
    process.stdout.write(`a world takes ${each.toFixed(1)} ms on a core\n`);
    expect(each).toBeLessThan(200);
    await sandbox.close();
  });
});
