/** The same worlds without any bug: what one shows there is no finding, and it should show nothing. */
import { HarnessError } from '../cli/exit-status.ts';
import { copySources, type SourcesCopy } from './copy.ts';
import type { Played, WorldOf } from './messages.ts';
import { createPlayer, harnessChecks, type Player } from './players.ts';
import { nameOfWorlds } from './world-name.ts';

export interface Control {
  /** Played once, when somebody needs to know. @throws HarnessError when it cannot be played */
  of(world: WorldOf): Promise<Played>;
  all(): Promise<readonly Played[]>;
  close(): Promise<void>;
}

export interface ControlOptions {
  readonly seedMsMax: number;
  /** Of an earlier part of the same campaign, by the name of its worlds. */
  readonly known?: (bug: null, worlds: string) => readonly Played[];
  readonly onPlayed?: (bug: null, worlds: string, played: Played) => void;
}

export const createControl = ({ seedMsMax, known, onPlayed }: ControlOptions): Control => {
  const byWorlds = new Map<string, Map<number, Promise<Played>>>();
  let copy: SourcesCopy | null = null;
  let player: Player | null = null;
  let last: Promise<unknown> = Promise.resolve();

  const play = async (world: WorldOf): Promise<Played> => {
    copy ??= copySources(null);
    player ??= createPlayer({ root: copy.root, seedMsMax });
    const one = await player.play(world);
    if (Object.hasOwn(one.found, harnessChecks.broke))
      throw new HarnessError(
        `seed ${world.seed} cannot be played without any bug: ${one.said[harnessChecks.broke] ?? ''}`,
      );
    onPlayed?.(null, nameOfWorlds(world), one);
    return one;
  };

  return {
    of(world) {
      const worlds = nameOfWorlds(world);
      let played = byWorlds.get(worlds);
      if (played === undefined) {
        played = new Map((known?.(null, worlds) ?? []).map((one) => [one.seed, Promise.resolve(one)]));
        byWorlds.set(worlds, played);
      }
      let one = played.get(world.seed);
      if (one === undefined) {
        // One after the other: the process plays one at a time.
        one = last.then(() => play(world));
        last = one.catch(() => {});
        played.set(world.seed, one);
      }
      return one;
    },
    all: () => Promise.all([...byWorlds.values()].flatMap((played) => [...played.values()])),
    async close() {
      await last;
      player?.close();
      copy?.remove();
    },
  };
};
