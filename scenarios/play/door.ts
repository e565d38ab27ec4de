/**
 * What the command line asks of a stage, and what it gets back. `scenarios/theatre/play.ts`
 * answers on the virtual stage.
 */
import type { Policy } from '../../gateway/app.ts';
import type { Mark, RunResult } from '../judge/result.ts';
import type { Scenario } from './scenario.ts';

/** `standard` keeps decisions, faults, state changes, notices and the whole life of unusual payments. */
export type TraceDepth = 'standard' | 'full';

/** The policy whose day defines the onset: no protection, people only (design.md section 7). */
export const twinPolicy = 'as-it-was';

export interface PlayRequest {
  readonly scenario: Scenario;
  readonly policy: Policy;
  /**
   * Name of the scenario's policy whose expectations and timeline apply. Absent: the policy's own. A
   * policy that extends another with one protection removed is held to what the other must do.
   */
  readonly judgedAs?: string;
  /** Whole number from 0 to 2^32 - 1. Same scenario, policy and seed: same run. */
  readonly seed: number;
  /** What `onTrace` is told; `standard` when absent. */
  readonly trace?: TraceDepth;
  /** Onset of the as-it-was twin, when it was already played; otherwise the twin is played as far as needed. */
  readonly onsetMs?: number | null;
  /** False plays the day without the incident. */
  readonly causes?: boolean;
  /** The day without the incident, same seed, to tell who was hurt. */
  readonly baseline?: Pick<RunResult, 'traffic'> | null;
  /** `web` plays with the native Request and Response; the hash must not change. */
  readonly http?: 'light' | 'web';
  /** Told of each decision and notice as it happens on the scenario's clock. */
  readonly onStory?: (mark: Mark) => void;
  /** Lines of `trace.ndjson` as they come, each one JSON document without its line end. Absent: nothing is traced. */
  readonly onTrace?: (line: string) => void;
  /** Told now and then how far the scenario's clock is, in milliseconds since its start. */
  readonly onProgress?: (scenarioMs: number) => void;
  /** Ends the run early; the result is then partial. */
  readonly signal?: AbortSignal;
}
