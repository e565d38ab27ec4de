/**
 * Captures and refunds that were accepted for later, kept aside until the end of the run.
 *
 * One counts as success only if its acquirer was really away when it was accepted and it was
 * completed within ten minutes of the acquirer's recovery, or of its acceptance when the recovery
 * came earlier (design.md section 7). They are kept one by one: there are at most as many as
 * captures and refunds during an outage, and each needs its own completion.
 */
import type { OperationKind } from './observation.ts';

/** How long after recovery a deferred operation may take. */
export const completionGraceMs = 600_000;

export interface Deferred {
  readonly member: string;
  readonly innocent: boolean;
  readonly kind: OperationKind;
  readonly acquirer: string | null;
  readonly chargeId: string | null;
  readonly startedMs: number;
  /** When the merchant was told "accepted". */
  readonly acceptedMs: number;
}

export interface ResolvedDeferred extends Deferred {
  readonly completedMs: number | null;
  readonly acquirerWasAway: boolean;
  /** In time, and with a reason to be deferred at all. */
  readonly counts: boolean;
}

export interface DeferralTruth {
  wasAway(acquirer: string, atMs: number): boolean;
  /** When the acquirer was back for good after that time; null when it never was. */
  recoveredAfter(acquirer: string, atMs: number): number | null;
}

export const createDeferrals = () => {
  const accepted: Deferred[] = [];
  /** `charge|capture` -> times, in order. */
  const completions = new Map<string, number[]>();

  return {
    accepted(deferred: Deferred): void {
      accepted.push(deferred);
    },
    completed(chargeId: string, type: string, atMs: number): void {
      const key = `${chargeId}|${type}`;
      const times = completions.get(key);
      if (times === undefined) completions.set(key, [atMs]);
      else times.push(atMs);
    },
    /** Records held: acceptances, and charges with completions. */
    size: (): number => accepted.length + completions.size,

    /** Pairs acceptances with completions, oldest with oldest, and judges each. */
    resolve(truth: DeferralTruth): ResolvedDeferred[] {
      const used = new Map<string, number>();
      return [...accepted]
        .sort((a, b) => a.acceptedMs - b.acceptedMs)
        .map((deferred) => {
          const key = `${deferred.chargeId ?? ''}|${deferred.kind}`;
          const index = used.get(key) ?? 0;
          const completedMs = completions.get(key)?.[index] ?? null;
          if (completedMs !== null) used.set(key, index + 1);
          const acquirer = deferred.acquirer;
          const acquirerWasAway = acquirer !== null && truth.wasAway(acquirer, deferred.acceptedMs);
          const recoveredMs = acquirer === null ? null : truth.recoveredAfter(acquirer, deferred.acceptedMs);
          const dueMs = recoveredMs === null ? null : Math.max(recoveredMs, deferred.acceptedMs) + completionGraceMs;
          // Completed before any recovery was seen is in time whatever came after.
          const inTime = completedMs !== null && (dueMs === null || completedMs <= dueMs);
          return { ...deferred, completedMs, acquirerWasAway, counts: inTime && acquirerWasAway };
        });
    },
  };
};
