import { describe, expect, it } from 'vitest';
import { basic, createWorld, formOf, type Shop, type World } from '../world.ts';

/** A POST whose answer's headers matter. */
const poster = (world: World, shop: Shop) => {
  const { fetch } = world.stage.castMember('browser');
  return async (path: string, form: string, headers: Readonly<Record<string, string>> = {}) => {
    const reply = await fetch(`http://gateway.test${path}`, {
      method: 'POST',
      headers: {
        Authorization: basic(shop.keys.live.secret),
        'Content-Type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      body: form,
      timeoutMs: 120_000,
    });
    const { error } = JSON.parse(await reply.text()) as { error?: { message: string } };
    return { status: reply.status, message: error?.message ?? '', header: (name: string) => reply.headers.get(name) };
  };
};

const pay = async (shop: Shop, number?: string): Promise<string> =>
  formOf({ amount: 100, currency: 'jpy', card: await shop.token(number) });

describe('a payment', () => {
  it('shows what is left of its deadline: half a minute unless the merchant says less', async () => {
    const world = createWorld();
    const shop = await world.enrol('shop');
    const left = await world.play(async () => {
      const post = poster(world, shop);
      const got: number[] = [];
      for (const asked of ['', '8000', 'soon']) {
        const headers = asked === '' ? {} : { 'Breakwater-Deadline-Ms': asked };
        const told = await post('/v1/charges', await pay(shop), headers);
        expect(told.status).toBe(200);
        got.push(Number(told.header('Breakwater-Deadline-Ms')));
      }
      return got;
    });
    expect(left.map((ms) => Math.ceil(ms / 10_000))).toEqual([3, 1, 3]);
    expect(left[1]).toBeLessThan(8_000);
  });

  it('waits for the acquirer no longer than its deadline allows', async () => {
    const world = createWorld();
    const shop = await world.enrol('shop');
    const [tookMs, status] = await world.play(async () => {
      const form = await pay(shop);
      world.link('escott').add({ type: 'timeout', attributes: { timeout: 0 } });
      const fromMs = world.stage.nowMs();
      const told = await poster(world, shop)('/v1/charges', form, { 'Breakwater-Deadline-Ms': '4000' });
      return [world.stage.nowMs() - fromMs, told.status] as const;
    });
    // One second is kept for what comes after the answer.
    expect(tookMs).toBeGreaterThan(2_900);
    expect(tookMs).toBeLessThan(4_000);
    expect(status).toBe(500);
  });

  it('that finds no acquirer is told which brands still work', async () => {
    const world = createWorld({
      adjust: (policy) => ({ ...policy, routing: { ...policy.routing, failover: false } }),
    });
    const shop = await world.enrol('shop');
    const told = await world.play(async () => {
      const [jcb, ...visas] = await Promise.all([
        pay(shop, '3530111333300000'),
        ...Array.from({ length: 9 }, () => pay(shop)),
      ]);
      const post = poster(world, shop);
      expect((await post('/v1/charges', jcb)).status).toBe(200);
      world.acquirers.escott.hand = (call, carryOut) =>
        call.fields.CardNo?.startsWith('4') === true
          ? new Response(`MerchantFree1=${call.fields.MerchantFree1}&ResponseCd=K98`)
          : carryOut();
      let last = await post('/v1/charges', visas[0]!);
      for (const form of visas.slice(1)) last = await post('/v1/charges', form);
      return last;
    });
    expect([told.status, told.header('Breakwater-Still-Works')]).toEqual([503, 'JCB, reads, captures, refunds']);
    expect(told.message).toContain('Visa payments are interrupted');
    expect(told.message).toContain('Still working: JCB');
  });

  it('that finds every slot taken goes to the other acquirer at once, and is refused where there is none', async () => {
    const crowd = async (spill: boolean): Promise<readonly (readonly [number, string | null])[]> => {
      const world = createWorld({
        adjust: (policy) => ({
          ...policy,
          upstream: {
            ...policy.upstream,
            concurrency: { ...policy.upstream.concurrency, enabled: true, initial: 6, max: 6, brandShare: 1 },
            fairShare: { ...policy.upstream.fairShare, spill, queuePerMerchant: 1, waitMs: 100 },
          },
        }),
      });
      const shop = await world.enrol('shop');
      return world.play(async () => {
        const forms: string[] = [];
        for (let count = 0; count < 12; count += 1) forms.push(await pay(shop));
        const post = poster(world, shop);
        const told = await Promise.all(forms.map((form) => post('/v1/charges', form)));
        return told.map(({ status, header }) => [status, header('Breakwater-Acquirer')] as const);
      });
    };
    const spilt = await crowd(true);
    expect(spilt.every(([status]) => status === 200)).toBe(true);
    expect(new Set(spilt.map(([, acquirer]) => acquirer))).toEqual(new Set(['escott', 'gmo']));
    const held = await crowd(false);
    expect(held.filter(([status]) => status === 429).length).toBeGreaterThan(2);
    expect(held.every(([, acquirer]) => acquirer !== 'gmo')).toBe(true);
  });

  it('beyond what is agreed with the acquirer is refused at once, says when, and leaves nothing behind', async () => {
    const world = createWorld({
      adjust: (policy) => ({
        ...policy,
        routing: { ...policy.routing, failover: false },
        limits: {
          ...policy.limits,
          // Three calls, then one in ten seconds.
          outbound: {
            enabled: true,
            contractPerSecond: { escott: 0.1, gmo: 0.1 },
            share: 1,
            burstSeconds: 30,
            criticalReserve: 0,
          },
        },
      }),
    });
    const shop = await world.enrol('shop');
    await world.play(async () => {
      const post = poster(world, shop);
      const [first, second] = [await pay(shop), await pay(shop)];
      expect((await post('/v1/charges', `${first}&capture=false`)).status).toBe(200);
      const fromMs = world.stage.nowMs();
      const told = await post('/v1/charges', `${second}&capture=false`);
      expect(world.stage.nowMs() - fromMs).toBeLessThan(200);
      expect([told.status, told.header('Retry-After'), told.header('Breakwater-Decided-By')]).toEqual([
        429,
        '10',
        'gateway-limiter',
      ]);
      expect((await shop.get('/v1/charges')).json.count).toBe(1);
      // Its token was not used up: the same request passes when it is told to come.
      await world.stage.castMember('buyer').clock.sleep(10_000);
      expect((await post('/v1/charges', `${second}&capture=false`)).status).toBe(200);
    });
  });

  it('beyond what is agreed with one acquirer goes to another that may be sent more', async () => {
    const world = createWorld({
      adjust: (policy) => ({
        ...policy,
        limits: {
          ...policy.limits,
          outbound: {
            enabled: true,
            contractPerSecond: { escott: 0.1, gmo: 10 },
            share: 1,
            burstSeconds: 20,
            criticalReserve: 0,
          },
        },
      }),
    });
    const shop = await world.enrol('shop');
    const acquirers = await world.play(async () => {
      const post = poster(world, shop);
      const [first, second] = [await pay(shop), await pay(shop)];
      const told = [await post('/v1/charges', first), await post('/v1/charges', second)];
      return told.map(({ status, header }) => [status, header('Breakwater-Acquirer')]);
    });
    expect(acquirers).toEqual([
      [200, 'gmo'],
      [200, 'gmo'],
    ]);
  });
});
