import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../../scenarios/cli/exit-status.ts';
import { openCampaign } from '../../../scenarios/explore/campaign-file.ts';
import type { SeedResult } from '../../../scenarios/explore/world.ts';

const start = { from: 1, shard: { index: 1, of: 1 }, size: 'full' } as const;

const resultOf = (seed: number, changes: Partial<SeedResult> = {}): SeedResult => ({
  seed,
  mode: 'liveness',
  violations: [],
  judged: { 'INV-01': 3 },
  faults: { 'link.down': 2, cap: 1 },
  pairs: ['link.down x create x into'],
  flows: { create: 5 },
  simulatedMs: 60_000,
  payments: 5,
  requests: 40,
  traceHash: 'a',
  ...changes,
});

describe('the file of a campaign', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'breakwater-explore-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('goes on behind the seeds that were played, with their totals', () => {
    const first = openCampaign(folder, start);
    first.keep(resultOf(1), 100);
    first.keep(resultOf(2, { violations: [{ check: 'INV-01', atMs: 5, objects: ['ch_1'], text: 'twice' }] }), 150);

    const again = openCampaign(folder, start);
    expect([...again.played]).toEqual([1, 2]);
    expect(again.totals).toMatchObject({ seeds: 2, payments: 10, cpuMs: 250, failed: 1 });
    expect(again.totals).toEqual(first.totals);
    expect([...again.totals.together]).toEqual(['cap + link.down']);
  });

  it('forgets the seed whose line was torn, and writes behind the last whole one', () => {
    const first = openCampaign(folder, start);
    first.keep(resultOf(1), 100);
    appendFileSync(first.file, '{"cpuMs":80,"result":{"seed":2,"mo');

    const again = openCampaign(folder, start);
    expect([...again.played]).toEqual([1]);
    again.keep(resultOf(2), 80);
    expect([...openCampaign(folder, start).played]).toEqual([1, 2]);
  });

  it.each([
    ['format', 99, 'world format 99, this is 1'],
    ['version', '0.0.1', 'version 0.0.1, this is'],
    ['code', 'feedfeedfeed', 'other sources (feedfeedfeed)'],
    ['from', 7, '--from 7'],
  ])('says which %s an older campaign has, and leaves it alone', (field, value, words) => {
    const { file } = openCampaign(folder, start);
    const head = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const text = `${JSON.stringify({ ...head, [field]: value })}\n`;
    writeFileSync(file, text);
    expect(() => openCampaign(folder, start)).toThrow(UsageError);
    expect(() => openCampaign(folder, start)).toThrow(words);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('refuses a file that is no campaign', () => {
    writeFileSync(path.join(folder, 'campaign.ndjson'), 'hello\n');
    expect(() => openCampaign(folder, start)).toThrow('is not a campaign');
  });

  it('gives each shard a file of its own', () => {
    const one = openCampaign(folder, { ...start, shard: { index: 1, of: 2 } });
    const other = openCampaign(folder, { ...start, shard: { index: 2, of: 2 } });
    one.keep(resultOf(1), 1);
    expect(other.file).not.toBe(one.file);
    expect(openCampaign(folder, { ...start, shard: { index: 2, of: 2 } }).played.size).toBe(0);
  });

  it('says that nothing can be written any more, and how many seeds are kept', () => {
    const campaign = openCampaign(folder, start);
    campaign.keep(resultOf(1), 1);
    rmSync(folder, { recursive: true });
    expect(() => campaign.keep(resultOf(2), 1)).toThrow('1 seeds are kept, and the same command goes on');
    expect(campaign.totals.seeds).toBe(1);
  });
});
