/**
 * Captured less refunded is equal on both ledgers, per merchant, acquirer and day (JST).
 *
 * Compared charge by charge, so that two mistakes cannot cancel out in a sum. A charge belongs to
 * the day of its transaction's last row at the acquirer. Money under a reference the gateway does
 * not know belongs to no merchant and is a difference in full.
 */
import { type Judgement, ofBooks, type Violation } from '../invariant.ts';
import type { View } from '../view.ts';

interface Group {
  readonly name: string;
  gatewayYen: number;
  acquirerYen: number;
  /** Sum of the charges' absolute differences. */
  differenceYen: number;
  readonly charges: { readonly id: string | null; readonly text: string }[];
  atMs: number | null;
}

const namedPerGroup = 5;

const dayOf = (wallMs: number): string => new Date(wallMs + 9 * 3_600_000).toISOString().slice(0, 10);

/** Differences by group, only groups that have any money. */
const groupsOf = (view: View): Map<string, Group> => {
  const groups = new Map<string, Group>();
  const add = (
    name: string,
    amounts: { gatewayYen: number; acquirerYen: number },
    of: { id: string | null; label: string; atMs: number | null },
  ): void => {
    let group = groups.get(name);
    if (group === undefined) {
      group = { name, gatewayYen: 0, acquirerYen: 0, differenceYen: 0, charges: [], atMs: null };
      groups.set(name, group);
    }
    group.gatewayYen += amounts.gatewayYen;
    group.acquirerYen += amounts.acquirerYen;
    const difference = Math.abs(amounts.gatewayYen - amounts.acquirerYen);
    if (difference === 0) return;
    group.differenceYen += difference;
    group.atMs ??= of.atMs;
    group.charges.push({
      id: of.id,
      text: `${of.label}: gateway ${amounts.gatewayYen}, acquirer ${amounts.acquirerYen} yen`,
    });
  };

  const netAt = new Map<string, { yen: number; atMs: number }>();
  for (const one of view.held) {
    const yen = one.transaction.capturedYen - one.transaction.refundedYen;
    if (one.chargeId === null || !view.charges.has(one.chargeId)) {
      if (one.transaction.capturedYen > 0)
        add(
          `nobody at ${one.acquirer} on ${dayOf(view.startWallMs + one.transaction.atMs)}`,
          { gatewayYen: 0, acquirerYen: yen },
          {
            id: null,
            label: `${one.transaction.transactionId} (unknown reference ${one.transaction.reference})`,
            atMs: one.transaction.atMs,
          },
        );
      continue;
    }
    const key = `${one.chargeId}|${one.acquirer}`;
    const known = netAt.get(key);
    netAt.set(key, { yen: (known?.yen ?? 0) + yen, atMs: Math.max(known?.atMs ?? 0, one.transaction.atMs) });
  }
  for (const charge of view.charges.values()) {
    const acquirers = new Set(view.heldOf(charge.id).map((one) => one.acquirer));
    if (charge.acquirer !== null) acquirers.add(charge.acquirer);
    if (charge.acquirer === null && charge.capturedYen !== 0) acquirers.add('nowhere');
    for (const acquirer of acquirers) {
      const there = netAt.get(`${charge.id}|${acquirer}`);
      const records = acquirer === (charge.acquirer ?? 'nowhere');
      const gatewayYen = records ? charge.capturedYen - charge.refundedYen : 0;
      if (gatewayYen === 0 && (there === undefined || there.yen === 0)) continue;
      const day = there === undefined ? 'no day' : dayOf(view.startWallMs + there.atMs);
      add(
        `${charge.merchantId} at ${acquirer} on ${day}`,
        { gatewayYen, acquirerYen: there?.yen ?? 0 },
        { id: charge.id, label: charge.id, atMs: there?.atMs ?? null },
      );
    }
  }
  return groups;
};

/** The judgement, with the total that `result.json` calls `discrepancyYen`. */
export const judgeSums = (view: View): Judgement & { readonly discrepancyYen: number } => {
  const violations: Violation[] = [];
  let discrepancyYen = 0;
  const groups = groupsOf(view);
  for (const group of groups.values()) {
    if (group.differenceYen === 0) continue;
    discrepancyYen += group.differenceYen;
    const named = group.charges.slice(0, namedPerGroup);
    const first = named[0];
    violations.push({
      atMs: group.atMs,
      objects: named.flatMap((charge) => charge.id ?? []),
      text: [
        `${group.name}: gateway ${group.gatewayYen} yen, acquirer ${group.acquirerYen} yen, ${group.charges.length} charges differ`,
        ...named.map((charge) => charge.text),
        ...(first === undefined || first.id === null ? [] : [view.story(first.id)]),
      ].join('\n'),
    });
  }
  return { judged: groups.size, violations, discrepancyYen };
};

export const inv05 = ofBooks({
  id: 'INV-05',
  title: 'captured less refunded is equal on both ledgers, per merchant, acquirer and day',
  settled: true,
  comparesAcquirers: true,
  judge: judgeSums,
});
