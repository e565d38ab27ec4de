/**
 * GMO-PG's idPass bodies, both ways (gmo-pg-protocol.md section 1).
 *
 * Some clients percent-encode, some send the bytes as they are. So: split on `&`, then on the first
 * `=`; decode only what decodes; refuse no stray character.
 */

/** Longest body that is looked at. */
export const BODY_LENGTH_MAX = 65_536;

/** This client never encodes, so its `+` is a plus (section 1). */
const sendsPlainPlus = (userAgent: string): boolean => userAgent.startsWith('GMO PG Client: Unofficial');

const decode = (text: string, plainPlus: boolean): string => {
  const spaced = plainPlus ? text : text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
};

/** A field that comes twice has its last value. */
export const parseIdPass = (body: string, userAgent = ''): Map<string, string> => {
  const fields = new Map<string, string>();
  const plainPlus = sendsPlainPlus(userAgent);
  for (const pair of body.split('&')) {
    const at = pair.indexOf('=');
    if (at > 0) fields.set(decode(pair.slice(0, at), plainPlus), decode(pair.slice(at + 1), plainPlus));
  }
  return fields;
};

/** Values go out raw. `ErrCode` never appears in a success: clients test for its presence. */
export const formatSuccess = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([key, value]) => `${key}=${value}`).join('&');

/** ErrInfo says it all: its ErrCode is its first three characters, or `Gnn`/`Cnn` inside `42Gnn0000`. */
const errCodeOf = (errInfo: string): string => (errInfo.startsWith('42') ? errInfo.slice(2, 5) : errInfo.slice(0, 3));

/** `ErrCode=E01|E01&ErrInfo=...|...`, n-th with n-th; it must begin with `ErrCode`. */
export const formatErrors = (errInfos: readonly string[]): string =>
  `ErrCode=${errInfos.map(errCodeOf).join('|')}&ErrInfo=${errInfos.join('|')}`;
