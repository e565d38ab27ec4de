import { describe, expect, it } from 'vitest';
import { encryptKeysOf, openedValue, sealedValue } from '../../../acquirer-sim/app.ts';
import type { OutboundRequest } from '../../../acquirer-sim/ports.ts';
import { createWorld, type World } from '../world.ts';

type Fields = Record<string, string>;

const MERCHANT = { merchantId: 'M1', merchantPass: 'pass1' };
const keys = encryptKeysOf({ id: 'gateway', members: true, tokens: true, ...MERCHANT });

const create = (fetch?: (url: string, request: OutboundRequest) => Promise<never>): World =>
  createWorld(
    {
      id: 'escott',
      dialect: 'escott',
      capacity: { workers: 10, queueMax: 100 },
      tenants: [
        { id: 'gateway', ...MERCHANT },
        { id: 'other', merchantId: 'M2', merchantPass: 'pass2', encryptKey: 'k'.repeat(16), encryptIv: 'i'.repeat(16) },
      ],
    },
    fetch === undefined ? {} : { fetch },
  );

const message = (over: Fields = {}): Fields => ({
  MerchantId: 'M1',
  MerchantPass: 'pass1',
  TransactionDate: '20170712',
  OperateId: '3Secure',
  MerchantFree1: 'free-1',
  ProcNo: '0000001',
  RedirectUrl: 'http://shop.test/back',
  CardNo: '4111111111111111',
  CardExp: '3012',
  Amount: '1000',
  ...over,
});

const begin = (world: World, fields: Fields, over: Fields = {}) =>
  world.post('/online/tds/OTDS010.do', { MerchantId: 'M1', EncryptValue: sealedValue(keys, fields), ...over });

/** What the page posts to RedirectUrl, opened; null for a page that leads nowhere. */
const answerOn = (text: string): Fields | null => {
  if (!text.includes('action="http://shop.test/back"')) return null;
  const value = /name="EncryptValue" value="([^"]+)"/.exec(text)?.[1] ?? '';
  return Object.fromEntries(openedValue(keys, value) ?? []);
};
const actionOf = (text: string, act: string): string =>
  (new RegExp(`action="([^"]*/challenge/${act}[^"]*)"`).exec(text)?.[1] ?? '').replaceAll('&amp;', '&');

describe('e-SCOTT with 3-D Secure (OTDS010)', () => {
  it('authenticates, moves no money, and its result goes into the payment', async () => {
    const world = create();
    const { text } = await begin(world, message());
    const answer = answerOn(text);
    expect(answer).toMatchObject({
      OperateId: '3Secure',
      ResponseCd: 'OK',
      MerchantFree1: 'free-1',
      ProcNo: '0000001',
      SecureResultCode: '0',
      TransactionStatus3D: 'Y',
      ECI3D: '05',
      MessageVersionNo3D: '2.2.0',
    });
    expect(answer?.CAVV3D).toHaveLength(28);
    expect(answer?.TransactionId).toHaveLength(13);
    expect((await world.control('GET', '/ledger')).json.rows).toEqual([]);
    const {
      RedirectUrl: _,
      ProcNo: __,
      ...paid
    } = message({ OperateId: '1Auth', PayType: '01', CAVV3D: answer?.CAVV3D ?? '' });
    expect((await world.post('/online/aut/OAUT002.do', paid)).pairs.ResponseCd).toBe('OK');
  });

  it('asks the cardholder, and carries the payment out behind the right code', async () => {
    const world = create();
    const fields = message({ OperateId: '1Gathering', PayType: '01', CardNo: '4100000000005000' });
    const first = await begin(world, fields);
    expect(first.text).toContain('ワンタイムパスワード');
    expect(answerOn(first.text)).toBeNull();
    const wrong = await world.post(actionOf(first.text, 'code'), { code: '000000' });
    expect(wrong.text).toContain('あと2回');
    const done = await world.post(actionOf(first.text, 'code'), { code: '123456' });
    expect(answerOn(done.text)).toMatchObject({ ResponseCd: 'OK', OperateId: '1Gathering', SecureResultCode: '0' });
    expect(answerOn(done.text)?.ProcessId).toHaveLength(32);
    // A reload of the last page carries nothing out twice.
    const again = await world.post(actionOf(first.text, 'code'), { code: '123456' });
    expect(answerOn(again.text)).toEqual(answerOn(done.text));
    expect((await world.control('GET', '/ledger')).json.rows).toMatchObject([{ kind: 'gather', result: 'approved' }]);
  });

  it('carries nothing out behind a failure', async () => {
    const world = create();
    const pay = { OperateId: '1Auth', PayType: '01' };
    for (const [nth, [CardNo, expected]] of Object.entries([
      ['4100000000300005', { ResponseCd: 'U04', SecureResultCode: '1' }],
      ['4100000000500000', { ResponseCd: 'U04', SecureResultCode: '1' }],
      ['4100000000400003', { ResponseCd: 'U03', SecureResultCode: '9' }],
    ] as const))
      expect(answerOn((await begin(world, message({ ...pay, CardNo, ProcNo: `000001${nth}` }))).text)).toMatchObject(
        expected,
      );
    const { text } = await begin(world, message({ ...pay, CardNo: '4100000000005000', ProcNo: '0000020' }));
    const cancelled = await world.post(actionOf(text, 'cancel'), {});
    expect(answerOn(cancelled.text)).toMatchObject({ ResponseCd: 'U04', SecureResultCode: '1' });
    expect((await world.control('GET', '/ledger')).json.rows).toEqual([]);
  });

  it('goes on after an attempt, and gives up a cardholder after 40 minutes', async () => {
    const world = create();
    const pay = { OperateId: '1Auth', PayType: '01' };
    const attempted = await begin(world, message({ ...pay, CardNo: '4100000000100009' }));
    expect(answerOn(attempted.text)).toMatchObject({
      ResponseCd: 'OK',
      SecureResultCode: '3',
      TransactionStatus3D: 'A',
    });
    const slow = await begin(world, message({ ...pay, CardNo: '4100000000005000', ProcNo: '0000002' }));
    await world.clock.advance(2_401_000);
    const late = await world.post(actionOf(slow.text, 'code'), { code: '123456' });
    expect(answerOn(late.text)).toMatchObject({ ResponseCd: 'U06', SecureResultCode: '9' });
  });

  it('keeps a card for a member behind the authentication', async () => {
    const world = create();
    const member = message({ OperateId: '4MemAdd', KaiinId: 'kaiin1', KaiinPass: 'secret1' });
    expect(answerOn((await begin(world, member)).text)).toMatchObject({ ResponseCd: 'OK', KaiinId: 'kaiin1' });
  });

  it('tells PostUrl beside the browser', async () => {
    const told: string[] = [];
    const world = create((url, { body = '' }) => {
      told.push(url, body);
      return Promise.reject(new Error('nobody there'));
    });
    const { text } = await begin(world, message({ PostUrl: 'http://shop.test/post' }));
    expect(told[0]).toBe('http://shop.test/post');
    const value = new URLSearchParams(told[1]).get('EncryptValue') ?? '';
    expect(Object.fromEntries(openedValue(keys, value) ?? [])).toEqual(answerOn(text));
  });

  it('leads nowhere when the value is not the merchant’s own', async () => {
    const world = create();
    const cut = sealedValue(keys, message()).slice(0, -8);
    for (const [over, code] of [
      [{ EncryptValue: cut }, /ResponseCd=U05/],
      [{ EncryptValue: '' }, /ResponseCd=U05/],
      // A body beyond what is read names no merchant either.
      [{ EncryptValue: 'x'.repeat(20_000) }, /ResponseCd=K02/],
      [{ MerchantId: 'M2' }, /ResponseCd=U05/],
      [{ MerchantId: 'M9' }, /ResponseCd=K02/],
    ] as const) {
      const { status, text } = await begin(world, message(), over);
      expect([status, code.test(text), text.includes('<form')]).toEqual([400, true, false]);
    }
    expect((await begin(world, message({ RedirectUrl: 'javascript:alert(1)' }))).text).toContain('ResponseCd=KHU');
  });

  it('sends back the code of each field that is wrong', async () => {
    const world = create();
    for (const [over, code] of [
      [{ MerchantPass: 'wrong' }, 'K03'],
      [{ OperateId: '1Capture' }, 'K06'],
      [{ ProcNo: '12' }, 'K86'],
      [{ PostUrl: 'ftp://x' }, 'K87'],
      [{ CardNo: 'abc' }, 'K20'],
      [{ OperateId: '1Auth', PayType: '99', Amount: '0' }, 'K22|K23'],
    ] as const)
      expect(answerOn((await begin(world, message(over))).text)).toMatchObject({ ResponseCd: code });
    expect(answerOn((await begin(world, message())).text)).toMatchObject({ ResponseCd: 'OK' });
    expect(answerOn((await begin(world, message())).text)).toMatchObject({ ResponseCd: 'K89' });
    for (let nth = 0; nth < 2; nth += 1)
      expect(answerOn((await begin(world, message({ ProcNo: '0000000' }))).text)).toMatchObject({ ResponseCd: 'OK' });
  });
});
