/**
 * The JSON variant (gmo-pg-protocol.md section 1): the same calls and fields, each name with a small
 * first letter, UTF-8; an error is an array of `{errCode, errInfo}`.
 */
import { errCodeOf } from './form.ts';

/** The one name whose small form is all small. */
const irregular: Readonly<Record<string, string>> = { acs: 'ACS' };

const toWire = (name: string): string => irregular[name] ?? name.charAt(0).toUpperCase() + name.slice(1);
const toJson = (name: string): string => (name === 'ACS' ? 'acs' : name.charAt(0).toLowerCase() + name.slice(1));

/** Null when the body is not one flat object of texts and numbers. Null and absent are the same. */
export const parseJson = (body: string): Map<string, string> | null => {
  let read: unknown;
  try {
    read = JSON.parse(body);
  } catch {
    return null;
  }
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return null;
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(read)) {
    if (value === null) continue;
    if (typeof value !== 'string' && typeof value !== 'number') return null;
    fields.set(toWire(name), String(value));
  }
  return fields;
};

export const formatJsonSuccess = (pairs: readonly (readonly [string, string])[]): string =>
  JSON.stringify(Object.fromEntries(pairs.map(([name, value]) => [toJson(name), value])));

export const formatJsonErrors = (errInfos: readonly string[]): string =>
  JSON.stringify(errInfos.map((errInfo) => ({ errCode: errCodeOf(errInfo), errInfo })));
