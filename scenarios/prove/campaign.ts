/**
 * Plays seeds against every bug, on as many processes as there are cores. What was played is kept in a file as it
 * comes, so that a campaign that was stopped goes on where it was.
 */
import type { Bug } from './bugs.ts';
import { copySources } from './copy.ts';
import type { Trial } from './matrix.ts';
import type { Played } from './messages.ts';
import { createPlayer, type Player } from './players.ts';

export interface CampaignOptions {
  readonly bugs: readonly Bug[];
  /** Also without any bug. */
  readonly baseline: boolean;
  readonly from: number;
  /** Played against each bug, whatever is found. */
  readonly seeds: number;
  /** A bug that was not found in these is played on until it is, and no further than this many. */
  readonly seedsMax: number;
  readonly workers: number;
  readonly seedMsMax: number;
  /** Of an earlier part of the same campaign. */
  readonly known?: (bug: string | null) => readonly Played[];
  readonly onPlayed?: (bug: string | null, played: Played) => void;
  readonly stopped?: () => boolean;
}

const isFound = ({ found }: Played): boolean => Object.keys(found).length > 0;

/** In the order of the bugs, the one without a bug first. */
export const campaign = async (options: CampaignOptions): Promise<readonly Trial[]> => {
  const { bugs, baseline, from, seeds, seedsMax, workers, seedMsMax, known, onPlayed } = options;
  const subjects: readonly (Bug | null)[] = [...(baseline ? [null] : []), ...bugs];
  const results = new Map<Bug | null, readonly Played[]>();
  const waiting = subjects.values();

  const trial = async (bug: Bug | null): Promise<void> => {
    const name = bug?.name ?? null;
    const played = new Map((known?.(name) ?? []).map((one) => [one.seed, one]));
    const wanted = (): boolean =>
      played.size < seeds || (bug !== null && played.size < seedsMax && ![...played.values()].some(isFound));
    if (wanted()) {
      const copy = copySources(bug);
      const player: Player = createPlayer({ root: copy.root, seedMsMax });
      try {
        for (let seed = from; wanted() && options.stopped?.() !== true; seed += 1) {
          if (played.has(seed)) continue;
          const one = await player.play(seed);
          played.set(seed, one);
          onPlayed?.(name, one);
        }
      } finally {
        player.close();
        copy.remove();
      }
    }
    results.set(
      bug,
      [...played.values()].toSorted((a, b) => a.seed - b.seed),
    );
  };

  const lane = async (): Promise<void> => {
    for (const bug of waiting) {
      if (options.stopped?.() === true) return;
      await trial(bug);
    }
  };
  await Promise.all(Array.from({ length: workers }, lane));
  return subjects.flatMap((bug) => {
    const played = results.get(bug);
    return played === undefined ? [] : [{ bug, played }];
  });
};
