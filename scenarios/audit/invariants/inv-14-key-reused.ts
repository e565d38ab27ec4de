/** The same key with another request is refused, and nothing comes of it. */
import type { Invariant } from '../invariant.ts';
import { faultsOfAnswers } from '../invariant.ts';

export const inv14: Invariant = {
  id: 'INV-14',
  title: 'a key used for another request is refused',
  judge: ({ answers }) => faultsOfAnswers('INV-14', answers),
};
