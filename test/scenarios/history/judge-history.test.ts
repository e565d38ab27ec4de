import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explain, judgeHistory } from '../../../scenarios/history/judge-history.ts';
import { Operation } from '../../../scenarios/history/operation.ts';
import { bruteForce, type SmallIntent } from './brute-force.ts';

/** Operations one after another, ten milliseconds each, unless they say otherwise. */
const history = (...written: readonly (Partial<Operation> & Pick<Operation, 'op'>)[]): Operation[] =>
  written.map((operation, index) =>
    Operation.parse({
      client: 'shop-1',
      key: operation.op === 'read' ? null : `key-${index}`,
      object: 'ch_1',
      amountYen: operation.op === 'charge' || operation.op === 'authorise' ? 1000 : null,
      startedAtMs: index * 20,
      endedAtMs: index * 20 + 10,
      outcome: 'ok',
      ...operation,
    }),
  );

const seen = (captured: boolean, refundedYen = 0, paid = true) => ({ paid, captured, refundedYen });
const texts = (operations: readonly Operation[], skewMs = 0): string[] =>
  judgeHistory(operations, { skewMs }).violations.map(({ text }) => text.split('\n', 1)[0] ?? '');

describe('a history that some order explains', () => {
  it('has a payment, its capture, its refunds and reads of each step', () => {
    const judgement = judgeHistory(
      history(
        { op: 'authorise' },
        { op: 'read', seen: seen(false) },
        { op: 'capture', amountYen: 800 },
        { op: 'read', seen: seen(true, 200) },
        { op: 'refund', amountYen: 300 },
        { op: 'read', seen: seen(true, 500) },
        { op: 'refund' },
        { op: 'read', seen: seen(true, 1000) },
      ),
    );
    expect(judgement).toMatchObject({ operations: 8, charges: 1, violations: [], undecided: [] });
    expect(judgement.judged.explained).toBe(1);
  });

  it('may show an unknown capture at any later time, and may never show it', () => {
    const unknown = { op: 'capture', outcome: 'unknown', endedAtMs: null } as const;
    expect(
      texts(history({ op: 'authorise' }, unknown, { op: 'read', seen: seen(false) }, { op: 'read', seen: seen(true) })),
    ).toEqual([]);
    expect(texts(history({ op: 'authorise' }, unknown, { op: 'read', seen: seen(false) }))).toEqual([]);
  });

  it('may show a payment of unknown outcome as absent, unpaid, or paid', () => {
    const unknown = { op: 'charge', outcome: 'unknown', endedAtMs: null } as const;
    expect(texts(history(unknown, { op: 'read', outcome: 'absent' }))).toEqual([]);
    expect(
      texts(history(unknown, { op: 'read', seen: seen(false, 0, false) }, { op: 'read', seen: seen(true) })),
    ).toEqual([]);
  });

  it('counts tries under one key once', () => {
    const tries = [
      { op: 'refund', key: 'r', amountYen: 600, outcome: 'refused' },
      { op: 'refund', key: 'r', amountYen: 600, outcome: 'unknown', object: null },
      { op: 'refund', key: 'r', amountYen: 600 },
      { op: 'refund', key: 'r', amountYen: 600 },
    ] as const;
    expect(texts(history({ op: 'charge' }, ...tries, { op: 'read', seen: seen(true, 600) }))).toEqual([]);
  });
});

describe('a violation', () => {
  it('is a key that was carried out twice', () => {
    const [text] = texts(history({ op: 'charge', key: 'k' }, { op: 'charge', key: 'k', object: 'ch_2' }));
    expect(text).toBe('key k was carried out 2 times: charge of ch_1 and ch_2');
  });

  it('is a second capture under another key', () => {
    expect(texts(history({ op: 'authorise' }, { op: 'capture' }, { op: 'capture' }))).toEqual([
      'ch_1: a capture was acknowledged by 50 ms, and by what was acknowledged before it was captured, 1000 yen, 0 of them back',
    ]);
  });

  it('is a refund of more than was captured, also by many at once', () => {
    const racer = (index: number) =>
      ({ op: 'refund', key: `r${index}`, amountYen: 400, startedAtMs: 100, endedAtMs: 200 + index }) as const;
    expect(texts(history({ op: 'charge' }, racer(1), racer(2)))).toEqual([]);
    expect(texts(history({ op: 'charge' }, racer(1), racer(2), racer(3)))).toHaveLength(1);
  });

  it('is an acknowledged write that a later read does not see', () => {
    expect(texts(history({ op: 'authorise' }, { op: 'capture' }, { op: 'read', seen: seen(false) }))).toEqual([
      'ch_1: a read answered by 50 ms saw it held, and by what was acknowledged before it was captured, 1000 yen, 0 of them back',
    ]);
    expect(texts(history({ op: 'charge' }, { op: 'read', outcome: 'absent' }))).toHaveLength(1);
    expect(
      texts(history({ op: 'charge' }, { op: 'refund', amountYen: 1 }, { op: 'read', seen: seen(true) })),
    ).toHaveLength(1);
  });

  it('is a read that takes back what another read saw', () => {
    const unknown = { op: 'capture', outcome: 'unknown', endedAtMs: null } as const;
    expect(
      texts(
        history(
          { op: 'authorise' },
          unknown,
          { op: 'read', seen: seen(true) },
          { op: 'read', client: 'shop-2', seen: seen(false) },
        ),
      ),
    ).toHaveLength(1);
  });

  it('is money that nobody asked for', () => {
    expect(texts(history({ op: 'authorise' }, { op: 'read', seen: seen(true) }))).toHaveLength(1);
    expect(
      texts(history({ op: 'authorise' }, { op: 'capture', outcome: 'refused' }, { op: 'read', seen: seen(true) })),
    ).toHaveLength(1);
    expect(texts(history({ op: 'charge', outcome: 'declined' }, { op: 'read', seen: seen(true) }))).toHaveLength(1);
  });

  it('is a key that was declined for good and carried out as well', () => {
    expect(texts(history({ op: 'charge', key: 'k', outcome: 'declined' }, { op: 'charge', key: 'k' }))).toEqual([
      'key k was declined for good and carried out as well',
    ]);
  });

  it('is none within the skew of two clocks', () => {
    const early = history(
      { op: 'authorise' },
      { op: 'capture', startedAtMs: 100, endedAtMs: 110 },
      { op: 'read', client: 'shop-2', startedAtMs: 112, endedAtMs: 114, seen: seen(false) },
    );
    expect(texts(early)).toHaveLength(1);
    expect(texts(early, 5)).toEqual([]);
  });

  it('tells what was asked about the charge', () => {
    const [violation] = judgeHistory(history({ op: 'authorise' }, { op: 'capture' }, { op: 'capture' })).violations;
    expect(violation?.text.split('\n').slice(1)).toEqual([
      '  0-10 ms shop-1 authorise 1000 yen key key-0: ok',
      '  20-30 ms shop-1 capture key key-1: ok',
      '  40-50 ms shop-1 capture key key-2: ok',
    ]);
  });
});

describe('the checker beside every order there is (seed 20261122)', () => {
  const yen = fc.constantFrom(100, 200, 300);
  const effect = fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({
        op: fc.constantFrom('charge' as const, 'authorise' as const),
        amountYen: fc.constantFrom(300, 500),
      }),
    },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('capture' as const), amountYen: fc.option(yen) }) },
    { weight: 3, arbitrary: fc.record({ op: fc.constant('refund' as const), amountYen: fc.option(yen) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        op: fc.constant('read' as const),
        seen: fc.option(
          fc.record({ paid: fc.boolean(), captured: fc.boolean(), refundedYen: fc.constantFrom(0, 100, 200, 300) }),
        ),
      }),
    },
  );
  const intent = fc
    .record({
      effect,
      calledMs: fc.integer({ min: 0, max: 12 }),
      lasts: fc.integer({ min: 0, max: 6 }),
      isAnswered: fc.integer({ min: 0, max: 3 }),
    })
    .map(
      ({ effect: of, calledMs, lasts, isAnswered }): SmallIntent => ({
        effect: of,
        calledMs,
        // A read that was never answered saw nothing.
        answeredMs: of.op === 'read' || isAnswered > 0 ? calledMs + lasts : null,
      }),
    );
  const full = (intents: readonly SmallIntent[]) =>
    intents.map((one) => ({ ...one, op: one.effect.op, key: null, client: 'c' }));

  it('agrees with it about any few operations', () => {
    let explained = 0;
    fc.assert(
      fc.property(fc.array(intent, { minLength: 1, maxLength: 6 }), (intents) => {
        const expected = bruteForce(intents);
        if (expected && intents.length > 2) explained += 1;
        expect(explain(full(intents)).kind === 'explained').toBe(expected);
      }),
      { seed: 20_261_122, numRuns: 3_000 },
    );
    expect(explained).toBeGreaterThan(50);
  });

  it('accepts every history that a charge really went through, and rejects it once an answered capture is hidden', () => {
    fc.assert(
      fc.property(fc.array(yen, { maxLength: 3 }), fc.integer({ min: 1, max: 9 }), (refunds, lasts) => {
        const total = refunds.reduce((sum, amount) => sum + amount, 0);
        const written = history(
          { op: 'authorise' },
          { op: 'capture' },
          ...refunds.map((amountYen) => ({ op: 'refund' as const, amountYen })),
          { op: 'read', seen: seen(true, total) },
        );
        const stretched = written.map((one) => ({ ...one, endedAtMs: one.startedAtMs + lasts }));
        expect(texts(total > 1000 ? [] : stretched)).toEqual([]);
        const hidden = stretched.filter(({ op, amountYen }) => !(op === 'refund' && amountYen === refunds[0]));
        expect(texts(hidden).length > 0 || total === 0 || total > 1000).toBe(true);
      }),
      { seed: 20_261_122, numRuns: 200 },
    );
  });
});

describe('a long history', () => {
  it('is judged charge by charge, in time that grows with its length', () => {
    const operations = Array.from({ length: 2_000 }, (_, index) =>
      history({ op: 'authorise' }, { op: 'capture' }, { op: 'read', seen: seen(true) }).map((one) => ({
        ...one,
        object: `ch_${index}`,
        key: one.key === null ? null : `${one.key}-${index}`,
      })),
    ).flat();
    expect(judgeHistory(operations)).toMatchObject({
      operations: 6_000,
      charges: 2_000,
      violations: [],
      undecided: [],
    });
  });

  it('says of a charge with too much open at once that it is undecided', () => {
    const racers = Array.from({ length: 16 }, (_, index) => ({
      op: 'refund' as const,
      key: `r${index}`,
      amountYen: 1 + index * index,
      outcome: 'unknown' as const,
      endedAtMs: null,
    }));
    const judgement = judgeHistory(
      history({ op: 'charge', amountYen: 100_000 }, ...racers, { op: 'read', seen: seen(true, 99_999) }),
    );
    expect(judgement.undecided).toEqual(['ch_1']);
    expect(judgement.violations).toEqual([]);
  });
});
