import { describe, expect, it } from 'vitest';
import type { Attempt, Booked, Observed, PaymentStory } from '../../../scenarios/score/observed.ts';
import { renderMarkdown, renderScore, renderScoreJunit } from '../../../scenarios/score/render.ts';
import { failoverMs, scoreCardOf } from '../../../scenarios/score/score-card.ts';

const cause = { fromMs: 20_000, toMs: 80_000 };
const bounds = { successInCause: 0.95, failoverMs: 10_000, firstNoticeMs: 60_000 };

const create = (startedMs: number, outcome: Attempt['outcome'] = 'succeeded'): Attempt => ({
  key: `k${startedMs}`,
  innocent: true,
  kind: 'create',
  amountYen: 500,
  startedMs,
  endedMs: startedMs + 200,
  outcome,
  id: `id${startedMs}`,
});

const story = (attempt: Attempt, lastRead: PaymentStory['lastRead'] = 'captured'): PaymentStory => ({
  key: attempt.key,
  cardFingerprint: attempt.key,
  amountYen: 500,
  captureNow: true,
  create: attempt,
  capture: null,
  refund: null,
  lastRead,
});

const booked = (card: string, more: Partial<Booked> = {}): Booked => ({
  acquirer: 'escott',
  transactionId: card,
  card,
  capturedYen: 500,
  refundedYen: 0,
  state: 'captured',
  ...more,
});

/** A day on which everything went well: two payments a second for two minutes. */
const goodDay = (): Observed => {
  const payments = Array.from({ length: 240 }, (_, index) => story(create(index * 500)));
  return {
    payments,
    repeats: [{ cardFingerprint: 'r', ids: ['x', 'x'] }],
    booked: [...payments.map(({ cardFingerprint }) => booked(cardFingerprint)), booked('r')],
    notices: [{ incident: 'i', resolved: false, atMs: 31_000, by: 'page' }],
    cause,
    lengthMs: 120_000,
  };
};

const broken = (observed: Observed): string[] =>
  scoreCardOf(observed, bounds)
    .lines.filter(({ holds }) => !holds)
    .map(({ id }) => id);

/** The good day with one payment told about otherwise. */
const withOne = (
  nth: number,
  change: (one: PaymentStory) => PaymentStory,
  book?: (rows: readonly Booked[]) => readonly Booked[],
) => {
  const day = goodDay();
  const payments = day.payments.map((one, index) => (index === nth ? change(one) : one));
  return { ...day, payments, booked: book === undefined ? day.booked : book(day.booked) };
};

describe('a score card', () => {
  it('holds in every line for a day without a fault', () => {
    expect(broken(goodDay())).toEqual([]);
  });

  it('leaves a call that the cause may have reached out of the calm', () => {
    const reached = withOne(38, (one) => ({ ...one, create: { ...one.create, endedMs: 26_000, outcome: 'failed' } }));
    expect(broken(reached)).toEqual([]);
  });

  it.each([
    ['was over before the cause', { endedMs: 19_900 }],
    ['hung ten seconds before it', { startedMs: 9_000, endedMs: 26_000 }],
  ])('counts a failure in the calm that %s', (_, times) => {
    const hurt = withOne(38, (one) => ({ ...one, create: { ...one.create, ...times, outcome: 'failed' } }));
    expect(broken(hurt)).toEqual(['calm']);
  });

  it('sees money that was taken in silence', () => {
    const day = withOne(165, (one) => ({
      ...one,
      create: { ...one.create, outcome: 'failed', id: null },
      lastRead: null,
    }));
    expect(broken(day)).toEqual(['taken-in-silence']);
  });

  it('sees a payment that is told and was never made', () => {
    const day = withOne(
      165,
      (one) => one,
      (rows) => rows.filter((_, index) => index !== 165),
    );
    expect(broken(day)).toEqual(['told-too-much']);
  });

  it('sees a double capture', () => {
    const day = withOne(
      165,
      (one) => one,
      (rows) => [...rows, booked(rows[165]?.card ?? '', { acquirer: 'gmo' })],
    );
    expect(broken(day)).toEqual(['double-captures']);
  });

  it('sees a key that pays twice', () => {
    const day = goodDay();
    expect(broken({ ...day, booked: [...day.booked, booked('r', { transactionId: 'again' })] })).toEqual([
      'one-key-one-payment',
    ]);
  });

  it('sees an outcome that nobody ever knows, and calls that were never answered', () => {
    const silent = withOne(165, (one) => ({
      ...one,
      create: { ...one.create, outcome: 'silent', id: null },
      lastRead: null,
    }));
    expect(broken(silent)).toEqual(['unknown-left']);
  });

  it('does not hold for who tells nobody, or calls it over too soon', () => {
    const day = goodDay();
    expect(broken({ ...day, notices: [] })).toEqual(['first-notice']);
    const early = [...day.notices, { incident: 'i', resolved: true, atMs: 50_000, by: 'page' as const }];
    expect(broken({ ...day, notices: early })).toEqual(['false-resolved']);
  });

  it('does not hold on nothing: no traffic, no repeats', () => {
    const empty: Observed = { ...goodDay(), payments: [], booked: [], repeats: [], notices: [] };
    expect(scoreCardOf(empty, bounds).held).toBe(0);
  });

  it('measures when payments succeed again, and that nobody was hurt', () => {
    const day = Array.from({ length: 120 }, (_, index) =>
      create(cause.fromMs + index * 500, index < 9 ? 'failed' : 'succeeded'),
    );
    expect(failoverMs(day, cause)).toBe(4500);
    expect(
      failoverMs(
        day.map((one) => ({ ...one, outcome: 'succeeded' as const })),
        cause,
      ),
    ).toBe(0);
    expect(
      failoverMs(
        day.map((one) => ({ ...one, outcome: 'failed' as const })),
        cause,
      ),
    ).toBeNull();
  });

  it('is told in words, Markdown and JUnit', () => {
    const card = scoreCardOf({ ...goodDay(), notices: [] }, bounds);
    expect(renderScore('mine', card)).toMatch(/✗ the public is told\s+never/);
    expect(renderMarkdown('mine', card)).toContain('| ❌ | the public is told | never |');
    expect(renderScoreJunit('mine', card)).toMatch(/failures="1"/);
  });
});
