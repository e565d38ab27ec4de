/** What browsers are served, and which calls a page may make. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse } from '../../corpora/house.ts';
import { basic } from '../world.ts';

const origin = 'http://gateway.test';
const card = '4242424242424242';
let house: House;
beforeAll(async () => {
  house = await openHouse();
});
const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  house.fetch(new Request(`${origin}${path}`, { headers }));

const scripts = ['/v2/pay.js', '/v1/pay.js', '/checkout.js', '/browser/card-field.js', '/browser/checkout-dialog.js'];

describe('the scripts', () => {
  it.each(scripts)('%s is one classic script, readable across origins, the same at every reading', async (path) => {
    const [reply, again] = [await get(path), await get(path)];
    const text = await reply.text();
    expect(reply.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(reply.headers.get('access-control-allow-origin')).toBe('*');
    expect(() => new Script(text)).not.toThrow();
    expect(text).not.toMatch(/^(import|export) /m);
    expect(await again.text()).toBe(text);
    const tag = reply.headers.get('etag') ?? '';
    expect((await get(path, { 'If-None-Match': tag })).status).toBe(304);
  });

  it('have their hashes published', async () => {
    const published = (await (await get('/browser/integrity.json')).json()) as Record<string, string>;
    expect(Object.keys(published)).toEqual(['/v2/pay.js', '/v1/pay.js', '/checkout.js']);
    for (const [path, hash] of Object.entries(published)) {
      const text = await (await get(path)).text();
      expect(hash).toBe(`sha384-${createHash('sha384').update(text).digest('base64')}`);
    }
  });

  it('are typed', () => {
    const root = fileURLToPath(new URL('../../../', import.meta.url));
    const tsc = `${root}node_modules/typescript/bin/tsc`;
    for (const project of ['gateway/browser/client', 'scenarios/sandbox/shop/client'])
      expect(execFileSync(process.execPath, [tsc, '-p', `${root}${project}`], { encoding: 'utf8' })).toBe('');
  });
});

describe.each(['/browser/card-field', '/browser/checkout'])('the frame %s', (path) => {
  it('runs one script by a new nonce and its hash, sends to its own origin only, and may be framed', async () => {
    const [reply, again] = [await get(path), await get(path)];
    const policy = reply.headers.get('content-security-policy') ?? '';
    const nonce = /script-src 'nonce-([\w-]{22})'/.exec(policy)?.[1];
    expect(nonce).toBeDefined();
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("form-action 'none'");
    expect(policy).not.toContain('unsafe');
    expect(again.headers.get('content-security-policy')).not.toContain(nonce);
    const html = await reply.text();
    const [, script = '', integrity] = /<script nonce="[\w-]+" src="([^"]+)" integrity="([^"]+)"/.exec(html) ?? [];
    const text = await (await get(script)).text();
    expect(integrity).toBe(`sha384-${createHash('sha384').update(text).digest('base64')}`);
    expect(reply.headers.get('referrer-policy')).toBe('no-referrer');
    expect(reply.headers.get('cache-control')).toBe('no-store');
  });

  it('repeats nothing of its address, and no log does', async () => {
    const line = house.logged();
    const reply = await get(`${path}?number=${card}&lang="><script>alert(1)</script>`);
    const said = JSON.stringify([...reply.headers]) + (await reply.text());
    expect(reply.status).toBe(200);
    expect(said).not.toContain(card);
    expect(said).not.toContain('alert');
    expect(house.logFrom(line)).not.toContain(card);
  });
});

describe('a file that is not there', () => {
  it.each([
    `/browser/${card}`,
    '/browser/..%2fapp.ts',
    '/browser/__proto__',
    '/browser/card-rules.js',
    '/browser/tsconfig.json',
  ])('%s is not found, and not repeated', async (path) => {
    const line = house.logged();
    const reply = await get(path);
    expect(reply.status).toBe(404);
    expect(await reply.text()).not.toContain(card);
    expect(house.logFrom(line)).not.toContain(card);
  });
});

describe('calls from a page of another origin', () => {
  const page = { Origin: 'https://shop.example' };
  const preflight = (path: string): Promise<Response> =>
    house.fetch(
      new Request(`${origin}${path}`, {
        method: 'OPTIONS',
        headers: {
          ...page,
          'Access-Control-Request-Method': 'POST',
          'Access-Control-Request-Headers': 'authorization',
        },
      }),
    );

  it.each(['/v1/tokens', '/v1/tokens/tok_1', '/v1/tokens/tok_1/tds_finish', '/v1/accounts/brands'])(
    'are allowed beforehand for %s',
    async (path) => {
      const reply = await preflight(path);
      expect(reply.status).toBe(204);
      expect(reply.headers.get('access-control-allow-origin')).toBe('*');
      expect(reply.headers.get('access-control-allow-headers')).toContain('authorization');
      expect(reply.headers.get('access-control-allow-credentials')).toBeNull();
    },
  );

  it.each(['/v1/charges', '/v1/customers', '/admin/v1/merchants', '/v1/accounts'])('are not for %s', async (path) => {
    const reply = await preflight(path);
    expect(reply.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('read what a public key gets, refusals too, and nothing that a secret key gets', async () => {
    const { public: open, secret } = house.keys.test;
    const asked = async (key: string | null, path = '/v1/accounts/brands'): Promise<string | null> => {
      const headers = key === null ? page : { ...page, Authorization: basic(key) };
      return (await get(path, headers)).headers.get('access-control-allow-origin');
    };
    expect(await asked(open)).toBe('*');
    expect(await asked(open, '/v1/tokens/tok_none')).toBe('*');
    expect(await asked('pk_test_nobody')).toBe('*');
    expect(await asked(null)).toBe('*');
    expect(await asked(secret)).toBeNull();
  });

  it('leave an answer without Origin as it was', async () => {
    const reply = await get('/v1/accounts/brands', { Authorization: basic(house.keys.test.public) });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('access-control-allow-origin')).toBeNull();
  });
});
