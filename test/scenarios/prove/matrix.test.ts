import { describe, expect, it } from 'vitest';
import type { Bug } from '../../../scenarios/prove/bugs.ts';
import { matrixOf, seedsToFind } from '../../../scenarios/prove/matrix.ts';
import type { Played } from '../../../scenarios/prove/messages.ts';
import { tableOf } from '../../../scenarios/prove/table.ts';

const bugOf = (name: string): Bug => ({
  name,
  room: 'charges',
  wrong: 'something',
  needs: [],
  origin: 'code',
  expected: ['INV-01'],
  leanings: [],
  size: 'small',
  patches: [],
});
const playedOf = (seed: number, ...checks: readonly string[]): Played => ({
  seed,
  found: Object.fromEntries(checks.map((check) => [check, 1])),
  said: Object.fromEntries(checks.map((check) => [check, `${check} is broken`])),
  judged: { 'INV-01': 1, 'INV-02': 1, 'INV-03': 1 },
  faults: {},
  payments: 1,
  simulatedMs: 1,
});

describe('seeds to find', () => {
  it('is the median over all places to begin at', () => {
    expect(seedsToFind([true, true, true])).toBe(1);
    // From the first it takes 1, from the others 3 and 2.
    expect(seedsToFind([true, false, false])).toBe(2);
  });

  it('is nothing when it was never found', () => {
    expect(seedsToFind([false, false])).toBeNull();
  });
});

describe('the matrix', () => {
  const matrix = matrixOf([
    { bug: null, played: [playedOf(1), playedOf(2, 'INV-03')] },
    { bug: bugOf('one'), played: [playedOf(1, 'INV-01'), playedOf(2, 'INV-01')] },
    { bug: bugOf('two'), played: [playedOf(1, 'INV-01', 'INV-02'), playedOf(2)] },
    { bug: bugOf('three'), played: [playedOf(1), playedOf(2)] },
  ]);

  it('counts every check that found a bug, not only the first', () => {
    expect(matrix.findings.map(({ name, checks }) => [name, checks])).toEqual([
      ['one', { 'INV-01': 2 }],
      ['two', { 'INV-01': 1, 'INV-02': 1 }],
      ['three', {}],
    ]);
  });

  it('names the bugs that one check alone finds, and the checks without one of their own', () => {
    expect(matrix.byOneCheck).toEqual({ one: 'INV-01' });
    expect(matrix.checks['INV-01']).toMatchObject({ bugs: 2, own: 1 });
    expect(matrix.checks['INV-02']).toMatchObject({ bugs: 1, own: 0 });
    expect(matrix.checks['INV-03']).toMatchObject({ bugs: 0, own: 0 });
  });

  it('reads as a table that says what was missed', () => {
    const table = tableOf(matrix);
    expect(table).toContain('2 of 3 bugs found; not found: three');
    expect(table).toContain('INV-03 in 1');
    expect(table).toContain('should have been INV-01');
  });
});
