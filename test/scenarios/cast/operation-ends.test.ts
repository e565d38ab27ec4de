/** One test for each way an operation can end (design.md section 7). */
import { describe, expect, it } from 'vitest';
import { openDay, plainCreates } from './day.ts';
import type { Scripted, Seen } from './stand-in-gateway.ts';

const unhurried = { buyers: { patienceMs: { median: 25_000, sigma: 0 } } };
const error = (type: string, code: string, extra = {}) => ({
  error: { type, code, message: '-', status: 0, ...extra },
});
const by = (decidedBy: string, extra = {}) => ({ 'breakwater-decided-by': decidedBy, ...extra });

/** Plays creates for a minute and returns the first operation. */
const firstCreate = async (script: (seen: Seen) => Scripted | undefined, habits: object = plainCreates) => {
  const day = await openDay(
    { merchants: [{ group: 'big', count: 1, operationsPerSecond: 0.5, ...habits }], ...unhurried },
    { untilMs: 30_000 },
  );
  day.gateway.script(script);
  await day.clock.advance(120_000);
  const [operation] = day.operations.toSorted((a, b) => a.startedMs - b.startedMs);
  if (operation === undefined) throw new Error('nothing was played');
  return { ...day, operation };
};

/** Authorisations that are always captured, and captures always refunded. */
const followed = {
  ...plainCreates,
  captureNowShare: 0,
  followUps: {
    captureShare: 1,
    partialCaptureShare: 0,
    refundShare: 1,
    partialRefundShare: 0,
    captureAfterMs: { median: 500, sigma: 0 },
    refundAfterMs: { median: 500, sigma: 0 },
  },
};

/** The first capture and the first refund, each answered with what `answer` makes of the charge. */
const followUps = async (answer: (charge: Record<string, unknown>, leg: string) => Scripted) => {
  const day = await openDay(
    { merchants: [{ group: 'big', count: 1, operationsPerSecond: 0.5, ...followed }] },
    { untilMs: 30_000 },
  );
  day.gateway.script(({ path }) => {
    const [, , , id, leg] = path.split('/');
    const charge = day.gateway.charges.get(id ?? '');
    return charge === undefined || leg === undefined ? undefined : answer(charge, leg);
  });
  await day.clock.advance(120_000);
  return day.operations;
};

describe('an operation', () => {
  it('succeeds with a definite and correct answer in time', async () => {
    const { operation, gateway } = await firstCreate(() => undefined);
    expect(operation).toMatchObject({
      member: 'big-1',
      ordinal: '1',
      innocent: true,
      kind: 'create',
      end: 'succeeded',
      requests: 1,
    });
    expect(operation).toMatchObject({ status: 200, decidedBy: 'acquirer', acquirer: 'escott' });
    expect(gateway.charges.get(operation.chargeId ?? '')).toMatchObject({
      amount: operation.amountYen,
      captured: true,
    });
  });

  it('is declined when the issuer says so', async () => {
    const body = error('card_error', 'card_declined', { charge: 'ch_1' });
    const { operation, cast } = await firstCreate(() => ({ status: 402, body, headers: by('issuer') }));
    expect(operation).toMatchObject({ end: 'declined', status: 402, decidedBy: 'issuer', chargeId: 'ch_1' });
    expect(cast.toldCharges()[0]).toMatchObject({ chargeId: 'ch_1', toldFailed: true, toldUnknown: false });
  });

  it('fails on a 402 that is not from the issuer', async () => {
    const body = error('card_error', 'processing_error');
    const { operation } = await firstCreate(() => ({ status: 402, body, headers: by('acquirer') }));
    expect(operation.end).toBe('failed');
  });

  it('is deferred when a capture or refund is honestly accepted for later', async () => {
    const operations = await followUps((charge, leg) =>
      leg === 'refund'
        ? {
            status: 200,
            body: { ...charge, pending_operation: { type: leg, amount: charge.amount } },
            headers: { 'breakwater-outcome': 'deferred' },
          }
        : { status: 200, body: Object.assign(charge, { captured: true }) },
    );
    expect(operations.find(({ kind }) => kind === 'capture')?.end).toBe('succeeded');
    expect(operations.find(({ kind }) => kind === 'refund')).toMatchObject({ end: 'deferred', ordinal: '1/refund' });
    const captures = await followUps((charge, type) => ({
      status: 200,
      body: { ...charge, pending_operation: { type, amount: charge.amount } },
      headers: { 'breakwater-outcome': 'deferred' },
    }));
    expect(captures.find(({ kind }) => kind === 'capture')).toMatchObject({ end: 'deferred', ordinal: '1/capture' });
    expect(captures.some(({ kind }) => kind === 'refund')).toBe(false);
  });

  it('fails when a deferral claims to be done already, or is of a create', async () => {
    const headers = { 'breakwater-outcome': 'deferred' };
    const captures = await followUps((charge, type) => ({
      status: 200,
      body: { ...charge, captured: true, pending_operation: { type, amount: charge.amount } },
      headers,
    }));
    expect(captures.find(({ kind }) => kind === 'capture')?.end).toBe('failed');
    const { operation } = await firstCreate(({ form }) => ({
      status: 200,
      body: {
        id: 'ch_1',
        object: 'charge',
        amount: Number(form.amount),
        amount_refunded: 0,
        paid: true,
        captured: true,
      },
      headers,
    }));
    expect(operation.end).toBe('failed');
  });

  it('is unknown when the answer says only that', async () => {
    const body = error('server_error', 'pg_wrong', { charge: 'ch_1' });
    const headers = by('upstream-lost', { 'breakwater-outcome': 'unknown' });
    const { operation } = await firstCreate(() => ({ status: 500, body, headers }));
    expect(operation).toMatchObject({ end: 'unknown', status: 500, decidedBy: 'upstream-lost', chargeId: 'ch_1' });
  });

  it.each([
    [429, 'gateway-limiter', 4],
    [503, 'gateway-breaker', 1],
    [403, 'gateway-paused', 1],
  ])('is refused by %i from %s after %i requests', async (status, decidedBy, requests) => {
    const { operation } = await firstCreate(() => ({
      status,
      body: error('client_error', 'x'),
      headers: by(decidedBy),
    }));
    expect(operation).toMatchObject({ end: 'refused', status, decidedBy, requests, chargeId: null });
  });

  it.each([
    ['another amount', { amount: 1 }],
    ['captured the other way round', { captured: false }],
    ['no id', { id: undefined }],
    ['unpaid', { paid: false }],
  ])('fails on a 200 with %s', async (_, wrong) => {
    const { operation } = await firstCreate(({ form }) => ({
      status: 200,
      body: {
        id: 'ch_1',
        object: 'charge',
        amount: Number(form.amount),
        amount_refunded: 0,
        paid: true,
        captured: true,
        ...wrong,
      },
    }));
    expect(operation.end).toBe('failed');
  });

  it('fails on any other error and on silence', async () => {
    const { operation } = await firstCreate(() => ({
      status: 500,
      body: error('server_error', 'payjp_wrong'),
      headers: by('gateway'),
    }));
    expect(operation).toMatchObject({ end: 'failed', status: 500 });
    const { operation: unanswered } = await firstCreate(() => ({ silent: true, afterMs: 10_000 }));
    expect(unanswered).toMatchObject({ end: 'failed', status: null, decidedBy: null, acquirer: null });
    expect(unanswered.endedMs - unanswered.startedMs).toBe(10_000);
  });

  it('is late when a good answer comes after the buyer has left', async () => {
    const { operation, cast } = await firstCreate(() => ({ afterMs: 25_001 }));
    expect(operation).toMatchObject({ end: 'late', status: 200 });
    // Late or not, the merchant was told.
    expect(cast.toldCharges()[0]).toMatchObject({ chargeId: operation.chargeId, capturedYen: operation.amountYen });
    expect((await firstCreate(() => ({ afterMs: 25_000 }))).operation.end).toBe('succeeded');
  });

  it('keeps the name of a failure that comes after the buyer has left', async () => {
    const script = () => ({ status: 503, body: {}, headers: by('gateway-breaker'), afterMs: 30_000 });
    expect((await firstCreate(script)).operation.end).toBe('refused');
  });

  it('sends no charge when the token comes after the buyer has left', async () => {
    const habits = { ...plainCreates, storedCardShare: 0 };
    const { operation, gateway } = await firstCreate(
      ({ path }) => (path === '/v1/tokens' ? { afterMs: 25_001 } : undefined),
      habits,
    );
    expect(operation).toMatchObject({ end: 'late', requests: 1 });
    expect(gateway.seen.some(({ path }) => path === '/v1/charges')).toBe(false);
  });

  it('ends with its token when the card is declined there', async () => {
    const habits = { ...plainCreates, storedCardShare: 0 };
    const body = error('card_error', 'card_declined');
    const { operation } = await firstCreate(
      ({ path }) => (path === '/v1/tokens' ? { status: 402, body, headers: by('issuer') } : undefined),
      habits,
    );
    expect(operation).toMatchObject({ end: 'declined', requests: 1, chargeId: null });
  });

  it('registers a card with a token, for a new customer or an old one', async () => {
    const registering = { mix: { create: 0, registration: 1 } };
    for (const [addCardShare, path] of [
      [0, /^\/v1\/customers$/],
      [1, /^\/v1\/customers\/cus_\d+\/cards$/],
    ] as const) {
      const { operation, gateway } = await firstCreate(() => undefined, { ...registering, addCardShare });
      expect(operation).toMatchObject({
        kind: 'registration',
        end: 'succeeded',
        amountYen: 0,
        requests: 2,
        chargeId: null,
      });
      expect(gateway.seen.filter(({ method }) => method === 'POST')[1]?.path).toMatch(path);
    }
  });
});
