/**
 * Plays seeds against every bug, on as many processes as there are cores. What was played is kept in a file as it
 * comes, so that a campaign that was stopped goes on where it was.
 */
import { HarnessError } from '../cli/exit-status.ts';
import type { Size } from '../explore/draw/shape.ts';
import type { Bug } from './bugs.ts';
import { copySources, type SourcesCopy } from './copy.ts';
import type { Trial } from './matrix.ts';
import type { Played } from './messages.ts';
import { createPlayer, harnessChecks, type Player } from './players.ts';

export interface CampaignOptions {
  readonly bugs: readonly Bug[];
  readonly from: number;
  /** Played against each bug, whatever is found, and without any. */
  readonly seeds: number;
  /** A bug that was not found in these is played on until it is, and no further than this many. */
  readonly seedsMax: number;
  readonly workers: number;
  readonly size: Size;
  /** Wall milliseconds that one seed may take. */
  readonly seedMsMax: number;
  /** Of an earlier part of the same campaign. */
  readonly known?: (bug: string | null) => readonly Played[];
  readonly onPlayed?: (bug: string | null, played: Played) => void;
  /** A world shows a bug, by what it does not show without it. */
  readonly onFound?: (bug: string, checks: readonly string[]) => void;
  readonly stopped?: () => boolean;
}

/** What seeds show without any bug; each is played once, when somebody needs to know. */
const createBaseline = ({ size, seedMsMax, known, onPlayed }: CampaignOptions) => {
  const played = new Map((known?.(null) ?? []).map((one) => [one.seed, Promise.resolve(one)]));
  let copy: SourcesCopy | null = null;
  let player: Player | null = null;
  let last: Promise<unknown> = Promise.resolve();

  const play = async (seed: number): Promise<Played> => {
    copy ??= copySources(null);
    player ??= createPlayer({ root: copy.root, size, seedMsMax });
    const one = await player.play(seed);
    if (Object.hasOwn(one.found, harnessChecks.broke))
      throw new HarnessError(`seed ${seed} cannot be played without any bug: ${one.said[harnessChecks.broke] ?? ''}`);
    onPlayed?.(null, one);
    return one;
  };

  return {
    of(seed: number): Promise<Played> {
      let one = played.get(seed);
      if (one === undefined) {
        // One after the other: the process plays one at a time.
        one = last.then(() => play(seed));
        last = one.catch(() => {});
        played.set(seed, one);
      }
      return one;
    },
    all: async (): Promise<readonly Played[]> => Promise.all(played.values()),
    async close(): Promise<void> {
      await last;
      player?.close();
      copy?.remove();
    },
  };
};

const bySeed = (played: Iterable<Played>): readonly Played[] => [...played].toSorted((a, b) => a.seed - b.seed);

/** In the order of the bugs, the one without a bug first. @throws HarnessError when not even that can be played */
export const campaign = async (options: CampaignOptions): Promise<readonly Trial[]> => {
  const { bugs, from, seeds, seedsMax, workers, size, seedMsMax, known, onPlayed, onFound } = options;
  const stopped = (): boolean => options.stopped?.() === true;
  const baseline = createBaseline(options);
  const results = new Map<Bug, readonly Played[]>();

  /** Does it show anything that the seed does not show by itself? */
  const shows = async (bug: Bug, { seed, found }: Played): Promise<boolean> => {
    if (Object.keys(found).length === 0) return false;
    const quiet = await baseline.of(seed);
    const checks = Object.keys(found).filter((check) => !Object.hasOwn(quiet.found, check));
    if (checks.length > 0) onFound?.(bug.name, checks);
    return checks.length > 0;
  };

  const trial = async (bug: Bug): Promise<void> => {
    const played = new Map((known?.(bug.name) ?? []).map((one) => [one.seed, one]));
    let found = false;
    for (const one of played.values()) found = (await shows(bug, one)) || found;
    const wanted = (): boolean => played.size < (found ? seeds : Math.max(seeds, seedsMax));
    if (wanted()) {
      const copy = copySources(bug);
      const player = createPlayer({ root: copy.root, size, seedMsMax });
      try {
        for (let seed = from; wanted() && !stopped(); seed += 1) {
          if (played.has(seed)) continue;
          const one = await player.play(seed);
          played.set(seed, one);
          onPlayed?.(bug.name, one);
          found = (await shows(bug, one)) || found;
        }
      } finally {
        player.close();
        copy.remove();
      }
    }
    results.set(bug, bySeed(played.values()));
  };

  const waiting = bugs.values();
  const lane = async (): Promise<void> => {
    for (const bug of waiting) {
      if (stopped()) return;
      await trial(bug);
    }
  };
  try {
    // First of all: what cannot be played without a bug says nothing with one.
    for (let seed = from; seed < from + seeds && !stopped(); seed += 1) await baseline.of(seed);
    await Promise.all(Array.from({ length: workers }, lane));
    const trials: Trial[] = bugs.flatMap((bug) => {
      const played = results.get(bug);
      return played === undefined || played.length === 0 ? [] : [{ bug, played }];
    });
    return [{ bug: null, played: bySeed(await baseline.all()) }, ...trials];
  } finally {
    await baseline.close();
  }
};
