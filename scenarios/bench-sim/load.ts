/**
 * Loads one server and says how it went: the work of `load-process.ts`.
 *
 * Closed loop: so many connections, each asks again as soon as it was answered. Open loop: requests
 * leave at their times whether or not earlier ones were answered, and a wait counts from the time
 * at which its request should have left, so that a server that stops is not excused
 * ("coordinated omission").
 */
import { Pool } from 'undici';
import { type Ask, formHeaders } from './server-process.ts';

export type LoadOrder =
  | { readonly kind: 'closed'; readonly ask: Ask; readonly connections: number; readonly forMs: number }
  /** After `warmUpMs` in which nothing counts: connections are opened then, and this process compiles itself. */
  | {
      readonly kind: 'open';
      readonly ask: Ask;
      readonly perSecond: number;
      readonly warmUpMs: number;
      readonly forMs: number;
    }
  /** Enters orders for `forMs`, then executes all of them. `card` is the form of the card. */
  | {
      readonly kind: 'charges';
      readonly origin: string;
      readonly shop: string;
      readonly card: string;
      readonly connections: number;
      readonly forMs: number;
    };

export interface LoadFigures {
  readonly perSecond: number;
  readonly requests: number;
  /** Answers that were not good. */
  readonly wrong: number;
  /** From when a request should have left to its last byte. */
  readonly waitsMs: { readonly p50: number; readonly p99: number };
}

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;

const figures = (waitsMs: number[], wrong: number, tookMs: number): LoadFigures => {
  const sorted = waitsMs.sort((a, b) => a - b);
  return {
    perSecond: (waitsMs.length / tookMs) * 1000,
    requests: waitsMs.length,
    wrong,
    waitsMs: { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) },
  };
};

const post = async (pool: Pool, path: string, body: string): Promise<string> => {
  const reply = await pool.request({ method: 'POST', path, headers: formHeaders, body });
  return reply.body.text();
};

/** Every worker takes one job after another until there is none. */
const inParallel = async (workers: number, next: () => Promise<boolean>): Promise<void> => {
  await Promise.all(
    Array.from({ length: workers }, async () => {
      while (await next());
    }),
  );
};

const closed = async ({ ask, connections, forMs }: Extract<LoadOrder, { kind: 'closed' }>): Promise<LoadFigures> => {
  const { origin, pathname } = new URL(ask.url);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const waitsMs: number[] = [];
  let wrong = 0;
  const startedMs = performance.now();
  await inParallel(connections, async () => {
    const fromMs = performance.now();
    if (fromMs - startedMs >= forMs) return false;
    if (!(await post(pool, pathname, ask.body)).includes(ask.good)) wrong += 1;
    waitsMs.push(performance.now() - fromMs);
    return true;
  });
  const tookMs = performance.now() - startedMs;
  await pool.close();
  return figures(waitsMs, wrong, tookMs);
};

/** Requests beyond these wait for a connection, and their wait counts. */
const openConnectionsMax = 1_000;

const open = async ({
  ask,
  perSecond,
  warmUpMs,
  forMs,
}: Extract<LoadOrder, { kind: 'open' }>): Promise<LoadFigures> => {
  const { origin, pathname } = new URL(ask.url);
  const pool = new Pool(origin, { pipelining: 1, connections: openConnectionsMax });
  const waitsMs: number[] = [];
  const under: Promise<void>[] = [];
  let wrong = 0;
  const total = Math.round((perSecond * (warmUpMs + forMs)) / 1000);
  const startedMs = performance.now();
  const one = async (dueMs: number): Promise<void> => {
    if (!(await post(pool, pathname, ask.body)).includes(ask.good)) wrong += 1;
    if (dueMs - startedMs >= warmUpMs) waitsMs.push(performance.now() - dueMs);
  };
  for (let sent = 0; sent < total; ) {
    const dueMs = startedMs + (sent / perSecond) * 1000;
    if (dueMs > performance.now()) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      continue;
    }
    under.push(one(dueMs));
    sent += 1;
  }
  await Promise.all(under);
  const tookMs = performance.now() - startedMs - warmUpMs;
  await pool.close();
  return figures(waitsMs, wrong, tookMs);
};

const charges = async (order: Extract<LoadOrder, { kind: 'charges' }>): Promise<LoadFigures> => {
  const { origin, shop, card, connections, forMs } = order;
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const mark = Math.round(performance.timeOrigin + performance.now()).toString(36);
  const entered: string[] = [];
  let orders = 0;
  const startedMs = performance.now();
  await inParallel(connections, async () => {
    if (performance.now() - startedMs >= forMs) return false;
    orders += 1;
    const id = `b${mark}-${orders}`;
    const access = await post(pool, '/payment/EntryTran.idPass', `${shop}&OrderID=${id}&JobCd=CAPTURE&Amount=1000`);
    if (access.includes('AccessID=')) entered.push(`${access.trim()}&OrderID=${id}`);
    return true;
  });
  const waitsMs: number[] = [];
  let wrong = orders - entered.length;
  const fromMs = performance.now();
  await inParallel(connections, async () => {
    const next = entered.pop();
    if (next === undefined) return false;
    const sentMs = performance.now();
    const answer = await post(pool, '/payment/ExecTran.idPass', `${next}&Method=1&${card}`);
    if (!answer.includes('Approve=') || answer.includes('ErrCode')) wrong += 1;
    waitsMs.push(performance.now() - sentMs);
    return true;
  });
  const tookMs = performance.now() - fromMs;
  await pool.close();
  return figures(waitsMs, wrong, tookMs);
};

export const load = (order: LoadOrder): Promise<LoadFigures> => {
  switch (order.kind) {
    case 'closed':
      return closed(order);
    case 'open':
      return open(order);
    case 'charges':
      return charges(order);
  }
};
