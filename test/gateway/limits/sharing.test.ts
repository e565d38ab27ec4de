import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLimits } from '../../../gateway/limits/limits.ts';
import type { LogFields } from '../../../gateway/ports.ts';
import { createInProcessShared } from '../../../gateway/shared/in-process.ts';
import { createManualClock } from '../manual-clock.ts';
import { limitsOf } from './policy.ts';

const seed = 20200724;
const request = (merchantId: string) => ({ merchantId, mode: 'live', zone: 'payment' }) as const;

/** Several instances on one shared place, 2 a second and a burst of 4 for each merchant. */
const createWorld = (count: number) => {
  const clock = createManualClock();
  const shared = createInProcessShared({ clock });
  const logged: LogFields[] = [];
  const note = (fields: LogFields): void => void logged.push(fields);
  const { zones } = limitsOf().limits;
  const instances = Array.from({ length: count }, (_, index) =>
    createLimits({
      clock,
      log: { debug: note, info: note, warn: note, error: note },
      policy: limitsOf({ zones: { ...zones, payment: { ratePerSecond: 2, burst: 4 } }, inFlightMax: 4 }),
      shared,
      instances: count,
      instanceId: `gateway-${index + 1}`,
      standing: { shareOf: () => 1, mayBorrow: () => false },
    }),
  );
  /** One request at one instance; true when it was let in. */
  const ask = async (at: number, merchantId: string): Promise<boolean> => {
    const limits = instances[at % count]!;
    const admitted = await limits.limiter.admit(request(merchantId));
    if (admitted.allowed) limits.limiter.leave(merchantId, admitted.holder);
    return admitted.allowed;
  };
  return { clock, shared, instances, logged, ask };
};

describe('instances that share a place', () => {
  it.each([1, 2, 4])('give a merchant the same limit when they are %i', async (count) => {
    const { clock, ask } = createWorld(count);
    let admitted = 0;
    for (let index = 0; index < 6000; index += 1) {
      if (await ask(index, 'flood-1')) admitted += 1;
      clock.advance(100);
    }
    // 600 s at 2 a second and one burst, to the request.
    expect(admitted).toBe(1203);
  });

  it('share the slots of concurrent requests, and give them back', async () => {
    const { instances } = createWorld(2);
    const [one, other] = instances;
    const held = await Promise.all(
      [one, other, one, other, one].map(async (limits) => limits!.limiter.admit(request('slow-1'))),
    );
    expect(held.map(({ allowed }) => allowed)).toEqual([true, true, true, true, false]);
    const [first] = held;
    if (first?.allowed !== true) throw new Error('the first was let in');
    one!.limiter.leave('slow-1', first.holder);
    await Promise.resolve();
    const next = await other!.limiter.admit({ ...request('slow-1'), zone: 'sk' });
    expect(next.allowed).toBe(true);
  });

  it('say that the place is lost, go on by their share, and say when it is back', async () => {
    const { clock, shared, instances, logged, ask } = createWorld(4);
    shared.lose();
    await ask(0, 'shop-1');
    expect(instances.map(({ sharing }) => sharing.state())).toEqual(['lost', 'shared', 'shared', 'shared']);
    expect(logged).toContainEqual(expect.objectContaining({ event: 'shared.lost', share: 0.25 }));
    expect(instances[0]!.sharing.lease('probe', 'gateway-1', 1000)).toBe(true);
    await clock.run(5000);
    expect(instances[0]!.sharing.state()).toBe('lost');
    shared.restore();
    await clock.run(1000);
    expect(instances[0]!.sharing.state()).toBe('shared');
    expect(logged).toContainEqual({ event: 'shared.back', awayMs: 6000 });
    expect(clock.pending()).toBe(0);
  });

  it('give a flood no second burst when the place is lost, nor when it comes back empty', async () => {
    const { clock, shared, ask } = createWorld(4);
    let admitted = 0;
    const flood = async (seconds: number): Promise<void> => {
      for (let index = 0; index < seconds * 20; index += 1) {
        if (await ask(index, 'flood-1')) admitted += 1;
        await clock.run(50);
      }
    };
    await flood(30);
    shared.lose();
    await flood(60);
    shared.restore();
    await flood(30);
    const limit = 120 * 2 + 4;
    expect(admitted).toBeGreaterThan(limit * 0.95);
    expect(admitted).toBeLessThanOrEqual(limit * 1.05);
  });

  it(`never gives more than 1.25 times the limit over a minute, whenever the place comes and goes (seed ${seed})`, async () => {
    const plan = fc.record({
      count: fc.constantFrom(2, 4),
      changes: fc.array(fc.integer({ min: 1, max: 239 }), { maxLength: 4 }),
      pauses: fc.array(fc.integer({ min: 0, max: 239 }), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ count, changes, pauses }) => {
        const { clock, shared, instances, ask } = createWorld(count);
        const admittedAtMs: number[] = [];
        let lost = false;
        for (let second = 0; second < 120; second += 0.5) {
          if (changes.includes(second * 2)) {
            lost = !lost;
            if (lost) shared.lose();
            else shared.restore();
          }
          // It pauses for ten seconds now and then, so that its buckets fill up again.
          const quiet = pauses.some((from) => second * 2 >= from && second * 2 < from + 20);
          for (let index = 0; index < 12; index += 1)
            if (!quiet && (await ask(index, 'flood-1'))) admittedAtMs.push(clock.monotonicMs());
          await clock.run(500);
        }
        const most = Math.max(
          0,
          ...admittedAtMs.map(
            (fromMs) => admittedAtMs.filter((atMs) => atMs >= fromMs && atMs < fromMs + 60_000).length,
          ),
        );
        // Up to four bursts in one minute where it pauses: each pause gives one by the limit itself.
        expect(most).toBeLessThanOrEqual((60 * 2 + 4) * 1.25);
        for (const limits of instances) limits.close();
      }),
      { seed, numRuns: 25 },
    );
  });

  it('refuse nobody who keeps to the limit, though all requests reach one instance while the place is away', async () => {
    const { clock, shared, ask } = createWorld(4);
    shared.lose();
    let refused = 0;
    // A quarter of the limit is what one instance gives by itself; bursts of the whole limit are still let in.
    for (let index = 0; index < 60; index += 1) {
      if (index % 20 === 0) for (let each = 0; each < 3; each += 1) if (!(await ask(0, 'busy-1'))) refused += 1;
      if (index % 2 === 0 && index % 20 > 8 && !(await ask(0, 'busy-1'))) refused += 1;
      await clock.run(2000);
    }
    expect(refused).toBe(0);
  });
});
