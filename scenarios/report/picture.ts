/**
 * One day as one small picture: what ordinary merchants felt under each policy, when the cause acted, and what was
 * decided. A file of its own, for documents: it needs no page, no script and no font, and reads in light and dark.
 */
import type { RunResult } from '../judge/result.ts';
import { clock, dateOf } from './figures.ts';
import { titleOf } from './markup.ts';
import { drawPanel, escapeAttribute, type Line } from './plot.ts';
import { decisionsOf } from './plots.ts';
import { joined, seriesOf } from './sentence.ts';
import { firstSeeds } from './spread.ts';
import { thinOut } from './thin-out.ts';
import { sizes, timeAxisOf } from './time-axis.ts';
import { words } from './words.ts';

const width = 1000;
const head = 62;
const panelPx = 220;
const pointsMax = 240;

const style = `.d{--ink:#17202b;--soft:#56616e;--grid:#e9ecf0;--axis:#b6bec8;--shade:#8b93a0;--p0:#c2410c;--p1:#0f7a6c;--p2:#5b4bc4;--p3:#a21caf;--p4:#3f6212}
@media(prefers-color-scheme:dark){.d{--ink:#e8ecf1;--soft:#a3afbc;--grid:#242e39;--axis:#4a5766;--shade:#8d99a8;--p0:#ff9a62;--p1:#4fd1b8;--p2:#b0a4ff;--p3:#f0a6fa;--p4:#bfdc77}}
text{fill:var(--soft);font-family:system-ui,sans-serif}.h{fill:var(--ink);font-weight:600}.shade{fill:var(--shade);opacity:.18}.edge{stroke:var(--soft);stroke-dasharray:4 3;fill:none}.decision{stroke-dasharray:1 3;opacity:.7;fill:none}.tick{stroke:var(--grid);fill:none}`;

const strokes: readonly Pick<Line, 'dash' | 'widthPx'>[] = [
  { dash: 'solid', widthPx: 2 },
  { dash: 'solid', widthPx: 1.8 },
  { dash: 'dashed', widthPx: 1.6 },
  { dash: 'dotted', widthPx: 1.6 },
];

/** About as wide as it will be: a wide letter counts for two. */
const roomOf = (text: string): number =>
  Array.from(text).reduce((sum, letter) => sum + (letter > '\u2e7f' ? 13 : 6.6), 0);

const text = (x: number, y: number, said: string, more = ''): string =>
  `<text x="${Math.round(x)}" y="${y}" font-size="12"${more}>${escapeAttribute(said)}</text>`;

/**
 * `all`: runs of one scenario in the order in which their lines are drawn; of several seeds the first is drawn.
 * An SVG document of some 20 kB. @throws RangeError when there are none
 */
export const renderPicture = (all: readonly RunResult[]): string => {
  const results = firstSeeds(all);
  const [first] = results;
  const [size] = sizes;
  if (first === undefined || size === undefined) throw new RangeError('a picture needs at least one result');
  const axis = timeAxisOf(results);
  const bands = results.flatMap((result) => result.bands);
  const lines = results.flatMap((result, at): Line[] => {
    const series = seriesOf(result, 'innocentSuccess');
    const stroke = strokes[at % strokes.length];
    if (series === undefined || stroke === undefined) return [];
    return [{ points: thinOut(series, pointsMax), colour: `var(--p${at % 5})`, ...stroke }];
  });
  const panel = drawPanel(
    {
      heightPx: panelPx,
      unit: 'share',
      lines,
      shaded: joined(bands.filter(({ kind }) => kind === 'cause')),
      edges: joined(bands.filter(({ kind }) => kind === 'window')).flatMap(({ fromMs, toMs }) => [fromMs, toMs]),
      decisions: decisionsOf(results, axis),
      label: `${words.success.ja} / ${words.success.en}`,
    },
    axis,
    size,
  );
  const legend: string[] = [];
  let x = size.left;
  for (const [at, result] of results.entries()) {
    const title = titleOf(result, results);
    const said = `${title.en} / ${title.ja}`;
    const dash = strokes[at % strokes.length]?.dash === 'dashed' ? ' stroke-dasharray="6 4"' : '';
    legend.push(`<path d="M${Math.round(x)} 48h22" stroke="var(--p${at % 5})" stroke-width="3"${dash}/>`);
    legend.push(text(x + 28, 52, said));
    x += 28 + roomOf(said) + 24;
  }
  const day = `${first.scenario}, ${dateOf(first.startsAt)} ${clock(axis.fromMs)}–${clock(axis.toMs)} JST, seed ${first.seed}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="d" viewBox="0 0 ${width} ${head + panelPx}" width="${width}" height="${head + panelPx}" role="img" aria-label="${escapeAttribute(`${first.title.en} / ${first.title.ja}`)}">
<style>${style}</style>
${text(size.left, 16, `${first.title.en} / ${first.title.ja}`, ' class="h"')}${text(size.left, 33, `${words.success.en} / ${words.success.ja} — ${day}`)}
${legend.join('')}
<svg y="${head}" height="${panelPx}" width="${width}"${panel.slice('<svg'.length).replace(' class="plot wide"', '')}
</svg>
`;
};
