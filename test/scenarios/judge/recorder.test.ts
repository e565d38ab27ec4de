import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counters, isHurt, type Tally, wasShed } from '../../../scenarios/judge/bins.ts';
import { type Operation, type OperationEnd, operationKinds } from '../../../scenarios/judge/observation.ts';
import { createRecorder } from '../../../scenarios/judge/recorder.ts';
import { dayMs, log, minute, operation, recorderOf, sample, startWallMs, tenants } from './fixtures.ts';

const seed = 20170712;

const ends: readonly OperationEnd[] = ['succeeded', 'declined', 'deferred', 'unknown', 'refused', 'failed', 'late'];

const anyOperation: fc.Arbitrary<Operation> = fc.record({
  member: fc.constantFrom('big-1', 'big-2', 'small-1'),
  ordinal: fc.constant('1'),
  innocent: fc.boolean(),
  kind: fc.constantFrom(...operationKinds),
  amountYen: fc.constant(100),
  startedMs: fc.integer({ min: -5_000, max: 305_000 }),
  endedMs: fc.constant(400_000),
  end: fc.constantFrom(...ends),
  requests: fc.integer({ min: 1, max: 3 }),
  status: fc.constantFrom(200, 429, 500, null),
  decidedBy: fc.constantFrom('gateway', 'gateway-limiter', 'gateway-breaker', 'gateway-paused', 'issuer', null),
  acquirer: fc.constantFrom('escott', 'gmo', null),
  chargeId: fc.constant('ch_1'),
});

/** The same figures from the operations themselves. */
const naive = (operations: readonly Operation[], innocent: boolean, fromMs: number, toMs: number): Tally => {
  const own = operations.filter((one) => one.innocent === innocent && one.startedMs >= fromMs && one.startedMs < toMs);
  const count = (test: (one: Operation) => boolean): number => own.filter(test).length;
  const ended = (end: OperationEnd): number => count((one) => one.end === end);
  return {
    sent: own.length,
    good: ended('succeeded') + ended('declined'),
    deferred: ended('deferred'),
    deferredGood: 0,
    unknown: ended('unknown'),
    refused: ended('refused'),
    failed: ended('failed'),
    late: ended('late'),
    shed: count(wasShed),
    upstream: count((one) => one.acquirer !== null || !String(one.decidedBy).startsWith('gateway')),
  };
};

describe(`the recorder's counts (seed ${seed})`, () => {
  it('equal those of a model that keeps every operation', () => {
    fc.assert(
      fc.property(
        fc.array(anyOperation, { maxLength: 300 }),
        fc.integer({ min: 0, max: 299 }),
        fc.integer({ min: 1, max: 300 }),
        (operations, fromSecond, length) => {
          const recorder = recorderOf(300_000);
          for (const one of operations) recorder.operation(one);
          const inDay = operations.filter((one) => one.startedMs >= 0 && one.startedMs < 300_000);
          const stretch = { fromMs: fromSecond * 1000, toMs: Math.min(300, fromSecond + length) * 1000 };
          for (const who of ['innocent', 'abusive'] as const)
            expect(recorder.bins.tally([stretch], { who })).toEqual(
              naive(inDay, who === 'innocent', stretch.fromMs, stretch.toMs),
            );
          expect(recorder.bins.outsideDay()).toBe(operations.length - inDay.length);

          const hurt = inDay.filter((one) => one.innocent && isHurt(one)).map((one) => one.startedMs);
          expect(recorder.bins.firstHurtMs(0)).toBe(hurt.length === 0 ? null : Math.min(...hurt));

          const perSecond = recorder.bins.perSecond('sent', { acquirer: null });
          expect(perSecond.reduce((sum, count) => sum + count, 0)).toBe(
            inDay.filter((one) => one.acquirer === null).length,
          );
        },
      ),
      { seed, numRuns: 200 },
    );
  });

  it("equal a model's for every merchant, and name those that were hurt", () => {
    fc.assert(
      fc.property(fc.array(anyOperation, { maxLength: 200 }), (generated) => {
        // A member is ordinary or abusive, never both.
        const operations = generated.map((one) => ({ ...one, innocent: one.member !== 'big-2' }));
        const recorder = recorderOf(300_000);
        for (const one of operations) recorder.operation(one);
        const stretch = { fromMs: 20_000, toMs: 200_000 };
        const inside = operations.filter((one) => one.startedMs >= 20_000 && one.startedMs < 200_000 && one.innocent);
        const members = recorder.bins.members([stretch], 'innocent', ['create', 'refund']);
        for (const { member, sent, succeeded } of members) {
          const own = inside.filter((one) => one.member === member && ['create', 'refund'].includes(one.kind));
          expect({ sent, succeeded }).toEqual({
            sent: own.length,
            succeeded: own.filter((one) => one.end === 'succeeded' || one.end === 'declined').length,
          });
        }
        expect(recorder.bins.hurtMembers(stretch)).toEqual(
          [...new Set(inside.filter(isHurt).map((one) => one.member))].sort(),
        );
      }),
      { seed, numRuns: 100 },
    );
  });
});

describe('the recorder', () => {
  it('takes no more memory for ten times the traffic', () => {
    const play = (perSecond: number) => {
      const recorder = recorderOf(10 * minute);
      for (let ms = 0; ms < 10 * minute; ms += 1000 / perSecond) {
        recorder.operation(operation({ startedMs: ms, kind: ms % 2000 < 1000 ? 'create' : 'refund' }));
        recorder.received({ member: 'big-1', atMs: ms, type: 'charge.captured', body: {} });
        log(recorder, 'gateway', ms, 'charge.unknown', { charge: `ch_${ms}`, reference: `r${ms}` });
        log(recorder, 'gateway', ms, 'unknown.settled', { charge: `ch_${ms}`, reference: `r${ms}` });
        log(recorder, 'gateway', ms, 'notice.delivered', { merchant: 'big-1', type: 'incident' });
      }
      return recorder.size();
    };
    expect(play(20)).toEqual(play(2));
  });

  it('drops marks and facts past its limits, and counts them', () => {
    const recorder = recorderOf();
    for (let i = 0; i < 30_000; i += 1) log(recorder, 'gateway', i, 'abuse.found', { merchant: 'x' });
    expect(recorder.size().records).toBe(2_000 + 20_000);
    expect(recorder.dropped()).toBe(28_000 + 10_000);
  });

  it('puts a ninth acquirer and all further ones into one lane', () => {
    const recorder = recorderOf(minute);
    for (let i = 0; i < 50; i += 1) recorder.operation(operation({ acquirer: `a${i}` }));
    expect(recorder.bins.acquirers()).toHaveLength(8);
    expect(recorder.bins.tally([{ fromMs: 0, toMs: minute }]).sent).toBe(50);
  });

  it('refuses a day off the ten-second grid', () => {
    expect(() => createRecorder({ startWallMs: startWallMs + 1_000, dayMs, ourTenant: 'gateway' })).toThrow(RangeError);
  });

  it('follows how many outcomes are unknown and counts each once while it is open', () => {
    const recorder = recorderOf(minute);
    log(recorder, 'gateway', 1_000, 'charge.unknown', { charge: 'a', reference: 'ra' });
    log(recorder, 'gateway', 2_000, 'charge.unknown', { charge: 'a', reference: 'ra' });
    log(recorder, 'gateway', 12_000, 'charge.unknown', { charge: 'b', reference: 'rb' });
    log(recorder, 'gateway', 22_000, 'unknown.settled', { charge: 'a', reference: 'ra' });
    log(recorder, 'gateway', 23_000, 'unknown.settled', { charge: 'never', reference: 'seen' });
    expect(recorder.unknownOpen()).toEqual([1, 2, 1, 1, 1, 1]);
    expect(recorder.unknownSeen()).toBe(2);
  });

  it('tells each mark as it is recorded, in both languages', () => {
    const told: string[] = [];
    const recorder = createRecorder({
      startWallMs,
      dayMs,
      ourTenant: 'gateway',
      onMark: ({ title }) => told.push(title.en, title.ja),
    });
    log(recorder, 'escott', 5_000, 'operators.capped', { tenant: 'gateway', ratePerSecond: 4.5 });
    log(recorder, 'gateway', 5_000, 'charge.unknown', { charge: 'a' });
    expect(told).toEqual(['escott: gateway capped at 4.5/s', 'escott: gateway を毎秒 4.5 件に制限']);
  });

  it('counts faults that really happened: full queues, caps on us, and injected ones', () => {
    const recorder = recorderOf(minute);
    recorder.load(sample({ tenants: tenants({}, {}) }), 1_000);
    recorder.load(sample({ tenants: tenants({ capped: 2 }, { overflowed: 5 }) }), 11_000);
    recorder.fault(12_000, 3);
    recorder.fault(-1, 100);
    expect(recorder.faultsIn([{ fromMs: 0, toMs: minute }])).toBe(10);
    expect(recorder.faultsIn([{ fromMs: 20_000, toMs: minute }])).toBe(0);
  });

  it('counts an acquirer that was restarted from zero again', () => {
    const recorder = recorderOf(minute);
    recorder.load(sample({ tenants: tenants({}, { overflowed: 50, arrived: 100 }) }), 1_000);
    recorder.load(sample({ tenants: tenants({}, { overflowed: 4, arrived: 20 }) }), 11_000);
    expect(recorder.faultsIn([{ fromMs: 10_000, toMs: 20_000 }])).toBe(4);
    expect(recorder.loadBook.othersPerSecond('escott')[1]).toBe(2);
  });

  it('lets no older look of a reader take back what the page logged', () => {
    const recorder = recorderOf();
    const look = (stage: string, atMs: number) =>
      recorder.received({ member: 'public', atMs, type: 'status', body: { incidents: [{ id: 'i1', stage }] } });
    log(recorder, 'status', 1_000, 'page.published', { incident: 'i1', stage: 'investigating' });
    log(recorder, 'status', 9_000, 'page.published', { incident: 'i1', stage: 'resolved' });
    look('investigating', 9_010);
    expect(recorder.pageFacts().map((fact) => fact.stage)).toEqual(['investigating', 'resolved']);
  });

  it('believes the reader where the page logs nothing', () => {
    const recorder = recorderOf();
    const body = { incidents: [{ id: 'i1', stage: 'investigating' }], announcements: [{ id: 'a1' }] };
    recorder.received({ member: 'public', atMs: 2_000, type: 'status', body });
    expect(recorder.pageFacts()).toEqual([
      { atMs: 2_000, incident: 'i1', stage: 'investigating' },
      { atMs: 2_000, incident: 'a1', stage: 'announced' },
    ]);
  });

  it('has a number for every counter', () => {
    expect(Object.keys(recorderOf(minute).bins.tally([{ fromMs: 0, toMs: minute }])).sort()).toEqual(
      [...counters].sort(),
    );
  });
});
