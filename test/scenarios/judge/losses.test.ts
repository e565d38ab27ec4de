import { describe, expect, it } from 'vitest';
import { createLossBook } from '../../../scenarios/judge/losses.ts';
import type { Operation } from '../../../scenarios/judge/observation.ts';
import { momentNames, type Timings } from '../../../scenarios/judge/result.ts';

const operation = (changes: Partial<Operation>): Operation =>
  ({
    member: 'big-1',
    ordinal: '1',
    innocent: true,
    kind: 'create',
    amountYen: 1000,
    startedMs: 0,
    endedMs: 100,
    end: 'succeeded',
    requests: 1,
    status: 200,
    decidedBy: 'gateway',
    acquirer: 'escott',
    chargeId: 'ch_1',
    ...changes,
  }) as Operation;
const never = Object.fromEntries(momentNames.map((name) => [name, null])) as Timings;

describe('the losses of a day', () => {
  it('are the orders of ordinary merchants that ended neither well nor with a decline', () => {
    const book = createLossBook();
    for (const end of ['succeeded', 'declined', 'deferred'] as const) book.add(operation({ end }));
    for (const end of ['unknown', 'failed', 'late'] as const) book.add(operation({ end, member: 'big-2' }));
    book.add(operation({ kind: 'refund', end: 'failed', member: 'small-1' }));
    book.add(operation({ innocent: false, end: 'refused', decidedBy: 'gateway-limiter' }));
    expect(book.figures(never, 0)).toEqual({
      lostSales: 3,
      lostSalesYen: 3000,
      falseBlocks: 0,
      merchantsHurt: 2,
      hurtMost: [
        { member: 'big-2', operations: 3, yen: 3000 },
        { member: 'small-1', operations: 1, yen: 0 },
      ],
      noticedAfterMs: null,
    });
  });

  it('count as false blocks what our own limits refused an ordinary merchant', () => {
    const book = createLossBook();
    book.add(operation({ end: 'refused', status: 429, decidedBy: 'gateway-limiter' }));
    book.add(operation({ end: 'refused', status: 403, decidedBy: 'gateway-paused' }));
    book.add(operation({ end: 'refused', status: 503, decidedBy: 'gateway-breaker' }));
    expect(book.figures(never, 0)).toMatchObject({ falseBlocks: 2, lostSales: 3 });
  });

  it('are noticed when the first of detection, abuser and public knows, counted from the cause', () => {
    const book = createLossBook();
    const timings = { ...never, detected: 90_000, abuserTold: 64_000, firstNotice: 120_000 };
    expect(book.figures(timings, 60_000).noticedAfterMs).toBe(4_000);
  });
});
