import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type Environment, readSettings } from '../../gateway/environment.ts';
import { accountAt } from './acquirers.ts';
import { protectedPolicy } from './upstream/scripted.ts';

const policy = protectedPolicy();
const files: Readonly<Record<string, string>> = {
  'acquirers.yaml': stringify([accountAt('escott'), accountAt('gmo')]),
  'acquirers.json': JSON.stringify([accountAt('escott'), accountAt('gmo')]),
  'policy.yaml': stringify(policy),
  'twice.yaml': stringify([accountAt('escott'), accountAt('escott'), accountAt('gmo')]),
  'one.yaml': stringify([accountAt('escott')]),
  'none.yaml': '[]',
  'account.yaml': stringify([{ ...accountAt('escott'), merchantPass: '', shopPas: 'hunter2hunter2' }]),
  'extends.yaml': 'extends: protected\nname: mine\n',
  'slow.yaml': stringify({ ...policy, breaker: { ...policy.breaker, slowMs: -1 } }),
  'keys.txt': `# the present one\n${'11'.repeat(32)}\n${'22'.repeat(32)} # from before\n`,
  'bad-keys.txt': `${'11'.repeat(32)}\nhunter2hunter2`,
  'no-keys.txt': '# none\n',
  'broken.yaml': 'a: [1, 2\nb: "hunter2hunter2',
};
const readFile = (path: string): string => {
  const text = files[path];
  if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  return text;
};

const good: Environment = {
  ADMIN_TOKEN: 'admin-token-0123456789',
  UPSTREAM_TOKEN: 'upstream-token-0123456789',
  MASTER_KEY: 'ab'.repeat(32),
  HASH_KEY: 'CD'.repeat(32),
  ACQUIRERS: 'acquirers.yaml',
  POLICY: 'policy.yaml',
};
const settingsOf = (more: Environment) => {
  const read = readSettings({ ...good, ...more }, readFile);
  if (!read.ok) throw new Error(read.faults.join('\n'));
  return read.value;
};
const faultsOf = (more: Environment): readonly string[] => {
  const read = readSettings({ ...good, ...more }, readFile);
  return read.ok ? [] : read.faults;
};

describe('the environment of a gateway', () => {
  it('needs six names and has defaults for the rest', () => {
    const { port, host, databasePath, logLevel, policy: read, config } = settingsOf({ PATH: '/bin' });
    expect([port, host, databasePath, logLevel]).toEqual([4240, '127.0.0.1', '.state/gateway.sqlite', 'info']);
    expect(read).toEqual(policy);
    expect(config).toMatchObject({
      instanceId: 'gateway-1',
      adminToken: 'admin-token-0123456789',
      upstreamToken: 'upstream-token-0123456789',
      statusPage: null,
      directTokens: 'relaxed',
      testCardsInLive: true,
    });
    expect(Buffer.from(config.masterKey).toString('hex')).toBe('ab'.repeat(32));
    expect(Buffer.from(config.hashKey).toString('hex')).toBe('cd'.repeat(32));
    expect(config.acquirers.map(({ id, dialect }) => [id, dialect])).toEqual([
      ['escott', 'escott'],
      ['gmo', 'gmo-pg'],
    ]);
  });

  it('names several master keys, or a file of them that is read again', () => {
    const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex');
    const keysOf = (more: Environment) => {
      const { config, masterKeysFile } = settingsOf(more);
      return [hex(config.masterKey), config.masterKeysOld.map(hex), masterKeysFile];
    };
    const [one, two, three] = ['11', '22', '33'].map((pair) => pair.repeat(32)) as [string, string, string];
    expect(keysOf({ MASTER_KEY: one })).toEqual([one, [], null]);
    expect(keysOf({ MASTER_KEY: one, MASTER_KEYS_OLD: `${two}, ${three}` })).toEqual([one, [two, three], null]);
    expect(keysOf({ MASTER_KEY: '', MASTER_KEYS_FILE: 'keys.txt' })).toEqual([one, [two], 'keys.txt']);
    const wrong = 'must be 32 bytes in hex (64 digits)';
    const fileFaults = (path: string, more: Environment = { MASTER_KEY: '' }) =>
      faultsOf({ MASTER_KEYS_FILE: path, ...more });
    expect(fileFaults('bad-keys.txt')).toEqual([`MASTER_KEYS_FILE: bad-keys.txt: 1: ${wrong}`]);
    expect(fileFaults('no-keys.txt')).toEqual(['MASTER_KEYS_FILE: no-keys.txt: holds no key']);
    expect(fileFaults('nowhere')).toEqual(['MASTER_KEYS_FILE: nowhere: cannot be read']);
    expect(fileFaults('keys.txt', {})).toEqual(['MASTER_KEYS_FILE: not together with MASTER_KEY or MASTER_KEYS_OLD']);
    expect(faultsOf({ MASTER_KEYS_OLD: 'hunter2hunter2' })).toEqual([`MASTER_KEYS_OLD.0: ${wrong}`]);
  });

  it('says everything', () => {
    const settings = settingsOf({
      PORT: '0',
      HOST: '0.0.0.0',
      INSTANCE_ID: 'gateway-2',
      DATABASE_PATH: ':memory:',
      LOG_LEVEL: 'silent',
      ACQUIRERS: 'acquirers.json',
      STATUS_PAGE_URL: 'https://status.example',
      STATUS_PAGE_SECRET: 'a secret of sixteen and more',
      DIRECT_TOKENS: 'required',
      TEST_CARDS_IN_LIVE: 'false',
    });
    expect(settings).toMatchObject({ port: 0, host: '0.0.0.0', databasePath: ':memory:', logLevel: 'silent' });
    expect(settings.config).toMatchObject({
      instanceId: 'gateway-2',
      directTokens: 'required',
      testCardsInLive: false,
      statusPage: { url: 'https://status.example', secret: 'a secret of sixteen and more', beatEveryMs: 10_000 },
    });
  });

  it.each(['postgres://a:b@host:5432/books', 'postgresql://a@localhost/books?host=/tmp'])(
    'names PostgreSQL by %s, where there may be other instances to look after',
    (url) => {
      const settings = settingsOf({ DATABASE_URL: url });
      expect(settings.databaseUrl).toBe(url);
      expect(settings.config.lookEveryMs).toBe(15_000);
      expect(settingsOf({})).toMatchObject({ databaseUrl: null, config: { lookEveryMs: null } });
    },
  );

  it('that is empty is missing: every name is told, one line each', () => {
    const expected = ['ADMIN_TOKEN', 'UPSTREAM_TOKEN', 'MASTER_KEY', 'HASH_KEY', 'ACQUIRERS', 'POLICY'].map(
      (name) => `${name}: is missing`,
    );
    expect(readSettings({}, readFile)).toEqual({ ok: false, faults: expected });
    const empty = Object.fromEntries(Object.keys(good).map((name) => [name, '']));
    expect(readSettings(empty, readFile)).toEqual({ ok: false, faults: expected });
  });

  it.each<[Environment, string[]]>([
    [{ PORT: '65536' }, ['PORT: must be a port, 0 to 65535']],
    [{ PORT: '4240x' }, ['PORT: must be a port, 0 to 65535']],
    [{ PORT: '-1' }, ['PORT: must be a port, 0 to 65535']],
    ...['mysql://host/database', 'postgres://host', 'database'].map((url): [Environment, string[]] => [
      { DATABASE_URL: url },
      ['DATABASE_URL: must be an address like postgres://user:password@host:5432/database'],
    ]),
    [{ LOG_LEVEL: 'loud' }, ['LOG_LEVEL: must be debug, info, warn, error or silent']],
    [{ ADMIN_TOKEN: 'short' }, ['ADMIN_TOKEN: must have 16 characters or more']],
    [{ MASTER_KEY: 'ab'.repeat(31) }, ['MASTER_KEY: must be 32 bytes in hex (64 digits)']],
    [{ HASH_KEY: 'xy'.repeat(32) }, ['HASH_KEY: must be 32 bytes in hex (64 digits)']],
    [{ STATUS_PAGE_URL: 'https://status.example' }, ['STATUS_PAGE_URL, STATUS_PAGE_SECRET: one without the other']],
    [
      { STATUS_PAGE_SECRET: 'a secret of sixteen and more' },
      ['STATUS_PAGE_URL, STATUS_PAGE_SECRET: one without the other'],
    ],
    [
      { STATUS_PAGE_URL: 'status.example', STATUS_PAGE_SECRET: 'a secret of sixteen and more' },
      ['STATUS_PAGE_URL: must be an http or https address'],
    ],
    [{ TEST_CARDS_IN_LIVE: 'perhaps' }, ['TEST_CARDS_IN_LIVE: must be true or false']],
    [{ DIRECT_TOKENS: 'yes' }, ['DIRECT_TOKENS: must be relaxed or required']],
    [{ ACQUIRERS: 'nowhere.yaml' }, ['ACQUIRERS: nowhere.yaml: cannot be read (ENOENT)']],
    [
      { POLICY: 'broken.yaml' },
      [expect.stringMatching(/^POLICY: broken\.yaml: is neither YAML nor JSON \([A-Z_]+\)$/) as unknown as string],
    ],
    [{ ACQUIRERS: 'twice.yaml' }, ['ACQUIRERS: twice.yaml: escott is there twice']],
    [{ ACQUIRERS: 'one.yaml' }, ['POLICY: policy.yaml: routing.order: gmo is none of the acquirers']],
  ])('%j is refused by name', (more, faults) => {
    expect(faultsOf(more)).toEqual(faults);
  });

  it.each(['none.yaml', 'account.yaml'])('is refused for accounts that are not whole: %s', (path) => {
    const faults = faultsOf({ ACQUIRERS: path });
    expect(faults.length).toBeGreaterThan(0);
    for (const fault of faults) expect(fault).toMatch(new RegExp(`^ACQUIRERS: ${path}: `));
  });

  it('is refused for a number of the policy that cannot be, with its place', () => {
    // What else of the policy leans on that number is named too.
    expect(faultsOf({ POLICY: 'slow.yaml' })[0]).toMatch(/^POLICY: slow\.yaml: breaker\.slowMs: /);
    expect(faultsOf({ POLICY: 'extends.yaml' }).join('\n')).toMatch(/extends/);
  });

  it('is told whole when several things are wrong at once', () => {
    const faults = faultsOf({ PORT: 'x', MASTER_KEY: 'x', ACQUIRERS: 'nowhere.yaml', POLICY: 'slow.yaml' });
    const names = new Set(faults.map((fault) => fault.split(':')[0]));
    expect([...names]).toEqual(['PORT', 'MASTER_KEY', 'ACQUIRERS', 'POLICY']);
  });

  it('never has a value of it repeated', () => {
    const secret = 'hunter2hunter2';
    const faults = faultsOf({
      ADMIN_TOKEN: secret,
      UPSTREAM_TOKEN: secret,
      MASTER_KEY: secret,
      HASH_KEY: secret,
      STATUS_PAGE_SECRET: secret,
      ACQUIRERS: 'account.yaml',
      POLICY: 'broken.yaml',
    });
    expect(faults.length).toBeGreaterThan(6);
    expect(faults.join('\n')).not.toContain(secret);
  });

  it('is described where the program begins', () => {
    const main = readFileSync(new URL('../../gateway/main.ts', import.meta.url), 'utf8');
    const known = readFileSync(new URL('../../gateway/environment.ts', import.meta.url), 'utf8').match(
      /^ {2}[A-Z_]{4,}(?=:)/gm,
    );
    expect(known?.length).toBeGreaterThan(10);
    for (const name of known ?? []) expect(main).toContain(`\`${name.trim()}\``);
  });
});
