/**
 * A summary in Markdown for the page of a job (`--markdown "$GITHUB_STEP_SUMMARY"`): what holds, what does not and why,
 * one table a scenario. Nothing in it needs a file beside it.
 */
import type { RunResult } from '../judge/result.ts';
import type { Lang } from '../play/words.ts';
import { boundText, count, dash, measuredText, startOfDayMs } from './figures.ts';
import { hurtMostText, ranked, rankingColumns, rankingText, rankingWords } from './ranking.ts';
import { sentenceOf, windowsOf } from './sentence.ts';
import { firstSeeds, hasSeeds, spreadColumns, spreadRows, spreadWords } from './spread.ts';
import { words } from './words.ts';

export interface MarkdownOptions {
  readonly lang: Lang;
  /** Lines about figures that moved since a baseline; absent: none was compared with. */
  readonly deviations?: readonly string[] | undefined;
}

/** Text of files somebody wrote, inside a cell: no markup of theirs, one line. */
const cell = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replace(/[|`*_[\]<>#~]/g, (mark) => `\\${mark}`)
    .replace(/\s+/g, ' ');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');

const failuresOf = (result: RunResult, lang: Lang): string[] => {
  const run = `${result.policy}, ${words.seed[lang].toLowerCase()} ${result.seed}`;
  const startMs = startOfDayMs(result.startsAt);
  return [
    ...(result.partial ? [`- **${cell(run)}**: ${words.partial[lang]}`] : []),
    ...result.expectations
      .filter(({ holds }) => !holds)
      .map(
        (expectation) =>
          `- **${cell(run)}**: \`${expectation.id}\` ${cell(expectation.title[lang])}: ${measuredText(expectation, startMs, lang)}, ${words.bound[lang].toLowerCase()} ${boundText(expectation, lang)}${expectation.reason === null ? '' : ` (${cell(expectation.reason)})`}`,
      ),
    ...result.invariants
      .filter(({ found }) => found > 0)
      .map(
        ({ id, title, found, violations }) =>
          `- **${cell(run)}**: ${id} ${cell(title)}: ${count(found)} ${words.violated[lang]}. ${cell(violations[0]?.text.split('\n')[0] ?? '')}`,
      ),
  ];
};

const section = (results: readonly RunResult[], lang: Lang): string => {
  const shown = firstSeeds(results);
  const windows = windowsOf(shown);
  const [first] = shown;
  const failures = results.flatMap((result) => failuresOf(result, lang));
  const sentences = shown.map((result) => {
    const mine = results.filter(({ policy }) => policy === result.policy);
    const holds = mine.every(({ verdict }) => verdict === 'holds');
    return `- ${holds ? '✅' : '❌'} **${cell(result.policyTitle[lang])}** (\`${result.policy}\`): ${cell(sentenceOf(result, windows)[lang])}`;
  });
  const order = ranked(shown);
  return [
    `### \`${first?.scenario ?? ''}\` ${cell(first?.title[lang] ?? '')}`,
    sentences.join('\n'),
    ...(order.length < 2
      ? []
      : [
          table(
            [
              rankingWords.policy[lang],
              ...rankingColumns.map((column) => rankingWords[column][lang]),
              rankingWords.most[lang],
            ],
            order.map((result) => [
              `\`${result.policy}\``,
              ...rankingColumns.map((column) => rankingText(result, column, lang)),
              cell(hurtMostText(result)),
            ]),
          ),
        ]),
    ...(hasSeeds(results)
      ? [
          `**${spreadWords.title[lang]}**`,
          table(
            [spreadWords.policy[lang], spreadWords.hold[lang], ...spreadColumns.map(({ title }) => title[lang])],
            spreadRows(results).map((row) => [
              `\`${row.policy}\``,
              `${row.hold}/${row.seeds.length}`,
              ...row.cells(lang),
            ]),
          ),
        ]
      : []),
    ...(failures.length === 0 ? [] : [failures.join('\n')]),
  ].join('\n\n');
};

/** One document over all runs. Ends with a newline. */
export const renderMarkdown = (results: readonly RunResult[], { lang, deviations }: MarkdownOptions): string => {
  const holds =
    results.length > 0 && results.every(({ verdict }) => verdict === 'holds') && (deviations ?? []).length === 0;
  const held = results.filter(({ verdict }) => verdict === 'holds').length;
  const head = `## ${holds ? '✅' : '❌'} Breakwater: ${held}/${results.length} ${words.holds[lang]}`;
  const versions = [...new Set(results.map((result) => result.versions.breakwater ?? dash))].join(', ');
  const compared =
    deviations === undefined
      ? []
      : deviations.length === 0
        ? [lang === 'ja' ? '基準との差はありません。' : 'Nothing moved since the baseline.']
        : [
            `### ${lang === 'ja' ? '基準との差' : 'Moved since the baseline'}`,
            deviations.map((line) => `- ${cell(line)}`).join('\n'),
          ];
  const scenarios = [...Map.groupBy(results, ({ scenario }) => scenario).values()];
  return `${[head, ...compared, ...scenarios.map((runs) => section(runs, lang)), `<sub>breakwater ${cell(versions)}</sub>`].join('\n\n')}\n`;
};
