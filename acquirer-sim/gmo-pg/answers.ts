/** The success replies, field by field in the order clients saw (gmo-pg-protocol.md sections 2, 4, 6): pure. */
import { hash } from 'node:crypto';
import type { DeclineCode } from '../issuers/cards.ts';
import { jstStamp } from '../jst.ts';
import type { Order } from './orders.ts';

export type Pairs = readonly (readonly [string, string])[];

/** The card company's code; the real test host always says this one. */
const FORWARD = '2a99662';

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

export const searchAnswer = (order: Order): Pairs => {
  const { card } = order;
  const [field1 = '', field2 = '', field3 = ''] = order.clientFields;
  return [
    ['OrderID', order.orderId],
    ['Status', order.status],
    ['ProcessDate', jstStamp(order.processedAtMs)],
    ['JobCd', order.status === 'UNPROCESSED' ? order.job : order.status],
    ...entryAnswer(order),
    ['ItemCode', '0000990'],
    ['Amount', order.job === 'CHECK' ? '' : String(order.amountYen)],
    ['Tax', order.job === 'CHECK' ? '' : String(order.taxYen)],
    ['SiteID', ''],
    ['MemberID', ''],
    ['CardNo', card === null ? '' : card.lastFour.padStart(16, '*')],
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

/** An issuer's or the network's no: `G12` is 42G120000. */
export const declineErrInfo = (code: DeclineCode): string => (code === 'brand-refused' ? 'E41170002' : `42${code}0000`);
