import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAcquirer } from '../../../acquirer-sim/app.ts';
import { readConfigFile } from '../../../acquirer-sim/config-file.ts';
import { createLiveRandom } from '../../../acquirer-sim/random.ts';
import { createManualClock } from '../manual-clock.ts';

const root = new URL('../../../', import.meta.url).pathname;
const examples = join(root, 'acquirer-sim/examples');

const faultsOf = (text: string | Uint8Array): readonly string[] => {
  const reading = readConfigFile('c.yaml', typeof text === 'string' ? Buffer.from(text) : text);
  return 'faults' in reading ? reading.faults : [];
};

const good = 'id: a\ndialect: escott\ncapacity: { workers: 1, queueMax: 1 }\n';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

describe('a configuration file', () => {
  it.each(readdirSync(examples))('may look like examples/%s, and an acquirer starts from it', async (name) => {
    const reading = readConfigFile(name, readFileSync(join(examples, name)));
    if ('faults' in reading) throw new Error(reading.faults.join('\n'));
    const acquirer = createAcquirer({
      clock: createManualClock(),
      random: createLiveRandom(1),
      fetch: () => Promise.reject(new Error('nobody is told')),
      log: quiet,
      config: reading.config,
    });
    await acquirer.start();
    const { active } = (await (await acquirer.app.request('/sim/v1/active')).json()) as { active: { id: string }[] };
    expect(active.map(({ id }) => id)).toEqual(['night', 'coming-back', 'few-sessions', 'now-and-then']);
    await acquirer.stop();
  });

  it('may be JSON, and may name its schema', () => {
    const text = '{"$schema":"./config.schema.json","id":"a","dialect":"gmo-pg","capacity":{"workers":1,"queueMax":1}}';
    expect(faultsOf(text)).toEqual([]);
  });

  it('has every fault named at once, in its order, with line and column', () => {
    const text = `id: not good
dialect: escott
capacity:
  workers: -1
  queueMax: 5
  worker: 3
injections:
  - { id: x, kind: nothing }
  - { id: y, kind: cap, tenant: z }
faults:
  - { kind: latency, parameters: { foo: 1 } }
`;
    const places = faultsOf(text).map((fault) => fault.split(': ').slice(0, 2).join(' '));
    expect(places).toEqual([
      'c.yaml:1:5 id',
      'c.yaml:4:12 capacity.workers',
      'c.yaml:6:3 capacity.worker',
      'c.yaml:8:20 injections.0.kind',
      'c.yaml:9:5 injections.1.ratePerSecond',
      'c.yaml:9:33 injections.1.tenant',
      'c.yaml:11:22 faults.0.parameters.delayMs',
      'c.yaml:11:36 faults.0.parameters.foo',
    ]);
  });

  it.each([
    [
      'a missing setting at the mapping that lacks it',
      `${good}tenants:\n  - { id: x, merchantId: M }\n`,
      '5:5: tenants.0.merchantPass: is missing',
    ],
    ['an unknown key at the key', `${good}wrokers: 2\n`, '4:1: wrokers: is not a setting'],
    ['a value at the value', 'id: a\ndialect: fax\ncapacity: {}\n', '2:10: dialect'],
    [
      'a name that is used twice',
      `${good}background:\n  - { id: x, ratePerSecond: 1 }\n  - { id: x, ratePerSecond: 1 }\n`,
      '6:11: background.1.id',
    ],
    ['what is no YAML', `${good}tenants: [\n`, ': not YAML'],
    ['an alias without its anchor', `${good}tenants: *nobody\n`, 'not YAML'],
    ['an empty file', '', '1:1: '],
    ['a list', '- a\n', '1:1: '],
  ])('says of %s where it is', (_, text, said) => {
    expect(faultsOf(text).join('\n')).toContain(said);
  });

  it('has faults of shape and of names side by side', () => {
    const text = `${good}workers: 2
background: [{ id: x, ratePerSecond: 1 }, { id: x, ratePerSecond: 1 }]
injections: [{ id: m, kind: maintenance, tenant: nobody }]
`;
    expect(faultsOf(text)).toEqual([
      'c.yaml:4:1: workers: is not a setting',
      'c.yaml:5:49: background.1.id: is used twice',
      'c.yaml:6:50: injections.0.tenant: is neither a tenant nor background traffic',
    ]);
  });

  it('is text in UTF-8, and no larger than a megabyte', () => {
    expect(faultsOf(Uint8Array.of(0xff, 0xfe, 0x00))).toEqual(['c.yaml:1:1: is not text in UTF-8']);
    expect(faultsOf(`# ${'x'.repeat(1_100_000)}`)).toEqual(['c.yaml:1:1: is larger than 1048576 bytes']);
  });

  it('is refused as a bomb of aliases', () => {
    const lines = Array.from({ length: 12 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n}, `.repeat(9)}*a${n}]`);
    expect(faultsOf(['a0: &a0 [x]', ...lines].join('\n')).join()).toContain('not YAML');
  });
});

describe('node acquirer-sim/main.ts', { timeout: 60_000 }, () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, 'acquirer-sim/main.ts'), ...args], {
      encoding: 'utf8',
      env: { PORT: '0' },
    });

  it('names every fault of its file, and ends with 2 before anything starts', () => {
    const folder = mkdtempSync(join(tmpdir(), 'acquirer-config-'));
    const file = join(folder, 'bad.yaml');
    writeFileSync(file, `${good}workers: 1\nlines: 2\n`);
    const { status, stdout, stderr } = run(file);
    rmSync(folder, { recursive: true });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr.trim().split('\n')).toEqual([
      `${file}:4:1: workers: is not a setting`,
      `${file}:5:1: lines: is not a setting`,
    ]);
  });

  it('prints the schema of the file for editors', () => {
    const { status, stdout } = run('--schema');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ title: 'Breakwater acquirer simulator: configuration' });
  });
});
