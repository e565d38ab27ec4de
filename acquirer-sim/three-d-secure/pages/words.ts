/** Everything a cardholder reads, in both languages. */
import type { Remark } from '../challenge.ts';

export type Language = 'en' | 'ja';

interface Words {
  readonly title: string;
  readonly askCode: (digits: string) => string;
  readonly askApp: string;
  readonly appSteps: readonly string[];
  readonly merchant: string;
  readonly amount: string;
  readonly noAmount: string;
  readonly date: string;
  readonly card: string;
  readonly code: string;
  readonly confirm: string;
  readonly approve: string;
  readonly resend: string;
  readonly cancel: string;
  readonly hint: (code: string) => string;
  readonly late: string;
  readonly other: string;
  readonly returning: string;
  readonly returnNow: string;
  readonly waiting: string;
  readonly toApp: string;
  readonly cannot: string;
  readonly cannotText: string;
  readonly simulated: string;
  readonly remarks: Readonly<Record<Exclude<Remark, null>, (left: number) => string>>;
}

const en: Words = {
  title: 'Confirm it is you',
  askCode: (digits) => `We sent a one-time password to your mobile phone ending in ${digits}. Enter it to go on.`,
  askApp: 'Approve this in our app on your phone. This page goes on by itself.',
  appSteps: ['Open the app', 'Check the shop and the amount', 'Tap “Approve”'],
  merchant: 'Shop',
  amount: 'Amount',
  noAmount: 'Card registration, nothing is charged',
  date: 'Date',
  card: 'Card',
  code: 'One-time password (6 digits)',
  confirm: 'Confirm',
  approve: 'Approve in the app (simulated)',
  resend: 'Send it again',
  cancel: 'Cancel',
  hint: (code) => `The password is ${code}.`,
  late: 'Messages are slow at the moment: it can take a minute. Only the newest password counts.',
  other: '日本語',
  returning: 'Taking you back to the shop …',
  returnNow: 'Back to the shop',
  waiting: 'One moment, please …',
  toApp: 'Done. Please go back to the shop’s app.',
  cannot: 'This page cannot go on',
  cannotText: 'Please go back to the shop and start the payment again.',
  simulated: 'Simulated card issuer: no real payment.',
  remarks: {
    'wrong-code': (left) => `That password is wrong. ${left === 1 ? 'One try is left.' : `${left} tries are left.`}`,
    resent: () => 'A new message is on its way.',
    'no-more-resends': () => 'We cannot send another message for this payment.',
    'not-approved-yet': () => 'We have no answer from the app yet.',
  },
};

const ja: Words = {
  title: 'ご本人確認',
  askCode: (digits) => `末尾${digits}の携帯電話番号に、ワンタイムパスワードを送信しました。入力して続行してください。`,
  askApp: 'カード会社のアプリで承認してください。承認後、この画面は自動的に進みます。',
  appSteps: ['アプリを開く', 'ショップ名と金額を確認する', '「承認」をタップする'],
  merchant: 'ショップ',
  amount: '金額',
  noAmount: 'カード登録（お支払いはありません）',
  date: '日付',
  card: 'カード',
  code: 'ワンタイムパスワード（6桁）',
  confirm: '確認する',
  approve: 'アプリで承認（シミュレーション）',
  resend: '再送する',
  cancel: 'キャンセル',
  hint: (code) => `パスワードは ${code} です。`,
  late: 'ただいま送信に時間がかかっています。届くまで1分ほどお待ちください。有効なのは最新のパスワードだけです。',
  other: 'English',
  returning: 'ショップに戻ります…',
  returnNow: 'ショップに戻る',
  waiting: 'しばらくお待ちください…',
  toApp: '完了しました。ショップのアプリにお戻りください。',
  cannot: 'この画面は続行できません',
  cannotText: 'ショップに戻り、お支払いをやり直してください。',
  simulated: 'カード会社のシミュレーションです。実際のお支払いはありません。',
  remarks: {
    'wrong-code': (left) => `パスワードが違います。あと${left}回入力できます。`,
    resent: () => '新しいパスワードを送信しました。',
    'no-more-resends': () => 'このお支払いでは、これ以上再送できません。',
    'not-approved-yet': () => 'アプリからの応答がまだありません。',
  },
};

export const words: Readonly<Record<Language, Words>> = { en, ja };
