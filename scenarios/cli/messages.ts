/** What the command line and a worker process say to each other. JSON over Node's own channel. */
import type { Policy } from '../../gateway/app.ts';
import type { Mark, RunResult } from '../judge/result.ts';
import type { TraceDepth } from '../play/door.ts';
import type { Scenario } from '../play/scenario.ts';

export type ToWorker =
  | {
      readonly type: 'play';
      readonly scenario: Scenario;
      readonly policy: Policy;
      readonly judgedAs: string;
      readonly seed: number;
      readonly trace: TraceDepth;
      /** The same day without the incident is played before it, and its failures are taken off. */
      readonly whoWasHurt?: boolean;
      /** Onset of the as-it-was twin where that was played already; absent: the worker finds it. */
      readonly onsetMs?: number | null;
      /** Where the trace is written, if at all. It stays out of the channel: it may be a hundred megabytes. */
      readonly traceFile: string | null;
    }
  /** End soon, with a partial result. */
  | { readonly type: 'stop' };

export type FromWorker =
  | { readonly type: 'progress'; readonly scenarioMs: number }
  | { readonly type: 'story'; readonly mark: Mark }
  | { readonly type: 'done'; readonly result: RunResult }
  | { readonly type: 'failed'; readonly reason: string };
