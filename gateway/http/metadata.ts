/**
 * Metadata of every object that has it: at most 20 keys of 40 characters, values of 500, always
 * text (payjp-api section 1.2).
 *
 * An update merges and an empty value removes its key: our choice, the reference leaves it open.
 */
import { type Result, refuse, succeed } from '../errors.ts';

export const metadataKeysMax = 20;

/** The object's metadata after `given`, as the JSON text that is stored. */
export const mergeMetadata = (before: string, given: Readonly<Record<string, string>> | undefined): Result<string> => {
  if (given === undefined) return succeed(before);
  const merged = { ...(JSON.parse(before) as Record<string, string>), ...given };
  for (const [key, value] of Object.entries(merged)) if (value === '') delete merged[key];
  if (Object.keys(merged).length > metadataKeysMax)
    return refuse({ kind: 'request', code: 'too_many_metadata_keys', param: 'metadata' });
  return succeed(JSON.stringify(merged));
};

/** Metadata of a new object. The form has counted its keys. */
export const newMetadata = (given: Readonly<Record<string, string>> | undefined): string => {
  if (given === undefined) return '{}';
  return JSON.stringify(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')));
};
