/** Every fixed word a reader sees, in both languages, in one place. */
import type { Component, IncidentStage, Level, ProbableCause, Reach } from '../facts.ts';
import type { AnnouncementKind } from '../incident.ts';

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

/** Of what still works. */
export const reachNames: Readonly<Record<Reach, Both>> = {
  all: { ja: '利用できます', en: 'Works' },
  part: { ja: '一部のみ利用できます', en: 'Works in part' },
  later: { ja: '受け付け、復旧後に処理します', en: 'Accepted, carried out once it is back' },
  none: { ja: '利用できません', en: 'Does not work' },
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

export const announcementKindNames: Readonly<Record<AnnouncementKind, Both>> = {
  news: { ja: 'お知らせ', en: 'News' },
  feature: { ja: '機能・仕様の変更', en: 'Changes' },
  end_of_support: { ja: 'サポート終了', en: 'End of support' },
  holiday: { ja: '休業日', en: 'Days off' },
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
  stillWorks: { ja: '現在ご利用いただけるもの', en: 'What still works' },
  allBrands: { ja: 'すべてのカードブランド', en: 'all card brands' },
  reads: { ja: '取得・一覧の API', en: 'Reading and listing' },
  components: { ja: '機能ごとの状況', en: 'By function' },
  announcements: { ja: 'お知らせ', en: 'Announcements' },
  maintenance: { ja: '計画メンテナンス', en: 'Planned maintenance' },
  underWay: { ja: '実施中', en: 'Under way' },
  cancelled: { ja: 'メンテナンス中止', en: 'Maintenance cancelled' },
  mayAffect: { ja: '影響の可能性', en: 'May affect' },
  calendar: { ja: 'カレンダー (iCalendar)', en: 'Calendar (iCalendar)' },
  recent: { ja: '最近の障害', en: 'Recent incidents' },
  noRecent: { ja: '最近の障害はありません。', en: 'No recent incidents.' },
  notified: { ja: '通知を受け取る', en: 'Get notified' },
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

/** `/subscribe` and what follows from it. */
export const subscribeWords = {
  title: { ja: '通知の登録', en: 'Get notified' },
  lead: {
    ja: '障害の発生・更新・復旧とメンテナンスの予定を、公開と同時にお知らせします。',
    en: 'We tell you of incidents, their updates and their end, and of planned maintenance, as soon as they are published.',
  },
  byMail: { ja: 'メールで受け取る', en: 'By mail' },
  byCall: { ja: 'Webhook で受け取る', en: 'By webhook' },
  mailAddress: { ja: 'メールアドレス', en: 'Mail address' },
  url: { ja: 'URL (https)', en: 'URL (https)' },
  mailHint: {
    ja: '確認のメールをお送りします。配信はいつでも停止できます。',
    en: 'You get a letter to confirm it. You can leave at any time.',
  },
  callHint: {
    ja: '確認用の URL と署名の鍵を JSON で送信します。その URL を開くと登録が確定します。',
    en: 'We post JSON with a link and the key that signs our calls; opening the link confirms it.',
  },
  subscribe: { ja: '登録する', en: 'Subscribe' },
  others: { ja: '登録なしで読む:', en: 'Without subscribing:' },
  wrong: { ja: '宛先をご確認ください', en: 'Please check the address' },
  askedMail: {
    ja: 'メールをお送りしました。記載のページで登録を確定してください',
    en: 'We sent you a letter. Please open the page in it to confirm',
  },
  askedCall: {
    ja: '確認の呼び出しを送信しました。届いた URL を開いて登録を確定してください',
    en: 'We called your address. Please open the link in the call to confirm',
  },
  tooMany: {
    ja: '登録の申し込みが多すぎます。しばらくしてからお試しください',
    en: 'Too many requests. Please try again later',
  },
  noLink: { ja: 'このリンクは使えません', en: 'This link does not work' },
  confirmTitle: { ja: '通知の登録を確定しますか', en: 'Confirm your subscription?' },
  confirm: { ja: '確定する', en: 'Confirm' },
  leaveTitle: { ja: '通知の配信を停止しますか', en: 'Stop being notified?' },
  leave: { ja: '配信を停止する', en: 'Unsubscribe' },
  confirmed: { ja: '登録が確定しました', en: 'You are subscribed' },
  left: { ja: '配信を停止しました', en: 'You are unsubscribed' },
  back: { ja: '現在の状況に戻る', en: 'Back to current status' },
} as const satisfies Record<string, Both>;

/** `/incidents/:id/report`. */
export const reportWords = {
  title: { ja: '障害報告', en: 'Incident report' },
  read: { ja: '障害報告を読む', en: 'Read the incident report' },
  from: { ja: '発生', en: 'From' },
  until: { ja: '最後の失敗', en: 'Last failure' },
  resolved: { ja: '復旧の宣言', en: 'Declared resolved' },
  merchants: { ja: '影響を受けた加盟店', en: 'Merchants affected' },
  cause: { ja: '原因', en: 'Cause' },
  operations: { ja: '影響を受けた処理', en: 'Operations affected' },
  operation: { ja: '処理', en: 'Operation' },
  attempted: { ja: '件数', en: 'Attempted' },
  failed: { ja: '失敗', en: 'Failed' },
  share: { ja: '割合', en: 'Share' },
  course: { ja: '時系列', en: 'Minute by minute' },
  measures: { ja: '再発防止策', en: 'What we change' },
  back: { ja: 'この障害の経過に戻る', en: 'Back to the incident' },
} as const satisfies Record<string, Both>;
