/** The gateway's own book balances: the legs of every posting add up to zero, in whole yen. */
import { ofBooks, type Violation } from '../invariant.ts';

export const inv06 = ofBooks({
  id: 'INV-06',
  title: 'debits equal credits in every posting',
  judge(view) {
    const sums = new Map<string, number>();
    const broken = new Set<string>();
    for (const leg of view.postings()) {
      sums.set(leg.posting, (sums.get(leg.posting) ?? 0) + leg.amountYen);
      if (!Number.isSafeInteger(leg.amountYen)) broken.add(leg.posting);
    }
    const violations: Violation[] = [];
    for (const [posting, sum] of sums)
      if (sum !== 0 || broken.has(posting))
        violations.push({ atMs: null, objects: [posting], text: `posting ${posting} adds up to ${sum} yen` });
    return { judged: sums.size, violations };
  },
});
