/**
 * Stretches of time (causes, caps, breakers, public incidents) as bars, and decisions as numbered
 * marks, on the same axis as the plots. Marks too close to tell apart share a badge, `3–7`; the
 * list below the drawing tells each.
 */
import type { Band, Mark } from '../judge/result.ts';
import type { Lang, Words } from '../play/words.ts';
import { clock } from './figures.ts';
import { escapeAttribute } from './plot.ts';
import { cut } from './text-width.ts';
import { type Size, type TimeAxis, ticksOf, xOf } from './time-axis.ts';
import { bandKinds, stateOf } from './words.ts';

const laneHeight = 34;
const barHeight = 11;
const markHeight = 30;
const axisHeight = 22;

export interface Lane {
  readonly title: Words;
  readonly bands: readonly Band[];
}

const order: readonly Band['kind'][] = ['window', 'cause', 'cap', 'breaker', 'incident'];

/** Bands of one kind about one thing share a lane; causes and windows are named by their own title. */
export const lanesOf = (bands: readonly Band[], kinds: readonly Band['kind'][]): Lane[] => {
  const lanes = new Map<string, { title: Words; bands: Band[] }>();
  for (const kind of order.filter((candidate) => kinds.includes(candidate)))
    for (const band of bands.filter((candidate) => candidate.kind === kind)) {
      // Public incidents are told apart in the list; on the page they are one thing after the other.
      const key = kind === 'incident' ? kind : `${kind} ${band.subject}`;
      const lane = lanes.get(key);
      if (lane === undefined) lanes.set(key, { title: laneTitle(band), bands: [band] });
      else if (!lane.bands.some((known) => same(known, band))) lane.bands.push(band);
    }
  return [...lanes.values()];
};

const same = (a: Band, b: Band): boolean => a.fromMs === b.fromMs && a.toMs === b.toMs && a.state === b.state;

const laneTitle = (band: Band): Words => {
  const kind = bandKinds[band.kind];
  switch (band.kind) {
    case 'cause':
      return { en: `${kind.en}: ${band.title.en}`, ja: `${kind.ja}: ${band.title.ja}` };
    case 'breaker':
    case 'cap':
      return { en: `${kind.en}: ${band.subject}`, ja: `${kind.ja}: ${band.subject}` };
    case 'window':
    case 'incident':
      return kind;
  }
};

/** Which of the page's colours a bar has. */
export const toneOf = (band: Band): string => {
  switch (band.kind) {
    case 'window':
      return 'plain';
    case 'cause':
    case 'cap':
      return 'cause';
    case 'breaker':
    case 'incident':
      if (band.state === 'ramp' || band.state === 'identified') return 'some';
      if (band.state === 'monitoring') return 'calm';
      return band.state === 'closed' || band.state === 'resolved' ? 'good' : 'bad';
  }
};

export interface Badge {
  /** Numbers of the first and last mark it stands for, from 1. */
  readonly first: number;
  readonly last: number;
  readonly x: number;
  readonly width: number;
  readonly atMs: number;
}

const badgeText = (first: number, last: number): string => (first === last ? `${first}` : `${first}–${last}`);
const badgeWidth = (text: string): number => Math.max(19, 8 + text.length * 7);

/** Badges from left to right that never overlap. */
export const badgesOf = (
  { startMs, marks, firstNumber }: Pick<LanesDrawing, 'startMs' | 'marks' | 'firstNumber'>,
  axis: TimeAxis,
  size: Size,
): Badge[] => {
  const badges: Badge[] = [];
  for (const [index, mark] of marks.entries()) {
    const number = firstNumber + index;
    const x = xOf(startMs + mark.atMs, axis, size);
    const last = badges.at(-1);
    const width = badgeWidth(badgeText(number, number));
    if (last !== undefined && x - width / 2 < last.x + last.width / 2 + 2) {
      const text = badgeText(last.first, number);
      badges[badges.length - 1] = { ...last, last: number, width: badgeWidth(text) };
      mergeBack(badges);
    } else badges.push({ first: number, last: number, x, width, atMs: mark.atMs });
  }
  return badges.map((badge) => {
    const half = badge.width / 2;
    return { ...badge, x: Math.min(size.width - half - 1, Math.max(half + 1, badge.x)) };
  });
};

/** A badge that grew may now touch the one before it. */
const mergeBack = (badges: Badge[]): void => {
  for (;;) {
    const [before, last] = badges.slice(-2);
    if (before === undefined || last === undefined) return;
    if (last.x - last.width / 2 >= before.x + before.width / 2 + 2) return;
    const text = badgeText(before.first, last.last);
    badges.splice(-2, 2, { ...before, last: last.last, width: badgeWidth(text) });
  }
};

export interface LanesDrawing {
  /** Where scenario time 0 lies, milliseconds into the day; the axis may begin later. */
  readonly startMs: number;
  readonly lanes: readonly Lane[];
  /** In order of time. */
  readonly marks: readonly Mark[];
  /** Number of the first of them. */
  readonly firstNumber: number;
  readonly label: string;
}

export const drawLanes = (
  { startMs, lanes, marks, firstNumber, label }: LanesDrawing,
  axis: TimeAxis,
  size: Size,
): string => {
  const marksTop = lanes.length * laneHeight;
  const below = marksTop + (marks.length > 0 ? markHeight : 0);
  const height = below + axisHeight;
  const ofDay = (sinceStartMs: number): number => xOf(startMs + sinceStartMs, axis, size);
  const parts: string[] = [];
  for (const { at, text } of ticksOf(axis, size)) {
    const x = xOf(at, axis, size);
    parts.push(`<path d="M${x} 0V${below}" class="tick"/>`);
    // A label at the very edge would be cut.
    if (x <= size.width - text.length * 3.2)
      parts.push(`<text x="${x}" y="${height - 7}" text-anchor="middle">${text}</text>`);
  }
  for (const [index, lane] of lanes.entries()) {
    const y = index * laneHeight;
    const barY = y + laneHeight - barHeight - 3;
    parts.push(words(lane.title, y + 14, size));
    parts.push(`<path d="M${size.left} ${barY + barHeight / 2}H${size.width - size.right}" class="rail"/>`);
    for (const band of lane.bands) {
      if (startMs + band.toMs <= axis.fromMs || startMs + band.fromMs >= axis.toMs) continue;
      const x = ofDay(band.fromMs);
      const width = Math.max(2, Math.round((ofDay(band.toMs) - x) * 10) / 10);
      parts.push(
        `<rect x="${x}" y="${barY}" width="${width}" height="${barHeight}" rx="2" class="bar ${toneOf(band)}"><title>${escapeAttribute(bandTip(band, startMs))}</title></rect>`,
      );
    }
  }
  for (const badge of badgesOf({ startMs, marks, firstNumber }, axis, size)) {
    const text = badgeText(badge.first, badge.last);
    const x = Math.round((badge.x - badge.width / 2) * 10) / 10;
    parts.push(
      `<path d="M${ofDay(badge.atMs)} ${marksTop}v6" class="pin"/><rect x="${x}" y="${marksTop + 6}" width="${badge.width}" height="18" rx="9" class="badge"/><text x="${Math.round(badge.x * 10) / 10}" y="${marksTop + 19}" text-anchor="middle" class="number">${text}</text>`,
    );
  }
  return `<svg class="plot ${size.name}" viewBox="0 0 ${size.width} ${height}" font-size="${size.font}" role="img" aria-label="${escapeAttribute(label)}">${parts.join('')}</svg>`;
};

/** A name longer than the drawing is cut; the tip of its bars and the list below have all of it. */
const words = (title: Words, y: number, size: Size): string => {
  // A column of text is a little over half its height wide.
  const columns = Math.floor((size.width - 4) / (size.font * 0.56));
  const text = (lang: Lang): string =>
    `<text x="2" y="${y}" class="name ${lang}" lang="${lang}">${escapeAttribute(cut(title[lang], columns))}</text>`;
  return text('en') + text('ja');
};

/** Shown by pointing at a bar; one text for both languages, because a tip cannot be switched. */
const bandTip = (band: Band, startMs: number): string => {
  const state = stateOf(band);
  const named = state.ja === state.en ? state.en : `${state.ja} / ${state.en}`;
  const hours = `${clock(startMs + band.fromMs)}–${clock(startMs + band.toMs)}`;
  return `${hours} ${band.title.ja} / ${band.title.en}${named === '' ? '' : ` (${named})`}`;
};
