import { describe, expect, it } from 'vitest';
import { createCast } from '../../../scenarios/cast/cast.ts';
import { Cast } from '../../../scenarios/cast/schema.ts';
import { createRandom } from '../../../scenarios/stage/random.ts';
import { createManualClock } from './manual-clock.ts';
import { createStandIn } from './stand-in-gateway.ts';

const log = () => {};
const unenrolled = (habits: object = {}) => {
  const clock = createManualClock();
  const gateway = createStandIn(clock);
  const cast = createCast({
    cast: Cast.parse({
      merchants: [{ group: 'big', count: 6, operationsPerSecond: 1, customers: 2, ...habits }],
      abusers: [{ id: 'abuser-1', kind: 'declined-charges', operationsPerSecond: 1, customers: 3 }],
    }),
    random: createRandom(1),
    clock,
    fetch: gateway.fetch,
    gatewayUrl: 'http://gateway.test',
    statusUrl: 'http://status.test',
    receiversUrl: 'http://merchants.test',
    adminToken: 'admin',
    reports: { operation: log, received: log },
    log: { debug: log, info: log, warn: log, error: log },
  });
  return { clock, gateway, cast };
};

describe('enrolment', () => {
  it('creates every member and registers the cards of its customers', async () => {
    const { gateway, cast } = unenrolled();
    await cast.enrol();
    const paths = gateway.seen.map(({ path }) => path);
    const count = (wanted: string) => paths.filter((path) => path === wanted).length;
    expect([count('/admin/v1/merchants'), count('/v1/tokens'), count('/v1/customers')]).toEqual([7, 15, 15]);
  });

  it("gives the abuser's customers cards that register well and always decline", async () => {
    const { gateway, cast } = unenrolled();
    await cast.enrol();
    const key = `Basic ${Buffer.from('pk_live_abuser-1:').toString('base64')}`;
    const cards = gateway.seen.filter(({ authorization }) => authorization === key).map(({ form }) => form.card);
    expect(cards).toHaveLength(3);
    for (const card of cards) expect(card).toMatchObject({ number: '4000000000080319', exp_month: '12' });
  });

  it('keeps at most four members busy at once', async () => {
    const { clock, gateway, cast } = unenrolled();
    gateway.script(() => ({ afterMs: 1_000 }));
    const enrolled = cast.enrol();
    await clock.advance(999);
    expect(gateway.seen).toHaveLength(4);
    await clock.advance(60_000);
    await enrolled;
  });

  it('waits out the limiter', async () => {
    const { clock, gateway, cast } = unenrolled();
    gateway.script(({ path, drawKey }) =>
      path === '/v1/tokens' && drawKey?.includes('~') === false ? { status: 429, body: {} } : undefined,
    );
    const enrolled = cast.enrol();
    await clock.advance(120_000);
    await expect(enrolled).resolves.toBeUndefined();
  });

  it('takes no for an answer where a merchant points inside', async () => {
    const { gateway, cast } = unenrolled({ awkward: { pointsInside: true } });
    gateway.script(({ path }) =>
      path.endsWith('/webhooks')
        ? { status: 400, body: { error: { message: 'url: not a public address' } } }
        : undefined,
    );
    await cast.enrol();
    const asked = gateway.seen.filter(({ path }) => path === '/admin/v1/merchants/big-1/webhooks');
    expect(asked).toHaveLength(4);
    expect(gateway.seen.filter(({ path }) => path.endsWith('/webhooks'))).toHaveLength(24);
  });

  it('says who could not be enrolled, and why', async () => {
    const { gateway, cast } = unenrolled();
    gateway.script(({ idempotencyKey }) =>
      idempotencyKey === 'big-3-enrol-1-tokens'
        ? { status: 402, body: { error: { code: 'card_declined' } } }
        : undefined,
    );
    await expect(cast.enrol()).rejects.toThrow(
      'enrolment: /v1/tokens for customer 1 of big-3 was answered 402 {"error":{"code":"card_declined"}}',
    );
  });
});
