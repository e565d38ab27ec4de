/** Words that every tab uses, in both languages. What one tab alone says stands in its file. */
import type { Both, Lang } from '../words.ts';

export const words = {
  console: { ja: '運用コンソール', en: 'Operations' },
  otherLang: { ja: 'English', en: '日本語' },
  signIn: { ja: 'サインイン', en: 'Sign in' },
  signOut: { ja: 'サインアウト', en: 'Sign out' },
  name: { ja: 'お名前', en: 'Your name' },
  nameHint: { ja: '監査ログに記録されます。', en: 'It is written to the audit log.' },
  token: { ja: '管理トークンまたは運用者トークン', en: 'Admin token or operator token' },
  wrong: {
    ja: 'サインインできませんでした。お名前とトークンをご確認ください。',
    en: 'That did not work. Please check your name and the token.',
  },
  wait: {
    ja: '失敗が続いたため、しばらく受け付けられません。待ってからお試しください:',
    en: 'Too many failures. Please wait before the next try:',
  },
  seconds: { ja: '秒', en: 's' },
  signedOut: { ja: 'サインアウトしました。', en: 'You are signed out.' },
  expired: {
    ja: 'サインインの有効期限が切れました。もう一度サインインしてください。',
    en: 'Your session has ended. Please sign in again.',
  },
  forged: {
    ja: 'このフォームは無効です。ページを開き直してください。',
    en: 'This form is not valid any more. Please open the page again.',
  },
  notFound: { ja: '見つかりません', en: 'Not found' },
  notFoundText: {
    ja: '対象がありません。処理が済んでいる可能性があります。',
    en: 'There is no such thing, or it is over by now.',
  },
  mayNot: { ja: '閲覧のみの権限です。', en: 'Your account may only look.' },
  reason: { ja: '理由', en: 'Why' },
  reasonHint: { ja: '監査ログに残ります。', en: 'It stays in the audit log.' },
  confirm: { ja: '実行する', en: 'Do it' },
  cancel: { ja: 'やめる', en: 'Cancel' },
  confirmAsk: { ja: '実行前の確認', en: 'Please confirm' },
  done: { ja: '実行しました', en: 'Done' },
  refused: { ja: '実行できませんでした', en: 'Not done' },
  inLog: { ja: '監査ログ', en: 'Audit log' },
  none: { ja: 'ありません。', en: 'None.' },
  missing: { ja: '入力してください', en: 'is needed' },
  tooLong: { ja: '長すぎます', en: 'is too long' },
  wrongValue: { ja: '選べない値です', en: 'is not one of the choices' },
  broken: {
    ja: 'この表示に必要な情報を読み出せません。データベースをご確認ください。',
    en: 'What this page shows cannot be read. Please look at the database.',
  },
  asOf: { ja: '表示時刻', en: 'As of' },
  zone: { ja: '時刻は日本時間 (JST)', en: 'Times are Japan time (JST)' },
  live: { ja: '10秒ごとに更新', en: 'renewed every 10 s' },
  instance: { ja: 'インスタンス', en: 'Instance' },
  yes: { ja: 'はい', en: 'yes' },
  no: { ja: 'いいえ', en: 'no' },
  merchant: { ja: '加盟店', en: 'Merchant' },
  acquirer: { ja: '接続先', en: 'Acquirer' },
  since: { ja: '開始', en: 'Since' },
  state: { ja: '状態', en: 'State' },
  actions: { ja: '操作', en: 'Actions' },
  when: { ja: '日時', en: 'When' },
  skip: { ja: '本文へ', en: 'Skip to content' },
  statusPage: { ja: '公開ステータスページ', en: 'Public status page' },
  apiDocs: { ja: 'API 文書', en: 'API documents' },
} as const satisfies Record<string, Both>;

export const componentNames: Readonly<Record<string, Both>> = {
  create_charge: { ja: '支払いの作成', en: 'creating charges' },
  capture: { ja: '支払いの確定', en: 'captures' },
  refund: { ja: '返金', en: 'refunds' },
  card_registration: { ja: 'カードの登録', en: 'card registration' },
  three_d_secure: { ja: '3Dセキュア', en: '3-D Secure' },
  subscriptions: { ja: '定期課金', en: 'subscriptions' },
  webhooks: { ja: 'Webhook の配信', en: 'webhooks' },
  api: { ja: 'API への接続', en: 'API access' },
};

export const stageNames: Readonly<Record<string, Both>> = {
  investigating: { ja: '調査中', en: 'Investigating' },
  identified: { ja: '原因特定', en: 'Identified' },
  monitoring: { ja: '経過観察中', en: 'Monitoring' },
  resolved: { ja: '復旧', en: 'Resolved' },
};

export const causeNames: Readonly<Record<string, Both>> = {
  upstream_down: { ja: '接続先の障害', en: 'Upstream down' },
  upstream_restricts_us: { ja: '接続先による制限', en: 'Upstream restricts us' },
  merchant_flood: { ja: '特定の加盟店からの大量アクセス', en: 'One merchant floods' },
  our_own_fault: { ja: '自社システムの障害', en: 'Our own fault' },
  unknown: { ja: '不明', en: 'Not known yet' },
};

/** A word that may be missing from its table is shown as it is. */
export const named = (names: Readonly<Record<string, Both>>, key: string, lang: Lang): string =>
  names[key]?.[lang] ?? key;
