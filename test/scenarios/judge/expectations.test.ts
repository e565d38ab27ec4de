import { describe, expect, it } from 'vitest';
import { type Evidence, Expectation, evaluate, refusalsOf } from '../../../scenarios/judge/expectations/index.ts';
import type { Recorder } from '../../../scenarios/judge/recorder.ts';
import { type InvariantResult, momentNames, type Timings } from '../../../scenarios/judge/result.ts';
import { dayMs, everySecond, log, minute, operation, recorderOf, sample, startWallMs, tenants } from './fixtures.ts';

const noTimings = Object.fromEntries(momentNames.map((name) => [name, null])) as Timings;

const money = {
  captured: 1000,
  refunded: 0,
  doubleCaptures: 0,
  lostApprovals: 0,
  unknownLeft: 0,
  discrepancyYen: 0,
  unknownSeen: 0,
  repliesLost: 0,
};

const evidence = (recorder: Recorder, changes: Partial<Evidence> = {}): Evidence => ({
  startWallMs,
  dayMs,
  recorder,
  timings: noTimings,
  events: new Map(),
  money,
  charges: 100,
  invariants: [],
  requests: 1000,
  page: { resolvedSaid: 0, falseResolved: 0, neverTold: [] },
  ...changes,
});

const expectation = (settings: object): Expectation =>
  Expectation.parse({ id: 'x', minimum: { operations: 1 }, ...settings });

const judge = (settings: object, from: Evidence) => evaluate(expectation(settings), from);

/** One operation a second all day; all fail in 21:02-22:12 except every third. */
const badDay = (): Recorder => {
  const recorder = recorderOf();
  everySecond(recorder, 0, dayMs, (second) => {
    const inside = second >= 17 * 60 && second < 87 * 60;
    return inside && second % 3 !== 0 ? { end: 'failed' } : {};
  });
  return recorder;
};
const incident = { from: '21:02', to: '22:12' };

describe('an expectation', () => {
  it('is refused without minimum traffic', () => {
    for (const minimum of [undefined, {}, { operations: 0 }, { requests: 5 }])
      expect(Expectation.safeParse({ id: 'x', kind: 'success-rate', atLeast: 0.9, minimum }).success).toBe(false);
  });

  it('is refused with an unknown kind, an unknown key, both regions, or no bound', () => {
    const minimum = { operations: 1 };
    const wrong = [
      { kind: 'luck', atLeast: 0.5 },
      { kind: 'success-rate', atLeast: 0.5, surprise: 1 },
      { kind: 'success-rate', atLeast: 0.5, window: incident, outside: [incident] },
      { kind: 'success-rate' },
      { kind: 'success-rate', atLeast: 0.9, atMost: 0.1 },
      { kind: 'success-rate', atLeast: 1.5 },
      { kind: 'moment', moment: 'failover' },
      { kind: 'moment', moment: 'failover', withinMs: 1, absent: true },
      { kind: 'moment', moment: 'lunch', withinMs: 1 },
      { kind: 'merchant-success-rate', atLeast: 0.9, window: { from: '21:02:05', to: '21:03' } },
      { kind: 'money', doubleCaptures: 1 },
      { kind: 'replies-lost' },
    ];
    const accepted = wrong.filter((settings) => Expectation.safeParse({ id: 'x', minimum, ...settings }).success);
    expect(accepted).toEqual([]);
  });

  it('names hours outside the day and events that are not in the timeline', () => {
    const around = { startWallMs, dayMs, events: ['flood'] };
    const refusals = (settings: object) => refusalsOf(expectation(settings), around);
    const bounds = { kind: 'success-rate', atLeast: 0.9 };
    expect(refusals({ ...bounds, window: { from: '10:00', to: '11:00' } })).toEqual([
      { path: ['window'], reason: '10:00 is outside the day' },
    ]);
    expect(refusals({ ...bounds, outside: [incident, { from: '22:00', to: '21:00' }] })).toEqual([
      { path: ['outside', 1], reason: '21:00 is not after 22:00' },
    ]);
    const moment = { kind: 'moment', moment: 'failover', withinMs: 1 };
    expect(refusals({ ...moment, since: 'rain' })[0]?.path).toEqual(['since']);
    for (const since of ['flood', 'onset', 'detected']) expect(refusals({ ...moment, since })).toEqual([]);
  });
});

describe('success-rate', () => {
  it('holds and fails by its bounds, inside and outside a window', () => {
    const from = evidence(badDay());
    const inside = judge({ kind: 'success-rate', window: incident, atMost: 0.5 }, from);
    expect(inside).toMatchObject({ holds: true, measured: 1400 / 4200, sample: 4200, bound: '<= 0.5', reason: null });
    expect(judge({ kind: 'success-rate', window: incident, atLeast: 0.99 }, from)).toMatchObject({
      holds: false,
      reason: '0.3333 is below 0.99',
    });
    expect(judge({ kind: 'success-rate', outside: [incident], atLeast: 0.99 }, from)).toMatchObject({
      holds: true,
      measured: 1,
      sample: 3000,
    });
    expect(judge({ kind: 'success-rate', atMost: 0.2, atLeast: 0.1 }, from).holds).toBe(false);
  });

  it('counts an issuer decline as success and a deferred operation only once it came good', () => {
    const recorder = recorderOf();
    recorder.operation(operation({ end: 'declined' }));
    recorder.operation(operation({ end: 'deferred', kind: 'refund' }));
    expect(judge({ kind: 'success-rate', atLeast: 0.5 }, evidence(recorder)).measured).toBe(0.5);
    recorder.away('escott', 0, dayMs);
    log(recorder, 'gateway', 2_000, 'deferred.completed', { charge: 'ch_1', type: 'refund' });
    recorder.settleDeferrals(() => null);
    expect(judge({ kind: 'success-rate', atLeast: 0.5 }, evidence(recorder)).measured).toBe(1);
  });

  it('separates the abuser and the kinds', () => {
    const recorder = recorderOf();
    everySecond(recorder, 0, minute, { innocent: false, end: 'refused', decidedBy: 'gateway-limiter' });
    everySecond(recorder, 0, minute);
    everySecond(recorder, 0, minute, { kind: 'capture', end: 'failed' });
    const from = evidence(recorder);
    expect(judge({ kind: 'success-rate', who: 'abusive', atMost: 0.1 }, from)).toMatchObject({
      holds: true,
      sample: 60,
    });
    expect(judge({ kind: 'success-rate', kinds: ['create'], atLeast: 1 }, from).holds).toBe(true);
    expect(judge({ kind: 'success-rate', kinds: ['create', 'capture'], atLeast: 1 }, from).measured).toBe(0.5);
  });

  it('fails below its minimum, however good the rate', () => {
    const from = evidence(badDay());
    const settings = { kind: 'success-rate', window: incident, atMost: 0.5 };
    expect(judge({ ...settings, minimum: { operations: 4201 } }, from).reason).toBe(
      'only 4200 operations, 4201 needed',
    );
    expect(judge({ ...settings, minimum: { faults: 1 } }, from).reason).toBe('only 0 faults, 1 needed');
    expect(judge({ ...settings, minimum: { charges: 101 } }, from).reason).toBe('only 100 charges, 101 needed');
    expect(judge(settings, evidence(recorderOf()))).toMatchObject({ holds: false, measured: null, sample: 0 });
  });
});

describe('merchant-success-rate', () => {
  const settings = { kind: 'merchant-success-rate', atLeast: 0.97 };
  const day = () => {
    const recorder = recorderOf();
    everySecond(recorder, 0, 100_000, { member: 'big-1' });
    everySecond(recorder, 0, 60_000, (second) => ({ member: 'big-2', end: second < 3 ? 'failed' : 'succeeded' }));
    everySecond(recorder, 0, 10_000, { member: 'small-1', end: 'failed' });
    everySecond(recorder, 0, 100_000, { member: 'runaway', innocent: false, end: 'refused' });
    return evidence(recorder);
  };

  it('measures and names the worst merchant with enough operations', () => {
    expect(judge(settings, day())).toMatchObject({
      holds: false,
      measured: 0.95,
      sample: 2,
      reason: 'big-2: 0.95 is below 0.97 (57 of 60)',
    });
    expect(judge({ ...settings, atLeast: 0.95 }, day()).holds).toBe(true);
    expect(judge({ ...settings, forMerchantsWith: 61 }, day())).toMatchObject({ holds: true, measured: 1, sample: 1 });
    expect(judge({ ...settings, forMerchantsWith: 5 }, day())).toMatchObject({ holds: false, measured: 0 });
  });

  it('fails when no merchant has enough operations, or all together too few', () => {
    expect(judge({ ...settings, forMerchantsWith: 200 }, day())).toMatchObject({ holds: false, measured: null });
    expect(judge({ ...settings, atLeast: 0.5, minimum: { operations: 161 } }, day()).reason).toContain('only 160');
  });
});

describe('moment', () => {
  const recorder = recorderOf();
  everySecond(recorder, 0, minute);
  const at = (timings: Partial<Timings>) =>
    evidence(recorder, { timings: { ...noTimings, ...timings }, events: new Map([['flood', 5_000]]) });
  const settings = { kind: 'moment', moment: 'failover', withinMs: 10_000 };

  it('is bounded by moment less onset', () => {
    expect(judge(settings, at({ onset: 10_000, failover: 20_000 }))).toMatchObject({ holds: true, measured: 10_000 });
    expect(judge(settings, at({ onset: 10_000, failover: 20_001 }))).toMatchObject({
      holds: false,
      reason: '10001 ms is above 10000 ms',
    });
  });

  it('holds when it came before the onset', () => {
    expect(judge(settings, at({ onset: 10_000, failover: 9_000 }))).toMatchObject({ holds: true, measured: -1_000 });
  });

  it('may count from an event or another moment', () => {
    expect(judge({ ...settings, since: 'flood' }, at({ failover: 15_000 })).holds).toBe(true);
    expect(judge({ ...settings, since: 'detected' }, at({ detected: 4_999, failover: 15_000 })).holds).toBe(false);
  });

  it('fails when it never came, or its onset never did', () => {
    expect(judge(settings, at({ onset: 10_000 }))).toMatchObject({
      holds: false,
      reason: 'it never came',
      measured: null,
    });
    expect(judge(settings, at({ failover: 10_000 }))).toMatchObject({ holds: false, reason: 'onset never came' });
    expect(judge({ ...settings, since: 'rain' }, at({ failover: 1 })).reason).toBe('rain never came');
  });

  it('that must be absent fails when it comes, and without traffic', () => {
    const absent = { kind: 'moment', moment: 'failover', absent: true };
    expect(judge(absent, at({})).holds).toBe(true);
    expect(judge(absent, at({ failover: 10_000 }))).toMatchObject({ holds: false, measured: 10_000 });
    expect(judge({ ...absent, minimum: { operations: 61 } }, at({})).holds).toBe(false);
  });
});

describe('the public page', () => {
  const page = (...said: [number, string, string][]) => {
    const recorder = recorderOf();
    everySecond(recorder, 0, minute);
    for (const [atMs, name, stage] of said) log(recorder, 'status', atMs, 'page.published', { incident: name, stage });
    return recorder;
  };

  it('carries no incident', () => {
    const settings = { kind: 'no-public-incident' };
    expect(judge(settings, evidence(page())).holds).toBe(true);
    const open = page([20 * minute, 'i1', 'investigating'], [30 * minute, 'i1', 'resolved']);
    expect(judge(settings, evidence(open))).toMatchObject({ holds: false, measured: 1, reason: 'the page carried i1' });
    const window = (from: string, to: string) => ({ ...settings, window: { from, to }, minimum: { charges: 1 } });
    expect(judge(window('21:00', '21:05'), evidence(open)).holds).toBe(true);
    expect(judge(window('21:10', '21:12'), evidence(open)).holds).toBe(false);
    expect(judge(window('21:15', '21:30'), evidence(open)).holds).toBe(true);
    expect(judge({ ...settings, minimum: { operations: 61 } }, evidence(page())).holds).toBe(false);
  });

  it('is never silent about an open incident for longer than it may be', () => {
    const settings = { kind: 'page-updates', everyMs: 10 * minute };
    expect(judge(settings, evidence(page()))).toMatchObject({
      holds: false,
      reason: 'the page never carried an incident',
    });
    const often = page(
      [20 * minute, 'i1', 'investigating'],
      [30 * minute, 'i1', 'investigating'],
      [38 * minute, 'i1', 'resolved'],
    );
    expect(judge(settings, evidence(often))).toMatchObject({ holds: true, measured: 10 * minute, sample: 3 });
    const seldom = page([20 * minute, 'i1', 'investigating'], [31 * minute, 'i1', 'resolved']);
    expect(judge(settings, evidence(seldom))).toMatchObject({ holds: false, measured: 11 * minute });
    // One that is never resolved is silent until the day ends.
    expect(judge(settings, evidence(page([20 * minute, 'i1', 'investigating']))).holds).toBe(false);
  });

  it('carries no incident that hurt nobody', () => {
    const settings = { kind: 'no-false-incident' };
    expect(judge(settings, evidence(page()))).toMatchObject({ holds: true, sample: 0 });
    const open = page([20 * minute, 'i1', 'investigating'], [30 * minute, 'i1', 'resolved']);
    expect(judge(settings, evidence(open))).toMatchObject({ holds: false, measured: 1 });
  });

  it('names the components it should, and no others where none are allowed', () => {
    const named = (...said: [number, string, string[]][]) => {
      const recorder = page();
      for (const [atMs, name, components] of said)
        log(recorder, 'status', atMs, 'page.published', { incident: name, stage: 'investigating', components });
      return evidence(recorder);
    };
    const exactly = { kind: 'incident-components', exactly: ['three_d_secure'] };
    const atLeast = { kind: 'incident-components', atLeast: ['three_d_secure'] };
    const alone = named([20 * minute, 'i1', []], [21 * minute, 'i1', ['three_d_secure']]);
    expect(judge(exactly, alone)).toMatchObject({ holds: true, measured: 1, sample: 1 });
    expect(judge(atLeast, alone).holds).toBe(true);

    // All that was ever said of it counts, and every incident.
    const more = named(
      [20 * minute, 'i1', ['three_d_secure']],
      [21 * minute, 'i1', ['three_d_secure', 'create_charge']],
      [22 * minute, 'i1', ['three_d_secure']],
      [40 * minute, 'i2', ['three_d_secure']],
    );
    expect(judge(exactly, more)).toMatchObject({
      holds: false,
      measured: 1,
      sample: 2,
      reason: 'i1 names also create_charge',
    });
    expect(judge(atLeast, more)).toMatchObject({ holds: true, measured: 2 });
    const other = named([20 * minute, 'i1', ['api']]);
    expect(judge(exactly, other).reason).toBe('i1 names not three_d_secure and also api');
    expect(judge(atLeast, other)).toMatchObject({ holds: false, reason: 'i1 names not three_d_secure' });

    // By when the page first spoke of it: 21:05 is i1, 21:25 is i2.
    const window = (from: string, to: string) => ({ window: { from, to }, minimum: { charges: 1 } });
    expect(judge({ ...exactly, ...window('21:20', '21:30') }, more)).toMatchObject({ holds: true, sample: 1 });
    expect(judge({ ...exactly, ...window('21:00', '21:10') }, more).holds).toBe(false);

    // An announcement is no incident; no incident names nothing; nothing passes on thin traffic.
    const announcement = page();
    log(announcement, 'status', minute, 'page.published', { incident: null, stage: null, announcement: 'a1' });
    expect(judge(exactly, evidence(announcement))).toMatchObject({
      holds: false,
      sample: 0,
      reason: 'the page never carried an incident',
    });
    expect(judge({ ...exactly, minimum: { operations: 61 } }, alone).holds).toBe(false);
    expect(judge({ ...exactly, minimum: { faults: 1 } }, alone).holds).toBe(false);
  });

  it('is read for components by whoever looks at it, where it logs nothing', () => {
    const recorder = page();
    recorder.page({ incidents: [{ id: 'i1', stage: 'investigating', components: ['three_d_secure'] }] }, 20 * minute);
    recorder.page(
      { incidents: [{ id: 'i1', stage: 'monitoring', components: ['three_d_secure', 'api'] }] },
      30 * minute,
    );
    expect(recorder.pageNames()).toEqual([
      { incident: 'i1', firstMs: 20 * minute, components: ['three_d_secure', 'api'] },
    ]);
  });

  it('needs one way of naming components', () => {
    const settings = { id: 'x', kind: 'incident-components', minimum: { operations: 1 } };
    const names = ['three_d_secure'];
    for (const wrong of [{}, { exactly: names, atLeast: names }, { exactly: [] }, { exactly: ['3ds'] }])
      expect(Expectation.safeParse({ ...settings, ...wrong }).success).toBe(false);
    expect(Expectation.safeParse({ ...settings, atLeast: names }).success).toBe(true);
  });

  it('never says resolved too soon', () => {
    const said = (falseResolved: number) =>
      evidence(page(), { page: { resolvedSaid: 2, falseResolved, neverTold: [] } });
    expect(judge({ kind: 'no-false-resolved' }, said(0))).toMatchObject({ holds: true, sample: 2 });
    expect(judge({ kind: 'no-false-resolved' }, said(1))).toMatchObject({ holds: false, measured: 1 });
  });
});

describe('caps', () => {
  const capped = () => {
    const recorder = recorderOf();
    everySecond(recorder, 0, minute);
    log(recorder, 'escott', 30 * minute, 'operators.capped', { tenant: 'gateway', ratePerSecond: 4.5 });
    recorder.load(sample({ tenants: tenants({ capped: 0 }, {}) }), 30 * minute);
    recorder.load(sample({ caps: { gateway: 4.5 }, tenants: tenants({ capped: 40 }, {}) }), 31 * minute);
    return evidence(recorder);
  };

  it('never-capped fails for a cap on us and on no other tenant', () => {
    const never = { kind: 'never-capped', acquirer: 'escott' };
    expect(judge(never, capped())).toMatchObject({ holds: false, reason: 'capped 1 times' });
    expect(judge({ ...never, acquirer: 'gmo' }, capped()).holds).toBe(true);
    const recorder = recorderOf();
    everySecond(recorder, 0, minute);
    log(recorder, 'escott', minute, 'operators.capped', { tenant: 'others', ratePerSecond: 1 });
    expect(judge(never, evidence(recorder)).holds).toBe(true);
    recorder.load(sample({ caps: { gateway: 1 } }), 2 * minute);
    expect(judge(never, evidence(recorder)).reason).toBe('its load figures show a cap on us');
    expect(judge({ ...never, minimum: { operations: 61 } }, evidence(recorderOf())).holds).toBe(false);
  });

  it('capped holds only when the cap refused enough of our requests', () => {
    const bites = { kind: 'capped', acquirer: 'escott' };
    expect(judge({ ...bites, atLeast: 40 }, capped())).toMatchObject({ holds: true, measured: 40 });
    expect(judge({ ...bites, atLeast: 41 }, capped()).reason).toBe('the cap refused 40 of our requests, 41 needed');
    expect(judge({ ...bites, atLeast: 1, window: { from: '20:50', to: '21:00' } }, capped()).holds).toBe(false);
  });
});

describe('the books', () => {
  const day = (changes: Partial<Evidence> = {}) => {
    const recorder = recorderOf();
    everySecond(recorder, 0, minute);
    return evidence(recorder, changes);
  };

  it('are equal to the yen, or each figure that is not zero is named', () => {
    expect(judge({ kind: 'money', minimum: { charges: 100 } }, day())).toMatchObject({ holds: true, measured: 0 });
    for (const figure of ['doubleCaptures', 'lostApprovals', 'discrepancyYen', 'unknownLeft'])
      expect(judge({ kind: 'money' }, day({ money: { ...money, [figure]: 7 } }))).toMatchObject({
        holds: false,
        measured: 1,
        reason: `${figure} 7`,
      });
    expect(judge({ kind: 'money', minimum: { charges: 101 } }, day()).reason).toBe('only 100 charges, 101 needed');
  });

  it('saw the hard cases happen', () => {
    const seen = day({ money: { ...money, unknownSeen: 500, repliesLost: 19 } });
    expect(judge({ kind: 'unknown-seen', atLeast: 500 }, seen).holds).toBe(true);
    expect(judge({ kind: 'replies-lost', atLeast: 20 }, seen).reason).toBe('only 19, 20 needed');
    expect(judge({ kind: 'replies-lost', atMost: 18 }, seen).reason).toBe('19 is above 18');
    expect(judge({ kind: 'request-count', atLeast: 1000, atMost: 1000 }, seen).holds).toBe(true);
    expect(judge({ kind: 'request-count', atLeast: 1001 }, seen).holds).toBe(false);
    expect(judge({ kind: 'unknown-seen', atMost: 600, minimum: { operations: 61 } }, seen).holds).toBe(false);
  });

  const result = (id: string, judged: number, found = 0): InvariantResult => ({
    id,
    title: id,
    judged,
    found,
    violations: [],
  });
  const five = ['INV-01', 'INV-02', 'INV-03', 'INV-05', 'INV-09'];

  it('break no invariant, and gave the named ones something to judge', () => {
    const all = five.map((id) => result(id, 10));
    expect(judge({ kind: 'invariants' }, day({ invariants: all }))).toMatchObject({ holds: true, sample: 50 });
    expect(judge({ kind: 'invariants' }, day({ invariants: [...all, result('INV-07', 3, 2)] }))).toMatchObject({
      holds: false,
      measured: 2,
      reason: 'violated: INV-07 (2)',
    });
    expect(judge({ kind: 'invariants' }, day({ invariants: [...all.slice(1), result('INV-01', 0)] })).reason).toBe(
      'had nothing to judge: INV-01',
    );
    expect(judge({ kind: 'invariants' }, day()).holds).toBe(false);
    expect(judge({ kind: 'invariants', judged: ['INV-01'] }, day({ invariants: [result('INV-01', 1)] })).holds).toBe(
      true,
    );
  });
});

describe('deferred-completed', () => {
  const settings = { kind: 'deferred-completed' };
  const day = (completed: number) => {
    const recorder = recorderOf();
    recorder.away('escott', 0, dayMs);
    for (let i = 0; i < 10; i += 1) {
      recorder.operation(operation({ kind: 'capture', end: 'deferred', chargeId: `ch_${i}` }));
      if (i < completed) log(recorder, 'gateway', 5_000, 'deferred.completed', { charge: `ch_${i}`, type: 'capture' });
    }
    recorder.settleDeferrals(() => null);
    return evidence(recorder);
  };

  it('measures the share that came good', () => {
    expect(judge(settings, day(10))).toMatchObject({ holds: true, measured: 1, sample: 10 });
    expect(judge(settings, day(9))).toMatchObject({ holds: false, measured: 0.9 });
    expect(judge({ ...settings, atLeast: 0.9 }, day(9)).holds).toBe(true);
  });

  it('fails when nothing, or too little, was deferred', () => {
    const recorder = recorderOf();
    everySecond(recorder, 0, minute);
    expect(judge(settings, evidence(recorder)).holds).toBe(false);
    expect(judge({ ...settings, minimum: { charges: 1 } }, evidence(recorder)).reason).toBe('nothing was deferred');
    expect(judge({ ...settings, minimum: { operations: 11 } }, day(10)).reason).toBe('only 10 operations, 11 needed');
  });
});
