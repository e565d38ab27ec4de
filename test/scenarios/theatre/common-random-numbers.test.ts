/**
 * One change, one difference: leaving out a merchant, the incident or a protection leaves every
 * draw as it was that is not about the thing changed (design.md section 3).
 */
import { describe, expect, it, vi } from 'vitest';
import { memberIds, without } from '../../../scenarios/cast/schema.ts';
import type { Scenario } from '../../../scenarios/play/scenario.ts';
import { readAcquirerBook } from '../../../scenarios/theatre/books.ts';
import { type DayOptions, stageDay } from '../../../scenarios/theatre/day.ts';
import { floodDay, policyOf } from './short-days.ts';

// A run of two seconds takes twenty on a machine with other work; one that is cut off breaks the next.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const seed = 712;
const day = floodDay();
const bookMinutes = 1;

interface Draws {
  /** By member: fingerprint over everything it drew. */
  readonly cast: ReadonlyMap<string, string>;
  /** By what the acquirer was asked, of references that were asked once: what it drew. */
  readonly acquirers: ReadonlyMap<string, string>;
}

const drawsOf = async (scenario: Scenario, options: Partial<DayOptions> = {}): Promise<Draws> => {
  const staged = stageDay({ scenario, policy: policyOf('as-it-was'), seed, ...options });
  try {
    await staged.runUntil(staged.dayMs);
    const cast = new Map(memberIds(scenario.cast).map((id) => [id, staged.cast.drawsHash(id)]));
    const acquirers = new Map<string, string>();
    const { fetch } = staged.stage.castMember('reader of books', 'theatre');
    staged.stage.spawnTask('books', async () => {
      for (const { id } of scenario.world.acquirers)
        for (const row of (await readAcquirerBook(fetch, id, staged.startWallMs)).rows()) {
          const asked = [id, row.reference, row.kind, row.amountYen].join(' ');
          // The same again is another request with draws of its own; which one came first may change.
          const drawn = acquirers.has(asked) ? 'several' : [row.serviceUs, row.result, row.code].join(' ');
          acquirers.set(asked, drawn);
        }
    });
    await staged.runUntil(staged.dayMs + bookMinutes * 60_000);
    return { cast, acquirers };
  } finally {
    staged.close();
  }
};

/** What two ledgers have in common, as each drew it. */
const shared = (one: Draws, other: Draws) => {
  const keys = [...one.acquirers.keys()].filter(
    (key) => other.acquirers.has(key) && ![one, other].some(({ acquirers }) => acquirers.get(key) === 'several'),
  );
  return {
    count: keys.length,
    one: keys.map((key) => `${key}: ${one.acquirers.get(key)}`),
    other: keys.map((key) => `${key}: ${other.acquirers.get(key)}`),
  };
};

describe(`draws of a short day (seed ${seed})`, async () => {
  const before = await drawsOf(day);

  it('are other draws for every member, so that equal ones mean something', () => {
    expect(new Set(before.cast.values()).size).toBe(10);
    expect(before.acquirers.size).toBeGreaterThan(800);
    expect(new Set(before.acquirers.values()).size).toBeGreaterThan(800);
  });

  it('stay what they were for everybody else when one merchant stays away', async () => {
    const after = await drawsOf({ ...day, cast: without(day.cast, ['big-2']) });
    expect([...after.cast]).toEqual([...before.cast].filter(([id]) => id !== 'big-2'));
    const { count, one, other } = shared(before, after);
    expect(count).toBeGreaterThan(500);
    expect(other).toEqual(one);
  });

  it('stay what they were when the incident does not happen', async () => {
    const after = await drawsOf(day, { causes: false });
    expect(after.cast).toEqual(before.cast);
    const { count, one, other } = shared(before, after);
    expect(count).toBeGreaterThan(800);
    expect(other).toEqual(one);
  });

  it('stay what they were under another policy', async () => {
    const after = await drawsOf(day, { policy: policyOf('protected') });
    expect(after.cast).toEqual(before.cast);
    const { count, one, other } = shared(before, after);
    expect(count).toBeGreaterThan(700);
    expect(other).toEqual(one);
  });

  it('are others under another seed', async () => {
    const after = await drawsOf(day, { seed: seed + 1 });
    for (const [member, hash] of after.cast) expect(hash).not.toBe(before.cast.get(member));
  });
});
