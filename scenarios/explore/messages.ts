/** What a campaign's process and its workers say to each other. */
import type { Size } from './draw/shape.ts';
import type { SeedResult, Violation, World } from './world.ts';

export type ToWorker =
  /** `twice`: plays the seed a second time and compares the two hashes. */
  | { readonly type: 'play'; readonly seed: number; readonly size: Size; readonly twice: boolean }
  | { readonly type: 'shrink'; readonly world: World; readonly violation: Violation; readonly budgetMs: number };

export type FromWorker =
  | { readonly type: 'played'; readonly result: SeedResult; readonly cpuMs: number }
  | { readonly type: 'shrunk'; readonly shrunk: Shrunk | null }
  /** The harness failed, not the programs. */
  | { readonly type: 'failed'; readonly reason: string };

/** The least that was found to fail the same way. */
export interface Shrunk {
  readonly world: World;
  readonly violation: Violation;
  readonly faults: number;
  readonly payments: number;
  /** Worlds that were played on the way. */
  readonly tries: number;
}
