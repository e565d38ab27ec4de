/**
 * From what was recorded and audited to what `result.json` says.
 *
 * Order matters: moments first (they never count a deferred operation as good), then the deferred
 * operations by the recovery the moments define, then everything that counts successes.
 */
import type { AuditResult } from '../audit/auditor.ts';
import { bandsOf } from './bands.ts';
import type { Tally } from './bins.ts';
import { succeeded, successRate } from './bins.ts';
import type { Evidence, Expectation } from './expectations/index.ts';
import { evaluate } from './expectations/index.ts';
import { momentWords } from './expectations/moment.ts';
import { loadStepMs } from './load.ts';
import type { MomentInputs } from './moments.ts';
import { neverTold, recoveryOf, resolvedSaid, slowestTold, timingsOf } from './moments.ts';
import type { Recorder } from './recorder.ts';
import type { Band, Mark, RunResult, Timings, TrafficFigures } from './result.ts';
import { momentNames } from './result.ts';
import { seriesOf } from './series.ts';

export interface JudgeInput {
  /** All of the scenario's; those not meant for `policy` are left out. */
  readonly expectations: readonly Expectation[];
  /** Name under which `under` is looked up. */
  readonly policy: string;
  readonly recorder: Recorder;
  readonly audit: AuditResult;
  readonly moments: MomentInputs;
  readonly facts: {
    /** HTTP requests of the run. */
    readonly requests: number;
    /** Faults the timeline meant to inject; what was injected is counted here. */
    readonly faultsIntended: number;
    /** First scenario time of each event of the timeline. */
    readonly events: ReadonlyMap<string, number>;
    /** Bands of the timeline: causes and faults. */
    readonly causes: readonly Band[];
    /** The day without the incident, same seed; null when it was not played. */
    readonly baseline: Pick<RunResult, 'traffic'> | null;
  };
}

/** What of a `RunResult` follows from the judgement. */
export type Judged = Pick<
  RunResult,
  | 'verdict'
  | 'expectations'
  | 'invariants'
  | 'timings'
  | 'traffic'
  | 'faults'
  | 'money'
  | 'losses'
  | 'page'
  | 'series'
  | 'bands'
  | 'marks'
>;

/**
 * Judges a finished run. It holds when every expectation for its policy holds, there is at least
 * one, and no invariant is violated.
 */
export const judge = (input: JudgeInput): Judged => {
  const { recorder, audit, facts } = input;
  const { startWallMs, dayMs } = recorder.options;
  const timings = timingsOf(recorder, input.moments);
  recorder.settleDeferrals(recoveries(recorder));

  const page: RunResult['page'] = {
    ...resolvedSaid(recorder),
    neverTold: neverTold(recorder, input.moments),
    slowestToldMs: slowestTold(recorder, input.moments),
  };
  const money = { ...audit.money, unknownSeen: recorder.unknownSeen() };
  const evidence: Evidence = {
    startWallMs,
    dayMs,
    recorder,
    timings,
    events: facts.events,
    money,
    charges: audit.charges,
    invariants: audit.invariants,
    requests: facts.requests,
    page,
  };
  const expectations = input.expectations
    .filter((expectation) => expectation.under === undefined || expectation.under.includes(input.policy))
    .map((expectation) => evaluate(expectation, evidence));
  const holds =
    expectations.length > 0 &&
    expectations.every((expectation) => expectation.holds) &&
    audit.invariants.every((invariant) => invariant.found === 0);

  const wholeDay = [{ fromMs: 0, toMs: dayMs }];
  return {
    verdict: holds ? 'holds' : 'fails',
    expectations,
    invariants: audit.invariants,
    timings,
    traffic: {
      innocent: figures(recorder.bins.tally(wholeDay, { who: 'innocent' }), facts.baseline?.traffic.innocent ?? null),
      abusive: figures(recorder.bins.tally(wholeDay, { who: 'abusive' }), facts.baseline?.traffic.abusive ?? null),
    },
    faults: { intended: facts.faultsIntended, injected: recorder.faultsIn(wholeDay) },
    money,
    losses: recorder.lossBook.figures(timings, input.moments.cause.fromMs),
    page,
    series: seriesOf(recorder),
    bands: [...facts.causes, ...recorder.bands(), ...bandsOf(recorder)],
    marks: [...recorder.marks(), ...momentMarks(timings)].sort((a, b) => a.atMs - b.atMs),
  };
};

/**
 * Recovery of an acquirer after a time: as the moments define it, or, when too little traffic went
 * there to see it, the end of the trouble in its own figures. Looked up by steps, since thousands
 * of deferred operations ask.
 */
const recoveries = (recorder: Recorder) => {
  const known = new Map<string, number | null>();
  return (acquirer: string, atMs: number): number | null => {
    const stepMs = Math.floor(atMs / loadStepMs) * loadStepMs;
    const key = `${acquirer}|${stepMs}`;
    let recoveredMs = known.get(key);
    if (recoveredMs === undefined) {
      recoveredMs = recoveryOf(recorder, acquirer, stepMs) ?? recorder.loadBook.backAfter(acquirer, stepMs);
      known.set(key, recoveredMs);
    }
    return recoveredMs;
  };
};

const figures = (tally: Tally, baseline: TrafficFigures | null): TrafficFigures => {
  const good = succeeded(tally);
  return {
    sent: tally.sent,
    succeeded: good,
    deferred: tally.deferred,
    successRate: successRate(tally),
    extraFailures: baseline === null ? null : tally.sent - good - (baseline.sent - baseline.succeeded),
  };
};

const momentMarks = (timings: Timings): Mark[] =>
  momentNames.flatMap((name) => {
    const atMs = timings[name];
    return atMs === null ? [] : [{ atMs, kind: 'moment' as const, title: momentWords[name] }];
  });
