/** The two short days, as they were and protected, and what a removed protection costs. */
import { describe, expect, it, vi } from 'vitest';
import { capDay, failuresOf, floodDay, playShort } from './short-days.ts';

// A run of two seconds takes twenty on a machine with other work; one that is cut off breaks the next.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const straight = { doubleCaptures: 0, lostApprovals: 0, unknownLeft: 0, discrepancyYen: 0 };

describe('the flood in short (seed 1)', async () => {
  const day = floodDay();
  const asItWas = await playShort(day, 'as-it-was');
  const twin = { onsetMs: asItWas.timings.onset };

  it('hurts most operations as it was, and holds what is expected of that', () => {
    expect(failuresOf(asItWas)).toEqual({});
    expect(asItWas.verdict).toBe('holds');
    expect(asItWas.timings.failover).toBeNull();
  });

  it('leaves unknown outcomes and lost replies as it was, and settles every one', () => {
    expect(asItWas.money).toMatchObject(straight);
    expect(asItWas.money.unknownSeen).toBeGreaterThan(20);
    expect(asItWas.money.repliesLost).toBeGreaterThan(0);
  });

  it('hurts hardly anybody under protection, which finds the same onset by itself', async () => {
    const isolated = await playShort(day, 'protected');
    expect(failuresOf(isolated)).toEqual({});
    expect(isolated.verdict).toBe('holds');
    expect(isolated.timings.onset).toBe(asItWas.timings.onset);
    expect(isolated.money).toMatchObject(straight);
    expect(isolated.traffic.innocent.successRate ?? 0).toBeGreaterThan(asItWas.traffic.innocent.successRate ?? 1);
  });

  it.each(['no-breaker', 'no-failover'])('fails under %s, with straight books', async (policy) => {
    const removed = await playShort(day, policy, { judgedAs: 'protected', ...twin });
    expect(removed.verdict).toBe('fails');
    expect(Object.keys(failuresOf(removed))).toContain('ordinary-operations-succeed');
    expect(removed.money).toMatchObject(straight);
  });

  it('fails an expectation that too little traffic has reached, and says so', async () => {
    const thin = floodDay({
      day: { from: '21:01', to: '21:03' },
      timeline: [],
      expect: [
        { id: 'rates', kind: 'success-rate', atLeast: 0.5, minimum: { operations: 1_000_000 } },
        { id: 'faults', kind: 'success-rate', atLeast: 0.5, minimum: { operations: 1, faults: 1 } },
        { id: 'moments', kind: 'moment', moment: 'failover', absent: true, minimum: { operations: 1_000_000 } },
        { id: 'books', kind: 'money', minimum: { charges: 1_000_000 } },
        { id: 'requests', kind: 'request-count', atLeast: 1, minimum: { operations: 1_000_000 } },
        { id: 'enough', kind: 'success-rate', atLeast: 0.5, minimum: { operations: 50 } },
      ],
    });
    const result = await playShort(thin, 'as-it-was');
    expect(result.verdict).toBe('fails');
    expect(failuresOf(result)).toEqual({
      rates: expect.stringMatching(/^only \d+ operations, 1000000 needed$/),
      faults: 'only 0 faults, 1 needed',
      moments: expect.stringMatching(/^only \d+ operations, 1000000 needed$/),
      books: expect.stringMatching(/^only \d+ charges, 1000000 needed$/),
      requests: expect.stringMatching(/^only \d+ operations, 1000000 needed$/),
    });
  });

  it('is partial and fails when it is interrupted, however well it went until then', async () => {
    const interrupt = new AbortController();
    const partial = await playShort(day, 'as-it-was', {
      signal: interrupt.signal,
      onProgress: (scenarioMs) => {
        if (scenarioMs >= 120_000) interrupt.abort();
      },
    });
    expect(partial.partial).toBe(true);
    expect(partial.verdict).toBe('fails');
    expect(partial.scenarioMs).toBeGreaterThanOrEqual(120_000);
    expect(partial.scenarioMs).toBeLessThan(240_000);
    expect(partial.requests).toBeGreaterThan(500);
  });

  it('is audited as of the moment of the interrupt, while outcomes are being settled', async () => {
    const interrupt = new AbortController();
    const partial = await playShort(day, 'as-it-was', {
      signal: interrupt.signal,
      onProgress: (scenarioMs) => {
        if (scenarioMs >= 360_000) interrupt.abort();
      },
    });
    expect(partial.money.unknownLeft).toBeGreaterThan(0);
    const contradictions = partial.invariants.find(({ id }) => id === 'INV-03');
    expect(contradictions?.judged).toBeGreaterThan(100);
    // Follow-ups nobody knows about are honest ones; a payment that was settled after the look is none.
    expect(contradictions?.found).toBeLessThan(10);
    expect(contradictions?.violations.filter(({ text }) => text.startsWith('gateway says failed'))).toEqual([]);
  });

  it('is partial from the start when it is interrupted before it begins', async () => {
    const { partial, verdict, scenarioMs } = await playShort(day, 'protected', { signal: AbortSignal.abort() });
    expect({ partial, verdict, scenarioMs }).toEqual({ partial: true, verdict: 'fails', scenarioMs: 0 });
  });
});

describe('the merchant out of hand in short (seed 1)', async () => {
  const day = capDay();
  const asItWas = await playShort(day, 'as-it-was');
  const twin = { onsetMs: asItWas.timings.onset };

  it('gets all of us restricted as it was, and part of the operations fail', () => {
    expect(failuresOf(asItWas)).toEqual({});
    expect(asItWas.verdict).toBe('holds');
    expect(asItWas.money).toMatchObject(straight);
  });

  it('is contained under protection before anybody restricts us', async () => {
    const isolated = await playShort(day, 'protected', twin);
    expect(failuresOf(isolated)).toEqual({});
    expect(isolated.verdict).toBe('holds');
    expect(isolated.money).toMatchObject(straight);
  });

  it('fails under no-limiter, with straight books', async () => {
    const removed = await playShort(day, 'no-limiter', { judgedAs: 'protected', ...twin });
    expect(removed.verdict).toBe('fails');
    expect(Object.keys(failuresOf(removed))).toEqual(
      expect.arrayContaining(['abuser-contained-in-time', 'never-capped', 'no-public-incident']),
    );
    expect(removed.money).toMatchObject(straight);
  });
});

describe('the day without the incident (seed 1)', () => {
  it('hurts nobody, has no onset and tells nobody anything', async () => {
    const calm = await playShort(floodDay(), 'protected', { causes: false });
    expect(calm.traffic.innocent.successRate).toBe(1);
    expect(calm.faults).toEqual({ intended: 0, injected: 0 });
    expect(calm.timings).toMatchObject({ onset: null, detected: null, failover: null, firstNotice: null });
    expect(calm.money).toMatchObject({ ...straight, unknownSeen: 0 });
  });
});
