import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagram } from '../../../scenarios/audit/diagram.ts';
import { drawSvg } from '../../../scenarios/audit/diagram-svg.ts';
import { drawText } from '../../../scenarios/audit/diagram-text.ts';
import { violationLines } from '../../../scenarios/audit/violation-text.ts';
import { invariantOf } from './fixtures.ts';
import { asked, authorised, chargeReply, created, moved, play, tokenOf } from './played.ts';

const doubled = () =>
  play(
    [
      tokenOf('4242424242424242'),
      created('ch_1', { atMs: 1_000, tookMs: 4_000, reply: chargeReply('ch_1') }),
      authorised('r-1', { atMs: 1_100, tookMs: 300 }),
      moved('1Capture', 'r-1', { atMs: 1_500, outcome: 'lost', tookMs: 2_000, status: 200 }),
      asked('/v1/charges/ch_2/refund', { atMs: 1_600 }),
    ],
    {
      seed: 7,
      charges: [
        {
          id: 'ch_1',
          reference: 'r-1',
          rows: [{ kind: 'authorise' }, { kind: 'capture', atMs: 1_510 }, { kind: 'capture', atMs: 3_600 }],
        },
      ],
    },
  );

describe('a violation', () => {
  it('names seed, time and objects, and draws what passed about its payment and nothing else', () => {
    const [violation] = invariantOf(doubled(), 'INV-01').violations;
    const lines = violationLines(violation!, 90);
    expect(lines.slice(0, 2)).toEqual([
      'charge ch_1 was captured 2 times',
      'seed 7, at 00:03.600, charge ch_1, ch_1, tx_0',
    ]);
    expect(lines.slice(lines.indexOf('payment ch_1'))).toMatchInlineSnapshot(`
      [
        "payment ch_1",
        "time                   cast                   gateway-1                   escott",
        "00:01.000                |----POST /v1/charges---->|                         |",
        "00:01.100                |                         |----------1Auth--------->|",
        "00:01.400                |                         |<..........OK............|",
        "00:01.500                |                         |--------1Capture-------->|",
        "00:03.500                |                         | x   lost: answered      |",
        "00:05.000                |<.....200 captured.......|                         |",
      ]
    `);
  });
});

describe('a diagram', () => {
  const arrow = fc.record({
    from: fc.constantFrom('cast', 'gateway-1', 'gateway-2'),
    to: fc.constantFrom('escott', 'gmo', 'merchants'),
    asked: fc.string({ maxLength: 60 }),
    answer: fc.string({ maxLength: 60 }),
    sentMs: fc.nat(100_000),
    endedMs: fc.nat(100_000),
    outcome: fc.constantFrom('answered' as const, 'lost' as const, 'not-sent' as const),
  });
  const diagram = fc.record({
    title: fc.string(),
    arrows: fc.array(arrow, { minLength: 1, maxLength: 8 }),
    dropped: fc.nat(2),
  });

  it('keeps to its columns and has a line for each step, whatever is in it (seed 3)', () => {
    fc.assert(
      fc.property(diagram, (drawn) => {
        const lines = drawText(drawn, 120);
        const steps = drawn.arrows.reduce((sum, { outcome }) => sum + (outcome === 'not-sent' ? 1 : 2), 0);
        expect(lines).toHaveLength(2 + steps + (drawn.dropped > 0 ? 1 : 0));
        for (const line of lines.slice(1)) expect(line.length).toBeLessThanOrEqual(130);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it('lets nothing of what was said become markup (seed 3)', () => {
    fc.assert(
      fc.property(diagram, (drawn) => {
        const svg = drawSvg(drawn);
        expect(svg.startsWith('<svg ')).toBe(true);
        expect(svg.match(/<(?!\/?(svg|title|text|line|path)\b)/)).toBeNull();
      }),
      { seed: 3, numRuns: 200 },
    );
    const hostile: Diagram = { title: '<script>', arrows: [], dropped: 0 };
    expect(drawSvg(hostile)).not.toContain('<script');
  });

  it('of a payment that left no trace says so', () => {
    expect(drawText({ title: 'payment ch_9', arrows: [], dropped: 0 }, 80)).toEqual([
      'payment ch_9: no exchange of it is on record',
    ]);
  });
});
