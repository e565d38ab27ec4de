import { describe, expect, it } from 'vitest';
import { advance, type Move, type WatchState } from '../../../acquirer-sim/operators/machine.ts';

const rules = {
  thresholdPerSecond: 10,
  decideAfterMs: 60_000,
  reactAfterMs: 300_000,
  liftBelowPerSecond: 5,
  liftAfterMs: 120_000,
};

const calm: WatchState = { name: 'calm', sinceMs: 0 };
const watching: WatchState = { name: 'watching', sinceMs: 0 };
const deciding: WatchState = { name: 'deciding', sinceMs: 0 };
const capped: WatchState = { name: 'capped', sinceMs: 0, quietSinceMs: null };
const quiet: WatchState = { name: 'capped', sinceMs: 0, quietSinceMs: 10_000 };

type Line = [string, WatchState, atMs: number, ratePerSecond: number, WatchState, Move | null];

const table: Line[] = [
  ['stays calm below the threshold', calm, 1_000, 9.9, calm, null],
  ['watches from the threshold on', calm, 1_000, 10, { name: 'watching', sinceMs: 1_000 }, 'watching'],
  ['goes on watching until the volume lasted', watching, 59_999, 50, watching, null],
  ['calms down when the volume does', watching, 30_000, 9, { name: 'calm', sinceMs: 30_000 }, 'calmed'],
  ['decides once the volume lasted', watching, 60_000, 50, { name: 'deciding', sinceMs: 60_000 }, 'decided'],
  ['caps nobody before the reaction time', deciding, 299_999, 50, deciding, null],
  ['caps after the reaction time', deciding, 300_000, 50, { ...capped, sinceMs: 300_000 }, 'capped'],
  ['caps even a tenant that calmed down meanwhile', deciding, 300_000, 0, { ...capped, sinceMs: 300_000 }, 'capped'],
  ['keeps the cap while the offered rate is high', capped, 400_000, 5, capped, null],
  ['notes when the offered rate falls', capped, 10_000, 4, quiet, null],
  ['forgets it when the rate rises again', quiet, 20_000, 5, capped, null],
  ['keeps the cap until the quiet lasted', quiet, 129_999, 1, quiet, null],
  ['lifts the cap after a lasting quiet', quiet, 130_000, 1, { name: 'calm', sinceMs: 130_000 }, 'lifted'],
];

describe('the operators', () => {
  it.each(table)('%s', (_, state, atMs, ratePerSecond, expected, move) => {
    expect(advance(state, { atMs, ratePerSecond }, rules)).toEqual({ state: expected, move });
  });
});
