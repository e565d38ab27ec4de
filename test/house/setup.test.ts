/** The set-up file, run for real in small projects of its own, without a network. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from './source.ts';

let project: string;
const at = (...names: readonly string[]): string => join(project, ...names);
const write = (name: string, value: unknown): void => writeFileSync(at(name), JSON.stringify(value));

/** The lock of a project whose only package is a folder beside it. */
const lock = (version: string): object => ({
  name: 'project',
  lockfileVersion: 3,
  requires: true,
  packages: {
    '': { name: 'project', dependencies: { part: 'file:part' } },
    part: { version },
    'node_modules/part': { resolved: 'part', link: true },
  },
});

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'breakwater-setup-'));
  for (const folder of ['scenarios', 'part', 'bin']) mkdirSync(at(folder));
  for (const file of ['scenarios/setup.mjs', 'scenarios/tool-versions.json']) cpSync(join(root, file), at(file));
  write('package.json', { name: 'project', dependencies: { part: 'file:part' } });
  write('part/package.json', { name: 'part', version: '1.0.0' });
  write('package-lock.json', lock('1.0.0'));
});
afterEach(() => rmSync(project, { recursive: true }));

const setUp = (command = 'start', env: Record<string, string> = {}): { status: number | null; said: string[] } => {
  const outside = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const path = [at('bin'), process.env.PATH].join(delimiter);
  const { status, stderr, stdout } = spawnSync(process.execPath, ['scenarios/setup.mjs', ...command.split(' ')], {
    cwd: project,
    encoding: 'utf8',
    env: { ...Object.fromEntries(outside), PATH: path, CI: '', ...env },
  });
  expect(stdout).toBe('');
  return { status, said: stderr.split('\n').filter((line) => line !== '') };
};

/** Puts a program of that name before the machine's. It writes its arguments down first. */
const stub = (name: string, script: string): void => {
  writeFileSync(at('bin', name), `#!/bin/sh\necho "${name} $*" >> ${at('calls')}\n${script}\n`);
  chmodSync(at('bin', name), 0o755);
};
const calls = (): string[] => (existsSync(at('calls')) ? readFileSync(at('calls'), 'utf8').trim().split('\n') : []);

describe('the set-up file', () => {
  it('installs the locked packages on a fresh clone, and says so in two lines', () => {
    const { status, said } = setUp();
    expect([status, ...said]).toEqual([
      0,
      'breakwater: installing the locked packages',
      expect.stringMatching(/^breakwater: packages installed in \d+ s$/),
    ]);
    expect(existsSync(at('node_modules/part/package.json'))).toBe(true);
  });

  it('does nothing and says nothing when they are installed', () => {
    setUp();
    stub('npm', 'exit 1');
    expect(setUp()).toEqual({ status: 0, said: [] });
    expect(calls()).toEqual([]);
  });

  it('leaves packages alone that a person installed by hand from the same lock', () => {
    spawnSync('npm', ['ci'], { cwd: project });
    stub('npm', 'exit 1');
    expect(setUp()).toEqual({ status: 0, said: [] });
  });

  it('installs anew when the lock has changed', () => {
    setUp();
    write('part/package.json', { name: 'part', version: '1.1.0' });
    write('package-lock.json', lock('1.1.0'));
    const { status, said } = setUp();
    expect([status, said[0]]).toEqual([0, 'breakwater: the lock has changed: installing the packages anew']);
    expect(setUp()).toEqual({ status: 0, said: [] });
  });

  it('asks for development and optional packages, whatever the environment says', () => {
    stub('npm', 'mkdir -p node_modules');
    setUp('start', { NODE_ENV: 'production' });
    expect(calls()).toEqual([expect.stringMatching(/^npm ci --include=dev --include=optional /)]);
  });

  it('names what is missing, why, and the one command that gets it, when npm fails', () => {
    stub(
      'npm',
      'echo "npm error code ENOTFOUND" >&2; echo "npm error network no way to registry.npmjs.org" >&2; exit 1',
    );
    expect(setUp()).toEqual({
      status: 3,
      said: [
        'breakwater: installing the locked packages',
        'breakwater: the packages are not installed (network no way to registry.npmjs.org); get it with: npm ci --include=dev --include=optional',
      ],
    });
  });

  it('tries again after a set-up that failed', () => {
    stub('npm', 'exit 1');
    expect(setUp().status).toBe(3);
    rmSync(at('bin/npm'));
    expect(setUp().status).toBe(0);
  });

  it.each(['', 'stop', 'toString', 'start now'])('answers usage for the arguments "%s"', (command) => {
    expect(setUp(command)).toEqual({
      status: 2,
      said: ['breakwater: usage: node scenarios/setup.mjs start|test|live|tools'],
    });
  });

  const tools = [
    {
      tool: 'Chromium',
      path: '/usr/bin/chromium',
      packages: ['chromium', 'fonts-noto-cjk'],
    },
    {
      tool: 'PostgreSQL 15',
      path: '/usr/lib/postgresql/15/bin/postgres',
      packages: ['postgresql-15'],
    },
  ];
  describe.each(tools)('where $tool is missing', ({ tool, path: missingPath, packages }) => {
    const missing = expect.stringMatching(
      new RegExp(
        `^breakwater: missing: ${tool} at .* \\(.+\\); get it with: sudo apt-get install ${packages.join(' ')}$`,
      ),
    );
    beforeEach(() => {
      setUp();
      const file = at('scenarios/setup.mjs');
      // Everything else is there, whatever this machine has.
      const text = tools.reduce(
        (before, { path }) =>
          before.replaceAll(`existsSync('${path}')`, `existsSync('${path === missingPath ? at('tool') : '/'}')`),
        readFileSync(file, 'utf8'),
      );
      writeFileSync(file, text);
      stub('apt-get', 'case "$*" in *--version) exit 0;; esac; echo "E: no such package" >&2; exit 100');
    });

    it('names it and goes on for a person', () => {
      const { status, said } = setUp('test');
      expect([status, said.at(-1)]).toEqual([0, missing]);
    });

    it('fails under continuous integration', () => {
      const { status, said } = setUp('test', { CI: 'true' });
      expect([status, said.at(-1)]).toEqual([3, missing]);
    });

    it('does not ask for it before npm start', () => {
      expect(setUp('start', { CI: 'true' })).toEqual({ status: 0, said: [] });
    });

    it.runIf(process.getuid?.() === 0)('installs it where it may, after one update', () => {
      stub('apt-get', `case "$*" in *install*) touch ${at('tool')};; esac`);
      expect(setUp('test', { CI: 'true' })).toEqual({
        status: 0,
        said: [`breakwater: installing ${packages.join(', ')}`, expect.stringMatching(/installed in/)],
      });
      expect(calls().map((call) => call.replace(/ -\S+( \S+=\S+)?/g, ''))).toEqual([
        'apt-get',
        'apt-get update',
        `apt-get install ${packages.join(' ')}`,
      ]);
    });
  });
});
