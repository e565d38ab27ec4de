import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openTraceFile } from '../../../scenarios/cli/trace-file.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'breakwater-trace-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const about = { scenario: 'tiny-day', policy: '保護', seed: 7, versions: { result: '1', node: '26.0.0' } };
const hash = '0123456789abcdef0123456789abcdef';

describe('the file of a trace', () => {
  it('begins with what it is of, its hash among it, and has a line for each that it was given', () => {
    const file = path.join(folder, 'new', 'trace.ndjson');
    const trace = openTraceFile(file, about);
    trace.line('{"atMs":1}');
    trace.line('{"atMs":2}');
    expect(existsSync(file)).toBe(false);
    trace.finish(hash);
    const [head, ...lines] = readFileSync(file, 'utf8').split('\n');
    expect(JSON.parse(head!)).toEqual({ trace: '1', traceHash: hash, ...about });
    expect(lines).toEqual(['{"atMs":1}', '{"atMs":2}', '']);
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  it('is written while the run goes on, and keeps what a run that breaks had traced', () => {
    const file = path.join(folder, 'broken.ndjson');
    const trace = openTraceFile(file, about);
    for (let atMs = 0; atMs < 100_000; atMs += 1) trace.line(JSON.stringify({ atMs }));
    expect(existsSync(file)).toBe(false);
    expect(statSync(`${file}.part`).size).toBeGreaterThan(1_000_000);
    trace.keep();
    expect(existsSync(file)).toBe(false);
    const lines = readFileSync(`${file}.part`, 'utf8').split('\n');
    expect([lines.length, lines.at(-1)]).toEqual([100_002, '']);
    expect(JSON.parse(lines.at(-2)!)).toEqual({ atMs: 99_999 });
  });

  it('refuses what is no hash: the rest would no longer stand where it stood', () => {
    expect(() => openTraceFile(path.join(folder, 'bad.ndjson'), about).finish('0123')).toThrow('no hash of a trace');
  });
});
