import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LightHeaders } from '../../../scenarios/stage/light-headers.ts';
import { installLightHttp, LightRequest, LightResponse } from '../../../scenarios/stage/light-http.ts';

const native = { Request, Response, Headers };

const withBody = { body: 'x' };

/** Everything our routes do with Hono. */
const app = new Hono();
app.use('/timed/*', async (c, next) => {
  await next();
  c.header('x-after', 'set after the handler');
  c.header('x-many', 'one', { append: true });
  c.header('x-many', 'two', { append: true });
});
app.get('/json', (c) => c.json({ a: [1, '月'] }, 402, { 'X-Decided': 'issuer' }));
app.get('/json-plain', (c) => c.json({ a: 1 }));
app.get('/text', (c) => c.text('月'));
app.get('/text-headers', (c) => c.text('x', 201, { 'X-A': 'b' }));
app.get('/html', (c) => c.html('<p>x</p>'));
app.get('/timed/json', (c) => c.json({ a: 1 }, 200, { 'X-B': 'c' }));
app.get('/header', (c) => {
  c.header('X-Early', '1');
  c.status(418);
  return c.body('teapot');
});
app.get('/cookies', (c) => {
  c.header('set-cookie', 'a=1', { append: true });
  c.header('set-cookie', 'b=2', { append: true });
  return c.text('x');
});
app.get('/empty', (c) => c.body(null, 204));
app.get('/redirect', (c) => c.redirect('/json'));
app.get('/bytes', (c) => c.body(new TextEncoder().encode('月').buffer as ArrayBuffer, 200, { 'content-type': 'x/y' }));
app.get('/fails', () => {
  throw new Error('in the route');
});
app.get('/missing-here', (c) => c.notFound());
app.post('/read/:id', async (c) =>
  c.json({
    id: c.req.param('id'),
    query: c.req.query(),
    q: c.req.query('q'),
    header: c.req.header('x-shop') ?? null,
    all: c.req.header(),
    body: await c.req.text(),
    again: await c.req.text(),
    path: c.req.path,
    url: c.req.url,
  }),
);
app.post('/read-json', async (c) => c.json(await c.req.json()));
app.post('/read-bytes', async (c) => c.body(String((await c.req.arrayBuffer()).byteLength)));
app.onError((error, c) => c.json({ error: error.message }, 500));
app.notFound((c) => c.json({ missing: c.req.path }, 404, { 'x-missing': '1' }));

const requests: readonly (readonly [method: string, path: string, body?: string, headers?: Record<string, string>])[] =
  [
    ['GET', '/json'],
    ['GET', '/json-plain'],
    ['GET', '/text'],
    ['GET', '/text-headers'],
    ['GET', '/html'],
    ['GET', '/timed/json'],
    ['GET', '/timed/none'],
    ['GET', '/header'],
    ['GET', '/cookies'],
    ['GET', '/empty'],
    ['GET', '/redirect'],
    ['GET', '/bytes'],
    ['GET', '/fails'],
    ['GET', '/missing-here'],
    ['GET', '/nowhere'],
    ['GET', '/a/../json'],
    ['GET', '/%E6%9C%88 x?q=é'],
    ['HEAD', '/json'],
    [
      'POST',
      '/read/7?q=1&r=%20z',
      'amount=1&x=月',
      { 'X-Shop': ' t1 ', 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['POST', '/read/%E6%9C%88', ''],
    ['POST', '/read/8', 'no type'],
    ['POST', '/read/9'],
    ['POST', '/read-json', '{"a":1}'],
    ['POST', '/read-json', '{broken'],
    ['POST', '/read-bytes', '月'],
  ];

const answers = async (): Promise<unknown[]> => {
  const all = [];
  for (const [method, path, body, headers] of requests) {
    const init = { method, ...(headers && { headers }), ...(body !== undefined && { body }) };
    const response = await app.fetch(new Request(`http://shop.test${path}`, init));
    const text = await response.text();
    all.push({ path, status: response.status, ok: response.ok, headers: [...response.headers.entries()], text });
  }
  return all;
};

describe('the light HTTP classes', () => {
  let uninstall: () => void;
  beforeEach(() => {
    uninstall = installLightHttp();
  });
  afterEach(() => uninstall());

  it('give Hono the same answers as the native ones, byte for byte', async () => {
    const light = await answers();
    uninstall();
    expect(light).toEqual(await answers());
  });

  it('are the global classes while installed, and instances of the native ones', () => {
    expect([Request, Response, Headers]).toEqual([LightRequest, LightResponse, LightHeaders]);
    expect(new Request('http://a.test/')).toBeInstanceOf(native.Request);
    expect(new Response('x')).toBeInstanceOf(native.Response);
    expect(new Headers()).toBeInstanceOf(native.Headers);
    uninstall();
    expect({ Request, Response, Headers }).toEqual(native);
  });

  it.each([
    ['Request.formData', () => new Request('http://a.test/').formData()],
    ['Request.signal', () => new Request('http://a.test/').signal],
    ['Response.blob', () => new Response('x').blob()],
    ['ReadableStream.getReader', () => new Response('x').body?.getReader()],
  ])('throw and name themselves where they have less: %s', (name, use) => {
    expect(use).toThrow(`${name} does not exist on the virtual stage`);
  });

  it('are read again as a clone, made before they were read', async () => {
    const request = new Request('http://a.test/', { method: 'POST', headers: { a: 'b' }, body: 'x' });
    const response = new Response('y', { status: 201, headers: { c: 'd' } });
    const clones = [request.clone(), response.clone()] as const;
    expect([await request.text(), await response.text()]).toEqual(['x', 'y']);
    expect([clones[0].method, clones[0].url, clones[0].headers.get('a')]).toEqual(['POST', 'http://a.test/', 'b']);
    expect([clones[1].status, clones[1].headers.get('c')]).toEqual([201, 'd']);
    expect([await clones[0].text(), await clones[1].text()]).toEqual(['x', 'y']);
    expect(() => response.clone()).toThrow(TypeError);
  });

  it('let a body be read once', async () => {
    const response = new Response('x');
    expect([await response.text(), response.bodyUsed]).toEqual(['x', true]);
    await expect(response.text()).rejects.toThrow(TypeError);
  });

  it.each([
    ['a line break in a header', () => new Headers({ a: 'b\r\nc: d' })],
    ['a character beyond Latin-1 in a header', () => new Headers({ a: '月' })],
    ['a blank in a header name', () => new Headers({ 'a b': 'c' })],
    ['a body on a GET', () => new Request('http://a.test/', withBody)],
    ['a body with 204', () => new Response('x', { status: 204 })],
    ['a status out of range', () => new Response('x', { status: 99 })],
    ['a URL that is none', () => new Request('shop')],
  ])('refuse what the native ones refuse: %s', (_, make) => {
    expect(make).toThrow();
    uninstall();
    expect(make).toThrow();
  });

  it('make JSON and redirect responses', async () => {
    const json = Response.json({ a: 1 }, { status: 201 });
    expect([json.status, json.headers.get('content-type'), await json.json()]).toEqual([
      201,
      'application/json',
      { a: 1 },
    ]);
    const redirect = Response.redirect('http://b.test/', 303);
    expect([redirect.status, redirect.headers.get('location')]).toEqual([303, 'http://b.test/']);
  });
});
