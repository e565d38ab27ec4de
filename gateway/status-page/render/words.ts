/** Every fixed word a reader sees, in both languages, in one place. */
import type { Component, IncidentStage, Level, ProbableCause } from '../facts.ts';

export type Lang = 'ja' | 'en';
export interface Both {
  readonly ja: string;
  readonly en: string;
}

export const componentTitles: Readonly<Record<Component, Both>> = {
  create_charge: { ja: '支払いの作成', en: 'Creating charges' },
  capture: { ja: '支払いの確定', en: 'Capturing charges' },
  refund: { ja: '返金', en: 'Refunds' },
  card_registration: { ja: 'カードの登録', en: 'Card registration' },
  three_d_secure: { ja: '3Dセキュア', en: '3-D Secure' },
  subscriptions: { ja: '定期課金', en: 'Subscriptions' },
  webhooks: { ja: 'Webhook の配信', en: 'Webhook delivery' },
  api: { ja: 'API への接続', en: 'API access' },
};

export const levelNames: Readonly<Record<Level, Both>> = {
  operational: { ja: '正常', en: 'Operational' },
  degraded: { ja: '一部に影響', en: 'Partly affected' },
  outage: { ja: '停止', en: 'Outage' },
};

export const stageNames: Readonly<Record<IncidentStage, Both>> = {
  investigating: { ja: '調査中', en: 'Investigating' },
  identified: { ja: '原因特定', en: 'Identified' },
  monitoring: { ja: '経過観察中', en: 'Monitoring' },
  resolved: { ja: '復旧', en: 'Resolved' },
};

export const causeNames: Readonly<Record<ProbableCause, Both | null>> = {
  upstream_down: { ja: '上流接続先の障害', en: 'Failure at an upstream provider' },
  upstream_restricts_us: { ja: '上流接続先による制限', en: 'Restriction by an upstream provider' },
  merchant_flood: { ja: '特定の加盟店からの大量アクセス', en: 'Mass requests from one merchant' },
  our_own_fault: { ja: '当社システムの障害', en: 'A fault in our own systems' },
  unknown: null,
};

/** The one sentence on top. `watching`: nothing is bad now, but an incident is not closed yet. */
export const headlines: Readonly<Record<Level | 'watching', Both>> = {
  operational: { ja: 'すべて正常に稼働しています', en: 'All systems operational' },
  degraded: { ja: '一部の機能に影響が出ています', en: 'Some functions are affected' },
  outage: { ja: '障害が発生しています', en: 'There is an outage' },
  watching: { ja: '復旧の経過を確認しています', en: 'Recovering: we are watching closely' },
};

export const words = {
  status: { ja: 'システム稼働状況', en: 'System status' },
  current: { ja: '現在の状況', en: 'Current status' },
  happening: { ja: '発生中の障害', en: 'Open incidents' },
  components: { ja: '機能ごとの状況', en: 'By function' },
  announcements: { ja: 'お知らせ', en: 'Announcements' },
  maintenance: { ja: '計画メンテナンス', en: 'Planned maintenance' },
  underWay: { ja: '実施中', en: 'Under way' },
  cancelled: { ja: 'メンテナンス中止', en: 'Maintenance cancelled' },
  mayAffect: { ja: '影響の可能性', en: 'May affect' },
  calendar: { ja: 'カレンダー (iCalendar)', en: 'Calendar (iCalendar)' },
  recent: { ja: '最近の障害', en: 'Recent incidents' },
  noRecent: { ja: '最近の障害はありません。', en: 'No recent incidents.' },
  history: { ja: '障害とお知らせの履歴', en: 'History' },
  noHistory: { ja: 'まだ記録はありません。', en: 'Nothing has been recorded yet.' },
  allHistory: { ja: '過去の障害をすべて見る', en: 'See all past incidents' },
  back: { ja: '現在の状況に戻る', en: 'Back to current status' },
  affected: { ja: '影響を受ける機能', en: 'Affected' },
  cause: { ja: '推定される原因', en: 'Probable cause' },
  started: { ja: '発生', en: 'Started' },
  ended: { ja: '復旧', en: 'Resolved' },
  duration: { ja: '継続時間', en: 'Duration' },
  course: { ja: '経過', en: 'Timeline' },
  details: { ja: 'この障害の経過をすべて見る', en: 'Full timeline of this incident' },
  changed: { ja: '最終更新', en: 'Last change' },
  zone: { ja: '時刻はすべて日本時間 (JST) です。', en: 'All times are Japan time (JST).' },
  machine: { ja: '機械可読な状況', en: 'Machine-readable status' },
  otherLang: { ja: 'English', en: '日本語' },
  notFound: { ja: 'ページが見つかりません', en: 'Page not found' },
  notFoundText: { ja: 'お探しの障害またはページはありません。', en: 'There is no such incident or page.' },
} as const satisfies Record<string, Both>;
