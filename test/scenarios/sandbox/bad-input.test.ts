import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../../scenarios/sandbox/sandbox.ts';
import { broken, call, open } from './open.ts';

const key = 'sk_test_c62fade9d045b54cd76d7036';

describe('a call to the sandbox that is not in order', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await open();
  });
  afterAll(async () => {
    await sandbox.close();
    expect(broken).toEqual([]);
  });

  const state = async (): Promise<unknown> => {
    const { gateway } = sandbox.addresses;
    const { worlds } = (await call('GET', `${gateway}/sandbox/worlds`)).body;
    const { aheadMs } = (await call('GET', `${gateway}/sandbox/clock`, { key })).body;
    return { worlds: worlds.map(({ id }: { id: string }) => id), aheadMs };
  };

  const merchants = '/sandbox/merchants';
  const advance = '/sandbox/clock/advance';
  it.each([
    ['POST', merchants, '{', 400, 'body', 'is not JSON'],
    ['POST', merchants, '[]', 400, 'body', 'expected object'],
    ['POST', merchants, 'null', 400, 'body', 'expected object'],
    ['POST', merchants, '{"nam":"x"}', 400, 'nam', 'is not known here'],
    ['POST', merchants, '{"name":""}', 400, 'name', '>=1'],
    ['POST', merchants, `{"name":"${'x'.repeat(101)}"}`, 400, 'name', '<=100'],
    ['POST', merchants, '{"name":5}', 400, 'name', 'expected string'],
    ['POST', merchants, '{"webhookUrl":"ftp://x.test/"}', 400, 'webhookUrl', 'http or https'],
    ['POST', merchants, '{"resultUrl":"nowhere"}', 400, 'resultUrl', 'http or https'],
    ['POST', merchants, '{"policy":"../../etc/passwd"}', 400, 'policy', 'one of'],
    ['POST', merchants, '{"__proto__":{"name":"x"}}', 400, '__proto__', ''],
    ['POST', advance, '', 400, 'body', 'exactly one of ms and to'],
    ['POST', advance, '{"ms":1,"to":"2099-01-01T00:00:00Z"}', 400, 'body', 'exactly one'],
    ['POST', advance, '{"ms":-1}', 400, 'ms', ''],
    ['POST', advance, '{"ms":0.5}', 400, 'ms', 'whole number'],
    ['POST', advance, '{"ms":"1000"}', 400, 'ms', 'whole number'],
    ['POST', advance, '{"ms":1e18}', 400, 'ms', ''],
    ['POST', advance, '{"to":"tomorrow"}', 400, 'to', 'must be a date'],
    ['POST', advance, '{"to":"2027-02-30T00:00:00Z"}', 400, 'to', 'must be a date'],
    ['POST', advance, '{"to":"2001-01-01T00:00:00Z"}', 400, 'to', 'has passed'],
    ['POST', advance, '{"to":"2400-01-01T00:00:00Z"}', 400, 'to', '2099'],
    ['POST', '/sandbox/nothing', '', 404, '/sandbox/nothing', 'no such call'],
    ['POST', '/sandbox/constructor', '', 404, '/sandbox/constructor', 'no such call'],
    ['PUT', merchants, '{}', 405, 'PUT', 'takes POST'],
    ['DELETE', '/sandbox/clock', undefined, 405, 'DELETE', 'takes GET'],
    ['DELETE', '/sandbox/merchant', undefined, 409, 'world', 'stays'],
  ])('%s %s %s names path and reason and changes nothing', async (method, path, text, status, at, reason) => {
    const before = await state();
    for (const port of ['gateway', 'pages'] as const) {
      const told = await call(method, sandbox.addresses[port] + path, { key, ...(text === undefined ? {} : { text }) });
      expect([told.status, told.body.error.path]).toEqual([status, at]);
      expect(told.body.error.reason).toContain(reason);
      expect(told.headers.get('breakwater-decided-by')).toBe('sandbox');
    }
    expect(await state()).toEqual(before);
  });

  it.each([
    [{}, 401, "needs the world's key"],
    [{ key: 'sk_test_nobody' }, 401, 'not the key of a world'],
    [{ key: '' }, 401, "needs the world's key"],
  ])('without a good key is refused', async (auth, status, reason) => {
    const told = await call('POST', `${sandbox.addresses.gateway}${advance}`, { ...auth, json: { ms: 1 } });
    expect([told.status, told.body.error.path]).toEqual([status, 'Authorization']);
    expect(told.body.error.reason).toContain(reason);
  });

  it('is refused when it is longer than anything here', async () => {
    const text = JSON.stringify({ name: 'x'.repeat(2_000_000) });
    const told = await call('POST', `${sandbox.addresses.gateway}${merchants}`, { text });
    expect([told.status, told.body.error.path]).toEqual([413, 'body']);
  });

  it('is refused when another site’s page makes it', async () => {
    const before = await state();
    for (const url of [
      `${sandbox.addresses.gateway}${merchants}`,
      `${sandbox.addresses.pages}${merchants}`,
      `${sandbox.addresses.pages}/gmo/sim/v1/faults`,
    ]) {
      const reply = await fetch(url, { method: 'POST', body: '{}', headers: { 'Sec-Fetch-Site': 'cross-site' } });
      expect(reply.status).toBe(403);
    }
    expect(await state()).toEqual(before);
  });

  it('names the acquirer or world that is missing', async () => {
    const { pages } = sandbox.addresses;
    expect((await call('GET', `${pages}/sim/v1/load`)).body.error.path).toBe('acquirer');
    expect((await call('GET', `${pages}/sim/v1/load?acquirer=gmo`)).body.acquirer).toBe('gmo');
    expect((await call('GET', `${pages}/gmo/sim/v1/load?world=w1`)).body.error.path).toBe('world');
    expect((await call('GET', `${pages}/?world=w1`)).body.error.path).toBe('world');
    expect((await call('GET', `${pages}/nowhere`)).status).toBe(404);
    expect((await call('POST', `${sandbox.addresses.acs}/anything`)).status).toBe(404);
  });
});
