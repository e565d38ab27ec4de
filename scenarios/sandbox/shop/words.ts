/** What the shop says. */
import type { Words } from '../../play/words.ts';
import { words } from '../pages/words.ts';

const { sandbox, otherLang } = words;

export const shopWords = {
  shop: { en: 'Harbour Coffee', ja: '波止場珈琲店' },
  demo: {
    en: 'A demo shop of the sandbox. Nothing is sold, no money moves.',
    ja: 'サンドボックスのデモショップです。商品は届かず、お金も動きません。',
  },
  front: { en: 'What would you like?', ja: '商品を選ぶ' },
  how: { en: 'How to pay', ja: '支払い方法 (組み込み方) を選ぶ' },
  howLead: {
    en: 'Each button is another way of integrating the gateway. The card number never reaches this shop’s server.',
    ja: 'ボタンごとに、ゲートウェイの組み込み方が異なります。どの方法でも、カード番号はお店のサーバーを通りません。',
  },
  pay: { en: 'Payment', ja: 'お支払い' },
  card: { en: 'Card', ja: 'カード情報' },
  number: { en: 'Card number', ja: 'カード番号' },
  expiry: { en: 'Expiry', ja: '有効期限' },
  cvc: { en: 'Security code', ja: 'セキュリティコード' },
  name: { en: 'Name on card', ja: 'カード名義' },
  email: { en: 'Email', ja: 'メールアドレス' },
  submit: { en: 'Pay', ja: '支払う' },
  yen: { en: '¥', ja: '¥' },
  summary: { en: 'Your order', ja: 'ご注文内容' },
  testCards: { en: 'Card numbers to try', ja: '試せるカード番号' },
  code: {
    en: 'Any month in the future, any security code. The one-time password is 123456.',
    ja: '有効期限は未来の月、セキュリティコードは任意です。ワンタイムパスワードは 123456 です。',
  },
  failed: { en: 'That did not work. Try again.', ja: '手続きが完了しませんでした。もう一度お試しください。' },
  paid: { en: 'Thank you, it is paid', ja: 'お支払いが完了しました' },
  paidLead: { en: 'Your order is on its way (not really).', ja: 'ご注文ありがとうございます (実際には届きません)。' },
  notPaid: { en: 'It was not paid', ja: 'お支払いは完了していません' },
  notPaidLead: {
    en: 'Nothing was charged. You can try again, also with another card.',
    ja: '請求は行われていません。別のカードでもお試しいただけます。',
  },
  verifying: { en: 'Verification is not finished', ja: '本人認証が終わっていません' },
  verifyingLead: {
    en: 'Your card issuer has not said yet that it is you. Nothing was charged.',
    ja: 'カード会社の本人認証がまだ完了していません。請求は行われていません。',
  },
  goOn: { en: 'Go on with the verification', ja: '本人認証を続ける' },
  tryAgain: { en: 'Try again', ja: 'もう一度支払う' },
  back: { en: 'Back to the shop', ja: 'お店に戻る' },
  amount: { en: 'Amount', ja: '金額' },
  charge: { en: 'Charge', ja: '支払い ID' },
  status: { en: '3-D Secure', ja: '3Dセキュア' },
  reason: { en: 'Gateway says', ja: 'ゲートウェイの応答' },
  none: { en: 'not used', ja: '未使用' },
  sandbox,
  otherLang,
  noNumbers: {
    en: 'This shop takes no card numbers.',
    ja: 'このお店のサーバーは、カード番号を受け取りません。',
  },
  notFound: { en: 'There is no such page here.', ja: 'ページが見つかりません。' },
  noScript: { en: 'Paying by card needs scripts.', ja: 'カード払いには JavaScript が必要です。' },
} as const satisfies Readonly<Record<string, Words>>;

/** Numbers worth trying here; the sandbox's page has all of them. */
export const shopCards: readonly (readonly [number: string, what: Words])[] = [
  ['4242 4242 4242 4242', { en: 'good; judged by risk', ja: '正常。認証はリスク判断' }],
  ['4100 0000 0000 0100', { en: '3-D Secure: no question', ja: '3DS: 画面なしで成功' }],
  ['4100 0000 0000 5000', { en: '3-D Secure: a code', ja: '3DS: パスワード入力' }],
  ['4100 0000 0030 0005', { en: '3-D Secure: refused', ja: '3DS: 認証失敗' }],
  ['4000 0000 0008 0319', { en: 'declined when charged', ja: '支払い時に拒否' }],
  ['4000 0000 0000 0002', { en: 'declined as a token', ja: 'トークン作成時に拒否' }],
];
