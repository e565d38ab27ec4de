/** What came of card testers' attempts: how many there were, how many an issuer heard of, what they learned. */
export interface TesterFigures {
  readonly attempts: number;
  readonly firstMs: number | null;
  /** Cards of the tester that an acquirer was asked about. */
  readonly reached: number;
  /** After this time at most one in a hundred of the attempts reached one; null: none did. */
  readonly reachedLastMs: number | null;
  readonly confirmed: number;
}

export interface TesterBook {
  attempted(tester: string, atMs: number): void;
  confirmed(tester: string, atMs: number): void;
  /** An acquirer was asked about a card of this tester. */
  reached(tester: string, number: string, atMs: number): void;
  figures(tester: string): TesterFigures;
}

interface Entry {
  attempts: number;
  firstMs: number | null;
  confirmed: number;
  /** First time each card was asked about. */
  readonly reached: Map<string, number>;
}

export const createTesterBook = (): TesterBook => {
  const entries = new Map<string, Entry>();
  const of = (tester: string): Entry => {
    let entry = entries.get(tester);
    if (entry === undefined) {
      entry = { attempts: 0, firstMs: null, confirmed: 0, reached: new Map() };
      entries.set(tester, entry);
    }
    return entry;
  };
  return {
    attempted(tester, atMs) {
      const entry = of(tester);
      entry.attempts += 1;
      entry.firstMs ??= atMs;
    },
    confirmed: (tester) => {
      of(tester).confirmed += 1;
    },
    reached(tester, number, atMs) {
      const { reached } = of(tester);
      if (!reached.has(number)) reached.set(number, atMs);
    },
    figures(tester) {
      const { attempts, firstMs, confirmed, reached } = of(tester);
      const times = [...reached.values()].toSorted((one, other) => other - one);
      return {
        attempts,
        firstMs,
        confirmed,
        reached: reached.size,
        reachedLastMs: times[Math.floor(attempts * 0.01)] ?? null,
      };
    },
  };
};
