/**
 * For each bug the first world that shows it, cut down: as few faults, payments and merchants as still show it.
 * What is written fails the same way with `breakwater replay FILE`, where the bug is.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { writeText } from '../cli/files.ts';
import type { Size } from '../explore/draw/shape.ts';
import { type Bug, worldsOf } from './bugs.ts';
import { copySources } from './copy.ts';
import type { Played, ShrunkWorld } from './messages.ts';
import { createPlayer } from './players.ts';
import { nameOfWorlds } from './world-name.ts';

export interface ShrinkOptions {
  readonly from: number;
  readonly seedsMax: number;
  readonly out: string;
  readonly size: Size;
  readonly seedMsMax: number;
  /** Wall milliseconds for one bug. */
  readonly budgetMs: number;
  /** Worlds that are known already. */
  readonly known: (bug: string | null, worlds: string) => readonly Played[];
  readonly swarm: boolean;
  readonly stopped: () => boolean;
}

export type ShrunkBug =
  | {
      readonly bug: string;
      readonly seed: number;
      readonly shrunk: ShrunkWorld;
      readonly file: string;
      /** Exit status of `breakwater replay FILE` where the bug is, and where it is not: 1 and 0 when all is well. */
      readonly replays: { readonly sick: number | null; readonly healthy: number | null };
    }
  /** Why there is nothing. */
  | { readonly bug: string; readonly seed: number | null; readonly shrunk: null };

/** By another process, as anybody would: what the file says is all that it knows. */
const replayIn = (root: string, file: string, out: string): number | null =>
  spawnSync(process.execPath, [path.join(root, 'scenarios/bin.mjs'), 'replay', path.resolve(file), '--out', out], {
    cwd: root,
    stdio: 'ignore',
    timeout: 120_000,
  }).status;

export const shrinkBug = async (bug: Bug, options: ShrinkOptions): Promise<ShrunkBug> => {
  const { from, seedsMax, out, seedMsMax, budgetMs, known, stopped } = options;
  const kind = worldsOf(bug, options);
  const worlds = nameOfWorlds(kind);
  const quiet = new Map(known(null, worlds).map(({ seed, found }) => [seed, found]));
  const copy = copySources(bug);
  const player = createPlayer({ root: copy.root, seedMsMax });
  const played = new Map(known(bug.name, worlds).map((one) => [one.seed, one]));
  try {
    for (let seed = from; seed < from + seedsMax && !stopped(); seed += 1) {
      const world = { seed, ...kind };
      const { found } = played.get(seed) ?? (await player.play(world));
      const checks = Object.keys(found).filter((check) => !Object.hasOwn(quiet.get(seed) ?? {}, check));
      if (checks.length === 0) continue;
      // What was expected to find it, where that did: it says best what is wrong.
      const wanted = checks.filter((check) => bug.expected.includes(check));
      const shrunk = await player.shrink(world, wanted.length > 0 ? wanted : checks, budgetMs);
      const [first] = shrunk?.files ?? [];
      if (shrunk === null || first === undefined) continue;
      const folder = path.join(out, 'shrunk', bug.name);
      for (const { name, text } of shrunk.files) writeText(path.join(folder, name), text);
      const file = path.join(folder, first.name);
      const sick = replayIn(copy.root, file, path.resolve(folder, 'sick'));
      copy.plant(null);
      const healthy = replayIn(copy.root, file, path.resolve(folder, 'healthy'));
      return { bug: bug.name, seed, shrunk, file, replays: { sick, healthy } };
    }
    return { bug: bug.name, seed: null, shrunk: null };
  } finally {
    player.close();
    copy.remove();
  }
};
