/**
 * What every clock promises, whoever drives it: the live ones wait, the virtual one jumps.
 *
 * Delays are a few milliseconds because the live run really waits for them. A live clock may be
 * late, never early, so nothing here asserts an upper bound on time.
 */
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../gateway/ports.ts';

export interface ClockHarness {
  readonly clock: Clock;
  /** Lets `ms` pass on the clock and runs what is due by then. */
  pass(ms: number): Promise<void>;
  /** How many timers have neither fired nor been cancelled, where the clock can tell. */
  pending?(): number;
  /** True when `pass` of weeks is cheap: the wait beyond 2^31 ms is then waited to its end. */
  readonly jumps?: boolean;
}

/** Longer than a 32-bit timer can hold (24.9 days). */
const beyondTimersMs = 2 ** 31 + 5_000;

export const clockContract = (name: string, make: () => ClockHarness): void => {
  describe(`the clock contract, kept by ${name}`, () => {
    it('wakes once, and never before the delay has passed', async () => {
      const { clock, pass } = make();
      for (const delayMs of [0, 0.25, 1, 2.5, 7]) {
        const fromMs = clock.monotonicMs();
        const waits: number[] = [];
        clock.after(delayMs, () => waits.push(clock.monotonicMs() - fromMs));
        await pass(delayMs + 5);
        await pass(5);
        expect(waits).toHaveLength(1);
        expect(waits[0]).toBeGreaterThanOrEqual(delayMs);
      }
    });

    it('never wakes inside the call that sets the timer, even with no delay or a negative one', async () => {
      const { clock, pass } = make();
      const woken: string[] = [];
      clock.after(0, () => woken.push('zero'));
      clock.after(-3, () => woken.push('negative'));
      expect(woken).toEqual([]);
      await pass(5);
      expect(woken.toSorted()).toEqual(['negative', 'zero']);
    });

    it('wakes in order of due time, and equal delays in the order they were asked for', async () => {
      const { clock, pass } = make();
      const woken: string[] = [];
      clock.after(12, () => woken.push('late'));
      for (const label of ['first', 'second', 'third']) clock.after(4, () => woken.push(label));
      await pass(20);
      expect(woken).toEqual(['first', 'second', 'third', 'late']);
    });

    it('lets a wake set the next timer', async () => {
      const { clock, pass } = make();
      let beats = 0;
      const beat = (): void => {
        beats += 1;
        if (beats < 3) clock.after(2, beat);
      };
      clock.after(2, beat);
      await pass(10);
      await pass(10);
      expect(beats).toBe(3);
    });

    it('forgets a cancelled timer, and bears a cancel that comes twice or too late', async () => {
      const { clock, pass, pending } = make();
      const woken: string[] = [];
      const cancelled = clock.after(3, () => woken.push('cancelled'));
      const fired = clock.after(3, () => woken.push('fired'));
      cancelled.cancel();
      cancelled.cancel();
      await pass(8);
      fired.cancel();
      expect(woken).toEqual(['fired']);
      expect(pending?.() ?? 0).toBe(0);
    });

    it('lets a wake cancel a timer that is due at the same moment', async () => {
      const { clock, pass } = make();
      const woken: string[] = [];
      clock.after(3, () => {
        woken.push('first');
        second.cancel();
      });
      const second = clock.after(3, () => woken.push('second'));
      await pass(10);
      expect(woken).toEqual(['first']);
    });

    it('sleeps for the delay', async () => {
      const { clock, pass } = make();
      const fromMs = clock.monotonicMs();
      const slept = clock.sleep(4).then(() => clock.monotonicMs() - fromMs);
      await pass(10);
      expect(await slept).toBeGreaterThanOrEqual(4);
    });

    it('ends a sleep early with the reason of the abort, leaving neither timer nor listener behind', async () => {
      const { clock, pass, pending } = make();
      const controller = new AbortController();
      const reason = new Error('the buyer left');
      const outcome = clock.sleep(60_000, controller.signal).then(
        () => 'slept',
        (error: unknown) => error,
      );
      clock.after(3, () => controller.abort(reason));
      await pass(8);
      expect(await outcome).toBe(reason);
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
      expect(pending?.() ?? 0).toBe(0);
    });

    it('rejects at once when the signal had aborted before', async () => {
      const { clock, pending } = make();
      const reason = new Error('already gone');
      await expect(clock.sleep(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
      expect(pending?.() ?? 0).toBe(0);
    });

    it('leaves no listener on the signal of a sleep that ran its time', async () => {
      const { clock, pass } = make();
      const { signal } = new AbortController();
      const slept = clock.sleep(3, signal);
      await pass(8);
      await slept;
      expect(getEventListeners(signal, 'abort')).toEqual([]);
    });

    it('does not wake at once when the delay is longer than a 32-bit timer can hold', async () => {
      const { clock, pass, jumps } = make();
      let woken = 0;
      const timer = clock.after(beyondTimersMs, () => {
        woken += 1;
      });
      await pass(5);
      expect(woken).toBe(0);
      if (jumps) await pass(beyondTimersMs);
      expect(woken).toBe(jumps ? 1 : 0);
      timer.cancel();
    });

    it('counts monotonic time forward by at least what passed', async () => {
      const { clock, pass } = make();
      const fromMs = clock.monotonicMs();
      expect(clock.monotonicMs()).toBeGreaterThanOrEqual(fromMs);
      await pass(6);
      expect(clock.monotonicMs() - fromMs).toBeGreaterThanOrEqual(6);
    });

    it('tells wall time in whole milliseconds', async () => {
      const { clock, pass } = make();
      const fromMs = clock.wallMs();
      await pass(6);
      expect(Number.isSafeInteger(fromMs)).toBe(true);
      // Wall time may be stepped by the machine: only that it is a date, not that it advanced, is promised.
      expect(Number.isNaN(new Date(clock.wallMs()).getTime())).toBe(false);
    });
  });
};
