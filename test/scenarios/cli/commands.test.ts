import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { newScenario } from '../../../scenarios/play/template.ts';
import { call, inFolder, leftIn, root, run } from './run.ts';

const good = newScenario('small-day');
const inRoot = { cwd: root };

describe('breakwater list', () => {
  it('groups scenarios below headings that scripts can leave out', async () => {
    const { out } = await call(['list'], root);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toBe('# July 2017, the three days of the announcement');
    expect(
      lines.every((line) => line === '' || line.startsWith('# ') || /^[a-z0-9-]+ +\d{4}-\d{2}-\d{2} {2}/.test(line)),
    ).toBe(true);
  });

  it('prints id, date, title and sources of each scenario on one line', async () => {
    const { status, out, err } = await run(['list'], inRoot);
    const lines = out.trimEnd().split('\n');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(lines.find((line) => line.startsWith('payjp-2017-07-12 '))).toMatch(
      /^payjp-2017-07-12 +2017-07-12 {2}A flood on another merchant .+ {2}\[seeds\/000_644d54d1e58de083\.txt:137,187,192\]$/,
    );
  });

  it('speaks Japanese when asked', async () => {
    const { out } = await call(['list', '--lang', 'ja'], root);
    expect(out).toContain('上流接続先の別加盟店への大量アクセス');
  });

  it('runs under the Node of the packages when the own one is old, and ends with its status', async () => {
    const listed = await run(['list'], { ...inRoot, oldNode: true });
    expect(listed).toMatchObject({ status: 0, err: '' });
    expect(listed.out).toContain('payjp-2017-07-14');
    expect(await run(['list', '--colour'], { ...inRoot, oldNode: true })).toMatchObject({ status: 2 });
  });

  it('says what to do when there is no newer Node', async () => {
    expect(await run(['list'], { ...inRoot, oldNode: true, env: { BREAKWATER_NODE: 'local' } })).toEqual({
      status: 3,
      out: '',
      err: 'breakwater: needs Node 26 or newer, this is 20.1.0; get it with: npm ci\n',
    });
  });
});

describe('breakwater check', () => {
  it('passes the catalogue by id and a file by path', async () => {
    await inFolder({ 'small-day.yaml': good }, async (cwd) => {
      const { status, out, err } = await call(['check', 'payjp-2017-07-13', 'small-day.yaml'], cwd);
      expect({ status, out }).toEqual({ status: 0, out: '' });
      expect(err).toContain('small-day.yaml: good (2 events, 3 expectations, 2 policies)\n');
    });
  });

  it('names every fault of every file by line and column, in one line each', async () => {
    const files = {
      'a.yaml': good.replace('quietMinutes: 30', 'quietMinute: 30'),
      'b.yaml': good.replace('tenant: another-merchant, ', ''),
    };
    await inFolder(files, async (cwd) => {
      const { status, err } = await run(['check', 'a.yaml', 'b.yaml'], { cwd });
      expect(status).toBe(2);
      expect(err.trimEnd().split('\n')).toEqual([
        expect.stringMatching(/^a\.yaml:\d+:1: quietMinutes: is missing$/),
        expect.stringMatching(/^a\.yaml:\d+:1: quietMinute: unknown key$/),
        expect.stringMatching(/^b\.yaml:\d+:5: timeline\[0\]\.what\.tenant: is missing$/),
      ]);
    });
  });

  it('names the place in a policy that the scenario brings along', async () => {
    const files = {
      'day.yaml': good.replace('policies: [as-it-was, protected]', 'policies: [as-it-was, protected, ./mine.yaml]'),
      'mine.yaml': 'extends: protected\nname: mine\nlimits: { on: true }\n',
    };
    await inFolder(files, async (cwd) => {
      expect(await call(['check', 'day.yaml'], cwd)).toEqual({
        status: 2,
        out: '',
        err: 'mine.yaml:3:11: limits.on: unknown key\n',
      });
    });
  });

  it('prints the schema of scenario files as one JSON document', async () => {
    const { status, out } = await call(['check', '--schema'], root);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' });
  });

  it('without anything to check is wrong usage', async () => {
    expect(await call(['check'], root)).toMatchObject({ status: 2, out: '' });
  });
});

describe('breakwater new', () => {
  it('writes a scenario that passes the check', async () => {
    await inFolder({}, async (cwd) => {
      expect(await call(['new', 'ferry-2026-05-05'], cwd)).toMatchObject({
        status: 0,
        out: 'ferry-2026-05-05.yaml\n',
      });
      expect(await call(['check', 'ferry-2026-05-05.yaml'], cwd)).toMatchObject({ status: 0 });
    });
  });

  it('never writes over a file', async () => {
    await inFolder({ 'mine.yaml': 'precious' }, async (cwd) => {
      expect(await call(['new', 'mine'], cwd)).toMatchObject({
        status: 2,
        err: 'breakwater: mine.yaml is already there\n',
      });
      expect(readFileSync(path.join(cwd, 'mine.yaml'), 'utf8')).toBe('precious');
    });
  });

  it.each(['../up', 'Upper', 'a b', ''])('refuses %j as an id and writes nothing', async (id) => {
    await inFolder({}, async (cwd) => {
      expect(await call(['new', id], cwd)).toMatchObject({ status: 2, out: '' });
      expect(leftIn(cwd)).toEqual([]);
    });
  });
});

describe('breakwater --help', () => {
  it('lists the commands on standard output and is no error', async () => {
    const { status, out, err } = await call(['--help'], root);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    for (const command of ['list', 'replay', 'check', 'new', 'start']) expect(out).toContain(`  ${command} `);
  });
});

/** Arguments (or a wrong file), and how its one line begins. */
const wrongUses: readonly (readonly [what: string, args: readonly string[], line: string])[] = [
  ['no command', [], 'breakwater: say a command'],
  ['a command that does not exist', ['repaly'], "breakwater: unknown command 'repaly'"],
  ['no scenario', ['replay'], "breakwater: missing required argument 'scenarios'"],
  [
    'an option that does not exist',
    ['replay', 'payjp-2017-07-12', '--polcy', 'x'],
    "breakwater: unknown option '--polcy'",
  ],
  [
    'an unknown id',
    ['replay', 'payjp-2017-07-15'],
    'breakwater: no scenario "payjp-2017-07-15"; the catalogue has acquirer-',
  ],
  ['a file that is not there', ['replay', 'none.yaml'], 'none.yaml:1:1: no such file'],
  [
    'an unknown policy',
    ['replay', 'payjp-2017-07-12', '--policy', 'brave'],
    'breakwater: no policy "brave"; known: as-it-was',
  ],
  ['one policy to compare', ['replay', 'payjp-2017-07-12', '--compare', 'protected'], "breakwater: option '--compare"],
  [
    'the same policy twice',
    ['replay', 'payjp-2017-07-12', '--compare', 'protected,protected'],
    'breakwater: --compare names protected twice',
  ],
  [
    'two ways to choose policies',
    ['replay', 'payjp-2017-07-12', '--policy', 'protected', '--compare', 'protected,as-it-was'],
    'breakwater: --policy and --compare',
  ],
  ['a seed that is none', ['replay', 'payjp-2017-07-12', '--seed', '-1'], "breakwater: option '--seed"],
  ['a seed too large', ['replay', 'payjp-2017-07-12', '--seed', '4294967296'], "breakwater: option '--seed"],
  ['a language nobody wrote', ['replay', 'payjp-2017-07-12', '--lang', 'fr'], "breakwater: option '--lang"],
  [
    'a tolerance for nothing',
    ['replay', 'payjp-2017-07-12', '--tolerance', 'x.yaml'],
    'breakwater: --tolerance needs --baseline',
  ],
  [
    'a baseline that is not there',
    ['replay', 'payjp-2017-07-12', '--baseline', 'x.json'],
    'breakwater: --baseline x.json: cannot be read',
  ],
  ['a folder that is a file', ['replay', 'payjp-2017-07-12', '--out', 'here.txt'], 'breakwater: --out here.txt: '],
  ['a file that is a folder', ['replay', 'payjp-2017-07-12', '--junit', '.'], 'breakwater: --junit .: is a folder'],
  [
    'the same scenario twice',
    ['replay', 'payjp-2017-07-12', 'payjp-2017-07-12'],
    'breakwater: two of the scenarios are called',
  ],
];

/** The bad files that a replay must refuse: what they are, and the place and reason in their one line. */
const badFiles: readonly (readonly [what: string, text: string, line: RegExp])[] = [
  ['is not YAML', 'id: [a\n', /^day\.yaml:2:1: not YAML: /],
  [
    'is of another format',
    good.replace('format: 1', 'format: 2'),
    /^day\.yaml:\d+:9: format: is 2; this breakwater reads format 1$/,
  ],
  ['has an unknown key', good.replace('quietMinutes:', 'dya: 1\nquietMinutes:'), /^day\.yaml:19:1: dya: unknown key$/],
  [
    'has an event outside the day',
    good.replace('at: "10:20:00"', 'at: "12:20:00"'),
    /^day\.yaml:\d+:9: timeline\[0\]\.at: 12:20:00 is outside the day \(10:00-11:00\)$/,
  ],
  [
    'has a merchant that is not in the cast',
    good.replace(
      'kind: flood, acquirer: escott, tenant: another-merchant, ratePerSecond: 160, until: "10:39:30"',
      'kind: traffic, member: ghost, action: start',
    ),
    /^day\.yaml:\d+:36: timeline\[0\]\.what\.member: "ghost" is not in the cast /,
  ],
  [
    'has an expectation without minimum traffic',
    good.replace('    minimum: { operations: 3000, charges: 1000 }\n', ''),
    /^day\.yaml:\d+:5: expect\[2\]\.minimum: is missing$/,
  ],
];

describe('breakwater replay, asked for what cannot be played,', () => {
  it.each(wrongUses)('says in one line: %s; and writes nothing', async (_, args, line) => {
    await inFolder({ 'here.txt': '' }, async (cwd) => {
      const ended = await call(args, cwd);
      expect({ status: ended.status, out: ended.out }).toEqual({ status: 2, out: '' });
      expect(ended.err).toMatch(/^[^\n]+\n$/);
      expect(ended.err.slice(0, line.length)).toBe(line);
      expect(leftIn(cwd)).toEqual(['here.txt']);
    });
  });

  it.each(badFiles)('names line, column and reason of a file that %s; and writes nothing', async (_, text, line) => {
    await inFolder({ 'day.yaml': text }, async (cwd) => {
      const ended = await call(['replay', 'day.yaml', '--out', 'results', '--json', '--junit', 'j.xml'], cwd);
      expect({ status: ended.status, out: ended.out }).toEqual({ status: 2, out: '' });
      expect(ended.err).toMatch(/^[^\n]+\n$/);
      expect(ended.err.trimEnd()).toMatch(line);
      expect(leftIn(cwd)).toEqual(['day.yaml']);
    });
  });
});
