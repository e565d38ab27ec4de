import { describe, expect, it } from 'vitest';
import { FaultRule, type FaultRuleInput } from '../../../acquirer-sim/app.ts';
import type { TimelineEntry } from '../../../scenarios/play/timeline.ts';
import { awayByRules } from '../../../scenarios/theatre/away-by-rules.ts';

const endMs = 100_000;

const away = (rule: FaultRuleInput, untilMs: number | null = null): (readonly [number, number])[] => {
  const entry = {
    event: { what: { kind: 'faults.set', acquirer: 'escott', rules: [FaultRule.parse(rule)] } },
    atMs: 10_000,
    untilMs,
  } as unknown as TimelineEntry;
  return awayByRules([entry], endMs).map(({ fromMs, toMs }) => [fromMs, toMs] as const);
};

describe('an acquirer is away by its rules', () => {
  it.each<[string, FaultRuleInput, number | null, readonly (readonly [number, number])[]]>([
    ['while it refuses everything', { kind: 'refuse' }, 40_000, [[10_000, 40_000]]],
    ['to the end of the day when nothing ends it', { kind: 'maintenance' }, null, [[10_000, endMs]]],
    ['until the rule ends by itself', { kind: 'black-hole', ttlMs: 5_000 }, 40_000, [[10_000, 15_000]]],
    [
      'in the hours of the rule alone',
      { kind: 'refuse', when: { afterMs: 5_000, forMs: 10_000 } },
      null,
      [[15_000, 25_000]],
    ],
    [
      'on and off as it flaps, and not after its end',
      { kind: 'refuse', when: { flapping: { onMs: 20_000, offMs: 10_000 } } },
      75_000,
      [
        [10_000, 30_000],
        [40_000, 60_000],
        [70_000, 75_000],
      ],
    ],
  ])('%s', (_, rule, untilMs, stretches) => {
    expect(away(rule, untilMs)).toEqual(stretches);
  });

  it.each<[string, FaultRuleInput]>([
    ['one brand is refused', { kind: 'refuse', select: { brands: ['visa'] } }],
    ['most calls are served', { kind: 'refuse', share: 0.3 }],
    ['most calls are served at that level', { kind: 'refuse', intensity: { shape: 'constant', level: 0.3 } }],
    ['answers are late', { kind: 'latency', parameters: { delayMs: 30_000 } }],
  ])('not while %s', (_, rule) => {
    expect(away(rule)).toEqual([]);
  });
});
