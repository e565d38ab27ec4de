/** The scenarios that come with the project, and what an argument of the command line stands for. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

const room = path.join(import.meta.dirname, '..', 'catalogue');

/** Ids of the catalogue, sorted; a scenario's file is called after its id. */
export const catalogueIds = (): readonly string[] =>
  readdirSync(room)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort();

const isFile = (argument: string): boolean =>
  argument.includes('/') || argument.includes(path.sep) || /\.ya?ml$/.test(argument);

/** The file of an id or of a path; null when it is an id that the catalogue does not have. */
export const scenarioFileOf = (argument: string): string | null => {
  if (isFile(argument)) return argument;
  const file = path.join(room, `${argument}.yaml`);
  return existsSync(file) ? path.relative('', file) : null;
};
