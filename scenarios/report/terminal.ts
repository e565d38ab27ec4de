/**
 * What the terminal shows: a line per decision while the day is played, and a calm table at the
 * end. Everything is returned as text; who prints it decides about colour and width.
 */
import { violationLines } from '../audit/violation-text.ts';
import type { ExpectationResult, Mark, RunResult } from '../judge/result.ts';
import type { Lang } from '../play/words.ts';
import { boundText, clock, count, measuredText, startOfDayMs } from './figures.ts';
import { sentenceLine, windowsOf } from './sentence.ts';
import { padEnd, padStart, textWidth, wrap } from './text-width.ts';
import { markKinds, words } from './words.ts';

export interface TerminalStyle {
  readonly colour: boolean;
  /** Width of the terminal; lines are never longer. At least 60 is assumed. */
  readonly columns: number;
  readonly lang: Lang;
}

type Paint = (text: string) => string;
const paint =
  (code: string, colour: boolean): Paint =>
  (text) =>
    colour ? `\u001b[${code}m${text}\u001b[0m` : text;

const paints = (colour: boolean) => ({
  bold: paint('1', colour),
  dim: paint('2', colour),
  good: paint('32', colour),
  bad: paint('31', colour),
});

const kindColumns = 10;

/**
 * One line of the running story: `21:02:06  breaker   escott opens`. The clock is the scenario's
 * (`startsAt` of its result). A title that begins with the word of its kind does not say it twice.
 */
export const formatLine = (
  mark: Mark,
  style: Pick<TerminalStyle, 'colour' | 'lang'> & { readonly startsAt: string; readonly columns?: number },
): string => {
  const { bold, dim } = paints(style.colour);
  const kind = markKinds[mark.kind][style.lang];
  const title = mark.title[style.lang].replace(new RegExp(`^${kind}[:：]?\\s+`), '');
  const time = clock(startOfDayMs(style.startsAt) + mark.atMs);
  const indent = time.length + 2 + kindColumns + 2;
  const lines = style.columns === undefined ? [title] : wrap(title, Math.max(20, style.columns - indent));
  const first = `${bold(time)}  ${dim(padEnd(kind, kindColumns))}  ${lines[0] ?? ''}`;
  return [first, ...lines.slice(1).map((line) => ' '.repeat(indent) + line)].join('\n');
};

/** Columns of figures; the title takes what is left. */
const figureColumns = 12;
/** A bound as wide as two bounds. */
const boundColumnsMax = 24;

/** One width for all bounds that are shown together, so that figures line up. */
const boundColumnsOf = (results: readonly RunResult[], lang: Lang): number => {
  const widths = results.flatMap((result) => result.expectations.map((item) => textWidth(boundText(item, lang))));
  return Math.min(boundColumnsMax, Math.max(8, ...widths));
};

const expectationLines = (
  expectation: ExpectationResult,
  startMs: number,
  boundColumns: number,
  style: TerminalStyle,
): string[] => {
  const { dim, good, bad } = paints(style.colour);
  const measured = measuredText(expectation, startMs, style.lang);
  const bound = boundText(expectation, style.lang);
  const titleColumns = Math.max(14, style.columns - 4 - 2 - figureColumns - 2 - boundColumns);
  const lines = wrap(expectation.title[style.lang], titleColumns);
  const tick = expectation.holds ? good('  ✓ ') : bad('  ✗ ');
  const figures = `  ${padStart(measured, figureColumns)}  ${dim(bound)}`;
  const shown = [tick + padEnd(lines[0] ?? '', titleColumns) + (expectation.holds ? figures : bad(figures))];
  for (const line of lines.slice(1)) shown.push(`    ${line}`);
  if (expectation.reason !== null)
    for (const line of wrap(expectation.reason, style.columns - 6)) shown.push(`      ${bad(line)}`);
  return shown;
};

const invariantLine = (result: RunResult, style: TerminalStyle): string[] => {
  const { dim, bad } = paints(style.colour);
  const at = (item: RunResult['invariants'][number]): string => `${item.id} ${count(item.judged)}`;
  const judged = result.invariants.filter((item) => item.judged > 0);
  const idle = result.invariants.filter((item) => item.judged === 0 && item.found === 0);
  const list = (head: string, parts: readonly string[]): string[] =>
    parts.length === 0 ? [] : wrap(`${head}: ${parts.join(', ')}`, style.columns - 4).map((line) => `    ${dim(line)}`);
  const lines = [
    ...list(`${words.invariants[style.lang]} (${words.judgedCounts[style.lang]})`, judged.map(at)),
    // Neither passed nor failed: nothing of their kind happened.
    ...list(
      words.notJudged[style.lang],
      idle.map(({ id }) => id),
    ),
  ];
  for (const { id, found, violations } of result.invariants.filter((item) => item.found > 0)) {
    const [first = '', ...more] = violations[0] === undefined ? [] : violationLines(violations[0], style.columns - 6);
    const text = `${id}: ${count(found)} ${words.violated[style.lang]}. ${first}`;
    lines.push(...wrap(text, style.columns - 6).map((line) => `      ${bad(line)}`));
    lines.push(...more.map((line) => `      ${dim(line)}`));
  }
  return lines;
};

const runLines = (result: RunResult, boundColumns: number, style: TerminalStyle): string[] => {
  const { bold, good, bad } = paints(style.colour);
  const name = `${result.policy}  ${result.policyTitle[style.lang]}`;
  const verdict = words[result.verdict][style.lang];
  const right = result.verdict === 'holds' ? good(verdict) : bad(verdict);
  const head = `  ${bold(padEnd(name, style.columns - 2 - textWidth(verdict)))}${right}`;
  const startMs = startOfDayMs(result.startsAt);
  return [
    head,
    ...(result.partial ? [`    ${bad(words.partial[style.lang])}`] : []),
    ...result.expectations.flatMap((expectation) => expectationLines(expectation, startMs, boundColumns, style)),
    ...invariantLine(result, style),
    '',
  ];
};

/** Runs of one scenario and seed belong together. */
export const byScenario = (results: readonly RunResult[]): RunResult[][] => {
  const groups = new Map<string, RunResult[]>();
  for (const result of results) {
    const key = `${result.scenario} ${result.seed}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [result]);
    else group.push(result);
  }
  return [...groups.values()];
};

/** The verdict table over all runs, ending with one line that counts them. Ends with a newline. */
export const renderVerdicts = (results: readonly RunResult[], options: TerminalStyle): string => {
  const style = { ...options, columns: Math.max(60, options.columns) };
  const { bold, dim, good, bad } = paints(style.colour);
  const lines: string[] = [];
  for (const group of byScenario(results)) {
    const [first] = group;
    if (first === undefined) continue;
    const title = `${first.scenario}  ${first.title[style.lang]}`;
    lines.push(...wrap(title, style.columns).map(bold));
    const windows = windowsOf(group);
    for (const result of group)
      lines.push(...wrap(sentenceLine(result, windows, style.lang), style.columns - 2).map((line) => dim(`  ${line}`)));
    const boundColumns = boundColumnsOf(group, style.lang);
    lines.push('', ...group.flatMap((result) => runLines(result, boundColumns, style)));
  }
  const failing = results.filter((result) => result.verdict === 'fails').length;
  const holding = results.length - failing;
  const total =
    style.lang === 'ja'
      ? `${results.length}回の実行: 合格 ${holding}、不合格 ${failing}`
      : `${results.length} ${results.length === 1 ? 'run' : 'runs'}: ${holding} ${holding === 1 ? 'holds' : 'hold'}, ${failing} ${failing === 1 ? 'fails' : 'fail'}`;
  lines.push(failing === 0 ? good(total) : bad(total));
  return `${lines.join('\n')}\n`;
};
