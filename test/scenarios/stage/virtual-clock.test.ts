import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InstanceClock, StuckClockError, VirtualClock } from '../../../scenarios/stage/virtual-clock.ts';
import { clockContract } from '../../contracts/clock-contract.ts';

const startWallMs = Date.UTC(2017, 6, 12);

const newClock = () => {
  const driver = new VirtualClock(startWallMs);
  const group = driver.createGroup('test');
  const clock = new InstanceClock(driver, group);
  return { driver, group, clock };
};

clockContract('the virtual clock', () => {
  const { driver, clock } = newClock();
  return {
    clock,
    pass: async (ms) => {
      await driver.run({ untilMs: clock.monotonicMs() + ms });
    },
    pending: () => driver.liveTimers,
    jumps: true,
  };
});

/** What the heap is for, in the plainest way: a list that is sorted again at every step. */
class NaiveClock {
  nowUs = 0;
  #sequence = 0;
  #waiting: { atUs: number; sequence: number; label: number }[] = [];
  readonly fired: string[] = [];

  after(delayUs: number, label: number): void {
    this.#waiting.push({ atUs: this.nowUs + delayUs, sequence: this.#sequence++, label });
  }

  cancel(label: number): void {
    this.#waiting = this.#waiting.filter((timer) => timer.label !== label);
  }

  pass(us: number, onFire: (label: number) => void): void {
    const untilUs = this.nowUs + us;
    for (;;) {
      this.#waiting.sort((left, right) => left.atUs - right.atUs || left.sequence - right.sequence);
      const next = this.#waiting[0];
      if (next === undefined || next.atUs > untilUs) break;
      this.#waiting.shift();
      this.nowUs = next.atUs;
      this.fired.push(`${next.label}@${next.atUs}`);
      onFire(next.label);
    }
    this.nowUs = untilUs;
  }

  get waiting(): number {
    return this.#waiting.length;
  }
}

const seed = 20170712;

describe('the virtual clock', () => {
  it(`fires what a sorted list would, in its order, whatever is set and cancelled meanwhile (seed ${seed})`, async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('after' as const), us: fc.nat(50) }),
      // A timer that sets another when it fires.
      fc.record({ kind: fc.constant('chain' as const), us: fc.nat(50) }),
      fc.record({ kind: fc.constant('cancel' as const), us: fc.nat(60) }),
      fc.record({ kind: fc.constant('pass' as const), us: fc.nat(80) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
        const { driver, clock } = newClock();
        const naive = new NaiveClock();
        const fired: string[] = [];
        const timers = new Map<number, { cancel(): void }>();
        const chains = new Map<number, number>();
        let labels = 0;
        const fire = (label: number) => () => {
          fired.push(`${label}@${driver.nowUs}`);
          const us = chains.get(label);
          if (us !== undefined) clock.after(us / 1000, fire(label + 10_000));
        };
        for (const { kind, us } of steps) {
          if (kind === 'after' || kind === 'chain') {
            const label = labels++;
            if (kind === 'chain') chains.set(label, us);
            timers.set(label, clock.after(us / 1000, fire(label)));
            naive.after(us, label);
          } else if (kind === 'cancel') {
            timers.get(us)?.cancel();
            naive.cancel(us);
          } else {
            await driver.run({ untilMs: (driver.nowUs + us) / 1000 });
            naive.pass(us, (label) => {
              const chained = chains.get(label);
              if (chained !== undefined) naive.after(chained, label + 10_000);
            });
          }
          expect(driver.liveTimers).toBe(naive.waiting);
        }
        expect(fired).toEqual(naive.fired);
      }),
      { seed, numRuns: 200 },
    );
  });

  it('keeps no cancelled timer: a million request timeouts leave the heap small', async () => {
    const { driver, clock } = newClock();
    let most = 0;
    let left = 100_000;
    const request = (): void => {
      const timeout = clock.after(10_000, () => expect.unreachable('it was cancelled'));
      clock.after(0.5, () => {
        timeout.cancel();
        most = Math.max(most, driver.heapSize);
        if (--left > 0) request();
      });
    };
    for (let slot = 0; slot < 10; slot++) request();
    await driver.run({ untilMs: 60_000 });
    expect(left).toBeLessThanOrEqual(0);
    expect(driver.liveTimers).toBe(0);
    expect(most).toBeLessThan(2000);
  });

  it('finishes everything an event woke before the next event, however many promises deep', async () => {
    const { driver, clock } = newClock();
    const order: string[] = [];
    clock.after(1, () => {
      void (async () => {
        for (let depth = 0; depth < 1000; depth++) await Promise.resolve();
        process.nextTick(() => void Promise.resolve().then(() => order.push('deep')));
      })();
    });
    clock.after(1, () => order.push('next event'));
    await driver.run({ untilMs: 5 });
    expect(order).toEqual(['deep', 'next event']);
  });

  it('jumps: a simulated year costs no waiting', async () => {
    const { driver, clock } = newClock();
    const yearMs = 365 * 86_400_000;
    let woken = 0;
    clock.after(yearMs, () => woken++);
    await driver.run({ untilMs: yearMs });
    expect([woken, clock.wallMs()]).toEqual([1, startWallMs + yearMs]);
  });

  it('gives each instance its own wall, wrong by its skew and drift, and one monotonic time', async () => {
    const { driver, group } = newClock();
    const ahead = new InstanceClock(driver, group, 1500, 0);
    const fast = new InstanceClock(driver, group, 0, 200);
    await driver.run({ untilMs: 100_000.4 });
    expect(ahead.wallMs()).toBe(startWallMs + 101_500);
    expect(fast.wallMs()).toBe(startWallMs + 100_020);
    expect([ahead.monotonicMs(), fast.monotonicMs()]).toEqual([100_000.4, 100_000.4]);
  });

  it('refuses a delay that is no finite number', () => {
    const { clock } = newClock();
    for (const delayMs of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => clock.after(delayMs, () => {})).toThrow(RangeError);
      expect(() => clock.sleep(delayMs)).toThrow(RangeError);
    }
  });

  it('holds the timers of a held group and fires what fell due at the release, in due order', async () => {
    const { driver, group, clock } = newClock();
    const other = new InstanceClock(driver, driver.createGroup('other'));
    const fired: string[] = [];
    const note = (label: string) => () => fired.push(`${label}@${clock.monotonicMs()}`);
    clock.after(2, note('b'));
    clock.after(1, note('a'));
    clock.after(9, note('later'));
    const cancelled = clock.after(3, note('cancelled'));
    group.hold();
    other.after(4, () => cancelled.cancel());
    other.after(5, note('other'));
    other.after(6, () => group.release());
    await driver.run({ untilMs: 20 });
    expect(fired).toEqual(['other@5', 'a@6', 'b@6', 'later@9']);
    expect(driver.liveTimers).toBe(0);
  });

  it('frees a group for good: nothing of it fires, nothing of it stays', async () => {
    const { driver, group, clock } = newClock();
    let woken = 0;
    for (let timer = 0; timer < 2000; timer++) clock.after(timer, () => woken++);
    void clock.sleep(5).then(() => woken++);
    group.free();
    clock.after(1, () => woken++);
    void clock.sleep(1).then(() => woken++);
    expect([driver.liveTimers, driver.heapSize]).toEqual([0, 0]);
    await driver.run({ untilMs: 5000 });
    expect(woken).toBe(0);
  });

  it('bears a cancel of a timer whose group was freed', () => {
    const { driver, group, clock } = newClock();
    const timer = clock.after(5, () => {});
    group.free();
    timer.cancel();
    expect(driver.liveTimers).toBe(0);
  });

  it('calls for progress at each mark that time passes, before the event beyond it', async () => {
    const { driver, clock } = newClock();
    const seen: string[] = [];
    for (const atMs of [10, 1000, 3500]) clock.after(atMs, () => seen.push(`event ${atMs}`));
    await driver.run({ untilMs: 4000, progressEveryMs: 1000, onProgress: (atMs) => seen.push(`mark ${atMs}`) });
    expect(seen).toEqual(['event 10', 'mark 1000', 'event 1000', 'mark 3000', 'event 3500', 'mark 4000']);
  });

  it('stops after the current event and can be run on from there', async () => {
    const { driver, clock } = newClock();
    const fired: number[] = [];
    for (const atMs of [1, 2, 3]) {
      clock.after(atMs, () => {
        fired.push(atMs);
        if (atMs === 2) driver.stop();
      });
    }
    expect(await driver.run({ untilMs: 10 })).toBe('stopped');
    expect([fired, clock.monotonicMs()]).toEqual([[1, 2], 2]);
    expect(await driver.run({ untilMs: 10 })).toBe('reached');
    expect([fired, clock.monotonicMs()]).toEqual([[1, 2, 3], 10]);
  });

  it('rejects with what a callback throws', async () => {
    const { driver, clock } = newClock();
    clock.after(1, () => {
      throw new Error('in a callback');
    });
    await expect(driver.run({ untilMs: 10 })).rejects.toThrow('in a callback');
  });

  it('calls a run stuck that fires for ever at one instant, and names who fires and what is parked', async () => {
    const { driver, clock } = newClock();
    const spin = (): void => {
      clock.after(0, spin);
    };
    clock.after(7, spin);
    const run = driver.run({ untilMs: 10, watchdogMs: 200, parked: () => ['task payroll'] });
    await expect(run).rejects.toThrow(StuckClockError);
    await expect(run).rejects.toThrow(/stood at 7 ms .*last fired: test; parked: task payroll/);
  });

  it('is not called stuck for being slow', async () => {
    const { driver, clock } = newClock();
    let left = 40;
    const slow = (): void => {
      const until = performance.now() + 10;
      while (performance.now() < until);
      if (--left > 0) clock.after(0.001, slow);
    };
    clock.after(0, slow);
    expect(await driver.run({ untilMs: 10, watchdogMs: 100 })).toBe('reached');
  });
});
