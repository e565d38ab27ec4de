/** A sequence diagram as SVG, for the report: no script, no style sheet, current colour, prints well. */
import { clockText, type Diagram, lanesOf, stepsOf } from './diagram.ts';

const laneWidth = 190;
const timeWidth = 80;
const rowHeight = 22;
const headHeight = 30;
/** Characters that fit on an arrow. */
const textMax = 30;

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`).replace(/\p{Cc}/gu, ' ');

const short = (text: string): string => (text.length > textMax ? `${text.slice(0, textMax - 1)}…` : text);

/** The whole `<svg>` element. Its text is data of the run and escaped. */
export const drawSvg = (diagram: Diagram): string => {
  const lanes = lanesOf(diagram);
  const steps = stepsOf(diagram);
  const rows = steps.length + (diagram.dropped > 0 ? 1 : 0);
  const width = timeWidth + Math.max(1, lanes.length) * laneWidth;
  const height = headHeight + (rows + 1) * rowHeight;
  const middle = (name: string): number => timeWidth + lanes.indexOf(name) * laneWidth + laneWidth / 2;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="sans-serif" font-size="11" fill="currentColor">`,
    `<title>${escaped(diagram.title)}</title>`,
  ];
  for (const name of lanes) {
    const x = middle(name);
    parts.push(
      `<text x="${x}" y="18" text-anchor="middle" font-weight="bold">${escaped(name)}</text>`,
      `<line x1="${x}" y1="${headHeight}" x2="${x}" y2="${height - rowHeight / 2}" stroke="currentColor" stroke-opacity="0.25"/>`,
    );
  }
  for (const [row, { atMs, from, to, text, kind }] of steps.entries()) {
    const y = headHeight + (row + 1) * rowHeight;
    const [x1, x2] = [middle(from), middle(to)];
    const heading = Math.sign(x2 - x1);
    const broken = kind === 'lost' || kind === 'not-sent';
    const colour = broken ? '#c02717' : 'currentColor';
    const end = broken ? x2 - heading * 18 : x2;
    const dash = kind === 'request' || kind === 'not-sent' ? '' : ' stroke-dasharray="4 3"';
    parts.push(
      `<text x="4" y="${y}" fill-opacity="0.7">${clockText(atMs)}</text>`,
      `<line x1="${x1}" y1="${y}" x2="${end}" y2="${y}" stroke="${colour}"${dash}/>`,
      broken
        ? `<path d="M${end - 4} ${y - 4}l8 8m0 -8l-8 8" stroke="${colour}" fill="none"/>`
        : `<path d="M${x2} ${y}l${-heading * 7} -4v8z" fill="${colour}"/>`,
      `<text x="${(x1 + x2) / 2}" y="${y - 4}" text-anchor="middle" fill="${colour}"><title>${escaped(text)}</title>${escaped(short(text))}</text>`,
    );
  }
  if (diagram.dropped > 0)
    parts.push(`<text x="4" y="${headHeight + rows * rowHeight}">… ${diagram.dropped} more</text>`);
  return `${parts.join('')}</svg>`;
};
