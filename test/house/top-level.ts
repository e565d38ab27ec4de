/** The fixed top level: five rooms and the small files that tools demand. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './source.ts';

const rooms = new Set(['gateway', 'acquirer-sim', 'scenarios', 'load', 'test', '.ci']);

/** Joining this list takes a tool that insists on the place; a source file never does. */
const files = new Set([
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'biome.json',
  '.oxlintrc.json',
  'vitest.config.ts',
  'docker-compose.yml',
  '.dockerignore',
  '.gitignore',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
]);

/** What stands at the top level and may not. Folders end in a slash. */
export const strangers = (entries: readonly string[]): string[] =>
  entries.filter((entry) => (entry.endsWith('/') ? !rooms.has(entry.slice(0, -1)) : !files.has(entry)));

/** Made by running, never committed; only met where there is no git to ask. */
const made = new Set(['node_modules/', 'out/', '.state/', 'coverage/', '.git/']);

/** The top level as committed, so that a person's editor folder is nobody's business. */
export const topLevel = (): string[] => {
  if (!existsSync(join(root, '.git'))) {
    const entries = readdirSync(root, { withFileTypes: true }).map(
      (entry) => `${entry.name}${entry.isDirectory() ? '/' : ''}`,
    );
    return entries.filter((entry) => !made.has(entry) && !entry.endsWith('.log'));
  }
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  const names = tracked.split('\0').filter((path) => path !== '');
  return [...new Set(names.map((path) => path.replace(/\/.*/, '/')))];
};
