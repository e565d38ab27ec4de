/**
 * Reads a message: which operation, and are its fields in order (escott-protocol.md 3, 4, 5).
 *
 * Pure. Every wrong field has its own code and all of them are reported together, joined by `|`.
 */
import { createFieldReader, type FieldReader, type Fields, isFree, type MessageCode } from './fields.ts';
import type { MemberOperation } from './member-life.ts';

export interface Handle {
  readonly processId: string;
  readonly processPass: string;
}

export interface MemberKeys {
  readonly kaiinId: string;
  readonly kaiinPass: string;
}

/** A card as a caller names it. Tokens and members stand for one; what they stand for is found when it is decided. */
export type CardSource =
  | { readonly by: 'number'; readonly number: string; readonly expiry: string; readonly securityCodeSent: boolean }
  | { readonly by: 'token'; readonly token: string }
  | { readonly by: 'member'; readonly keys: MemberKeys; readonly securityCodeSent: boolean };

/** A member to be made: null keys are made by the acquirer. */
export interface NewMember {
  readonly keys: MemberKeys | null;
}

/** Attributes of the holder that were sent along, which come back as `Mc...` (section 3). */
export type Attribute = 'KanaSei' | 'KanaMei' | 'BirthDay' | 'TelNo';

/** What every message carries and every reply echoes. */
export interface Envelope {
  readonly operateId: string;
  readonly transactionDate: string;
  readonly free1: string;
  readonly free2: string;
  readonly free3: string;
}

interface WithCard {
  readonly card: CardSource;
  readonly attributes: readonly Attribute[];
  /** The card is kept for this member when it is approved. */
  readonly addMember: NewMember | null;
}

interface WithHandle {
  readonly handle: Handle;
  /** The member the caller believes the transaction to be of; empty when it does not say. */
  readonly kaiinId: string;
}

export type CardMessage =
  | ({ readonly operation: 'check' } & WithCard)
  | ({ readonly operation: 'authorise' | 'gather'; readonly amountYen: number } & WithCard)
  | ({ readonly operation: 'capture'; readonly salesDate: string } & WithHandle)
  | ({ readonly operation: 'change'; readonly amountYen: number } & WithHandle)
  | ({ readonly operation: 'reauthorise'; readonly amountYen: number; readonly salesDate: string } & WithHandle)
  | ({ readonly operation: 'void' | 'search' } & WithHandle);

export type MemberMessage =
  | {
      readonly operation: 'add';
      readonly member: NewMember;
      readonly card: CardSource;
      /** The issuer is asked whether the card is good. */
      readonly validityCheck: boolean;
    }
  | {
      readonly operation: 'change';
      readonly keys: MemberKeys;
      /** null = only the password changes. */
      readonly card: CardSource | null;
      /** Empty = stays. */
      readonly newPass: string;
      readonly validityCheck: boolean;
    }
  | { readonly operation: Exclude<MemberOperation, 'add' | 'change' | 'charge'>; readonly keys: MemberKeys }
  | { readonly operation: 'refer-token'; readonly token: string }
  | { readonly operation: 'refer-many'; readonly keys: readonly MemberKeys[] };

export type { MessageCode } from './fields.ts';

const cardOperations: Readonly<Record<string, CardMessage['operation']>> = {
  '1Check': 'check',
  '1Auth': 'authorise',
  '1Gathering': 'gather',
  '1Capture': 'capture',
  '1Change': 'change',
  '1Delete': 'void',
  '1Search': 'search',
  '1ReAuth': 'reauthorise',
};

const memberOperations: Readonly<Record<string, MemberMessage['operation']>> = {
  '4MemAdd': 'add',
  '4MemChg': 'change',
  '4MemRef': 'refer',
  '4MemRefM': 'refer-masked',
  '4MemRefToken': 'refer-token',
  '4MemRefMulti': 'refer-many',
  '4MemInval': 'disable',
  '4MemUnInval': 'enable',
  '4MemDel': 'delete',
};

/** Members that one 4MemRefMulti may name; ours. */
const MEMBERS_MAX = 10;

/** Whether an operation names a card, and so must name its shop too. */
export const namesACard = (operateId: string): boolean => /^(1(Check|Auth|Gathering)|4Mem(Add|Chg))$/.test(operateId);

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

export const readEnvelope = (fields: Fields): Envelope => ({
  operateId: fields.get('OperateId') ?? '',
  transactionDate: fields.get('TransactionDate') ?? '',
  free1: fields.get('MerchantFree1') ?? '',
  free2: fields.get('MerchantFree2') ?? '',
  free3: fields.get('MerchantFree3') ?? '',
});

const checkEnvelope = (reader: FieldReader): void => {
  reader.required('TransactionDate');
  for (const name of ['MerchantFree1', 'MerchantFree2', 'MerchantFree3']) reader.optional(name);
};

const readKeys = (reader: FieldReader): MemberKeys => ({
  kaiinId: reader.required('KaiinId'),
  kaiinPass: reader.required('KaiinPass'),
});

const readNumber = (reader: FieldReader): CardSource => ({
  by: 'number',
  number: reader.required('CardNo'),
  expiry: reader.required('CardExp'),
  securityCodeSent: reader.optional('SecCd') !== '',
});

/** A token or the number itself, for what must not name a member as well. */
const readOwnCard = (reader: FieldReader): CardSource =>
  reader.has('Token') ? { by: 'token', token: reader.required('Token') } : readNumber(reader);

const readNewMember = (reader: FieldReader): NewMember => {
  if (reader.optional('KaiinIdAutoRiyoFlg') === '1') return { keys: null };
  return { keys: readKeys(reader) };
};

/** A token, a stored card, or the number itself. A member's id beside a card is K80, unless it is to be added. */
const readCard = (reader: FieldReader): Omit<WithCard, 'attributes'> => {
  if (reader.optional('AuthKaiinAddFlg') === '1') {
    return { card: readOwnCard(reader), addMember: readNewMember(reader) };
  }
  if (!reader.has('KaiinId')) return { card: readOwnCard(reader), addMember: null };
  if (reader.has('CardNo') || reader.has('Token')) reader.refuse('K80');
  const keys = readKeys(reader);
  return { card: { by: 'member', keys, securityCodeSent: reader.optional('SecCd') !== '' }, addMember: null };
};

const readAttributes = (reader: FieldReader): Attribute[] => {
  const names: readonly Attribute[] = ['KanaSei', 'KanaMei', 'BirthDay', 'TelNo'];
  return names.filter((name) => reader.optional(name) !== '');
};

const checkThreeDSecure = (reader: FieldReader): void => {
  for (const name of ['EncodeXId3D', 'MessageVersionNo3D', 'TransactionId3D', 'TransactionStatus3D']) {
    reader.optional(name);
  }
  for (const name of ['CAVVAlgorithm3D', 'CAVV3D', 'ECI3D', 'PANCardNo3D']) reader.optional(name);
};

const readHandle = (reader: FieldReader): WithHandle => ({
  handle: { processId: reader.required('ProcessId'), processPass: reader.required('ProcessPass') },
  kaiinId: reader.optional('KaiinId'),
});

const readAmount = (reader: FieldReader): number => Number(reader.required('Amount'));

const readCardBody = (operation: CardMessage['operation'], reader: FieldReader): CardMessage => {
  switch (operation) {
    case 'check': {
      const card = readCard(reader);
      checkThreeDSecure(reader);
      return { operation, ...card, attributes: readAttributes(reader) };
    }
    case 'authorise':
    case 'gather': {
      const card = readCard(reader);
      reader.required('PayType');
      const amountYen = readAmount(reader);
      checkThreeDSecure(reader);
      return { operation, ...card, amountYen, attributes: readAttributes(reader) };
    }
    case 'capture': {
      const handle = readHandle(reader);
      // A sale is posted at the amount that was authorised; a lower one is a 1Change first.
      if (reader.has('Amount')) reader.refuse('K23');
      return { operation, ...handle, salesDate: reader.required('SalesDate') };
    }
    case 'change':
      return { operation, ...readHandle(reader), amountYen: readAmount(reader) };
    case 'reauthorise': {
      const handle = readHandle(reader);
      const amountYen = readAmount(reader);
      return { operation, ...handle, amountYen, salesDate: reader.required('SalesDate') };
    }
    case 'void':
    case 'search':
      return { operation, ...readHandle(reader) };
  }
};

const readMany = (reader: FieldReader, fields: Fields): MemberKeys[] => {
  const ids = (fields.get('KaiinId') ?? '').split('|');
  const passes = (fields.get('KaiinPass') ?? '').split('|');
  if (ids.length > MEMBERS_MAX) reader.refuse('K15');
  if (ids.length !== passes.length) reader.refuse('K46');
  return ids.map((kaiinId, at) => {
    const one = createFieldReader(
      new Map([
        ['KaiinId', kaiinId],
        ['KaiinPass', passes[at] ?? ''],
      ]),
    );
    const keys = readKeys(one);
    for (const code of one.codes) reader.refuse(code);
    return keys;
  });
};

const readMemberBody = (operation: MemberMessage['operation'], reader: FieldReader, fields: Fields): MemberMessage => {
  const validityCheck = () => reader.optional('EnableCheckUseKbn') !== '0';
  switch (operation) {
    case 'add': {
      const member = readNewMember(reader);
      return { operation, member, card: readOwnCard(reader), validityCheck: validityCheck() };
    }
    case 'change': {
      const keys = readKeys(reader);
      const newPass = reader.optional('NewKaiinPass');
      const named = reader.has('CardNo') || reader.has('CardExp') || reader.has('Token') || newPass === '';
      return { operation, keys, newPass, card: named ? readOwnCard(reader) : null, validityCheck: validityCheck() };
    }
    case 'refer-token':
      return { operation, token: reader.required('Token') };
    case 'refer-many':
      return { operation, keys: readMany(reader, fields) };
    default:
      return { operation, keys: readKeys(reader) };
  }
};

export type Read<Message> = { readonly message: Message } | { readonly codes: readonly MessageCode[] };

const read = <Operation extends string, Message>(
  operations: Readonly<Record<string, Operation>>,
  fields: Fields,
  readBody: (operation: Operation, reader: FieldReader) => Message,
): Read<Message> => {
  const reader = createFieldReader(fields);
  checkEnvelope(reader);
  const operateId = fields.get('OperateId') ?? '';
  const operation = Object.hasOwn(operations, operateId) ? operations[operateId] : undefined;
  if (operation === undefined) return { codes: [...reader.codes, 'K06'] };
  const message = readBody(operation, reader);
  return reader.codes.length === 0 ? { message } : { codes: reader.codes };
};

/** The message of OAUT002, or every code that is wrong with it. */
export const readCardMessage = (fields: Fields): Read<CardMessage> => read(cardOperations, fields, readCardBody);

/** The message of OCRP005, or every code that is wrong with it. */
export const readMemberMessage = (fields: Fields): Read<MemberMessage> =>
  read(memberOperations, fields, (operation, reader) => readMemberBody(operation, reader, fields));

export interface TokenSearch {
  readonly token: string;
}

/** The message of OATN005: 1TokenSearch and nothing else. A token of a wrong form is said next to ResponseCd. */
export const readTokenSearch = (fields: Fields): Read<TokenSearch> =>
  read({ '1TokenSearch': 'search' }, fields, () => ({ token: fields.get('Token') ?? '' }));
