/** Small worlds for the tests of the stage: programs of a few lines that meet over HTTP. */
import { Hono } from 'hono';
import type { Fetch, OutboundRequest } from '../../../gateway/ports.ts';
import type { ExchangeRecord } from '../../../scenarios/stage/exchange.ts';
import type { Instance, ProgramSpec } from '../../../scenarios/stage/instances.ts';
import { createStage, type Stage, type StageOptions } from '../../../scenarios/stage/stage.ts';
import { failureOf } from '../../contracts/fetch-contract.ts';

export const get: OutboundRequest = { method: 'GET', headers: {}, timeoutMs: 5000 };
export const post = (body: string, timeoutMs = 5000): OutboundRequest => ({
  method: 'POST',
  headers: {},
  body,
  timeoutMs,
});

/** A stage whose links take exactly 10 ms each way, so that times in tests are round. */
export const exactStage = (options: Partial<StageOptions> = {}): Stage =>
  createStage({ seed: 1, startWallMs: 0, latency: { medianMs: 10, sigma: 0 }, ...options });

/**
 * A shop on `shop.test`: GET /quick answers at once, GET /slow after 1000 ms, POST / echoes.
 * `seen` lists what arrived, `done` what was answered.
 */
export const addShop = (stage: Stage, spec: Partial<ProgramSpec> = {}) => {
  const seen: string[] = [];
  const done: string[] = [];
  const instance = stage.addProgram({
    program: 'shop',
    host: 'shop.test',
    create: ({ clock, name, life }) => {
      const app = new Hono();
      const note = (list: string[], what: string): number => list.push(`${what}@${clock.monotonicMs()}`);
      app.get('/quick', (c) => {
        note(seen, 'quick');
        return c.text(`${name}/${life}`);
      });
      app.get('/slow', async (c) => {
        note(seen, 'slow');
        await clock.sleep(1000);
        note(done, 'slow');
        return c.text(`${name}/${life}`);
      });
      app.post('/', async (c) => {
        note(seen, 'post');
        return c.text(await c.req.text());
      });
      return { app };
    },
    ...spec,
  });
  return { instance, seen, done };
};

export interface Told {
  /** `200 body`, or the failure's code or name. */
  readonly what: string;
  /** Simulated milliseconds. */
  readonly atMs: number;
}

/** Sends at `atMs` and keeps how and when it ended. */
export const sendAt = (stage: Stage, fetch: Fetch, atMs: number, url: string, request = get): { told: Told | null } => {
  const outcome: { told: Told | null } = { told: null };
  stage.clock.after(atMs - stage.nowMs(), () => {
    void fetch(url, request)
      .then(async (reply) => `${reply.status} ${await reply.text()}`, failureOf)
      .then((what) => {
        outcome.told = { what, atMs: stage.nowMs() };
      });
  });
  return outcome;
};

export const recordExchanges = (stage: Stage): ExchangeRecord[] => {
  const exchanges: ExchangeRecord[] = [];
  stage.network.onExchange((exchange) => exchanges.push(exchange));
  return exchanges;
};

export const statesOf = (instances: readonly Instance[]): string[] => instances.map((instance) => instance.state);
