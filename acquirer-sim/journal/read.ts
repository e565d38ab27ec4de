/** What a request to either dialect is about, read from outside: the journal asks no dialect. */
import { parseMultipart } from '../gmo-pg/multipart.ts';

const decoder = new TextDecoder('utf-8');

const readJsonFields = (text: string): [string, string][] => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).map(([name, field]) => [
      name,
      typeof field === 'string' ? field : JSON.stringify(field),
    ]);
  } catch {
    return [];
  }
};

/** The fields of a body in any of its three forms, and of the query string. Empty when it is none of them. */
export const readFields = (
  body: Uint8Array | string,
  contentType: string,
  url: string,
): ReadonlyMap<string, string> => {
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
  const fields = new Map<string, string>(new URLSearchParams(query));
  if (contentType.startsWith('multipart/')) {
    const message = parseMultipart(Buffer.from(body as Uint8Array), contentType);
    if (message !== null) for (const [name, value] of message.fields) fields.set(name, value);
    return fields;
  }
  const text = typeof body === 'string' ? body : decoder.decode(body);
  const pairs = contentType.startsWith('application/json') ? readJsonFields(text) : new URLSearchParams(text);
  for (const [name, value] of pairs) fields.set(name, value);
  return fields;
};

const first = (fields: ReadonlyMap<string, string>, names: readonly string[]): string | undefined => {
  for (const name of names) {
    const value = fields.get(name);
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
};

/** The id on the wire that says whose request it is. */
export const accountOf = (fields: ReadonlyMap<string, string>): string | undefined =>
  first(fields, ['MerchantId', 'ShopID', 'shopID', 'SiteID', 'siteID', 'publicKey']);

export const operationOf = (fields: ReadonlyMap<string, string>, path: string): string =>
  fields.get('OperateId') ?? (path.split('/').at(-1) ?? '').replace(/\.\w+$/, '');

export const referenceOf = (fields: ReadonlyMap<string, string>): string | undefined =>
  first(fields, ['MerchantFree1', 'OrderID', 'orderID', 'MemberID', 'memberID', 'KaiinId']);
