/**
 * One day under several seeds: what is the policy's doing, and what is the seed's. A median and a range of each
 * figure, a row per policy, the same in the report, the terminal and Markdown.
 */
import type { RunResult } from '../judge/result.ts';
import type { Lang, Words } from '../play/words.ts';
import { count, dash, duration, percent, yen } from './figures.ts';
import { sentenceWindows, successIn } from './sentence.ts';
import { byScenario, type TerminalStyle } from './terminal.ts';
import { padEnd, padStart, textWidth } from './text-width.ts';

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** Seeds that have the figure, of all. */
  readonly of: number;
  readonly seeds: number;
}

/** Null when no seed has the figure. The median of an even count lies between the middle two. */
export const spreadOf = (values: readonly (number | null)[]): Spread | null => {
  const known = values.filter((value) => value !== null).toSorted((one, other) => one - other);
  const [least, most] = [known[0], known.at(-1)];
  if (least === undefined || most === undefined) return null;
  const upper = known[Math.floor(known.length / 2)] ?? most;
  const lower = known[Math.floor((known.length - 1) / 2)] ?? least;
  return { median: (lower + upper) / 2, least, most, of: known.length, seeds: values.length };
};

interface Column {
  readonly title: Words;
  readonly unit: 'share' | 'duration' | 'yen' | 'count';
  readonly of: (result: RunResult) => number | null;
}

const since = (moment: 'failover' | 'contained' | 'firstNotice') => (result: RunResult) => {
  const { onset, [moment]: at } = result.timings;
  return onset === null || at === null ? null : at - onset;
};

export const spreadWords = {
  title: { en: 'Over the seeds: median (least to most)', ja: 'シード間の比較: 中央値 (最小〜最大)' },
  note: {
    en: 'Same day and policies, other draws. The plots above are of the first seed. (n/m): only n of m seeds have the figure.',
    ja: '同じ日と方針で乱数のみ異なります。上の図は最初のシードです。(n/m): m 個のシードのうち n 個のみ値があります。',
  },
  policy: { en: 'policy', ja: '方針' },
  hold: { en: 'seeds that hold', ja: '合格したシード' },
} as const satisfies Record<string, Words>;

export const spreadColumns: readonly Column[] = [
  {
    title: { en: 'success in the window', ja: '時間帯の成功率' },
    unit: 'share',
    of: (result) => successIn(result, sentenceWindows(result)) ?? result.traffic.innocent.successRate,
  },
  { title: { en: 'lost sales', ja: '失われた売上' }, unit: 'yen', of: ({ losses }) => losses?.lostSalesYen ?? null },
  { title: { en: 'contained after', ja: '抑え込みまで' }, unit: 'duration', of: since('contained') },
  { title: { en: 'failover after', ja: '切り替えまで' }, unit: 'duration', of: since('failover') },
  { title: { en: 'first notice after', ja: '最初の告知まで' }, unit: 'duration', of: since('firstNotice') },
];

const figure = (value: number, unit: Column['unit'], lang: Lang): string => {
  switch (unit) {
    case 'share':
      return percent(value);
    case 'duration':
      return duration(value, lang);
    case 'yen':
      return yen(value);
    case 'count':
      return count(value);
  }
};

/** `99.2 % (98.7 % – 99.6 %)`; a dash when no seed has it. */
export const spreadText = (spread: Spread | null, unit: Column['unit'], lang: Lang): string => {
  if (spread === null) return dash;
  const range = `${figure(spread.least, unit, lang)} – ${figure(spread.most, unit, lang)}`;
  const some = spread.of < spread.seeds ? ` (${spread.of}/${spread.seeds})` : '';
  return `${figure(spread.median, unit, lang)} (${range})${some}`;
};

export interface SpreadRow {
  readonly policy: string;
  readonly policyTitle: Words;
  readonly hold: number;
  readonly seeds: readonly number[];
  readonly cells: (lang: Lang) => readonly string[];
}

/** A row per policy of the runs of one scenario, in the order in which policies first come. */
export const spreadRows = (results: readonly RunResult[]): readonly SpreadRow[] =>
  [...Map.groupBy(results, ({ policy }) => policy)].map(([policy, runs]) => ({
    policy,
    policyTitle: runs[0]?.policyTitle ?? { en: policy, ja: policy },
    hold: runs.filter(({ verdict }) => verdict === 'holds').length,
    seeds: runs.map(({ seed }) => seed),
    cells: (lang) => spreadColumns.map(({ unit, of }) => spreadText(spreadOf(runs.map(of)), unit, lang)),
  }));

/** Whether any policy of the scenario was played with several seeds. */
export const hasSeeds = (results: readonly RunResult[]): boolean =>
  spreadRows(results).some(({ seeds }) => seeds.length > 1);

/** Runs of a scenario that plots are drawn of: one for each policy, the first seed's. */
export const firstSeeds = (results: readonly RunResult[]): readonly RunResult[] =>
  results.filter((result, index) => results.findIndex(({ policy }) => policy === result.policy) === index);

/** A table for each scenario that has several seeds; '' when there is none. Ends with a newline. */
export const renderSpread = (results: readonly RunResult[], { lang }: Pick<TerminalStyle, 'lang'>): string => {
  const scenarios = [...Map.groupBy(byScenario(results).flat(), ({ scenario }) => scenario).values()].filter(hasSeeds);
  const blocks = scenarios.map((runs) => {
    const rows = spreadRows(runs);
    const table = [
      [spreadWords.policy[lang], spreadWords.hold[lang], ...spreadColumns.map(({ title }) => title[lang])],
      ...rows.map((row) => [row.policy, `${row.hold}/${row.seeds.length}`, ...row.cells(lang)]),
    ];
    const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => textWidth(row[column] ?? ''))));
    const lines = table.map(
      (row) =>
        `  ${row.map((cell, column) => (column === 0 ? padEnd(cell, widths[0]!) : padStart(cell, widths[column]!))).join('  ')}`,
    );
    return [`${runs[0]?.scenario ?? ''}  ${spreadWords.title[lang]}`, ...lines, ''].join('\n');
  });
  return blocks.length === 0 ? '' : `${blocks.join('\n')}\n`;
};
