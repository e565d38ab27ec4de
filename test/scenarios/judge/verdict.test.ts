import { describe, expect, it } from 'vitest';
import type { AuditResult } from '../../../scenarios/audit/auditor.ts';
import { Expectation } from '../../../scenarios/judge/expectations/index.ts';
import { type JudgeInput, judge } from '../../../scenarios/judge/verdict.ts';
import { dayMs, everySecond, log, minute, operation, recorderOf, sample, tenants } from './fixtures.ts';

const audit: AuditResult = {
  invariants: [{ id: 'INV-01', title: 'one', judged: 5, found: 0, violations: [] }],
  money: {
    captured: 100,
    refunded: 0,
    doubleCaptures: 0,
    lostApprovals: 0,
    unknownLeft: 0,
    discrepancyYen: 0,
    repliesLost: 0,
  },
  charges: 5,
};

const expectations = [
  Expectation.parse({ id: 'a', kind: 'success-rate', atLeast: 0.9, minimum: { operations: 1 }, under: ['protected'] }),
  Expectation.parse({ id: 'b', kind: 'success-rate', atMost: 0.1, minimum: { operations: 1 }, under: ['as-it-was'] }),
];

const input = (changes: Partial<JudgeInput> = {}): JudgeInput => {
  const recorder = recorderOf();
  everySecond(recorder, 0, dayMs);
  return {
    expectations,
    policy: 'protected',
    recorder,
    audit,
    moments: {
      cause: { fromMs: 17 * minute, toMs: 87 * minute },
      original: 'escott',
      abusers: [],
      abuserSharePerSecond: null,
    },
    facts: { requests: 7200, faultsIntended: 1, events: new Map(), causes: [], baseline: null },
    ...changes,
  };
};

describe('the verdict', () => {
  it('is by the expectations of its policy', () => {
    expect(judge(input())).toMatchObject({ verdict: 'holds', expectations: [{ id: 'a', holds: true }] });
    expect(judge(input({ policy: 'as-it-was' }))).toMatchObject({ verdict: 'fails', expectations: [{ id: 'b' }] });
  });

  it('fails where nothing was expected', () => {
    expect(judge(input({ policy: 'other' }))).toMatchObject({ verdict: 'fails', expectations: [] });
  });

  it('fails with a violated invariant, whatever was expected', () => {
    const [one] = audit.invariants;
    const violated = { ...audit, invariants: one === undefined ? [] : [{ ...one, found: 1 }] };
    expect(judge(input({ audit: violated })).verdict).toBe('fails');
  });

  it('counts failures beyond those of the day without the incident', () => {
    const recorder = recorderOf();
    everySecond(recorder, 0, 100_000, (second) => ({ end: second < 30 ? 'failed' : 'succeeded' }));
    const figures = { sent: 100, succeeded: 98, deferred: 0, successRate: 0.98, extraFailures: null };
    const facts = { ...input().facts, baseline: { traffic: { innocent: figures, abusive: figures } } };
    expect(judge(input({ recorder, facts })).traffic.innocent).toEqual({
      sent: 100,
      succeeded: 70,
      deferred: 0,
      successRate: 0.7,
      extraFailures: 28,
    });
    expect(judge(input({ recorder })).traffic.abusive).toEqual({
      sent: 0,
      succeeded: 0,
      deferred: 0,
      successRate: null,
      extraFailures: null,
    });
  });

  it('settles deferred operations by the recovery of their acquirer before it counts successes', () => {
    const recorder = recorderOf();
    const from = 17 * minute;
    const until = 60 * minute;
    everySecond(recorder, 0, from);
    everySecond(recorder, from, until, { end: 'failed' });
    everySecond(recorder, until, dayMs);
    recorder.away('escott', from, until);
    for (const [chargeId, completedMs] of [
      ['ch_a', until + 9 * minute],
      ['ch_b', until + 11 * minute],
    ] as const) {
      recorder.operation(operation({ kind: 'capture', end: 'deferred', startedMs: 30 * minute, chargeId }));
      log(recorder, 'gateway', completedMs, 'deferred.completed', { charge: chargeId, type: 'capture' });
    }
    const { timings, traffic } = judge(input({ recorder }));
    // 99 % of 300 bears three failures.
    expect(timings.recovered).toBe(until - 3_000);
    expect(traffic.innocent).toMatchObject({ deferred: 2, succeeded: 17 * 60 + 60 * 60 + 1 });
  });

  it('draws lines in steps of ten seconds, with nothing where there is nothing to say', () => {
    const recorder = recorderOf(minute);
    everySecond(recorder, 0, 30_000, (second) => ({ end: second < 5 ? 'failed' : 'succeeded' }));
    recorder.load(sample({ queued: 100, busy: 10, tenants: tenants({}, { arrived: 100 }) }), 1_000);
    recorder.load(sample({ queued: 200, busy: 10, tenants: tenants({}, { arrived: 400 }) }), 11_000);
    const { series } = judge(input({ recorder }));
    const values = (id: string) => series.find((one) => one.id === id)?.values;
    expect(values('innocentSuccess')).toEqual([0.5, 1, 1, null, null, null]);
    expect(values('ordinaryPerSecond')).toEqual([1, 1, 1, 0, 0, 0]);
    expect(values('queueLength')).toEqual([100, 200, null, null, null, null]);
    expect(values('utilisation')).toEqual([1, 1, null, null, null, null]);
    expect(values('otherTenantsPerSecond')).toEqual([null, 30, null, null, null, null]);
    for (const one of series) expect(one).toMatchObject({ fromMs: 0, stepMs: 10_000 });
  });

  it('draws bands of breakers, caps and incidents, open ones to the end of the day', () => {
    const recorder = recorderOf();
    everySecond(recorder, 0, minute);
    log(recorder, 'gateway', 1_000, 'breaker.changed', { acquirer: 'escott', key: 'VISA', from: 'closed', to: 'open' });
    log(recorder, 'gateway', 5_000, 'breaker.changed', { acquirer: 'escott', key: 'VISA', from: 'open', to: 'ramp' });
    log(recorder, 'gateway', 9_000, 'breaker.changed', { acquirer: 'escott', key: 'VISA', from: 'ramp', to: 'closed' });
    log(recorder, 'escott', 2_000, 'operators.capped', { tenant: 'gateway', ratePerSecond: 4 });
    log(recorder, 'escott', 3_000, 'operators.capped', { tenant: 'others', ratePerSecond: 4 });
    log(recorder, 'escott', 8_000, 'operators.lifted', { tenant: 'gateway' });
    log(recorder, 'status', 4_000, 'page.published', { incident: 'i1', stage: 'investigating' });
    log(recorder, 'status', 6_000, 'page.published', { incident: 'i1', stage: 'monitoring' });
    const bands = judge(input({ recorder })).bands.map((b) => [b.kind, b.subject, b.state, b.fromMs, b.toMs]);
    expect(bands).toEqual([
      ['breaker', 'escott VISA', 'open', 1_000, 5_000],
      ['cap', 'escott', 'capped', 2_000, 8_000],
      ['incident', 'i1', 'open', 4_000, dayMs],
      ['breaker', 'escott VISA', 'ramp', 5_000, 9_000],
    ]);
  });

  it('marks the moments that came among the other marks, in order of time', () => {
    const recorder = recorderOf();
    everySecond(recorder, 0, dayMs, (second) => (second === 18 * 60 ? { end: 'failed' } : {}));
    recorder.mark({ atMs: 19 * minute, kind: 'timeline', title: { en: 'flood ends', ja: '終了' } });
    const { marks } = judge(input({ recorder }));
    expect(marks.map((mark) => [mark.atMs, mark.kind])).toEqual([
      [18 * minute, 'moment'],
      [19 * minute, 'timeline'],
    ]);
  });
});
