/**
 * Bad input by class (reference/invariants-and-faults.md, section 4): each case one request that
 * must be refused before anybody is asked and anything is written.
 *
 * The seed decides which of the base cases are taken and how each is written. A red case prints the
 * request as a line of shell. `CORPORA_SEED`, `CORPORA_SEEDS` (how many from that one) and
 * `CORPORA_CASES` (of each class and seed) ask for others; `npm run nightly -- corpora` does.
 */
import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { createLiveRandom } from '../../gateway/random.ts';
import { type Case, replayable, written } from './case.ts';
import { brackets, duplicates, prototypes } from './classes/brackets.ts';
import { access, bodies, keys, sequences } from './classes/protocol.ts';
import { amounts, cards, encodings, lists } from './classes/values.ts';
import { type House, openHouse } from './house.ts';
import { complaintOf } from './oracle.ts';

const from = Number(process.env.CORPORA_SEED ?? 1);
const seeds = Array.from({ length: Number(process.env.CORPORA_SEEDS ?? 1) }, (_, at) => from + at);
/** Of each class. */
const count = Number(process.env.CORPORA_CASES ?? 120);
/** More than this, and the first ones say it. */
const shownMax = 20;

const classes: readonly (readonly [number: number, name: string, make: (house: House) => readonly Case[]])[] = [
  [1, 'bracket forms', brackets],
  [2, 'prototype pollution', prototypes],
  [3, 'duplicates', duplicates],
  [4, 'amounts', amounts],
  [5, 'card data', cards],
  [6, 'encodings', encodings],
  [7, 'JSON and other bodies', bodies],
  [11, 'keys and whose objects', access],
  [12, 'idempotency keys', keys],
  [15, 'lists and time', lists],
  [16, 'illegal orders', sequences],
];

const done: { readonly seed: number; readonly class: number; readonly base: number; readonly cases: number }[] = [];
afterAll(() => {
  const { BREAKWATER_FIGURES: file } = process.env;
  const total = done.reduce((sum, { cases }) => sum + cases, 0);
  if (file !== undefined) writeFileSync(file, JSON.stringify({ total, seeds, classes: done }));
});

describe.each(seeds)(`bad input, CORPORA_SEED=%i, ${count} cases of each class`, (seed) => {
  it.each(classes)(
    'class %i, %s: is refused, and nothing comes of it',
    async (number, _name, make) => {
      const house = await openHouse();
      const before = house.digest();
      const random = createLiveRandom(seed).fork(`class-${number}`);
      const base = make(house);
      // Every base case once before any comes again, in an order of the seed's.
      const order: Case[] = [];
      while (order.length < count) {
        const round = [...base];
        for (let at = round.length - 1; at > 0; at -= 1) {
          const other = random.integer(0, at);
          [round[at], round[other]] = [round[other]!, round[at]!];
        }
        order.push(...round);
      }
      const failed: string[] = [];
      for (const [at, one] of order.slice(0, count).entries()) {
        const sent = written(one, house, random.fork(`case-${at}`));
        const complaint = await complaintOf(one, sent, house);
        if (complaint !== null) failed.push(`${one.what}: ${complaint}\n  ${replayable(sent).slice(0, 2_000)}`);
        if (failed.length >= shownMax) break;
      }
      expect(failed).toEqual([]);
      done.push({ seed, class: number, base: base.length, cases: count });
      expect(house.digest()).toBe(before);
      expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted');
    },
    600_000,
  );
});
