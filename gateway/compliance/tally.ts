/**
 * Counts of things seen again and again, one row a kind.
 *
 * A kind seen for the first time is written at once, so that a crash forgets none; its counts are brought
 * up to date at most once a minute, on a later sight, and whenever a report is asked for. Nothing polls.
 */
import type { Clock } from '../ports.ts';

/** What was seen since the last time it was written. */
export interface Counts {
  readonly passed: number;
  readonly refused: number;
  /** Of the last sight. */
  readonly atMs: number;
}

export interface Tally<Kind> {
  /** Counts one sight. Undefined: nothing is to be written now. */
  add(id: string, kind: () => Kind, refused: boolean): Promise<void> | undefined;
  /** Writes what was counted and not written. */
  flush(): Promise<void>;
}

export interface TallyDeps<Kind> {
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly write: (id: string, kind: Kind, counts: Counts) => Promise<void>;
}

const writeEveryMs = 60_000;
/** Kinds remembered; beyond that all are written and forgotten. */
const kindsMax = 5_000;

interface Kept<Kind> {
  readonly kind: Kind;
  passed: number;
  refused: number;
  atMs: number;
  writtenMs: number;
}

export const createTally = <Kind>({ clock, write }: TallyDeps<Kind>): Tally<Kind> => {
  const kinds = new Map<string, Kept<Kind>>();

  /** What is counted is taken before it is written: a sight that comes meanwhile counts for the next time. */
  const save = async (id: string, kept: Kept<Kind>): Promise<void> => {
    const { passed, refused, atMs } = kept;
    kept.passed = 0;
    kept.refused = 0;
    kept.writtenMs = clock.wallMs();
    try {
      await write(id, kept.kind, { passed, refused, atMs });
    } catch (reason) {
      kept.passed += passed;
      kept.refused += refused;
      throw reason;
    }
  };

  const flush = async (): Promise<void> => {
    for (const [id, kept] of Array.from(kinds)) if (kept.passed + kept.refused > 0) await save(id, kept);
  };

  const count = (id: string, kept: Kept<Kind>, refused: boolean): Promise<void> | undefined => {
    kept.atMs = clock.wallMs();
    if (refused) kept.refused += 1;
    else kept.passed += 1;
    return kept.atMs - kept.writtenMs < writeEveryMs ? undefined : save(id, kept);
  };

  return {
    add(id, kindOf, refused) {
      const known = kinds.get(id);
      if (known !== undefined) return count(id, known, refused);
      const kept = { kind: kindOf(), passed: 0, refused: 0, atMs: 0, writtenMs: Number.NEGATIVE_INFINITY };
      const full = kinds.size >= kindsMax;
      const left = full ? flush() : undefined;
      if (full) kinds.clear();
      kinds.set(id, kept);
      return left === undefined ? count(id, kept, refused) : left.then(() => count(id, kept, refused));
    },
    flush,
  };
};
