/** How soon a moment comes after the onset, after another moment or after an event; or that it never comes. */
import { z } from 'zod';
import type { Words } from '../../play/words.ts';
import type { MomentName } from '../result.ts';
import { momentNames } from '../result.ts';
import type { Evidence } from './common.ts';
import { commonShape, refuseBothRegions, regionOf, resultOf, thinInRegion } from './common.ts';

export const Moment = z
  .strictObject({
    kind: z.literal('moment'),
    ...commonShape,
    moment: z.enum(momentNames),
    /** A moment (usually `onset`) or the id of an event of the timeline. */
    since: z.string().min(1).default('onset'),
    withinMs: z.int().nonnegative().optional(),
    /** It must never come. */
    absent: z.literal(true).optional(),
  })
  .superRefine(refuseBothRegions)
  .superRefine((settings, context) => {
    if ((settings.withinMs === undefined) === (settings.absent === undefined))
      context.addIssue({ code: 'custom', path: ['withinMs'], message: 'either withinMs or absent: true is needed' });
  });
export type Moment = z.infer<typeof Moment>;

export const momentWords: Readonly<Record<MomentName, Words>> = {
  onset: { en: 'onset', ja: '影響の開始' },
  detected: { en: 'detection', ja: '検知' },
  firstShed: { en: 'first refusal of the abuser', ja: '不正な加盟店への最初の拒否' },
  contained: { en: 'abuser contained', ja: '不正リクエストの封じ込め' },
  failover: { en: 'failover', ja: '切り替え' },
  firstNotice: { en: 'first public notice', ja: '最初の公開告知' },
  lastNotice: { en: 'last affected merchant told', ja: '影響を受けた全加盟店への通知完了' },
  abuserTold: { en: 'abuser told', ja: '不正な加盟店への通知' },
  upstreamTold: { en: 'upstream told', ja: '接続先への連絡' },
  recovered: { en: 'recovery', ja: '回復' },
  resolved: { en: 'page says resolved', ja: '復旧の告知' },
};

const isMoment = (name: string): name is MomentName => (momentNames as readonly string[]).includes(name);

export const momentTitle = (settings: Moment): Words => {
  const words = momentWords[settings.moment];
  const since = isMoment(settings.since) ? momentWords[settings.since] : { en: settings.since, ja: settings.since };
  return settings.absent === true
    ? { en: `${words.en}: never`, ja: `${words.ja}: 発生しない` }
    : { en: `${words.en} after ${since.en}`, ja: `${since.ja}から${words.ja}まで` };
};

/** `measured` is milliseconds since `since`; negative when the moment came first, which keeps any bound. */
export const evaluateMoment = (settings: Moment, evidence: Evidence) => {
  const thin = thinInRegion(settings.minimum, evidence, regionOf(settings, evidence));
  const sinceMs = isMoment(settings.since)
    ? evidence.timings[settings.since]
    : (evidence.events.get(settings.since) ?? null);
  const atMs = evidence.timings[settings.moment];
  const measured = atMs === null || sinceMs === null ? null : atMs - sinceMs;
  const late = (): string | null => {
    if (settings.absent === true) return atMs === null ? null : `it came, ${Math.round(atMs)} ms into the day`;
    if (sinceMs === null) return `${settings.since} never came`;
    if (measured === null) return 'it never came';
    return measured <= (settings.withinMs ?? 0) ? null : `${Math.round(measured)} ms is above ${settings.withinMs} ms`;
  };
  return resultOf(settings, momentTitle(settings), {
    bound: settings.absent === true ? 'absent' : `<= ${settings.withinMs} ms`,
    measured: settings.absent === true ? atMs : measured,
    sample: null,
    reason: thin ?? late(),
  });
};
