import { describe, expect, it } from 'vitest';
import { openDay, plainCreates } from './day.ts';

const merchants = [{ group: 'big', count: 1, operationsPerSecond: 0.5, ...plainCreates }];
const post = (day: Awaited<ReturnType<typeof openDay>>, path: string, body: unknown) =>
  day.cast.receivers.request(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
const charge = { id: 'ch_9', object: 'charge', amount: 500, amount_refunded: 0, paid: true, captured: true };

describe("merchants' receivers", () => {
  it('accept a notice and report it', async () => {
    const day = await openDay({ merchants });
    await day.clock.advance(1_234);
    const notice = { id: 'n_1', type: 'incident', incident: 'inc_1', atMs: 0, text: { en: 'x', ja: 'x' } };
    expect((await post(day, '/big-1/notices', notice)).status).toBe(200);
    expect(day.received.at(-1)).toEqual({ member: 'big-1', atMs: 1_234, type: 'incident', body: notice });
  });

  it('learn from webhooks what became of a charge', async () => {
    const day = await openDay({ merchants });
    const event = (type: string, data: object) => ({
      id: 'evnt_1',
      object: 'event',
      type,
      data: { ...charge, ...data },
    });
    // A partial capture of 400: the rest counts as refunded from the start (payjp-api section 3.1).
    await day.clock.advance(50);
    await post(day, '/big-1/webhooks', event('charge.captured', { amount_refunded: 100 }));
    await post(day, '/big-1/webhooks', event('charge.refunded', { amount_refunded: 250 }));
    // Overtaken on its way: takes nothing back.
    await post(day, '/big-1/webhooks', event('charge.updated', { amount_refunded: 100 }));
    expect(day.cast.toldCharges()).toContainEqual({
      member: 'big-1',
      merchantId: 'big-1',
      chargeId: 'ch_9',
      idempotencyKey: null,
      amountYen: 500,
      capturedToldMs: 50,
      capturedYen: 400,
      refundedYen: 150,
      toldFailed: false,
      toldUnknown: false,
    });
    expect(day.received.map(({ type }) => type)).toEqual([
      'status',
      'charge.captured',
      'charge.refunded',
      'charge.updated',
    ]);
  });

  it('put a webhook that overtakes its answer into the same record', async () => {
    const day = await openDay({ merchants });
    let answered = 0;
    day.gateway.script(({ path, form }) => {
      if (path !== '/v1/charges' || ++answered > 1) return undefined;
      return { status: 200, body: { ...charge, amount: Number(form.amount) }, afterMs: 20_000 };
    });
    while (answered === 0) await day.clock.advance(1_000);
    const amount = Number(day.gateway.seen.find(({ path }) => path === '/v1/charges')?.form.amount);
    await post(day, '/big-1/webhooks', { type: 'charge.succeeded', data: { ...charge, amount } });
    const record = () => day.cast.toldCharges().filter(({ chargeId }) => chargeId === 'ch_9');
    const overtaken = record();
    expect(overtaken).toMatchObject([{ idempotencyKey: null, amountYen: amount, capturedYen: amount }]);
    await day.clock.advance(20_000);
    expect(record()).toEqual([{ ...overtaken[0], idempotencyKey: 'big-1-1-charge' }]);
  });

  it('refuse strangers and what is no event', async () => {
    const day = await openDay({ merchants });
    expect((await post(day, '/nobody/notices', { type: 'incident' })).status).toBe(404);
    expect((await post(day, '/big-1/notices', 'not json')).status).toBe(400);
    expect((await post(day, '/big-1/webhooks', { no: 'type' })).status).toBe(400);
    expect(day.received.filter(({ member }) => member !== 'public')).toEqual([]);
  });
});
