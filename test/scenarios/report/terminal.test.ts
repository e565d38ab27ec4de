import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLine, renderVerdicts } from '../../../scenarios/report/terminal.ts';
import { cut, padEnd, textWidth, wrap } from '../../../scenarios/report/text-width.ts';
import { asItWas, expectation, failingDay, invariant, protectedDay } from './fixture.ts';

const startsAt = '2017-07-12T20:35:00+09:00';
const mark = protectedDay().marks[3];
if (mark === undefined) throw new Error('the fixture has marks');

describe('a line of the running story', () => {
  it('begins with the clock of the scenario and the kind, and says the kind once', () => {
    const line = formatLine(mark, { startsAt, colour: false, lang: 'en' });
    expect(line).toBe('21:02:05  breaker     escott opens');
  });

  it('lines up in Japanese', () => {
    const lines = protectedDay().marks.map((item) => formatLine(item, { startsAt, colour: false, lang: 'ja' }));
    const starts = lines.map((line) => textWidth(/^\S+ {2}\S+ +/.exec(line)?.[0] ?? ''));
    expect(new Set(starts)).toEqual(new Set([22]));
  });

  it('runs past midnight', () => {
    const line = formatLine({ ...mark, atMs: 4 * 3_600_000 }, { startsAt, colour: false, lang: 'en' });
    expect(line).toMatch(/^00:35:00 /);
  });

  it('breaks a long title below itself', () => {
    const title = { en: 'status page: investigating and a good deal more than fits into one line', ja: '' };
    const text = formatLine({ atMs: 0, kind: 'notice', title }, { startsAt, colour: false, lang: 'en', columns: 60 });
    const lines = text.split('\n');
    expect(lines.length).toBe(2);
    expect(lines[1]).toMatch(/^ {22}\S/);
    for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(60);
  });
});

const tables = (columns: number, lang: 'ja' | 'en') =>
  renderVerdicts([asItWas(), protectedDay(), failingDay()], { colour: false, columns, lang });

describe('the verdict table', () => {
  it.each([
    [80, 'en'],
    [80, 'ja'],
    [60, 'ja'],
    [132, 'en'],
  ] as const)('fits %i columns in %s', (columns, lang) => {
    for (const line of tables(columns, lang).split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(columns);
  });

  it('shows what was measured beside the bound', () => {
    const text = tables(80, 'en');
    expect(text).toMatch(/✓ ordinary operations succeed, 21:02-22:12 +99\.74 % {2}≥ 99 %/);
    expect(text).toMatch(/✓ failover after onset +6\.1 s {2}≤ 10 s/);
    expect(text).toMatch(/✓ unknown outcomes happened +5,120 {2}≥ 500/);
    expect(text).toMatch(/✓ ordinary operations succeed, 21:02-22:12 +3\.1 % {2}≤ 49\.99 %/);
  });

  it('gives the reason of what fails and counts the runs at the end', () => {
    const text = tables(80, 'en');
    expect(text).toMatch(/✗ failover after onset +– {2}≤ 10 s\n +it never came/);
    expect(text).toMatch(/\n3 runs: 2 hold, 1 fails\n$/);
    expect(tables(80, 'ja')).toMatch(/\n3回の実行: 合格 2、不合格 1\n$/);
  });

  it('tells the day of each policy in one sentence', () => {
    expect(tables(132, 'en')).toContain(
      'Protected: 99.7 % of ordinary payments succeeded 21:02–22:12, failover after 6.1 s, first notice after 9 s',
    );
  });

  it('names a violated invariant with its first violation', () => {
    const violations = [{ atMs: null, objects: [], text: 'ch_1 was captured twice' }];
    const run = protectedDay({ verdict: 'fails', invariants: [invariant({ found: 2, violations })] });
    const text = renderVerdicts([run], { colour: false, columns: 80, lang: 'en' });
    expect(text).toContain('INV-01: 2 violated. ch_1 was captured twice');
  });

  it('says when figures are partial', () => {
    const text = renderVerdicts([protectedDay({ partial: true })], { colour: false, columns: 80, lang: 'en' });
    expect(text).toContain('Interrupted: these figures are partial.');
  });

  it('never prints undefined, null or NaN', () => {
    const bare = protectedDay({
      expectations: [expectation({ measured: null, sample: null })],
      series: [],
      bands: [],
      invariants: [],
      traffic: {
        innocent: { sent: 0, succeeded: 0, deferred: 0, successRate: null, extraFailures: null },
        abusive: { sent: 0, succeeded: 0, deferred: 0, successRate: null, extraFailures: null },
      },
    });
    for (const lang of ['ja', 'en'] as const)
      expect(renderVerdicts([bare], { colour: false, columns: 80, lang })).not.toMatch(/undefined|null|NaN/);
  });

  it('uses escape sequences only with colour', () => {
    const run = [protectedDay()];
    const sequence = '\u001b[';
    expect(renderVerdicts(run, { colour: false, columns: 80, lang: 'en' })).not.toContain(sequence);
    expect(renderVerdicts(run, { colour: true, columns: 80, lang: 'en' })).toContain(sequence);
  });
});

describe('text width', () => {
  it('counts two columns for Japanese and one for the rest', () => {
    expect(textWidth('abc')).toBe(3);
    expect(textWidth('決済')).toBe(4);
    expect(textWidth('ｶﾅ')).toBe(2);
    expect(textWidth('が')).toBe(2);
    expect(textWidth('か\u3099')).toBe(2);
    expect(textWidth('≥ 99 %')).toBe(6);
    expect(padEnd('決済', 6)).toBe('決済  ');
  });

  it('cuts a text that is too long and says so', () => {
    expect(cut('決済の失敗', 10)).toBe('決済の失敗');
    expect(cut('決済の失敗', 9)).toBe('決済の失…');
    expect(cut('payment failed', 8)).toBe('payment…');
  });

  it('wraps into lines that fit and lose nothing but spaces (any text, seed 2017)', () => {
    const word = fc.stringMatching(/^[a-z決済の成功率、。(]{1,30}$/);
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.integer({ min: 4, max: 40 }), (parts, columns) => {
        const text = parts.join(' ');
        const lines = wrap(text, columns);
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
      { seed: 2017 },
    );
  });
});
