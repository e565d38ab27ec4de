/**
 * Copies of the sources with a bug in them. A copy is a folder of its own with the packages linked in, so that what
 * runs there is the whole house and knows nothing of its illness.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bug } from './bugs.ts';
import { applyTo } from './patch.ts';

export const sourcesRoot = fileURLToPath(new URL('../../', import.meta.url));

/** What a run of the explorer reads. */
const parts = ['gateway', 'acquirer-sim', 'scenarios', 'package.json', 'tsconfig.json'] as const;

export interface SourcesCopy {
  readonly root: string;
  /**
   * This bug and no other from now on; null: none. One folder for many bugs, so that what was compiled of the other
   * files is not compiled again. @throws PatchError, and then there is no bug in it
   */
  plant(bug: Bug | null): void;
  remove(): void;
}

/** A patch writes into the copy only. @throws PatchError, and then there is no copy */
export const copySources = (bug: Bug | null): SourcesCopy => {
  const root = mkdtempSync(path.join(tmpdir(), 'breakwater-prove-'));
  /** Files that have a bug now, as they were. */
  const healthy = new Map<string, string>();
  const remove = (): void => rmSync(root, { recursive: true, force: true });
  const heal = (): void => {
    for (const [file, text] of healthy) writeFileSync(file, text);
    healthy.clear();
  };
  const plant = (next: Bug | null): void => {
    heal();
    try {
      for (const patch of next?.patches ?? []) {
        const file = path.join(root, patch.file);
        const text = readFileSync(file, 'utf8');
        writeFileSync(file, applyTo(text, patch));
        healthy.set(file, healthy.get(file) ?? text);
      }
    } catch (error) {
      heal();
      throw error;
    }
  };
  try {
    for (const part of parts) cpSync(path.join(sourcesRoot, part), path.join(root, part), { recursive: true });
    symlinkSync(path.join(sourcesRoot, 'node_modules'), path.join(root, 'node_modules'));
    plant(bug);
  } catch (error) {
    remove();
    throw error;
  }
  return { root, plant, remove };
};
