/** What card holders read, in both languages. */
import type { Lang } from '../words.ts';

const ja = {
  title: '本人認証',
  preparing: 'カード会社の本人認証に進みます。この画面のままお待ちください。',
  goOn: '進む',
  toIssuer: 'カード会社の画面に移動します。',
  waiting: '認証の結果を待っています。この画面のままお待ちください。',
  back: 'お店に戻ります。',
  backLink: '戻らないときはここを押してください',
  done: '本人認証の手続きが終わりました。この画面を閉じてください。',
  close: '閉じる',
  expired: '本人認証の期限が切れました。お店に戻って、もう一度お試しください。',
  notFound: 'この本人認証は見つかりません。',
  badReturn: '戻り先が正しくありません。お店にお問い合わせください。',
  badFrame: 'このページはお店のページの中に表示できません。お店にお問い合わせください。',
  badKey: '公開鍵が正しくありません。お店にお問い合わせください。',
  paused: 'このお店では現在お支払いを受け付けていません。',
  off: '本人認証は利用できません。',
  refusedMessage: '受け取った内容を確認できませんでした。お店に戻って、もう一度お試しください。',
};
export type Words = Readonly<Record<keyof typeof ja, string>>;

const en: Words = {
  title: 'Card authentication',
  preparing: 'Your card issuer is about to confirm that it is you. Please stay on this page.',
  goOn: 'Continue',
  toIssuer: 'Taking you to your card issuer.',
  waiting: 'Waiting for the result. Please stay on this page.',
  back: 'Taking you back to the shop.',
  backLink: 'Press here if nothing happens',
  done: 'The authentication is over. You can close this page.',
  close: 'Close',
  expired: 'The time for the authentication is over. Please go back to the shop and try again.',
  notFound: 'There is no such authentication.',
  badReturn: 'The address to return to is not right. Please tell the shop.',
  badFrame: 'This page may not be shown inside of that one. Please tell the shop.',
  badKey: 'The public key is not right. Please tell the shop.',
  paused: 'This shop takes no payments at the moment.',
  off: 'Card authentication is not available.',
  refusedMessage: 'What arrived here could not be read. Please go back to the shop and try again.',
};

export const words: Readonly<Record<Lang, Words>> = { ja, en };

/** `lang` of the address, else the browser's first language; Japanese unless it asks for English. */
export const langOf = (asked: string | undefined, acceptLanguage: string | undefined): Lang => {
  const first = (asked ?? acceptLanguage ?? 'ja').trim().toLowerCase();
  return first.startsWith('en') ? 'en' : 'ja';
};
