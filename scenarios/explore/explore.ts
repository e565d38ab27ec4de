/**
 * A campaign: seeds over all cores, one file that is resumed, and the failures cut down to scenarios.
 *
 * It never stops at a violation. Every seed is played and judged, so that one campaign says of every check how often
 * it found something; what failed is shrunk afterwards, one seed for each way of failing.
 */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { exitStatus, HarnessError, UsageError } from '../cli/exit-status.ts';
import { requireWritable, writeText } from '../cli/files.ts';
import type { Shell } from '../cli/shell.ts';
import { type Campaign, openCampaign, type Shard } from './campaign-file.ts';
import { drawWorld } from './draw/draw-world.ts';
import type { Size } from './draw/shape.ts';
import { failureFiles } from './shrink/failure-files.ts';
import { signatureOf } from './shrink/signature.ts';
import type { Failure } from './totals.ts';
import { coverageOf, failureLines, progressLine, renderTotals } from './words.ts';
import { startWorkers, type Workers } from './workers.ts';

export interface ExploreOptions {
  /** How many of the whole campaign, all shards together; absent: as many as the minutes allow. */
  readonly seeds?: number | undefined;
  readonly from: number;
  readonly minutes?: number | undefined;
  readonly shard: Shard;
  /** Of every world: ten minutes, or two that show less and cost a fifth. */
  readonly size: Size;
  readonly out: string;
  /** Ways of failing that are shrunk; 0: none. */
  readonly shrinks: number;
}

const seedMax = 0xffff_ffff;
const defaultSeeds = 200;
const progressEveryMs = 10_000;
/** One in a hundred is played twice. */
const twiceEvery = 100;
const shrinkBudgetMs = 120_000;

/** The seeds of a shard, in order; those of `--seeds` or without an end. */
function* seedsOf({ from, seeds, minutes, shard }: ExploreOptions): Iterable<number> {
  const count = seeds ?? (minutes === undefined ? defaultSeeds : Number.POSITIVE_INFINITY);
  for (let index = shard.index - 1; index < count; index += shard.of) {
    if (from + index > seedMax) return;
    yield from + index;
  }
}

/** One failure for each way of failing: check, and the words of its first line without its names and numbers. */
const waysOf = (failures: readonly Failure[]): readonly (readonly [Failure, number])[] => {
  const ways = new Map<string, readonly [Failure, number]>();
  for (const failure of failures)
    for (const [index, violation] of failure.violations.entries()) {
      const way = signatureOf(violation);
      if (!ways.has(way)) ways.set(way, [failure, index]);
    }
  return [...ways.values()];
};

const shrinkAll = async (
  shell: Shell,
  workers: Workers,
  campaign: Campaign,
  options: ExploreOptions,
): Promise<void> => {
  const ways = waysOf(campaign.totals.failures).slice(0, options.shrinks);
  if (ways.length === 0) return;
  shell.out(`shrinking ${ways.length} ${ways.length === 1 ? 'failure' : 'ways of failing'}\n`);
  const one = async ([failure, index]: readonly [Failure, number]): Promise<void> => {
    const violation = failure.violations[index];
    if (violation === undefined) return;
    const answer = await workers.ask({
      type: 'shrink',
      world: drawWorld(failure.seed, options.size),
      violation,
      budgetMs: shrinkBudgetMs,
    });
    if (answer.type !== 'shrunk') return;
    const { shrunk } = answer;
    if (shrunk === null) {
      shell.out(`seed ${failure.seed}: ${violation.check} did not show again when it was played alone\n`);
      return;
    }
    const files = failureFiles(shrunk);
    for (const { name, text } of files) writeText(path.join(options.out, 'found', name), text);
    shell.out(
      `seed ${failure.seed}: ${violation.check} with ${shrunk.faults} faults and ${shrunk.payments} payments after ${shrunk.tries} tries: ` +
        `breakwater replay ${path.join(options.out, 'found', files[0]?.name ?? '')}\n`,
    );
  };
  await Promise.all(
    ways.map((way) =>
      one(way).catch((error: unknown) => {
        shell.note(`shrinking seed ${way[0].seed}: ${error instanceof Error ? error.message : String(error)}\n`);
      }),
    ),
  );
};

/** Plays a campaign, or goes on with it, and says how the command ends. @throws UsageError | HarnessError */
export const explore = async (shell: Shell, options: ExploreOptions): Promise<number> => {
  const { seeds, from, shard, out, minutes } = options;
  if (from + (seeds ?? 1) - 1 > seedMax) throw new UsageError('breakwater: --from and --seeds go beyond the last seed');
  requireWritable('--out', out, 'folder');
  const campaign = openCampaign(out, { from, shard, size: options.size });
  const { totals } = campaign;
  if (campaign.played.size > 0) shell.out(`going on with ${campaign.file}: ${campaign.played.size} seeds are played\n`);

  const startedMs = shell.nowMs();
  const before = { seeds: totals.seeds, simulatedMs: totals.simulatedMs };
  const seconds = (): number => Math.max(0.001, (shell.nowMs() - startedMs) / 1000);
  const left = [...(seeds === undefined && minutes !== undefined ? [] : seedsOf(options))][Symbol.iterator]();
  const endless = seedsOf(options)[Symbol.iterator]();
  const next = seeds === undefined && minutes !== undefined ? endless : left;

  let interrupted = false;
  let broken: HarnessError | null = null;
  const workers = startWorkers(availableParallelism());
  const ignoreInterrupts = shell.onInterrupt(() => {
    interrupted = true;
    workers.kill();
  });
  const isOver = (): boolean => interrupted || broken !== null || (minutes !== undefined && seconds() >= minutes * 60);
  let saidMs = startedMs;

  const play = async (seed: number): Promise<void> => {
    const answer = await workers.ask({ type: 'play', seed, size: options.size, twice: seed % twiceEvery === 0 });
    if (answer.type !== 'played') return;
    campaign.keep(answer.result, answer.cpuMs);
    const failure = { seed, violations: answer.result.violations };
    if (failure.violations.length > 0)
      shell.out(failureLines(totals.failures.find((known) => known.seed === seed) ?? failure));
    if (shell.nowMs() - saidMs < progressEveryMs) return;
    saidMs = shell.nowMs();
    shell.note(progressLine(totals, totals.seeds - before.seeds, totals.simulatedMs - before.simulatedMs, seconds()));
  };
  const lane = async (): Promise<void> => {
    while (!isOver()) {
      const { value: seed, done } = next.next();
      if (done === true) return;
      if (campaign.played.has(seed)) continue;
      try {
        await play(seed);
      } catch (error) {
        if (interrupted) return;
        broken ??= error instanceof HarnessError ? error : new HarnessError(`seed ${seed} broke`, { cause: error });
      }
    }
  };
  await Promise.all(Array.from({ length: workers.count }, lane));

  const played = {
    seeds: totals.seeds - before.seeds,
    simulatedMs: totals.simulatedMs - before.simulatedMs,
    seconds: seconds(),
  };
  if (!interrupted && broken === null) await shrinkAll(shell, workers, campaign, options);
  ignoreInterrupts();
  workers.release();
  shell.out(renderTotals(totals, played));
  shell.out(`campaign: ${campaign.file}${interrupted ? ' (interrupted; the same command goes on)' : ''}\n`);
  if (broken === null)
    writeText(
      campaign.file.replace(/^(.*)campaign(.*)\.ndjson$/, '$1coverage$2.json'),
      `${JSON.stringify(coverageOf(totals), null, 2)}\n`,
    );
  if (broken !== null) throw broken as HarnessError;
  if (interrupted) return exitStatus.interrupted;
  return totals.failed === 0 ? exitStatus.holds : exitStatus.fails;
};
