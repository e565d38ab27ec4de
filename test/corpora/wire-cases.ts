/** Bytes for a socket: what is no HTTP, what says two things at once, what is too long or never ends. */
import type { Random } from '../../gateway/ports.ts';

export interface WireCase {
  readonly what: string;
  readonly bytes: Buffer;
  /** Besides a 4xx: may be answered well, because nothing is asked that writes. */
  readonly harmless?: true;
  /** The status, where there is only one right one. */
  readonly status?: number;
}

const line = '\r\n';
const body = 'description=x';

/** A request that would make a customer, were it not for what is done to it. */
const request = (authorization: string, headers: readonly string[], content = body, path = '/v1/customers'): string =>
  [
    `POST ${path} HTTP/1.1`,
    'Host: gateway.test',
    `Authorization: ${authorization}`,
    'Content-Type: application/x-www-form-urlencoded',
    ...headers,
    '',
    content,
  ].join(line);

export const wireCases = (authorization: string, random: Random): readonly WireCase[] => {
  const cases: WireCase[] = [];
  const add = (what: string, bytes: string | Buffer, more: Partial<WireCase> = {}): void => {
    cases.push({ what, bytes: typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, ...more });
  };
  const length = `Content-Length: ${body.length}`;
  const close = 'Connection: close';
  const chunked = 'Transfer-Encoding: chunked';
  const chunks = `d${line}${body}${line}0${line}${line}`;

  for (const value of [
    '-1',
    '+13',
    '0x0d',
    '13, 13',
    '13,14',
    '1e1',
    '13 13',
    '13\x0b',
    '１３',
    '',
    'x',
    '13.0',
    '99999999999999999999',
    '18446744073709551629',
    '0013x',
  ])
    add(`a length of ${JSON.stringify(value)}`, request(authorization, [`Content-Length: ${value}`, close]));
  for (const [one, other] of [
    [13, 14],
    [13, 0],
    [0, 13],
    [14, 13],
    [13, 1_000_000],
  ] as const)
    add(
      `lengths of ${one} and ${other}`,
      request(authorization, [`Content-Length: ${one}`, `Content-Length: ${other}`, close]),
      { status: 400 },
    );
  for (const value of [
    'xchunked',
    'chunkedx',
    'chunked, identity',
    'gzip',
    'identity',
    'x',
    '"chunked"',
    'chunked;q=1',
    'cHuNkEd, x',
  ])
    add(`a transfer encoding of ${value}`, request(authorization, [`Transfer-Encoding: ${value}`, close], chunks), {
      status: 400,
    });
  for (const headers of [
    [chunked, length],
    [length, chunked],
    [chunked, 'Content-Length: 0'],
    ['Transfer-Encoding:  chunked', length],
    ['transfer-encoding: CHUNKED', length],
  ])
    add(`a length and chunks: ${headers.join(' / ')}`, request(authorization, [...headers, close], chunks), {
      status: 400,
    });
  for (const size of ['zz', '-1', '0xd', 'd d', ' d', 'FFFFFFFFFFFFFFFFF', 'ffffffffffffffff', '', ';', 'd\x00', '１'])
    add(
      `a chunk of size ${JSON.stringify(size)}`,
      request(authorization, [chunked, close], `${size}${line}${body}${line}0${line}${line}`),
    );
  add(
    'a chunk that is longer than it says',
    request(authorization, [chunked, close], `5${line}${body}${line}0${line}${line}`),
  );
  add('a chunk with bare line feeds', request(authorization, [chunked, close], `d\n${body}\n0\n\n`));
  add(
    'a chunk with 20 kB of extension',
    request(authorization, [chunked, close], `d;${'x'.repeat(20_000)}${line}${body}${line}0${line}${line}`),
  );

  for (const name of ['X Y', 'X\tY', 'X(', 'X@', '', 'é', 'X\x00', 'X\x7f', '"X"', 'X{'])
    add(`a header named ${JSON.stringify(name)}`, request(authorization, [`${name}: 1`, length, close]), {
      status: 400,
    });
  for (const header of ['Content-Length : 13', 'Transfer-Encoding : chunked', 'Authorization : x'])
    add(`a space before the colon: ${header}`, request(authorization, [header, length, close]), { status: 400 });
  for (const value of ['a\x00b', 'a\x01b', 'a\x7fb', 'a\rb'])
    add(`a header with ${JSON.stringify(value)}`, request(authorization, [`X-Note: ${value}`, length, close]), {
      status: 400,
    });
  add('a header without a colon', request(authorization, ['X-Note', length, close]), { status: 400 });

  for (const start of [
    '',
    ' ',
    'GET',
    'GET /',
    'GET  / HTTP/1.1',
    'GET / HTTP/9.9',
    'GET / HTTP/1',
    'GET / HTTP/1.1 x',
    'GET / HTPP/1.1',
    'get /healthz HTTP/1.1',
    'G\x00T / HTTP/1.1',
    'GET /\x00 HTTP/1.1',
    'GET /a b HTTP/1.1',
    'GET \\ HTTP/1.1',
    'FOO /v1/customers HTTP/1.1',
    'PRI * HTTP/2.0',
    'HTTP/1.1 200 OK',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    'SSH-2.0-OpenSSH_9.2',
    'EHLO mail.test',
    '*1\r\n$4\r\nPING',
    '{"jsonrpc":"2.0"}',
    'GET /v1/customers',
    '\x00'.repeat(200),
    '\xff'.repeat(200),
  ])
    add(
      `a first line of ${JSON.stringify(start.slice(0, 30))}`,
      `${start}${line}Host: x${line}${close}${line}${line}`,
      { harmless: true },
    );
  for (const host of [
    '',
    'a b',
    '[',
    '[::1',
    'x/../y',
    'x:99999999',
    'x:-1',
    '\x80',
    'user@x',
    'x#y',
    'x?y',
    '..',
    'a'.repeat(5_000),
  ])
    add(
      `a host of ${JSON.stringify(host.slice(0, 20))}`,
      `GET /healthz HTTP/1.1${line}Host: ${host}${line}${close}${line}${line}`,
      { harmless: true },
    );
  add('no host', `GET /healthz HTTP/1.1${line}${close}${line}${line}`, { status: 400 });
  add('two hosts', `GET /healthz HTTP/1.1${line}Host: a${line}Host: b${line}${close}${line}${line}`, {
    harmless: true,
  });
  for (const target of [
    'http://[::1',
    'http://x/healthz',
    'http://',
    '//x/healthz',
    '*',
    'healthz',
    'http://a@b:c/',
    '/%',
    '/%zz',
    '/%ff',
    '/%00',
    '/\xe3\x81\x82',
    '/?%',
    '/#x',
    '/..;/admin',
    '/./healthz',
    '/%2e%2e/healthz',
  ])
    add(`a target of ${target}`, `GET ${target} HTTP/1.1${line}Host: x${line}${close}${line}${line}`, {
      harmless: true,
    });
  add('a tunnel', `CONNECT x:443 HTTP/1.1${line}Host: x${line}${line}`, { harmless: true });
  add(
    'an upgrade',
    `GET /healthz HTTP/1.1${line}Host: x${line}Connection: Upgrade${line}Upgrade: websocket${line}${line}`,
    { harmless: true },
  );
  add(
    'an upgrade to HTTP/2',
    `GET /healthz HTTP/1.1${line}Host: x${line}Connection: Upgrade, HTTP2-Settings${line}Upgrade: h2c${line}HTTP2-Settings: AAMAAABkAAQAAP__${line}${line}`,
    { harmless: true },
  );
  add('an expectation of nobody', request(authorization, ['Expect: 200-maybe', length, close]), { status: 417 });
  add(
    'a method that overrides',
    request(authorization, ['X-HTTP-Method-Override: DELETE', length, close], body, '/v1/nothing'),
    { status: 404 },
  );
  add('a folded header', request(authorization, ['X-Note: a', ' b', length, close], body, '/v1/nothing'));
  add(
    'a trailer',
    request(
      authorization,
      [chunked, 'Trailer: Authorization', close],
      `d${line}${body}${line}0${line}Authorization: x${line}${line}`,
      '/v1/nothing',
    ),
  );

  for (const size of [16 * 1024, 20_000, 70_000, 1_000_000]) {
    add(`a header of ${size} bytes`, request(authorization, [`X-Note: ${'x'.repeat(size)}`, length, close]), {
      status: 431,
    });
    add(`an address of ${size} bytes`, `GET /v1/${'x'.repeat(size)} HTTP/1.1${line}Host: x${line}${line}`, {
      status: 431,
    });
  }
  for (const count of [1_000, 2_001, 10_000])
    add(
      `${count} headers`,
      request(authorization, [
        ...Array.from({ length: count }, (_, at) => `X-Note-${at}: xxxxxxxxxxxxxxxx`),
        length,
        close,
      ]),
      { status: 431 },
    );
  for (const claimed of [65_537, 1_000_000, 10 * 2 ** 30])
    add(`a length of ${claimed}, and a few bytes`, request(authorization, [`Content-Length: ${claimed}`]), {
      status: 400,
    });
  add(
    'chunks of more than 64 KiB',
    request(authorization, [chunked, close], `11000${line}zz=${'x'.repeat(0x11000 - 3)}${line}0${line}${line}`),
    { status: 400 },
  );

  const form = (what: string, content: string | Buffer): void => {
    const head = request(authorization, [`Content-Length: ${Buffer.byteLength(content)}`, close], '');
    add(what, Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(content)]), { status: 400 });
  };
  for (const levels of [4, 100, 10_000, 20_000]) form(`${levels} brackets`, `metadata${'[a]'.repeat(levels)}=x`);
  for (const count of [201, 5_000, 15_000])
    form(`${count} parameters`, Array.from({ length: count }, () => 'a=1').join('&'));
  for (const bytes of [
    [0x80],
    [0xe3, 0x81],
    [0xc0, 0xaf],
    [0xed, 0xa0, 0x80],
    [0xff, 0xfe],
    [0x83, 0x5c],
    [0x95, 0x5c],
    [0xf4, 0x90, 0x80, 0x80],
    [0],
  ])
    form(
      `the bytes ${bytes.map((byte) => byte.toString(16)).join(' ')}`,
      Buffer.concat([Buffer.from('description=a'), Buffer.from(bytes)]),
    );
  for (const text of [
    '{"description":"x"}',
    '[]',
    '--x\r\nContent-Disposition: form-data; name="description"\r\n\r\nx\r\n--x--\r\n',
    '<a/>',
    '='.repeat(65_000),
    '['.repeat(65_000),
  ])
    form(`a body of ${JSON.stringify(text.slice(0, 20))}`, text);

  // Chance bytes: nothing of what they hit may be more than refused.
  for (let at = 0; at < 40; at += 1)
    add(`noise ${at}`, Buffer.from(Array.from({ length: random.integer(1, 400) }, () => random.integer(0, 255))), {
      harmless: true,
    });
  // A good request with one byte of its head changed: it may stay good, if it asks for nothing.
  const good = `GET /healthz HTTP/1.1${line}Host: gateway.test${line}Accept: */*${line}${close}${line}${line}`;
  for (let at = 0; at < 60; at += 1) {
    const bytes = Buffer.from(good, 'latin1');
    bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
    add(`one byte changed, ${at}`, bytes, { harmless: true });
  }
  return cases;
};
