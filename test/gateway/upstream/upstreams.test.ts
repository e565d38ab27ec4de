import { describe, expect, it } from 'vitest';
import { type BreakerBoard, createBreakerBoard } from '../../../gateway/breaker/board.ts';
import { createLiveRandom } from '../../../gateway/random.ts';
import type { Outcome } from '../../../gateway/upstream/outcome.ts';
import { createProbe } from '../../../gateway/upstream/probe.ts';
import { createUpstreams, type Operation, type Purpose, type Upstreams } from '../../../gateway/upstream/upstreams.ts';
import { createManualClock } from '../manual-clock.ts';
import { broken, escottThat, protectedPolicy, type Script } from './scripted.ts';

/** The way to one e-SCOTT that answers as told, with a real board. */
const open = (script: Script) => {
  const clock = createManualClock();
  const policy = protectedPolicy();
  const told: { component: string; result: string; merchantId: string }[] = [];
  const counted: string[] = [];
  const { acquirer, sent } = escottThat(script, clock);
  const board: BreakerBoard = createBreakerBoard({
    clock,
    random: createLiveRandom(1),
    policy,
    acquirers: ['escott'],
    probe: () => Promise.resolve(false),
  });
  const upstreams: Upstreams = createUpstreams({
    acquirers: [acquirer],
    clock,
    board,
    policy: policy.upstream,
    slowMs: policy.breaker.slowMs,
    routes: () => ['escott'],
    outcome: ({ component, result, merchantId }) => void told.push({ component, result, merchantId }),
    counted: (merchantId, at) => void counted.push(`${merchantId}@${at}`),
  });
  const purpose: Purpose = { operation: 'capture', brand: 'Visa', merchantId: 'shop' };
  const order = { reference: 'r', handle: {}, currentYen: 1, amountYen: 1 };
  const send = (more: Partial<Purpose> = {}) =>
    upstreams.send('escott', { ...purpose, ...more }, (to): Promise<Outcome> => to.capture(order));
  return { clock, board, upstreams, told, counted, sent, send, purpose };
};

const says =
  (code: string): Script =>
  () =>
    `MerchantFree1=r&ResponseCd=${code}`;

describe('a request on its way to an acquirer', () => {
  it.each<[string, Script, string, string[]]>([
    ['a yes', says('OK'), 'approved', ['ok']],
    ["the issuer's no", says('G12'), 'declined', ['ok']],
    ['no answer', () => broken('ECONNRESET'), 'unknown', ['failure']],
    // It may still succeed elsewhere: whoever gives up says so.
    ['a closed port', () => broken('ECONNREFUSED'), 'not_sent', []],
  ])('tells detection what merchants feel: %s', async (_, script, kind, results) => {
    const { send, told, counted } = open(script);
    expect((await send()).kind).toBe(kind);
    expect(told.map(({ result }) => result)).toEqual(results);
    expect(counted).toEqual(['shop@escott']);
  });

  it.each<[Operation, string]>([
    ['check', 'card_registration'],
    ['authorise', 'create_charge'],
    ['capture', 'capture'],
    ['refund', 'refund'],
    ['void', 'refund'],
  ])('for %s concerns the component %s', async (operation, component) => {
    const { send, told, upstreams, purpose } = open(says('OK'));
    await send({ operation });
    upstreams.hurt('escott', { ...purpose, operation });
    expect(told).toEqual([
      { component, result: 'ok', merchantId: 'shop' },
      { component, result: 'failure', merchantId: 'shop' },
    ]);
  });

  it('is told as failed as soon as it hangs too long, and only once', async () => {
    const waiting = Promise.withResolvers<void>();
    const { clock, upstreams, told, purpose } = open(says('OK'));
    const sending = upstreams.send('escott', purpose, async (): Promise<Outcome> => {
      await waiting.promise;
      return { kind: 'approved' };
    });
    clock.advance(2_999);
    expect(told).toEqual([]);
    clock.advance(2);
    expect(told.map(({ result }) => result)).toEqual(['failure']);
    waiting.resolve();
    await sending;
    expect(told).toHaveLength(1);
    expect(clock.pending()).toBe(0);
  });

  it('that nobody waits for says nothing about what merchants feel, and still counts for the breaker', async () => {
    const { send, told, board } = open(() => broken('ECONNRESET'));
    for (let count = 0; count < 12; count += 1) await send({ background: true });
    expect(told).toEqual([]);
    expect(board.worst('escott')).toBe('open');
  });

  it('is not sent while the breaker is open', async () => {
    const { send, sent, counted, upstreams } = open(() => broken('ECONNRESET'));
    for (let count = 0; count < 12; count += 1) await send();
    const [requests, counts] = [sent.length, counted.length];
    expect(await send()).toEqual({ kind: 'not_sent', reason: 'breaker open' });
    expect([sent.length, counted.length]).toEqual([requests, counts]);
    expect(upstreams.isAway('escott', { brand: 'Visa', operation: 'capture' })).toBe(true);
  });

  it('is not sent once its time is over, and leaves its slot to others', async () => {
    const { clock, send, sent, upstreams, counted } = open(says('OK'));
    clock.advance(1_000);
    expect(await send({ untilMs: 1_000 })).toEqual({ kind: 'not_sent', reason: 'too late' });
    expect([sent, counted, upstreams.reading('escott').inFlight]).toEqual([[], [], 0]);
    expect((await send({ untilMs: 1_001 })).kind).toBe('approved');
  });

  it('to nobody we know is a bug', async () => {
    const { upstreams, purpose } = open(says('OK'));
    await expect(upstreams.send('other', purpose, (to) => to.capture({} as never))).rejects.toThrow(/other/);
  });
});

describe('a probe', () => {
  const probeOf = (script: Script, tookMs = 0, instanceId = 'gateway-1') => {
    const world = open((sent) => {
      world.clock.advance(tookMs);
      return script(sent);
    });
    const upstreams = () => world.upstreams;
    return { ...world, probe: createProbe({ clock: world.clock, instanceId, upstreams, slowMs: 3000 }) };
  };
  const echo =
    (code: string): Script =>
    ({ fields }) =>
      `MerchantFree1=${fields.MerchantFree1}&ResponseCd=${code}`;

  it.each<[string, Script, number, boolean]>([
    ['a yes', echo('OK'), 0, true],
    ["an issuer's no: the acquirer is there", echo('G12'), 0, true],
    ['a yes that took too long', echo('OK'), 3001, false],
    ['a yes just in time', echo('OK'), 3000, true],
    ['an internal failure', echo('K98'), 0, false],
    ['a page of HTML', () => '<html></html>', 0, false],
    ['a closed port', () => broken('ECONNREFUSED'), 0, false],
    ['silence', () => broken('TimeoutError'), 0, false],
  ])('is good or not: %s', async (_, script, tookMs, good) => {
    expect(await probeOf(script, tookMs).probe('escott', 'Visa')).toBe(good);
  });

  it('has a reference that no other instance has, even in the same second', async () => {
    const references = await Promise.all(
      ['gateway-1', 'gateway-2'].map(async (instanceId) => {
        const { probe, sent } = probeOf(echo('OK'), 0, instanceId);
        for (let count = 0; count < 40; count += 1) await probe('escott', 'Visa');
        return sent.map(({ fields }) => fields.MerchantFree1 ?? '');
      }),
    );
    expect(new Set(references.flat()).size).toBe(80);
    for (const reference of references.flat()) expect(reference).toMatch(/^probe-[a-z0-9-]{1,21}$/);
  });

  it('asks with a card of ours of that brand, valid for years, and a reference never used before', async () => {
    const { probe, sent } = probeOf(echo('OK'));
    for (const brand of ['Visa', 'JCB', 'American Express', '-', 'Unheard Of']) await probe('escott', brand);
    expect(sent.map(({ fields }) => [fields.OperateId, fields.CardNo, fields.CardExp])).toEqual([
      ['1Check', '4242424242424242', '2012'],
      ['1Check', '3530111333300000', '2012'],
      ['1Check', '378282246310005', '2012'],
      ['1Check', '4242424242424242', '2012'],
      ['1Check', '4242424242424242', '2012'],
    ]);
    const references = sent.map(({ fields }) => fields.MerchantFree1 ?? '');
    expect(new Set(references).size).toBe(5);
    for (const reference of references) expect(reference).toMatch(/^[0-9A-Za-z-]{1,27}$/);
  });

  it('is no request of any merchant: neither breaker nor detection hears of it', async () => {
    const { probe, told, counted, board } = probeOf(() => broken('ECONNRESET'));
    for (let count = 0; count < 20; count += 1) await probe('escott', 'Visa');
    expect([told, counted]).toEqual([[], []]);
    expect(board.worst('escott')).toBe('closed');
  });
});
