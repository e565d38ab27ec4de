/** The scanner finds what is planted: in each spelling, in each kind of place. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { canaryPan, passesLuhn, planted, scan, scanFor, spellings } from './scanner.ts';

const pan = canaryPan('453957', 1);
const other = canaryPan('453957', 2);
const noise = Buffer.from(`${'{"event":"charge","id":"ch_0123456789abcdef"}\n'.repeat(50)}`);

describe('the canary scan', () => {
  it.each(Object.keys(spellings))('finds a number written as %s', (spelling) => {
    const place = planted({ name: 'a log', bytes: noise }, spellings[spelling]!(pan));
    const found = scan([{ name: 'clean', bytes: noise }, place], [other, pan]);
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map(({ place: where, secret }) => `${where}: ${secret}`))).toEqual(new Set([`a log: ${pan}`]));
  });

  it('finds nothing where nothing is', () => {
    expect(scan([{ name: 'clean', bytes: noise }], [pan, other])).toEqual([]);
  });

  it('finds a number in pages of a database, in its log of writes, and in pages that were freed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'breakwater-canary-'));
    const file = join(folder, 'x.sqlite');
    const db = new DatabaseSync(file);
    const places = () =>
      ['', '-wal'].map((suffix) => ({ name: `x.sqlite${suffix}`, bytes: readFileSync(file + suffix) }));
    db.exec('pragma journal_mode = wal; create table t (id integer primary key, text text)');
    db.prepare('insert into t values (1, ?)').run(pan);
    expect(scan(places(), [pan]).map(({ place }) => place)).toEqual(['x.sqlite-wal']);
    db.exec('pragma wal_checkpoint(truncate)');
    expect(scan(places(), [pan]).map(({ place }) => place)).toEqual(['x.sqlite']);
    db.exec('delete from t; pragma wal_checkpoint(truncate)');
    expect(scan(places(), [pan]).map(({ place }) => place)).toEqual(['x.sqlite']);
    db.prepare('insert into t values (2, ?)').run(Buffer.from(other, 'utf16le'));
    expect(scan(places(), [other]).map(({ view }) => view)).toEqual(['UTF-16']);
    db.close();
    rmSync(folder, { recursive: true });
  });

  it('finds a number in a line of the log, and in the stack of an error', () => {
    const lines: string[] = [];
    const log = pino({}, { write: (line: string) => void lines.push(line) });
    log.error({ event: 'broke', reason: new Error(`no such card ${pan}`).stack });
    log.info({ event: 'fine', body: JSON.stringify({ card: { number: other } }) });
    const found = scan([{ name: 'log', bytes: Buffer.from(lines.join('')) }], [pan, other]);
    expect(new Set(found.map(({ secret }) => secret))).toEqual(new Set([pan, other]));
  });

  it('finds numbers of a range without knowing them', () => {
    const place = planted({ name: 'report.html', bytes: noise }, spellings.base64!(pan));
    expect(scanFor([place], /453957\d{10}/g, passesLuhn).map(({ secret, view }) => [secret, view])).toContainEqual([
      pan,
      'base64',
    ]);
    expect(scanFor([{ name: 'clean', bytes: noise }], /453957\d{10}/g, passesLuhn)).toEqual([]);
  });
});
