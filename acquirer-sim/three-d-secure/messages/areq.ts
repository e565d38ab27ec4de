/**
 * AReq: which elements it has, when each must be there, and what the directory server says of one that is not
 * in order (emv-3ds.md sections 3, 4 and 9).
 *
 * Elements that the specification requires but no rule here reads (the requestor's id, name and URL, reference
 * numbers) are checked when they are there and not missed: our choice.
 */
import type { Version } from '../config.ts';
import { type Complaint, complaint } from '../erro.ts';
import { isUuid } from '../uuid.ts';
import {
  digits,
  type Format,
  flag,
  indicator,
  isCountry,
  isCurrency,
  minutes,
  moment,
  object,
  oneOf,
  phone,
  text,
  url,
} from './formats.ts';
import type { Elements } from './read.ts';

/** What the rest of the room reads of an AReq, after it was found to be in order. */
export interface AReq {
  readonly messageVersion: Version;
  readonly threeDSServerTransID: string;
  readonly threeDSServerURL: string;
  readonly messageCategory: '01' | '02';
  readonly deviceChannel: '01' | '02' | '03';
  readonly acctNumber: string;
  readonly threeDSRequestorAuthenticationInd?: string;
  readonly threeDSRequestorChallengeInd?: string;
  readonly threeDSRequestorDecReqInd?: 'Y' | 'N';
  readonly threeDSRequestorDecMaxTime?: string;
  readonly threeDSCompInd?: 'Y' | 'N' | 'U';
  readonly notificationURL?: string;
  readonly merchantName?: string;
  readonly purchaseAmount?: string;
  readonly purchaseCurrency?: string;
  readonly purchaseExponent?: string;
  readonly browserLanguage?: string;
  readonly browserUserAgent?: string;
  readonly browserIP?: string;
  readonly browserScreenWidth?: string;
  readonly browserScreenHeight?: string;
  readonly browserTZ?: string;
  readonly sdkTransID?: string;
  readonly addrMatch?: 'Y' | 'N';
  readonly email?: string;
  readonly mobilePhone?: { readonly cc: string; readonly subscriber: string };
  readonly billAddrLine1?: string;
  readonly billAddrPostCode?: string;
  readonly shipAddrLine1?: string;
  readonly shipAddrPostCode?: string;
}

/** `must`: 201 when it is missing. `not`: 203 when it is there. */
type Presence = 'must' | 'may' | 'not';
type When = (elements: Elements, version: Version) => Presence;

interface Rule {
  readonly format: Format;
  readonly when?: When;
}

const always: When = () => 'must';
const isBrowser = ({ deviceChannel }: Elements) => deviceChannel === '02';
const isApp = ({ deviceChannel }: Elements) => deviceChannel === '01';
const isPayment = ({ messageCategory }: Elements) => messageCategory === '01';
const repeats = ({ threeDSRequestorAuthenticationInd: indicated }: Elements) =>
  indicated === '02' || indicated === '03';

const inBrowser: When = (elements) => (isBrowser(elements) ? 'must' : 'not');
/** Asked of a browser that runs scripts; 2.1 does not know others. */
const byScript: When = (elements, version) => {
  if (!isBrowser(elements)) return 'not';
  return version === '2.1.0' || elements.browserJavascriptEnabled === true ? 'must' : 'may';
};
const inApp: When = (elements) => (isApp(elements) ? 'must' : 'not');
const forPayment: When = (elements) => (isPayment(elements) ? 'must' : 'may');
const forPurchase: When = (elements) => (isPayment(elements) || repeats(elements) ? 'must' : 'may');
const forRepeats: When = (elements) => (repeats(elements) ? 'must' : 'may');
const since22: When = (_, version) => (version === '2.2.0' ? 'may' : 'not');

const challengeIndicators: Readonly<Record<Version, Format>> = { '2.1.0': indicator(4), '2.2.0': indicator(9) };

/** An address of six lines, billing or shipping. */
const address = (kind: 'bill' | 'ship'): Readonly<Record<string, Rule>> => ({
  [`${kind}AddrCity`]: { format: text(1, 50) },
  [`${kind}AddrCountry`]: { format: digits(3) },
  [`${kind}AddrLine1`]: { format: text(1, 50) },
  [`${kind}AddrLine2`]: { format: text(1, 50) },
  [`${kind}AddrLine3`]: { format: text(1, 50) },
  [`${kind}AddrPostCode`]: { format: text(1, 16) },
  [`${kind}AddrState`]: { format: text(1, 3) },
});

const rules: Readonly<Record<string, Rule>> = {
  threeDSServerTransID: { format: (value) => typeof value === 'string' && isUuid(value), when: always },
  threeDSServerURL: { format: url(2_048), when: always },
  threeDSServerRefNumber: { format: text(1, 32) },
  threeDSServerOperatorID: { format: text(1, 32) },
  threeDSRequestorID: { format: text(1, 35) },
  threeDSRequestorName: { format: text(1, 40) },
  threeDSRequestorURL: { format: url(2_048) },
  messageCategory: { format: oneOf('01', '02'), when: always },
  deviceChannel: { format: oneOf('01', '02', '03'), when: always },
  acctNumber: { format: digits(13, 19), when: always },
  cardExpiryDate: { format: moment(4) },
  threeDSRequestorAuthenticationInd: {
    format: indicator(6),
    when: ({ deviceChannel }) => (deviceChannel === '03' ? 'not' : 'must'),
  },
  threeDSRequestorChallengeInd: {
    format: text(2, 2),
    when: ({ deviceChannel }) => (deviceChannel === '03' ? 'not' : 'may'),
  },
  threeDSRequestorDecReqInd: { format: oneOf('Y', 'N'), when: since22 },
  threeDSRequestorDecMaxTime: {
    format: (value) => digits(1, 5)(value) && minutes(1, 10_080)(value),
    when: (elements, version) => {
      if (version === '2.1.0') return 'not';
      return elements.threeDSRequestorDecReqInd === 'Y' ? 'must' : 'may';
    },
  },
  threeRIInd: { format: indicator(11), when: ({ deviceChannel }) => (deviceChannel === '03' ? 'must' : 'not') },
  // The directory server adds it on its way to the ACS.
  dsURL: { format: url(2_048), when: () => 'not' },

  notificationURL: { format: url(256), when: inBrowser },
  threeDSCompInd: { format: oneOf('Y', 'N', 'U'), when: inBrowser },
  browserAcceptHeader: { format: text(1, 2_048), when: inBrowser },
  browserUserAgent: { format: text(1, 2_048), when: inBrowser },
  browserLanguage: { format: text(1, 8), when: inBrowser },
  browserIP: { format: text(1, 45), when: (elements) => (isBrowser(elements) ? 'may' : 'not') },
  browserJavascriptEnabled: {
    format: flag,
    when: (elements, version) => {
      if (!isBrowser(elements)) return 'not';
      return version === '2.2.0' ? 'must' : 'may';
    },
  },
  browserJavaEnabled: { format: flag, when: byScript },
  // 30 is real on some displays and not legal here.
  browserColorDepth: { format: oneOf('1', '4', '8', '15', '16', '24', '32', '48'), when: byScript },
  browserScreenHeight: { format: digits(1, 6), when: byScript },
  browserScreenWidth: { format: digits(1, 6), when: byScript },
  browserTZ: { format: minutes(-1_440, 1_440), when: byScript },

  sdkAppID: { format: (value) => typeof value === 'string' && isUuid(value), when: inApp },
  sdkTransID: { format: (value) => typeof value === 'string' && isUuid(value), when: inApp },
  sdkEncData: { format: text(1, 64_000), when: inApp },
  sdkEphemPubKey: { format: object, when: inApp },
  sdkReferenceNumber: { format: text(1, 32), when: inApp },
  sdkMaxTimeout: { format: digits(2), when: inApp },
  deviceRenderOptions: { format: object, when: inApp },

  acquirerBIN: { format: text(1, 11), when: forPayment },
  acquirerMerchantID: { format: text(1, 35), when: forPayment },
  mcc: { format: text(4, 4), when: forPayment },
  merchantCountryCode: { format: digits(3), when: forPayment },
  merchantName: { format: text(1, 40), when: forPayment },
  purchaseAmount: { format: digits(1, 48), when: forPurchase },
  purchaseCurrency: { format: digits(3), when: forPurchase },
  purchaseExponent: { format: digits(1), when: forPurchase },
  purchaseDate: { format: moment(14), when: forPurchase },
  recurringExpiry: { format: moment(8), when: forRepeats },
  recurringFrequency: { format: digits(1, 4), when: forRepeats },
  purchaseInstalData: {
    format: (value) => digits(1, 3)(value) && Number(value) > 1,
    when: ({ threeDSRequestorAuthenticationInd: indicated }) => (indicated === '03' ? 'must' : 'not'),
  },

  acctID: { format: text(1, 64) },
  acctInfo: { format: object },
  acctType: { format: indicator(3) },
  addrMatch: { format: oneOf('Y', 'N') },
  cardholderName: { format: text(2, 45) },
  email: { format: text(3, 254) },
  homePhone: { format: phone },
  mobilePhone: { format: phone },
  workPhone: { format: phone },
  merchantRiskIndicator: { format: object },
  threeDSRequestorAuthenticationInfo: { format: object },
  threeDSRequestorPriorAuthenticationInfo: { format: object },
  transType: { format: oneOf('01', '03', '10', '11', '28') },
  whiteListStatus: { format: oneOf('Y', 'N', 'E', 'P', 'R', 'U'), when: since22 },
  ...address('bill'),
  ...address('ship'),
};

const entries = Object.entries(rules);

/** Every missing element first (201), then every wrong one (203), as lists of names; then 304 and 306. */
export const complaintOf = (elements: Elements, version: Version): Complaint | null => {
  const missing: string[] = [];
  const wrong: string[] = [];
  for (const [name, { format, when }] of entries) {
    const value = elements[name];
    const presence = when?.(elements, version) ?? 'may';
    if (value === undefined) {
      if (presence === 'must') missing.push(name);
    } else if (presence === 'not' || !format(value)) wrong.push(name);
  }
  const { threeDSRequestorChallengeInd: wish } = elements;
  if (wish !== undefined && !challengeIndicators[version](wish)) wrong.push('threeDSRequestorChallengeInd');
  if (missing.length > 0) return complaint('201', missing.join(','));
  if (wrong.length > 0) return complaint('203', [...new Set(wrong)].join(','));
  const foreign = [
    ...['merchantCountryCode', 'billAddrCountry', 'shipAddrCountry'].filter(
      (name) => elements[name] !== undefined && !isCountry(elements[name]),
    ),
    ...['purchaseCurrency'].filter((name) => elements[name] !== undefined && !isCurrency(elements[name])),
  ];
  if (foreign.length > 0) return complaint('304', foreign.join(','));
  const { mcc } = elements;
  if (mcc !== undefined && (!digits(4)(mcc) || Number(mcc) < 700)) return complaint('306', 'mcc');
  return null;
};

/** Elements that `complaintOf` had nothing to say about. */
export const asAReq = (elements: Elements): AReq => elements as unknown as AReq;

/** What is bought, in yen; null when nothing is. Other currencies are taken by their units, 150 yen each. */
export const amountYenOf = ({ purchaseAmount, purchaseCurrency, purchaseExponent }: AReq): number | null => {
  if (purchaseAmount === undefined) return null;
  const units = Number(purchaseAmount) / 10 ** Number(purchaseExponent ?? '0');
  return Math.round(purchaseCurrency === undefined || purchaseCurrency === '392' ? units : units * 150);
};
