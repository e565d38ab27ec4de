/**
 * Which world a request is for.
 *
 * At the gateway the key says it; at an acquirer the shop, site, merchant or AccessID does; pages and
 * tools say it with `Breakwater-World`, `?world=` or the cookie that a page set. A caller that names
 * nobody, or somebody unknown, speaks to the default world, which refuses it in its own words. Browsers on their
 * way through 3-D Secure say it by the address: `w12345678.localhost`.
 */

/** The key of an `Authorization: Basic` header. */
export const keyIn = (authorization: string | null): string | undefined => {
  if (authorization === null || !/^basic /i.test(authorization)) return undefined;
  const text = Buffer.from(authorization.slice(6), 'base64').toString('latin1');
  return text.split(':', 1)[0];
};

export const worldCookie = 'breakwater_world';

/** The world that a page or a tool names, by key, address, header, query or cookie. */
export const worldNamed = (request: Request, url: URL): string | undefined => {
  const key = keyIn(request.headers.get('authorization'));
  if (key !== undefined && key !== '') return key;
  const byAddress = /^(w\d{8})\.localhost$/.exec(url.hostname)?.[1];
  if (byAddress !== undefined) return byAddress;
  const named = request.headers.get('breakwater-world') ?? url.searchParams.get('world');
  if (named !== null) return named;
  const cookies = request.headers.get('cookie') ?? '';
  return new RegExp(`(?:^|;\\s*)${worldCookie}=([0-9A-Za-z_-]{1,64})`).exec(cookies)?.[1];
};

/** The names in an acquirer's request by which a world may be known. */
export interface WireNames {
  /** GMO-PG's shops and sites, e-SCOTT's merchants. */
  readonly accounts: readonly string[];
  readonly accessId: string | undefined;
}

const accountFields = new Set(['shopid', 'siteid', 'publickey', 'merchantid']);

const pairsOfForm = function* (text: string): Generator<readonly [string, string]> {
  for (const pair of text.split('&')) {
    const at = pair.indexOf('=');
    if (at > 0) yield [pair.slice(0, at), pair.slice(at + 1)];
  }
};

const pairsOfMultipart = function* (text: string): Generator<readonly [string, string]> {
  for (const [, name = '', value = ''] of text.matchAll(/name="([^"\r\n]*)"[\s\S]*?\r?\n\r?\n([^\r\n]*)/g))
    yield [name, value];
};

const pairsOfJson = function* (text: string): Generator<readonly [string, string]> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) if (typeof inner === 'string') yield [name, inner];
};

/** Reads the names and nothing else, in any of the forms of a body. `text` is its bytes, one a character. */
export const namesOnWire = (text: string, contentType: string, url: URL): WireNames => {
  const pairs = contentType.startsWith('multipart/')
    ? pairsOfMultipart(text)
    : contentType.includes('json')
      ? pairsOfJson(text)
      : pairsOfForm(text);
  const accounts: string[] = [];
  let accessId: string | undefined;
  for (const [name, value] of [...pairs, ...url.searchParams]) {
    const key = name.toLowerCase();
    if (accountFields.has(key)) accounts.push(value);
    // A browser on its way through GMO-PG's own 3-D Secure names its authentication alone.
    else if (key === 'accessid' || key === 'transid') accessId = value;
  }
  return { accounts, accessId };
};
