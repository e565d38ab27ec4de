import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBugs } from '../../../scenarios/prove/bugs.ts';
import { sourcesRoot } from '../../../scenarios/prove/copy.ts';
import { applyTo } from '../../../scenarios/prove/patch.ts';

const bugs = readBugs();

const countBy = (keys: readonly string[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
};

describe('planted bugs', () => {
  it.each(bugs.map((bug) => [bug.name, bug] as const))('%s fits the present sources and changes them', (_, bug) => {
    for (const patch of bug.patches) {
      const changed = applyTo(readFileSync(path.join(sourcesRoot, patch.file), 'utf8'), patch);
      // What does not even start would be found by anybody.
      expect(() => stripTypeScriptTypes(changed)).not.toThrow();
    }
  });

  it('are called as their files are', () => {
    expect(new Set(bugs.map(({ name }) => name)).size).toBe(bugs.length);
  });

  it('are at least 40, two in each room', () => {
    expect(bugs.length).toBeGreaterThanOrEqual(40);
    for (const [room, count] of Object.entries(countBy(bugs.map(({ room }) => room))))
      expect({ room, count }).toEqual({ room, count: Math.max(2, count) });
  });

  it('are in every room that handles payments or tells of them', () => {
    expect([...new Set(bugs.map(({ room }) => room))].toSorted()).toEqual([
      'breaker',
      'charges',
      'deliveries',
      'fraud',
      'idempotency',
      'incidents',
      'ledger',
      'limits',
      'notices',
      'reconciliation',
      'routing',
      'settling',
      'subscriptions',
      'three-d-secure',
      'upstream',
      'vault',
    ]);
  });

  it('show only when two faults come together, ten of them', () => {
    expect(bugs.filter(({ needs }) => needs.length >= 2).length).toBeGreaterThanOrEqual(10);
  });

  it('were written from the reference, ten of them', () => {
    expect(bugs.filter(({ origin }) => origin === 'reference')).toHaveLength(10);
  });

  it('touch the gateway and nothing else', () => {
    for (const { name, patches } of bugs)
      for (const { file } of patches)
        expect({ name, file }).toEqual({ name, file: expect.stringMatching(/^gateway\//) });
  });
});
