/**
 * The verdict in one sentence per policy: how many ordinary payments succeeded while it mattered,
 * and how soon something was done and said about it.
 */
import type { Band, RunResult, Series } from '../judge/result.ts';
import type { Lang, Words } from '../play/words.ts';
import { clock, duration, percent, startOfDayMs } from './figures.ts';

export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The hours the day is about: the published windows, or else the causes; overlapping ones joined. */
export const windowsOf = (results: readonly RunResult[]): Stretch[] => {
  const bands = results.flatMap((result) => result.bands);
  const published = bands.filter((band) => band.kind === 'window');
  return joined(published.length > 0 ? published : bands.filter((band) => band.kind === 'cause'));
};

export const joined = (bands: readonly (Stretch | Band)[]): Stretch[] => {
  const sorted = bands.map(({ fromMs, toMs }) => ({ fromMs, toMs })).sort((a, b) => a.fromMs - b.fromMs);
  const stretches: { fromMs: number; toMs: number }[] = [];
  for (const stretch of sorted) {
    const last = stretches.at(-1);
    if (last !== undefined && stretch.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, stretch.toMs);
    else stretches.push(stretch);
  }
  return stretches;
};

export const seriesOf = (result: RunResult, id: Series['id'], subject: string | null = null): Series | undefined =>
  result.series.find((series) => series.id === id && series.subject === subject);

/**
 * Success in some hours, from the plotted series, each step weighted by its traffic. Null when
 * nothing was sent then.
 */
export const successIn = (result: RunResult, stretches: readonly Stretch[]): number | null => {
  const success = seriesOf(result, 'innocentSuccess');
  if (success === undefined) return null;
  const traffic = seriesOf(result, 'ordinaryPerSecond');
  let sum = 0;
  let weight = 0;
  for (const [index, value] of success.values.entries()) {
    const atMs = success.fromMs + index * success.stepMs;
    if (value === null || !stretches.some((stretch) => atMs >= stretch.fromMs && atMs < stretch.toMs)) continue;
    const sent =
      traffic === undefined ? 1 : (traffic.values[Math.floor((atMs - traffic.fromMs) / traffic.stepMs)] ?? 0);
    sum += value * sent;
    weight += sent;
  }
  return weight === 0 ? null : sum / weight;
};

const sinceOnset = (result: RunResult, moment: 'failover' | 'firstNotice' | 'contained'): number | null => {
  const { onset, [moment]: at } = result.timings;
  return onset === null || at === null ? null : at - onset;
};

/** Moments are read from counts a second apart: less than that before the onset is with it. */
const isAtOnce = (ms: number): boolean => ms < 0 && ms > -1000;

const english = (what: string, ms: number): string => {
  if (isAtOnce(ms)) return `${what} at once`;
  return ms < 0 ? `${what} ${duration(-ms, 'en')} before the onset` : `${what} after ${duration(ms, 'en')}`;
};
const japanese = (what: string, ms: number): string => {
  if (isAtOnce(ms)) return `${what}は即時`;
  return ms < 0 ? `影響開始の${duration(-ms, 'ja')}前に${what}` : `${what}まで${duration(ms, 'ja')}`;
};

/** With seconds only where there are some. */
const hour = (ofDayMs: number): string => clock(ofDayMs, Math.floor(ofDayMs / 1000) % 60 !== 0);

/** `3.1 % of ordinary payments succeeded 21:02–22:12, first notice after 19 min`. No policy name, no full stop. */
export const sentenceOf = (result: RunResult, windows: readonly Stretch[]): Words => {
  const startMs = startOfDayMs(result.startsAt);
  const hours = windows
    .map((stretch) => `${hour(startMs + stretch.fromMs)}–${hour(startMs + stretch.toMs)}`)
    .join(', ');
  const inWindow = windows.length === 0 ? null : successIn(result, windows);
  const share = inWindow ?? result.traffic.innocent.successRate;
  const whenEn = inWindow === null ? 'over the whole day' : hours;
  const whenJa = inWindow === null ? '一日全体' : hours;
  const en = [share === null ? 'no ordinary payments' : `${percent(share)} of ordinary payments succeeded ${whenEn}`];
  const ja = [share === null ? '通常の決済なし' : `${whenJa} の通常の決済の成功率 ${percent(share)}`];
  for (const [moment, wordEn, wordJa] of [
    ['contained', 'abuser contained', '大量アクセスの抑え込み'],
    ['failover', 'failover', '切り替え'],
    ['firstNotice', 'first notice', '最初の告知'],
  ] as const) {
    const ms = sinceOnset(result, moment);
    if (ms === null) continue;
    en.push(english(wordEn, ms));
    ja.push(japanese(wordJa, ms));
  }
  return { en: en.join(', '), ja: ja.join('、') };
};

/** The same for a terminal or a log, with the policy in front. */
export const sentenceLine = (result: RunResult, windows: readonly Stretch[], lang: Lang): string =>
  `${result.policyTitle[lang]}: ${sentenceOf(result, windows)[lang]}`;

/** The hours one run by itself is about. */
export const sentenceWindows = (result: RunResult): Stretch[] => windowsOf([result]);
