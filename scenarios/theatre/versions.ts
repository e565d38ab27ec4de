/** What made a result: our version and those of the parts that shape it. */
import { readFileSync } from 'node:fs';
import { resultFormat } from '../judge/result.ts';

const manifest = (path: string): { version: string } =>
  JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { version: string };

export const versions = (): Readonly<Record<string, string>> => ({
  breakwater: manifest('../../package.json').version,
  result: resultFormat,
  node: process.versions.node,
  sqlite: process.versions.sqlite ?? 'unknown',
  hono: manifest('../../node_modules/hono/package.json').version,
});
