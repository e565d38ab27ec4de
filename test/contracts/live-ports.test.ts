/** The live ports of both programs, held to the contracts that the stage's ports also keep. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLiveClock as createAcquirerClock } from '../../acquirer-sim/clock.ts';
import { createLiveFetch as createAcquirerFetch } from '../../acquirer-sim/fetch.ts';
import { createLiveLog as createAcquirerLog } from '../../acquirer-sim/log.ts';
import { createLiveRandom as createAcquirerRandom } from '../../acquirer-sim/random.ts';
import { createLiveClock as createGatewayClock } from '../../gateway/clock.ts';
import { createLiveFetch as createGatewayFetch } from '../../gateway/fetch.ts';
import { createLiveLog as createGatewayLog } from '../../gateway/log.ts';
import { createLiveRandom as createGatewayRandom, createLiveEntropy } from '../../gateway/random.ts';
import { createLiveResolve } from '../../gateway/resolve.ts';
import { clockContract } from './clock-contract.ts';
import { fetchContract } from './fetch-contract.ts';
import { liveHarness } from './live-server.ts';
import { randomContract } from './random-contract.ts';
import { resolveContract } from './resolve-contract.ts';

const clocks = { "the gateway's live clock": createGatewayClock, "the simulator's live clock": createAcquirerClock };

for (const [name, create] of Object.entries(clocks)) {
  clockContract(name, () => {
    const clock = create();
    const pass = async (ms: number): Promise<void> => {
      const untilMs = clock.monotonicMs() + ms;
      // Node may end a wait early by a fraction of a millisecond, and owes timers their own turn.
      while (clock.monotonicMs() < untilMs + 3) await wait(3);
    };
    return { clock, pass };
  });

  describe(`${name}, watched on a fake machine`, () => {
    afterEach(() => vi.useRealTimers());

    it('walks a wait of sixty days to its end, and not a moment less', async () => {
      vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
      const clock = create();
      const dayMs = 86_400_000;
      let wokenAtMs: number | undefined;
      clock.after(60 * dayMs, () => {
        wokenAtMs = clock.monotonicMs();
      });
      await vi.advanceTimersByTimeAsync(60 * dayMs - 1);
      expect(wokenAtMs).toBe(undefined);
      await vi.advanceTimersByTimeAsync(10);
      expect(wokenAtMs).toBeGreaterThanOrEqual(60 * dayMs);
      expect(vi.getTimerCount()).toBe(0);
    });

    it('leaves no timer behind when a wait of sixty days is cancelled on its way', async () => {
      vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
      const timer = create().after(60 * 86_400_000, () => expect.unreachable('it was cancelled'));
      await vi.advanceTimersByTimeAsync(30 * 86_400_000);
      timer.cancel();
      expect(vi.getTimerCount()).toBe(0);
    });

    it('refuses a delay that is not a number', () => {
      expect(() => create().after(Number.NaN, () => undefined)).toThrow(RangeError);
    });
  });
}

randomContract("the gateway's live stream", createGatewayRandom);
randomContract("the simulator's live stream", createAcquirerRandom);

describe('live chance', () => {
  it.each([
    ['gateway', createGatewayRandom],
    ['simulator', createAcquirerRandom],
  ])('differs from start to start when the %s is given no seed', (_, create) => {
    expect(create().float()).not.toBe(create().float());
  });

  it('gives secure bytes of the length asked for, whatever they are for', () => {
    const entropy = createLiveEntropy();
    const one = entropy.bytes(24, 'charge');
    expect(one).toHaveLength(24);
    expect(one).not.toEqual(entropy.bytes(24, 'charge'));
    expect(entropy.bytes(0, 'nothing')).toHaveLength(0);
    expect(entropy.bytes(100_000, 'much')).toHaveLength(100_000);
  });
});

fetchContract("the gateway's live fetch", () => liveHarness(createGatewayFetch()));
fetchContract("the gateway's live fetch to a given address", () => {
  const fetch = createGatewayFetch();
  // The names of the far ends are kept, but nobody is asked for them.
  const harness = liveHarness((url, request) =>
    fetch(
      url.replace('127.0.0.1', 'far.test'),
      url.includes('127.0.0.1') ? { ...request, address: '127.0.0.1' } : request,
    ),
  );
  return harness;
});
fetchContract("the simulator's live fetch", () => liveHarness(createAcquirerFetch()));

resolveContract("the gateway's live resolver", () => ({ resolve: createLiveResolve(), known: 'localhost' }));

describe('live log', () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const clock = { wallMs: () => 1_499_859_900_000 };
  afterEach(() => lines.splice(0));

  it('writes one JSON object a line with the program and the time of its own clock', () => {
    createGatewayLog(clock, { program: 'gateway', destination }).info(
      { event: 'breaker.opened', acquirer: 'escott' },
      'opened',
    );
    createAcquirerLog(clock, { acquirer: 'escott', destination }).warn({ event: 'queue.overflowing' });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        level: 30,
        time: 1_499_859_900_000,
        program: 'gateway',
        event: 'breaker.opened',
        acquirer: 'escott',
        msg: 'opened',
      },
      { level: 40, time: 1_499_859_900_000, acquirer: 'escott', event: 'queue.overflowing' },
    ]);
    expect(lines.every((line) => line.endsWith('}\n'))).toBe(true);
  });

  it('keeps quiet below its level, and its functions work when passed around alone', () => {
    const { debug, error } = createGatewayLog(clock, { program: 'gateway', level: 'warn', destination });
    debug({ event: 'noise' });
    error({ event: 'trouble' });
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(['trouble']);
  });
});
