/**
 * Figures as people read them, the same in the report, the terminal and JUnit.
 *
 * Shares are rounded down, so that 0.98999 never reads as the 99 % it missed.
 */
import type { ExpectationResult } from '../judge/result.ts';
import type { Lang } from '../play/words.ts';

export const dash = '–';

/** `12,345`. At most one decimal, and none for whole numbers. */
export const count = (value: number): string => {
  const rounded = Math.round(value * 10) / 10;
  const [whole = '', decimal] = Math.abs(rounded).toString().split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${rounded < 0 ? '-' : ''}${grouped}${decimal === undefined ? '' : `.${decimal}`}`;
};

export const yen = (value: number): string => `¥${count(value)}`;

/** `99.7 %`; two decimals near both ends, where they decide. */
export const percent = (share: number): string => {
  const decimals = share > 0.97 || (share > 0 && share < 0.01) ? 2 : 1;
  const scale = 10 ** decimals;
  // The small addition undoes binary fractions: 0.29 * 100 is 28.999…
  const floored = Math.floor(share * 100 * scale + 1e-7) / scale;
  return `${Number(floored.toFixed(decimals))} %`;
};

/** A share that somebody chose, in full: `49.99 %`. */
const exactPercent = (share: number): string => `${Number((share * 100).toFixed(6))} %`;

/** `6.1 s`, `43 s`, `19 min`, `1 h 10 min`; Japanese `6.1秒`, `1時間10分`. The sign stays in front. */
export const duration = (ms: number, lang: Lang): string => {
  const sign = ms < 0 ? '-' : '';
  const size = Math.abs(ms);
  const units =
    lang === 'ja' ? { ms: 'ミリ秒', s: '秒', min: '分', h: '時間' } : { ms: ' ms', s: ' s', min: ' min', h: ' h' };
  if (size > 0 && size < 1_000) return `${sign}${Math.round(size)}${units.ms}`;
  if (size < 59_500) {
    const seconds = size < 9_950 ? Math.round(size / 100) / 10 : Math.round(size / 1000);
    return `${sign}${seconds}${units.s}`;
  }
  const gap = lang === 'ja' ? '' : ' ';
  const wholeSeconds = Math.round(size / 1000);
  const hours = Math.floor(wholeSeconds / 3_600);
  const minutes = Math.floor((wholeSeconds % 3_600) / 60);
  const seconds = wholeSeconds % 60;
  const parts = [
    hours > 0 ? `${hours}${units.h}` : '',
    minutes > 0 ? `${minutes}${units.min}` : '',
    hours === 0 && seconds > 0 ? `${seconds}${units.s}` : '',
  ];
  return sign + parts.filter((part) => part !== '').join(gap);
};

const dayMs = 24 * 3_600_000;

/** Milliseconds into the Japanese day at which a scenario starts. Its `startsAt` always ends in +09:00. */
export const startOfDayMs = (startsAt: string): number => {
  const wallMs = Date.parse(startsAt);
  return Number.isNaN(wallMs) ? 0 : (wallMs + 9 * 3_600_000) % dayMs;
};

/** `21:02:06` from milliseconds into the day; past midnight it starts again at 00. */
export const clock = (ofDayMs: number, withSeconds = true): string => {
  const ms = ((Math.floor(ofDayMs) % dayMs) + dayMs) % dayMs;
  return new Date(ms).toISOString().slice(11, withSeconds ? 19 : 16);
};

/** `2017-07-12`, the Japanese date. */
export const dateOf = (startsAt: string): string => startsAt.slice(0, 10);

type Unit = 'share' | 'duration' | 'count' | 'absent';

/** What a bound such as `>= 0.99`, `<= 10000 ms`, `= 0` or `absent` is about. */
const unitOf = ({ bound, measured }: Pick<ExpectationResult, 'bound' | 'measured'>): Unit => {
  if (bound === 'absent') return 'absent';
  if (/\d ms\b/.test(bound)) return 'duration';
  const numbers = bound.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];
  const fractions = numbers.some((number) => !Number.isInteger(number));
  const fractional = measured !== null && !Number.isInteger(measured) && measured < 1;
  return numbers.every((number) => number <= 1) && (fractions || fractional) ? 'share' : 'count';
};

const figure = (value: number, unit: Unit, lang: Lang): string => {
  switch (unit) {
    case 'share':
      return percent(value);
    case 'duration':
      return duration(value, lang);
    case 'count':
    case 'absent':
      return count(value);
  }
};

/** `≥ 99 %`, `≤ 10 s`, `= 0`, `never`. */
export const boundText = (expectation: Pick<ExpectationResult, 'bound' | 'measured'>, lang: Lang): string => {
  const unit = unitOf(expectation);
  if (unit === 'absent') return lang === 'ja' ? 'なし' : 'never';
  return expectation.bound
    .replaceAll('>=', '≥')
    .replaceAll('<=', '≤')
    .replace(/(-?\d+(?:\.\d+)?)( ms)?/g, (_, number: string) =>
      unit === 'share' ? exactPercent(Number(number)) : figure(Number(number), unit, lang),
    );
};

/** The measured figure in the unit of its bound; a dash when there is none. `startMs` as `startOfDayMs`. */
export const measuredText = (
  expectation: Pick<ExpectationResult, 'bound' | 'measured'>,
  startMs: number,
  lang: Lang,
): string => {
  if (expectation.measured === null) return dash;
  const unit = unitOf(expectation);
  return unit === 'absent' ? clock(startMs + expectation.measured) : figure(expectation.measured, unit, lang);
};
