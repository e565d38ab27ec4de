import { describe, expect, it } from 'vitest';
import { openDay, plainCreates } from './day.ts';
import type { Scripted, Seen } from './stand-in-gateway.ts';

const merchants = [{ group: 'big', count: 1, operationsPerSecond: 2, ...plainCreates }];
const lost: Scripted = {
  status: 500,
  body: { error: { type: 'server_error', code: 'pg_wrong', message: '-', status: 500, charge: 'ch_lost' } },
  headers: { 'breakwater-outcome': 'unknown', 'breakwater-decided-by': 'upstream-lost' },
};

/** Loses the first charge, answers looks at it by `look`, and returns what became of it. */
const loseOne = async (look: (looks: number, amount: number) => Scripted) => {
  const day = await openDay({ merchants }, { untilMs: 5_000 });
  let amount: number | undefined;
  let looks = 0;
  day.gateway.script(({ path, form }: Seen) => {
    if (path === '/v1/charges/ch_lost') return look(++looks, amount ?? 0);
    if (path !== '/v1/charges' || amount !== undefined) return undefined;
    amount = Number(form.amount);
    return lost;
  });
  await day.clock.advance(5_000);
  const book = () => day.cast.toldCharges().find(({ chargeId }) => chargeId === 'ch_lost');
  const seen = () => day.gateway.seen.filter(({ path }) => path === '/v1/charges/ch_lost');
  return { day, book, seen, amountYen: () => amount ?? 0 };
};

const shown = (amount: number, more: object): Scripted => ({
  status: 200,
  body: { id: 'ch_lost', object: 'charge', amount, amount_refunded: 0, paid: false, captured: false, ...more },
});

describe('a charge of unknown outcome', () => {
  it('is kept as such and not sent again', async () => {
    const { day, book, amountYen } = await loseOne((_, amount) => shown(amount, {}));
    expect(book()).toEqual({
      member: 'big-1',
      merchantId: 'big-1',
      chargeId: 'ch_lost',
      idempotencyKey: 'big-1-1-charge',
      amountYen: amountYen(),
      capturedToldMs: null,
      capturedYen: 0,
      refundedYen: 0,
      toldFailed: false,
      toldUnknown: true,
    });
    await day.clock.advance(60_000);
    expect(day.gateway.seen.filter(({ idempotencyKey }) => idempotencyKey === 'big-1-1-charge')).toHaveLength(1);
  });

  it('is read back after ten minutes, and then told as what it became', async () => {
    const { day, book, seen, amountYen } = await loseOne((_, amount) => shown(amount, { paid: true, captured: true }));
    await day.clock.advance(590_000);
    expect(seen()).toEqual([]);
    await day.clock.advance(3_600_000);
    expect(seen().map(({ drawKey }) => drawKey)).toEqual(['big-1-1-charge-look-1']);
    expect(book()).toMatchObject({ capturedYen: amountYen(), toldUnknown: true, toldFailed: false });
    expect(book()?.capturedToldMs).toBe(seen()[0]?.atMs);
  });

  it('is told as failed once it reads as unpaid without being unknown', async () => {
    const { day, book } = await loseOne((_, amount) => shown(amount, {}));
    await day.clock.advance(3_600_000);
    expect(book()).toMatchObject({ capturedYen: 0, toldUnknown: true, toldFailed: true });
  });

  it('is looked at twice at most while it stays unknown or unreadable', async () => {
    const { day, book, seen } = await loseOne((looks, amount) =>
      looks === 1 ? { silent: true } : shown(amount, { outcome: 'unknown' }),
    );
    await day.clock.advance(7_200_000);
    expect(seen().map(({ drawKey }) => drawKey)).toEqual(['big-1-1-charge-look-1', 'big-1-1-charge-look-2']);
    expect(book()).toMatchObject({ toldUnknown: true, toldFailed: false });
  });

  it('is not looked at by an abuser', async () => {
    const abusers = [{ id: 'abuser-1', kind: 'declined-charges', operationsPerSecond: 2, active: true } as const];
    const day = await openDay({ merchants, abusers, absent: ['big-1'] }, { untilMs: 5_000 });
    day.gateway.script(({ method }) => (method === 'POST' ? lost : undefined));
    await day.clock.advance(3_600_000);
    expect(new Set(day.operations.map(({ end }) => end))).toEqual(new Set(['unknown']));
    expect(day.gateway.seen.some(({ path }) => path === '/v1/charges/ch_lost')).toBe(false);
  });

  it('keeps the day from being drained until it was looked at', async () => {
    const { day } = await loseOne((_, amount) => shown(amount, {}));
    let drained = false;
    const drain = day.cast.drain().then(() => {
      drained = true;
    });
    await day.clock.advance(500_000);
    expect(drained).toBe(false);
    await day.clock.advance(200_000);
    await drain;
  });
});
