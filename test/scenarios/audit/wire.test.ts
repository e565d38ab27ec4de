import { describe, expect, it } from 'vitest';
import { isTrouble, readExchange } from '../../../scenarios/audit/wire.ts';
import { escott, gmo } from './fixtures.ts';

const answerOf = (exchange: Parameters<typeof readExchange>[0]): unknown => {
  const reading = readExchange(exchange);
  return reading?.kind === 'authorise' ? reading.answer : reading;
};

describe('an e-SCOTT authorisation on the wire', () => {
  const auth = (reply: Record<string, string> | string, more = {}) =>
    answerOf(escott('1Auth', { MerchantFree1: 'r-1', CardNo: '4111' }, { reply, ...more }));

  it('is approved by OK and by nothing else', () => {
    expect(auth({ ResponseCd: 'OK' })).toBe('approved');
    expect(auth({ ResponseCd: 'ok' })).toBe('approved');
    expect(auth({ ResponseCd: 'OKAY' })).toBe('indefinite');
  });

  it('is declined by issuers, checks, networks and what the host took back itself', () => {
    const answers = ['G12', 'G55', 'K20', 'K40', 'K89', 'KBX', 'C16', 'C80', 'KHV', 'KI0', 'K21|K24'].map((code) => [
      code,
      auth({ ResponseCd: code }),
    ]);
    expect(answers.filter(([, answer]) => answer !== 'declined')).toEqual([]);
  });

  it('is open after system errors, unlisted codes and anything mixed with them', () => {
    const answers = ['K96', 'K98', 'K99', 'KBY', 'KH0', 'C02', 'C03', 'Z01', '', 'K21|K98'].map((code) => [
      code,
      auth({ ResponseCd: code }),
    ]);
    expect(answers.filter(([, answer]) => answer !== 'indefinite')).toEqual([]);
  });

  it('is open without a complete reply of its own', () => {
    expect(auth('<html>busy</html>', { status: 503 })).toBe('indefinite');
    expect(auth({ ResponseCd: 'OK' }, { status: 500 })).toBe('indefinite');
    expect(auth({ ResponseCd: 'G12', MerchantFree1: 'r-2' })).toBe('indefinite');
    expect(auth({ ResponseCd: 'OK' }, { outcome: 'lost' })).toBe('indefinite');
    expect(auth('')).toBe('indefinite');
  });

  it('is read from the query string as well, percent-encoded or raw', () => {
    const exchange = {
      ...escott('', {}),
      path: '/online/aut/OAUT002.do?OperateId=1Gathering&MerchantFree1=a%2Db',
      requestBody: '',
    };
    expect(readExchange(exchange)).toMatchObject({ kind: 'authorise', reference: 'a-b' });
  });

  it('is none of a check, a capture, a change or a search', () => {
    const kindOf = (operateId: string) =>
      readExchange(escott(operateId, { MerchantFree1: 'r-1', ProcessId: 'p' }))?.kind;
    expect(['1Check', '1Capture', '1Change', '1Search'].map(kindOf)).toEqual(['check', 'move', 'move', 'search']);
    expect(kindOf('2MemAdd')).toBeUndefined();
  });
});

describe("e-SCOTT's listing and deletion", () => {
  it('say what became of an authorisation', () => {
    const reply = [
      'ResponseCd=OK&Count=4&Next=',
      't1,20170712210000,1Auth,p1,w1,r-1,1000,OK,authorised',
      't2,20170712210000,1Auth,p2,w2,r-2,1000,G12,declined',
      't3,20170712210000,1Auth,p3,w3,r-3,1000,OK,voided',
      't4,20170712210000,1Check,p4,w4,r-4,0,OK,checked',
      't5,20170712210100,1Delete,p5,w5,r-5,1000,OK,voided',
      '',
    ].join('\n');
    expect(readExchange(escott('9List', {}, { reply }))).toEqual({
      kind: 'inquiry',
      listed: [
        { reference: 'r-1', handle: 'p1', state: 'approved' },
        { reference: 'r-2', handle: null, state: 'declined' },
        { reference: 'r-3', handle: 'p3', state: 'voided' },
        { reference: 'r-5', handle: 'p5', state: 'voided' },
      ],
    });
    expect(readExchange(escott('9List', {}, { reply: 'ResponseCd=K98' }))).toEqual({ kind: 'inquiry', listed: [] });
    expect(readExchange(escott('9List', {}, { outcome: 'lost' }))).toEqual({ kind: 'inquiry', listed: [] });
  });

  it('confirm a void by OK only', () => {
    const deletion = (reply: Record<string, string>, more = {}) =>
      readExchange(escott('1Delete', { ProcessId: 'p1', MerchantFree1: 'v-1' }, { reply, ...more }));
    expect(deletion({})).toMatchObject({ kind: 'void', handle: 'p1', confirmed: true });
    expect(deletion({ ResponseCd: 'K98' })).toMatchObject({ confirmed: false });
    expect(deletion({}, { outcome: 'lost' })).toMatchObject({ confirmed: false });
  });
});

describe('a GMO-PG authorisation on the wire', () => {
  const auth = (reply: Record<string, string> | string, more = {}) =>
    answerOf(gmo('ExecTran', { AccessID: 'a1', OrderID: 'r-1' }, { reply, ...more }));

  it('is approved when it is done and for this order', () => {
    expect(auth({ ACS: '0', OrderID: 'r-1', Approve: ' 004536' })).toBe('approved');
    expect(auth({ ACS: '2', RedirectUrl: 'https://x' })).toBe('indefinite');
    expect(auth({ ACS: '0', OrderID: 'r-2' })).toBe('indefinite');
  });

  it('is declined by definite errors and flow control', () => {
    const answers = ['42G120000', 'E01170011', 'E11010001', 'E61010001', 'E92000001', 'M01004014'].map((info) => [
      info,
      auth({ ErrCode: info.slice(0, 3), ErrInfo: info }),
    ]);
    expect(answers.filter(([, answer]) => answer !== 'declined')).toEqual([]);
  });

  it('is open after the errors that ask for an inquiry', () => {
    const answers = [
      'E91020001',
      'E91099999',
      'E90010001',
      'E11010999',
      '42C500000',
      'E82010001',
      '42G120000|E91020001',
    ].map((info) => [info, auth({ ErrCode: 'E91', ErrInfo: info })]);
    expect(answers.filter(([, answer]) => answer !== 'indefinite')).toEqual([]);
    expect(auth('', { status: 503 })).toBe('indefinite');
    expect(auth({}, { outcome: 'lost' })).toBe('indefinite');
  });

  it('is not the registration of its order', () => {
    const entry = (reply: Record<string, string>) => {
      const exchange = gmo('EntryTran', { OrderID: 'r-1', JobCd: 'AUTH', Amount: '5' }, { reply });
      return { reading: readExchange(exchange), trouble: isTrouble(exchange, readExchange(exchange)) };
    };
    expect(entry({ AccessID: 'a', AccessPass: 'p' })).toEqual({
      reading: { kind: 'entry', reference: 'r-1', amountYen: 5, isCheck: false, code: 'OK' },
      trouble: false,
    });
    expect(entry({ ErrCode: 'E92', ErrInfo: 'E92000001' }).trouble).toBe(true);
    const troubles = ['42G120000', '42G950000', '42G980000', '42G990000', '42G970000'].filter(
      (info) => entry({ ErrCode: 'G12', ErrInfo: info }).trouble,
    );
    expect(troubles).toEqual(['42G950000', '42G980000', '42G990000']);
  });
});

describe("GMO-PG's inquiry and cancellation", () => {
  it('say what became of an authorisation', () => {
    const state = (reply: Record<string, string>) => {
      const reading = readExchange(gmo('SearchTrade', { OrderID: 'r-1' }, { reply }));
      return reading?.kind === 'inquiry' ? (reading.listed[0]?.state ?? null) : undefined;
    };
    expect(state({ OrderID: 'r-1', Status: 'AUTH', AccessID: 'a1' })).toBe('approved');
    expect(state({ OrderID: 'r-1', Status: 'SALES', AccessID: 'a1' })).toBe('approved');
    expect(state({ OrderID: 'r-1', Status: 'RETURNX', AccessID: 'a1' })).toBe('voided');
    expect(state({ OrderID: 'r-1', Status: 'UNPROCESSED' })).toBeNull();
    expect(state({ OrderID: 'r-2', Status: 'AUTH' })).toBeNull();
    expect(state({ ErrCode: 'E01', ErrInfo: 'E01110002' })).toBeNull();
  });

  it('confirm a cancellation without an error and for this trade', () => {
    const alter = (jobCd: string, reply: Record<string, string>) =>
      readExchange(gmo('AlterTran', { AccessID: 'a1', JobCd: jobCd }, { reply }));
    expect(alter('VOID', { AccessID: 'a1' })).toMatchObject({ kind: 'void', handle: 'a1', confirmed: true });
    expect(alter('RETURN', { ErrCode: 'E91', ErrInfo: 'E91020001' })).toMatchObject({ confirmed: false });
    expect(alter('VOID', { AccessID: 'a2' })).toMatchObject({ confirmed: false });
    expect(alter('SALES', { AccessID: 'a1' })).toMatchObject({ kind: 'move', what: 'capture', answer: 'approved' });
  });
});
