import { describe, expect, it } from 'vitest';
import { kindOf } from '../../../gateway/deliveries/addresses.ts';
import { createTargets, hostAndPort, type Target, type WebhookTargets } from '../../../gateway/deliveries/targets.ts';
import type { Resolve } from '../../../gateway/ports.ts';

describe('an address', () => {
  // resilience-patterns section 12, with the clothes that each of them comes in.
  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.100.100.200',
    '100.127.255.255',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '168.63.129.16',
    '::',
    '::7f00:1',
    '::ffff:10.0.0.1',
    '::ffff:169.254.169.254',
    '::ffff:0:a00:1',
    '64:ff9b::7f00:1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '2002:a00:1::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '5f00::1',
    '4000::1',
    '',
    'nowhere',
    '1.2.3',
    '999.1.1.1',
  ])('%s is no place for a webhook', (address) => {
    expect(kindOf(address)).not.toBe('public');
    expect(kindOf(address)).not.toBe('loopback');
  });

  it.each(['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1'])('%s is this machine', (address) => {
    expect(kindOf(address)).toBe('loopback');
  });

  it.each([
    '8.8.8.8',
    '11.1.2.3',
    '172.15.0.1',
    '172.32.0.1',
    '192.167.1.1',
    '223.255.255.255',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
  ])('%s is public', (address) => {
    expect(kindOf(address)).toBe('public');
  });
});

const names: Readonly<Record<string, readonly string[]>> = {
  'shop.example.com': ['93.184.215.14', '2606:2800:220:1::1'],
  'v6.example.com': ['2606:2800:220:1::1'],
  'inside.example.com': ['10.0.0.5'],
  'both.example.com': ['93.184.215.14', '192.168.0.1'],
  'me.example.com': ['127.0.0.1'],
  'mapped.example.com': ['::ffff:127.0.0.1'],
  'metadata.example.com': ['169.254.169.254'],
  localhost: ['127.0.0.1', '::1'],
};
const asked: string[] = [];
const resolve: Resolve = async (hostname) => {
  asked.push(hostname);
  const found = names[hostname];
  if (found === undefined) throw Object.assign(new Error('no'), { code: 'ENOTFOUND' });
  return found;
};

const check = async (
  url: string,
  { targets = 'public', livemode = true }: { targets?: WebhookTargets; livemode?: boolean } = {},
): Promise<Target> =>
  createTargets({
    resolve,
    targets,
    own: [hostAndPort('https://escott.example.com/path'), 'status.example.com:8080'],
  }).check(url, livemode);

describe('a target', () => {
  it.each([
    ['https://shop.example.com/hook', '93.184.215.14'],
    ['http://shop.example.com:8080/hook?a=1#b', '93.184.215.14'],
    ['https://shop.example.com.:8443/', '93.184.215.14'],
    ['https://v6.example.com/', '2606:2800:220:1::1'],
    ['https://8.8.8.8/', '8.8.8.8'],
    ['https://[2606:4700::1111]/', '2606:4700::1111'],
  ])('that is public is allowed, with the address to connect to: %s', async (url, address) => {
    expect(await check(url)).toEqual({ kind: 'allowed', address });
  });

  it.each([
    ['ftp://shop.example.com/', 'no http or https address'],
    ['file:///etc/passwd', 'no http or https address'],
    ['gopher://shop.example.com/', 'no http or https address'],
    ['javascript:alert(1)', 'no http or https address'],
    ['nowhere', 'no http or https address'],
    ['http://', 'no http or https address'],
    [`https://shop.example.com/${'a'.repeat(2000)}`, 'longer than 2000 characters'],
    ['https://user:pass@shop.example.com/', 'user name or password in the address'],
    ['https://user@shop.example.com/', 'user name or password in the address'],
    ['http://shop.example.com:22/', 'port'],
    ['http://shop.example.com:6379/', 'port'],
    ['http://8.8.8.8:25/', 'port'],
    ['http://localhost/', 'not a public host name'],
    ['http://LOCALHOST./', 'not a public host name'],
    ['http://a.localhost/', 'not a public host name'],
    ['http://printer.local/', 'not a public host name'],
    ['http://metadata.google.internal/computeMetadata/v1/', 'not a public host name'],
    ['http://db/', 'not a public host name'],
    ['https://escott.example.com/anything', 'a host of our own'],
    ['http://status.example.com:8080/', 'a host of our own'],
    ['http://inside.example.com/', 'not a public address'],
    ['http://both.example.com/', 'not a public address'],
    ['http://me.example.com/', 'not a public address'],
    ['http://mapped.example.com/', 'not a public address'],
    ['http://metadata.example.com/', 'not a public address'],
    ['http://127.0.0.1/', 'not a public address'],
    ['http://127.1/', 'not a public address'],
    ['http://0x7f.0.0.1/', 'not a public address'],
    ['http://2130706433/', 'not a public address'],
    ['http://0177.0.0.1/', 'not a public address'],
    ['http://0/', 'not a public address'],
    ['http://①②⑦.⓪.⓪.①/', 'not a public address'],
    ['http://169.254.169.254/latest/meta-data/', 'not a public address'],
    ['http://[::1]/', 'not a public address'],
    ['http://[::ffff:127.0.0.1]/', 'not a public address'],
    ['http://[64:ff9b::a9fe:a9fe]/', 'not a public address'],
    ['http://[fe80::1]/', 'not a public address'],
    ['http://192.168.0.1:8080/', 'not a public address'],
  ])('that is not is refused, and why is said: %s', async (url, reason) => {
    expect(await check(url)).toEqual({ kind: 'refused', reason });
  });

  it('whose name means nothing now may mean something later', async () => {
    expect(await check('https://soon.example.com/')).toEqual({ kind: 'unresolved' });
  });

  it('is asked for by name every time: what it was says nothing about what it is', async () => {
    const answers = [['93.184.215.14'], ['10.0.0.1']];
    const targets = createTargets({ resolve: () => answers.shift()!, targets: 'public', own: [] });
    expect(await targets.check('https://rebound.example.com/', true)).toMatchObject({ kind: 'allowed' });
    expect(await targets.check('https://rebound.example.com/', true)).toMatchObject({ kind: 'refused' });
  });

  it('on this machine is for what is in test mode, where `loopback` says so, on any port', async () => {
    for (const url of [
      'http://127.0.0.1:3000/hook',
      'http://[::1]:3000/',
      'http://localhost:3000/hook',
      'http://localhost/',
    ]) {
      expect(await check(url, { targets: 'loopback', livemode: false })).toMatchObject({ kind: 'allowed' });
      expect(await check(url, { targets: 'loopback', livemode: true })).toMatchObject({ kind: 'refused' });
      expect(await check(url, { targets: 'stage', livemode: true })).toMatchObject({ kind: 'allowed' });
    }
  });

  it.each(['loopback', 'stage'] as const)('in a private network stays refused under `%s`', async (targets) => {
    for (const url of [
      'http://10.0.0.1/',
      'http://169.254.169.254/',
      'http://inside.example.com/',
      'http://both.example.com/',
    ])
      expect(await check(url, { targets, livemode: false })).toMatchObject({
        kind: 'refused',
        reason: 'not a public address',
      });
    expect(await check('http://8.8.8.8:6379/', { targets, livemode: false })).toMatchObject({
      kind: 'refused',
      reason: 'port',
    });
  });
});
