import { describe, expect, it } from 'vitest';
import type { Log } from '../../gateway/ports.ts';
import { createSteadyClock } from '../../gateway/steady-clock.ts';

const startMs = Date.UTC(2017, 6, 12, 12);
const year = 365 * 86_400_000;

/** A machine whose two clocks move as the test says. */
const machine = () => {
  let wallMs = startMs;
  let nowMs = 0;
  const events: string[] = [];
  const note = (fields: object): void => void events.push((fields as { readonly event: string }).event);
  const clock = createSteadyClock(
    {
      wallMs: () => wallMs,
      monotonicMs: () => nowMs,
      after: () => ({ cancel: () => {} }),
      sleep: () => Promise.resolve(),
    },
    { info: note, warn: note, error: note } as unknown as Log,
  );
  return {
    clock,
    events,
    pass(ms: number) {
      wallMs += ms;
      nowMs += ms;
    },
    set(byMs: number) {
      wallMs += byMs;
    },
  };
};

describe('the wall of a running program', () => {
  it('is the machine’s while that keeps time', () => {
    const { clock, pass, events } = machine();
    for (let minute = 1; minute <= 100; minute += 1) {
      pass(60_000);
      expect(clock.wallMs()).toBe(startMs + minute * 60_000);
    }
    expect(events).toEqual([]);
  });

  it('follows a machine that is put right by up to a second, and one that drifts', () => {
    const { clock, pass, set, events } = machine();
    for (let minute = 1; minute <= 60; minute += 1) {
      pass(60_000);
      set(-900);
      expect(clock.wallMs()).toBe(startMs + minute * 59_100);
    }
    expect(events).toEqual([]);
  });

  const jumps = [-10 * year, -3_600_000, -30_000, 30_000, 3_600_000, 10 * year];

  it.each(jumps)('goes on as it was when the machine’s is set by %i ms and back', (byMs) => {
    const { clock, pass, set, events } = machine();
    pass(5_000);
    set(byMs);
    for (let second = 6; second <= 300; second += 1) {
      pass(1_000);
      expect(clock.wallMs()).toBe(startMs + second * 1_000);
    }
    set(-byMs);
    expect(clock.wallMs()).toBe(startMs + 300_000);
    expect(events).toEqual(['clock.jumped']);
  });

  it('believes a difference that stands for ten minutes: the machine slept, or was put right', () => {
    const { clock, pass, set, events } = machine();
    set(8 * 3_600_000);
    expect(clock.wallMs()).toBe(startMs);
    pass(599_999);
    expect(clock.wallMs()).toBe(startMs + 599_999);
    pass(1);
    expect(clock.wallMs()).toBe(startMs + 8 * 3_600_000 + 600_000);
    expect(events).toEqual(['clock.jumped', 'clock.believed']);
  });
});
