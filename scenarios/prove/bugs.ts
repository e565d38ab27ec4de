/** The planted bugs: patch files below `test/planted-bugs/`, each with a header that says what it is. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isLeaning, type LeaningName } from '../explore/draw/leanings.ts';
import type { Size } from '../explore/draw/shape.ts';
import { type FilePatch, PatchError, readPatch } from './patch.ts';

export interface Bug {
  readonly name: string;
  /** The room of the gateway that has it. */
  readonly room: string;
  /** What is wrong, in a sentence. */
  readonly wrong: string;
  /** Kinds of fault that have to come together for it to show; none: it shows by itself. */
  readonly needs: readonly string[];
  /** What the worlds lean towards in which it can show: what it needs, and what its header says beside (`worlds`). */
  readonly leanings: readonly LeaningName[];
  /** `full`: two minutes are too short for it to show. */
  readonly size: Size;
  /** Written from the reference before the code was read, or from the code. */
  readonly origin: 'reference' | 'code';
  /** Checks of which one at least should find it. */
  readonly expected: readonly string[];
  readonly patches: readonly FilePatch[];
}

/** The worlds that are played against it: its own, unless all are to be long, or those of the swarm. */
export const worldsOf = (bug: Bug, { size, swarm }: { readonly size: Size; readonly swarm?: boolean }) =>
  ({ size: size === 'full' ? size : bug.size, leanings: swarm === true ? [] : bug.leanings }) as const;

const headerLine = /^(name|room|wrong|needs|worlds|size|origin|expected): (.+)$/;
const fields = ['name', 'room', 'wrong', 'needs', 'origin', 'expected'] as const;

const folder = fileURLToPath(new URL('../../test/planted-bugs/', import.meta.url));

/** @throws PatchError naming what the header lacks */
export const readBug = (text: string, file: string): Bug => {
  const header = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value] = headerLine.exec(line) ?? [];
    if (name === undefined || value === undefined) break;
    header.set(name, value);
  }
  const of = (field: (typeof fields)[number]): string => {
    const value = header.get(field);
    if (value === undefined) throw new PatchError(`${file}: its header has no ${field}`);
    return value;
  };
  const origin = of('origin');
  if (origin !== 'reference' && origin !== 'code') throw new PatchError(`${file}: its origin is reference or code`);
  const listed = (text: string): readonly string[] => (text === 'none' ? [] : text.split(' + '));
  const needs = listed(of('needs'));
  const leanings = [...needs, ...listed(header.get('worlds') ?? 'none')].map((name) => {
    if (!isLeaning(name)) throw new PatchError(`${file}: no world leans towards ${JSON.stringify(name)}`);
    return name;
  });
  const size = header.get('size') ?? 'small';
  if (size !== 'small' && size !== 'full') throw new PatchError(`${file}: its size is small or full`);
  return {
    name: of('name'),
    room: of('room'),
    wrong: of('wrong'),
    needs,
    leanings,
    size,
    origin,
    expected: of('expected').split(' '),
    patches: readPatch(text),
  };
};

/** All of them by name. @throws PatchError */
export const readBugs = (from = folder): readonly Bug[] =>
  readdirSync(from)
    .filter((file) => file.endsWith('.patch'))
    .toSorted()
    .map((file) => readBug(readFileSync(path.join(from, file), 'utf8'), file));
