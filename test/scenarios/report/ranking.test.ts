import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../scenarios/judge/result.ts';
import { ranked, renderRanking } from '../../../scenarios/report/ranking.ts';
import { aResult } from '../cli/results.ts';

const losses = (changes: Partial<NonNullable<RunResult['losses']>>): Partial<RunResult> => ({
  losses: {
    lostSales: 0,
    lostSalesYen: 0,
    falseBlocks: 0,
    merchantsHurt: 0,
    hurtMost: [],
    noticedAfterMs: null,
    ...changes,
  },
});
const run = (policy: string, changes: Partial<NonNullable<RunResult['losses']>>): RunResult => ({
  ...aResult(),
  policy,
  ...losses(changes),
});

const day = [
  run('as-it-was', {
    lostSales: 812,
    lostSalesYen: 3_412_900,
    merchantsHurt: 40,
    hurtMost: [{ member: 'big-3', operations: 31, yen: 120_400 }],
    noticedAfterMs: 1_140_000,
  }),
  run('global-limit', { lostSales: 90, lostSalesYen: 402_100, falseBlocks: 101, merchantsHurt: 35 }),
  run('protected', { noticedAfterMs: 3_000 }),
  run('protected-slow', { noticedAfterMs: 9_000 }),
];

describe('the ranking of policies', () => {
  it('puts the least loss first, then fewer false blocks, then who noticed sooner', () => {
    expect(ranked(day).map(({ policy }) => policy)).toEqual([
      'protected',
      'protected-slow',
      'global-limit',
      'as-it-was',
    ]);
  });

  it('says in a table what was lost, who was hurt, who was refused by mistake and when anybody knew', () => {
    const table = renderRanking(day, { colour: false, columns: 100, lang: 'en' });
    expect(table).toMatch(/lost sales +orders +merchants hurt +false blocks +noticed after/);
    expect(table).toMatch(/1 {2}protected +¥?0/);
    expect(table).toMatch(/4 {2}as-it-was .*3,412,900.* 812 +40 +0 +19 min/);
    expect(table).toMatch(/hurt most: big-3 .*120,400.* \(31\)/);
  });

  it('says the same in Japanese', () => {
    const table = renderRanking(day, { colour: false, columns: 100, lang: 'ja' });
    expect(table).toMatch(/失われた売上 +注文 +影響加盟店 +誤った拒否 +気付くまで/);
  });

  it('is silent where there is nothing to compare', () => {
    expect(renderRanking(day.slice(0, 1), { colour: false, columns: 100, lang: 'en' })).toBe('');
  });
});
