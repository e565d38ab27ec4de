/**
 * npm `payjp`, unmodified, on a bad day: what a shop's code is told by it when nobody knows what
 * became of a payment, and when it asks too fast. Over loopback sockets.
 */
import Payjp from 'payjp';
import { afterEach, describe, expect, it } from 'vitest';
import { type LiveShop, openLiveShop } from './live-shop.ts';

let shop: LiveShop | undefined;
afterEach(() => shop?.close());

const token = async (payjp: Payjp.Payjp): Promise<string> => {
  const card = { number: '4242424242424242', exp_month: 12, exp_year: 2040, cvc: '123' };
  return ((await payjp.tokens.create({ card } as never)) as { id: string }).id;
};
interface Failure {
  readonly status: number | undefined;
  readonly error: { readonly type: string; readonly code: string; readonly charge: string };
}

/** What the SDK's rejection holds; null when the call succeeded. */
const failureOf = (call: Promise<unknown>): Promise<Failure | null> =>
  call.then(
    () => null,
    (reason: Payjp.ResponseError) => {
      if (reason.response?.body === undefined) throw reason;
      return { status: reason.status, error: reason.response.body.error as Failure['error'] };
    },
  );

describe('payjp-node', () => {
  it('is told that a payment is unknown, reads it as unpaid, and later as failed: the money was given back', async () => {
    let lost = 0;
    shop = await openLiveShop(
      {},
      {
        adjust: (policy) => ({
          ...policy,
          routing: { ...policy.routing, order: ['gmo', 'escott'] },
          upstream: { ...policy.upstream, timeoutMs: { ...policy.upstream.timeoutMs, authorise: 500 } },
          settling: { ...policy.settling, inquireAfterMs: [300, 600] },
        }),
        // The payment is carried out; its answer never comes. The first ExecTran is the card's check.
        before: async (_acquirer, path, carryOut) => {
          const reply = await carryOut();
          if (path !== '/payment/ExecTran.idPass') return reply;
          lost += 1;
          return lost === 2 ? new Promise<Response>(() => undefined) : reply;
        },
      },
    );
    const payjp = Payjp(shop.keys.live.secret, { apibase: `${shop.origin}/v1` });
    const card = await token(payjp);
    const failure = await failureOf(payjp.charges.create({ amount: 1000, currency: 'jpy', card }));
    if (failure === null) throw new Error('it succeeded');
    const { status, error } = failure;
    expect(status).toBe(500);
    expect(error).toMatchObject({ type: 'server_error', code: 'pg_wrong', charge: expect.stringMatching(/^ch_/) });
    const read = async () => (await payjp.charges.retrieve(error.charge)) as Payjp.Charge & { outcome?: string };
    expect(await read()).toMatchObject({ paid: false, captured: false, outcome: 'unknown', failure_code: null });
    await expect.poll(read, { timeout: 10_000, interval: 50 }).toMatchObject({ paid: false, failure_code: 'pg_wrong' });
    expect(await read()).not.toHaveProperty('outcome');
  });

  it('comes back by itself when it asked too fast, and pays for everything once', async () => {
    shop = await openLiveShop(
      {},
      {
        adjust: (policy) => ({
          ...policy,
          limits: {
            ...policy.limits,
            // Spare capacity would be lent to it.
            surge: { ...policy.limits.surge, enabled: false },
            enabled: true,
            zones: {
              ...policy.limits.zones,
              payment: { ratePerSecond: 20, burst: 2 },
              sk: { ratePerSecond: 100, burst: 100 },
            },
          },
        }),
      },
    );
    const apibase = `${shop.origin}/v1`;
    const hasty = Payjp(shop.keys.live.secret, { apibase });
    const patient = Payjp(shop.keys.live.secret, { apibase, maxRetry: 10, retryInitialDelay: 50, retryMaxDelay: 400 });
    const cards = await Promise.all(Array.from({ length: 12 }, () => token(hasty)));
    const pay = (payjp: Payjp.Payjp, card: string | undefined) =>
      payjp.charges.create({ amount: 1000, currency: 'jpy', card: card ?? '' });

    const refused = await Promise.all(cards.slice(0, 6).map((card) => failureOf(pay(hasty, card))));
    const failures = refused.filter((failure) => failure !== null);
    expect(failures.length).toBeGreaterThanOrEqual(3);
    for (const { status, error } of failures) expect([status, error.code]).toEqual([429, 'over_capacity']);

    const paid = await Promise.all(cards.slice(6).map((card) => pay(patient, card)));
    expect(new Set(paid.map(({ id }) => id)).size).toBe(6);
    const { count } = await hasty.charges.list({ limit: 100 });
    expect(count).toBe(6 + (6 - failures.length));
  });
});
