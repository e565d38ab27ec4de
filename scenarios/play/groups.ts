/** The headings of the catalogue, in the order in which they are shown. */
import type { Words } from './words.ts';

export const groupIds = [
  'july-2017',
  'payjp',
  'japan',
  'world',
  'upstream',
  'merchants',
  'three-d-secure',
  'own',
] as const;
export type GroupId = (typeof groupIds)[number];

export const groupTitles: Readonly<Record<GroupId, Words>> = {
  'july-2017': { en: 'July 2017, the three days of the announcement', ja: '2017年7月の3日間' },
  payjp: { en: 'Other days of PAY.JP', ja: 'PAY.JP のその他の日' },
  japan: { en: 'Days of other systems in Japan', ja: '国内の他システムの日' },
  world: { en: 'Days of other systems elsewhere', ja: '海外の他システムの日' },
  upstream: { en: 'Drills: the acquirers', ja: '訓練: 上流接続先' },
  merchants: { en: 'Drills: our own merchants, and who poses as their buyers', ja: '訓練: 加盟店と不正な購入者' },
  'three-d-secure': { en: 'Drills: 3-D Secure', ja: '訓練: 3-D セキュア' },
  own: { en: 'Days of your own', ja: '独自のシナリオ' },
};
