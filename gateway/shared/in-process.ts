/**
 * The shared place within one process: what a single instance uses, and what the instances of the
 * virtual stage share. It answers at once, and can be lost and come back empty, as a server of
 * its own would after a kill; the same contract suite holds it and Redis (`test/contracts/`).
 */
import { decide } from '../limits/gcra.ts';
import type { Clock, Shared, SharedAdmission } from '../ports.ts';
import { SharedLostError } from './lost.ts';

export interface InProcessShared extends Shared {
  /** From now on it cannot be asked, and has forgotten everything. */
  lose(): void;
  /** It can be asked again. */
  restore(): void;
  /** Entries held, for the test that memory stays bounded. */
  size(): number;
}

/** Below this many entries nobody sweeps: 40 kB at most, and ordinary worlds stay under it. */
const sweepFloor = 512;

export const createInProcessShared = ({ clock }: { readonly clock: Pick<Clock, 'monotonicMs'> }): InProcessShared => {
  const tatsUs = new Map<string, number>();
  const slots = new Map<string, Map<string, number>>();
  const leases = new Map<string, { readonly owner: string; readonly untilUs: number }>();
  let sweepAt = sweepFloor;
  let isLost = false;

  const nowUs = (): number => Math.round(clock.monotonicMs() * 1000);
  const lost = (): Promise<never> => Promise.reject(new SharedLostError('the shared store is away'));

  /**
   * Forgets full buckets, which are the same as absent ones. It runs when the table has doubled
   * since the last sweep: constant cost per request on average, and at most twice the entries
   * that are really in use.
   */
  const sweep = (atUs: number): void => {
    for (const [key, tatUs] of tatsUs) if (tatUs <= atUs) tatsUs.delete(key);
    for (const [key, { untilUs }] of leases) if (untilUs <= atUs) leases.delete(key);
    sweepAt = Math.max(sweepFloor, tatsUs.size * 2);
  };

  /** Holders whose time is not over. Looked through only when it matters: the slots seem to be full. */
  const held = (holders: Map<string, number>, max: number, atUs: number): number => {
    if (holders.size >= max) for (const [holder, untilUs] of holders) if (untilUs <= atUs) holders.delete(holder);
    return holders.size;
  };

  return {
    admit({ rate, slot }) {
      if (isLost) return lost();
      const atUs = nowUs();
      let tatUs = 0;
      let aheadUs = 0;
      if (rate !== undefined) {
        const before = Math.max(tatsUs.get(rate.key) ?? 0, atUs + (rate.aheadUs ?? 0));
        const decision = decide(before, atUs, rate.cost, rate);
        aheadUs = Math.max(0, before - atUs);
        if (!decision.allowed) return { allowed: false, by: 'rate', aheadUs, retryAfterUs: decision.retryAfterUs };
        ({ tatUs } = decision);
      }
      if (slot !== undefined) {
        let holders = slots.get(slot.key);
        if (holders === undefined) {
          holders = new Map();
          slots.set(slot.key, holders);
        }
        if (!holders.has(slot.holder) && held(holders, slot.max, atUs) >= slot.max)
          return { allowed: false, by: 'slots', aheadUs } satisfies SharedAdmission;
        holders.set(slot.holder, atUs + slot.ttlMs * 1000);
      }
      if (rate === undefined) return { allowed: true, aheadUs: 0 };
      tatsUs.set(rate.key, tatUs);
      if (tatsUs.size > sweepAt) sweep(atUs);
      return { allowed: true, aheadUs: tatUs - atUs };
    },
    leave(key, holder) {
      const holders = slots.get(key);
      if (holders === undefined) return;
      holders.delete(holder);
      if (holders.size === 0) slots.delete(key);
    },
    lease(key, owner, ttlMs) {
      if (isLost) return lost();
      const atUs = nowUs();
      const kept = leases.get(key);
      if (kept !== undefined && kept.untilUs > atUs && kept.owner !== owner) return false;
      leases.set(key, { owner, untilUs: atUs + ttlMs * 1000 });
      return true;
    },
    release(key, owner) {
      if (leases.get(key)?.owner === owner) leases.delete(key);
    },
    ping: () => (isLost ? lost() : undefined),
    lose() {
      isLost = true;
      tatsUs.clear();
      slots.clear();
      leases.clear();
    },
    restore() {
      isLost = false;
    },
    size: () => tatsUs.size + slots.size + leases.size,
  };
};
