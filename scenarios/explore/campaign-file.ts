/**
 * The file a campaign keeps: a line that says what it is, then one per seed. Whatever ends a campaign (a stop, a full
 * disk, a crash) leaves whole lines and perhaps a torn last one, and the same command goes on behind them.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { HarnessError, UsageError } from '../cli/exit-status.ts';
import { versions } from '../theatre/versions.ts';
import type { Size } from './draw/shape.ts';
import { addResult, noTotals, oneOfEach, type Totals } from './totals.ts';
import { type SeedResult, worldFormat } from './world.ts';

export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly of: number;
}

const Head = z.object({
  campaign: z.literal('breakwater explore'),
  format: z.int(),
  version: z.string(),
  /** Of the sources: the same seed is another world, and another play, with other code. */
  code: z.string(),
  from: z.int(),
  shard: z.object({ index: z.int(), of: z.int() }),
  size: z.enum(['full', 'small']),
});
type Head = z.infer<typeof Head>;

/** Trusted: this program wrote it, and its head said so. */
interface SeedLine {
  readonly cpuMs: number;
  readonly result: SeedResult;
}

const root = path.join(import.meta.dirname, '..', '..');
const rooms = ['gateway', 'acquirer-sim', 'scenarios'] as const;

/** Hash of every source and policy a world depends on, 12 hex digits. */
export const codeHash = (): string => {
  const hash = createHash('sha256');
  for (const room of rooms) {
    const files = readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|yaml)$/.test(file))
      .sort();
    for (const file of files) hash.update(`${room}/${file}\n`).update(readFileSync(path.join(root, room, file)));
  }
  return hash.digest('hex').slice(0, 12);
};

export interface Campaign {
  readonly file: string;
  readonly totals: Totals;
  /** Seeds that need not be played again. */
  readonly played: ReadonlySet<number>;
  /** Keeps a seed's result. @throws HarnessError when it cannot be written; nothing is half there then. */
  keep(result: SeedResult, cpuMs: number): void;
}

const differences = (was: Head, is: Head): readonly string[] =>
  [
    was.format === is.format ? null : `world format ${was.format}, this is ${is.format}`,
    was.version === is.version ? null : `version ${was.version}, this is ${is.version}`,
    was.code === is.code ? null : `other sources (${was.code}), these are ${is.code}`,
    was.from === is.from ? null : `--from ${was.from}`,
    was.size === is.size ? null : `--size ${was.size}`,
    was.shard.index === is.shard.index && was.shard.of === is.shard.of
      ? null
      : `--shard ${was.shard.index}/${was.shard.of}`,
  ].filter((difference) => difference !== null);

const headOf = (file: string, line: string): Head => {
  try {
    return Head.parse(JSON.parse(line));
  } catch {
    throw new UsageError(`breakwater: ${file} is not a campaign of breakwater explore`);
  }
};

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Begins a campaign in a folder, or goes on with the one that is there. @throws UsageError when it is another one's. */
export const openCampaign = (
  folder: string,
  start: { readonly from: number; readonly shard: Shard; readonly size: Size },
): Campaign => {
  const { from, shard, size } = start;
  const file = path.join(folder, shard.of === 1 ? 'campaign.ndjson' : `campaign-${shard.index}-of-${shard.of}.ndjson`);
  const head: Head = {
    campaign: 'breakwater explore',
    format: worldFormat,
    version: versions().breakwater ?? 'unknown',
    code: codeHash(),
    from,
    shard,
    size,
  };
  const totals = noTotals();
  const played = new Set<number>();
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  // A torn last line is a seed that will be played again.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const [first, ...lines] = whole.split('\n').filter((line) => line !== '');
  if (first === undefined) {
    try {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, `${JSON.stringify(head)}\n`);
    } catch (error) {
      throw new HarnessError(`the campaign cannot be written: ${reasonOf(error)}`);
    }
  } else {
    const other = differences(headOf(file, first), head);
    if (other.length > 0)
      throw new UsageError(
        ...other.map((difference) => `breakwater: ${file} was begun with ${difference}; take another --out`),
      );
    if (whole.length < text.length) truncateSync(file, Buffer.byteLength(whole));
    for (const line of lines) {
      const { result, cpuMs } = JSON.parse(line) as SeedLine;
      if (played.has(result.seed)) continue;
      played.add(result.seed);
      addResult(totals, result, cpuMs);
    }
  }
  let bytes = Buffer.byteLength(whole === '' ? `${JSON.stringify(head)}\n` : whole);
  return {
    file,
    totals,
    played,
    keep(result, cpuMs) {
      const line = `${JSON.stringify({ cpuMs: Math.round(cpuMs), result: { ...result, violations: oneOfEach(result.violations) } })}\n`;
      try {
        appendFileSync(file, line);
      } catch (error) {
        try {
          // What a full disk took of the line would be read as a torn one anyway.
          truncateSync(file, bytes);
        } catch {
          // The next start cuts it off.
        }
        throw new HarnessError(
          `${file} cannot be written (${reasonOf(error)}); ${totals.seeds} seeds are kept, and the same command goes on behind them`,
        );
      }
      bytes += Buffer.byteLength(line);
      played.add(result.seed);
      addResult(totals, result, cpuMs);
    },
  };
};
