/**
 * Plays worlds against every bug, on as many processes as there are cores. What was played is kept in a file as it
 * comes, so that a campaign that was stopped goes on where it was.
 *
 * Which worlds is said by the bug's header: those in which its lines are reached. A bug is done when so many worlds
 * have shown it; each of them is also played without any bug, and counts only by what it does not show there.
 */
import type { Size } from '../explore/draw/shape.ts';
import { type Bug, worldsOf } from './bugs.ts';
import { createControl } from './control.ts';
import { copySources } from './copy.ts';
import type { Trial } from './matrix.ts';
import type { Played, WorldOf } from './messages.ts';
import { createPlayer } from './players.ts';
import { nameOfWorlds } from './world-name.ts';

export interface CampaignOptions {
  readonly bugs: readonly Bug[];
  readonly from: number;
  /** A bug is played until so many worlds have shown it. */
  readonly finds: number;
  /** And no further than so many worlds. */
  readonly seedsMax: number;
  readonly workers: number;
  /** `full`: all worlds; `small`: those of bugs that show in two minutes. */
  readonly size: Size;
  /** Worlds of the swarm, whatever a bug's header says. */
  readonly swarm?: boolean;
  /** Wall milliseconds that one seed may take. */
  readonly seedMsMax: number;
  /** Of an earlier part of the same campaign. */
  readonly known?: (bug: string | null, worlds: string) => readonly Played[];
  readonly onPlayed?: (bug: string | null, worlds: string, played: Played) => void;
  /** A world shows a bug, by what it does not show without it. */
  readonly onFound?: (bug: string, checks: readonly string[]) => void;
  readonly stopped?: () => boolean;
}

const bySeed = (played: Iterable<Played>): readonly Played[] => [...played].toSorted((a, b) => a.seed - b.seed);

/** In the order of the bugs, the one without a bug first. @throws HarnessError when not even that can be played */
export const campaign = async (options: CampaignOptions): Promise<readonly Trial[]> => {
  const { bugs, from, finds, seedsMax, workers, seedMsMax, known, onPlayed, onFound } = options;
  const stopped = (): boolean => options.stopped?.() === true;
  const control = createControl(options);
  const results = new Map<Bug, readonly Played[]>();

  /** What it shows beyond what its world shows by itself. */
  const cleaned = async (bug: Bug, world: WorldOf, one: Played): Promise<Played> => {
    if (Object.keys(one.found).length === 0) return one;
    const quiet = await control.of(world);
    const found = Object.fromEntries(Object.entries(one.found).filter(([check]) => !Object.hasOwn(quiet.found, check)));
    if (Object.keys(found).length > 0) onFound?.(bug.name, Object.keys(found));
    return { ...one, found };
  };

  const trial = async (bug: Bug, copy: ReturnType<typeof copySources>): Promise<void> => {
    const kind = worldsOf(bug, options);
    const worlds = nameOfWorlds(kind);
    const before = new Map((known?.(bug.name, worlds) ?? []).map((one) => [one.seed, one]));
    const played: Played[] = [];
    let shown = 0;
    copy.plant(bug);
    const player = createPlayer({ root: copy.root, seedMsMax });
    try {
      for (let seed = from; shown < finds && seed < from + seedsMax && !stopped(); seed += 1) {
        const world: WorldOf = { seed, ...kind };
        let one = before.get(seed);
        if (one === undefined) {
          one = await player.play(world);
          onPlayed?.(bug.name, worlds, one);
        }
        const clean = await cleaned(bug, world, one);
        if (Object.keys(clean.found).length > 0) shown += 1;
        played.push(clean);
      }
    } finally {
      player.close();
    }
    results.set(bug, bySeed(played));
  };

  const waiting = bugs.values();
  const lane = async (): Promise<void> => {
    const copy = copySources(null);
    try {
      for (const bug of waiting) {
        if (stopped()) return;
        await trial(bug, copy);
      }
    } finally {
      copy.remove();
    }
  };
  try {
    // First of all: what cannot be played without a bug says nothing with one.
    const [first] = bugs;
    if (first !== undefined) await control.of({ seed: from, ...worldsOf(first, options) });
    await Promise.all(Array.from({ length: workers }, lane));
    const trials: Trial[] = bugs.flatMap((bug) => {
      const played = results.get(bug);
      return played === undefined || played.length === 0 ? [] : [{ bug, played }];
    });
    return [{ bug: null, played: await control.all() }, ...trials];
  } finally {
    await control.close();
  }
};
