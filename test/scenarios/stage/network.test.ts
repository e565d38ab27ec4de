import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { Fetch } from '../../../gateway/ports.ts';
import type { Party } from '../../../scenarios/stage/exchange.ts';
import type { Toxic } from '../../../scenarios/stage/toxics.ts';
import { type Behaviour, fetchContract } from '../../contracts/fetch-contract.ts';
import { resolveContract } from '../../contracts/resolve-contract.ts';
import { addShop, exactStage, get, post, recordExchanges, sendAt } from './world.ts';

const toxicOf: Partial<Record<Behaviour, Toxic>> = {
  refused: { type: 'down' },
  reset: { type: 'reset_after' },
  silent: { type: 'timeout', attributes: { timeout: 0 } },
  'stalled-body': { type: 'timeout', attributes: { timeout: 0 } },
  'cut-body': { type: 'limit_data', attributes: { bytes: 40 } },
};

for (const http of ['light', 'web'] as const) {
  fetchContract(`the virtual network with ${http} classes`, () => {
    const stage = exactStage({ http });
    let served = 0;
    return {
      fetch: stage.castMember('caller').fetch,
      serve: async (behaviour) => {
        if (behaviour === 'unknown-host') return 'http://acquirer.invalid';
        const program = `far-${++served}`;
        stage.addProgram({
          program,
          host: `${program}.test`,
          create: () => {
            const app = new Hono();
            app.all('*', async (c) => {
              if (behaviour === 'busy') return c.text('busy', 503);
              if (behaviour === 'redirect')
                return c.req.path === '/elsewhere' ? c.text('followed') : c.redirect('/elsewhere');
              const url = new URL(c.req.url);
              const answer = {
                method: c.req.method,
                path: url.pathname + url.search,
                headers: c.req.header(),
                body: await c.req.text(),
              };
              return c.json(answer, 200, { 'x-answer': 'yes' });
            });
            return { app };
          },
        });
        const toxic = toxicOf[behaviour];
        if (toxic !== undefined) stage.network.link('cast', program).add(toxic);
        await stage.run({ untilMs: stage.nowMs() + 1 });
        return `http://${program}.test`;
      },
      settle: async (promise) => {
        promise.catch(() => {});
        await stage.run({ untilMs: stage.nowMs() + 10_000 });
        return promise;
      },
      close: async () => {},
    };
  });
}

resolveContract('the virtual network', () => {
  const { network } = exactStage();
  network.addHost('shop.test', 'shop');
  return { resolve: network.resolveFor({ isAlive: true } as Party), known: 'shop.test' };
});

describe('the network', () => {
  it('lets a timed-out request go on at the callee, and drops its late reply', async () => {
    const stage = exactStage();
    const shop = addShop(stage);
    const exchanges = recordExchanges(stage);
    const { fetch } = stage.castMember('buyer');
    const outcome = sendAt(stage, fetch, 0, 'http://shop.test/slow', { ...get, timeoutMs: 300 });
    await stage.run({ untilMs: 5000 });
    expect(outcome.told).toEqual({ what: 'TimeoutError', atMs: 300 });
    expect(shop.done).toEqual(['slow@1010']);
    expect(exchanges).toHaveLength(1);
    expect(exchanges[0]).toMatchObject({ outcome: 'timeout', endedUs: 300_000, answeredUs: 1_010_000, status: 200 });
  });

  it('leaves no timer of an answered request behind', async () => {
    const stage = exactStage();
    addShop(stage);
    const { fetch } = stage.castMember('buyer');
    sendAt(stage, fetch, 0, 'http://shop.test/quick', { ...get, timeoutMs: 3_600_000 });
    await stage.run({ untilMs: 50 });
    expect(stage.counters()).toMatchObject({ liveTimers: 0, open: 0, requests: 1, sent: 1, outcomes: { replied: 1 } });
  });

  it('shows a tap both bodies, both heads, who and when', async () => {
    const stage = exactStage();
    addShop(stage);
    const exchanges = recordExchanges(stage);
    const { fetch } = stage.castMember('buyer');
    sendAt(stage, fetch, 100, 'http://shop.test/?q=1', {
      ...post('hello'),
      headers: { 'x-shop': 't1' },
      drawKey: 'secret',
    });
    await stage.run({ untilMs: 5000 });
    expect(exchanges).toHaveLength(1);
    expect(exchanges[0]).toMatchObject({
      from: 'buyer',
      to: 'shop',
      method: 'POST',
      path: '/?q=1',
      requestHeaders: { 'x-shop': 't1' },
      requestBody: 'hello',
      sentUs: 100_000,
      arrivedUs: 110_000,
      answeredUs: 110_000,
      status: 200,
      replyBody: 'hello',
      outcome: 'replied',
      endedUs: 120_000,
    });
    expect(exchanges[0]?.replyHeaders?.get('content-type')).toBe('text/plain;charset=UTF-8');
  });

  it('names a host that nobody announced, and refuses one that nobody listens on', async () => {
    const stage = exactStage();
    const shop = addShop(stage);
    const { fetch } = stage.castMember('buyer');
    const unknown = sendAt(stage, fetch, 100, 'http://elsewhere.test/');
    stage.clock.after(50, () => shop.instance.kill());
    const refused = sendAt(stage, fetch, 100, 'http://shop.test:80/quick');
    await stage.run({ untilMs: 5000 });
    expect([unknown.told, refused.told]).toEqual([
      { what: 'ENOTFOUND', atMs: 120 },
      { what: 'ECONNREFUSED', atMs: 120 },
    ]);
  });

  it('shares a host among its instances by what a request is; a killed one moves only its own', async () => {
    const serving = async (killed: readonly string[]): Promise<Map<string, string>> => {
      const stage = exactStage();
      const instances = ['shop-1', 'shop-2', 'shop-3'].map((name) => addShop(stage, { name }).instance);
      const { fetch } = stage.castMember('buyer');
      stage.clock.after(10, () => {
        for (const instance of instances) if (killed.includes(instance.name)) instance.kill();
      });
      const served = new Map<string, string>();
      stage.clock.after(20, () => {
        for (let index = 0; index < 600; index++) {
          const drawKey = `order-${index}`;
          void fetch('http://shop.test/quick', { ...get, drawKey }).then(async (reply) =>
            served.set(drawKey, await reply.text()),
          );
        }
      });
      await stage.run({ untilMs: 5000 });
      return served;
    };
    const all = await serving([]);
    for (const name of ['shop-1/1', 'shop-2/1', 'shop-3/1']) {
      expect([...all.values()].filter((by) => by === name).length).toBeGreaterThan(140);
    }
    const without = await serving(['shop-2']);
    expect(without.size).toBe(600);
    const stayed = [...all].filter(([, by]) => by !== 'shop-2/1');
    expect(stayed.map(([key]) => [key, without.get(key)])).toEqual(stayed);
    expect([...without.values()]).not.toContain('shop-2/1');
  });

  it('draws for a request by what it is: without one client, the others meet what they met (seeds 1-3)', async () => {
    const fates = async (seed: number, clients: readonly string[]): Promise<Map<string, string>> => {
      const stage = exactStage({ seed, latency: { medianMs: 10, sigma: 0.5 } });
      addShop(stage);
      const link = stage.network.link('cast', 'shop');
      link.add({ type: 'reset_before', toxicity: 0.1 });
      link.add({ type: 'latency', toxicity: 0.5, attributes: { latency: 100, jitter: 90 } });
      const fate = new Map<string, string>();
      stage.network.onExchange((x) => {
        fate.set(`${x.requestBody} of ${x.from}`, `${x.outcome} ${x.sentUs} ${x.arrivedUs} ${x.endedUs}`);
      });
      for (const name of clients) {
        const { clock, fetch, random } = stage.castMember(name);
        let ordinal = 0;
        const next = (): void => {
          ordinal++;
          // Twice the same key: a retry meets draws of its own, also common to both runs.
          const request = { ...post(`${ordinal}`), drawKey: `${name}/${ordinal >> 1}` };
          void fetch('http://shop.test/', request).catch(() => {});
          if (ordinal < 200) clock.after(random.float() * 50, next);
        };
        clock.after(random.float() * 50, next);
      }
      await stage.run({ untilMs: 60_000 });
      return fate;
    };
    for (const seed of [1, 2, 3]) {
      const all = await fates(seed, ['ann', 'bob', 'cyd']);
      const fewer = await fates(seed, ['ann', 'cyd']);
      expect(fewer.size).toBe(400);
      expect(new Set([...all.values()].map((fate) => fate.split(' ')[0]))).toEqual(new Set(['replied', 'ECONNRESET']));
      for (const [request, fate] of fewer) expect(all.get(request)).toBe(fate);
    }
  });

  it('lets a request that is sent again under the same key draw anew', async () => {
    const stage = exactStage();
    addShop(stage);
    stage.network.link('cast', 'shop').add({ type: 'reset_after', toxicity: 0.5 });
    const { fetch } = stage.castMember('buyer');
    const outcomes = Array.from({ length: 40 }, (_, index) =>
      sendAt(stage, fetch, 100 * index + 100, 'http://shop.test/quick', { ...get, drawKey: 'inquiry/1' }),
    );
    await stage.run({ untilMs: 60_000 });
    expect(new Set(outcomes.map(({ told }) => told?.what))).toEqual(new Set(['ECONNRESET', '200 shop/1']));
  });

  it('fails the run when an app throws instead of answering', async () => {
    const stage = exactStage();
    const app = { fetch: () => Promise.reject(new Error('no answer')) };
    stage.addProgram({ program: 'broken', host: 'broken.test', create: () => ({ app }) });
    const { fetch }: { fetch: Fetch } = stage.castMember('buyer');
    sendAt(stage, fetch, 10, 'http://broken.test/');
    await expect(stage.run({ untilMs: 5000 })).rejects.toThrow('broken: app.fetch failed');
  });
});
