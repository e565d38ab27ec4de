/** What worlds lean towards, as one word: `crash + busy`; those of the swarm lean towards nothing. */
import type { LeaningName } from '../explore/draw/leanings.ts';

export const nameOfWorlds = (leanings: readonly LeaningName[]): string =>
  leanings.length === 0 ? 'swarm' : leanings.join(' + ');
