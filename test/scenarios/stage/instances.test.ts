import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { Query, Store } from '../../../gateway/ports.ts';
import { openSqliteStore } from '../../../gateway/store/sqlite.ts';
import type { Handles } from '../../../scenarios/stage/instances.ts';
import type { Stage } from '../../../scenarios/stage/stage.ts';
import { addShop, exactStage, get, post, recordExchanges, sendAt } from './world.ts';

const at = (stage: Stage, atMs: number, act: () => void): void => {
  stage.clock.after(atMs, act);
};

describe('a killed instance', () => {
  it('resets what it was serving and what was on its way, and refuses what comes later', async () => {
    const stage = exactStage();
    const shop = addShop(stage);
    const { fetch } = stage.castMember('buyer');
    const atWork = sendAt(stage, fetch, 100, 'http://shop.test/slow');
    const onItsWay = sendAt(stage, fetch, 495, 'http://shop.test/quick');
    const answered = sendAt(stage, fetch, 485, 'http://shop.test/quick');
    const later = sendAt(stage, fetch, 600, 'http://shop.test/quick');
    at(stage, 500, () => shop.instance.kill());
    await stage.run({ untilMs: 5000 });
    expect([atWork.told, onItsWay.told, answered.told, later.told]).toEqual([
      { what: 'ECONNRESET', atMs: 510 },
      { what: 'ECONNRESET', atMs: 510 },
      // Its answer had left before the kill.
      { what: '200 shop/1', atMs: 505 },
      { what: 'ECONNREFUSED', atMs: 620 },
    ]);
    expect([shop.instance.state, shop.done]).toEqual(['killed', []]);
    expect(stage.counters()).toMatchObject({ liveTimers: 0, open: 0 });
  });

  it('does nothing more: no timer, no sleep, no request, no log line, no reply reaches it', async () => {
    const stage = exactStage();
    addShop(stage);
    const did: string[] = [];
    const logged: string[] = [];
    stage.onLog((line) => logged.push(line.fields.event));
    let handles: Handles | null = null;
    const victim = stage.addProgram({
      program: 'victim',
      host: 'victim.test',
      create: (given) => {
        handles = given;
        given.clock.after(1000, () => did.push('timer'));
        void given.clock.sleep(1000).then(() => did.push('sleep'));
        void given.fetch('http://shop.test/slow', get).then(
          () => did.push('reply'),
          () => did.push('failure'),
        );
        given.log.info({ event: 'alive' });
        return { app: new Hono() };
      },
    });
    at(stage, 500, () => victim.kill());
    at(stage, 600, () => {
      const { clock, fetch, log } = handles as unknown as Handles;
      clock.after(0, () => did.push('new timer'));
      void clock.sleep(0).then(() => did.push('new sleep'));
      void fetch('http://shop.test/quick', get).then(() => did.push('new reply'));
      log.error({ event: 'a dead man speaks' });
    });
    await stage.run({ untilMs: 10_000 });
    expect([did, logged]).toEqual([[], ['alive']]);
    expect(stage.counters().requests).toBe(1);
  });

  it('leaves its own requests with the callee, who works on for nobody', async () => {
    const stage = exactStage();
    const shop = addShop(stage);
    const exchanges = recordExchanges(stage);
    const victim = stage.addProgram({
      program: 'victim',
      host: 'victim.test',
      create: ({ fetch }) => {
        void fetch('http://shop.test/slow', get);
        return { app: new Hono() };
      },
    });
    at(stage, 500, () => victim.kill());
    await stage.run({ untilMs: 10_000 });
    expect(shop.done).toEqual(['slow@1010']);
    expect(exchanges[0]).toMatchObject({ outcome: 'caller-gone', endedUs: 500_000, answeredUs: 1_010_000 });
  });

  it('can be killed again, and while it starts', async () => {
    const stage = exactStage();
    const slow = stage.addProgram({
      program: 'slow',
      host: 'slow.test',
      create: ({ clock }) => ({ app: new Hono(), start: () => clock.sleep(1000) }),
    });
    at(stage, 500, () => {
      slow.kill();
      slow.kill();
    });
    await stage.run({ untilMs: 5000 });
    expect(slow.state).toBe('killed');
  });

  it('ends the wait of whoever starts or stops it', async () => {
    const stage = exactStage();
    const endless = stage.addProgram({
      program: 'endless',
      host: 'endless.test',
      create: ({ clock }) => ({ app: new Hono(), stop: () => clock.sleep(1_000_000) }),
    });
    at(stage, 100, () => stage.spawnTask('stop', () => endless.stop()));
    at(stage, 500, () => endless.kill());
    await stage.run({ untilMs: 5000 });
    expect(endless.state).toBe('killed');
  });
});

describe('a restarted instance', () => {
  it('is created anew with fresh handles, the same streams and no id twice', async () => {
    const stage = exactStage();
    const lives: { life: number; draw: number; id: string }[] = [];
    const shop = addShop(stage, {
      create: ({ life, random, entropy }) => {
        lives.push({ life, draw: random.float(), id: Buffer.from(entropy.bytes(8, 'charge')).toString('hex') });
        return { app: new Hono().get('/quick', (c) => c.text(`life ${life}`)) };
      },
    });
    const { fetch } = stage.castMember('buyer');
    at(stage, 100, () => shop.instance.kill());
    at(stage, 200, () => stage.spawnTask('restart', () => shop.instance.restart()));
    const reply = sendAt(stage, fetch, 300, 'http://shop.test/quick');
    at(stage, 400, () => stage.spawnTask('restart', () => shop.instance.restart()));
    const second = sendAt(stage, fetch, 500, 'http://shop.test/quick');
    await stage.run({ untilMs: 5000 });
    expect([reply.told?.what, second.told?.what]).toEqual(['200 life 2', '200 life 3']);
    expect(lives.map(({ life }) => life)).toEqual([1, 2, 3]);
    expect(new Set(lives.map(({ draw }) => draw)).size).toBe(1);
    expect(new Set(lives.map(({ id }) => id)).size).toBe(3);
  });

  it('cannot be started while it lives', async () => {
    const stage = exactStage();
    const { instance } = addShop(stage);
    stage.spawnTask('again', () => instance.start());
    await expect(stage.run({ untilMs: 100 })).rejects.toThrow('shop is up: it cannot be started');
  });
});

describe('a frozen instance', () => {
  it('answers nobody; what its peers sent it does when it is resumed, in the order of arrival', async () => {
    const stage = exactStage();
    const shop = addShop(stage);
    const exchanges = recordExchanges(stage);
    const { fetch } = stage.castMember('buyer');
    at(stage, 100, () => shop.instance.freeze());
    const timedOut = sendAt(stage, fetch, 200, 'http://shop.test/', post('one', 1000));
    const patient = sendAt(stage, fetch, 300, 'http://shop.test/quick', { ...get, timeoutMs: 60_000 });
    at(stage, 3000, () => shop.instance.resume());
    await stage.run({ untilMs: 10_000 });
    expect([timedOut.told, patient.told]).toEqual([
      { what: 'TimeoutError', atMs: 1200 },
      { what: '200 shop/1', atMs: 3010 },
    ]);
    expect(shop.seen).toEqual(['post@3000', 'quick@3000']);
    expect(exchanges[0]).toMatchObject({ outcome: 'timeout', replyBody: 'one', answeredUs: 3_000_000 });
  });

  it('wakes late from its sleeps, and meets replies and timeouts in the order in which they fell due', async () => {
    const stage = exactStage();
    addShop(stage);
    const did: string[] = [];
    const sleeper = stage.addProgram({
      program: 'sleeper',
      host: 'sleeper.test',
      create: ({ clock, fetch }) => {
        void clock.sleep(500).then(() => did.push(`woke@${clock.monotonicMs()}`));
        void fetch('http://shop.test/slow', { ...get, timeoutMs: 800 }).catch((error: Error) =>
          did.push(`${error.name}@${clock.monotonicMs()}`),
        );
        void fetch('http://shop.test/quick', { ...get, timeoutMs: 800 }).then(() =>
          did.push(`reply@${clock.monotonicMs()}`),
        );
        return { app: new Hono() };
      },
    });
    at(stage, 5, () => sleeper.freeze());
    at(stage, 5000, () => sleeper.resume());
    await stage.run({ untilMs: 10_000 });
    expect(did).toEqual(['reply@5000', 'woke@5000', 'TimeoutError@5000']);
  });

  it('goes on starting when it was frozen while it started', async () => {
    const stage = exactStage();
    const slow = stage.addProgram({
      program: 'slow',
      host: 'slow.test',
      create: ({ clock }) => ({ app: new Hono(), start: () => clock.sleep(1000) }),
    });
    const states: string[] = [];
    at(stage, 500, () => slow.freeze());
    at(stage, 600, () => slow.resume());
    for (const atMs of [550, 650, 1050]) at(stage, atMs, () => states.push(slow.state));
    await stage.run({ untilMs: 5000 });
    expect(states).toEqual(['frozen', 'starting', 'up']);
  });

  it('can be killed, and its peers see a reset at last', async () => {
    const stage = exactStage();
    const shop = addShop(stage);
    const { fetch } = stage.castMember('buyer');
    at(stage, 100, () => shop.instance.freeze());
    const outcome = sendAt(stage, fetch, 200, 'http://shop.test/quick', { ...get, timeoutMs: 60_000 });
    at(stage, 3000, () => shop.instance.kill());
    await stage.run({ untilMs: 10_000 });
    expect(outcome.told).toEqual({ what: 'ECONNRESET', atMs: 3010 });
  });

  it('does not hold up the end of a run', async () => {
    const stage = exactStage();
    const shop = addShop(stage);
    const { fetch } = stage.castMember('buyer');
    at(stage, 100, () => shop.instance.freeze());
    sendAt(stage, fetch, 200, 'http://shop.test/quick');
    expect(await stage.run({ untilMs: 3_600_000 })).toBe('reached');
  });
});

describe('a stopped instance', () => {
  it('runs its own stop, takes no new connection meanwhile, and is gone', async () => {
    const stage = exactStage();
    let stopped = 0;
    const shop = addShop(stage, {
      create: ({ clock }) => ({
        app: new Hono().get('/quick', (c) => c.text('x')),
        stop: async () => {
          await clock.sleep(1000);
          stopped = clock.monotonicMs();
        },
      }),
    });
    const { fetch } = stage.castMember('buyer');
    at(stage, 100, () => stage.spawnTask('stop', () => shop.instance.stop()));
    const outcome = sendAt(stage, fetch, 500, 'http://shop.test/quick');
    await stage.run({ untilMs: 5000 });
    expect([stopped, shop.instance.state, outcome.told?.what]).toEqual([1100, 'stopped', 'ECONNREFUSED']);
  });
});

interface Counter {
  readonly n: number;
}
const read: Query<object, Counter> = { sql: 'select n from counter', parameters: [] };
const write: Query<Counter, never> = { sql: 'update counter set n = ?', parameters: [{ arg: 'n' }] };

/** A shop that counts orders: two statements a unit, then asks the bank, then a second unit. */
const countingWorld = (crashAt: number | null) => {
  const stage = exactStage();
  const store = openSqliteStore({ location: ':memory:' });
  // The stage owns the database: it is there before any program.
  Array.from(store.inspect('create table counter (n integer not null)'));
  Array.from(store.inspect('insert into counter values (0)'));
  const acknowledged: number[] = [];
  const add = (own: Store, by: number): Promise<number> =>
    own.unit(async (tx) => {
      const n = ((await tx.first(read, {}))?.n ?? 0) + by;
      await tx.run(write, { n });
      return n;
    });
  stage.addProgram({
    program: 'bank',
    host: 'bank.test',
    create: () => ({ app: new Hono().post('/', (c) => c.text('paid')) }),
  });
  const shop = stage.addProgram({
    program: 'shop',
    host: 'shop.test',
    create: ({ fetch, revocable }) => {
      const own = revocable(store);
      const app = new Hono();
      app.post('/', async (c) => {
        acknowledged.push(await add(own, 1));
        const paid = await fetch('http://bank.test/', post(''));
        acknowledged.push(await add(own, 10));
        return c.text(await paid.text());
      });
      return { app };
    },
  });
  if (crashAt !== null) shop.crashAt(crashAt);
  const outcome = sendAt(stage, stage.castMember('buyer').fetch, 100, 'http://shop.test/', post(''));
  const inStore = (): number => Number([...store.inspect('select n from counter')][0]?.n);
  return { stage, shop, store, outcome, acknowledged, inStore };
};

describe('crash points', () => {
  it('enumerate the life of a request: each unit, each sending, its arrival and its answer', async () => {
    const { stage, shop, outcome, inStore } = countingWorld(null);
    await stage.run({ untilMs: 5000 });
    expect([outcome.told?.what, inStore(), shop.crashPoints]).toEqual(['200 paid', 11, 10]);
  });

  // receive; unit, commit, committed; send, sent; unit, commit, committed; answer
  it.each([
    { crashAt: 1, inStore: 0, acknowledged: 0, bank: 0 },
    { crashAt: 2, inStore: 0, acknowledged: 0, bank: 0 },
    { crashAt: 3, inStore: 0, acknowledged: 0, bank: 0 },
    { crashAt: 4, inStore: 1, acknowledged: 0, bank: 0 },
    { crashAt: 5, inStore: 1, acknowledged: 1, bank: 0 },
    { crashAt: 6, inStore: 1, acknowledged: 1, bank: 1 },
    { crashAt: 7, inStore: 1, acknowledged: 1, bank: 1 },
    { crashAt: 8, inStore: 1, acknowledged: 1, bank: 1 },
    { crashAt: 9, inStore: 11, acknowledged: 1, bank: 1 },
    { crashAt: 10, inStore: 11, acknowledged: 2, bank: 1 },
  ])('at $crashAt leave $inStore in the store, and the peer sees a reset', async (expected) => {
    const { stage, shop, outcome, acknowledged, inStore } = countingWorld(expected.crashAt);
    await stage.run({ untilMs: 5000 });
    expect({
      crashAt: shop.crashPoints,
      inStore: inStore(),
      acknowledged: acknowledged.length,
      bank: stage.counters().requests - (expected.crashAt === 1 ? 0 : 1),
    }).toEqual(expected);
    expect([shop.state, outcome.told?.what]).toEqual(['killed', 'ECONNRESET']);
  });

  it('go on counting in the next life', async () => {
    const { stage, shop, inStore } = countingWorld(3);
    stage.clock.after(1000, () => stage.spawnTask('restart', () => shop.restart()));
    const again = sendAt(stage, stage.castMember('other').fetch, 2000, 'http://shop.test/', post(''));
    await stage.run({ untilMs: 5000 });
    expect([again.told?.what, inStore(), shop.crashPoints]).toEqual(['200 paid', 11, 13]);
  });
});

describe('the store of an instance', () => {
  it('fails the run when a unit waits for more than its tx', async () => {
    const { stage, store } = countingWorld(null);
    stage.addProgram({
      program: 'hoarder',
      host: 'hoarder.test',
      create: ({ clock, revocable }) => {
        void revocable(store).unit(async () => clock.sleep(5));
        return { app: new Hono() };
      },
    });
    await expect(stage.run({ untilMs: 5000 })).rejects.toThrow(
      'a store unit of hoarder awaits something other than its tx',
    );
  });

  it("hands on what a unit throws, and a read's result", async () => {
    const { stage, store } = countingWorld(null);
    const seen: unknown[] = [];
    stage.addProgram({
      program: 'reader',
      host: 'reader.test',
      create: ({ revocable }) => {
        const own = revocable(store);
        void own.read((tx) => tx.first(read, {})).then((row) => seen.push(row?.n));
        own.unit(() => Promise.reject(new Error('no'))).catch((error: Error) => seen.push(error.message));
        return { app: new Hono() };
      },
    });
    await stage.run({ untilMs: 50 });
    expect(new Set(seen)).toEqual(new Set([0, 'no']));
  });
});
