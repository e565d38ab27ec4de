/**
 * The figures that a run is judged by, and the thresholds on them. A moment that never came leaves
 * its metric empty, and an empty metric would pass any bound: thresholds on moments also ask that
 * there is one.
 */
import { Counter, Rate, Trend } from 'k6/metrics';
import type { Bounds } from './plan.ts';

export const metrics = {
  /** Ordinary operations that ended with a definite, correct answer in time. */
  innocentSuccess: new Rate('innocent_success'),
  /** The others', who misbehave. */
  abusiveSuccess: new Rate('abusive_success'),
  /** From the cause to the first of a run of creates that all succeed elsewhere. */
  failoverMs: new Trend('failover_ms'),
  /** From the cause to the public page, and to the last merchant's receiver. */
  firstNoticeMs: new Trend('first_notice_ms'),
  lastNoticeMs: new Trend('last_notice_ms'),
  /** How many of those were seen: tag `moment`. */
  moments: new Counter('moments'),
  /** Times the page called it resolved while the cause was still on. */
  falseResolved: new Counter('false_resolved'),
  /** Payments that a merchant's own list shows captured more than once. */
  doubleCapture: new Counter('double_capture'),
  /** Of answers, without the delay that a simulator injected on purpose. */
  answerMs: new Trend('answer_ms', true),
  injectedDelayMs: new Trend('injected_delay_ms', true),
  operations: new Counter('operations'),
  /** Operations by how they ended: tag `end`. */
  ends: new Counter('operation_ends'),
} as const;

export type Thresholds = Record<string, string[]>;

export type Moment = 'failover_ms' | 'first_notice_ms' | 'last_notice_ms';

const trends = {
  failover_ms: metrics.failoverMs,
  first_notice_ms: metrics.firstNoticeMs,
  last_notice_ms: metrics.lastNoticeMs,
};

/** A moment came, so long after the cause. */
export const noteMoment = (moment: Moment, sinceCauseMs: number): void => {
  trends[moment].add(sinceCauseMs);
  metrics.moments.add(1, { moment });
};

/** Thresholds for these bounds, and figures per merchant class in the summary. */
export const thresholdsFor = (bounds: Bounds, classes: readonly string[] = [], watching = true): Thresholds => {
  const thresholds: Thresholds = { operations: ['count>0'] };
  if (bounds.innocent_success !== undefined) thresholds.innocent_success = [`rate>=${bounds.innocent_success}`];
  if (watching) {
    for (const moment of ['failover_ms', 'first_notice_ms', 'last_notice_ms'] as const) {
      const boundMs = bounds[moment];
      if (boundMs === undefined) continue;
      thresholds[moment] = [`max<=${boundMs}`];
      thresholds[`moments{moment:${moment}}`] = ['count>0'];
    }
    if (bounds.false_resolved !== undefined) thresholds.false_resolved = [`count<=${bounds.false_resolved}`];
    if (bounds.double_capture !== undefined) thresholds.double_capture = [`count<=${bounds.double_capture}`];
  }
  // k6 keeps figures of a tag only where a threshold names it; these hold always.
  for (const name of classes) thresholds[`operations{class:${name}}`] = ['count>=0'];
  for (const end of ['succeeded', 'declined', 'deferred', 'unknown', 'refused', 'failed', 'late'])
    thresholds[`operation_ends{end:${end}}`] = ['count>=0'];
  return thresholds;
};
