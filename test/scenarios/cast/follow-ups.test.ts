import { describe, expect, it } from 'vitest';
import { openDay, plainCreates } from './day.ts';

const seed = 5;
const soon = { median: 1_000, sigma: 0.2 };
const merchant = { group: 'big', count: 1, operationsPerSecond: 1, ...plainCreates };

const play = async (habits: object, untilMs = 120_000) => {
  const day = await openDay({ merchants: [{ ...merchant, ...habits }] }, { seed, untilMs });
  await day.clock.advance(untilMs);
  await Promise.all([day.cast.drain(), day.clock.advance(60_000)]);
  return day;
};

describe(`follow-ups (seed ${seed})`, () => {
  it('capture what was only authorised, whole or in part, and refund what was captured', async () => {
    const day = await play({
      captureNowShare: 0,
      followUps: {
        captureShare: 0.9,
        partialCaptureShare: 0.5,
        refundShare: 0.5,
        partialRefundShare: 0.5,
        captureAfterMs: soon,
        refundAfterMs: soon,
      },
    });
    expect(new Set(day.operations.map(({ end }) => end))).toEqual(new Set(['succeeded']));
    const count = (kind: string) => day.operations.filter((operation) => operation.kind === kind).length;
    expect(count('capture') / count('create')).toBeCloseTo(0.9, 1);
    expect(Math.abs(count('refund') / count('capture') - 0.5)).toBeLessThan(0.15);
    for (const leg of ['capture', 'refund']) {
      const forms = day.gateway.seen.filter(({ path }) => path.endsWith(`/${leg}`)).map(({ form }) => form);
      expect(forms.some((form) => form.amount === undefined)).toBe(true);
      expect(forms.some((form) => form.amount !== undefined)).toBe(true);
    }
    for (const told of day.cast.toldCharges()) {
      const of = (kind: string) =>
        day.operations.find(({ chargeId, kind: its }) => chargeId === told.chargeId && its === kind);
      expect(told.capturedYen).toBe(of('capture')?.amountYen ?? 0);
      expect(told.refundedYen).toBe(of('refund')?.amountYen ?? 0);
      expect(told.refundedYen).toBeLessThanOrEqual(told.capturedYen);
      expect(told.capturedToldMs).toBe(of('capture')?.endedMs ?? null);
    }
  });

  it.each([
    ['declined', { status: 402, body: { error: { type: 'card_error', charge: 'ch_1' } } }],
    ['unknown', { status: 500, body: { error: { type: 'server_error', charge: 'ch_1' } } }],
    ['late', { afterMs: 50_000 }],
  ] as const)('do not follow a create that ended %s', async (end, answer) => {
    const merchants = [{ ...merchant, followUps: { refundShare: 1, refundAfterMs: soon } }];
    const day = await openDay({ merchants, buyers: { patienceMs: { sigma: 0 } } }, { seed });
    const headers = { 'breakwater-decided-by': 'issuer', ...(end === 'unknown' ? { 'breakwater-outcome': end } : {}) };
    day.gateway.script(({ path }) => (path === '/v1/charges' ? { ...answer, headers } : undefined));
    await day.clock.advance(120_000);
    expect(new Set(day.operations.map((operation) => `${operation.kind} ${operation.end}`))).toEqual(
      new Set([`create ${end}`]),
    );
  });

  it('do not begin once the day is drained', async () => {
    const refundAfterMs = { median: 30_000, sigma: 0 };
    const day = await openDay({ merchants: [{ ...merchant, followUps: { refundShare: 1, refundAfterMs } }] }, { seed });
    await day.clock.advance(40_000);
    const begun = day.operations.length;
    expect(day.operations.some(({ kind }) => kind === 'refund')).toBe(true);
    await day.cast.drain();
    await day.clock.advance(60_000);
    expect(day.operations).toHaveLength(begun);
  });

  it('name their leg in the idempotency key', async () => {
    const day = await play({
      captureNowShare: 0,
      storedCardShare: 0,
      followUps: { captureShare: 1, captureAfterMs: soon, refundShare: 1, refundAfterMs: soon },
    });
    const keys = day.gateway.seen.flatMap(({ idempotencyKey }) => idempotencyKey ?? []);
    expect(keys.filter((key) => key.startsWith('big-1-1-'))).toEqual([
      'big-1-1-token',
      'big-1-1-charge',
      'big-1-1-capture',
      'big-1-1-refund',
    ]);
    expect(new Set(keys).size).toBe(keys.length);
    expect(
      day.gateway.seen.every(({ drawKey, idempotencyKey }) => idempotencyKey === null || drawKey === idempotencyKey),
    ).toBe(true);
  });

  it('use the public key for tokens and the secret key for the rest', async () => {
    const day = await play({ storedCardShare: 0 }, 20_000);
    for (const { path, authorization, method } of day.gateway.seen) {
      if (method === 'GET') continue;
      const key = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString();
      expect(key).toBe(path === '/v1/tokens' ? 'pk_live_big-1:' : 'sk_live_big-1:');
    }
  });
});
