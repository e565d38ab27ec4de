/** Times as operators read them: Japan time, to the second, in both languages the same. */
import type { Lang } from '../words.ts';

const jst = (wallMs: number): string => new Date(wallMs + 9 * 3_600_000).toISOString();

/** `2017-07-12 21:02:35`. */
export const stampOf = (wallMs: number): string => jst(wallMs).slice(0, 19).replace('T', ' ');

/** `2017-07-12T21:02:35+09:00`, for machines. */
export const isoOf = (wallMs: number): string => `${jst(wallMs).slice(0, 19)}+09:00`;

/** `3 d 4 h`, `2 h 5 min`, `4 min 10 s`, `7 s`: the two largest parts. */
export const lastingOf = (durationMs: number, lang: Lang): string => {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  const units: readonly (readonly [number, string])[] =
    lang === 'ja'
      ? [
          [Math.floor(seconds / 86_400), '日'],
          [Math.floor(seconds / 3_600) % 24, '時間'],
          [Math.floor(seconds / 60) % 60, '分'],
          [seconds % 60, '秒'],
        ]
      : [
          [Math.floor(seconds / 86_400), ' d'],
          [Math.floor(seconds / 3_600) % 24, ' h'],
          [Math.floor(seconds / 60) % 60, ' min'],
          [seconds % 60, ' s'],
        ];
  const first = units.findIndex(([count]) => count > 0);
  if (first === -1) return lang === 'ja' ? '0秒' : '0 s';
  return units
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count}${unit}`)
    .join(lang === 'ja' ? '' : ' ');
};
