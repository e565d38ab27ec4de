/**
 * Requests that come within one turn of the event loop. On the stage two requests are two events,
 * and the first has read and written before the second is there; in one process they interleave
 * at every await.
 */
import { describe, expect, it } from 'vitest';
import { createGateway, GatewayConfig, openSqliteStore } from '../../../gateway/app.ts';
import { createLiveClock } from '../../../gateway/clock.ts';
import { createLiveEntropy, createLiveRandom } from '../../../gateway/random.ts';
import { createLiveResolve } from '../../../gateway/resolve.ts';
import { accountAt } from '../acquirers.ts';
import { protectedPolicy, scripted } from '../upstream/scripted.ts';
import { adminToken, basic, cardOf, formOf, type Json, upstreamToken } from '../world.ts';

const handle = `&ProcessId=${'p'.repeat(32)}&ProcessPass=${'w'.repeat(32)}`;
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** A gateway in this process, called directly; its acquirer says yes to everything. */
const open = async () => {
  const { fetch, sent } = scripted(({ fields }) => `MerchantFree1=${fields.MerchantFree1}&ResponseCd=OK${handle}`);
  const policy = protectedPolicy();
  const store = openSqliteStore({ location: ':memory:' });
  const { app } = createGateway({
    clock: createLiveClock(),
    random: createLiveRandom(1),
    entropy: createLiveEntropy(),
    fetch,
    resolve: createLiveResolve(),
    store,
    log: silent,
    policy: {
      ...policy,
      limits: { ...policy.limits, enabled: false },
      nonRetention: { ...policy.nonRetention, enabled: false },
    },
    config: GatewayConfig.parse({
      instanceId: 'gateway-1',
      acquirers: [accountAt('escott'), accountAt('gmo')],
      adminToken,
      upstreamToken,
      statusPage: null,
      masterKey: new Uint8Array(32).fill(1),
      hashKey: new Uint8Array(32).fill(2),
    }),
  });
  const made = await app.request('/admin/v1/merchants', {
    method: 'POST',
    headers: { Authorization: `Bearer ${adminToken}` },
    body: '{"id":"shop","name":"shop"}',
  });
  const { keys } = (await made.json()) as { keys: { live: { secret: string } } };
  const post = async (path: string, body: string, key?: string): Promise<{ status: number; json: Json }> => {
    const reply = await app.request(path, {
      method: 'POST',
      headers: {
        Authorization: basic(keys.live.secret),
        ...(key === undefined ? {} : { 'Idempotency-Key': key }),
      },
      body,
    });
    return { status: reply.status, json: await reply.json() };
  };
  const token = async (): Promise<string> => (await post('/v1/tokens', formOf(cardOf()))).json.id;
  const asked = (operation: string): number => sent.filter((one) => one.operation === operation).length;
  const count = (table: string): number => [...store.inspect(`select 1 from ${table}`)].length;
  return { post, token, asked, count };
};

const statuses = (told: readonly { status: number }[]): number[] =>
  told.map(({ status }) => status).toSorted((a, b) => a - b);

describe('requests of the same turn', () => {
  it('with one token make one payment', async () => {
    const { post, token, asked, count } = await open();
    const body = `amount=500&currency=jpy&card=${await token()}`;
    const told = await Promise.all([post('/v1/charges', body), post('/v1/charges', body), post('/v1/charges', body)]);
    expect(statuses(told)).toEqual([200, 400, 400]);
    expect(told.find(({ status }) => status === 400)?.json.error.code).toBe('token_already_used');
    expect([asked('1Auth'), count('charges'), count('attempts')]).toEqual([1, 1, 2]);
  });

  it('with one idempotency key make one payment, and the others wait for its answer', async () => {
    const { post, token, asked, count } = await open();
    const body = `amount=500&currency=jpy&card=${await token()}`;
    const told = await Promise.all(Array.from({ length: 20 }, () => post('/v1/charges', body, 'k')));
    expect(statuses(told)).toEqual([200, ...Array.from({ length: 19 }, () => 409)]);
    expect([asked('1Auth'), count('charges'), count('idempotency')]).toEqual([1, 1, 1]);
  });

  it('with one token and keys of their own leave no key behind where there was no payment', async () => {
    const { post, token, count } = await open();
    const body = `amount=500&currency=jpy&card=${await token()}`;
    const told = await Promise.all(['a', 'b', 'c'].map((key) => post('/v1/charges', body, key)));
    expect(statuses(told)).toEqual([200, 400, 400]);
    expect(count('idempotency')).toBe(1);
  });

  it('that refund one charge refund it once', async () => {
    const { post, token, asked } = await open();
    const { json } = await post('/v1/charges', `amount=500&currency=jpy&card=${await token()}`);
    const told = await Promise.all(Array.from({ length: 5 }, () => post(`/v1/charges/${json.id}/refund`, '')));
    expect(statuses(told)).toEqual([200, 409, 409, 409, 409]);
    expect(asked('1Delete')).toBe(1);
  });
});
