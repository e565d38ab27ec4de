/** A score card for people, for a pipeline's summary page and for JUnit readers. */
import type { ScoreCard, ScoreLine } from './score-card.ts';

export const shown = ({ measured, unit }: ScoreLine): string => {
  if (measured === null) return 'never';
  switch (unit) {
    case 'share':
      return `${(measured * 100).toFixed(1)} %`;
    case 'ms':
      return `${(measured / 1000).toFixed(1)} s`;
    case 'count':
      return String(measured);
  }
};

const boundOf = ({ bound, unit }: ScoreLine): string => {
  const number = Number(/[\d.]+/.exec(bound)?.[0]);
  if (unit === 'share') return `at least ${(number * 100).toFixed(0)} %`;
  return unit === 'ms' ? `at most ${number / 1000} s` : 'none';
};

export const renderScore = (title: string, { lines, held }: ScoreCard): string => {
  const width = Math.max(...lines.map((line) => line.title.length));
  const rows = lines.map(
    (line) =>
      `  ${line.holds ? '✓' : '✗'} ${line.title.padEnd(width)}  ${shown(line).padStart(8)}  (${boundOf(line)}; of ${line.sample})`,
  );
  return `${title}\n${rows.join('\n')}\n  score ${held} of ${lines.length}\n`;
};

export const renderMarkdown = (title: string, { lines, held }: ScoreCard): string =>
  [
    `### ${title}: ${held} of ${lines.length}`,
    '',
    '| | | measured | bound | sample |',
    '|---|---|---|---|---|',
    ...lines.map(
      (line) => `| ${line.holds ? '✅' : '❌'} | ${line.title} | ${shown(line)} | ${boundOf(line)} | ${line.sample} |`,
    ),
    '',
  ].join('\n');

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

export const renderScoreJunit = (title: string, { lines, held }: ScoreCard): string =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites><testsuite name="${escaped(title)}" tests="${lines.length}" failures="${lines.length - held}">`,
    ...lines.map((line) => {
      const open = `<testcase classname="score" name="${escaped(line.title)}"`;
      return line.holds
        ? `${open}/>`
        : `${open}><failure message="${escaped(`${shown(line)}, ${boundOf(line)}`)}"/></testcase>`;
    }),
    '</testsuite></testsuites>',
    '',
  ].join('\n');
