/**
 * Unified diffs, applied exactly or not at all.
 *
 * Lines may have moved since the patch was made, but what it names must be there word for word and in one place
 * nearest to where it was: a planted bug that lands somewhere else proves nothing.
 */

/** The old and the new lines of one place in a file. */
interface Hunk {
  /** Line of the old file, from 1. */
  readonly at: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface FilePatch {
  /** Relative to the root of the sources. */
  readonly file: string;
  readonly hunks: readonly Hunk[];
}

/** A patch that does not fit the text it is for. */
export class PatchError extends Error {
  override readonly name = 'PatchError';
}

const hunkHead = /^@@ -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@/;

/** @throws PatchError where it is no unified diff */
export const readPatch = (text: string): readonly FilePatch[] => {
  const files: { file: string; hunks: { at: number; before: string[]; after: string[] }[] }[] = [];
  for (const line of text.split('\n')) {
    const hunk = files.at(-1)?.hunks.at(-1);
    if (line.startsWith('--- ')) continue;
    if (line.startsWith('+++ b/')) {
      files.push({ file: line.slice('+++ b/'.length), hunks: [] });
      continue;
    }
    const head = hunkHead.exec(line);
    if (head !== null) {
      const file = files.at(-1);
      if (file === undefined) throw new PatchError('a hunk before any file');
      file.hunks.push({ at: Number(head[1]), before: [], after: [] });
      continue;
    }
    if (hunk === undefined) continue;
    const rest = line.slice(1);
    if (line.startsWith(' ') || line.startsWith('-')) hunk.before.push(rest);
    if (line.startsWith(' ') || line.startsWith('+')) hunk.after.push(rest);
  }
  if (files.length === 0) throw new PatchError('names no file');
  return files;
};

const standsAt = (lines: readonly string[], wanted: readonly string[], at: number): boolean =>
  at >= 0 && at + wanted.length <= lines.length && wanted.every((line, index) => lines[at + index] === line);

/** Where the old lines stand, nearest to where they were. */
const placeOf = (lines: readonly string[], { at, before }: Hunk): number | null => {
  for (let away = 0; away <= lines.length; away += 1)
    for (const place of away === 0 ? [at - 1] : [at - 1 - away, at - 1 + away])
      if (standsAt(lines, before, place)) return place;
  return null;
};

/** The text with the patch in it. @throws PatchError when an old line is not there, or nothing would change */
export const applyTo = (text: string, { file, hunks }: FilePatch): string => {
  let lines = text.split('\n');
  let moved = 0;
  for (const hunk of hunks) {
    const place = placeOf(lines, { ...hunk, at: hunk.at + moved });
    if (place === null) throw new PatchError(`${file}: what line ${hunk.at} named is not there any more`);
    lines = [...lines.slice(0, place), ...hunk.after, ...lines.slice(place + hunk.before.length)];
    moved += hunk.after.length - hunk.before.length;
  }
  const changed = lines.join('\n');
  if (changed === text) throw new PatchError(`${file}: the patch changes nothing`);
  return changed;
};
