/**
 * How a reply leaves is one contract with two implementations: real sockets, and the network of the
 * virtual stage. Both are asked the same here, through the same `Fetch` port.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAcquirer } from '../../../acquirer-sim/app.ts';
import type { FaultRuleInput } from '../../../acquirer-sim/faults/rule.ts';
import { createLiveFetch } from '../../../gateway/fetch.ts';
import type { Fetch } from '../../../gateway/ports.ts';
import { createStage } from '../../../scenarios/stage/stage.ts';
import { escottConfig, newPayment, OAUT } from '../escott/card.ts';
import type { Json } from '../world.ts';
import { type Sockets, startSockets } from './sockets.ts';

interface Seen {
  /** `answers <status> <ResponseCd>`, `breaks` or `times out`. */
  readonly end: string;
  readonly tookMs: number;
  readonly injected: number;
  readonly booked: number;
}

type Play = (rule: FaultRuleInput, timeoutMs: number) => Promise<Seen>;

let references = 0;

/** One authorisation under one rule, as a gateway would send it. */
const playOver = async (fetch: Fetch, url: string, nowMs: () => number, rule: FaultRuleInput, timeoutMs: number) => {
  const json = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Json> => {
    const more = body === undefined ? {} : { body: JSON.stringify(body) };
    const reply = await fetch(`${url}/sim/v1${path}`, { method, headers: {}, ...more, timeoutMs: 5_000 });
    return JSON.parse(await reply.text());
  };
  references += 1;
  const reference = `leaves-${references}`;
  await json('POST', '/faults', { id: 'one', ttlMs: 600_000, ...rule });
  const fromMs = nowMs();
  const end = await fetch(url + OAUT, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(newPayment('1Auth', reference)).toString(),
    timeoutMs,
  })
    .then(async (reply) => {
      const code = /ResponseCd=(\w+)/.exec(await reply.text())?.[1] ?? '-';
      return `answers ${reply.status} ${code}`;
    })
    .catch((error: Error) => (error.name === 'TimeoutError' ? 'times out' : 'breaks'));
  const tookMs = nowMs() - fromMs;
  // What leaves after the caller has gone is counted as it leaves.
  let injected = -1;
  let left = 0;
  for (let tries = 0; tries < 60 && left < 3; tries += 1) {
    const now = (await json('GET', '/faults/one')).injected as number;
    left = now === injected ? left + 1 : 0;
    injected = now;
  }
  await json('DELETE', '/faults');
  const { rows } = await json('GET', '/ledger?limit=10000');
  return { end, tookMs, injected, booked: rows.filter((row: Json) => row.reference === reference).length };
};

/** [title, rule, how it ends, injected, booked] */
const table: readonly (readonly [string, FaultRuleInput, string, number, number])[] = [
  ['whole', { kind: 'wrong-status', parameters: { status: 500 } }, 'answers 500 OK', 1, 1],
  ['whole, later', { kind: 'latency', parameters: { delayMs: 60 } }, 'answers 200 OK', 1, 1],
  ['in drops', { kind: 'slow-drip', parameters: { bytesPerSecond: 4_000 } }, 'answers 200 OK', 1, 1],
  ['twice', { kind: 'duplicate-reply' }, 'answers 200 OK', 1, 1],
  ['in a reset, nothing done', { kind: 'reset' }, 'breaks', 1, 0],
  ['in a reset, done', { kind: 'reset', parameters: { at: 'after' } }, 'breaks', 1, 1],
  ['in a reset half way', { kind: 'reset', parameters: { at: 'mid-reply' } }, 'breaks', 1, 1],
  ['cut off', { kind: 'truncated' }, 'breaks', 1, 1],
  ['as something that is no HTTP', { kind: 'tls-alert' }, 'breaks', 1, 0],
  ['refused', { kind: 'refuse' }, 'breaks', 1, 0],
  ['not at all, nothing done', { kind: 'black-hole' }, 'times out', 1, 0],
  ['not at all, done', { kind: 'approved-reply-lost' }, 'times out', 1, 1],
  ['not at all, half open', { kind: 'half-open' }, 'times out', 1, 0],
  ['too late for anybody', { kind: 'latency', parameters: { delayMs: 500 } }, 'times out', 0, 1],
];

/** How long it takes at least: a late reply 60 ms, one that drips about 300 bytes at 4,000 a second. */
const leastMs = (kind: string, injected: number): number => {
  if (kind === 'slow-drip') return 50;
  return kind === 'latency' && injected === 1 ? 60 : 0;
};

const contract = (name: string, play: Play): void => {
  describe(`a reply over ${name}`, () => {
    it.each(table)('leaves %s', async (_, rule, end, injected, booked) => {
      const seen = await play(rule, 400);
      expect({ end: seen.end, injected: seen.injected, booked: seen.booked }).toEqual({ end, injected, booked });
      expect(seen.tookMs).toBeGreaterThanOrEqual(leastMs(rule.kind, injected));
    });
  });
};

let sockets: Sockets;
beforeAll(async () => {
  sockets = await startSockets();
});
afterAll(() => sockets.close());

contract('real sockets', async (rule, timeoutMs) => {
  const seen = await playOver(
    createLiveFetch(),
    `http://127.0.0.1:${sockets.escott.port}`,
    () => performance.now(),
    rule,
    timeoutMs,
  );
  // The late reply leaves when nobody listens any more: long enough for it to be counted, were it.
  if (seen.injected === 0) await new Promise((resolve) => setTimeout(resolve, 250));
  return seen;
});

contract('the virtual stage', async (rule, timeoutMs) => {
  const fast = { mean: 0.1, sigma: 0 };
  const stage = createStage({
    seed: 1,
    startWallMs: Date.parse('2017-07-12T21:00:00+09:00'),
    latency: { medianMs: 1, sigma: 0 },
  });
  stage.addProgram({
    program: 'escott',
    host: 'escott.test',
    create: ({ clock, random, fetch, log }) =>
      createAcquirer({
        clock,
        random,
        fetch,
        log,
        config: escottConfig({ capacity: { workers: 4, queueMax: 10, serviceMs: { authorise: fast } } }),
      }),
  });
  const { clock, fetch } = stage.castMember('caller');
  const results: Seen[] = [];
  stage.spawnTask('caller', async () => {
    results.push(await playOver(fetch, 'http://escott.test', () => clock.monotonicMs(), rule, timeoutMs));
  });
  await stage.run({ untilMs: 60_000, mustFinish: false });
  return results[0] as Seen;
});
