/** `breakwater prove`: bugs planted into copies of the sources, and who finds them. */
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { Size } from '../explore/draw/shape.ts';
import { readBugs } from '../prove/bugs.ts';
import { campaign } from '../prove/campaign.ts';
import { openJournal } from '../prove/journal.ts';
import { matrixOf } from '../prove/matrix.ts';
import { createProgress } from '../prove/progress.ts';
import { nameOfSources } from '../prove/sources.ts';
import { tableOf } from '../prove/table.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import { requireWritable, writeText } from './files.ts';
import type { Shell } from './shell.ts';

export interface ProveOptions {
  /** Names of bugs; all when there is none. */
  readonly bug: readonly string[];
  /** A bug is played until so many worlds have shown it, and no further than `seedsMax` of them. */
  readonly finds: number;
  readonly seedsMax: number;
  readonly swarm: boolean;
  readonly from: number;
  /** Processes; as many as cores when absent. */
  readonly workers?: number;
  readonly size: Size;
  /** Folder of `prove.json`, `prove.txt` and `played.ndjson`. */
  readonly out: string;
  /** Cuts the first world that shows each bug down. */
  readonly shrink: boolean;
}

/** A seed takes seconds; one that takes minutes has found a circle. */
const seedMsMax = 180_000;
/** For cutting one bug's world down. */
const shrinkMs = 120_000;

const endsAs = (status: number | null): string =>
  status === exitStatus.fails ? 'it fails' : status === exitStatus.holds ? 'it holds' : `it ends with ${status}`;

export const prove = async (shell: Shell, options: ProveOptions): Promise<number> => {
  const all = readBugs();
  for (const name of options.bug)
    if (!all.some((bug) => bug.name === name))
      throw new UsageError(
        `breakwater: no planted bug ${JSON.stringify(name)}; there are ${all.map((bug) => bug.name).join(', ')}`,
      );
  requireWritable('--out', options.out, 'folder');
  const bugs = options.bug.length === 0 ? all : all.filter(({ name }) => options.bug.includes(name));
  mkdirSync(options.out, { recursive: true });
  const journal = openJournal(path.join(options.out, 'played.ndjson'), `${nameOfSources()} ${options.size}`);
  let stopped = false;
  const listen = shell.onInterrupt(() => {
    stopped = true;
  });
  if (options.shrink) {
    const { shrinkBug } = await import('../prove/shrink.ts');
    let all = true;
    for (const bug of bugs) {
      if (stopped) break;
      const { from, seedsMax, out, size } = options;
      const made = await shrinkBug(bug, {
        from,
        seedsMax,
        out,
        size,
        seedMsMax,
        budgetMs: shrinkMs,
        known: journal.known,
        swarm: options.swarm,
        stopped: () => stopped,
      });
      all &&=
        made.shrunk !== null && made.replays.sick === exitStatus.fails && made.replays.healthy === exitStatus.holds;
      shell.out(
        made.shrunk === null
          ? `${made.bug}: no world of ${seedsMax} shows it\n`
          : `${made.bug}: seed ${made.seed}, ${made.shrunk.check} with ${made.shrunk.faults} faults and ${made.shrunk.payments} payments after ${made.shrunk.tries} worlds: ${made.file}; replayed with the bug ${endsAs(made.replays.sick)}, without it ${endsAs(made.replays.healthy)}\n`,
      );
    }
    listen();
    return stopped ? exitStatus.interrupted : all ? exitStatus.holds : exitStatus.fails;
  }
  const progress = createProgress(shell.note, shell.noteTty, bugs.length + 1, shell.nowMs);
  const trials = await campaign({
    bugs,
    from: options.from,
    finds: options.finds,
    seedsMax: options.seedsMax,
    swarm: options.swarm,
    workers: Math.min(options.workers ?? availableParallelism(), bugs.length),
    size: options.size,
    seedMsMax,
    known: journal.known,
    onPlayed(bug, worlds, played) {
      journal.add(bug, worlds, played);
      progress.played(bug);
    },
    onFound: progress.found,
    stopped: () => stopped,
  });
  listen();
  progress.close();
  const matrix = matrixOf(trials);
  const table = tableOf(matrix);
  writeText(path.join(options.out, 'prove.json'), `${JSON.stringify(matrix, null, 2)}\n`);
  writeText(path.join(options.out, 'prove.txt'), table);
  shell.out(table);
  if (stopped) return exitStatus.interrupted;
  const quiet = Object.keys(matrix.baseline.found).length === 0;
  return quiet && matrix.findings.every(({ hits }) => hits > 0) ? exitStatus.holds : exitStatus.fails;
};
