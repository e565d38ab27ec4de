/**
 * `result.json`: what one scenario under one policy and seed came to (design.md section 8).
 *
 * Times are milliseconds since the scenario's start, money is yen. A figure that does not apply
 * is null, never 0. Fields may be added; none is renamed.
 */

import type { Diagram } from '../audit/diagram.ts';
import type { Words } from '../play/words.ts';

/** The format of results and traces that this program writes and reads; `versions.result`. Older ones do not say it. */
export const resultFormat = '1';

export const momentNames = [
  'onset',
  'detected',
  'firstShed',
  'contained',
  'failover',
  'firstNotice',
  'lastNotice',
  'abuserTold',
  'upstreamTold',
  'recovered',
  'resolved',
] as const;
export type MomentName = (typeof momentNames)[number];
export type Timings = Record<MomentName, number | null>;

export interface ExpectationResult {
  readonly id: string;
  /** The bound in words of the scenario, e.g. `>= 0.99`. */
  readonly bound: string;
  /** What was measured; null when the moment never came or there was no traffic. */
  readonly measured: number | null;
  readonly holds: boolean;
  /** How many operations, or what else, it was judged on. */
  readonly sample: number | null;
  readonly title: Words;
  /** Why it fails, in one line; null when it holds. */
  readonly reason: string | null;
}

export interface InvariantResult {
  /** `INV-01`. */
  readonly id: string;
  readonly title: string;
  /** How many times it had something to judge. 0 is reported, never counted as passed. */
  readonly judged: number;
  /** All violations found; `violations` describes the first of them. */
  readonly found: number;
  readonly violations: readonly {
    readonly atMs: number | null;
    readonly objects: readonly string[];
    readonly text: string;
    readonly seed?: number;
    /** What passed between programs about the payment concerned; of the first violations only. */
    readonly diagram?: Diagram;
  }[];
}

export interface TrafficFigures {
  readonly sent: number;
  readonly succeeded: number;
  readonly deferred: number;
  readonly successRate: number | null;
  /** Failures beyond those of the day without the incident; null when no baseline was played. */
  readonly extraFailures: number | null;
}

/** One line on the report's time axis. `values[i]` belongs to `fromMs + i * stepMs`; null = nothing to say. */
export interface Series {
  readonly id:
    | 'innocentSuccess'
    | 'queueLength'
    | 'utilisation'
    | 'abuserPerSecond'
    /** The part of the abuser's traffic that got past our own refusals. */
    | 'abuserUpstreamPerSecond'
    | 'ordinaryPerSecond'
    | 'otherTenantsPerSecond'
    | 'unknownOpen'
    | 'deferredOpen';
  /** For acquirer series, which one. */
  readonly subject: string | null;
  readonly unit: 'share' | 'count' | 'perSecond';
  readonly fromMs: number;
  readonly stepMs: number;
  readonly values: readonly (number | null)[];
}

/** A stretch of time worth a band: a fault, a flood, an open breaker, a cap, a public incident. */
export interface Band {
  readonly kind: 'cause' | 'breaker' | 'cap' | 'incident' | 'window';
  readonly subject: string;
  readonly state: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly title: Words;
}

/** A decision, notice or other point in time. `line` is what the terminal prints. */
export interface Mark {
  readonly atMs: number;
  readonly kind:
    | 'timeline'
    | 'breaker'
    | 'routing'
    | 'abuse'
    | 'incident'
    | 'notice'
    | 'operator'
    | 'process'
    | 'moment';
  readonly title: Words;
}

export interface RunResult {
  readonly scenario: string;
  readonly policy: string;
  readonly stage: 'virtual' | 'live';
  readonly seed: number;
  readonly verdict: 'holds' | 'fails';
  /** True when the run was interrupted. */
  readonly partial: boolean;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly scenarioMs: number;
  readonly requests: number;
  readonly traceHash: string;
  readonly expectations: readonly ExpectationResult[];
  readonly invariants: readonly InvariantResult[];
  readonly timings: Timings;
  readonly traffic: { readonly innocent: TrafficFigures; readonly abusive: TrafficFigures };
  readonly faults: { readonly intended: number; readonly injected: number };
  readonly money: {
    readonly captured: number;
    readonly refunded: number;
    readonly doubleCaptures: number;
    readonly lostApprovals: number;
    readonly unknownLeft: number;
    readonly discrepancyYen: number;
    /** Outcomes that were unknown at some time, and approvals whose reply was lost. */
    readonly unknownSeen: number;
    readonly repliesLost: number;
  };
  /** What the day cost ordinary merchants; absent in results from before it was counted. */
  readonly losses?: {
    readonly lostSales: number;
    readonly lostSalesYen: number;
    /** Operations of ordinary merchants that our limits or a pause refused. */
    readonly falseBlocks: number;
    readonly merchantsHurt: number;
    /** The merchants that lost most, the worst first. */
    readonly hurtMost: readonly { readonly member: string; readonly operations: number; readonly yen: number }[];
    /** From the cause to the first of: detected, abuser told, public notice. */
    readonly noticedAfterMs: number | null;
  };
  /** What the public page and the notices did. */
  readonly page: {
    /** Times it said "resolved", and how many of them were too soon. */
    readonly resolvedSaid: number;
    readonly falseResolved: number;
    /** Merchants that were hurt and never told. */
    readonly neverTold: readonly string[];
    /** The longest that a hurt merchant waited to be told, from its own first hurt; absent in older results. */
    readonly slowestToldMs?: number | null;
  };
  readonly series: readonly Series[];
  readonly bands: readonly Band[];
  readonly marks: readonly Mark[];
  /** Wall-clock start of the scenario, ISO 8601 with +09:00. */
  readonly startsAt: string;
  readonly title: Words;
  readonly policyTitle: Words;
  /** Sources and assumptions of the scenario's events, for the report. */
  readonly sources: readonly { readonly what: string; readonly source: string; readonly assumed: boolean }[];
  readonly versions: Readonly<Record<string, string>>;
}
