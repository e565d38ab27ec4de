import { describe, expect, it } from 'vitest';
import { type MomentInputs, neverTold, resolvedSaid, timingsOf } from '../../../scenarios/judge/moments.ts';
import { momentNames } from '../../../scenarios/judge/result.ts';
import { dayMs, everySecond, log, minute, operation, recorderOf } from './fixtures.ts';

const cause = { fromMs: 17 * minute, toMs: 87 * minute };
const inputs = (changes: Partial<MomentInputs> = {}): MomentInputs => ({
  cause,
  original: 'escott',
  abusers: ['runaway'],
  abuserSharePerSecond: null,
  ...changes,
});
const notice = (member: string, atMs: number, type = 'incident') => ({ member, atMs, type, body: {} });

describe('the moments of a day', () => {
  it('are all absent on a quiet day', () => {
    const recorder = recorderOf();
    everySecond(recorder, 0, dayMs);
    const timings = timingsOf(recorder, inputs({ abuserSharePerSecond: 2 }));
    expect(Object.keys(timings)).toEqual([...momentNames]);
    expect(Object.values(timings).every((atMs) => atMs === null)).toBe(true);
  });

  it('take the onset from the first ordinary operation hurt at or after the cause', () => {
    const recorder = recorderOf();
    recorder.operation(operation({ startedMs: 5 * minute, end: 'failed' }));
    recorder.operation(operation({ startedMs: cause.fromMs + 200, end: 'failed', innocent: false }));
    recorder.operation(operation({ startedMs: cause.fromMs + 300, end: 'declined' }));
    recorder.operation(operation({ startedMs: cause.fromMs + 400, end: 'deferred', kind: 'capture' }));
    recorder.operation(operation({ startedMs: cause.fromMs + 950, end: 'late' }));
    recorder.operation(operation({ startedMs: cause.fromMs + 600, end: 'unknown' }));
    expect(timingsOf(recorder, inputs()).onset).toBe(cause.fromMs + 600);
  });

  it('take it from the twin where there is one, even if the twin has none', () => {
    const recorder = recorderOf();
    recorder.operation(operation({ startedMs: cause.fromMs + 600, end: 'failed' }));
    expect(timingsOf(recorder, inputs({ onsetFromTwin: 123 })).onset).toBe(123);
    expect(timingsOf(recorder, inputs({ onsetFromTwin: null })).onset).toBeNull();
  });

  it('detect by a breaker of the original acquirer, an incident, an abuser found, or people', () => {
    const detected = (event: string, fields: object) => {
      const recorder = recorderOf();
      log(recorder, 'gateway', 1_000, event, fields);
      log(recorder, 'gateway', cause.fromMs + 5_000, event, fields);
      return timingsOf(recorder, inputs()).detected;
    };
    const atMs = cause.fromMs + 5_000;
    expect(detected('breaker.changed', { acquirer: 'escott', key: 'VISA', to: 'open' })).toBe(atMs);
    expect(detected('breaker.changed', { acquirer: 'gmo', key: 'VISA', to: 'open' })).toBeNull();
    expect(detected('breaker.changed', { acquirer: 'escott', key: 'VISA', to: 'ramp' })).toBeNull();
    expect(detected('incident.opened', { incident: 'i1' })).toBe(atMs);
    expect(detected('abuse.found', { merchant: 'runaway' })).toBe(atMs);
    expect(detected('abuse.found', { merchant: 'big-1' })).toBeNull();
    expect(detected('page.published', { incident: null, stage: null, announcement: 'a1' })).toBeNull();
    const recorder = recorderOf();
    log(recorder, 'status', atMs, 'page.published', { incident: null, stage: null, announcement: 'a1' });
    expect(timingsOf(recorder, inputs())).toMatchObject({ detected: atMs, firstNotice: atMs, resolved: null });
  });

  it('see the abuser refused, contained and told, and the upstream told', () => {
    const recorder = recorderOf();
    const from = cause.fromMs;
    const abuse = { member: 'runaway', innocent: false } as const;
    everySecond(recorder, from, from + 10_000, { ...abuse, end: 'declined' });
    everySecond(recorder, from + 10_000, from + 100_000, {
      ...abuse,
      end: 'refused',
      decidedBy: 'gateway-limiter',
      acquirer: null,
      status: 429,
    });
    recorder.received(notice('big-1', from + 11_000, 'abuse'));
    recorder.received(notice('runaway', from + 12_000, 'abuse'));
    log(recorder, 'escott', from + 13_000, 'operators.informed', { tenant: 'others' });
    log(recorder, 'escott', from + 14_000, 'operators.informed', { tenant: 'gateway' });
    expect(timingsOf(recorder, inputs({ abuserSharePerSecond: 0.1 }))).toMatchObject({
      firstShed: from + 10_300,
      // Three of the ten that got through are allowed in 30 s.
      contained: from + 7_000,
      abuserTold: from + 12_000,
      upstreamTold: from + 14_000,
    });
  });

  it('do not call the abuser told because the gateway logged that it was', () => {
    const recorder = recorderOf();
    log(recorder, 'gateway', cause.fromMs, 'abuse.told', { merchant: 'runaway' });
    log(recorder, 'gateway', cause.fromMs, 'upstream.told', { acquirer: 'escott' });
    expect(timingsOf(recorder, inputs())).toMatchObject({ abuserTold: null, upstreamTold: null });
  });

  it('fail over by new creates and registrations only, leaving out what our limits refused', () => {
    const recorder = recorderOf();
    const from = cause.fromMs;
    everySecond(recorder, 0, from + 8_000);
    everySecond(recorder, from + 8_000, dayMs, { acquirer: 'gmo' });
    everySecond(recorder, from, dayMs, { kind: 'capture', end: 'deferred', acquirer: 'escott' });
    everySecond(recorder, from, dayMs, { end: 'refused', decidedBy: 'gateway-limiter', acquirer: null });
    expect(timingsOf(recorder, inputs()).failover).toBe(from + 8_000);
  });

  it('have no failover when some creates are answered by nobody', () => {
    const recorder = recorderOf();
    everySecond(recorder, cause.fromMs, dayMs, (second) =>
      second % 10 === 0 ? { end: 'failed', acquirer: null, decidedBy: null } : { acquirer: 'gmo' },
    );
    expect(timingsOf(recorder, inputs()).failover).toBeNull();
  });

  it('come to the last notice when every hurt merchant has one', () => {
    const recorder = recorderOf();
    for (const member of ['big-1', 'big-2'])
      recorder.operation(operation({ member, startedMs: cause.fromMs + 1_000, end: 'failed' }));
    recorder.operation(operation({ member: 'small-1', startedMs: cause.fromMs + 1_000 }));
    recorder.received(notice('big-1', 1_000));
    recorder.received(notice('big-1', cause.fromMs + 40_000));
    recorder.received(notice('big-1', cause.fromMs + 90_000));
    expect(timingsOf(recorder, inputs()).lastNotice).toBeNull();
    expect(neverTold(recorder, inputs())).toEqual(['big-2']);
    recorder.received(notice('big-2', cause.fromMs + 50_000));
    expect(timingsOf(recorder, inputs()).lastNotice).toBe(cause.fromMs + 50_000);
    expect(neverTold(recorder, inputs())).toEqual([]);
  });

  it('recover at the original acquirer, where a deferred operation is not good', () => {
    const recorder = recorderOf();
    const from = cause.fromMs;
    everySecond(recorder, 0, from);
    everySecond(recorder, from, from + 10_000, { end: 'unknown' });
    everySecond(recorder, from + 10_000, from + 30 * minute, { acquirer: 'gmo' });
    everySecond(recorder, from, from + 20 * minute, { kind: 'capture', end: 'deferred' });
    everySecond(recorder, from + 30 * minute, dayMs);
    const timings = timingsOf(recorder, inputs());
    expect(timings.onset).toBe(from);
    expect(timings.recovered).toBe(from + 30 * minute);
  });

  it('are resolved by the last "resolved" that stays', () => {
    const recorder = recorderOf();
    const say = (atMs: number, incident: string, stage: string) =>
      log(recorder, 'status', atMs, 'page.published', { incident, stage });
    say(20 * minute, 'i1', 'investigating');
    say(50 * minute, 'i1', 'resolved');
    expect(timingsOf(recorder, inputs()).resolved).toBe(50 * minute);
    say(51 * minute, 'i1', 'investigating');
    expect(timingsOf(recorder, inputs()).resolved).toBeNull();
    say(60 * minute, 'i2', 'investigating');
    say(61 * minute, 'i1', 'resolved');
    say(70 * minute, 'i2', 'resolved');
    expect(timingsOf(recorder, inputs()).resolved).toBe(70 * minute);
  });
});

describe('a "resolved" on the page', () => {
  const said = (failing: (second: number) => boolean) => {
    const recorder = recorderOf();
    everySecond(recorder, 0, dayMs, (second) => (failing(second) ? { end: 'failed' } : {}));
    log(recorder, 'status', 60 * minute, 'page.published', { incident: 'i1', stage: 'investigating' });
    log(recorder, 'status', 90 * minute, 'page.published', { incident: 'i1', stage: 'resolved' });
    return resolvedSaid(recorder);
  };

  it('is true when ordinary operations go well for 15 minutes', () => {
    expect(said((second) => second < 89 * 60)).toEqual({ resolvedSaid: 1, falseResolved: 0 });
  });

  it('is false while they fail', () => {
    expect(said((second) => second < 90 * 60 + 5).falseResolved).toBe(1);
  });

  it('is false when they fail again within 15 minutes, and not after', () => {
    const from = 100 * 60;
    expect(said((second) => second >= from && second < from + 20).falseResolved).toBe(1);
    expect(said((second) => second >= 105 * 60).falseResolved).toBe(0);
  });
});
