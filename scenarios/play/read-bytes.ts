/** The bytes of a file somebody named, or the one fault that says why not. */
import { readFileSync } from 'node:fs';
import type { Fault } from './faults.ts';

const systemReasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EISDIR: 'is a directory',
  EACCES: 'may not be read',
  ENAMETOOLONG: 'is not a usable file name',
};

export const readBytes = (file: string): Uint8Array | Fault => {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    return { file, line: 1, column: 1, path: '', reason: systemReasons[code] ?? code };
  }
};
