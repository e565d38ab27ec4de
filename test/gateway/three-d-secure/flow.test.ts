/** The pure parts: the life of an authentication, and how messages are read. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  advance,
  begin,
  type FlowEvent,
  planFinish,
  requestState,
  resultOf,
} from '../../../gateway/three-d-secure/flow.ts';
import { readJsonObject } from '../../../gateway/three-d-secure/json.ts';
import { fromBase64, legalDepth, writeAReq } from '../../../gateway/three-d-secure/messages.ts';
import { rangeOfCard, readPRes } from '../../../gateway/three-d-secure/ranges.ts';
import { ThreeDSecureSettings } from '../../../gateway/three-d-secure/settings.ts';

const created = begin(
  {
    id: 'ch_1',
    kind: 'charge',
    merchantId: 'shop',
    livemode: 1,
    card: { id: 'car_1', fingerprint: 'f' },
    amountYen: 500,
    expiryDays: 7,
    nowMs: 0,
  },
  1_800_000,
);
const subject = { amountYen: 500, fingerprint: 'f' };
const settings = ThreeDSecureSettings.parse({});
const id = '7d1f1f8e-0000-4000-8000-000000000001';

const event: fc.Arbitrary<FlowEvent> = fc.oneof(
  fc.record({
    type: fc.constant('start' as const),
    nowMs: fc.nat(2_000_000),
    serverTransId: fc.constant(id),
    returnUrl: fc.constant(null),
  }),
  fc.record({ type: fc.constant('method_done' as const) }),
  fc.record({ type: fc.constant('ask' as const), nowMs: fc.nat(2_000_000), version: fc.constant('2.2.0') }),
  fc.record({
    type: fc.constant('challenge' as const),
    acsUrl: fc.constant('http://acs'),
    dsTransId: fc.constant(id),
    acsTransId: fc.constant(id),
  }),
  fc.record({
    type: fc.constant('decide' as const),
    nowMs: fc.nat(2_000_000),
    result: fc.record({
      transStatus: fc.constantFrom('Y' as const, 'A' as const, 'N' as const, 'R' as const, 'U' as const, undefined),
      challenged: fc.boolean(),
    }),
  }),
  fc.record({ type: fc.constant('finish' as const), nowMs: fc.nat(2_000_000) }),
);

describe('the life of an authentication (seed 20250312)', () => {
  it('is decided once, by what was asked, and pays only what was verified or attempted in time', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), fc.nat(2_000_000), (events, nowMs) => {
        let flow = created;
        const decidedUnasked: boolean[] = [];
        for (const one of events) {
          const next = advance(flow, one);
          if (next === null) continue;
          if (one.type === 'decide') decidedUnasked.push(flow.asked_ms === null);
          flow = next;
        }
        expect([[], [false]]).toContainEqual(decidedUnasked);
        const { transStatus } = resultOf(flow);
        const proved = transStatus === 'Y' || transStatus === 'A';
        const inTime = flow.state === 'decided' && nowMs < flow.expires_ms;
        expect(planFinish(flow, subject, settings, nowMs).ok).toBe(proved && inTime);
        expect(planFinish(flow, { ...subject, amountYen: 501 }, settings, nowMs).ok).toBe(false);
        expect(planFinish(flow, { ...subject, fingerprint: 'g' }, settings, nowMs).ok).toBe(false);
        expect(requestState(flow.state as 'created')).toBeDefined();
      }),
      { seed: 20250312, numRuns: 2_000 },
    );
  });
});

describe('messages', () => {
  it('have each name once, at every depth', () => {
    expect(readJsonObject('{"a":1,"a":2}')).toEqual({ ok: false, duplicates: ['a'] });
    expect(readJsonObject('{"a":{"b":[{"c":1},{"c":2}],"b":3},"x":"\\"a\\":{"}')).toEqual({
      ok: false,
      duplicates: ['a.b'],
    });
    expect(readJsonObject('{"a":{"b":1},"c":{"b":1},"\\u0061":2}')).toEqual({ ok: false, duplicates: ['a'] });
    expect(readJsonObject('{"a":{"b":1},"c":[{"b":1},{"b":1}]}')).toMatchObject({ ok: true });
    for (const text of ['', 'x', '1', '[]', 'null', '"a"']) expect(readJsonObject(text), text).toBeNull();
  });

  it('are read padded and unpadded, in both alphabets of base64', () => {
    const text = JSON.stringify({ a: '??>>' });
    for (const encoding of ['base64', 'base64url'] as const)
      expect(fromBase64(Buffer.from(text).toString(encoding))).toBe(text);
    expect(fromBase64('')).toBeNull();
    expect(fromBase64('a b')).toBeNull();
  });

  it('tell of a browser only what the specification knows', () => {
    expect([30, 24, 0, 99].map(legalDepth)).toEqual(['24', '24', '24', '48']);
    const areq = writeAReq({
      version: '2.2.0',
      serverTransId: id,
      pan: '4242424242424242',
      expMonth: 3,
      expYear: 2031,
      cardholderName: 'TARO YAMADA',
      email: null,
      phone: '090-1234-5678',
      kind: 'token',
      amountYen: null,
      nowMs: 0,
      methodCompletion: 'U',
      browser: { acceptHeader: 'x'.repeat(9_000), userAgent: '', language: 'ja-JP-x-long', ip: null, script: null },
      merchantId: 'shop',
      merchantName: 'S'.repeat(100),
      notificationUrl: 'http://g/3ds/result',
      serverUrl: 'http://g/3ds/rreq',
      acquirerBin: '400551',
      mcc: '5999',
      requestorId: 'B',
      operatorId: 'B',
    });
    expect(areq).toMatchObject({
      messageCategory: '02',
      threeDSRequestorAuthenticationInd: '04',
      cardExpiryDate: '3103',
      mobilePhone: { cc: '81', subscriber: '9012345678' },
      browserJavascriptEnabled: false,
      browserUserAgent: '-',
    });
    expect([String(areq.browserAcceptHeader).length, String(areq.browserLanguage).length]).toEqual([2048, 8]);
    expect(areq.purchaseAmount).toBeUndefined();
  });

  it('tell which range a card is in, and whose ranges are not in order', () => {
    const read = readPRes({
      messageType: 'PRes',
      cardRangeData: [
        { startRange: '4100000000600000', endRange: '4100000000699999', threeDSMethodURL: 'http://acs/method' },
        { startRange: '4000000000000000', endRange: '4999999999999999', acsEndProtocolVersion: '2.1.0' },
        { startRange: 'x', endRange: 'y' },
        { startRange: '5100000000000000', endRange: '5199999999999999', actionInd: 'D' },
      ],
    });
    expect(read?.ranges).toHaveLength(2);
    expect(rangeOfCard(read!.ranges, '4100000000600008')?.methodUrl).toBe('http://acs/method');
    expect(rangeOfCard(read!.ranges, '4242424242424242')).toMatchObject({ methodUrl: null, version: '2.1.0' });
    expect(rangeOfCard(read!.ranges, '5100000000000107')).toBeUndefined();
    expect(readPRes({ messageType: 'Erro' })).toBeNull();
  });
});
