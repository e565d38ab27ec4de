/**
 * A reply as data, and the little that faults must know of how each dialect writes one.
 *
 * Fields are set in place and everything else keeps its bytes, so a changed reply differs in what
 * was changed. Text is handled as one character a byte: a charset is not a fault's business unless
 * the fault is about charsets.
 */
import { errCodeOf } from '../gmo-pg/form.ts';
import { drawDigits } from '../handles.ts';
import { jstStamp, parseJstStamp } from '../jst.ts';
import type { Random } from '../ports.ts';
import { dataOf } from '../reply-data.ts';
import type { Asked, Subject } from './subject.ts';

export interface Reply {
  readonly status: number;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export const textOf = (reply: Reply): string => reply.body.toString('latin1');

export const withText = (reply: Reply, text: string): Reply => ({ ...reply, body: Buffer.from(text, 'latin1') });

/** `Buffer.from` takes either; its overloads do not say so together. */
const bytesOf = (data: Uint8Array | string): Buffer => Buffer.from(data as string);

export const readReply = async (response: Response): Promise<Reply> => {
  const headers: Record<string, string> = {};
  response.headers.forEach((value, name) => {
    headers[name.toLowerCase()] = value;
  });
  return { status: response.status, headers, body: bytesOf(await dataOf(response)) };
};

type Fields = Readonly<Record<string, string>>;

const jsonName = (name: string): string => (name === 'ACS' ? 'acs' : name.charAt(0).toLowerCase() + name.slice(1));

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
};

const isFlat = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value of a field; undefined when the reply does not have it. */
export const fieldOf = (subject: Subject, reply: Reply, name: string): string | undefined => {
  const text = textOf(reply);
  if (subject.form === 'json') {
    const read = parsedJson(text);
    const value = isFlat(read) ? read[jsonName(name)] : undefined;
    return typeof value === 'string' ? value : undefined;
  }
  const line = subject.form === 'lines' ? (text.split('\n', 1)[0] ?? '') : text;
  for (const pair of line.split('&')) {
    const at = pair.indexOf('=');
    if (pair.slice(0, at) === name) return pair.slice(at + 1);
  }
  return undefined;
};

/** Sets fields that are there and, when `add`, those that are not. */
export const setFields = (subject: Subject, reply: Reply, fields: Fields, add = false): Reply => {
  const text = textOf(reply);
  if (subject.form === 'json') {
    const read = parsedJson(reply.body.toString('utf8'));
    if (!isFlat(read)) return reply;
    const changed = { ...read };
    for (const [name, value] of Object.entries(fields))
      if (add || jsonName(name) in changed) changed[jsonName(name)] = value;
    return { ...reply, body: Buffer.from(JSON.stringify(changed)) };
  }
  const end = subject.form === 'lines' ? text.indexOf('\n') : text.length;
  const seen = new Set<string>();
  const pairs = text
    .slice(0, end < 0 ? text.length : end)
    .split('&')
    .map((pair) => {
      const name = pair.slice(0, Math.max(0, pair.indexOf('=')));
      seen.add(name);
      return Object.hasOwn(fields, name) ? `${name}=${fields[name]}` : pair;
    });
  const added = add ? Object.entries(fields).filter(([name]) => !seen.has(name)) : [];
  for (const [name, value] of added) pairs.push(`${name}=${value}`);
  return withText(reply, pairs.join('&') + (end < 0 ? '' : text.slice(end)));
};

/** A yes: 200, and no error in the dialect's words. */
export const isApproval = (subject: Subject, reply: Reply): boolean => {
  if (reply.status !== 200) return false;
  if (subject.dialect === 'escott') return fieldOf(subject, reply, 'ResponseCd') === 'OK';
  const text = textOf(reply);
  return subject.form === 'json' ? text.startsWith('{') : text.length > 0 && !text.startsWith('ErrCode=');
};

const typeOf = (subject: Subject): string => {
  if (subject.dialect === 'escott') return 'text/plain; charset=UTF-8';
  return subject.form === 'json' ? 'application/json;charset=UTF-8' : 'text/plain;charset=Windows-31J';
};

/** A reply of a fault's own making. */
export const written = (subject: Subject, text: string, status = 200): Reply => ({
  status,
  headers: { 'content-type': typeOf(subject) },
  body: Buffer.from(text, 'latin1'),
});

export const page = (status: number, title: string, text: string): Reply => ({
  status,
  headers: { 'content-type': 'text/html; charset=UTF-8' },
  body: Buffer.from(
    `<!DOCTYPE html>\n<html lang="ja"><head><meta charset="UTF-8"><title>${title}</title></head><body><h1>${title}</h1><p>${text}</p></body></html>\n`,
  ),
});

/** What e-SCOTT repeats of every request. */
const envelope = ({ fields }: Asked, transactionId: string): string => {
  const echo = (name: string): string => `${name}=${fields.get(name) ?? ''}`;
  const repeated = ['TransactionDate', 'OperateId', 'MerchantFree1', 'MerchantFree2', 'MerchantFree3'].map(echo);
  return [`TransactionId=${transactionId}`, ...repeated].join('&');
};

/** An error in the dialect's words. GMO-PG: an ErrInfo; e-SCOTT: a ResponseCd. */
export const errorReply = (subject: Subject, asked: Asked, code: string): Reply => {
  if (subject.form === 'lines') return written(subject, `ResponseCd=${code}&Count=0&Next=\n`);
  if (subject.dialect === 'escott') return written(subject, `${envelope(asked, '')}&ResponseCd=${code}`);
  const codes = code.split('|');
  return written(
    subject,
    subject.form === 'json'
      ? JSON.stringify(codes.map((errInfo) => ({ errCode: errCodeOf(errInfo), errInfo })))
      : `ErrCode=${codes.map(errCodeOf).join('|')}&ErrInfo=${code}`,
  );
};

/** The same trouble has another name in each dialect. */
export type Trouble = 'declined' | 'not-found' | 'failure' | 'rate' | 'maintenance' | 'brand' | 'out-of-order';

/** escott-protocol.md section 5; gmo-pg-protocol.md section 5. Maintenance answers are not known: ours. */
const codes: Readonly<Record<Trouble, readonly [escott: string, gmoPg: string]>> = {
  declined: ['G12', '42G120000'],
  'not-found': ['K12', 'E01110002'],
  failure: ['K99', 'E91099999'],
  rate: ['K98', 'E92000001'],
  maintenance: ['C80', 'E91029998'],
  brand: ['C03', '42C030000'],
  'out-of-order': ['K14', 'E11010002'],
};

export const codeOf = (subject: Subject, trouble: Trouble): string =>
  codes[trouble][subject.dialect === 'escott' ? 0 : 1];

/** A yes that nothing stands behind: the shape of the dialect's own answer to a follow-up. */
export const acceptedReply = (subject: Subject, asked: Asked, draws: Random, atMs: number): Reply => {
  const { fields } = asked;
  if (subject.dialect === 'escott') {
    const handle = `ProcessId=${fields.get('ProcessId') ?? ''}&ProcessPass=${fields.get('ProcessPass') ?? ''}`;
    const approve = `ApproveNo=${drawDigits(draws, 7)}`;
    return written(
      subject,
      `${envelope(asked, drawDigits(draws, 13))}&ResponseCd=OK&${handle}&CompanyCd=Y1&${approve}`,
    );
  }
  const pairs: [string, string][] = [
    ['AccessID', fields.get('AccessID') ?? ''],
    ['AccessPass', fields.get('AccessPass') ?? ''],
    ['Forward', '2a99662'],
    ['Approve', drawDigits(draws, 7)],
    ['TranID', `${jstStamp(atMs).slice(2, 12)}111111111111${drawDigits(draws, 6)}`],
    ['TranDate', jstStamp(atMs)],
  ];
  return written(
    subject,
    subject.form === 'json'
      ? JSON.stringify(Object.fromEntries(pairs.map(([name, value]) => [jsonName(name), value])))
      : pairs.map((pair) => pair.join('=')).join('&'),
  );
};

const stamps = /(?<![0-9A-Za-z])20\d{12}(?!\d)/g;
const dates = /(?<=Date"?[:=]"?)20\d{6}(?!\d)/g;

/** Every date and time of a reply, moved. Stamps inside ids are ids. */
export const shiftDates = (reply: Reply, byMs: number): Reply => {
  const moved = (stamp: string, length: number): string => {
    const atMs = parseJstStamp(stamp);
    return atMs === null ? stamp.slice(0, length) : jstStamp(atMs + byMs).slice(0, length);
  };
  const text = textOf(reply)
    .replaceAll(stamps, (stamp) => moved(stamp, 14))
    .replaceAll(dates, (date) => moved(`${date}000000`, 8));
  return withText(reply, text);
};

/** The request with other fields. JSON and forms only; what cannot be rewritten stays. */
export const askedWith = (subject: Subject, asked: Asked, changed: Fields): Asked => {
  const fields = new Map(asked.fields);
  for (const [name, value] of Object.entries(changed)) fields.set(name, value);
  const text =
    subject.form === 'json'
      ? JSON.stringify(Object.fromEntries([...fields].map(([name, value]) => [jsonName(name), value])))
      : [...fields].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  const type = subject.form === 'json' ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  const headers: Record<string, string> = { ...asked.headers, ...type };
  delete headers['content-length'];
  const body = typeof asked.body === 'string' ? text : Buffer.from(text);
  return { ...asked, headers, body, fields };
};
