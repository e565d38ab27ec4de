/** The success replies, field by field in the order clients saw (gmo-pg-protocol.md sections 2, 4, 6): pure. */
import { hash } from 'node:crypto';
import type { DeclineCode } from '../issuers/cards.ts';
import { jstStamp } from '../jst.ts';
import { brandName, type HeldCard, type Mask, maskedNumber } from '../members/held-card.ts';
import type { NumberedCard } from '../members/wallet.ts';
import { isUnpaid } from './life.ts';
import type { Order } from './orders.ts';

export type Pairs = readonly (readonly [string, string])[];

/** The card company's code; the real test host always says this one. */
export const FORWARD = '2a99662';

/** `yyMMddHHmm` + 111111111111 + six digits. */
export const tranIdAt = (wallMs: number, sixDigits: string): string =>
  `${jstStamp(wallMs).slice(2, 12)}111111111111${sixDigits}`;

export const entryAnswer = ({ accessId, accessPass }: Order): Pairs => [
  ['AccessID', accessId],
  ['AccessPass', accessPass],
];

/** CheckString: md5 of the fields before it and the shop's password. */
export const execAnswer = (order: Order, shopPass: string, echoClientFields: boolean): Pairs => {
  const tranDate = jstStamp(order.processedAtMs);
  const signed = [order.orderId, FORWARD, order.method, order.payTimes, order.approve, order.tranId, tranDate];
  const [field1 = '', field2 = '', field3 = ''] = order.clientFields;
  return [
    ['ACS', '0'],
    ['OrderID', order.orderId],
    ['Forward', FORWARD],
    ['Method', order.method],
    ['PayTimes', order.payTimes],
    ['Approve', order.approve],
    ['TranID', order.tranId],
    ['TranDate', tranDate],
    ['CheckString', hash('md5', signed.join('') + shopPass)],
    ...(echoClientFields
      ? ([
          ['ClientField1', field1],
          ['ClientField2', field2],
          ['ClientField3', field3],
        ] as const)
      : []),
  ];
};

/** AlterTran and ChangeTran. */
export const alterAnswer = (order: Order): Pairs => [
  ...entryAnswer(order),
  ['Forward', FORWARD],
  ['Approve', order.approve],
  ['TranID', order.tranId],
  ['TranDate', jstStamp(order.processedAtMs)],
];

export const searchAnswer = (order: Order, mask: Mask): Pairs => {
  const { card } = order;
  const [field1 = '', field2 = '', field3 = ''] = order.clientFields;
  return [
    ['OrderID', order.orderId],
    ['Status', order.status],
    ['ProcessDate', jstStamp(order.processedAtMs)],
    ['JobCd', isUnpaid(order.status) ? order.job : order.status],
    ...entryAnswer(order),
    ['ItemCode', order.itemCode],
    ['Amount', order.job === 'CHECK' ? '' : String(order.amountYen)],
    ['Tax', order.job === 'CHECK' ? '' : String(order.taxYen)],
    ['SiteID', order.siteId],
    ['MemberID', order.memberId],
    ['CardNo', card === null ? '' : maskedNumber(card, mask)],
    ['Expire', card === null ? '' : card.expiry],
    ['Method', order.method],
    ['PayTimes', order.payTimes],
    ['Forward', order.tranId === '' ? '' : FORWARD],
    ['TranID', order.tranId],
    ['Approve', order.approve],
    ['ClientField1', field1],
    ['ClientField2', field2],
    ['ClientField3', field3],
  ];
};

/** Names of what other payment methods would say; a card trade has none of it. */
const otherMethods = (
  'CvsCode CvsConfNo CvsReceiptNo EdyReceiptNo EdyOrderNo SuicaReceiptNo SuicaOrderNo CustID BkCode ConfNo ' +
  'PaymentTerm FinishDate EncryptReceiptNo'
).split(' ');

/** SearchTradeMulti: the same and the fields of every other method, empty. */
export const searchMultiAnswer = (order: Order, mask: Mask): Pairs => [
  ...searchAnswer(order, mask),
  ['PayType', '0'],
  ...otherMethods.map((name) => [name, ''] as const),
  ['Currency', 'JPN'],
];

/** Credit, debit, prepaid, as DebitPrepaidFlag says them. */
const fundings = { credit: '0', debit: '1', prepaid: '2' } as const;

/** What is known of a card beyond its number. */
const detailOf = (card: HeldCard, mask: Mask): Pairs => [
  ['CardNo', maskedNumber(card, mask)],
  ['Brand', brandName(card)],
  ['DomesticFlag', card.rule.issuedAbroad ? '0' : '1'],
  ['IssuerCode', FORWARD],
  ['DebitPrepaidFlag', fundings[card.rule.funding]],
  ['DebitPrepaidIssuerName', ''],
  ['ForwardFinal', FORWARD],
];

/** Several answers with the same fields as one, each value a list. */
const listed = (answers: readonly Pairs[]): Pairs =>
  (answers[0] ?? []).map(([name], index) => [name, answers.map((pairs) => pairs[index]?.[1] ?? '').join('|')] as const);

export const savedCardAnswer = (seq: number, card: HeldCard, mask: Mask): Pairs => [
  ['CardSeq', String(seq)],
  ['CardNo', maskedNumber(card, mask)],
  ['Forward', FORWARD],
  ...detailOf(card, mask).slice(1),
];

export const tradedCardAnswer = (seq: number, card: HeldCard, mask: Mask): Pairs =>
  savedCardAnswer(seq, card, mask).slice(0, 3);

/** All seven lists, of equal length: clients split each of them. */
export const cardListAnswer = (cards: readonly NumberedCard[], mask: Mask): Pairs =>
  listed(
    cards.map(({ seq, stored }) => [
      ['CardSeq', String(seq)],
      ['DefaultFlag', stored.isDefault ? '1' : '0'],
      ['CardName', stored.name],
      ['CardNo', maskedNumber(stored.card, mask)],
      ['Expire', stored.card.expiry],
      ['HolderName', stored.holderName],
      ['DeleteFlag', stored.deleted ? '1' : '0'],
    ]),
  );

/** `more`: SearchType=1 adds Info1 to Info5, whose content is not known: empty. */
export const cardDetailAnswer = (cards: readonly HeldCard[], mask: Mask, more: boolean): Pairs =>
  listed(
    cards.map((card) => [
      ...detailOf(card, mask),
      ...(more ? [1, 2, 3, 4, 5].map((nth) => [`Info${nth}`, ''] as const) : []),
    ]),
  );

/** An issuer's or the network's no: `G12` is 42G120000. */
export const declineErrInfo = (code: DeclineCode): string => (code === 'brand-refused' ? 'E41170002' : `42${code}0000`);
