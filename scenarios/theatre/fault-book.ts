/**
 * What the acquirers' fault rules did, read now and then by their control API, so that the judge
 * knows what was meant to go wrong and what really did.
 */
import type { TimelineEntry } from '../play/timeline.ts';
import { threeDSecureProgram, type World } from '../play/world.ts';

export interface FaultTotals {
  readonly intended: number;
  readonly injected: number;
}

export interface FaultBook {
  /** Acquirers, and the directory server, that have rules at some time of the day; the others are never asked. */
  readonly acquirers: readonly string[];
  /** Notes an acquirer's totals; answers how many faults happened since the last time. */
  note(acquirer: string, totals: FaultTotals): number;
  totals(): FaultTotals;
}

export const createFaultBook = (world: World, entries: readonly TimelineEntry[]): FaultBook => {
  const acquirers = world.acquirers
    .filter(
      ({ id, faults }) =>
        faults.length > 0 || entries.some(({ event: { what } }) => what.kind === 'faults.set' && what.acquirer === id),
    )
    .map(({ id }) => id);
  if (entries.some(({ event: { what } }) => what.kind === 'three-d-secure.faults')) acquirers.push(threeDSecureProgram);
  const latest = new Map<string, FaultTotals>();
  let intended = 0;
  let injected = 0;
  return {
    acquirers,
    note(acquirer, totals) {
      const before = latest.get(acquirer);
      latest.set(acquirer, totals);
      // One that was started again counts from nothing.
      const since = before !== undefined && before.intended <= totals.intended ? before : { intended: 0, injected: 0 };
      intended += totals.intended - since.intended;
      injected += totals.injected - since.injected;
      return totals.injected - since.injected;
    },
    totals: () => ({ intended, injected }),
  };
};
