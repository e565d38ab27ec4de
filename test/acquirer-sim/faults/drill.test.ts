/**
 * The fault drill: every kind of fault, injected behind a real socket, shows its symptom to a
 * client that knows nothing but bytes, and its counter says how often.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type KindName, kinds } from '../../../acquirer-sim/faults/kinds/index.ts';
import type { FaultRuleInput } from '../../../acquirer-sim/faults/rule.ts';
import { followUp, listing, newPayment, OAUT, OLST } from '../escott/card.ts';
import type { Reply } from '../world.ts';
import { type Heard, SHOP, type Side, type Sockets, startSockets } from './sockets.ts';

let sockets: Sockets;
beforeAll(async () => {
  sockets = await startSockets();
});
afterAll(() => sockets.close());
afterEach(async () => {
  await sockets.escott.control('DELETE', '/faults');
  await sockets.gmo.control('DELETE', '/faults');
});

/** How long nothing is waited for where nothing shall come. */
const SILENT_MS = 150;

let named = 0;
/** A reference that no other drill used. */
const fresh = (): string => {
  named += 1;
  return `drill-${named}`;
};

const auth = (reference: string, more: Record<string, string> = {}) => ({
  path: OAUT,
  fields: newPayment('1Auth', reference, more),
});
const asReply = (heard: Heard): Reply => heard as unknown as Reply;
/** A hold, authorised while no rule is set. */
const hold = async (side: Side, reference: string): Promise<Reply> => {
  const heard = await side.ask(auth(reference));
  expect(heard.pairs.ResponseCd).toBe('OK');
  return asReply(heard);
};
const after = (operateId: string, of: Reply, more: Record<string, string> = {}) => ({
  path: OAUT,
  fields: followUp(operateId, of, more),
});
const list = (reference: string) => ({
  path: OLST,
  fields: listing({ From: '20000101000000', To: '20991231235959', MerchantFree1: reference }),
});

const pay = (api: string, fields: Record<string, string>) => ({ path: `/payment/${api}.idPass`, fields });
const entry = (orderId: string, amount = '1000') =>
  pay('EntryTran', { ...SHOP, OrderID: orderId, JobCd: 'AUTH', Amount: amount });
const exec = (orderId: string, { AccessID = '', AccessPass = '' }: Readonly<Record<string, string>>) =>
  pay('ExecTran', {
    AccessID,
    AccessPass,
    OrderID: orderId,
    Method: '1',
    CardNo: '4242424242424242',
    Expire: '3012',
  });
const search = (orderId: string) => pay('SearchTrade', { ...SHOP, OrderID: orderId });

/** Waits for what happens behind the reply, as long as it takes. */
const until = async (what: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it never happened');
};

interface Drill {
  readonly title: string;
  readonly side?: 'escott' | 'gmo';
  readonly rule?: Omit<FaultRuleInput, 'kind'>;
  /** Done while no rule is set. */
  before?(side: Side, reference: string): Promise<unknown>;
  /** Shows the symptom, and says how often it happened. */
  act(side: Side, reference: string, before: unknown): Promise<number>;
}

const expectSilence = (heard: Heard): void => {
  expect(heard.bytes.length).toBe(0);
  expect(heard.ended).toBe('open');
};
const expectReset = (heard: Heard): void => {
  expect(heard.bytes.length).toBe(0);
  expect(heard.ended).toBe('reset');
};
const decidedByFault = (heard: Heard): void => {
  expect(heard.headers['breakwater-decided-by']).toBe('fault');
  expect(heard.headers['breakwater-fault']).toBe('drill');
};

const drills: Readonly<Record<KindName, readonly Drill[]>> = {
  'approved-reply-lost': [
    {
      title: 'books the approval and never answers',
      async act(side, reference) {
        expectSilence(await side.ask({ ...auth(reference), waitMs: SILENT_MS }));
        expect(await side.booked(reference)).toEqual(['authorise approved 1000']);
        // A decline is told as ever.
        const declined = await side.ask(auth(fresh(), { CardNo: '4000000000000002' }));
        expect(declined.pairs.ResponseCd).toBe('G12');
        return 1;
      },
    },
    {
      title: 'books the approval and resets',
      rule: { parameters: { by: 'reset' } },
      async act(side, reference) {
        expectReset(await side.ask(auth(reference)));
        expect(await side.booked(reference)).toEqual(['authorise approved 1000']);
        return 1;
      },
    },
  ],
  'late-approval': [
    {
      title: 'says no and approves 30 ms later',
      rule: { parameters: { afterMs: 30 } },
      async act(side, reference) {
        const heard = await side.ask(auth(reference));
        expect(heard.pairs).toMatchObject({ ResponseCd: 'G12', MerchantFree1: reference });
        decidedByFault(heard);
        await until(async () => (await side.booked(reference)).length > 0);
        expect(await side.booked(reference)).toEqual(['authorise approved 1000']);
        return 1;
      },
    },
  ],
  'duplicate-processing': [
    {
      title: 'holds the money twice for one request',
      async act(side, reference) {
        const heard = await side.ask(auth(reference));
        expect(heard.pairs.ResponseCd).toBe('OK');
        expect(await side.booked(reference)).toEqual(['authorise approved 1000', 'authorise approved 1000']);
        return 1;
      },
    },
    {
      title: 'does nothing a second time where the order is known by name',
      side: 'gmo',
      before: async (side, reference) => (await side.ask(entry(reference))).pairs,
      async act(side, reference, keys) {
        await side.ask(exec(reference, keys as Record<string, string>));
        expect(await side.booked(reference)).toEqual(['authorise approved 1000']);
        return 0;
      },
    },
  ],
  'duplicate-reply': [
    {
      title: 'sends the same bytes twice',
      async act(side, reference) {
        const heard = await side.ask({ ...auth(reference), lingerMs: 80 });
        const text = heard.bytes.toString('latin1');
        expect(text.split('HTTP/1.1 200').length - 1).toBe(2);
        expect(text.split(`MerchantFree1=${reference}`).length - 1).toBe(2);
        expect(await side.booked(reference)).toHaveLength(1);
        return 1;
      },
    },
  ],
  'other-order': [
    {
      title: 'answers with the order before',
      async act(side, reference) {
        expect((await side.ask(auth(reference))).pairs.MerchantFree1).toBe(reference);
        const other = fresh();
        const heard = await side.ask(auth(other));
        expect(heard.pairs.MerchantFree1).toBe(reference);
        decidedByFault(heard);
        expect(await side.booked(other)).toEqual(['authorise approved 1000']);
        return 1;
      },
    },
  ],
  'wrong-status': [
    {
      title: 'says 500 over an approval',
      async act(side, reference) {
        const heard = await side.ask(auth(reference));
        expect([heard.status, heard.pairs.ResponseCd]).toEqual([500, 'OK']);
        return 1;
      },
    },
  ],
  'always-200': [
    {
      title: 'says 200 where nothing is',
      async act(side) {
        const heard = await side.ask({ path: '/online/nowhere.do', fields: {} });
        expect([heard.status, heard.text]).toEqual([200, '404 Not Found\n']);
        return 1;
      },
    },
  ],
  'unknown-code': [
    {
      title: 'puts a code of its own',
      rule: { parameters: { code: 'Q77' } },
      async act(side, reference) {
        const heard = await side.ask(auth(reference));
        expect(heard.pairs.ResponseCd).toBe('Q77');
        expect(await side.booked(reference)).toEqual(['authorise approved 1000']);
        return 1;
      },
    },
  ],
  error: [
    {
      title: 'answers the code and does nothing',
      rule: { parameters: { code: 'K96' } },
      async act(side, reference) {
        expect((await side.ask(auth(reference))).pairs).toMatchObject({ ResponseCd: 'K96', MerchantFree1: reference });
        expect(await side.booked(reference)).toEqual([]);
        return 1;
      },
    },
    {
      title: 'answers the code after it was done',
      side: 'gmo',
      rule: { parameters: { code: 'E91029999', at: 'after' }, select: { apis: ['ExecTran'] } },
      async act(side, reference) {
        const { pairs } = await side.ask(entry(reference));
        const heard = await side.ask(exec(reference, pairs));
        expect(heard.text).toBe('ErrCode=E91&ErrInfo=E91029999');
        expect(await side.booked(reference)).toEqual(['authorise approved 1000']);
        return 1;
      },
    },
    {
      title: 'answers in JSON where it was asked in JSON',
      side: 'gmo',
      async act(side, reference) {
        const fields = {
          shopID: SHOP.ShopID,
          shopPass: SHOP.ShopPass,
          orderID: reference,
          jobCd: 'AUTH',
          amount: '10',
        };
        const heard = await side.ask({ path: '/payment/EntryTran.json', fields, json: true });
        expect(JSON.parse(heard.text)).toEqual([{ errCode: 'E91', errInfo: 'E91099999' }]);
        return 1;
      },
    },
  ],
  'empty-body': [
    {
      title: 'has 200 and no byte',
      async act(side, reference) {
        const heard = await side.ask({ ...auth(reference), waitMs: 300 });
        expect([heard.status, heard.body.length]).toEqual([200, 0]);
        return 1;
      },
    },
  ],
  truncated: [
    {
      title: 'announces more than comes, and closes',
      async act(side, reference) {
        const heard = await side.ask(auth(reference));
        expect(heard.ended).toBe('closed');
        expect(heard.body.length).toBe(Math.floor(Number(heard.headers['content-length']) / 2));
        return 1;
      },
    },
    {
      title: 'looks complete and is a stump',
      rule: { parameters: { announcesAll: false, keep: 0.3 } },
      async act(side, reference) {
        const heard = await side.ask(auth(reference));
        expect(heard.body.length).toBe(Number(heard.headers['content-length']));
        expect(heard.pairs.ResponseCd).toBeUndefined();
        return 1;
      },
    },
  ],
  'html-page': [
    {
      title: 'answers a page',
      async act(side, reference) {
        const heard = await side.ask(auth(reference));
        expect([heard.status, heard.headers['content-type']]).toEqual([200, 'text/html; charset=UTF-8']);
        expect(heard.text).toContain('システムエラー');
        return 1;
      },
    },
  ],
  garbage: [
    {
      title: 'answers bytes of no meaning',
      rule: { parameters: { bytes: 64 } },
      async act(side, reference) {
        const heard = await side.ask(auth(reference));
        expect(heard.body.length).toBe(64);
        expect(heard.body.includes('ResponseCd')).toBe(false);
        return 1;
      },
    },
  ],
  'wrong-charset': [
    {
      title: 'puts a byte order mark before the fields',
      async act(side, reference) {
        const { body } = await side.ask(auth(reference));
        expect([...body.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
        return 1;
      },
    },
    {
      title: 'writes UTF-16 under the name of UTF-8',
      rule: { parameters: { as: 'utf-16le' } },
      async act(side, reference) {
        const { body } = await side.ask(auth(reference));
        expect(body.toString('utf16le')).toContain('ResponseCd=OK');
        return 1;
      },
    },
    {
      title: 'adds Shift_JIS under the name of UTF-8',
      rule: { parameters: { as: 'shift_jis' } },
      async act(side, reference) {
        const { body } = await side.ask(auth(reference));
        expect(new TextDecoder('shift_jis').decode(body)).toContain('&Message=処理が完了しました');
        expect(() => new TextDecoder('utf-8', { fatal: true }).decode(body)).toThrow();
        return 1;
      },
    },
  ],
  'not-found-then-found': [
    {
      title: 'finds an order 120 ms after it was executed',
      side: 'gmo',
      rule: { parameters: { lagMs: 120 } },
      async act(side, reference) {
        const { pairs } = await side.ask(entry(reference));
        await side.ask(exec(reference, pairs));
        const first = await side.ask(search(reference));
        expect(first.text).toBe('ErrCode=E01&ErrInfo=E01110002');
        let asked = 1;
        await until(async () => {
          const { pairs: found } = await side.ask(search(reference));
          if (found.Status === 'AUTH') return true;
          asked += 1;
          return false;
        });
        return asked;
      },
    },
    {
      title: 'leaves young lines out of a listing',
      rule: { parameters: { lagMs: 60_000 } },
      before: (side, reference) => hold(side, reference),
      async act(side, reference) {
        const heard = await side.ask(list(reference));
        expect(heard.text).toBe('ResponseCd=OK&Count=0&Next=\n');
        return 1;
      },
    },
  ],
  'wrong-inquiry': [
    {
      title: 'says of a hold that it was voided',
      side: 'gmo',
      async before(side, reference) {
        const { pairs } = await side.ask(entry(reference));
        return side.ask(exec(reference, pairs));
      },
      async act(side, reference) {
        expect((await side.ask(search(reference))).pairs.Status).toBe('VOID');
        return 1;
      },
    },
    {
      title: 'says so in a listing',
      before: (side, reference) => hold(side, reference),
      async act(side, reference) {
        const [, line = ''] = (await side.ask(list(reference))).text.split('\n');
        expect(line.split(',')[8]).toBe('voided');
        return 1;
      },
    },
  ],
  'stale-read': [
    {
      title: 'repeats what was true when somebody first asked',
      side: 'gmo',
      async act(side, reference) {
        const { pairs } = await side.ask(entry(reference));
        expect((await side.ask(search(reference))).pairs.Status).toBe('UNPROCESSED');
        await side.ask(exec(reference, pairs));
        expect((await side.ask(search(reference))).pairs.Status).toBe('UNPROCESSED');
        expect((await side.ask(search(reference))).pairs.Status).toBe('UNPROCESSED');
        return 2;
      },
    },
  ],
  ignored: [
    {
      title: 'says that the hold is voided, and it stands',
      before: (side, reference) => hold(side, reference),
      async act(side, reference, held) {
        const heard = await side.ask(after('1Delete', held as Reply));
        expect(heard.pairs).toMatchObject({ ResponseCd: 'OK', OperateId: '1Delete', MerchantFree1: reference });
        expect(await side.booked(reference)).toEqual(['authorise approved 1000']);
        return 1;
      },
    },
  ],
  'accepted-again': [
    {
      title: 'takes a second capture for good',
      before: async (side, reference) => {
        const held = await hold(side, reference);
        await side.ask(after('1Capture', held));
        return held;
      },
      async act(side, reference, held) {
        expect((await side.ask(after('1Capture', held as Reply))).pairs.ResponseCd).toBe('OK');
        expect(await side.booked(reference)).toEqual(['authorise approved 1000', 'capture approved 1000']);
        return 1;
      },
    },
  ],
  'order-accepted-again': [
    {
      title: 'takes an OrderID twice, and both trades can be paid',
      side: 'gmo',
      async act(side, reference) {
        const one = await side.ask(entry(reference));
        const other = await side.ask(entry(reference));
        expect(other.pairs.AccessID).toMatch(/^[0-9a-f]{32}$/);
        expect(other.pairs.AccessID).not.toBe(one.pairs.AccessID);
        await side.ask(exec(reference, one.pairs));
        await side.ask(exec(reference, other.pairs));
        expect(await side.booked(reference)).toEqual(['authorise approved 1000', 'authorise approved 1000']);
        return 1;
      },
    },
  ],
  'wrong-amount': [
    {
      title: 'books another amount than was asked for',
      rule: { parameters: { byYen: 11 } },
      async act(side, reference) {
        expect((await side.ask(auth(reference))).pairs.ResponseCd).toBe('OK');
        expect(await side.booked(reference)).toEqual(['authorise approved 1011']);
        return 1;
      },
    },
    {
      title: 'says another amount than it booked',
      rule: { parameters: { byYen: -1, in: 'reply' } },
      before: (side, reference) => hold(side, reference),
      async act(side, _, held) {
        expect((await side.ask(after('1Search', held as Reply))).pairs.Amount).toBe('999');
        return 1;
      },
    },
  ],
  'partial-approval': [
    {
      title: 'approves half and says so',
      async act(side, reference) {
        expect((await side.ask(auth(reference))).pairs).toMatchObject({ ResponseCd: 'OK', Amount: '500' });
        expect(await side.booked(reference)).toEqual(['authorise approved 500']);
        return 1;
      },
    },
  ],
  'clock-skew': [
    {
      title: 'moves the dates of an answer by a day',
      side: 'gmo',
      rule: { parameters: { byMs: 86_400_000 }, select: { apis: ['ExecTran'] } },
      async act(side, reference) {
        const { pairs } = await side.ask(entry(reference));
        const executed = await side.ask(exec(reference, pairs));
        const asked = await side.ask(search(reference));
        const day = (stamp = '') => Date.parse(`${stamp.slice(0, 4)}-${stamp.slice(4, 6)}-${stamp.slice(6, 8)}`);
        expect(day(executed.pairs.TranDate) - day(asked.pairs.ProcessDate)).toBe(86_400_000);
        return 1;
      },
    },
  ],
  'settlement-file': (['missing', 'line-missing', 'line-twice', 'line-extra', 'total', 'amount'] as const).map(
    (how): Drill => ({
      title: `has the fault "${how}"`,
      rule: { parameters: { how } },
      before: (side, reference) => hold(side, reference),
      async act(side, reference) {
        const [head = '', ...lines] = (await side.ask(list(reference))).text.trimEnd().split('\n');
        const expected = {
          missing: ['ResponseCd=K12&Count=0&Next=', 0],
          'line-missing': ['ResponseCd=OK&Count=0&Next=', 0],
          'line-twice': ['ResponseCd=OK&Count=2&Next=', 2],
          'line-extra': ['ResponseCd=OK&Count=2&Next=', 2],
          total: ['ResponseCd=OK&Count=2&Next=', 1],
          amount: ['ResponseCd=OK&Count=1&Next=', 1],
        }[how];
        expect([head, lines.length]).toEqual(expected);
        if (how === 'amount') expect(lines[0]?.split(',')[6]).toBe('1001');
        if (how === 'line-twice') expect(lines[0]).toBe(lines[1]);
        if (how === 'line-extra') expect(lines[1]).toContain('nobody-');
        return 1;
      },
    }),
  ),
  maintenance: [
    {
      title: 'answers the page of a closed front',
      async act(side, reference) {
        const heard = await side.ask(auth(reference));
        expect(heard.status).toBe(503);
        expect(heard.text).toContain('メンテナンス中');
        expect(await side.booked(reference)).toEqual([]);
        return 1;
      },
    },
  ],
  'longer-field': [
    {
      title: 'lengthens the approval number',
      rule: { parameters: { fields: ['ApproveNo'], by: 5 } },
      async act(side, reference) {
        expect((await side.ask(auth(reference))).pairs.ApproveNo).toMatch(/^00000\d{7}$/);
        return 1;
      },
    },
  ],
  'brand-outage': [
    {
      title: 'refuses one brand and serves the other',
      rule: { select: { brands: ['jcb'] } },
      async act(side, reference) {
        expect((await side.ask(auth(reference, { CardNo: '3530111333300000' }))).pairs.ResponseCd).toBe('C03');
        expect((await side.ask(auth(fresh()))).pairs.ResponseCd).toBe('OK');
        expect(await side.booked(reference)).toEqual([]);
        return 1;
      },
    },
  ],
  'rate-limited': [
    {
      title: 'answers 200 and a code of its flow control',
      side: 'gmo',
      async act(side, reference) {
        const heard = await side.ask(entry(reference));
        expect([heard.status, heard.text]).toEqual([200, 'ErrCode=E92&ErrInfo=E92000001']);
        return 1;
      },
    },
    {
      title: 'answers 429 with Retry-After',
      rule: { parameters: { status: 429, retryAfterSeconds: 7 } },
      async act(side, reference) {
        const heard = await side.ask(auth(reference));
        expect([heard.status, heard.headers['retry-after']]).toEqual([429, '7']);
        return 1;
      },
    },
  ],
  'early-expiry': [
    {
      title: 'voids the hold by itself',
      rule: { parameters: { afterMs: 30 } },
      async act(side, reference) {
        const held = asReply(await side.ask(auth(reference)));
        expect(held.pairs.ResponseCd).toBe('OK');
        await until(async () => (await side.booked(reference)).length > 1);
        expect(await side.booked(reference)).toEqual(['authorise approved 1000', 'void approved 1000']);
        expect((await side.ask(after('1Capture', held))).pairs.ResponseCd).toBe('K14');
        return 1;
      },
    },
    {
      title: 'voids the other dialect’s too',
      side: 'gmo',
      rule: { parameters: { afterMs: 30 } },
      async act(side, reference) {
        const { pairs } = await side.ask(entry(reference));
        await side.ask(exec(reference, pairs));
        await until(async () => (await side.booked(reference)).length > 1);
        expect(await side.booked(reference)).toEqual(['authorise approved 1000', 'void approved 1000']);
        return 1;
      },
    },
  ],
  refuse: [
    {
      title: 'resets before anything is done',
      async act(side, reference) {
        expectReset(await side.ask(auth(reference)));
        expect(await side.booked(reference)).toEqual([]);
        return 1;
      },
    },
  ],
  'black-hole': [
    {
      title: 'never answers and does nothing',
      async act(side, reference) {
        expectSilence(await side.ask({ ...auth(reference), waitMs: SILENT_MS }));
        expect(await side.booked(reference)).toEqual([]);
        return 1;
      },
    },
    {
      title: 'never answers and did it',
      rule: { parameters: { at: 'after' } },
      async act(side, reference) {
        expectSilence(await side.ask({ ...auth(reference), waitMs: SILENT_MS }));
        expect(await side.booked(reference)).toEqual(['authorise approved 1000']);
        return 1;
      },
    },
  ],
  reset: [
    {
      title: 'resets before the request is carried out',
      async act(side, reference) {
        expectReset(await side.ask(auth(reference)));
        expect(await side.booked(reference)).toEqual([]);
        return 1;
      },
    },
    {
      title: 'resets after the request was carried out',
      rule: { parameters: { at: 'after' } },
      async act(side, reference) {
        expectReset(await side.ask(auth(reference)));
        expect(await side.booked(reference)).toEqual(['authorise approved 1000']);
        return 1;
      },
    },
    {
      title: 'resets in the middle of the reply',
      rule: { parameters: { at: 'mid-reply' } },
      async act(side, reference) {
        const heard = await side.ask(auth(reference));
        expect(heard.ended).toBe('reset');
        expect(heard.body.length).toBe(Math.floor(Number(heard.headers['content-length']) / 2));
        return 1;
      },
    },
  ],
  'half-open': [
    {
      title: 'never hears that connection again, and hears others',
      rule: { select: { references: ['*-dead'] } },
      async act(side, reference) {
        const line = side.line();
        expectSilence(await line.ask({ ...auth(`${reference}-dead`), waitMs: SILENT_MS }));
        expectSilence(await line.ask({ ...auth(reference), waitMs: SILENT_MS }));
        expect((await side.ask(auth(fresh()))).pairs.ResponseCd).toBe('OK');
        expect(await side.booked(reference)).toEqual([]);
        return 1;
      },
    },
  ],
  latency: [
    {
      title: 'answers 120 ms later and says so',
      rule: { parameters: { delayMs: 120 } },
      async act(side, reference) {
        const heard = await side.ask(auth(reference));
        expect(heard.firstMs).toBeGreaterThanOrEqual(119);
        expect(heard.headers['breakwater-injected-delay-ms']).toBe('120');
        expect(heard.headers['breakwater-fault']).toBe('drill');
        // Who decided about the payment is still who did.
        expect(heard.headers['breakwater-decided-by']).toBe('issuer');
        return 1;
      },
    },
  ],
  'packet-loss': [
    {
      title: 'answers after the time of the packets sent again',
      rule: { parameters: { loss: 0.6, retransmitMs: 10 } },
      async act(side) {
        let late = 0;
        for (let nth = 0; nth < 10; nth += 1) {
          const heard = await side.ask({ ...auth(fresh()), waitMs: 1_500 });
          if (heard.bytes.length === 0) {
            late += 1;
            continue;
          }
          const delay = heard.headers['breakwater-injected-delay-ms'];
          if (delay === undefined) continue;
          late += 1;
          expect([10, 30, 70, 150, 310, 630]).toContain(Number(delay));
          expect(heard.firstMs).toBeGreaterThanOrEqual(Number(delay) - 1);
        }
        expect(late).toBeGreaterThan(0);
        return late;
      },
    },
  ],
  reorder: [
    {
      title: 'lets the second reply leave first',
      async act(side, reference) {
        const order: string[] = [];
        const first = side.ask(auth(reference)).then((heard) => order.push(heard.pairs.MerchantFree1 ?? ''));
        await until(async () => (await side.booked(reference)).length > 0);
        const other = fresh();
        const second = side.ask(auth(other)).then((heard) => order.push(heard.pairs.MerchantFree1 ?? ''));
        await Promise.all([first, second]);
        expect(order).toEqual([other, reference]);
        return 1;
      },
    },
  ],
  'slow-drip': [
    {
      title: 'takes its time for every byte',
      rule: { parameters: { bytesPerSecond: 1_000 } },
      async act(side, reference) {
        const heard = await side.ask(auth(reference));
        expect(heard.pairs.ResponseCd).toBe('OK');
        const bodyMs = heard.body.length;
        expect(heard.lastMs - heard.firstMs).toBeGreaterThanOrEqual(bodyMs * 0.8);
        return 1;
      },
    },
  ],
  'large-replies-lost': [
    {
      title: 'loses a reply of more than 100 bytes',
      rule: { parameters: { overBytes: 100 } },
      async act(side, reference) {
        expectSilence(await side.ask({ ...auth(reference), waitMs: SILENT_MS }));
        const small = await side.ask({ path: '/online/nowhere.do', fields: {} });
        expect(small.status).toBe(404);
        return 1;
      },
    },
  ],
  'idle-close': [
    {
      title: 'closes a connection as it is used again',
      async act(side, reference) {
        const line = side.line();
        expect((await line.ask(auth(reference))).pairs.ResponseCd).toBe('OK');
        const other = fresh();
        expectReset(await line.ask(auth(other)));
        expect(await side.booked(other)).toEqual([]);
        return 1;
      },
    },
  ],
  'tls-alert': [
    {
      title: 'answers an alert of TLS',
      async act(side, reference) {
        const heard = await side.ask(auth(reference));
        expect([...heard.bytes]).toEqual([21, 3, 3, 0, 2, 2, 40]);
        expect(heard.ended).toBe('closed');
        return 1;
      },
    },
  ],
  'stuck-workers': [
    {
      title: 'takes a worker with each request, and gives them back',
      rule: { parameters: { leave: 5 } },
      async act(side) {
        for (let nth = 0; nth < 5; nth += 1) await side.ask(auth(fresh()));
        expect((await side.control('GET', '/load')).json.workers).toBe(5);
        return 3;
      },
    },
  ],
  leak: [
    {
      title: 'slows every later request down',
      rule: { parameters: { growth: 1, atMost: 4 } },
      async act(side) {
        for (let nth = 0; nth < 3; nth += 1) await side.ask(auth(fresh()));
        return 2;
      },
    },
  ],
  pause: [
    {
      title: 'holds who comes during a pause until its end',
      rule: { parameters: { everyMs: 600_000, pauseMs: 250 } },
      async act(side) {
        const heard = await side.ask(auth(fresh()));
        expect(Number(heard.headers['breakwater-injected-delay-ms'])).toBeGreaterThan(0);
        expect((await side.ask(auth(fresh()))).headers['breakwater-injected-delay-ms']).toBeUndefined();
        return 1;
      },
    },
  ],
};

const table = Object.entries(drills).flatMap(([kind, list]) =>
  list.map((drill) => [kind as KindName, drill.title, drill] as const),
);

describe('a fault over a real socket', () => {
  it('is drilled whatever its kind', () => {
    expect(Object.keys(drills).sort()).toEqual(Object.keys(kinds).sort());
  });

  it.each(table)('%s %s', async (kind, _, drill) => {
    const side = sockets[drill.side ?? 'escott'];
    const reference = fresh();
    const before = await drill.before?.(side, reference);
    await side.set({ id: 'drill', kind, ...drill.rule });
    const happened = await drill.act(side, reference, before);
    // A reply counts once it has left; that may be a moment after it came.
    await until(async () => (await side.control('GET', '/faults/drill')).json.injected >= happened);
    const { json } = await side.control('GET', '/faults/drill');
    expect(json.injected).toBe(happened);
    expect(json.intended).toBeGreaterThanOrEqual(happened);
    expect((await side.control('DELETE', '/faults/drill')).json).toMatchObject({ state: 'ended', injected: happened });
    // As if it had never been.
    const clean = await side.ask(auth(fresh()));
    expect(clean.pairs.ResponseCd).toBe(drill.side === 'gmo' ? undefined : 'OK');
    expect(clean.headers['breakwater-fault']).toBeUndefined();
    expect((await side.control('GET', '/load')).json.workers).toBe(8);
  });
});
