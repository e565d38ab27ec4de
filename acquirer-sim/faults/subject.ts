/**
 * What a request is, as selectors and draws see it. Read from the wire once more, and only while a
 * rule is set: the dialects' own way through a request stays as it is.
 */
import { parseForm as parseEscott } from '../escott/form.ts';
import { parseForm as parseGmoPg } from '../gmo-pg/form.ts';
import { parseJson } from '../gmo-pg/json.ts';
import { parseMultipart } from '../gmo-pg/multipart.ts';
import { type Brand, brandOf } from '../issuers/cards.ts';
import { fingerprintOf, type KnownCard } from '../ledger/ledger.ts';

/** One vocabulary for both dialects. `entry`: GMO-PG's EntryTran; `member`: whatever stores cards. */
export const operations = [
  'check',
  'entry',
  'authorise',
  'gather',
  'capture',
  'change',
  'void',
  'search',
  'listing',
  'settlement',
  'member',
  'token',
  'other',
] as const;
export type Operation = (typeof operations)[number];

/** `pairs`: `key=value&…`. `json`: GMO-PG's. `lines`: e-SCOTT's listing and files. */
export type Form = 'pairs' | 'json' | 'lines' | 'other';

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As it came: text within one process, bytes over a socket. */
  readonly body: string | Uint8Array;
  readonly fields: ReadonlyMap<string, string>;
}

export interface Subject {
  readonly dialect: 'escott' | 'gmo-pg';
  readonly form: Form;
  /** Our id of the tenant; empty when its credentials name nobody. */
  readonly tenant: string;
  readonly operation: Operation;
  /** The dialect's own name: `1Auth`, `ExecTran`. */
  readonly api: string;
  /** MerchantFree1 of the transaction, or OrderID. */
  readonly reference: string;
  /** SHA-256 of the number; null when the request neither carries nor names a card. */
  readonly card: string | null;
  readonly brand: Brand | null;
  /** The first eight digits, of requests that carry the number. */
  readonly bin: string | null;
  readonly amountYen: number | null;
  /** When the transaction it is about last changed, wall milliseconds. */
  readonly changedAtMs: number | null;
}

/** A transaction that a request names by its handle or reference. */
export interface Acquaintance {
  readonly tenant: string;
  readonly reference: string;
  readonly card: KnownCard | null;
  readonly amountYen: number;
  readonly changedAtMs: number;
  /** What GMO-PG's order was entered as; it says what ExecTran is. */
  readonly job?: string;
}

/** Asks a dialect's books what a request's fields point at. */
export type Look = (fields: ReadonlyMap<string, string>) => Acquaintance | undefined;

const escottOperations: Readonly<Record<string, Operation>> = {
  '1Check': 'check',
  '1Auth': 'authorise',
  '1ReAuth': 'authorise',
  '1Gathering': 'gather',
  '1Capture': 'capture',
  '1Change': 'change',
  '1Delete': 'void',
  '1Search': 'search',
  '9List': 'listing',
  '9Settle': 'settlement',
};

const jobOperations: Readonly<Record<string, Operation>> = {
  CHECK: 'check',
  AUTH: 'authorise',
  SAUTH: 'authorise',
  CAPTURE: 'gather',
  SALES: 'capture',
  VOID: 'void',
  RETURN: 'void',
  RETURNX: 'void',
};

const gmoPgOperation = (api: string, jobCd: string): Operation => {
  if (api === 'EntryTran') return 'entry';
  if (api === 'ExecTran') return jobOperations[jobCd] ?? 'authorise';
  if (api === 'AlterTran') return jobOperations[jobCd] ?? 'other';
  if (api === 'ChangeTran') return 'change';
  if (api.startsWith('SearchTrade')) return 'search';
  if (/Member|Card/.test(api)) return 'member';
  if (/[Tt]oken/.test(api)) return 'token';
  return 'other';
};

const yen = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;

const pathOf = (url: string): string => {
  const from = url.indexOf('/', url.indexOf('//') + 2);
  const query = url.indexOf('?', from);
  return from < 0 ? '/' : url.slice(from, query < 0 ? undefined : query);
};

/** Paths where an acquirer answers. The simulator's own calls are never touched by a fault. */
export const isAcquirers = (url: string): boolean => {
  const path = pathOf(url);
  return path !== '/contact' && !path.startsWith('/sim/');
};

const noFields: ReadonlyMap<string, string> = new Map();

/** A request's fields, whatever form they came in. */
export const readFields = (asked: Omit<Asked, 'fields'>): ReadonlyMap<string, string> => {
  const path = pathOf(asked.url);
  const text = () => (typeof asked.body === 'string' ? asked.body : Buffer.from(asked.body).toString('utf8'));
  if (path.startsWith('/online/')) return parseEscott(text(), asked.url);
  if (path.endsWith('.json')) return parseJson(text()) ?? noFields;
  if (!path.endsWith('.idPass')) return parseEscott(text(), asked.url);
  const type = asked.headers['content-type'] ?? '';
  const body = typeof asked.body === 'string' ? asked.body : Buffer.from(asked.body);
  if (typeof body !== 'string' && type.startsWith('multipart/')) return parseMultipart(body, type)?.fields ?? noFields;
  return parseGmoPg(body, type, () => asked.headers['user-agent'] ?? '').fields;
};

/** @param tenantOf From the wire's name of a merchant or shop to ours. */
export const subjectOf = (asked: Asked, tenantOf: (wireId: string) => string | undefined, look: Look): Subject => {
  const { fields } = asked;
  const path = pathOf(asked.url);
  const isEscott = path.startsWith('/online/');
  const known = look(fields);
  const wireId = fields.get(isEscott ? 'MerchantId' : 'ShopID') ?? '';
  const api = isEscott ? (fields.get('OperateId') ?? '') : path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');
  const operation = isEscott
    ? (escottOperations[api] ?? (api.startsWith('4') ? 'member' : 'other'))
    : gmoPgOperation(api, fields.get('JobCd') ?? known?.job ?? '');
  const number = fields.get('CardNo') ?? '';
  const carried = /^\d{10,19}$/.test(number);
  const card = known?.card ?? null;
  return {
    dialect: isEscott ? 'escott' : 'gmo-pg',
    form: operation === 'listing' || operation === 'settlement' ? 'lines' : path.endsWith('.json') ? 'json' : 'pairs',
    tenant: known?.tenant ?? tenantOf(wireId) ?? '',
    operation,
    api,
    reference: known?.reference ?? fields.get(isEscott ? 'MerchantFree1' : 'OrderID') ?? '',
    card: carried ? fingerprintOf(number) : (card?.fingerprint ?? null),
    brand: carried ? brandOf(number) : (card?.rule.brand ?? null),
    bin: carried ? number.slice(0, 8) : null,
    amountYen: yen(fields.get('Amount')) ?? known?.amountYen ?? null,
    changedAtMs: known?.changedAtMs ?? null,
  };
};
