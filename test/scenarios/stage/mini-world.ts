/**
 * A bad quarter of an hour in small: buyers, a gateway of two instances with a store, a bank, and
 * everything the stage can do to them. Also a program: `node mini-world.ts SEED OPERATIONS HTTP`
 * prints the trace hash.
 */
import { Hono } from 'hono';
import type { Query } from '../../../gateway/ports.ts';
import { openSqliteStore } from '../../../gateway/store/sqlite.ts';
import { lognormalByMedian, poissonGapMs } from '../../../scenarios/stage/distributions.ts';
import { createStage, type StageCounters } from '../../../scenarios/stage/stage.ts';

const insert: Query<{ key: string; state: string }, never> = {
  sql: 'insert or replace into orders values (?, ?)',
  parameters: [{ arg: 'key' }, { arg: 'state' }],
};

export interface MiniOptions {
  readonly seed: number;
  readonly operations: number;
  readonly http?: 'light' | 'web';
}

export const playMiniWorld = async ({
  seed,
  operations,
  http = 'light',
}: MiniOptions): Promise<{ hash: string; counters: StageCounters; rows: number }> => {
  const stage = createStage({ seed, startWallMs: Date.UTC(2017, 6, 12), http, latency: { medianMs: 8, sigma: 0.4 } });
  const store = openSqliteStore({ location: ':memory:' });
  Array.from(store.inspect('create table orders (key text primary key, state text not null)'));

  stage.addProgram({
    program: 'bank',
    host: 'bank.test',
    create: ({ clock, random, log }) => {
      let busy = 0;
      const app = new Hono();
      app.post('/authorise', async (c) => {
        const key = c.req.header('x-key') ?? '';
        if (++busy === 40) log.warn({ event: 'bank.busy', busy });
        await clock.sleep(lognormalByMedian(random.fork(key), 250, 0.6));
        busy--;
        return c.json({ key, body: await c.req.text() }, random.fork(key).integer(0, 9) === 0 ? 402 : 200, {
          'X-Decided': 'issuer',
        });
      });
      const background = (): void => {
        clock.after(poissonGapMs(random, 50), background);
      };
      background();
      return { app };
    },
  });

  for (const name of ['gateway-1', 'gateway-2']) {
    stage.addProgram({
      program: 'gateway',
      name,
      host: 'gateway.test',
      skewMs: name === 'gateway-2' ? 40 : 0,
      create: ({ clock, entropy, fetch, log, revocable }) => {
        const own = revocable(store);
        const app = new Hono();
        app.use(async (c, next) => {
          await next();
          c.header('x-wall', String(clock.wallMs()));
        });
        app.post('/charges', async (c) => {
          const key = c.req.header('x-key') ?? '';
          const id = Buffer.from(entropy.bytes(9, key)).toString('base64url');
          await own.unit((tx) => tx.run(insert, { key, state: 'intent' }));
          const request = {
            method: 'POST',
            headers: { 'x-key': key },
            body: await c.req.text(),
            timeoutMs: 2000,
            drawKey: key,
          } as const;
          const state = await fetch('http://bank.test/authorise', request).then(
            (reply) => String(reply.status),
            (error: Error) => {
              log.info({ event: 'charge.unknown', key, error });
              return 'unknown';
            },
          );
          await own.unit((tx) => tx.run(insert, { key, state }));
          return c.json({ id, state }, state === '200' ? 201 : 502);
        });
        return { app };
      },
    });
  }

  const buyers = 20;
  for (let buyer = 0; buyer < buyers; buyer++) {
    const name = `buyer-${buyer}`;
    stage.spawnTask(name, async () => {
      const { clock, fetch, random } = stage.castMember(name);
      const open: Promise<unknown>[] = [];
      for (let ordinal = 0; ordinal < operations / buyers; ordinal++) {
        await clock.sleep(poissonGapMs(random, 1));
        const key = `${name}/${ordinal}`;
        const request = {
          method: 'POST',
          headers: { 'x-key': key },
          body: `amount=${random.integer(1, 9999)}`,
          timeoutMs: 5000,
          drawKey: key,
        } as const;
        open.push(
          fetch('http://gateway.test/charges', request).then(
            (reply) => reply.text(),
            () => null,
          ),
        );
      }
      await Promise.all(open);
    });
  }

  const minute = 60_000;
  const toBank = stage.network.link('gateway', 'bank');
  const at = (atMs: number, act: () => void): void => void stage.clock.after(atMs, act);
  at(0.2 * minute, () => toBank.add({ type: 'latency', toxicity: 0.3, attributes: { latency: 900, jitter: 800 } }));
  at(0.4 * minute, () => toBank.add({ type: 'reset_after', toxicity: 0.2 }));
  at(0.5 * minute, () =>
    stage.network.link('cast', 'gateway').add({ type: 'loss', stream: 'upstream', attributes: { share: 0.1 } }),
  );
  at(0.6 * minute, () => stage.instance('gateway-1').kill());
  at(0.8 * minute, () => stage.spawnTask('restart', () => stage.instance('gateway-1').restart()));
  at(0.9 * minute, () => stage.instance('bank').freeze());
  at(1.1 * minute, () => stage.instance('bank').resume());
  at(1.2 * minute, () => toBank.add({ type: 'down' }));
  at(1.3 * minute, () => toBank.heal());
  at(1.4 * minute, () => stage.instance('gateway-2').crashAt(stage.instance('gateway-2').crashPoints + 25));

  await stage.run({ untilMs: 15 * minute });
  const rows = Number([...store.inspect('select count(*) as n from orders')][0]?.n);
  store.close();
  return { hash: stage.traceHash(), counters: stage.counters(), rows };
};

if (import.meta.main) {
  const [seed, operations, http] = process.argv.slice(2);
  const { hash } = await playMiniWorld({
    seed: Number(seed),
    operations: Number(operations),
    http: http === 'web' ? 'web' : 'light',
  });
  console.log(hash);
}
