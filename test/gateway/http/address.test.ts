import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { createAddresses, networkOf } from '../../../gateway/http/address.ts';

/** Asks from a socket with this address (null: no socket, as on the stage) and this header. */
const asked = async (trusted: readonly string[], socket: string | null, header?: string): Promise<string | null> => {
  const addresses = createAddresses(trusted);
  const app = new Hono();
  app.get('/', (context) => context.json({ address: addresses.of(context) }));
  const headers = header === undefined ? {} : { 'X-Forwarded-For': header };
  const env = socket === null ? {} : { incoming: { socket: { remoteAddress: socket } } };
  const reply = await app.request('/', { headers }, env);
  return ((await reply.json()) as { address: string | null }).address;
};

describe('the address of a client', () => {
  it.each<[string, readonly string[], string | null, string | undefined, string | null]>([
    ['is the socket when nobody is trusted', [], '192.0.2.9', undefined, '192.0.2.9'],
    ['does not believe a header of a stranger', [], '192.0.2.9', '198.51.100.1', '192.0.2.9'],
    ['believes the header of a trusted proxy', ['10.0.0.0/8'], '10.1.2.3', '198.51.100.1', '198.51.100.1'],
    [
      'is the last stranger before our proxies',
      ['10.0.0.0/8'],
      '10.1.2.3',
      '203.0.113.5, 198.51.100.1, 10.9.9.9',
      '198.51.100.1',
    ],
    [
      'looks no further left than a word that is no address',
      ['10.0.0.0/8'],
      '10.1.2.3',
      '203.0.113.5, unknown, 10.9.9.9',
      '10.9.9.9',
    ],
    ['is the proxy when it says nothing', ['10.0.0.0/8'], '10.1.2.3', undefined, '10.1.2.3'],
    ['is the proxy when it says nonsense', ['10.0.0.0/8'], '10.1.2.3', 'x'.repeat(5000), '10.1.2.3'],
    ['takes IPv4 inside IPv6 for what it is', ['10.0.0.0/8'], '::ffff:10.1.2.3', '::ffff:198.51.100.1', '198.51.100.1'],
    ['trusts whoever hosts the gateway without a socket', [], null, '198.51.100.1', '198.51.100.1'],
    ['is nobody when nobody says', [], null, undefined, null],
  ])('%s', async (_, trusted, socket, header, address) => {
    expect(await asked(trusted, socket, header)).toBe(address);
  });

  it('counts IPv4 one by one and IPv6 by its /64', () => {
    expect(networkOf('192.0.2.9')).toBe('192.0.2.9');
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe(networkOf('2001:db8:1:2:9:9:9:9'));
    expect(networkOf('2001:db8:1:3::1')).not.toBe(networkOf('2001:db8:1:2::1'));
    expect(networkOf('2001:db8::1')).toBe(networkOf('2001:db8::2'));
  });
});
