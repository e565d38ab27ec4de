/** No merchant is told `captured: true` before an acquirer has captured. */
import { ofBooks, type Violation } from '../invariant.ts';

export const inv04 = ofBooks({
  id: 'INV-04',
  title: 'a merchant told "captured" was told the truth at that moment',
  comparesAcquirers: true,
  judge(view) {
    const violations: Violation[] = [];
    let judged = 0;
    for (const told of view.told.values()) {
      if (told.capturedToldMs === null) continue;
      judged += 1;
      const times = view.heldOf(told.chargeId).flatMap((one) => one.captures.map((row) => row.atMs));
      const firstMs = times.length === 0 ? null : Math.min(...times);
      if (firstMs !== null && firstMs <= told.capturedToldMs) continue;
      const truth = firstMs === null ? 'nobody ever captured it' : `it was captured at ${Math.round(firstMs)} ms`;
      violations.push({
        atMs: told.capturedToldMs,
        objects: [told.chargeId],
        text: [
          `${told.member} was told "captured" at ${Math.round(told.capturedToldMs)} ms, ${truth}`,
          view.story(told.chargeId),
        ].join('\n'),
      });
    }
    return { judged, violations };
  },
});
