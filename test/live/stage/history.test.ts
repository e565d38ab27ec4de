/** From k6's lines to a history that is judged by itself: what they say, and what a judge finds in them. */
import { describe, expect, it } from 'vitest';
import { judgeHistory } from '../../../scenarios/history/judge-history.ts';
import { readHistory, recordOperation } from '../../../scenarios/history/operation.ts';
import { historyOf, unreadIn } from '../../../scenarios/live/history.ts';
import type { ExchangeLine, Line, OperationLine, Shown } from '../../../scenarios/live/k6-lines.ts';

const charge = (shown: Partial<Shown> = {}): Shown => ({
  id: 'ch_1',
  amountYen: 500,
  paid: true,
  captured: true,
  refundedYen: 0,
  outcome: null,
  ...shown,
});

const exchange = (leg: string, sentMs: number, line: Partial<ExchangeLine> = {}): ExchangeLine => ({
  t: 'exchange',
  member: 'shop',
  ordinal: '1',
  leg,
  key: leg === 'look' ? null : `shop-1-${leg}`,
  amountYen: leg === 'look' ? null : 500,
  sentMs,
  answeredMs: sentMs + 10,
  requests: 1,
  status: 200,
  decidedBy: 'gateway',
  outcome: null,
  chargeId: 'ch_1',
  charge: charge(),
  ...line,
});

const operation = (line: Partial<OperationLine> = {}): OperationLine => ({
  t: 'operation',
  member: 'shop',
  ordinal: '1',
  innocent: true,
  kind: 'create',
  amountYen: 500,
  captured: true,
  startedMs: 0,
  endedMs: 10,
  end: 'succeeded',
  requests: 1,
  status: 200,
  decidedBy: 'gateway',
  acquirer: 'escott',
  chargeId: 'ch_1',
  ...line,
});

const silent = { status: null, decidedBy: null, chargeId: null, charge: null } as const;
const look = (sentMs: number, shown: Partial<Shown> = {}): ExchangeLine =>
  exchange('look', sentMs, { charge: charge(shown) });

const violationsOf = (lines: readonly Line[]): readonly string[] =>
  judgeHistory(historyOf(lines)).violations.map(({ check }) => check);

describe('the history in what k6 saw', () => {
  it('has a payment, its refund and the looks at it, and no token', () => {
    const lines = [
      exchange('token', 0, { chargeId: 'tok_1', charge: null }),
      exchange('charge', 20),
      operation(),
      look(40),
      exchange('refund', 60, { ordinal: '1/refund', charge: charge({ refundedYen: 500 }) }),
      operation({ ordinal: '1/refund', kind: 'refund' }),
      look(80, { refundedYen: 500 }),
    ];
    const operations = historyOf(lines);
    expect(operations.map(({ op, outcome }) => [op, outcome])).toEqual([
      ['charge', 'ok'],
      ['read', 'ok'],
      ['refund', 'ok'],
      ['read', 'ok'],
    ]);
    expect(violationsOf(lines)).toEqual([]);
    expect(readHistory(operations.map(recordOperation).join(''))).toEqual({ ok: true, operations });
  });

  it.each<[string, Partial<ExchangeLine>, string]>([
    ['no answer', silent, 'unknown'],
    ['an outcome that is not known', { status: 500, outcome: 'unknown', charge: null }, 'unknown'],
    ['a 502 of nobody knows whom', { status: 502, decidedBy: null, charge: null }, 'unknown'],
    ['a 503 of the breaker', { status: 503, decidedBy: 'gateway-breaker', charge: null }, 'refused'],
    ['a 503 of an upstream', { status: 503, decidedBy: 'upstream-lost', charge: null }, 'unknown'],
    ['a limit', { status: 429, decidedBy: 'gateway-limiter', charge: null }, 'refused'],
    ['a key that is in progress', { status: 409, charge: null }, 'unknown'],
    ['a request that is none', { status: 400, charge: null }, 'refused'],
    ['a decline', { status: 402, decidedBy: 'issuer', charge: null }, 'declined'],
    ['a 200 that shows no charge', { charge: null }, 'unknown'],
  ])('takes %s for what it is', (_what, line, outcome) => {
    expect(historyOf([exchange('charge', 0, line), operation()])).toMatchObject([{ op: 'charge', outcome }]);
  });

  it('takes a capture that was accepted for later as deferred, and a look at it as before or after', () => {
    const lines = [
      exchange('charge', 0, { charge: charge({ captured: false }) }),
      operation({ captured: false }),
      exchange('capture', 20, { ordinal: '1/capture', outcome: 'deferred', charge: charge({ captured: false }) }),
      operation({ ordinal: '1/capture', kind: 'capture', end: 'deferred' }),
      look(40, { captured: false }),
      look(60),
    ];
    expect(historyOf(lines).map(({ op, outcome }) => `${op} ${outcome}`)).toEqual([
      'authorise ok',
      'capture deferred',
      'read ok',
      'read ok',
    ]);
    expect(violationsOf(lines)).toEqual([]);
  });

  it('knows which charge a capture without an answer was about', () => {
    const lines = [
      exchange('charge', 0, { charge: charge({ captured: false }) }),
      operation({ captured: false }),
      exchange('capture', 20, { ordinal: '1/capture', ...silent }),
      operation({ ordinal: '1/capture', kind: 'capture', end: 'failed', status: null }),
      look(40),
    ];
    expect(historyOf(lines)[1]).toMatchObject({ op: 'capture', object: 'ch_1', outcome: 'unknown' });
    expect(violationsOf(lines)).toEqual([]);
  });

  it.each<[string, readonly Line[]]>([
    ['a payment that was acknowledged and is lost', [look(40, { paid: false, captured: false })]],
    ['a payment that was acknowledged and that nobody knows', [exchange('look', 40, { status: 404, charge: null })]],
    [
      'a refund that was acknowledged and is lost',
      [
        exchange('refund', 40, { ordinal: '1/refund', charge: charge({ refundedYen: 500 }) }),
        operation({ ordinal: '1/refund', kind: 'refund' }),
        look(60),
      ],
    ],
    ['money given back that nobody asked for', [look(40, { refundedYen: 500 })]],
    [
      'more given back than there was',
      ['a', 'b'].flatMap((nth, index) => [
        exchange('refund', 40 + 20 * index, { ordinal: `1/refund-${nth}`, key: nth }),
        operation({ ordinal: `1/refund-${nth}`, kind: 'refund' }),
      ]),
    ],
    [
      'a second capture',
      [exchange('capture', 40, { ordinal: '1/capture' }), operation({ ordinal: '1/capture', kind: 'capture' })],
    ],
  ])('shows %s', (_what, after) => {
    expect(violationsOf([exchange('charge', 0), operation(), look(20), ...after])).toEqual(['explained']);
  });

  it('shows one key that made two payments', () => {
    const lines = [
      exchange('charge', 0),
      exchange('charge', 20, { chargeId: 'ch_2', charge: charge({ id: 'ch_2' }) }),
      operation(),
    ];
    expect(violationsOf(lines)).toEqual(['one-object-per-key']);
  });

  it('names the charges that no read has shown since they were last written', () => {
    const second = exchange('charge', 0, {
      ordinal: '2',
      key: 'two',
      chargeId: 'ch_2',
      charge: charge({ id: 'ch_2' }),
    });
    const lines = [exchange('charge', 0), operation(), second, operation({ ordinal: '2', chargeId: 'ch_2' }), look(40)];
    expect(unreadIn(historyOf(lines))).toEqual(['ch_2']);
  });
});
