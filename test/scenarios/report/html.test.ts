import { describe, expect, it } from 'vitest';
import { renderReport } from '../../../scenarios/report/html.ts';
import { asItWas, expectation, failingDay, invariant, noTimings, protectedDay } from './fixture.ts';

const three = renderReport([asItWas(), protectedDay(), failingDay()], { lang: 'ja' });

/** What of `pattern` is in a text, briefly: a report is too long to print when a test fails. */
const found = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(new RegExp(pattern, 'g'))]
    .slice(0, 5)
    .map((match) => text.slice(match.index - 40, match.index + 60));

describe('the run report', () => {
  it('says the verdict first, with one sentence for each policy in both languages', () => {
    const text = renderReport([asItWas(), protectedDay()], { lang: 'ja' });
    expect(text).toContain('すべての期待を満たしました');
    expect(text).toContain('of ordinary payments succeeded 21:02–22:12, failover after 6.1 s, first notice after 9 s.');
    expect(text).toContain('切り替えまで6.1秒、最初の告知まで9秒。');
    expect(three).toContain('Not every expectation holds');
  });

  it('shows first the language it was asked for and holds both', () => {
    expect(three).toMatch(/<html lang="ja">[\s\S]*id="lang-ja"[^>]* checked>/);
    const english = renderReport([asItWas()], { lang: 'en' });
    expect(english).toMatch(/<html lang="en">[\s\S]*id="lang-en"[^>]* checked>/);
    expect(english).toContain('期待と結果');
  });

  it('holds everything itself: no script, no address, no inline style', () => {
    expect(found(three, /https?:|<script|javascript:|@import|url\(/)).toEqual([]);
    expect(found(three, / (src|style|on[a-z]+)="/)).toEqual([]);
    expect(three).toMatch(/http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-/);
  });

  it('never shows undefined, null or NaN', () => {
    expect(found(three, /undefined|\bnull\b|NaN/)).toEqual([]);
    const bare = protectedDay({
      expectations: [expectation({ measured: null, sample: null, holds: false, reason: 'no operations' })],
      series: [],
      bands: [],
      marks: [],
      invariants: [],
      sources: [],
      versions: {},
      timings: noTimings,
      cpuMs: 0,
      traffic: {
        innocent: { sent: 0, succeeded: 0, deferred: 0, successRate: null, extraFailures: null },
        abusive: { sent: 0, succeeded: 0, deferred: 0, successRate: null, extraFailures: null },
      },
    });
    expect(found(renderReport([bare], { lang: 'en' }), /undefined|\bnull\b|NaN|Infinity/)).toEqual([]);
  });

  it('has a panel for each thing that happened, and none for what did not', () => {
    for (const title of [
      'Ordinary payments that succeed',
      'Requests waiting at escott',
      'Utilisation of gmo',
      'Requests of its other tenants, per second, at escott',
      'Requests of the abuser per second',
      'Outcomes unknown and not yet settled',
      'Captures and refunds accepted for later',
    ])
      expect(three).toContain(title);
    expect(renderReport([asItWas()], { lang: 'ja' })).not.toContain('Requests of the abuser per second');
  });

  it('draws each panel for a desk and for a phone, with colours of the page', () => {
    expect(three.match(/<svg class="plot wide"/g)?.length).toBe(three.match(/<svg class="plot narrow"/g)?.length);
    expect(three).toContain('stroke="var(--p0)"');
    expect(three).toContain('stroke="var(--p2)"');
    expect(found(three, /(stroke|fill)="#/)).toEqual([]);
  });

  it('lists decisions with number, clock time and time since the onset', () => {
    expect(three).toMatch(/<span class="n">4<\/span><time>21:02:05<\/time>[\s\S]{0,120}breaker escott opens/);
    expect(three).toContain('+5 s');
  });

  it('counts the marks that it does not list', () => {
    const [mark] = protectedDay().marks;
    if (mark === undefined) throw new Error('the fixture has marks');
    const marks = Array.from({ length: 150 }, (_, index) => ({ ...mark, atMs: index * 1_000 }));
    expect(renderReport([protectedDay({ marks })], { lang: 'en' })).toMatch(/30 <span class="ja"/);
  });

  it('gives the reason of what fails and marks books that differ', () => {
    expect(three).toContain('0.9899 is below 0.99');
    const money = { ...protectedDay().money, discrepancyYen: 500 };
    expect(renderReport([protectedDay({ money })], { lang: 'en' })).toContain('<td class="r no">¥500</td>');
  });

  it('says that an invariant had nothing to judge, and shows a violation', () => {
    expect(three).toContain('had nothing to judge');
    const violations = [{ atMs: 1, objects: ['ch_1'], text: 'ch_1 was captured twice' }];
    const text = renderReport([protectedDay({ invariants: [invariant({ found: 2, violations })] })], { lang: 'en' });
    expect(text).toContain('ch_1 was captured twice');
  });

  it('keeps sources and assumptions apart', () => {
    const [sources = '', assumptions = ''] = three.split('>Assumptions</span>');
    expect(sources).toContain('seed line 192');
    expect(assumptions).toContain('the announcements give no traffic');
    expect(sources).not.toContain('the announcements give no traffic');
  });

  it('warns of partial and of live runs', () => {
    expect(renderReport([protectedDay({ partial: true })], { lang: 'en' })).toContain('these figures are partial');
    expect(renderReport([protectedDay({ stage: 'live' })], { lang: 'en' })).toContain('cannot be repeated bit for bit');
  });

  it('escapes whatever scenarios and programs write', () => {
    const hostile = '<script>alert(1)</script>"><img src=x>';
    const both = { en: hostile, ja: hostile };
    const [band] = protectedDay().bands;
    if (band === undefined) throw new Error('the fixture has bands');
    const text = renderReport(
      [
        protectedDay({
          scenario: hostile,
          title: both,
          policyTitle: both,
          traceHash: hostile,
          versions: { [hostile]: hostile },
          expectations: [expectation({ id: hostile, title: both, bound: hostile, reason: hostile, holds: false })],
          bands: [{ ...band, kind: 'breaker', subject: hostile, state: hostile, title: both }],
          marks: [{ atMs: 1, kind: 'notice', title: both }],
          sources: [{ what: hostile, source: hostile, assumed: true }],
          page: { resolvedSaid: 0, falseResolved: 0, neverTold: [hostile] },
        }),
      ],
      { lang: 'en' },
    );
    expect(found(text, /<script|<img/)).toEqual([]);
  });

  it('stays below 1.5 MB for a whole day of five policies', () => {
    const long = protectedDay().series.map((item) => ({
      ...item,
      values: Array.from({ length: 8_640 }, (_, index) => Math.abs(Math.sin(index * 12.9898) * 43_758.5453) % 1),
    }));
    const runs = ['a', 'b', 'c', 'd', 'e'].map((policy) => protectedDay({ policy, series: long }));
    expect(Buffer.byteLength(renderReport(runs, { lang: 'ja' }))).toBeLessThan(1_500_000);
  });

  it('is the same text each time it is rendered', () => {
    expect(renderReport([asItWas(), protectedDay(), failingDay()], { lang: 'ja' })).toBe(three);
  });

  it('draws the first of several seeds and sums all of them up, and fails when one of them does', () => {
    const text = renderReport([protectedDay(), failingDay({ policy: 'protected', seed: 2 })], { lang: 'en' });
    expect(text).toContain('Over the seeds');
    expect(text).toContain('1/2');
    expect(text).toContain('Not every expectation holds');
    expect(renderReport([protectedDay()], { lang: 'en' })).not.toContain('Over the seeds');
  });

  it('refuses to mix scenarios or to report on nothing', () => {
    expect(() => renderReport([], { lang: 'ja' })).toThrow(RangeError);
    expect(() => renderReport([asItWas(), protectedDay({ scenario: 'other' })], { lang: 'ja' })).toThrow(
      'one scenario',
    );
  });
});
