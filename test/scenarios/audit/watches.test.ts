import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Auditor, createAuditor } from '../../../scenarios/audit/auditor.ts';
import { unjust } from '../../../scenarios/audit/invariants/inv-18-own-rate.ts';
import { covers } from '../../../scenarios/audit/invariants/inv-21-open-means-closed.ts';
import { invariantOf, startWallMs } from './fixtures.ts';
import {
  asked,
  authorised,
  chargeReply,
  complaint,
  created,
  eventBody,
  exchangeOf,
  keys,
  moved,
  type Passed,
  posted,
  tokenOf,
  verdict,
  type World,
} from './played.ts';

const card = '4242424242424242';
const error = (code: string, message = 'no'): string => `{"error":{"message":"${message}","code":"${code}"}}`;
const tooMany = {
  status: 429,
  decidedBy: 'gateway-limiter',
  reply: error('over_capacity', 'The service is over capacity.'),
};
const noRoom = {
  status: 429,
  decidedBy: 'gateway-limiter',
  reply: error('over_capacity', 'The acquirers are at capacity; nothing was sent.'),
};
const log =
  (event: string, atMs: number, fields: Record<string, unknown> = {}) =>
  (auditor: Auditor): void =>
    auditor.logged({ program: 'gateway-1', atMs, fields: { event, ...fields } });

describe('INV-10 on the wire', () => {
  const world = { charges: [{ id: 'ch_1', reference: 'r-1' }] };
  const buyer = [tokenOf(card), created('ch_1', { atMs: 10 })];

  it('accepts the card and the amount that were asked for', () => {
    expect(verdict('INV-10', [...buyer, authorised('r-1', { atMs: 20 })], world)[1]).toBe(0);
  });
  it('finds another card, and another amount', () => {
    expect(complaint('INV-10', [...buyer, authorised('r-1', { number: '4111111111111111' })], world)).toContain(
      'another card',
    );
    expect(complaint('INV-10', [...buyer, authorised('r-1', { amount: 999 })], world)).toContain('999 yen');
  });
});

describe('INV-12', () => {
  const world = { charges: [{ id: 'ch_1', reference: 'r-1' }] };
  const request = (id: string, amount = '1000') =>
    JSON.stringify({
      threeDSServerTransID: id,
      acctNumber: card,
      purchaseAmount: amount,
      acquirerMerchantID: 'sk_live_1',
    });
  const authenticated = (transStatus: string, atMs: number, amount?: string): Passed => ({
    from: 'gateway-1',
    to: 'tds',
    path: '/ds/areq',
    body: request('t-1', amount),
    reply: JSON.stringify({ transStatus }),
    atMs,
  });
  const result = (transStatus: string, atMs: number): Passed => ({
    from: 'tds',
    to: 'gateway-1',
    path: '/3ds/rreq',
    body: JSON.stringify({ threeDSServerTransID: 't-1', transStatus }),
    atMs,
  });
  const buyer = [tokenOf(card), created('ch_1', { fields: '&three_d_secure=true' })];
  const paid = authorised('r-1', { atMs: 5_000 });

  it('accepts a good result before the authorisation, frictionless or after a challenge', () => {
    expect(verdict('INV-12', [...buyer, authenticated('Y', 100), paid], world)).toEqual([1, 0]);
    expect(verdict('INV-12', [...buyer, authenticated('C', 100), result('Y', 900), paid], world)).toEqual([1, 0]);
  });
  it('finds an authorisation without one, before it, of another amount, and after a failed one', () => {
    for (const flow of [
      [],
      [authenticated('Y', 6_000)],
      [authenticated('Y', 100, '9')],
      [authenticated('C', 100), result('N', 200)],
    ])
      expect(verdict('INV-12', [...buyer, ...flow, paid], world)).toEqual([1, 1]);
  });
  it('counts a result from when it first came, though it comes again', () => {
    const twice = [authenticated('C', 100), result('Y', 900), result('Y', 9_000)];
    expect(verdict('INV-12', [...buyer, ...twice, paid], world)).toEqual([1, 0]);
  });
  it('lets one result pay for one payment', () => {
    const two = { charges: [...world.charges, { id: 'ch_2', reference: 'r-2' }] };
    const again = [created('ch_2', { fields: '&three_d_secure=true' }), authorised('r-2', { atMs: 7_000 })];
    expect(verdict('INV-12', [...buyer, authenticated('Y', 100), paid, ...again], two)).toEqual([2, 1]);
  });
  it('has nothing to say about payments that did not ask for it', () => {
    expect(verdict('INV-12', [tokenOf(card), created('ch_1'), paid], world)).toEqual([0, 0]);
  });
});

describe('INV-17', () => {
  const untilS = startWallMs / 1000 + 100;
  const held = [
    tokenOf(card),
    created('ch_1', { reply: chargeReply('ch_1', { captured: false, expired_at: untilS }) }),
  ];
  const voidAt = (atMs: number) => ({
    charges: [
      {
        id: 'ch_1',
        reference: 'r-1',
        state: 'expired' as const,
        capturedYen: 0,
        rows: [{ kind: 'authorise' as const }, { kind: 'void' as const, atMs }],
      },
    ],
  });

  it('accepts a hold that is let go at its end', () => {
    expect(verdict('INV-17', held, voidAt(100_000))).toEqual([1, 0]);
  });
  it('finds one that is let go before, unless its merchant asked for it', () => {
    expect(verdict('INV-17', held, voidAt(50_000))).toEqual([1, 1]);
    const asks = asked('/v1/charges/ch_1/refund', { atMs: 40_000, reply: chargeReply('ch_1') });
    expect(verdict('INV-17', [...held, asks], voidAt(50_000))).toEqual([1, 0]);
  });
  it('finds a capture that is refused as too late before the end', () => {
    const late = (atMs: number) =>
      asked('/v1/charges/ch_1/capture', { atMs, status: 400, reply: error('charge_expired') });
    expect(verdict('INV-17', [...held, late(50_000)])).toEqual([2, 1]);
    expect(verdict('INV-17', [...held, late(100_500)])).toEqual([2, 0]);
  });
});

describe('INV-18', () => {
  const rate = { ratePerSecond: 2, burst: 4 };
  const promises = { rates: { pk: rate, payment: rate, sk: rate } };
  const each = (count: number, everyMs: number, last: Partial<Passed>): Passed[] =>
    Array.from({ length: count }, (_, index) =>
      created(`ch_${index}`, { atMs: index * everyMs, ...(index === count - 1 ? last : {}) }),
    );

  it('accepts refusals of a merchant above its rate', () => {
    expect(verdict('INV-18', each(30, 50, tooMany), { promises })).toEqual([30, 0]);
  });
  it('finds one of a merchant within its rate', () => {
    expect(verdict('INV-18', each(3, 2_000, tooMany), { promises })).toEqual([3, 1]);
  });
  it('leaves out who was told of abuse, and an acquirer without room', () => {
    const told = { promises, also: log('abuse.found', 0, { merchant: 'sk_live_1' }) };
    expect(verdict('INV-18', each(3, 2_000, tooMany), told)[1]).toBe(0);
    expect(verdict('INV-18', each(3, 2_000, noRoom), { promises })[1]).toBe(0);
  });
  it('leaves out who had as many requests under way as it may have (seed 1248)', () => {
    const slow = Array.from({ length: 4 }, (_, index) => asked('/v1/customers', { atMs: index * 600, tookMs: 10_000 }));
    const played = [...slow, created('ch_1', { atMs: 3_000, ...tooMany })];
    const of = (max: number, slotMs = 120_000) =>
      verdict('INV-18', played, { promises: { ...promises, merchantInFlight: { max, slotMs } } });
    expect(of(4)).toEqual([5, 0]);
    expect(of(20)).toEqual([5, 1]);
  });
  it('has nothing to judge where no rate is promised', () => {
    expect(verdict('INV-18', each(3, 2_000, tooMany))).toEqual([0, 0]);
  });
  it('counts the second half of 3-D Secure as a payment', () => {
    const finish = asked('/v1/charges/ch_1/tds_finish', { atMs: 300, ...tooMany });
    expect(verdict('INV-18', [...each(3, 50, {}), finish], { promises })).toEqual([4, 0]);
  });
  it('calls no refusal unjust of a bucket with the promised rate and burst, whenever requests come (seed 7)', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 200 }), (times) => {
        let tokens = rate.burst;
        let lastMs = 0;
        const arrivals = times
          .toSorted((one, other) => one - other)
          .map((atMs) => {
            tokens = Math.min(rate.burst, tokens + ((atMs - lastMs) / 1000) * rate.ratePerSecond);
            lastMs = atMs;
            const refused = tokens < 1;
            if (!refused) tokens -= 1;
            return { atMs, refused };
          });
        expect(unjust(arrivals, rate)).toEqual([]);
      }),
      { seed: 7, numRuns: 100 },
    );
  });
});

describe('INV-19', () => {
  const promises = { contracts: new Map([['escott', { ratePerSecond: 10, burst: 5 }]]) };
  const sent = (count: number, everyMs: number) =>
    Array.from({ length: count }, (_, index) => authorised(`r-${index}`, { atMs: index * everyMs }));

  it('accepts what is agreed', () => {
    expect(verdict('INV-19', sent(60, 100), { promises })).toEqual([60, 0]);
  });
  it('finds a second of more, and a minute of a little more', () => {
    expect(verdict('INV-19', sent(30, 10), { promises })[1]).toBeGreaterThan(0);
    expect(verdict('INV-19', sent(700, 80), { promises })[1]).toBeGreaterThan(0);
  });
});

describe('INV-20', () => {
  const refused = created('ch_9', { atMs: 5_000, ...noRoom });
  it('accepts a refusal while something is on its way', () => {
    expect(verdict('INV-20', [authorised('r-1', { atMs: 4_500, tookMs: 900 }), refused])).toEqual([1, 0]);
  });
  it('finds one while nothing is', () => {
    expect(verdict('INV-20', [authorised('r-1', { atMs: 0 }), refused])).toEqual([1, 1]);
  });
});

describe('INV-21', () => {
  const promises = { breaker: { slowMs: 3_000 } };
  const change = (to: string, atMs: number, key = 'escott/Visa/authorise') =>
    log('breaker.changed', atMs, { acquirer: 'escott', key, to });
  const both =
    (...acts: readonly ((auditor: Auditor) => void)[]) =>
    (auditor: Auditor): void => {
      for (const act of acts) act(auditor);
    };
  const lost = authorised('r-0', { atMs: 500, outcome: 'lost' });

  it('accepts work before the opening, after its end, and of another brand', () => {
    const also = both(change('open', 1_000), change('ramp', 30_000));
    const passed = [
      lost,
      authorised('r-1', { atMs: 900 }),
      authorised('r-2', { atMs: 31_000 }),
      authorised('r-3', { atMs: 20_000, number: '5555555555554444' }),
    ];
    expect(verdict('INV-21', passed, { promises, also })).toEqual([1, 0]);
  });
  it('finds work in between', () => {
    const also = both(change('open', 1_000), change('ramp', 30_000));
    expect(complaint('INV-21', [lost, authorised('r-1', { atMs: 20_000 })], { promises, also })).toContain(
      'is open since 1000 ms',
    );
  });
  it('finds an opening after declines alone', () => {
    const declines = Array.from({ length: 9 }, (_, index) =>
      authorised(`r-${index}`, { atMs: index * 100, code: 'G12' }),
    );
    expect(verdict('INV-21', declines, { promises, also: change('open', 1_000) })).toEqual([1, 1]);
    expect(verdict('INV-21', [...declines, lost], { promises, also: change('open', 1_000) })).toEqual([1, 0]);
  });
  it('knows a check at GMO-PG by how its order was entered', () => {
    const atGmo = (api: string, atMs: number, request: string, reply: string): Passed => ({
      from: 'gateway-1',
      to: 'gmo',
      path: `/payment/${api}.idPass`,
      body: `OrderID=r-1&${request}`,
      reply,
      atMs,
    });
    const late = (job: string): readonly Passed[] => [
      atGmo('ExecTran', 100, `AccessID=a0&CardNo=${card}`, '<html>busy</html>'),
      atGmo('EntryTran', 20_000, `JobCd=${job}&Amount=10`, 'AccessID=a1&AccessPass=p'),
      atGmo('ExecTran', 20_100, `AccessID=a1&CardNo=${card}`, 'ACS=0&OrderID=r-1'),
    ];
    const open = log('breaker.changed', 1_000, { acquirer: 'gmo', key: 'gmo/Visa/authorise', to: 'open' });
    expect(verdict('INV-21', late('CHECK'), { promises, also: open })).toEqual([1, 0]);
    expect(verdict('INV-21', late('AUTH'), { promises, also: open })).toEqual([1, 1]);
    // Its first half was sent before the opening, and took long.
    const begun = [...late('AUTH').slice(0, 1), atGmo('EntryTran', 500, 'JobCd=AUTH&Amount=10', 'AccessID=a1')];
    expect(verdict('INV-21', [...begun, ...late('AUTH').slice(2)], { promises, also: open })).toEqual([1, 0]);
  });
  it('reads a key with stars as any', () => {
    expect(covers('escott/*/authorise', 'JCB', 'authorise')).toBe(true);
    expect(covers('escott/Visa/*', 'JCB', 'capture')).toBe(false);
    expect(covers('escott/*/*', null, 'check')).toBe(true);
  });
});

describe('INV-22', () => {
  const promises = { breaker: { slowMs: 3_000 } };
  const refused = created('ch_1', { atMs: 5_000, status: 503, decidedBy: 'gateway-breaker', reply: error('pg_wrong') });
  const open = (brand: string) =>
    log('breaker.changed', 4_000, { acquirer: 'escott', key: `escott/${brand}/authorise`, to: 'open' });
  it('accepts a refusal of the brand that is interrupted', () => {
    expect(verdict('INV-22', [tokenOf(card), refused], { promises, also: open('Visa') })).toEqual([1, 0]);
  });
  it('finds one of another brand', () => {
    expect(verdict('INV-22', [tokenOf(card), refused], { promises, also: open('JCB') })).toEqual([1, 1]);
  });
});

describe('INV-23', () => {
  const first = moved('1Capture', 'r-1', { atMs: 0, outcome: 'lost' });
  const again = moved('1Capture', 'r-1', { atMs: 9_000 });
  it('accepts a second try after somebody asked', () => {
    expect(verdict('INV-23', [first, moved('1Search', 'r-1', { atMs: 5_000 }), again])).toEqual([1, 0]);
  });
  it('finds one that nobody asked about', () => {
    expect(verdict('INV-23', [first, again])).toEqual([1, 1]);
  });
  it('says nothing about voids, and about what was never sent', () => {
    expect(
      verdict('INV-23', [moved('1Delete', 'r-1', { outcome: 'lost' }), moved('1Delete', 'r-1', { atMs: 9_000 })]),
    ).toEqual([0, 0]);
    expect(verdict('INV-23', [{ ...first, outcome: 'not-sent' }, again])).toEqual([0, 0]);
  });
});

describe('INV-23 on what was certainly not carried out', () => {
  const retries = { shareOfFirstTries: 0.1, perSecond: 0.1 };
  const numbers = Array.from({ length: 8 }, (_, index) => index);
  const charges = numbers.map((nth) => ({ id: `ch_${nth}`, reference: `r-${nth}` }));
  const attempts = numbers.map((nth) => ({
    reference: `g-${nth}`,
    chargeId: `ch_${nth}`,
    acquirer: 'gmo',
    kind: 'authorise' as const,
    state: 'not_sent',
    amountYen: 1000,
  }));
  const world = { charges, attempts, promises: { retries } };
  const refusedAndElsewhere = (everyMs: number) =>
    numbers.flatMap((nth) => [
      authorised(`g-${nth}`, { to: 'gmo', atMs: 50_000 + nth * everyMs, tookMs: 5, outcome: 'not-sent' }),
      authorised(`r-${nth}`, { atMs: 50_010 + nth * everyMs }),
    ]);
  const ordinary = (count: number) =>
    Array.from({ length: count }, (_, nth) => authorised(`o-${nth}`, { atMs: 40_000 + nth * 100 }));
  it('accepts as many as the share of what goes there anyway', () => {
    expect(verdict('INV-23', [...ordinary(100), ...refusedAndElsewhere(500)], world)).toEqual([8, 0]);
    expect(verdict('INV-23', refusedAndElsewhere(10_000), world)).toEqual([8, 0]);
  });
  it('finds more, once for each stretch', () => {
    expect(verdict('INV-23', refusedAndElsewhere(500), world)).toEqual([8, 1]);
    expect(complaint('INV-23', refusedAndElsewhere(500), world)).toBe(
      'escott was sent 3 payments within 10 s that another acquirer had not taken; 2 are allowed beside 8 tries of its own',
    );
  });
  it('says nothing where as many are tried again as there are, and around the end of a program', () => {
    expect(verdict('INV-23', refusedAndElsewhere(500), { charges, attempts })).toEqual([0, 0]);
    const also: World['also'] = (auditor) => auditor.program({ program: 'gateway-1', change: 'kill', atMs: 45_000 });
    expect(verdict('INV-23', refusedAndElsewhere(500), { ...world, also })).toEqual([0, 0]);
  });
});

describe('INV-24', () => {
  const sent = (count: number) =>
    Array.from({ length: count }, (_, index) => authorised(`r-${index}`, { atMs: index, tookMs: 5_000 }));
  it('accepts what stays within the slots, and finds more', () => {
    expect(verdict('INV-24', sent(12), { promises: { inFlightMax: 4 } })).toEqual([12, 0]);
    expect(verdict('INV-24', sent(13), { promises: { inFlightMax: 4 } })).toEqual([13, 1]);
  });
});

describe('INV-25', () => {
  const world = { promises: { deadlineMs: 30_000 }, charges: [{ id: 'ch_1', reference: 'r-1' }] };
  it('accepts an authorisation in time', () => {
    expect(verdict('INV-25', [created('ch_1'), authorised('r-1', { atMs: 29_000 })], world)).toEqual([1, 0]);
  });
  it('finds one after the policy’s time, or after the request’s own', () => {
    expect(verdict('INV-25', [created('ch_1'), authorised('r-1', { atMs: 31_000 })], world)).toEqual([1, 1]);
    const hasty = created('ch_1', { headers: { 'breakwater-deadline-ms': '2000' } });
    expect(
      verdict(
        'INV-25',
        [{ ...hasty, headers: { ...hasty.headers, authorization: keys.live } }, authorised('r-1', { atMs: 3_000 })],
        world,
      ),
    ).toEqual([1, 1]);
  });
});

describe('INV-26', () => {
  const promises = { reservesForCritical: true, defers: true };
  const shed = created('ch_9', { atMs: 5_000, ...noRoom });
  const capture = (more: Partial<Passed> = {}) =>
    asked('/v1/charges/ch_1/capture', { atMs: 5_400, reply: chargeReply('ch_1'), ...more });
  it('accepts captures that succeed while payments are shed', () => {
    expect(verdict('INV-26', [shed, capture()], { promises })).toEqual([1, 0]);
  });
  it('finds a capture that is turned away with them', () => {
    expect(verdict('INV-26', [shed, capture(noRoom)], { promises })).toEqual([1, 1]);
    expect(verdict('INV-26', [shed, capture(tooMany)], { promises })).toEqual([1, 0]);
  });
});

describe('INV-27 and INV-28', () => {
  const charge = { id: 'ch_1', reference: 'r-1' };
  const took = posted(eventBody('evnt_1', 10, chargeReply('ch_1')));
  const straight = {
    charges: [charge],
    events: [{ id: 'evnt_1', type: 'charge.succeeded', objectId: 'ch_1' }],
    deliveries: [{ eventId: 'evnt_1', state: 'delivered', tries: 1 }],
  };
  it('accept a change that has its event, at its receiver', () => {
    expect(verdict('INV-27', [took], straight)).toEqual([3, 0]);
    expect(verdict('INV-28', [took], straight)).toEqual([1, 0]);
  });
  it('find a change without an event, an event that nobody committed, and a receipt that nobody gave', () => {
    expect(complaint('INV-27', [], { ...straight, events: [], deliveries: [] })).toContain('has no charge.succeeded');
    expect(
      complaint('INV-27', [posted(eventBody('evnt_9', 10, chargeReply('ch_1')))], { ...straight, deliveries: [] }),
    ).toContain('never committed');
    expect(complaint('INV-27', [], straight)).toContain('no receiver took it');
  });
  it('find an event that has no delivery to a receiver of its merchant and mode', () => {
    const receivers = [{}, { id: 'we_test', live: false }, { id: 'we_other', merchantId: 'm-2' }];
    expect(verdict('INV-27', [took], { ...straight, receivers })).toEqual([4, 0]);
    expect(complaint('INV-27', [took], { ...straight, receivers: [{}, { id: 'we_2' }] })).toContain(
      "no delivery to m-1's receiver we_2",
    );
    // One that registered when the event came may not be known everywhere yet.
    expect(verdict('INV-27', [took], { ...straight, receivers: [{}, { id: 'we_2', sinceMs: -1_000 }] })).toEqual([
      4, 0,
    ]);
  });
  it('find a delivery that waits and that nobody will try', () => {
    const waits = { eventId: 'evnt_1', state: 'waiting', tries: 1, dueMs: 180_000 };
    const world = { ...straight, receivers: [{}], deliveries: [waits], readMs: 600_000 };
    const refused = (atMs: number) => posted('{"id":"evnt_1"}', { atMs, status: 500 });
    expect(complaint('INV-27', [refused(0)], world)).toContain('was due 420 s ago');
    // Not yet long ago; a receiver that is busy with others; behind one that is tried first.
    expect(verdict('INV-27', [refused(0)], { ...world, readMs: 400_000 })[1]).toBe(0);
    expect(verdict('INV-27', [refused(400_000)], world)[1]).toBe(0);
    const first = { ...waits, eventId: 'evnt_0', dueMs: 590_000 };
    const events = [...straight.events, { id: 'evnt_0', type: 'charge.updated', objectId: 'ch_1' }];
    expect(verdict('INV-27', [refused(0)], { ...world, events, deliveries: [{ ...waits, seq: 2 }, first] })[1]).toBe(0);
    // Where the wall jumped its times say nothing.
    const { readMs: _, ...jumped } = world;
    expect(verdict('INV-27', [refused(0)], jumped)[1]).toBe(0);
  });
  it('find events out of order, and a last event that is not true', () => {
    const earlier = posted(eventBody('evnt_0', 5, chargeReply('ch_1')));
    expect(complaint('INV-28', [took, earlier], straight)).toContain('evnt_0 of second 5');
    const wrong = posted(eventBody('evnt_1', 10, chargeReply('ch_1', { captured: false })));
    expect(complaint('INV-28', [wrong], straight)).toContain('said captured false');
    expect(verdict('INV-28', [took, took], straight)).toEqual([1, 0]);
  });
});

describe('INV-29', () => {
  const feed = (secret: string): Passed => {
    const body = '{"kind":"beat"}';
    const signature = createHmac('sha256', secret).update(`5.${body}`).digest('hex');
    return {
      from: 'gateway-1',
      to: 'status-page',
      path: '/feed',
      body,
      headers: { 'Breakwater-Signature': `t=5,v1=${signature}` },
    };
  };
  it('accepts facts with the shared secret, and finds another one', () => {
    expect(verdict('INV-29', [feed('s')], { promises: { feedSecret: 's' } })).toEqual([1, 0]);
    expect(verdict('INV-29', [feed('t')], { promises: { feedSecret: 's' } })).toEqual([1, 1]);
  });
  it('finds a message without its token, and one with another merchant’s', () => {
    expect(verdict('INV-29', [posted('{}'), posted('{}')])).toEqual([2, 0]);
    expect(verdict('INV-29', [posted('{}'), posted('{}', { headers: {} })])).toEqual([2, 1]);
    expect(
      verdict('INV-29', [posted('{}'), posted('{}', { headers: { 'X-Payjp-Webhook-Token': 'whook_2' } })]),
    ).toEqual([2, 1]);
  });
  it('checks Standard Webhooks by the secret that the wire showed', () => {
    const secret = `whsec_${Buffer.from('secret').toString('base64')}`;
    const made = asked('/v1/webhooks', { reply: `{"url":"http://merchants/shop-1/webhooks","secret":"${secret}"}` });
    const signed = (body: string, of = body) => {
      const value = createHmac('sha256', 'secret').update(`evnt_1.7.${of}`).digest('base64');
      return posted(body, {
        headers: {
          'X-Payjp-Webhook-Token': 'w',
          'webhook-id': 'evnt_1',
          'webhook-timestamp': '7',
          'webhook-signature': `v1,${value}`,
        },
      });
    };
    expect(verdict('INV-29', [made, signed('{"a":1}')])[1]).toBe(0);
    expect(verdict('INV-29', [made, signed('{"a":1}', '{"a":2}')])[1]).toBe(1);
  });
});

describe('INV-30', () => {
  const promises = { machineNotices: true };
  const page = (atMs: number, ...incidents: readonly object[]): Passed => ({
    from: 'cast',
    to: 'status-page',
    method: 'GET',
    path: '/api/v1/status.json',
    reply: JSON.stringify({ incidents, atMs }),
    atMs,
    tookMs: 1,
  });
  const bad = Array.from({ length: 60 }, (_, index) =>
    created(`ch_${index}`, { atMs: 60_000 + index * 2_000, status: 500, reply: error('pg_wrong') }),
  );
  const broken = authorised('r-1', { atMs: 59_000, outcome: 'lost' });

  it('accepts an incident that is shown in time and resolved when it is over', () => {
    const shown = [
      page(90_000, { id: 'inc', stage: 'investigating' }),
      page(900_000, { id: 'inc', stage: 'resolved' }),
    ];
    expect(verdict('INV-30', [broken, ...bad, ...shown], { promises })[1]).toBe(0);
  });
  it('finds a page that stays empty', () => {
    expect(complaint('INV-30', [broken, ...bad, page(900_000)], { promises })).toContain('the page showed nothing');
  });
  it('asks nothing of a page about a merchant that was told of abuse (seed 911)', () => {
    const also = log('abuse.found', 60_000, { merchant: 'sk_live_1' });
    expect(verdict('INV-30', [broken, ...bad, page(900_000)], { promises, also })[1]).toBe(0);
  });
  it('asks nothing of a page when merchants cannot reach the gateway, which nobody behind it could notice', () => {
    const cut = bad.map((one) => ({ ...one, outcome: 'not-sent' as const, status: null }));
    expect(verdict('INV-30', [broken, ...cut, page(900_000)], { promises })).toEqual([0, 0]);
  });
  it('finds "resolved" while it is bad, and an incident out of nothing', () => {
    const early = [
      page(90_000, { id: 'inc', stage: 'investigating' }),
      page(150_000, { id: 'inc', stage: 'resolved' }),
    ];
    expect(complaint('INV-30', [broken, ...bad, ...early], { promises })).toContain('said "resolved"');
    expect(complaint('INV-30', [page(90_000, { id: 'inc', stage: 'investigating' })], { promises })).toContain(
      'nothing had gone wrong',
    );
  });
});

describe('INV-31', () => {
  it('finds a card number in an answer, a webhook and a log, also in groups and in full-width digits', () => {
    const wide = Array.from(card, (digit) => String.fromCodePoint((digit.codePointAt(0) ?? 0) + 0xfee0)).join('');
    for (const leak of [card, '4242 4242 4242 4242', '4242-4242-4242-4242', wide]) {
      expect(verdict('INV-31', [tokenOf(card), created('ch_1', { reply: `{"x":"${leak}"}` })])[1]).toBe(1);
      expect(verdict('INV-31', [tokenOf(card), posted(`{"x":"${leak}"}`)])[1]).toBe(1);
    }
    expect(verdict('INV-31', [tokenOf(card), authorised('r-1'), posted('{"x":"4242424242424240"}')])[1]).toBe(0);
  });
  it('finds one in a log of ours, and minds its own business about the simulators’', () => {
    const written = (program: string) => {
      const auditor = createAuditor({ startWallMs, ourTenant: 'gateway' });
      auditor.saw(exchangeOf(tokenOf(card)));
      auditor.logged({ program, atMs: 9, fields: { event: 'card', number: card } });
      const gateway = { charges: () => [], attempts: () => [], postings: () => [], keysBegun: () => [] };
      return invariantOf(auditor.audit({ told: [], gateway, acquirers: [] }), 'INV-31').found;
    };
    expect([written('gateway-1'), written('escott')]).toEqual([1, 0]);
  });
  it('does not repeat the number', () => {
    expect(complaint('INV-31', [tokenOf(card), posted(`{"x":"${card}"}`)])).toBe(
      'a card number that ends in 4242 is in what gateway-1 posted to merchants/shop-1/webhooks at 0 ms',
    );
  });
});

describe('INV-32 and INV-33', () => {
  const look = (key: string, more: Partial<Passed> = {}) =>
    asked('/v1/charges/ch_1', { key, method: 'GET', atMs: 50, reply: chargeReply('ch_1'), ...more });
  it('accept a merchant’s own objects, and 404 for another', () => {
    expect(verdict('INV-32', [created('ch_1'), look(keys.live)])).toEqual([1, 0]);
    expect(verdict('INV-32', [created('ch_1'), look(keys.other, { status: 404, reply: error('invalid_id') })])).toEqual(
      [0, 0],
    );
    expect(verdict('INV-33', [created('ch_1'), look(keys.live)])).toEqual([2, 0]);
  });
  it('find another merchant’s object, live data for a test key, and a test charge at an acquirer', () => {
    expect(verdict('INV-32', [created('ch_1'), look(keys.other)])).toEqual([1, 1]);
    expect(verdict('INV-33', [created('ch_1', { key: keys.test })])[1]).toBe(1);
    const test = created('ch_1', { key: keys.test, reply: chargeReply('ch_1', { livemode: false }) });
    expect(verdict('INV-33', [test, authorised('r-1')], { charges: [{ id: 'ch_1', reference: 'r-1' }] })).toEqual([
      2, 1,
    ]);
  });
});

describe('INV-34', () => {
  it('accepts receivers, and finds every address inside', () => {
    expect(verdict('INV-34', [posted('{}'), posted('{}', { to: 'hooks.example.com' })])).toEqual([2, 0]);
    for (const to of [
      '127.0.0.1',
      '10.1.2.3',
      '169.254.169.254',
      '192.168.0.9',
      '172.20.0.1',
      '[::1]',
      'localhost',
      'gateway-2',
      'db.internal',
      '2130706433',
    ])
      expect([to, verdict('INV-34', [posted('{}', { to })])[1]]).toEqual([to, 1]);
  });
});

describe('INV-35', () => {
  const promises = { fraudDecides: true, attackOf: (number: string) => (number.startsWith('4') ? 'tester' : null) };
  const tried = (count: number, good: number): Passed[] =>
    Array.from({ length: count }, (_, index) => {
      const token = tokenOf(`42424242424242${String(index).padStart(2, '0')}`, index * 100);
      return {
        ...token,
        reply: token.reply!.replace('tok_1', `tok_${index}`),
        ...(index < good ? {} : { status: 402, reply: error('card_declined') }),
      };
    });
  it('accepts an attack that learns five cards, and finds one that learns six', () => {
    expect(verdict('INV-35', tried(40, 5), { promises })).toEqual([40, 0]);
    expect(verdict('INV-35', tried(40, 6), { promises })).toEqual([40, 1]);
  });
});

describe('INV-36 and INV-37', () => {
  const killed = (auditor: Auditor): void => {
    auditor.program({ program: 'gateway-1', change: 'kill', atMs: 100 });
    auditor.program({ program: 'gateway-1', change: 'restart', atMs: 1_000 });
  };
  const lost = created('ch_1', { outcome: 'lost', atMs: 90 });
  it('accept a crash after which what was under way came to an end', () => {
    expect(verdict('INV-36', [lost], { also: killed, charges: [{ id: 'ch_1' }] })).toEqual([3, 0]);
  });
  it('find an intent that nobody took up, and an instance that serves nobody', () => {
    expect(verdict('INV-36', [lost], { also: killed, charges: [{ id: 'ch_1', state: 'pending' }] })[1]).toBe(1);
    // Nobody was told what it is called, but its merchant knows its key.
    const unnamed = created('', { outcome: 'lost', atMs: 90, idempotencyKey: 'k', status: null, reply: '' });
    const pending = { charges: [{ id: 'ch_1', state: 'pending' as const, idempotencyKey: 'k' }] };
    expect(verdict('INV-36', [unnamed], { also: killed, ...pending })[1]).toBe(1);
    const deaf = Array.from({ length: 5 }, (_, index) =>
      created(`ch_${index}`, { atMs: 9_000 + index, outcome: 'lost' }),
    );
    expect(complaint('INV-36', deaf, { also: killed })).toContain('answered none of 5 requests');
  });
  it('find what a merchant was told and the book forgot', () => {
    const told = { capturedToldMs: 5, capturedYen: 1000 };
    expect(verdict('INV-37', [], { charges: [{ id: 'ch_1', told }] })).toEqual([1, 0]);
    expect(verdict('INV-37', [], { charges: [{ id: 'ch_1', state: 'authorised', told }] })).toEqual([1, 1]);
    expect(
      verdict('INV-37', [], { charges: [{ id: 'ch_1', refundedYen: 3, told: { ...told, refundedYen: 9 } }] }),
    ).toEqual([1, 1]);
  });
});

describe('INV-38', () => {
  const refused = created('', { ...tooMany, idempotencyKey: 'k' });
  const approved = { charges: [{ id: 'ch_1', reference: 'r-1', idempotencyKey: 'k' }] };
  it('accepts a key that was refused and came to nothing, or was taken later', () => {
    expect(verdict('INV-38', [refused])).toEqual([1, 0]);
    expect(verdict('INV-38', [refused, created('ch_1', { idempotencyKey: 'k', atMs: 900 })], approved)).toEqual([0, 0]);
  });
  it('accepts a request that is refused when it is repeated after its answer (seed 1274)', () => {
    const answered = created('ch_1', { idempotencyKey: 'k', atMs: 0 });
    expect(verdict('INV-38', [answered, { ...refused, atMs: 900 }], approved)).toEqual([0, 0]);
  });
  it('finds an approval under a key that was only ever refused', () => {
    expect(verdict('INV-38', [refused], approved)).toEqual([1, 1]);
  });
});

describe('INV-40', () => {
  const promises = { instances: 2 };
  const one = moved('1Capture', 'r-1', { atMs: 0, tookMs: 500 });
  it('accepts two instances one after the other, and finds them at once', () => {
    expect(verdict('INV-40', [one, { ...one, from: 'gateway-2', atMs: 600 }], { promises })).toEqual([2, 0]);
    expect(verdict('INV-40', [one, { ...one, from: 'gateway-2', atMs: 200 }], { promises })).toEqual([2, 1]);
  });
  it('lets another one go on with what a frozen one had on its way', () => {
    const told = posted('{"id":"ntc_1"}', { atMs: 0, tookMs: 300_000 });
    const taken = { ...told, from: 'gateway-2', atMs: 90_000, tookMs: 100 };
    const frozenAt = (atMs: number) => ({
      promises,
      also: (auditor: Auditor) => auditor.program({ program: 'gateway-1', change: 'freeze', atMs }),
    });
    const lost = { ...told, outcome: 'lost' as const };
    expect(verdict('INV-40', [taken, lost], frozenAt(30_000))).toEqual([2, 0]);
    expect(verdict('INV-40', [taken, lost], frozenAt(100_000))).toEqual([2, 1]);
    expect(verdict('INV-40', [taken, lost], { promises })).toEqual([2, 1]);
  });
});

describe('INV-45', () => {
  const rate = { ratePerSecond: 1, burst: 2 };
  const world = {
    promises: { instances: 2, rates: { pk: rate, payment: rate, sk: rate } },
    also: log('shared.lost', 0),
  };
  const sent = (count: number) =>
    Array.from({ length: count }, (_, index) => created(`ch_${index}`, { atMs: 100 + index * 300 }));
  it('accepts what the shares of a rate let through, and finds limits that are gone', () => {
    expect(verdict('INV-45', sent(70), world)).toEqual([70, 0]);
    expect(verdict('INV-45', sent(150), world)[1]).toBe(1);
    expect(verdict('INV-45', sent(150), { promises: world.promises })).toEqual([0, 0]);
  });
});
