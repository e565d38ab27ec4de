/** What a timeline may do beside floods: instances that die, links that break, acquirers that stop. The books stay straight. */
import { describe, expect, it, vi } from 'vitest';
import type { RunResult } from '../../../scenarios/judge/result.ts';
import { failuresOf, floodDay, playShort } from './short-days.ts';

// A run of two seconds takes twenty on a machine with other work; one that is cut off breaks the next.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const assumed = 'trouble that a test makes';
const expectations = [
  { id: 'books-equal', kind: 'money', minimum: { operations: 1200, charges: 600 } },
  { id: 'invariants-hold', kind: 'invariants', minimum: { operations: 1200, charges: 600 } },
];

const process = (at: string, program: string, action: string) => ({
  id: `${action}-${program}`,
  at,
  assumed,
  what: { kind: 'process', program, action },
});
const link = (at: string, until: string, toxic: object) => ({
  id: 'cut',
  at,
  assumed,
  what: { kind: 'link', link: 'gateway->escott', toxic, until },
});

const straight = (result: RunResult): void => {
  expect(failuresOf(result)).toEqual({});
  expect(result.invariants.filter(({ found }) => found > 0)).toEqual([]);
  expect(result.money).toMatchObject({ doubleCaptures: 0, lostApprovals: 0, unknownLeft: 0, discrepancyYen: 0 });
};

/** Lowest and last share of good ordinary operations, in steps of the report. */
const successOf = ({ series }: RunResult) => {
  const shares = series.find(({ id }) => id === 'innocentSuccess')?.values.filter((value) => value !== null) ?? [];
  return { lowest: Math.min(...shares), last: shares.at(-1) };
};

const kill = process('21:03:10', 'gateway-1', 'kill');
const restart = process('21:03:40', 'gateway-1', 'restart');

describe('a gateway that is killed in the middle of the flood (seed 1)', () => {
  const flood = floodDay().timeline;

  it.each(['as-it-was', 'protected'])('settles what it left behind once it is back, %s', async (policy) => {
    const day = floodDay({ timeline: [...flood, kill, restart], expect: expectations });
    const killed = await playShort(day, policy, { onsetMs: null });
    straight(killed);
    expect(successOf(killed)).toEqual({ lowest: 0, last: 1 });
  });

  it('leaves outcomes unknown when it does not come back, and the run says so', async () => {
    const [books] = expectations;
    const expectedOfFew = [{ ...books, minimum: { operations: 600, charges: 300 } }];
    const killed = await playShort(floodDay({ timeline: [...flood, kill], expect: expectedOfFew }), 'as-it-was');
    expect(successOf(killed)).toEqual({ lowest: 0, last: 0 });
    expect(killed.verdict).toBe('fails');
    expect(failuresOf(killed)['books-equal']).toMatch(/unknownLeft \d+/);
  });
});

describe('one of two gateways that is killed (seed 1)', () => {
  const { world, timeline: flood } = floodDay();
  const two = { ...world, gateway: { instances: 2 } };

  it('leaves to its sister all but what was under way, while calls are slow', async () => {
    const slow = link('21:02:30', '21:03:30', { type: 'latency', latency: 2000 });
    const day = floodDay({ world: two, timeline: [slow, kill, restart], expect: expectations });
    const killed = await playShort(day, 'protected', { onsetMs: null });
    straight(killed);
    const { sent, succeeded } = killed.traffic.innocent;
    expect(sent - succeeded).toBeGreaterThan(0);
    expect(sent - succeeded).toBeLessThan(15);
    expect(killed.money.repliesLost).toBeGreaterThan(0);
    expect(successOf(killed).last).toBe(1);
  });

  it('takes up again what its sister has not settled, after a flood', async () => {
    const day = floodDay({ world: two, timeline: [...flood, kill, restart], expect: expectations });
    const killed = await playShort(day, 'protected', { onsetMs: null });
    straight(killed);
    expect(killed.traffic.innocent.deferred).toBeGreaterThan(0);
    expect(successOf(killed).last).toBe(1);
  });
});

describe('a link to the acquirer that loses replies for two minutes (seed 1)', () => {
  it.each([
    ['closing after 3 s', { type: 'timeout', timeout: 3000 }],
    ['never answering', { type: 'timeout', timeout: 0 }],
    ['resetting', { type: 'reset_peer', timeout: 0 }],
  ])('leaves approvals unknown when it is %s, and all of them are settled', async (_, toxic) => {
    const day = floodDay({ timeline: [link('21:02:00', '21:04:00', toxic)], expect: expectations });
    const cut = await playShort(day, 'as-it-was');
    straight(cut);
    expect(cut.money.unknownSeen).toBeGreaterThan(80);
    expect(cut.money.repliesLost).toBeGreaterThan(80);
    expect(cut.faults.injected).toBeGreaterThan(80);
    expect(successOf(cut)).toMatchObject({ lowest: 0, last: 1 });
  });

  it('leaves nothing unknown when it refuses connections: nothing was sent', async () => {
    const day = floodDay({ timeline: [link('21:02:00', '21:04:00', { type: 'down' })], expect: expectations });
    const cut = await playShort(day, 'as-it-was');
    straight(cut);
    expect(cut.faults.injected).toBeGreaterThan(80);
    // What was under way when the link went down is all there is.
    expect(cut.money.unknownSeen).toBeLessThan(5);
    expect(successOf(cut)).toMatchObject({ lowest: 0, last: 1 });
  });
});

describe('an acquirer that the play itself takes away (seed 1)', () => {
  const captures = {
    id: 'captures-are-accepted-for-later',
    kind: 'success-rate',
    kinds: ['capture', 'refund'],
    window: { from: '21:02', to: '21:05' },
    atLeast: 0.9,
    minimum: { operations: 50 },
  };

  it.each([
    ['cut off', [link('21:02:00', '21:05:00', { type: 'timeout', timeout: 1000 })]],
    ['frozen', [process('21:02:00', 'escott', 'freeze'), process('21:05:00', 'escott', 'resume')]],
  ])('counts captures and refunds deferred while it is %s', async (_, timeline) => {
    const day = floodDay({ timeline, expect: [...expectations, captures] });
    const away = await playShort(day, 'protected', { onsetMs: null });
    straight(away);
    expect(away.traffic.innocent.deferred).toBeGreaterThan(20);
  });
});
