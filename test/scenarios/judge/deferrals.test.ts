import { describe, expect, it } from 'vitest';
import { dayMs, log, minute, operation, recorderOf, sample, tenants } from './fixtures.ts';

const accepted = { kind: 'capture', end: 'deferred', startedMs: 20 * minute, chargeId: 'ch_1' } as const;

/** e-SCOTT overflows from minute 17 to 60. */
const overflow = (recorder: ReturnType<typeof recorderOf>): void => {
  for (let atMs = 0, overflowed = 0; atMs < dayMs; atMs += 5_000) {
    if (atMs >= 17 * minute && atMs < 60 * minute) overflowed += 10;
    recorder.load(sample({ tenants: tenants({}, { overflowed }) }), atMs);
  }
};
const back = () => 60 * minute;
const wholeDay = [{ fromMs: 0, toMs: dayMs }];

describe('a deferred operation', () => {
  it('counts as success when its acquirer was away and it was completed within 10 minutes of recovery', () => {
    const recorder = recorderOf();
    overflow(recorder);
    recorder.operation(operation(accepted));
    log(recorder, 'gateway', 70 * minute, 'deferred.completed', { charge: 'ch_1', type: 'capture' });
    recorder.settleDeferrals(back);
    expect(recorder.bins.tally(wholeDay)).toMatchObject({ sent: 1, good: 0, deferred: 1, deferredGood: 1 });
    expect(recorder.bins.members(wholeDay, 'innocent')).toEqual([{ member: 'big-1', sent: 1, succeeded: 1 }]);
  });

  it('fails when it is completed later than that, or never', () => {
    for (const completedMs of [70 * minute + 1, null]) {
      const recorder = recorderOf();
      overflow(recorder);
      recorder.operation(operation(accepted));
      if (completedMs !== null)
        log(recorder, 'gateway', completedMs, 'deferred.completed', { charge: 'ch_1', type: 'capture' });
      const [judged] = recorder.settleDeferrals(back);
      expect(judged).toMatchObject({ acquirerWasAway: true, counts: false, completedMs });
      expect(recorder.bins.tally(wholeDay).deferredGood).toBe(0);
    }
  });

  it('fails when its acquirer was not away, however soon it is completed', () => {
    const recorder = recorderOf();
    log(recorder, 'gateway', 19 * minute, 'breaker.changed', { acquirer: 'escott', key: 'VISA', to: 'open' });
    recorder.operation(operation(accepted));
    log(recorder, 'gateway', 21 * minute, 'deferred.completed', { charge: 'ch_1', type: 'capture' });
    const [judged] = recorder.settleDeferrals(back);
    expect(judged).toMatchObject({ acquirerWasAway: false, counts: false });
  });

  it('counts while a breaker is open that real trouble had opened, even after the trouble', () => {
    const recorder = recorderOf();
    overflow(recorder);
    log(recorder, 'gateway', 17.5 * minute, 'breaker.changed', { acquirer: 'escott', key: 'VISA', to: 'open' });
    recorder.operation(operation({ ...accepted, startedMs: 61 * minute }));
    log(recorder, 'gateway', 62 * minute, 'breaker.changed', { acquirer: 'escott', key: 'VISA', to: 'closed' });
    recorder.operation(operation({ ...accepted, startedMs: 63 * minute, chargeId: 'ch_2' }));
    for (const charge of ['ch_1', 'ch_2'])
      log(recorder, 'gateway', 64 * minute, 'deferred.completed', { charge, type: 'capture' });
    expect(recorder.settleDeferrals(back).map((judged) => judged.counts)).toEqual([true, false]);
  });

  it('has 10 minutes from its acceptance when the acquirer was back before', () => {
    const recorder = recorderOf();
    recorder.away('escott', 20 * minute, 21 * minute);
    recorder.operation(operation(accepted));
    log(recorder, 'gateway', 30 * minute, 'deferred.completed', { charge: 'ch_1', type: 'capture' });
    expect(recorder.settleDeferrals(() => 10 * minute)[0]?.counts).toBe(true);
  });

  it('is paired with its own completion: oldest with oldest, a void upstream for a refund', () => {
    const recorder = recorderOf();
    recorder.away('escott', 0, dayMs);
    recorder.operation(operation({ ...accepted, kind: 'refund', startedMs: 2_000 }));
    recorder.operation(operation({ ...accepted, kind: 'refund', startedMs: 1_000 }));
    recorder.operation(operation({ ...accepted, startedMs: 3_000 }));
    log(recorder, 'gateway', 50_000, 'deferred.completed', { charge: 'ch_1', type: 'refund' });
    log(recorder, 'gateway', 60_000, 'deferred.completed', { charge: 'ch_1', type: 'void' });
    const judged = recorder.settleDeferrals(() => null);
    expect(judged.map((one) => [one.startedMs, one.completedMs])).toEqual([
      [1_000, 50_000],
      [2_000, 60_000],
      [3_000, null],
    ]);
  });

  it('never makes a create succeed', () => {
    const recorder = recorderOf();
    recorder.away('escott', 0, dayMs);
    recorder.operation(operation({ ...accepted, kind: 'create' }));
    log(recorder, 'gateway', 21 * minute, 'deferred.completed', { charge: 'ch_1', type: 'capture' });
    recorder.settleDeferrals(back);
    expect(recorder.bins.tally(wholeDay).deferredGood).toBe(0);
  });

  it('is judged once, whoever asks again', () => {
    const recorder = recorderOf();
    recorder.away('escott', 0, dayMs);
    recorder.operation(operation(accepted));
    log(recorder, 'gateway', 21 * minute, 'deferred.completed', { charge: 'ch_1', type: 'capture' });
    recorder.settleDeferrals(back);
    recorder.settleDeferrals(back);
    expect(recorder.bins.tally(wholeDay).deferredGood).toBe(1);
  });
});
