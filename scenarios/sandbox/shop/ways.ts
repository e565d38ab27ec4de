/** What the demo shop sells, and every way in which it takes a card. */
import type { Words } from '../../play/words.ts';

export interface Item {
  readonly id: string;
  readonly name: Words;
  readonly amountYen: number;
  readonly about: Words;
}

/** Prices on either side of what issuers let pass without a question. */
export const items: readonly Item[] = [
  {
    id: 'beans',
    name: { en: 'Coffee beans, 400 g', ja: 'コーヒー豆 400g' },
    amountYen: 1_980,
    about: { en: 'A new card passes without a question.', ja: 'はじめてのカードでも、認証画面なしで通る金額です。' },
  },
  {
    id: 'kettle',
    name: { en: 'Pouring kettle', ja: 'ドリップケトル' },
    amountYen: 14_800,
    about: { en: 'The issuer asks for a code.', ja: 'カード会社がワンタイムパスワードを求める金額です。' },
  },
  {
    id: 'machine',
    name: { en: 'Espresso machine', ja: 'エスプレッソマシン' },
    amountYen: 248_000,
    about: { en: 'The issuer looks twice.', ja: 'カード会社がより慎重に判断する金額です。' },
  },
];

export type Workflow = 'iframe' | 'subwindow' | 'redirect';
/** Where 3-D Secure comes: nowhere, before the token is good, before the charge is made, or for a card that a customer keeps. */
export type Moment = 'never' | 'token' | 'charge' | 'card';
export type Library = 'elements' | 'split' | 'checkout' | 'v1';

export interface Way {
  readonly id: string;
  readonly library: Library;
  readonly moment: Moment;
  readonly workflow: Workflow;
}

const workflows: readonly Workflow[] = ['iframe', 'subwindow', 'redirect'];
const way = (id: string, library: Library, moment: Moment = 'never', workflow: Workflow = 'iframe'): Way => ({
  id,
  library,
  moment,
  workflow,
});

export const ways: readonly Way[] = [
  way('elements', 'elements'),
  way('split', 'split'),
  ...workflows.map((workflow) => way(`token-${workflow}`, 'elements', 'token', workflow)),
  ...workflows.map((workflow) => way(`charge-${workflow}`, 'split', 'charge', workflow)),
  ...workflows.map((workflow) => way(`card-${workflow}`, 'elements', 'card', workflow)),
  way('checkout', 'checkout'),
  ...workflows.map((workflow) => way(`checkout-${workflow}`, 'checkout', 'token', workflow)),
  way('v1', 'v1'),
];

export const wayOf = (id: string | null): Way | undefined => ways.find((one) => one.id === id);
export const itemOf = (id: string | null): Item | undefined => items.find((one) => one.id === id);

/** Ways in the order of the front page, under a heading each. */
export const groups: readonly { readonly title: Words; readonly about: Words; readonly ways: readonly string[] }[] = [
  {
    title: { en: 'Elements (pay.js v2)', ja: 'Elements (pay.js v2)' },
    about: {
      en: 'Card inputs are frames of the gateway inside the shop’s own form.',
      ja: 'お店のフォームの中に、ゲートウェイのカード入力欄を埋め込みます。',
    },
    ways: ['elements', 'split'],
  },
  {
    title: { en: '3-D Secure when the token is made', ja: 'トークン作成時の3Dセキュア' },
    about: {
      en: 'The card is verified before it can be used. For cards that are kept.',
      ja: 'カードを使う前に本人認証をします。カードを登録するお店向けです。',
    },
    ways: ['token-iframe', 'token-subwindow', 'token-redirect'],
  },
  {
    title: { en: '3-D Secure when the charge is made', ja: '支払い作成時の3Dセキュア' },
    about: {
      en: 'Each payment is verified; fraud chargebacks are then the issuer’s.',
      ja: '支払いごとに本人認証をします。チャージバック保護の対象です。',
    },
    ways: ['charge-iframe', 'charge-subwindow', 'charge-redirect'],
  },
  {
    title: { en: '3-D Secure for a customer’s card', ja: '顧客カードの3Dセキュア' },
    about: {
      en: 'The card is kept first, verified then, and charged after that.',
      ja: 'カードを顧客に登録してから本人認証をし、そのあとで支払います。',
    },
    ways: ['card-iframe', 'card-subwindow', 'card-redirect'],
  },
  {
    title: { en: 'Checkout', ja: 'Checkout' },
    about: {
      en: 'One script tag makes a button and a card form.',
      ja: 'scriptタグひとつで、ボタンとカード入力画面ができます。',
    },
    ways: ['checkout', 'checkout-iframe', 'checkout-subwindow', 'checkout-redirect'],
  },
  {
    title: { en: 'Before elements (pay.js v1)', ja: '以前の方式 (pay.js v1)' },
    about: {
      en: 'The shop’s page has the card number in its own fields; its server never does.',
      ja: 'カード番号はお店のページの入力欄に入りますが、お店のサーバーは通りません。',
    },
    ways: ['v1'],
  },
];

export const wayNames: Readonly<Record<string, Words>> = {
  elements: { en: 'One input', ja: '入力欄ひとつ' },
  split: { en: 'Three inputs', ja: '入力欄を分割' },
  'token-iframe': { en: 'In a frame', ja: 'iframe' },
  'token-subwindow': { en: 'In a window', ja: 'サブウィンドウ' },
  'token-redirect': { en: 'By redirect', ja: 'リダイレクト' },
  'charge-iframe': { en: 'In a frame', ja: 'iframe' },
  'charge-subwindow': { en: 'In a window', ja: 'サブウィンドウ' },
  'charge-redirect': { en: 'By redirect', ja: 'リダイレクト' },
  'card-iframe': { en: 'In a frame', ja: 'iframe' },
  'card-subwindow': { en: 'In a window', ja: 'サブウィンドウ' },
  'card-redirect': { en: 'By redirect', ja: 'リダイレクト' },
  checkout: { en: 'Without 3-D Secure', ja: '3Dセキュアなし' },
  'checkout-iframe': { en: '3-D Secure in a frame', ja: '3Dセキュア iframe' },
  'checkout-subwindow': { en: '3-D Secure in a window', ja: '3Dセキュア サブウィンドウ' },
  'checkout-redirect': { en: '3-D Secure by redirect', ja: '3Dセキュア リダイレクト' },
  v1: { en: 'createToken', ja: 'createToken' },
};
