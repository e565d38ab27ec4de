/**
 * The browser's scripts, as they are served: each entry in `client/` with what it imports, joined
 * into one classic script. No build step: modules are put in the order of their imports, import
 * lines and the word `export` are left out, and the whole stands in a function of its own.
 *
 * The same files give the same bytes, so the hash of a script can be published and pinned.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const importLine = /^import \{[^}]*\} from '\.\/([a-z0-9-]+\.js)';\n/gm;

const read = (name: string): string => readFileSync(new URL(`./client/${name}`, import.meta.url), 'utf8');

/** Modules that `name` needs and then itself, each once. */
const gather = (name: string, seen: Map<string, string>): void => {
  if (seen.has(name)) return;
  const text = read(name);
  // Before its imports: a circle would end here, and the names in it would be missing when it runs.
  seen.set(name, '');
  for (const [, imported] of text.matchAll(importLine)) gather(imported!, seen);
  seen.delete(name);
  seen.set(name, text.replace(importLine, '').replace(/^export /gm, ''));
};

/** One script of an entry. */
export const joinScript = (entry: string): string => {
  const seen = new Map<string, string>();
  gather(entry, seen);
  return `(() => {\n'use strict';\n${[...seen.values()].join('\n')}})();\n`;
};

/** What Subresource Integrity compares: `sha384-…`. */
export const integrityOf = (text: string): string => `sha384-${createHash('sha384').update(text).digest('base64')}`;

export interface Script {
  readonly text: string;
  readonly integrity: string;
}

/** Where scripts are served, and the entry of each. */
export const entries = {
  '/v2/pay.js': 'pay-v2.js',
  '/v1/pay.js': 'pay-v1.js',
  '/checkout.js': 'checkout.js',
  '/browser/card-field.js': 'card-field.js',
  '/browser/checkout-dialog.js': 'checkout-dialog.js',
} as const;
export type ScriptPath = keyof typeof entries;

/** Made when first asked for, then kept. */
export const createScripts = (): ((path: ScriptPath) => Script) => {
  const kept = new Map<ScriptPath, Script>();
  return (path) => {
    const known = kept.get(path);
    if (known !== undefined) return known;
    const text = joinScript(entries[path]);
    const made = { text, integrity: integrityOf(text) };
    kept.set(path, made);
    return made;
  };
};
