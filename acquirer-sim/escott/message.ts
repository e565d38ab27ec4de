/**
 * Reads a card message: which operation, and are its fields in order (escott-protocol.md 3, 4, 5).
 *
 * Pure. Every wrong field has its own code and all of them are reported together, joined by `|`.
 */
import { isJstDate } from '../jst.ts';

export interface Handle {
  readonly processId: string;
  readonly processPass: string;
}

export interface CardSource {
  readonly number: string;
  /** `YYMM`. */
  readonly expiry: string;
  readonly securityCodeSent: boolean;
}

/** What every message carries and every reply echoes. */
export interface Envelope {
  readonly operateId: string;
  readonly transactionDate: string;
  readonly free1: string;
  readonly free2: string;
  readonly free3: string;
}

export type CardMessage =
  | { readonly operation: 'check'; readonly card: CardSource }
  | { readonly operation: 'authorise' | 'gather'; readonly card: CardSource; readonly amountYen: number }
  | { readonly operation: 'capture'; readonly handle: Handle; readonly salesDate: string }
  | { readonly operation: 'change'; readonly handle: Handle; readonly amountYen: number }
  | { readonly operation: 'void' | 'search'; readonly handle: Handle };

export type MessageCode = `K${string}`;

const operations: Readonly<Record<string, CardMessage['operation']>> = {
  '1Check': 'check',
  '1Auth': 'authorise',
  '1Gathering': 'gather',
  '1Capture': 'capture',
  '1Change': 'change',
  '1Delete': 'void',
  '1Search': 'search',
};

/** Printable ASCII that survives a reply: no separator of the reply (`&`, `=`) or of the listing (`,`, `"`). */
const FREE = /^[ !#-%'-+\--<>-~]*$/;
/** Only MerchantFree1 has a known bound: it is our reference (section 10). */
const FREE1_LENGTH_MAX = 27;
const FREE_LENGTH_MAX = 100;

const isFree = (text: string, lengthMax = FREE_LENGTH_MAX): boolean => text.length <= lengthMax && FREE.test(text);

/** The envelope as it may be echoed: a field that failed its check goes back empty. */
export const echoable = (envelope: Envelope): Envelope => {
  const clean = (text: string) => (isFree(text) ? text : '');
  return {
    operateId: clean(envelope.operateId),
    transactionDate: clean(envelope.transactionDate),
    free1: clean(envelope.free1),
    free2: clean(envelope.free2),
    free3: clean(envelope.free3),
  };
};
const payTypes = new Set('01 02 03 04 05 06 07 08 09 10 11 12 15 16 18 20 24 30 36 48 54 60 72 80 88'.split(' '));
/** Largest amount, yen. The real limit is not public; seven digits is what Japanese acquirers take. */
const AMOUNT_YEN_MAX = 9_999_999;

export const readEnvelope = (fields: ReadonlyMap<string, string>): Envelope => ({
  operateId: fields.get('OperateId') ?? '',
  transactionDate: fields.get('TransactionDate') ?? '',
  free1: fields.get('MerchantFree1') ?? '',
  free2: fields.get('MerchantFree2') ?? '',
  free3: fields.get('MerchantFree3') ?? '',
});

const checkEnvelope = (envelope: Envelope, codes: MessageCode[]): void => {
  if (!isJstDate(envelope.transactionDate)) codes.push('K05');
  if (!isFree(envelope.free1, FREE1_LENGTH_MAX)) codes.push('K07');
  if (!isFree(envelope.free2)) codes.push('K08');
  if (!isFree(envelope.free3)) codes.push('K09');
};

const readHandle = (fields: ReadonlyMap<string, string>, codes: MessageCode[]): Handle => {
  const processId = fields.get('ProcessId') ?? '';
  const processPass = fields.get('ProcessPass') ?? '';
  if (!/^[0-9A-Za-z]{32}$/.test(processId)) codes.push('K10');
  if (!/^[0-9A-Za-z]{32}$/.test(processPass)) codes.push('K11');
  return { processId, processPass };
};

const readCard = (fields: ReadonlyMap<string, string>, codes: MessageCode[]): CardSource => {
  const number = fields.get('CardNo') ?? '';
  const expiry = fields.get('CardExp') ?? '';
  const securityCode = fields.get('SecCd') ?? '';
  // Cards come by number here: the token service and stored cards are not contracted.
  if (fields.has('Token')) codes.push('KHX');
  else if (fields.has('KaiinId')) codes.push('K68');
  else {
    if (!/^\d{10,16}$/.test(number)) codes.push('K20');
    if (!/^\d\d(0[1-9]|1[0-2])$/.test(expiry)) codes.push('K21');
    if (!/^(\d{3,4})?$/.test(securityCode)) codes.push('K24');
  }
  return { number, expiry, securityCodeSent: securityCode !== '' };
};

const readAmount = (fields: ReadonlyMap<string, string>, codes: MessageCode[]): number => {
  const text = fields.get('Amount') ?? '';
  const amountYen = /^[1-9]\d{0,6}$/.test(text) ? Number(text) : 0;
  if (amountYen < 1 || amountYen > AMOUNT_YEN_MAX) codes.push('K23');
  return amountYen;
};

const readBody = (
  operation: CardMessage['operation'],
  fields: ReadonlyMap<string, string>,
  codes: MessageCode[],
): CardMessage => {
  switch (operation) {
    case 'check':
      return { operation, card: readCard(fields, codes) };
    case 'authorise':
    case 'gather': {
      const card = readCard(fields, codes);
      if (!payTypes.has(fields.get('PayType') ?? '')) codes.push('K22');
      return { operation, card, amountYen: readAmount(fields, codes) };
    }
    case 'capture': {
      const handle = readHandle(fields, codes);
      const salesDate = fields.get('SalesDate') ?? '';
      // A sale is posted at the amount that was authorised; a lower one is a 1Change first.
      if (fields.has('Amount')) codes.push('K23');
      if (!isJstDate(salesDate)) codes.push('K39');
      return { operation, handle, salesDate };
    }
    case 'change': {
      const handle = readHandle(fields, codes);
      return { operation, handle, amountYen: readAmount(fields, codes) };
    }
    case 'void':
    case 'search':
      return { operation, handle: readHandle(fields, codes) };
  }
};

/** The message, or every code that is wrong with it. */
export const readMessage = (
  envelope: Envelope,
  fields: ReadonlyMap<string, string>,
): { readonly message: CardMessage } | { readonly codes: readonly MessageCode[] } => {
  const codes: MessageCode[] = [];
  checkEnvelope(envelope, codes);
  const operation = operations[envelope.operateId];
  if (operation === undefined || !Object.hasOwn(operations, envelope.operateId)) {
    return { codes: [...codes, 'K06'] };
  }
  const message = readBody(operation, fields, codes);
  return codes.length === 0 ? { message } : { codes };
};
