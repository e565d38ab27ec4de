/** The same key with another request is refused, and nothing comes of it. */
import { faultsOfAnswers, ofBooks } from '../invariant.ts';

export const inv14 = ofBooks({
  id: 'INV-14',
  title: 'a key used for another request is refused',
  judge: ({ answers }) => faultsOfAnswers('INV-14', answers),
});
