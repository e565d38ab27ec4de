/** What crosses between the command and the process that plays a copy of the sources. */

export interface PlaySeed {
  readonly seed: number;
}

/** As much of a seed's result as the table needs. */
export interface Played {
  readonly seed: number;
  /** Violations by check. */
  readonly found: Readonly<Record<string, number>>;
  /** First line of the first violation of each check. */
  readonly said: Readonly<Record<string, string>>;
  /** How many times each check had something to judge. */
  readonly judged: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly payments: number;
  readonly simulatedMs: number;
}

export type FromPlayer =
  | { readonly type: 'played'; readonly played: Played }
  | { readonly type: 'failed'; readonly reason: string };
