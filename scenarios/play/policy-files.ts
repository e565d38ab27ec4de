/** Where policies live, and what an entry of a scenario's `policies` stands for. */
import { readdirSync } from 'node:fs';
import path from 'node:path';

const room = path.join(import.meta.dirname, '..', 'policies');

/** A name rather than a file: no folder, no ending. */
export const isPolicyName = (entry: string): boolean =>
  !entry.includes('/') && !entry.includes(path.sep) && !/\.ya?ml$/.test(entry);

/** The file of a policy's name, or the named file itself, relative to the file that names it. */
export const policyFileOf = (entry: string, namedIn?: string): string => {
  if (isPolicyName(entry)) return path.relative('', path.join(room, `${entry}.yaml`));
  return namedIn === undefined || path.isAbsolute(entry) ? entry : path.join(path.dirname(namedIn), entry);
};

/** A policy's name: a file is called as it is named, so that `under` can tell without reading it. */
export const policyNameOf = (entry: string): string => path.basename(entry).replace(/\.ya?ml$/, '');

/** Names of the policies that come with the project, sorted. */
export const policyNames = (): readonly string[] =>
  readdirSync(room)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();

/** Says what is known, for a name that is not. */
export const unknownPolicy = (name: string): string =>
  `no policy ${JSON.stringify(name)}; known: ${policyNames().join(', ')}`;
