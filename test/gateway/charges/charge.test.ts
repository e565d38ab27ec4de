import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authorisationEndsMs, planCapture, planRefund } from '../../../gateway/charges/charge.ts';
import type { ChargeRow } from '../../../gateway/store/database.ts';

const nowMs = Date.parse('2017-07-12T21:00:00+09:00');
const dayMs = 86_400_000;

const charge = (more: Partial<ChargeRow> = {}): ChargeRow => ({
  id: 'ch_1',
  merchant_id: 'shop',
  livemode: 1,
  amount: 1000,
  captured_amount: 0,
  refunded_amount: 0,
  state: 'authorised',
  capture: 0,
  card_id: 'car_1',
  customer_id: null,
  description: null,
  metadata: '{}',
  acquirer: 'escott',
  handle: '{}',
  failure_code: null,
  failure_message: null,
  refund_reason: null,
  expires_ms: nowMs + dayMs,
  captured_ms: null,
  created_ms: nowMs - 1000,
  idempotency_key: null,
  pending_type: null,
  pending_amount: null,
  pending_since_ms: null,
  attempts: 1,
  subscription_id: null,
  reauth_of: null,
  dispute_id: null,
  disputed_amount: 0,
  three_d_secure_status: null,
  ...more,
});

const captured = (more: Partial<ChargeRow> = {}): ChargeRow =>
  charge({ state: 'captured', captured_amount: 1000, captured_ms: nowMs, ...more });

const busy = { pending_type: 'capture', pending_amount: 1000, pending_since_ms: nowMs };
const code = (verdict: ReturnType<typeof planCapture | typeof planRefund>) =>
  verdict.ok ? verdict.value : 'code' in verdict.error ? verdict.error.code : verdict.error.kind;

describe('a capture', () => {
  it.each<[string, ChargeRow, number | undefined, unknown]>([
    ['takes everything unless told', charge(), undefined, { amountYen: 1000 }],
    ['takes a part', charge(), 400, { amountYen: 400 }],
    ['takes exactly what is held', charge(), 1000, { amountYen: 1000 }],
    ['takes no more than is held', charge(), 1001, 'capture_amount_gt_net'],
    ['comes too late when the hold has lapsed', charge({ expires_ms: nowMs }), undefined, 'charge_expired'],
    ['is in time a millisecond before', charge({ expires_ms: nowMs + 1 }), undefined, { amountYen: 1000 }],
    ['happens once', captured(), undefined, 'already_captured'],
    ['cannot follow a failure', charge({ state: 'failed' }), undefined, 'failed_payment'],
    ['cannot follow a release', charge({ state: 'cancelled' }), undefined, 'cant_capture_refunded_charge'],
    ['waits for what is under way', charge(busy), undefined, 'operation_pending'],
    ['waits for the payment itself', charge({ state: 'pending' }), undefined, 'operation_pending'],
    ['waits until the outcome is known', charge({ state: 'unknown' }), undefined, 'unknown'],
    // Precedence: what is under way, the state, the date, the amount.
    ['says what is under way before the state', captured(busy), undefined, 'operation_pending'],
    ['says the state before the date', captured({ expires_ms: nowMs - 1 }), 5000, 'already_captured'],
    ['says the date before the amount', charge({ expires_ms: nowMs - 1 }), 5000, 'charge_expired'],
  ])('%s', (_, row, amountYen, expected) => {
    expect(code(planCapture(row, amountYen, nowMs))).toEqual(expected);
  });
});

describe('a refund', () => {
  const soldAgo = (days: number, more: Partial<ChargeRow> = {}): ChargeRow =>
    captured({ captured_ms: nowMs - days * dayMs, ...more });

  it.each<[string, ChargeRow, number | undefined, unknown]>([
    ['gives everything back unless told', captured(), undefined, { type: 'refund', amountYen: 1000 }],
    ['gives a part back', captured(), 1, { type: 'refund', amountYen: 1 }],
    ['gives back what is left', captured({ refunded_amount: 300 }), undefined, { type: 'refund', amountYen: 700 }],
    ['gives back no more than is left', captured({ refunded_amount: 300 }), 701, 'refund_amount_gt_net'],
    ['counts from what was captured', captured({ captured_amount: 400 }), 401, 'refund_amount_gt_net'],
    ['ends when all is given back', captured({ refunded_amount: 1000 }), undefined, 'already_refunded'],
    ['says so whatever is asked', captured({ refunded_amount: 1000 }), 1, 'already_refunded'],
    ['of a hold releases it whole', charge(), undefined, { type: 'void', amountYen: 1000 }],
    ['of a hold names no amount', charge(), 1000, 'invalid_amount_to_not_captured'],
    [
      'of a lapsed hold still releases it',
      charge({ expires_ms: nowMs - dayMs }),
      undefined,
      { type: 'void', amountYen: 1000 },
    ],
    ['of a released hold is done already', charge({ state: 'cancelled' }), undefined, 'already_refunded'],
    ['cannot follow a failure', charge({ state: 'failed' }), undefined, 'failed_payment'],
    ['is possible on the 180th day', soldAgo(180), undefined, { type: 'refund', amountYen: 1000 }],
    ['is not possible later', soldAgo(180.001), undefined, 'refund_limit_exceeded'],
    ['waits for what is under way', captured(busy), undefined, 'operation_pending'],
    ['waits until the outcome is known', charge({ state: 'unknown' }), undefined, 'unknown'],
    // Precedence: what is under way, the state, the days, what is left, the amount.
    ['says what is under way before the state', charge({ ...busy, state: 'failed' }), undefined, 'operation_pending'],
    ['says the days before what is left', soldAgo(181, { refunded_amount: 1000 }), undefined, 'refund_limit_exceeded'],
    ['says what is left before the amount', captured({ refunded_amount: 1000 }), 5000, 'already_refunded'],
  ])('%s', (_, row, amountYen, expected) => {
    expect(code(planRefund(row, amountYen, nowMs))).toEqual(expected);
  });

  it('never plans more than is left, whatever was captured and refunded before', () => {
    const amount = fc.integer({ min: 1, max: 9_999_999 });
    fc.assert(
      fc.property(amount, amount, amount, (capturedYen, refundedYen, wantedYen) => {
        const row = captured({
          amount: capturedYen,
          captured_amount: capturedYen,
          refunded_amount: Math.min(refundedYen, capturedYen),
        });
        const plan = planRefund(row, wantedYen, nowMs);
        const left = row.captured_amount - row.refunded_amount;
        expect(plan.ok).toBe(wantedYen <= left);
      }),
      { seed: 1 },
    );
  });
});

describe('an authorisation', () => {
  // payjp-api section 3.1: n days end at 23:59 JST of the (n-1)th day after.
  it.each([
    ['2017-07-12T21:00:00+09:00', 1, '2017-07-12T23:59:59+09:00'],
    ['2017-07-12T21:00:00+09:00', 7, '2017-07-18T23:59:59+09:00'],
    ['2017-07-12T21:00:00+09:00', 60, '2017-09-09T23:59:59+09:00'],
    ['2017-07-12T00:00:00+09:00', 1, '2017-07-12T23:59:59+09:00'],
    ['2017-07-12T23:59:59+09:00', 1, '2017-07-12T23:59:59+09:00'],
    ['2017-12-31T10:00:00+09:00', 2, '2018-01-01T23:59:59+09:00'],
  ])('made at %s for %i days ends at %s', (madeAt, days, endsAt) => {
    expect(authorisationEndsMs(Date.parse(madeAt), days)).toBe(Date.parse(endsAt));
  });
});
