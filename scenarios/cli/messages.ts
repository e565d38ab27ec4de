/** What the command line and a worker process say to each other. JSON over Node's own channel. */
import type { Policy } from '../../gateway/app.ts';
import type { Mark, RunResult } from '../judge/result.ts';
import type { TraceDepth } from '../play/door.ts';
import type { Scenario } from '../play/scenario.ts';

/** One run that is asked for. */
export interface Job {
  readonly scenario: Scenario;
  readonly policy: Policy;
  /** The scenario's policy whose expectations it is held to. */
  readonly judgedAs: string;
  readonly seed: number;
  readonly trace: TraceDepth;
  /** Plays the same day without the incident first, for `extraFailures`: its failures are taken off. Absent: not. */
  readonly whoWasHurt?: boolean;
  /** Where the trace is written; null: nobody will read it. It stays out of the channel: it may be a hundred megabytes. */
  readonly traceFile: string | null;
}

export type ToWorker =
  | (Job & {
      readonly type: 'play';
      /** Onset of the as-it-was twin where that was played already; absent: the worker finds it. */
      readonly onsetMs?: number | null;
    })
  /** End soon, with a partial result. */
  | { readonly type: 'stop' };

export type FromWorker =
  | { readonly type: 'progress'; readonly scenarioMs: number }
  | { readonly type: 'story'; readonly mark: Mark }
  | { readonly type: 'done'; readonly result: RunResult }
  | { readonly type: 'failed'; readonly reason: string };
