/** A sequence diagram for the terminal: one lane a program, one line an arrow, plain ASCII. */
import { clockText, type Diagram, lanesOf, stepsOf } from './diagram.ts';

const timeColumns = 12;
const laneMin = 16;

const centred = (text: string, width: number): string => {
  const cut = text.slice(0, width);
  const left = Math.floor((width - cut.length) / 2);
  return ' '.repeat(left) + cut + ' '.repeat(width - cut.length - left);
};

/**
 * Draws it in at most `columns`, as far as there is room for lanes at all. Empty diagrams are one line.
 *
 *     time           cast          gateway-1         escott
 *     00:12.345       |--POST /v1/charges->|             |
 */
export const drawText = (diagram: Diagram, columns: number): string[] => {
  const lanes = lanesOf(diagram);
  if (lanes.length === 0) return [`${diagram.title}: no exchange of it is on record`];
  const width = Math.max(laneMin, Math.floor((columns - timeColumns) / lanes.length));
  const middle = (lane: number): number => lane * width + Math.floor(width / 2);
  const rails = (): string[] => {
    const cells = Array.from({ length: width * lanes.length }, () => ' ');
    for (const lane of lanes.keys()) cells[middle(lane)] = '|';
    return cells;
  };
  const lines = [
    diagram.title,
    `${'time'.padEnd(timeColumns)}${lanes.map((name) => centred(name, width)).join('')}`.trimEnd(),
  ];
  for (const { atMs, from, to, text, kind } of stepsOf(diagram)) {
    const cells = rails();
    const [start, end] = [middle(lanes.indexOf(from)), middle(lanes.indexOf(to))];
    const [left, right] = start < end ? [start, end] : [end, start];
    const stroke = kind === 'request' ? '-' : kind === 'answer' ? '.' : ' ';
    for (let at = left + 1; at < right; at += 1) cells[at] = stroke;
    if (kind === 'request') cells[end === right ? right - 1 : left + 1] = end === right ? '>' : '<';
    if (kind === 'answer') cells[end === right ? right - 1 : left + 1] = end === right ? '>' : '<';
    if (kind === 'lost' || kind === 'not-sent') cells[end === right ? right - 2 : left + 2] = 'x';
    const room = right - left - 5;
    const shown = text.length > room ? `${text.slice(0, Math.max(0, room - 1))}~` : text;
    const from0 = left + 1 + Math.max(1, Math.floor((right - left - 1 - shown.length) / 2));
    for (let index = 0; index < shown.length; index += 1) cells[from0 + index] = shown.charAt(index);
    lines.push(`${clockText(atMs).padEnd(timeColumns)}${cells.join('').trimEnd()}`);
  }
  if (diagram.dropped > 0) lines.push(`... and ${diagram.dropped} exchanges more`);
  return lines;
};
