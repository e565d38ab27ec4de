/**
 * Checks of request fields, each with the exact ErrInfo (gmo-pg-protocol.md sections 3 and 5): pure.
 *
 * A reader collects every fault of a message, in the order of the reference's table; what it
 * returns is only meaningful when there was none.
 */
import { byteLength, isAscii } from './charset.ts';
import type { AlterJob, EntryJob, PaymentJob } from './life.ts';

export type Fields = ReadonlyMap<string, string>;
/** Collects the ErrInfo of what is wrong. */
export type Faults = string[];

const AMOUNT_DIGITS_MAX = 7;
const AMOUNT_YEN_MAX = 9_999_999;

export const readOrderId = (fields: Fields, faults: Faults): string => {
  const orderId = fields.get('OrderID') ?? '';
  if (orderId === '') faults.push('E01040001');
  else if (!/^[0-9A-Za-z-]+$/.test(orderId)) faults.push('E01040013');
  else if (orderId.length > 27) faults.push('E01040003');
  return orderId;
};

const readJob = <Job extends string>(fields: Fields, jobs: readonly Job[], faults: Faults): Job | undefined => {
  // Public examples write `Check`; whether the real host minds is not known.
  const text = (fields.get('JobCd') ?? '').toUpperCase();
  const job = jobs.find((candidate) => candidate === text);
  if (text === '') faults.push('E01050001');
  else if (job === undefined) faults.push('E01050002');
  return job;
};

export const readEntryJob = (fields: Fields, faults: Faults): EntryJob | undefined =>
  readJob(fields, ['CHECK', 'CAPTURE', 'AUTH', 'SAUTH'], faults);

const paymentJobs: readonly PaymentJob[] = ['CAPTURE', 'AUTH', 'SAUTH'];

export const readAlterJob = (fields: Fields, faults: Faults): AlterJob | PaymentJob | undefined =>
  readJob(fields, ['SALES', 'VOID', 'RETURN', 'RETURNX', 'CANCEL', ...paymentJobs], faults);

export const isPaymentJob = (job: AlterJob | PaymentJob): job is PaymentJob =>
  paymentJobs.some((other) => other === job);

export const readChangeJob = (fields: Fields, faults: Faults): PaymentJob | undefined =>
  readJob(fields, paymentJobs, faults);

export interface Amounts {
  readonly amountYen: number;
  readonly taxYen: number;
}

export const readAmounts = (fields: Fields, faults: Faults): Amounts => {
  const amount = fields.get('Amount') ?? '';
  const tax = fields.get('Tax') ?? '';
  const before = faults.length;
  if (amount === '') faults.push('E01060001');
  else if (!/^\d+$/.test(amount)) faults.push('E01060006');
  else if (amount.length > AMOUNT_DIGITS_MAX) faults.push('E01060005');
  else if (Number(amount) === 0) faults.push('E01060011');
  if (!/^\d*$/.test(tax)) faults.push('E01070006');
  else if (tax.length > AMOUNT_DIGITS_MAX) faults.push('E01070005');
  const read = { amountYen: Number(amount), taxYen: Number(tax) };
  if (faults.length === before && read.amountYen + read.taxYen > AMOUNT_YEN_MAX) faults.push('E01490005');
  return read;
};

/** Whether the order asks for 3-D Secure. Its first version is closed for good. */
export const readTdFlag = (fields: Fields, faults: Faults): boolean => {
  const flag = fields.get('TdFlag') ?? '';
  if (flag === '1') faults.push('E21040002');
  else if (flag !== '' && flag !== '0' && flag !== '2') faults.push('E01080007');
  return flag === '2';
};

/** `0000990` unless the shop says otherwise. */
export const readItemCode = (fields: Fields, faults: Faults): string => {
  const code = fields.get('ItemCode') ?? '';
  if (code !== '' && !/^\d{7}$/.test(code)) faults.push('E01450008');
  return code === '' ? '0000990' : code;
};

/** A switch that is 0 unless it says 1. */
export const readSwitch = (fields: Fields, name: string, errInfo: string, faults: Faults): boolean => {
  const text = fields.get(name) ?? '';
  if (text !== '' && text !== '0' && text !== '1') faults.push(errInfo);
  return text === '1';
};

export interface AccessKeys {
  readonly accessId: string;
  readonly accessPass: string;
}

export const readAccess = (fields: Fields, faults: Faults): AccessKeys => {
  const accessId = fields.get('AccessID') ?? '';
  const accessPass = fields.get('AccessPass') ?? '';
  if (accessId === '') faults.push('E01090001');
  else if (!/^[0-9a-f]{32}$/.test(accessId)) faults.push('E01090008');
  if (accessPass === '') faults.push('E01100001');
  else if (!/^[0-9a-f]{32}$/.test(accessPass)) faults.push('E01100008');
  return { accessId, accessPass };
};

export interface CardFields {
  readonly number: string;
  /** `YYMM`. */
  readonly expiry: string;
}

export const readCardNo = (fields: Fields, faults: Faults): string => {
  const number = fields.get('CardNo') ?? '';
  if (number === '') faults.push('E01170001');
  else if (!/^\d+$/.test(number)) faults.push('E01170006');
  else if (number.length > 16) faults.push('E01170003');
  else if (number.length < 10) faults.push('E01170011');
  return number;
};

export const readExpiry = (fields: Fields, faults: Faults): string => {
  const expiry = fields.get('Expire') ?? '';
  if (expiry === '') faults.push('E01180001');
  else if (!/^\d+$/.test(expiry)) faults.push('E01180006');
  else if (expiry.length !== 4) faults.push('E01180003');
  else if (!/^\d\d(0[1-9]|1[0-2])$/.test(expiry)) faults.push('E01180008');
  return expiry;
};

export const readCard = (fields: Fields, faults: Faults): CardFields => {
  const number = readCardNo(fields, faults);
  const expiry = readExpiry(fields, faults);
  checkCodes(fields, faults);
  return { number, expiry };
};

/** What may come with a card of any source: its security code, the buyer's PIN (never 0000). */
export const checkCodes = (fields: Fields, faults: Faults): void => {
  if (!/^(\d{3,4})?$/.test(fields.get('SecurityCode') ?? '')) faults.push('E01460008');
  const pin = fields.get('PIN') ?? '';
  if (pin === '0000') faults.push('E01800050');
  else if (!/^(\d{4})?$/.test(pin)) faults.push('E01800008');
};

export interface PayMethod {
  readonly method: string;
  /** Empty for a lump sum, whatever was sent. */
  readonly payTimes: string;
}

/** Only a payment has one; a validity check neither needs nor echoes it. */
export const readMethod = (fields: Fields, job: EntryJob, faults: Faults): PayMethod => {
  if (job === 'CHECK') return { method: '', payTimes: '' };
  const method = fields.get('Method') ?? '';
  const payTimes = fields.get('PayTimes') ?? '';
  if (method === '') faults.push('E01260001');
  else if (!/^[1-5]$/.test(method)) faults.push('E01260002');
  else if (method === '2') {
    if (payTimes === '') faults.push('E01270001');
    else if (!/^\d+$/.test(payTimes)) faults.push('E01270006');
    else if (payTimes.length > 2) faults.push('E01270005');
    return { method, payTimes };
  } else if (method === '4' && payTimes !== '') {
    // Bonus instalments come in twos. Some clients call 4 revolving and send no number: that is taken too.
    if (!/^\d+$/.test(payTimes)) faults.push('E01160007');
    else if (Number(payTimes) !== 2) faults.push('E01160010');
    return { method, payTimes };
  }
  return { method, payTimes: '' };
};

/** A value that goes back raw may not hold what separates pairs and lists. */
const harmless = (text: string): string => text.replaceAll(/[&=|\r\n]/g, ' ');

const clientFieldErrors = [
  ['ClientField1', 'E01320012'],
  ['ClientField2', 'E01330012'],
  ['ClientField3', 'E01340012'],
] as const;

/** ClientField1-3, given back only when ClientFieldFlag is 1. At most 100 bytes each. */
export const readClientFields = (fields: Fields, faults: Faults): readonly string[] => {
  if (!clientFieldErrors.some(([name]) => fields.has(name))) return noClientFields;
  return clientFieldErrors.map(([name, errInfo]) => {
    const text = fields.get(name) ?? '';
    if (byteLength(text) > 100) faults.push(errInfo);
    return harmless(text);
  });
};
const noClientFields: readonly string[] = [];

export interface SiteFields {
  readonly siteId: string;
  readonly sitePass: string;
}

export const readSiteFields = (fields: Fields, faults: Faults): SiteFields => {
  const siteId = fields.get('SiteID') ?? '';
  const sitePass = fields.get('SitePass') ?? '';
  if (siteId === '') faults.push('E01190001');
  else if (!/^[0-9A-Za-z]{1,13}$/.test(siteId)) faults.push('E01190008');
  if (sitePass === '') faults.push('E01200001');
  else if (!/^[0-9A-Za-z]{1,20}$/.test(sitePass)) faults.push('E01200008');
  return { siteId, sitePass };
};

export const readMemberId = (fields: Fields, faults: Faults): string => {
  const memberId = fields.get('MemberID') ?? '';
  if (memberId === '') faults.push('E01220001');
  else if (!/^[0-9A-Za-z@._-]+$/.test(memberId)) faults.push('E01220008');
  else if (memberId.length > 60) faults.push('E01220005');
  return memberId;
};

/** At most 255 bytes; undefined when it was not sent. */
export const readMemberName = (fields: Fields, faults: Faults): string | undefined => {
  const name = fields.get('MemberName');
  if (name === undefined) return undefined;
  if (byteLength(name) > 255) faults.push('E01430012');
  return harmless(name);
};

/** Whether CardSeq counts every card ever saved (1, physical) or those that are left (0, logical). */
export const readSeqMode = (fields: Fields, faults: Faults): 'logical' | 'physical' =>
  readSwitch(fields, 'SeqMode', 'E01470008', faults) ? 'physical' : 'logical';

const CARD_SEQ_DIGITS_MAX = 4;

/** From 0; undefined when it was not sent. */
export const readCardSeq = (fields: Fields, faults: Faults): number | undefined => {
  const text = fields.get('CardSeq') ?? '';
  if (text === '') return undefined;
  if (!/^\d+$/.test(text)) faults.push('E01230006');
  else if (text.length > CARD_SEQ_DIGITS_MAX) faults.push('E01230009');
  return Number(text);
};

export const readHolderName = (fields: Fields, faults: Faults): string => {
  const name = fields.get('HolderName') ?? '';
  if (name.length > 50 || !isAscii(name)) faults.push('E01480008');
  return harmless(name);
};

export const readCardPass = (fields: Fields, faults: Faults): string => {
  const pass = fields.get('CardPass') ?? '';
  if (!/^[0-9A-Za-z]{0,20}$/.test(pass)) faults.push('E01250008');
  return pass;
};

/** An abbreviation of the card company, at most 10 bytes. */
export const readCardName = (fields: Fields, faults: Faults): string => {
  const name = fields.get('CardName') ?? '';
  if (byteLength(name) > 10) faults.push('E01130012');
  return harmless(name);
};

/** The token, empty when none was sent. Public examples write the name both ways. */
export const readToken = (fields: Fields): string => fields.get('Token') ?? fields.get('token') ?? '';
