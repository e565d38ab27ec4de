/** JUnit XML for continuous integration: a suite per run, a case per expectation and invariant. */
import type { ExpectationResult, InvariantResult, RunResult } from '../judge/result.ts';
import { boundText, measuredText, startOfDayMs } from './figures.ts';
import { hasSeeds } from './spread.ts';

/** XML 1.0 section 2.2: tab, line breaks, and everything from the space on but surrogates and two. */
const isXmlCharacter = (code: number): boolean =>
  code === 0x9 ||
  code === 0xa ||
  code === 0xd ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  code >= 0x10000;

/** Characters that XML cannot carry at all are dropped; those that mean something are escaped. */
const inXml = (text: string): string =>
  Array.from(text)
    .filter((character) => isXmlCharacter(character.codePointAt(0) ?? 0))
    .join('')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
    .replace(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);

interface Case {
  readonly name: string;
  readonly failure: { readonly message: string; readonly text: string } | null;
  readonly skipped: string | null;
}

const expectationCase = (expectation: ExpectationResult, startMs: number): Case => {
  const name = `${expectation.id}: ${expectation.title.en}`;
  if (expectation.holds) return { name, failure: null, skipped: null };
  const measured = measuredText(expectation, startMs, 'en');
  const bound = boundText(expectation, 'en');
  return {
    name,
    failure: {
      message: `measured ${measured}, bound ${bound}`,
      text: [
        `reason: ${expectation.reason ?? 'none given'}`,
        `bound: ${expectation.bound}`,
        `measured: ${expectation.measured ?? 'nothing'}`,
        `sample: ${expectation.sample ?? 'none'}`,
      ].join('\n'),
    },
    skipped: null,
  };
};

const invariantCase = (invariant: InvariantResult): Case => {
  const name = `${invariant.id}: ${invariant.title}`;
  if (invariant.found > 0)
    return {
      name,
      failure: {
        message: `${invariant.found} violations, judged ${invariant.judged} times`,
        text: invariant.violations
          .map(
            ({ atMs, objects, text }) =>
              `${atMs === null ? 'at the end' : `${atMs} ms`} [${objects.join(' ')}] ${text}`,
          )
          .join('\n'),
      },
      skipped: null,
    };
  // Having had nothing to judge is no pass.
  return { name, failure: null, skipped: invariant.judged === 0 ? 'had nothing to judge' : null };
};

const caseXml = (className: string, { name, failure, skipped }: Case): string => {
  const open = `    <testcase classname="${inXml(className)}" name="${inXml(name)}"`;
  if (failure !== null)
    return `${open}>\n      <failure message="${inXml(failure.message)}">${inXml(failure.text)}</failure>\n    </testcase>`;
  return skipped === null ? `${open}/>` : `${open}>\n      <skipped message="${inXml(skipped)}"/>\n    </testcase>`;
};

const suite = (result: RunResult, results: readonly RunResult[]) => {
  const startMs = startOfDayMs(result.startsAt);
  const cases = [
    ...result.expectations.map((expectation) => expectationCase(expectation, startMs)),
    ...result.invariants.map(invariantCase),
  ];
  const failures = cases.filter((item) => item.failure !== null).length;
  const skipped = cases.filter((item) => item.skipped !== null).length;
  const name = `${result.scenario} ${result.policy} seed ${result.seed}`;
  // Continuous integration follows a case by its class and name: one seed's must not pass for another's.
  const seed = hasSeeds(results) ? `.seed-${result.seed}` : '';
  const properties = [
    ['stage', result.stage],
    ['seed', String(result.seed)],
    ['traceHash', result.traceHash],
    ['partial', String(result.partial)],
    ['requests', String(result.requests)],
    ...Object.entries(result.versions),
  ].map(([key = '', value = '']) => `      <property name="${inXml(key)}" value="${inXml(value)}"/>`);
  const seconds = (result.wallMs / 1000).toFixed(3);
  const xml = [
    `  <testsuite name="${inXml(name)}" tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}" time="${seconds}" timestamp="${inXml(result.startsAt)}">`,
    '    <properties>',
    ...properties,
    '    </properties>',
    ...cases.map((item) => caseXml(`${result.scenario}.${result.policy}${seed}`, item)),
    '  </testsuite>',
  ].join('\n');
  return { xml, tests: cases.length, failures, skipped, wallMs: result.wallMs };
};

/** What moved since a baseline, a case each; one that passes when nothing did. */
const baselineSuite = (moved: readonly string[]) => {
  const cases: readonly Case[] =
    moved.length === 0
      ? [{ name: 'no figure moved', failure: null, skipped: null }]
      : moved.map((line) => ({
          name: line,
          failure: { message: 'moved since the baseline', text: line },
          skipped: null,
        }));
  const xml = [
    `  <testsuite name="baseline" tests="${cases.length}" failures="${moved.length}" errors="0" skipped="0" time="0">`,
    ...cases.map((item) => caseXml('baseline', item)),
    '  </testsuite>',
  ].join('\n');
  return { xml, tests: cases.length, failures: moved.length, skipped: 0, wallMs: 0 };
};

/**
 * One XML document for all runs. Failures carry bound, measured figure and reason. `moved` are lines about figures
 * that moved since a baseline; absent: none was compared with.
 */
export const renderJunit = (results: readonly RunResult[], moved?: readonly string[]): string => {
  const suites = [
    ...results.map((result) => suite(result, results)),
    ...(moved === undefined ? [] : [baselineSuite(moved)]),
  ];
  const total = (of: 'tests' | 'failures' | 'skipped' | 'wallMs'): number =>
    suites.reduce((sum, item) => sum + item[of], 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="breakwater" tests="${total('tests')}" failures="${total('failures')}" errors="0" skipped="${total('skipped')}" time="${(total('wallMs') / 1000).toFixed(3)}">`,
    ...suites.map((item) => item.xml),
    '</testsuites>',
    '',
  ].join('\n');
};
