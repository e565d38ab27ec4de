/**
 * Checks of request fields, each with the exact ErrInfo (gmo-pg-protocol.md sections 3 and 5): pure.
 *
 * A reader collects every fault of a message, in the order of the reference's table; what it
 * returns is only meaningful when there was none.
 */
import type { AlterJob, EntryJob } from './life.ts';

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
  const text = fields.get('JobCd') ?? '';
  const job = jobs.find((candidate) => candidate === text);
  if (text === '') faults.push('E01050001');
  else if (job === undefined) faults.push('E01050002');
  return job;
};

export const readEntryJob = (fields: Fields, faults: Faults): EntryJob | undefined =>
  readJob(fields, ['CHECK', 'CAPTURE', 'AUTH'], faults);

export const readAlterJob = (fields: Fields, faults: Faults): AlterJob | undefined =>
  readJob(fields, ['SALES', 'VOID', 'RETURN', 'RETURNX', 'CANCEL'], faults);

export const readChangeJob = (fields: Fields, faults: Faults): EntryJob | undefined =>
  readJob(fields, ['CAPTURE', 'AUTH'], faults);

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

/** 3-D Secure: the first version is closed, the second is not contracted. */
export const checkTdFlag = (fields: Fields, faults: Faults): void => {
  const flag = fields.get('TdFlag') ?? '';
  if (flag === '1') faults.push('E21040002');
  else if (flag === '2') faults.push('E01080010');
  else if (flag !== '' && flag !== '0') faults.push('E01080007');
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

export const readCard = (fields: Fields, faults: Faults): CardFields => {
  const number = fields.get('CardNo') ?? '';
  const expiry = fields.get('Expire') ?? '';
  if (number === '') faults.push('E01170001');
  else if (!/^\d+$/.test(number)) faults.push('E01170006');
  else if (number.length > 16) faults.push('E01170003');
  else if (number.length < 10) faults.push('E01170011');
  if (expiry === '') faults.push('E01180001');
  else if (!/^\d+$/.test(expiry)) faults.push('E01180006');
  else if (expiry.length !== 4) faults.push('E01180003');
  else if (!/^\d\d(0[1-9]|1[0-2])$/.test(expiry)) faults.push('E01180008');
  if (!/^(\d{3,4})?$/.test(fields.get('SecurityCode') ?? '')) faults.push('E01460008');
  return { number, expiry };
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
  else if (method === '2' || method === '4') {
    if (payTimes === '') faults.push('E01270001');
    else if (!/^\d+$/.test(payTimes)) faults.push('E01270006');
    else if (payTimes.length > 2) faults.push('E01270005');
    return { method, payTimes };
  }
  return { method, payTimes: '' };
};

/** ClientField1-3, given back only when ClientFieldFlag is 1. */
export const readClientFields = (fields: Fields): readonly string[] =>
  ['ClientField1', 'ClientField2', 'ClientField3'].map((name) =>
    (fields.get(name) ?? '').replaceAll(/[&=|\r\n]/g, ' ').slice(0, 100),
  );
