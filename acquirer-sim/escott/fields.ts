/**
 * Every field that is checked, with its code (escott-protocol.md sections 3 and 5): pure.
 *
 * The limits that the reference does not know are ours; they keep a reply in one piece and reject what
 * no client was seen to send.
 */
import { isJstDate } from '../jst.ts';

export type MessageCode = `K${string}`;
export type Fields = ReadonlyMap<string, string>;

interface FieldRule {
  readonly code: MessageCode;
  readonly holds: (text: string) => boolean;
}

/** Printable ASCII that survives a reply: no separator of the reply (`&`, `=`) or of the listing (`,`, `"`). */
const FREE = /^[ !#-%'-+\--<>-~]*$/;
/** Only MerchantFree1 has a known bound: it is our reference (section 10). */
const FREE1_LENGTH_MAX = 27;
const FREE_LENGTH_MAX = 100;

export const isFree = (text: string, lengthMax = FREE_LENGTH_MAX): boolean =>
  text.length <= lengthMax && FREE.test(text);

const matches = (code: MessageCode, pattern: RegExp): FieldRule => ({ code, holds: (text) => pattern.test(text) });
const free = (code: MessageCode, lengthMax?: number): FieldRule => ({ code, holds: (text) => isFree(text, lengthMax) });

const payTypes = new Set('01 02 03 04 05 06 07 08 09 10 11 12 15 16 18 20 24 30 36 48 54 60 72 80 88'.split(' '));

/** Which of K30 to K37 belongs to which field is our reading: the two lists have the same length. */
const threeDSecure = (
  'EncodeXId3D MessageVersionNo3D TransactionId3D TransactionStatus3D CAVVAlgorithm3D CAVV3D ECI3D ' + 'PANCardNo3D'
)
  .split(' ')
  .map((name, at) => [name, matches(`K3${at}`, /^[!-~]{0,128}$/)] as const);

export const fieldRules: Readonly<Record<string, FieldRule>> = {
  TransactionDate: { code: 'K05', holds: isJstDate },
  MerchantFree1: free('K07', FREE1_LENGTH_MAX),
  MerchantFree2: free('K08'),
  MerchantFree3: free('K09'),
  ProcessId: matches('K10', /^[0-9A-Za-z]{32}$/),
  ProcessPass: matches('K11', /^[0-9A-Za-z]{32}$/),
  CardNo: matches('K20', /^\d{10,16}$/),
  CardExp: matches('K21', /^\d\d(0[1-9]|1[0-2])$/),
  PayType: { code: 'K22', holds: (text) => payTypes.has(text) },
  // Seven digits is what Japanese acquirers take.
  Amount: matches('K23', /^[1-9]\d{0,6}$/),
  SecCd: matches('K24', /^(\d{3,4})?$/),
  TelNo: matches('K28', /^[0-9-]{0,14}$/),
  ...Object.fromEntries(threeDSecure),
  SalesDate: { code: 'K39', holds: isJstDate },
  KaiinId: matches('K45', /^[0-9A-Za-z_-]{1,32}$/),
  KaiinPass: matches('K46', /^[0-9A-Za-z]{1,32}$/),
  NewKaiinPass: matches('K47', /^[0-9A-Za-z]{1,32}$/),
  EnableCheckUseKbn: matches('K48', /^[01]?$/),
  KanaSei: matches('K52', /^[ァ-ヶー・\u3000 ｡-ﾟ]{0,25}$/),
  KanaMei: matches('K52', /^[ァ-ヶー・\u3000 ｡-ﾟ]{0,25}$/),
  Token: matches('KHX', /^[0-9A-Za-z]{1,256}$/),
  KaiinIdAutoRiyoFlg: matches('KIW', /^[01]?$/),
  AuthKaiinAddFlg: matches('KIW', /^[01]?$/),
};

/** Reads fields and collects the code of each that is wrong, in the order of reading. */
export interface FieldReader {
  /** A field that must be there. */
  required(name: string): string;
  /** A field that may be missing: empty then. */
  optional(name: string): string;
  has(name: string): boolean;
  refuse(code: MessageCode): void;
  readonly codes: readonly MessageCode[];
}

export const createFieldReader = (fields: Fields): FieldReader => {
  const codes: MessageCode[] = [];
  const refuse = (code: MessageCode): void => {
    if (!codes.includes(code)) codes.push(code);
  };
  const checked = (name: string, text: string): string => {
    const rule = fieldRules[name];
    if (rule !== undefined && !rule.holds(text)) refuse(rule.code);
    return text;
  };
  return {
    required: (name) => checked(name, fields.get(name) ?? ''),
    optional(name) {
      const text = fields.get(name) ?? '';
      return text === '' ? '' : checked(name, text);
    },
    has: (name) => (fields.get(name) ?? '') !== '',
    refuse,
    codes,
  };
};
