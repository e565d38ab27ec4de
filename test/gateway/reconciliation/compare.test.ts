/** Three books of a day: whatever is planted is found, named and priced, and nothing else is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discrepancyClasses, explanations } from '../../../gateway/reconciliation/classes.ts';
import { compare } from '../../../gateway/reconciliation/compare.ts';
import { date, dayOf, draws, lifeKinds, plants, startMs } from './plant.ts';

const seed = 20170712;
const dayMs = 86_400_000;

describe(`three books of a day (seed ${seed})`, () => {
  it('find nothing in books that agree, and balance', () => {
    const explained = new Set<string>();
    fc.assert(
      fc.property(fc.array(draws, { maxLength: 40 }), (drawn) => {
        const { day } = dayOf(drawn.map((draw) => ({ ...draw, plant: null })));
        const found = compare(day);
        expect(found.discrepancies).toEqual([]);
        expect(found.balances).toBe(true);
        expect(found.totals.fileYen).toBe(found.totals.booksYen + found.totals.explainedYen);
        for (const { because } of found.explained) explained.add(because);
      }),
      { seed, numRuns: 300 },
    );
    // `in_settling` needs a movement whose payment is open: below.
    expect([...explained].toSorted()).toEqual(['cutoff', 'lapsed', 'next_file', 'reversed']);
  });

  it('show each planted fault under its name with who must act, and nothing else, to the yen', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        fc.array(fc.tuple(draws, fc.option(fc.nat(plants.length - 1))), { minLength: 1, maxLength: 40 }),
        (drawn) => {
          const { day, planted } = dayOf(drawn.map(([draw, plant]) => ({ ...draw, plant })));
          const found = compare(day);
          expect(
            new Map(found.discrepancies.map((one) => [one.reference, { class: one.class, who: one.who }])),
          ).toEqual(planted);
          expect(found.discrepancies).toHaveLength(planted.size);
          expect(found.balances).toBe(true);
          for (const one of planted.values()) seen.add(one.class);
        },
      ),
      { seed, numRuns: 1_000 },
    );
    expect([...seen].toSorted()).toEqual(Object.keys(discrepancyClasses).toSorted());
  });

  it.each(plants.map((_plant, index) => index))('find plant %i alone in a day of all lives', (plant) => {
    const [draw] = fc.sample(draws, { seed, numRuns: 1 });
    let hits = 0;
    for (const life of lifeKinds) {
      const drawn = lifeKinds.map((one) => ({ ...draw!, refunds: [], life: one, plant: one === life ? plant : null }));
      const { day, planted } = dayOf(drawn);
      const found = compare(day);
      expect(found.discrepancies.map(({ reference, class: kind, who }) => [reference, { class: kind, who }])).toEqual([
        ...planted,
      ]);
      hits += planted.size;
    }
    expect(hits).toBeGreaterThan(0);
  });

  it('look for what was due in the next file, and miss it when it is not there', () => {
    const [draw] = fc.sample(draws, { seed, numRuns: 1 });
    const { day } = dayOf([{ ...draw!, life: 'due in the next file', plant: null }]);
    const first = compare(day);
    expect(first.explained).toMatchObject([{ because: 'next_file', differenceYen: -draw!.yen }]);
    expect(first.awaits).toEqual([
      { reference: 'ref-0000', movement: 'ref-0000/0', standingYen: draw!.yen, yen: draw!.yen },
    ]);
    const following = {
      ...day,
      date: '20170713',
      nowMs: day.nowMs + dayMs,
      before: [],
      awaited: first.awaits,
      file: [
        {
          date: '20170713',
          reference: 'ref-0000',
          transaction: 'tx-0',
          kind: 'sale' as const,
          standingYen: draw!.yen,
          atMs: startMs + dayMs,
        },
      ],
    };
    const there = compare(following);
    expect(there.discrepancies).toEqual([]);
    expect(there.explained).toMatchObject([{ because: 'cutoff', differenceYen: draw!.yen }]);
    const missing = compare({ ...following, file: [] });
    expect(missing.discrepancies).toMatchObject([{ class: 'missing_in_file', who: 'acquirer', yen: draw!.yen }]);
    expect([first, there, missing].map(({ balances }) => balances)).toEqual([true, true, true]);
    // Closed already when the day is asked for again: found there at once.
    expect(compare({ ...day, after: following.file })).toMatchObject({
      discrepancies: [],
      explained: [{ because: 'cutoff', differenceYen: -draw!.yen }],
      awaits: [],
    });
  });

  it('leave an open outcome to the settler for a day', () => {
    const [draw] = fc.sample(draws, { seed, numRuns: 1 });
    const { day } = dayOf([{ ...draw!, life: 'unknown', plant: null }]);
    const line = { date, reference: 'ref-0000', transaction: 'new', kind: 'sale' as const, standingYen: 5, atMs: 0 };
    const found = compare({ ...day, file: [line] });
    expect(found).toMatchObject({
      discrepancies: [],
      explained: [{ because: 'in_settling', differenceYen: 5 }],
      balances: true,
    });
  });

  it('take money given back on the following day for what it is', () => {
    const [draw] = fc.sample(draws, { seed, numRuns: 1 });
    const { day } = dayOf([{ ...draw!, life: 'cancelled', plant: null }]);
    const sale = { date, reference: 'ref-0000', transaction: 'tx-0', kind: 'sale' as const, standingYen: 800, atMs: 0 };
    const taken = compare({ ...day, file: [sale] });
    expect(taken).toMatchObject({ discrepancies: [], explained: [{ because: 'reversed', differenceYen: 800 }] });
    const back = { ...sale, date: '20170713', kind: 'change' as const, standingYen: 0 };
    const given = compare({ ...day, date: '20170713', before: [sale], file: [back] });
    expect(given).toMatchObject({ discrepancies: [], explained: [{ because: 'reversed', differenceYen: -800 }] });
    expect([taken.balances, given.balances]).toEqual([true, true]);
  });

  it('name a line whose reference nobody here ever used', () => {
    const { day } = dayOf([]);
    const line = { date, reference: 'stranger', transaction: 't', kind: 'sale' as const, standingYen: 300, atMs: 0 };
    const asked = compare({
      ...day,
      file: [line],
      shown: new Map([['stranger', { found: true, state: 'captured', amountYen: 300 }]]),
    });
    expect(asked.discrepancies).toMatchObject([{ class: 'missing_here', who: 'gateway', yen: 300, chargeId: null }]);
    const denied = compare({ ...day, file: [line], shown: new Map([['stranger', { found: false }]]) });
    expect(denied.discrepancies).toMatchObject([{ class: 'only_in_file', who: 'acquirer', yen: 300 }]);
  });

  it('balance when the file has one transaction under a second name, which nobody here ever used', () => {
    const drawn = fc.sample(draws, { seed, numRuns: 20 }).map((draw) => ({ ...draw, plant: null }));
    const { day } = dayOf(drawn);
    const twice = day.file[0]!;
    const found = compare({
      ...day,
      file: [...day.file, { ...twice, reference: 'stranger' }],
      shown: new Map([...day.shown, ['stranger', { found: false }]]),
    });
    expect(found.discrepancies).toMatchObject([{ class: 'only_in_file', reference: 'stranger' }]);
    expect(found.balances).toBe(true);
  });

  it('have words in both languages for every name', () => {
    for (const { en, ja } of Object.values({ ...discrepancyClasses, ...explanations })) {
      expect(en.length).toBeGreaterThan(10);
      expect(ja).toMatch(/[ぁ-ん]/);
    }
  });
});
