import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Shell } from '../../../scenarios/cli/shell.ts';
import { explore } from '../../../scenarios/explore/explore.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'breakwater-smoke-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const said: string[] = [];
const shell: Shell = {
  out: (text) => void said.push(text),
  note: () => {},
  outTty: null,
  noteTty: null,
  nowMs: () => performance.now(),
  after(delayMs, act) {
    const timer = setTimeout(act, delayMs);
    return () => clearTimeout(timer);
  },
  onInterrupt: () => () => {},
};

describe('small worlds of seeds 1 to 200', () => {
  it('keep every promise, and two of them are played twice', { timeout: 300_000 }, async () => {
    const status = await explore(shell, {
      seeds: 200,
      from: 1,
      shard: { index: 1, of: 1 },
      size: 'small',
      out: folder,
      // A failure is worth its scenario at once, whoever reads the log.
      shrinks: 1,
    });
    const [failures, summary] = [said.filter((line) => line.startsWith('seed ')), said.join('')];
    expect(failures, summary).toEqual([]);
    expect(status, summary).toBe(0);
    const coverage = JSON.parse(readFileSync(path.join(folder, 'coverage.json'), 'utf8')) as {
      faults: Record<string, number>;
      checks: Record<string, { judged: number }>;
    };
    // Nobody proves anything by worlds in which nothing goes wrong.
    expect(Object.keys(coverage.faults).length).toBeGreaterThan(50);
    expect(coverage.checks['INV-42']?.judged).toBe(2);
    // Sums are compared once for each acquirer of a world, the others once for each payment.
    expect(coverage.checks['INV-05']?.judged).toBeGreaterThan(200);
    for (const check of ['INV-01', 'INV-02', 'INV-09', 'SETTLED'])
      expect(coverage.checks[check]?.judged, check).toBeGreaterThan(500);
    // Somebody in these worlds asks for what is another's, points inside, or tries cards.
    for (const check of ['INV-32', 'INV-34', 'INV-35'])
      expect(coverage.checks[check]?.judged, check).toBeGreaterThan(200);
  });
});
