import { describe, expect, it } from 'vitest';
import { ambientFaults } from './ambient.ts';
import { readSources } from './source.ts';

const faults = (path: string, ...lines: readonly string[]): string[] => ambientFaults({ path, text: lines.join('\n') });
const room = 'gateway/charges/service.ts';

describe('the house', () => {
  it('reads time, chance and the world by its ports only', () => {
    expect(readSources('gateway', 'acquirer-sim', 'scenarios').flatMap(ambientFaults)).toEqual([]);
  });
});

describe('the rule on ambient time and chance', () => {
  it('names the file, the line and what was used', () => {
    expect(faults(room, 'const a = 1;', '', 'export const at = Date.now();')).toEqual([
      `${room}:3 uses Date.now (time)`,
    ]);
  });

  it.each([
    ['Date.now()', 'Date.now (time)'],
    ['[].map(Date.now)', 'Date.now (time)'],
    ["Date['now']()", 'Date.now (time)'],
    ['globalThis.Date.now()', 'Date.now (time)'],
    ['const { now } = Date;', 'Date.now (time)'],
    ['new Date()', 'new Date() (time)'],
    ['Date()', 'Date() (time)'],
    ['Date(0)', 'Date() (time)'],
    ['performance.now()', 'performance (time)'],
    ['const { performance } = globalThis;', 'performance (time)'],
    ["import { performance } from 'node:perf_hooks';", 'perf_hooks (time)'],
    ['process.hrtime.bigint()', 'process.hrtime (time)'],
    ['process.uptime()', 'process.uptime (time)'],
    ['Temporal.Now.instant()', 'Temporal.Now (time)'],
    ['setTimeout(() => {}, 1)', 'setTimeout (time)'],
    ['globalThis.setInterval(() => {}, 1)', 'setInterval (time)'],
    ['await new Promise(setImmediate)', 'setImmediate (time)'],
    ["import { setTimeout as wait } from 'node:timers/promises';", 'timers/promises (time)'],
    ["import timers from 'timers';", 'timers (time)'],
    ['AbortSignal.timeout(5)', 'AbortSignal.timeout (time)'],
    ['Math.random()', 'Math.random (chance)'],
    ['const { floor, random } = Math;', 'Math.random (chance)'],
    ['crypto.subtle.digest("SHA-256", x)', 'crypto (chance)'],
    ["import { randomUUID } from 'node:crypto';", 'crypto.randomUUID (chance)'],
    ["import { createHash, randomBytes as bytes } from 'node:crypto';", 'crypto.randomBytes (chance)'],
    ["import { webcrypto } from 'crypto';", 'crypto.webcrypto (chance)'],
    ["export { randomUUID as id } from 'node:crypto';", 'crypto.randomUUID (chance)'],
    ['export { setTimeout };', 'setTimeout (time)'],
    ["import { scrypt } from 'node:crypto';", 'crypto.scrypt (threads)'],
    ["import * as c from 'node:crypto'; c.randomInt(5);", 'crypto.randomInt (chance)'],
    ['deps.getRandomValues(x)', 'getRandomValues (chance)'],
    ['await fetch(url)', 'fetch (network)'],
    ['create({ fetch })', 'fetch (network)'],
    ['globalThis.fetch(url)', 'fetch (network)'],
    ["import { gzip } from 'node:zlib';", 'zlib.gzip (threads)'],
    ["import { readFile } from 'node:fs';", 'fs.readFile (threads)'],
    ["import fs from 'node:fs'; await fs.promises.readFile(x);", 'fs.promises (threads)'],
    ["import { readFile } from 'node:fs/promises';", 'fs/promises (threads)'],
    ["await import('node:fs/promises')", 'fs/promises (threads)'],
    ["await import('node:zlib')", 'zlib (threads)'],
    ["import { lookup } from 'node:dns';", 'dns (threads)'],
    ['names.sort((a, b) => a.localeCompare(b))', 'localeCompare (locale)'],
    ["new Intl.Collator('ja')", 'Intl.Collator (locale)'],
    ["import { etag } from 'hono/etag';", 'hono/etag (hono)'],
    ["import { jwt } from 'hono/jwt';", 'hono/jwt (hono)'],
    ["import { compress } from 'hono/compress';", 'hono/compress (hono)'],
    ["import { timeout } from 'hono/timeout';", 'hono/timeout (hono)'],
    ["import { csrf } from 'hono/csrf';", 'hono/csrf (hono)'],
    ["import { requestId } from 'hono/request-id';", 'hono/request-id (hono)'],
    ['await c.req.parseBody()', 'parseBody (hono)'],
  ])('refuses %s', (text, use) => {
    expect(faults(room, '', text)).toEqual([`${room}:2 uses ${use}`]);
    expect(faults('acquirer-sim/app.ts', text)).toEqual([`acquirer-sim/app.ts:1 uses ${use}`]);
    expect(faults('scenarios/judge/audit.ts', text)).toEqual([`scenarios/judge/audit.ts:1 uses ${use}`]);
  });

  it.each([
    ['a comment', '// Date.now() and setTimeout(f, 1) are not for us\n/* Math.random() */'],
    ['a string', "const help = 'Date.now() ' + `fetch(url) setTimeout`;"],
    ['a regular expression', 'const r = /Date.now() "/; const s = /Math.random()/;'],
    ['a date made of a number', 'new Date(atMs).toISOString(); Date.parse(text); Date.UTC(2017, 6, 12);'],
    [
      'a port called fetch',
      'export const create = ({ fetch, clock }: Deps) => async () => { await fetch(url); clock.sleep(5); };',
    ],
    ['a local called fetch', 'const fetch = deps.fetch; const f = () => fetch(url);'],
    [
      'a member of the same name',
      'deps.fetch(url); clock.setTimeout(f, 1); const t = { fetch: f, performance: 1 }; t.performance;',
    ],
    ['a method of the same name', 'class Link { fetch(url: string) { return url; } setTimeout = 1; }'],
    ['a type', 'type F = typeof fetch; const f: typeof setTimeout | undefined = undefined; interface P { fetch: F }'],
    [
      'a name of another file',
      "import { fetch as a } from './a.ts'; export { fetch } from './a.ts'; export { a as setTimeout };",
    ],
    ['a type import', "import type { ReadStream } from 'node:fs'; import type { P } from 'node:perf_hooks';"],
    [
      'work that is done when the call returns',
      "import { existsSync, readFileSync } from 'node:fs'; import { gzipSync } from 'node:zlib';",
    ],
    ['synchronous cryptography', "import { createCipheriv, createHmac, createHash, scryptSync } from 'node:crypto';"],
    ['ordinary hono', "import { Hono } from 'hono'; import { html } from 'hono/html'; await c.req.text();"],
  ])('lets pass %s', (_, text) => {
    expect(faults(room, text)).toEqual([]);
  });

  it('sees through a local of another function', () => {
    const text = 'const a = (fetch) => fetch(1);\nconst b = () => fetch(2);';
    expect(faults(room, text)).toEqual([`${room}:2 uses fetch (network)`]);
  });

  it.each([
    ['gateway/main.ts', 'Date.now(); fetch(url); Math.random();'],
    ['acquirer-sim/clock.ts', 'Date.now(); performance.now(); setTimeout(f, 1);'],
    ['gateway/random.ts', "import { randomBytes } from 'node:crypto';"],
    ['gateway/fetch.ts', 'fetch(url); setTimeout(f, 1);'],
    ['scenarios/setup.mjs', "import { readFile } from 'node:fs/promises'; Date.now();"],
    ['scenarios/live/toxiproxy.ts', 'setTimeout(f, 1); fetch(url);'],
    ['scenarios/stage/escape.ts', 'globalThis.Date.now = f; Math.random;'],
    ['scenarios/cli/replay.ts', 'performance.now(); process.hrtime.bigint();'],
  ])('lets %s name what it is there for', (path, text) => {
    expect(faults(path, text)).toEqual([]);
  });

  it.each([
    ['gateway/clock.ts', 'Math.random()'],
    ['gateway/random.ts', 'Date.now()'],
    ['gateway/charges/clock.ts', 'Date.now()'],
    ['scenarios/cli/replay.ts', 'Math.random()'],
    ['scenarios/stage/clock.ts', 'Date.now()'],
    ['scenarios/stage/real-world.ts', 'Math.random()'],
  ])('gives %s no more than that: not %s', (path, text) => {
    expect(faults(path, text)).toHaveLength(1);
  });
});
