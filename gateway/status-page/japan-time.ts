/**
 * Times as readers of the page see them: always Japan time, in both languages.
 *
 * Japan has had no summer time since 1951, so JST is UTC + 9 h and needs no time zone data.
 */
import type { Lang } from './render/words.ts';

const jst = (wallMs: number): Date => new Date(wallMs + 9 * 3_600_000);
const two = (value: number): string => String(value).padStart(2, '0');
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `20170712-210235`, for ids. */
export const stamp = (wallMs: number): string =>
  jst(wallMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');

/** `2017-07-12T21:02:35+09:00`. */
export const isoJst = (wallMs: number): string => `${jst(wallMs).toISOString().slice(0, 19)}+09:00`;

/** `21:02`. */
export const clockTime = (wallMs: number): string => {
  const at = jst(wallMs);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
};

/** `2017年7月12日` or `12 Jul 2017`. */
export const day = (wallMs: number, lang: Lang): string => {
  const at = jst(wallMs);
  return lang === 'ja'
    ? `${at.getUTCFullYear()}年${at.getUTCMonth() + 1}月${at.getUTCDate()}日`
    : `${at.getUTCDate()} ${months[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()}`;
};

/** `2017年7月` or `July 2017`, as a heading of the history. */
export const month = (wallMs: number, lang: Lang): string => {
  const at = jst(wallMs);
  return lang === 'ja'
    ? `${at.getUTCFullYear()}年${at.getUTCMonth() + 1}月`
    : `${months[at.getUTCMonth()] ?? ''} ${at.getUTCFullYear()}`;
};

/** `12 Jul 2017 21:02`. */
export const dayAndTime = (wallMs: number, lang: Lang): string => `${day(wallMs, lang)} ${clockTime(wallMs)}`;

/** `2026-12-29` as people read it; a second day makes it a span. */
export const daysSpan = (fromDay: string, toDay: string | undefined, lang: Lang): string => {
  const at = (text: string): string => day(Date.parse(`${text}T00:00:00+09:00`), lang);
  return toDay === undefined || toDay === fromDay ? at(fromDay) : `${at(fromDay)} – ${at(toDay)}`;
};

/** From-to with the day said once where it is the same. */
export const span = (fromMs: number, toMs: number, lang: Lang): string =>
  day(fromMs, lang) === day(toMs, lang)
    ? `${dayAndTime(fromMs, lang)}–${clockTime(toMs)}`
    : `${dayAndTime(fromMs, lang)} – ${dayAndTime(toMs, lang)}`;

/** `1時間10分` or `1 h 10 min`; less than a minute is told as such. */
export const lasted = (durationMs: number, lang: Lang): string => {
  const minutes = Math.floor(durationMs / 60_000);
  if (minutes < 1) return lang === 'ja' ? '1分未満' : 'under 1 min';
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  const parts = lang === 'ja' ? [`${hours}時間`, `${rest}分`] : [`${hours} h`, `${rest} min`];
  if (hours === 0) return parts[1] ?? '';
  return rest === 0 ? (parts[0] ?? '') : parts.join(lang === 'ja' ? '' : ' ');
};
