/**
 * What was begun is finished once the world is quiet, whoever crashed in between: no intent without
 * an outcome, no operation in flight, no key that was begun and never answered.
 */
import { ofBooks, type Violation } from '../invariant.ts';

/** The gateway's words for an operation that somebody still has to do something about. */
const underWay: ReadonlySet<string> = new Set(['sending', 'waiting', 'doubtful', 'unknown']);

export const inv16 = ofBooks({
  id: 'INV-16',
  title: 'nothing is left half done',
  settled: true,
  judge(view) {
    const violations: Violation[] = [];
    let judged = 0;
    for (const { id, state } of view.charges.values()) {
      judged += 1;
      if (state === 'pending')
        violations.push({
          atMs: null,
          objects: [id],
          text: [`charge ${id} is still an intent`, view.story(id)].join('\n'),
        });
    }
    for (const { reference, chargeId, kind, state } of view.attempts) {
      judged += 1;
      if (underWay.has(state))
        violations.push({
          atMs: null,
          objects: [reference, ...(chargeId === null ? [] : [chargeId])],
          text: [`${kind} ${reference} is still ${state}`, view.story(chargeId)].join('\n'),
        });
    }
    for (const { merchantId, key } of view.keysBegun()) {
      judged += 1;
      violations.push({ atMs: null, objects: [key], text: `key ${key} of ${merchantId} was begun and never answered` });
    }
    return { judged, violations };
  },
});
