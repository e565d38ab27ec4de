/** What worlds lean towards, as one word: `crash + busy`; those of the swarm lean towards nothing. Long ones say so. */
import type { WorldOf } from './messages.ts';

export const nameOfWorlds = ({ leanings, size }: Pick<WorldOf, 'leanings' | 'size'>): string =>
  `${leanings.length === 0 ? 'swarm' : leanings.join(' + ')}${size === 'full' ? ', full' : ''}`;
