import { describe, expect, it } from 'vitest';
import { renderJunit } from '../../../scenarios/report/junit.ts';
import { asItWas, expectation, failingDay, invariant, protectedDay } from './fixture.ts';
import { parseXml } from './xml.ts';

const suitesOf = (...results: Parameters<typeof renderJunit>[0]) => {
  const [root] = parseXml(renderJunit(results)).children;
  if (root === undefined) throw new Error('no root element');
  return root;
};

describe('the JUnit file', () => {
  it('has a suite for each run and a case for each expectation and invariant', () => {
    const root = suitesOf(asItWas(), protectedDay());
    expect(root.attributes).toMatchObject({ tests: '16', failures: '0', errors: '0', skipped: '2' });
    const suites = root.children;
    expect(suites.map((suite) => suite.attributes.name)).toEqual([
      'payjp-2017-07-12 as-it-was seed 1',
      'payjp-2017-07-12 protected seed 1',
    ]);
    expect(suites[0]?.children.filter((child) => child.name === 'testcase')).toHaveLength(7);
  });

  it('keeps the cases of several seeds apart by their class', () => {
    const classes = suitesOf(protectedDay(), protectedDay({ seed: 2 })).children.map(
      ({ children }) => children.find(({ name }) => name === 'testcase')?.attributes.classname,
    );
    expect(classes).toEqual(['payjp-2017-07-12.protected.seed-1', 'payjp-2017-07-12.protected.seed-2']);
  });

  it('has a case for each figure that moved since a baseline, and one that passes when none did', () => {
    const last = (moved: readonly string[]) =>
      parseXml(renderJunit([protectedDay()], moved)).children[0]?.children.at(-1);
    expect(last(['requests was 1, is 2'])?.attributes).toMatchObject({ name: 'baseline', tests: '1', failures: '1' });
    expect(last([])?.attributes).toMatchObject({ name: 'baseline', tests: '1', failures: '0' });
  });

  it('tells bound, measured figure and reason of an expectation that fails', () => {
    const [suite] = suitesOf(failingDay()).children;
    expect(suite?.attributes).toMatchObject({ tests: '8', failures: '2' });
    const failed = suite?.children.find((child) => child.children[0]?.name === 'failure');
    expect(failed?.attributes.name).toBe('ordinary-operations-succeed: ordinary operations succeed, 21:02-22:12');
    expect(failed?.children[0]?.attributes.message).toBe('measured 98.99 %, bound ≥ 99 %');
    expect(failed?.children[0]?.text).toBe(
      'reason: 0.9899 is below 0.99\nbound: >= 0.99\nmeasured: 0.98999\nsample: 21812',
    );
  });

  it('says that a moment never came instead of printing null', () => {
    const text = renderJunit([failingDay()]);
    expect(text).toContain('measured –, bound ≤ 10 s');
    expect(text).not.toMatch(/null|undefined|NaN/);
  });

  it('fails an invariant with its violations and skips one that had nothing to judge', () => {
    const violations = [{ atMs: 1_500, objects: ['ch_1', 'tr_2'], text: 'captured twice' }];
    const [suite] = suitesOf(
      protectedDay({
        expectations: [],
        invariants: [
          invariant({ found: 3, violations }),
          invariant({ id: 'INV-02', judged: 0 }),
          invariant({ id: 'INV-03', judged: 1 }),
        ],
      }),
    ).children;
    const cases = suite?.children.filter((child) => child.name === 'testcase') ?? [];
    expect(cases.map((item) => item.children[0]?.name)).toEqual(['failure', 'skipped', undefined]);
    expect(cases[0]?.children[0]?.attributes.message).toBe('3 violations, judged 12345 times');
    expect(cases[0]?.children[0]?.text).toBe('1500 ms [ch_1 tr_2] captured twice');
  });

  it('stays well formed whatever titles and reasons contain', () => {
    const hostile = '</failure> & <b> "quoted" \'single\' ]]> line\nbreak \u0000\u0007\ud800 結果不明 \u{1f4b3}';
    const item = expectation({ id: 'x', title: { en: hostile, ja: hostile }, holds: false, reason: hostile });
    const [suite] = suitesOf(protectedDay({ expectations: [item], versions: { [hostile]: hostile } })).children;
    const shown = '</failure> & <b> "quoted" \'single\' ]]> line\nbreak  結果不明 \u{1f4b3}';
    const testcase = suite?.children.find((child) => child.name === 'testcase');
    expect(testcase?.attributes.name).toBe(`x: ${shown}`);
    expect(testcase?.children[0]?.text).toContain(`reason: ${shown}`);
  });

  it('is well formed without any run', () => {
    expect(suitesOf().attributes.tests).toBe('0');
  });
});
