/**
 * A drawn world, and what playing it came to. Both are plain data: a world can be stored, cut down and
 * written as a scenario file, a result can cross from a worker process and be added up.
 */
import type { z } from 'zod';
import type { Scenario } from '../play/scenario.ts';

/** Of worlds and campaign files. A file of another one says so and is not resumed. */
export const worldFormat = 1;

/**
 * `safety`: faults act to the last second and the books are read in the middle of it; what must hold at every
 * moment is judged. `liveness`: every fault ends, the world is left alone, and everything is judged, also that
 * nothing is left undone.
 */
export const modes = ['safety', 'liveness'] as const;
export type Mode = (typeof modes)[number];

/** A scenario as a file would say it: JSON, whatever has a default may be missing. */
export type WrittenScenario = z.input<typeof Scenario>;

export interface World {
  readonly format: typeof worldFormat;
  /** Of the play's draws as well: a world is played with the seed it was drawn from. */
  readonly seed: number;
  readonly mode: Mode;
  readonly scenario: WrittenScenario;
  /** What the policy says otherwise than the one it extends. */
  readonly policy: { readonly extends: string; readonly changes: Readonly<Record<string, unknown>> };
  /** Once the world was left alone the night passes, and its day is compared with the acquirers' files. */
  readonly reconciles?: true;
}

export interface Violation {
  /** `INV-01`, `SETTLED`, `RUN`. */
  readonly check: string;
  /** Since the scenario's start; null when it has no moment. */
  readonly atMs: number | null;
  readonly objects: readonly string[];
  /** What is wrong in the first line; the payment's life follows. */
  readonly text: string;
}

export interface SeedResult {
  readonly seed: number;
  readonly mode: Mode;
  readonly violations: readonly Violation[];
  /** By check, how many times it had something to judge. */
  readonly judged: Readonly<Record<string, number>>;
  /** By kind of fault, how many times it really happened. */
  readonly faults: Readonly<Record<string, number>>;
  /** `fault kind x flow x phase`, each once. */
  readonly pairs: readonly string[];
  /** By flow, exchanges over the network. */
  readonly flows: Readonly<Record<string, number>>;
  readonly simulatedMs: number;
  /** Charges that were asked for. */
  readonly payments: number;
  readonly requests: number;
  readonly traceHash: string;
}
