import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './source.ts';

interface LockEntry {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * Optional packages that a lock's packages ask for and the lock does not hold.
 *
 * A registry without the packages of other platforms lets `npm install` write such a lock in
 * silence; `npm ci` then refuses it, and with it every fresh clone.
 */
const leftOut = (packages: Readonly<Record<string, LockEntry>>): string[] =>
  Object.entries(packages).flatMap(([at, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter(
      (name) => !(`node_modules/${name}` in packages) && !(`${at}/node_modules/${name}` in packages),
    ),
  );

describe('the lock', () => {
  it('holds every package that npm ci looks for, those of other platforms included', () => {
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    expect(leftOut(packages)).toEqual([]);
  });

  it('is found wanting when it lacks one', () => {
    const packages = {
      '': { optionalDependencies: { there: '1.0.0', away: '1.0.0' } },
      'node_modules/there': { optionalDependencies: { inside: '1.0.0' } },
      'node_modules/there/node_modules/inside': {},
    };
    expect(leftOut(packages)).toEqual(['away']);
  });
});
