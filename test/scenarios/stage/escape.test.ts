import { execFile } from 'node:child_process';
import * as nodeCrypto from 'node:crypto';
import * as fs from 'node:fs';
import * as fsPromises from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import * as timers from 'node:timers';
import * as timersPromises from 'node:timers/promises';
import * as zlib from 'node:zlib';
import { Hono } from 'hono';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EscapeError, forbidRealWorld, outsideThePlay } from '../../../scenarios/stage/escape.ts';
import { createStage } from '../../../scenarios/stage/stage.ts';

/** Calls `use` while the real world is forbidden; what it threw, and what the stage was told. */
const underBan = (use: () => unknown): { thrown: unknown; told: EscapeError[] } => {
  const told: EscapeError[] = [];
  const allow = forbidRealWorld({ onEscape: (error) => told.push(error) });
  let thrown: unknown;
  try {
    use();
  } catch (error) {
    thrown = error;
  } finally {
    allow();
  }
  return { thrown, told };
};

/** As a module would that takes a function when it loads. */
const keptFromBefore = {
  readFile: fsPromises.readFile,
  digest: crypto.subtle.digest.bind(crypto.subtle),
  setTimeout,
};

const escapes: readonly (readonly [name: string, use: () => unknown])[] = [
  ['Date.now', () => Date.now()],
  ['new Date()', () => new Date()],
  ['Date()', () => Date()],
  ['performance.now', () => performance.now()],
  ['process.hrtime', () => process.hrtime()],
  ['process.hrtime.bigint', () => process.hrtime.bigint()],
  [
    'Temporal.Now.instant',
    () => (globalThis as unknown as { Temporal: { Now: { instant(): void } } }).Temporal.Now.instant(),
  ],
  ['Math.random', () => Math.random()],
  ['setTimeout', () => setTimeout(() => {}, 0)],
  ['setInterval', () => setInterval(() => {}, 1)],
  ['setImmediate', () => setImmediate(() => {})],
  ['timers.setTimeout', () => timers.setTimeout(() => {}, 0)],
  ['timers/promises.setTimeout', () => timersPromises.setTimeout(1)],
  ['timers/promises.scheduler.wait', () => timersPromises.scheduler.wait(1)],
  ['AbortSignal.timeout', () => AbortSignal.timeout(1)],
  ['fetch', () => fetch('http://127.0.0.1:9/')],
  ['MessageChannel', () => new MessageChannel()],
  ['crypto.randomUUID', () => crypto.randomUUID()],
  ['crypto.getRandomValues', () => crypto.getRandomValues(new Uint8Array(1))],
  ['crypto.subtle.digest', () => crypto.subtle.digest('SHA-256', new Uint8Array(1))],
  ['node:crypto.randomBytes', () => nodeCrypto.randomBytes(1)],
  ['node:crypto.randomUUID', () => nodeCrypto.randomUUID()],
  ['node:crypto.randomInt', () => nodeCrypto.randomInt(5)],
  ['node:crypto.scrypt', () => nodeCrypto.scrypt('a', 'b', 8, () => {})],
  ['fs.readFile', () => fs.readFile('/dev/null', () => {})],
  ['fs.promises.readFile', () => fsPromises.readFile('/dev/null')],
  ['zlib.gzip', () => zlib.gzip('a', () => {})],
  ['child_process.execFile', () => execFile('true')],
  ['String.prototype.localeCompare', () => 'a'.localeCompare('b')],
  ['Intl.Collator without a locale', () => new Intl.Collator()],
];

describe('the real world during a run', () => {
  it.each(escapes)(
    'is out of reach: %s throws, names itself and the line that called it, and tells the stage',
    (name, use) => {
      const { thrown, told } = underBan(use);
      expect(thrown).toBeInstanceOf(EscapeError);
      expect((thrown as Error).message).toMatch(`${name} was called on the virtual stage, at `);
      expect((thrown as Error).message).toMatch(/test\/scenarios\/stage\/escape\.test\.ts:\d+:\d+$/);
      expect(told).toEqual([thrown]);
    },
  );

  it('comes back exactly as it was', () => {
    const before = [
      Date,
      Date.now,
      setTimeout,
      Math.random,
      fsPromises.readFile,
      nodeCrypto.randomBytes,
      Intl.Collator,
      fetch,
    ];
    underBan(() => {});
    expect([
      Date,
      Date.now,
      setTimeout,
      Math.random,
      fsPromises.readFile,
      nodeCrypto.randomBytes,
      Intl.Collator,
      fetch,
    ]).toEqual(before);
    expect(Object.hasOwn(performance, 'now')).toBe(false);
    expect(Object.hasOwn(crypto, 'randomUUID')).toBe(false);
    expect(Date.now()).toBeGreaterThan(Date.UTC(2020, 0, 1));
  });

  it('leaves dates as values alone', () => {
    const { thrown } = underBan(() => {
      const date = new Date(1_499_859_900_000);
      expect(date).toBeInstanceOf(Date);
      expect(date.toISOString()).toBe('2017-07-12T11:45:00.000Z');
      expect([Date.UTC(2017, 6, 12), Date.parse('2017-07-12T00:00:00Z')]).toEqual([
        1_499_817_600_000, 1_499_817_600_000,
      ]);
      class LocalDate extends Date {}
      expect(new LocalDate(0)).toBeInstanceOf(LocalDate);
    });
    expect(thrown).toBe(undefined);
  });

  it('leaves the libraries of a program at work: hono, zod, pino with a time of its own, SQLite, hashes', () => {
    const { thrown } = underBan(() => {
      const app = new Hono().get('/', (c) => c.json({ a: 1 }, 200, { 'x-a': 'b' }));
      expect((app.fetch(new Request('http://a.test/')) as Response).status).toBe(200);
      expect(z.strictObject({ at: z.date(), n: z.int() }).safeParse({ at: new Date(0), n: 1 }).success).toBe(true);
      const lines: string[] = [];
      pino({ base: null, timestamp: () => ',"time":7' }, { write: (line) => void lines.push(line) }).info(
        { event: 'x' },
        'y',
      );
      expect(lines).toEqual(['{"level":30,"time":7,"event":"x","msg":"y"}\n']);
      const db = new DatabaseSync(':memory:');
      expect(db.prepare('select 1 as one').get()).toEqual({ one: 1 });
      expect(nodeCrypto.createHash('sha256').update('a').digest('hex')).toMatch(/^ca978112/);
      expect(zlib.gzipSync('a').length).toBeGreaterThan(0);
      expect(['b', 'a'].toSorted()).toEqual(['a', 'b']);
      queueMicrotask(() => {});
      structuredClone({});
    });
    expect(thrown).toBe(undefined);
  });

  it('is in reach of the theatre, where it says so', () => {
    const { thrown } = underBan(() =>
      outsideThePlay(() => [Date.now(), new Date(), performance.now(), process.hrtime.bigint()]),
    );
    expect(thrown).toBe(undefined);
  });

  it('cannot be forbidden twice at once', () => {
    const { thrown } = underBan(() => forbidRealWorld({ onEscape: () => {} }));
    expect(String(thrown)).toContain('another virtual run is on');
  });

  it.each([
    ['FSREQCALLBACK', () => keptFromBefore.readFile('/dev/null')],
    ['HASHREQUEST', () => keptFromBefore.digest('SHA-256', new Uint8Array(1))],
    ['Timeout', () => keptFromBefore.setTimeout(() => {}, 1)],
  ])('is noticed when a function kept from before the run starts it: %s', async (type, start) => {
    const { thrown, told } = underBan(start);
    expect(thrown).toBe(undefined);
    expect(told.map((error) => error.message)).toEqual([
      expect.stringMatching(`^real asynchronous work \\(${type}\\) was started .*/escape\\.test\\.ts:\\d+:\\d+$`),
    ]);
  });

  it('may be written to: a line on the terminal is no escape', () => {
    expect(underBan(() => process.stdout.write('')).told).toEqual([]);
  });

  it("fails the run even when a route's error handler would have hidden it", async () => {
    const stage = createStage({ seed: 1, startWallMs: 0 });
    stage.addProgram({
      program: 'shop',
      host: 'shop.test',
      create: () => ({
        app: new Hono().get('/', (c) => c.text(String(Math.random()))).onError((_, c) => c.text('quiet', 500)),
      }),
    });
    const { fetch } = stage.castMember('buyer');
    stage.spawnTask('buy', () => fetch('http://shop.test/', { method: 'GET', headers: {}, timeoutMs: 1000 }));
    await expect(stage.run({ untilMs: 5000 })).rejects.toThrow(/^Math\.random was called .*escape\.test\.ts:\d+/);
    expect(Math.random()).toBeLessThan(1);
  });
});
