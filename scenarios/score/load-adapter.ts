/** An adapter out of a file of somebody else's, checked before anything starts. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from '../cli/exit-status.ts';
import type { Adapter } from './adapter.ts';

const calls = ['create', 'capture', 'refund', 'read'] as const;
const others = ['name', 'statusUrl', 'webhook'] as const;
const known: readonly string[] = [...calls, ...others];

const oneLine = (error: unknown): string => String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';

/** @throws UsageError naming what is wrong with it */
export const loadAdapter = async (file: string): Promise<Adapter> => {
  if (!existsSync(file)) throw new UsageError(`breakwater: --adapter: there is no file ${file}`);
  let found: Record<string, unknown>;
  try {
    found = { ...((await import(pathToFileURL(path.resolve(file)).href)) as Record<string, unknown>) };
  } catch (error) {
    throw new UsageError(`breakwater: --adapter: ${file} cannot be loaded: ${oneLine(error)}`);
  }
  if (typeof found.default === 'object' && found.default !== null) found = { ...found.default };
  const stranger = Object.keys(found).find((name) => !known.includes(name));
  if (stranger !== undefined)
    throw new UsageError(`breakwater: --adapter: ${file} exports ${stranger}; an adapter exports ${known.join(', ')}`);
  const missing = calls.find((name) => typeof found[name] !== 'function');
  if (missing !== undefined) throw new UsageError(`breakwater: --adapter: ${file} exports no function ${missing}`);
  const { statusUrl = null, webhook = null, name = path.basename(file) } = found;
  if (statusUrl !== null && (typeof statusUrl !== 'string' || !URL.canParse(statusUrl)))
    throw new UsageError(`breakwater: --adapter: statusUrl of ${file} is no address`);
  if (webhook !== null && typeof webhook !== 'function')
    throw new UsageError(`breakwater: --adapter: webhook of ${file} is no function`);
  const { create, capture, refund, read } = found as unknown as Adapter;
  return { name: String(name), create, capture, refund, read, statusUrl, webhook: webhook as Adapter['webhook'] };
};
