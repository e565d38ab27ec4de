/** `key=value&key=value`, the shape both dialects share. Values are raw on the way back. */
import type { CardToCharge } from './outcome.ts';

export type Fields = ReadonlyMap<string, string>;

/** A value is whatever follows the first `=`; pairs without one are dropped. */
export const parseFields = (text: string): Fields => {
  const fields = new Map<string, string>();
  for (const pair of text.split('&')) {
    const at = pair.indexOf('=');
    if (at > 0) fields.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return fields;
};

export const formatFields = (fields: Readonly<Record<string, string>>): string => {
  let text = '';
  for (const name in fields) text += `${text === '' ? '' : '&'}${name}=${encodeURIComponent(fields[name]!)}`;
  return text;
};

/** Expiry as both acquirers want it: YYMM. */
export const expiryYymm = ({ expYear, expMonth }: CardToCharge): string =>
  `${String(expYear % 100).padStart(2, '0')}${String(expMonth).padStart(2, '0')}`;
