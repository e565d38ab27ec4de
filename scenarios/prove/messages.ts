/** What crosses between the command and the process that plays a copy of the sources. */
import type { LeaningName } from '../explore/draw/leanings.ts';
import type { Size } from '../explore/draw/shape.ts';

/** Which world: all of it follows from these. */
export interface WorldOf {
  readonly seed: number;
  readonly size: Size;
  readonly leanings: readonly LeaningName[];
}

export type ToPlayer =
  | (WorldOf & { readonly type: 'play' })
  /** Cuts the seed's world down to the least that one of these checks still finds. */
  | (WorldOf & {
      readonly type: 'shrink';
      readonly checks: readonly string[];
      readonly budgetMs: number;
    });

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

/** The least world that was found, and the files it is written as. */
export interface ShrunkWorld {
  readonly check: string;
  readonly faults: number;
  readonly payments: number;
  /** Worlds that were played on the way. */
  readonly tries: number;
  readonly files: readonly { readonly name: string; readonly text: string }[];
}

export type FromPlayer =
  | { readonly type: 'played'; readonly played: Played }
  /** Null: played again, it did not fail. */
  | { readonly type: 'shrunk'; readonly shrunk: ShrunkWorld | null }
  | { readonly type: 'failed'; readonly reason: string };
