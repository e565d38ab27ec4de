/** A name for the sources as they are now: what was played of other ones is no result of these. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { sourcesRoot } from './copy.ts';

/** What decides how a seed goes; reports, pages and the command line do not. */
const parts = [
  'gateway',
  'acquirer-sim',
  'scenarios/audit',
  'scenarios/cast',
  'scenarios/explore',
  'scenarios/judge',
  'scenarios/play',
  'scenarios/policies',
  'scenarios/stage',
  'scenarios/theatre',
  'test/planted-bugs',
] as const;

const kinds = new Set(['.ts', '.yaml', '.patch', '.js']);

export const nameOfSources = (): string => {
  const hash = createHash('sha256');
  for (const part of parts) {
    const files = readdirSync(path.join(sourcesRoot, part), { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => kinds.has(path.extname(name))).toSorted())
      hash
        .update(file)
        .update('\0')
        .update(readFileSync(path.join(sourcesRoot, part, file)));
  }
  return `sources ${hash.digest('hex').slice(0, 16)}`;
};
