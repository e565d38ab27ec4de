import { describe, expect, it } from 'vitest';
import type { Toxic } from '../../../scenarios/stage/toxics.ts';
import { addShop, exactStage, get, post, recordExchanges, sendAt } from './world.ts';

/** One request to the shop over a link with these toxics; links take 10 ms each way. */
const through = async (toxics: readonly Toxic[], path = '/quick', request = get) => {
  const stage = exactStage();
  const shop = addShop(stage);
  const exchanges = recordExchanges(stage);
  const { fetch } = stage.castMember('buyer');
  for (const toxic of toxics) stage.network.link('cast', 'shop').add(toxic);
  const outcome = sendAt(stage, fetch, 1000, `http://shop.test${path}`, request);
  await stage.run({ untilMs: 60_000 });
  const faults = stage.network.faults().map(({ toxic, intended, injected }) => `${toxic} ${intended}/${injected}`);
  return { ...outcome.told, arrived: shop.seen.length, faults, exchange: exchanges[0] };
};

describe('a link', () => {
  it('without toxics takes its latency each way', async () => {
    const { what, atMs, exchange } = await through([]);
    expect([what, atMs]).toEqual(['200 shop/1', 1020]);
    expect(exchange).toMatchObject({
      sentUs: 1_000_000,
      arrivedUs: 1_010_000,
      answeredUs: 1_010_000,
      endedUs: 1_020_000,
    });
  });

  it('may take different times up and down, spread by its sigma', async () => {
    const stage = exactStage();
    addShop(stage);
    const { fetch } = stage.castMember('buyer');
    stage.network.link('cast', 'shop').latency = {
      up: { medianMs: 30, sigma: 0.5 },
      down: { medianMs: 3, sigma: 0.5 },
    };
    const exchanges = recordExchanges(stage);
    for (let index = 0; index < 2000; index++)
      sendAt(stage, fetch, 100 + index, 'http://shop.test/quick', { ...get, drawKey: `r${index}` });
    await stage.run({ untilMs: 10_000 });
    const medianOf = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number;
    expect(medianOf(exchanges.map((x) => (x.arrivedUs as number) - x.sentUs)) / 1000).toBeCloseTo(30, -1);
    expect(medianOf(exchanges.map((x) => x.endedUs - (x.answeredUs as number))) / 1000).toBeCloseTo(3, 0);
  });
});

describe('a toxic', () => {
  it('latency adds to its own direction, downstream unless said otherwise', async () => {
    const down = await through([{ type: 'latency', attributes: { latency: 300 } }]);
    expect([down.what, down.atMs, down.exchange?.arrivedUs]).toEqual(['200 shop/1', 1320, 1_010_000]);
    const up = await through([{ type: 'latency', stream: 'upstream', attributes: { latency: 300 } }]);
    expect([up.what, up.atMs, up.exchange?.arrivedUs]).toEqual(['200 shop/1', 1320, 1_310_000]);
    expect(up.faults).toEqual(['latency_upstream 1/1']);
  });

  it('latency jitters around its middle', async () => {
    const times = await Promise.resolve(
      Array.from({ length: 1 }, () => through([{ type: 'latency', attributes: { latency: 300, jitter: 100 } }])),
    );
    for (const { atMs } of await Promise.all(times)) {
      expect(atMs).toBeGreaterThanOrEqual(1220);
      expect(atMs).toBeLessThanOrEqual(1420);
      expect(atMs).not.toBe(1320);
    }
  });

  it('bandwidth takes time for every byte, head and body', async () => {
    const body = 'x'.repeat(50_000);
    const { what, atMs, exchange } = await through(
      [{ type: 'bandwidth', stream: 'upstream', attributes: { rate: 50 } }],
      '/',
      post(body),
    );
    expect(what).toBe(`200 ${body}`);
    const upMs = (exchange?.arrivedUs as number) / 1000 - 1010;
    expect(upMs).toBeGreaterThan(1000);
    expect(upMs).toBeLessThan(1005);
    expect(atMs).toBeCloseTo(1020 + upMs, 5);
  });

  it('slow_close leaves a complete reply alone, and is counted', async () => {
    const { what, atMs, faults } = await through([{ type: 'slow_close', attributes: { delay: 5000 } }]);
    expect([what, atMs, faults]).toEqual(['200 shop/1', 1020, ['slow_close_downstream 1/1']]);
  });

  it('timeout 0 is a black hole: upstream the request never arrives, downstream only the reply is lost', async () => {
    const up = await through([{ type: 'timeout', stream: 'upstream', attributes: { timeout: 0 } }]);
    expect([up.what, up.atMs, up.arrived]).toEqual(['TimeoutError', 6000, 0]);
    const down = await through([{ type: 'timeout', attributes: { timeout: 0 } }]);
    expect([down.what, down.atMs, down.arrived]).toEqual(['TimeoutError', 6000, 1]);
    expect(down.exchange).toMatchObject({ outcome: 'timeout', status: 200, replyBody: 'shop/1' });
  });

  it('timeout closes the connection when its time is up', async () => {
    const { what, atMs, arrived } = await through([
      { type: 'timeout', stream: 'upstream', attributes: { timeout: 700 } },
    ]);
    expect([what, atMs, arrived]).toEqual(['UND_ERR_SOCKET', 1720, 0]);
  });

  it('reset_peer resets after its time; whether the request arrived depends on the stream', async () => {
    const up = await through([{ type: 'reset_peer', stream: 'upstream', attributes: { timeout: 50 } }]);
    expect([up.what, up.atMs, up.arrived]).toEqual(['ECONNRESET', 1070, 0]);
    const down = await through([{ type: 'reset_peer', attributes: { timeout: 50 } }]);
    expect([down.what, down.atMs, down.arrived]).toEqual(['ECONNRESET', 1070, 1]);
  });

  it('reset_before and reset_after say which side of the arrival they are on', async () => {
    const before = await through([{ type: 'reset_before' }]);
    expect([before.what, before.arrived]).toEqual(['ECONNRESET', 0]);
    const after = await through([{ type: 'reset_after' }]);
    expect([after.what, after.arrived, after.exchange?.status]).toEqual(['ECONNRESET', 1, 200]);
  });

  it('limit_data cuts what is longer and lets the rest pass', async () => {
    const limit: Toxic = { type: 'limit_data', attributes: { bytes: 500 } };
    const long = await through([limit], '/', post('x'.repeat(600)));
    expect([long.what, long.arrived, long.faults]).toEqual(['UND_ERR_SOCKET', 1, ['limit_data_downstream 1/1']]);
    const short = await through([limit], '/', post('x'));
    expect([short.what, short.faults]).toEqual(['200 x', ['limit_data_downstream 0/0']]);
  });

  it.each([
    ['down', { type: 'down' }, 'ECONNREFUSED', 1020],
    ['unreachable', { type: 'unreachable' }, 'EHOSTUNREACH', 1020],
    ['connect_timeout', { type: 'connect_timeout', attributes: { timeout: 3000 } }, 'UND_ERR_CONNECT_TIMEOUT', 4020],
  ] as const)('%s is seen before anything was sent', async (_, toxic, code, atMs) => {
    expect(await through([toxic])).toMatchObject({ what: code, atMs, arrived: 0 });
  });

  it('down resets what is open: a request on its way is lost, one at work goes on unheard', async () => {
    const stage = exactStage();
    const shop = addShop(stage);
    const exchanges = recordExchanges(stage);
    const { fetch } = stage.castMember('buyer');
    const link = stage.network.link('cast', 'shop');
    const atWork = sendAt(stage, fetch, 100, 'http://shop.test/slow');
    const onItsWay = sendAt(stage, fetch, 495, 'http://shop.test/quick');
    stage.clock.after(500, () => link.add({ type: 'down' }));
    stage.clock.after(600, () => link.remove('down_upstream'));
    const afterwards = sendAt(stage, fetch, 700, 'http://shop.test/quick');
    await stage.run({ untilMs: 10_000 });
    expect([atWork.told, onItsWay.told]).toEqual([
      { what: 'ECONNRESET', atMs: 510 },
      { what: 'ECONNRESET', atMs: 510 },
    ]);
    expect(afterwards.told?.what).toBe('200 shop/1');
    expect([shop.seen, shop.done]).toEqual([['slow@110', 'quick@710'], ['slow@1110']]);
    expect(exchanges.map((x) => `${x.path} ${x.outcome} ${x.arrivedUs !== null}`).toSorted()).toEqual([
      '/quick ECONNRESET false',
      '/quick replied true',
      '/slow ECONNRESET true',
    ]);
  });

  it('loss costs retransmissions, and after six in a row the message', async () => {
    const always = await through([{ type: 'loss', stream: 'upstream', attributes: { share: 1 } }]);
    expect([always.what, always.arrived]).toEqual(['TimeoutError', 0]);
    const stage = exactStage();
    addShop(stage);
    const exchanges = recordExchanges(stage);
    const { fetch } = stage.castMember('buyer');
    stage.network.link('cast', 'shop').add({ type: 'loss', attributes: { share: 0.3 } });
    for (let index = 0; index < 3000; index++)
      sendAt(stage, fetch, 100, 'http://shop.test/quick', { ...get, timeoutMs: 60_000, drawKey: `r${index}` });
    await stage.run({ untilMs: 120_000 });
    const lateBy = exchanges.map((x) => (x.endedUs - x.sentUs) / 1000 - 20);
    expect(new Set(lateBy).isSubsetOf(new Set([0, 200, 600, 1400, 3000, 6200, 12_600, 59_980]))).toBe(true);
    expect(lateBy.filter((ms) => ms === 0).length / 3000).toBeCloseTo(0.7, 1);
  });

  it('touches the share of requests that its toxicity says, and counts them', async () => {
    const stage = exactStage();
    addShop(stage);
    const exchanges = recordExchanges(stage);
    const { fetch } = stage.castMember('buyer');
    stage.network.link('cast', 'shop').add({ type: 'reset_after', name: 'lost replies', toxicity: 0.25 });
    for (let index = 0; index < 4000; index++)
      sendAt(stage, fetch, 100 + index, 'http://shop.test/quick', { ...get, drawKey: `r${index}` });
    await stage.run({ untilMs: 20_000 });
    const hit = exchanges.filter((x) => x.outcome === 'ECONNRESET').length;
    expect(hit / 4000).toBeCloseTo(0.25, 1);
    expect(stage.network.faults()).toEqual([
      { link: 'cast->shop', toxic: 'lost replies', intended: hit, injected: hit },
    ]);
  });

  it('is intended but not injected when nobody waits for the reply any more', async () => {
    const { what, faults } = await through([{ type: 'reset_after' }], '/slow', { ...get, timeoutMs: 500 });
    expect([what, faults]).toEqual(['TimeoutError', ['reset_after_downstream 1/0']]);
  });

  it('that begins while a request is at work loses its reply', async () => {
    const stage = exactStage();
    addShop(stage);
    const { fetch } = stage.castMember('buyer');
    const outcome = sendAt(stage, fetch, 100, 'http://shop.test/slow');
    stage.clock.after(500, () =>
      stage.network.link('cast', 'shop').add({ type: 'timeout', attributes: { timeout: 0 } }),
    );
    await stage.run({ untilMs: 10_000 });
    expect(outcome.told).toEqual({ what: 'TimeoutError', atMs: 5100 });
  });

  it('adds up with others in the order in which they were added, and a break ends the rest', async () => {
    const { what, atMs, faults } = await through([
      { type: 'latency', name: 'a', attributes: { latency: 100 } },
      { type: 'latency', name: 'b', attributes: { latency: 50 } },
      { type: 'reset_peer', name: 'c', attributes: { timeout: 5 } },
      { type: 'latency', name: 'd', attributes: { latency: 1000 } },
    ]);
    expect([what, atMs, faults]).toEqual(['ECONNRESET', 1175, ['a 1/1', 'b 1/1', 'c 1/1', 'd 0/0']]);
  });

  it('of the same name replaces the former, and a toxicity beyond 1 is refused', () => {
    const link = exactStage().network.link('a', 'b');
    link.add({ type: 'latency', attributes: { latency: 1 } });
    link.add({ type: 'latency', attributes: { latency: 2 } });
    expect(link.toxics).toEqual([{ type: 'latency', attributes: { latency: 2 } }]);
    expect(() => link.add({ type: 'down', toxicity: 1.5 })).toThrow(RangeError);
    link.heal();
    expect(link.toxics).toEqual([]);
  });
});
