import { describe, expect, it } from 'vitest';
import { createClient, formOf, retryWaitMs } from '../../../scenarios/cast/client.ts';
import { createRandom } from '../../../scenarios/stage/random.ts';
import { createManualClock } from './manual-clock.ts';
import { createStandIn, type Scripted } from './stand-in-gateway.ts';

const sdk = { maxRetry: 3, baseMs: 2_000, capMs: 5_000, timeoutMs: 60_000 };
const limited: Scripted = { status: 429, body: {}, headers: { 'breakwater-decided-by': 'gateway-limiter' } };
const seed = 7;

const open = () => {
  const clock = createManualClock();
  const gateway = createStandIn(clock);
  const client = createClient({
    fetch: gateway.fetch,
    clock,
    random: createRandom(seed),
    gatewayUrl: 'http://gateway.test',
    sdk,
  });
  const post = () =>
    client.post({
      path: '/v1/charges',
      authorization: 'Basic x',
      form: 'amount=100',
      key: 'big-1-1-charge',
      maxRetry: 3,
      address: '198.18.0.1',
    });
  return { clock, gateway, post };
};

describe(`a merchant's SDK (seed ${seed})`, () => {
  it('waits half of base * 2^n, capped, and up to as much again by chance', () => {
    expect([0, 1, 2, 9].map((n) => retryWaitMs(sdk, n, 0))).toEqual([1_000, 2_000, 2_500, 2_500]);
    expect(retryWaitMs(sdk, 1, 0.5)).toBe(3_000);
  });

  it('repeats a request after 429, with the same key, and gives up after maxRetry', async () => {
    const { clock, gateway, post } = open();
    gateway.script(() => limited);
    const made = post();
    await clock.advance(60_000);
    expect(await made).toMatchObject({ answer: { status: 429 }, requests: 4 });
    expect(new Set(gateway.seen.map(({ idempotencyKey }) => idempotencyKey))).toEqual(new Set(['big-1-1-charge']));
    expect(gateway.seen.map(({ drawKey }) => drawKey)).toEqual([
      'big-1-1-charge',
      'big-1-1-charge~1',
      'big-1-1-charge~2',
      'big-1-1-charge~3',
    ]);
    const waits = gateway.seen.slice(1).map(({ atMs }, index) => atMs - (gateway.seen[index]?.atMs ?? 0));
    for (const [n, d] of [2_000, 4_000, 5_000].entries()) {
      expect(waits[n]).toBeGreaterThanOrEqual(d / 2);
      expect(waits[n]).toBeLessThan(d);
    }
  });

  it('takes the answer of a repeat for the answer', async () => {
    const { clock, gateway, post } = open();
    gateway.script(() => (gateway.seen.length === 1 ? limited : undefined));
    const made = post();
    await clock.advance(10_000);
    expect(await made).toMatchObject({ answer: { status: 200 }, requests: 2 });
  });

  it.each([400, 402, 403, 500, 503])('does not repeat after %i', async (status) => {
    const { gateway, post } = open();
    gateway.script(() => ({ status, body: {} }));
    expect(await post()).toMatchObject({ answer: { status }, requests: 1 });
  });

  it('does not repeat after silence', async () => {
    const { gateway, post } = open();
    gateway.script(() => ({ silent: true }));
    expect(await post()).toEqual({ answer: null, requests: 1 });
  });

  it('reads an answer that is no JSON object as one without a body', async () => {
    const { gateway, post } = open();
    gateway.script(() => ({ status: 200, body: ['a list'] }));
    expect((await post()).answer?.body).toBeNull();
  });

  it('lets what is no network failure through, because it is a bug', async () => {
    const { gateway, post } = open();
    gateway.script(() => {
      throw new Error('the stage is broken');
    });
    await expect(post()).rejects.toThrow('the stage is broken');
  });

  it('encodes values of a form, not its names', () => {
    expect(
      formOf([
        ['card%5Bnumber%5D', '4242'],
        ['description', 'a&b=c'],
        ['capture', false],
      ]),
    ).toBe('card%5Bnumber%5D=4242&description=a%26b%3Dc&capture=false');
  });
});
