/** The same key with the same request gets the same bytes, over restarts and instances. */
import { faultsOfAnswers, ofBooks } from '../invariant.ts';

export const inv13 = ofBooks({
  id: 'INV-13',
  title: 'the same key and request get the same bytes again',
  judge: ({ answers }) => faultsOfAnswers('INV-13', answers),
});
