import { describe, expect, it } from 'vitest';
import type { Store } from '../../../gateway/ports.ts';
import { createStoreWeather } from '../../../scenarios/theatre/store-weather.ts';

/** Timers that fire when the test says so. */
const manualClock = () => {
  const timers = new Set<() => void>();
  return {
    after: (_delayMs: number, wake: () => void) => {
      timers.add(wake);
      return { cancel: () => void timers.delete(wake) };
    },
    fire: () => {
      for (const wake of Array.from(timers)) wake();
    },
  };
};

const store = { unit: async () => 'written', read: async () => 'read' } as unknown as Store;
const nothing = async (): Promise<never> => {
  throw new Error('never asked');
};

describe('the database of a play', () => {
  it('refuses at once while it is dead, and is there again with the next life', async () => {
    const weather = createStoreWeather(store, manualClock());
    weather.act('kill');
    await expect(weather.store.unit(nothing)).rejects.toThrow('ECONNREFUSED');
    await expect(weather.store.read(nothing)).rejects.toThrow('ECONNREFUSED');
    weather.act('restart');
    expect(await weather.store.unit(nothing)).toBe('written');
    expect(weather.failed()).toBe(2);
  });

  it('keeps callers waiting while it stalls, and does what they asked once it goes on', async () => {
    const weather = createStoreWeather(store, manualClock());
    weather.act('freeze');
    const asked = weather.store.unit(nothing);
    weather.act('resume');
    expect(await asked).toBe('written');
    expect(weather.failed()).toBe(0);
  });

  it('gives up on a stalled one after the time the driver allows', async () => {
    const clock = manualClock();
    const weather = createStoreWeather(store, clock);
    weather.act('freeze');
    const asked = weather.store.read(nothing);
    clock.fire();
    await expect(asked).rejects.toThrow('statement timeout');
    expect(weather.failed()).toBe(1);
  });
});
