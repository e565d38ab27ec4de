import { describe, expect, it } from 'vitest';
import { createManualClock } from '../manual-clock.ts';
import { broken, card, gmoThat, type Said, type Script, type Sent } from './scripted.ts';

const access = { accessId: 'a'.repeat(32), accessPass: 'b'.repeat(32) };
const entered = `AccessID=${access.accessId}&AccessPass=${access.accessPass}`;
const executed = (sent: Sent): string =>
  `ACS=0&OrderID=${sent.fields.OrderID}&Forward=2a99662&Method=1&PayTimes=&Approve= 004536&TranID=1&TranDate=20170712210000&CheckString=x`;
const altered = `${entered}&Forward=2a99662&Approve=1&TranID=2&TranDate=20170712210000`;

/** Registers every order and lets `said` answer the rest. */
const afterEntry =
  (said: Script): Script =>
  (sent) =>
    sent.operation === 'EntryTran' ? entered : said(sent);

const refusal = (info: string): string => `ErrCode=${info.slice(0, 3)}&ErrInfo=${info}`;
const order = { reference: 'abc-1', card, amountYen: 1000, capture: true };
const authoriseWhen = (said: Script) => gmoThat(said).acquirer.authorise(order);
const atNoon = String(Date.parse('2017-07-12T12:00:00+09:00'));
const handle = { ...access, orderId: 'abc-1', registeredMs: atNoon };
const followUp = { reference: 'abc-a', handle, currentYen: 1000, amountYen: 1000 };

describe('GMO-PG, asked for an authorisation', () => {
  it.each([
    [true, 'CAPTURE'],
    [false, 'AUTH'],
  ])('registers the order, then executes it (capture: %s)', async (capture, jobCd) => {
    const { acquirer, sent } = gmoThat(afterEntry(executed));
    expect(await acquirer.authorise({ ...order, capture })).toEqual({
      kind: 'approved',
      captured: capture,
      handle: { ...access, orderId: 'abc-1', registeredMs: String(Date.parse('2017-07-12T21:00:00+09:00')) },
    });
    expect(sent.map(({ url, fields }) => [url, fields])).toEqual([
      [
        'http://gmo.test/payment/EntryTran.idPass',
        { ShopID: 'tshop00000001', ShopPass: 'pass0001', OrderID: 'abc-1', JobCd: jobCd, Amount: '1000' },
      ],
      [
        'http://gmo.test/payment/ExecTran.idPass',
        {
          AccessID: access.accessId,
          AccessPass: access.accessPass,
          OrderID: 'abc-1',
          Method: '1',
          CardNo: card.pan,
          Expire: '3103',
        },
      ],
    ]);
  });

  // Section 5: flow control, the outcome-unknown class, definite failures.
  it.each([
    ...['E92000001', 'E92000002'].map((info) => [info, { kind: 'not_sent', reason: info }]),
    ...[
      'E91019999',
      'E91020001',
      'E91029998',
      'E91029999',
      'E91099999',
      'E91099996',
      'E91050001',
      'E90010001',
      'E11010999',
      'E82010001',
    ].map((info) => [info, { kind: 'unknown', reason: info, answered: true }]),
    ...['42C010000', '42C120000', '42C150000', '42C500000', '42C780000'].map((info) => [
      info,
      { kind: 'unknown', reason: info },
    ]),
    ...['42G020000', '42G030000', '42G120000', '42G220000', '42G550000', '42G600000', '42G920000', '42G970000'].map(
      (info) => [info, { kind: 'declined', code: info, reason: 'card_declined' }],
    ),
    ...['42G830000', 'E01180008'].map((info) => [info, { kind: 'declined', code: info, reason: 'expired_card' }]),
    ...['42G420000', '42G440000', '42G450000', '42G650000', 'E01170006', 'E01460008', 'E41170099'].map((info) => [
      info,
      { kind: 'declined', code: info, reason: 'incorrect_card_data' },
    ]),
    ['E41170002', { kind: 'declined', code: 'E41170002', reason: 'unacceptable_brand' }],
    ...[
      '42G950000',
      '42G980000',
      '42G990000',
      'E00000003',
      'E01040010',
      'E01050004',
      'E01060010',
      'E01110002',
      'E11010001',
      'E11010002',
      'E11010003',
      'E11010010',
      'E21030007',
      'E61010001',
      'M01004014',
      'EX1000301',
    ].map((info) => [info, { kind: 'declined', code: info, reason: 'processing_error' }]),
    ...['E31500014', 'BK1000001', 'X', ''].map((info) => [info, { kind: 'unknown', reason: `unlisted code ${info}` }]),
    ['E01050004|M01004014', { kind: 'declined', code: 'E01050004', reason: 'processing_error' }],
    ['E01050004|E91020001', { kind: 'unknown', reason: 'E91020001' }],
  ] as [string, object][])('reads %s, said to ExecTran, as its class of codes', async (info, outcome) => {
    expect(await authoriseWhen(afterEntry(() => refusal(info)))).toMatchObject(outcome);
  });

  it('takes words about a card’s network for no measure of what it may send', async () => {
    const [network, own] = ['42C500000', 'E91099999'];
    expect(await authoriseWhen(afterEntry(() => refusal(network)))).toEqual({ kind: 'unknown', reason: network });
    expect(await authoriseWhen(afterEntry(() => refusal(own)))).toMatchObject({ answered: true });
  });

  it.each<[string, Script]>([
    ['nothing', () => ''],
    ['a page of HTML', () => '<html><head><meta charset="utf-8"></head></html>'],
    ['a busy page', () => ({ status: 503, text: '<html>busy</html>' })],
    ['an approval with a status of 500', (sent) => ({ status: 500, text: executed(sent) })],
    ['an approval of another order', (sent) => executed(sent).replace('abc-1', 'abc-2')],
    ['an approval that names no order', (sent) => executed(sent).replace('OrderID=abc-1&', '')],
    ['a redirect to 3-D Secure that nobody asked for', () => 'ACS=2&RedirectUrl=https://3ds.test/?transId=1&t=2'],
    ['an approval without ACS', (sent) => executed(sent).replace('ACS=0&', '')],
    ['a reset', () => broken('ECONNRESET')],
    ['a timeout', () => broken('TimeoutError')],
  ])('does not know the outcome after ExecTran got %s', async (_, said) => {
    expect(await authoriseWhen(afterEntry(said))).toMatchObject({ kind: 'unknown' });
  });

  it('knows that nothing was sent when ExecTran found the port closed', async () => {
    expect(await authoriseWhen(afterEntry(() => broken('ECONNREFUSED')))).toEqual({
      kind: 'not_sent',
      reason: 'ECONNREFUSED',
    });
  });

  // Registering moves no money: without ExecTran nothing can have happened.
  it.each<[string, Said]>([
    ['a timeout', broken('TimeoutError')],
    ['a reset', broken('ECONNRESET')],
    ['a closed port', broken('ECONNREFUSED')],
    ['a busy page', { status: 503, text: '<html>busy</html>' }],
    ['nothing', ''],
    ['a page of HTML', '<html></html>'],
    ['an answer without AccessPass', `AccessID=${access.accessId}`],
    ['flow control', refusal('E92000001')],
    ['a communication failure behind it', refusal('E91020001')],
    ['a code nobody lists', refusal('X99')],
  ])('is free to go elsewhere when registering the order got %s', async (_, said) => {
    const { acquirer, sent } = gmoThat(() => said);
    expect(await acquirer.authorise(order)).toMatchObject({ kind: 'not_sent' });
    expect(sent.map(({ operation }) => operation)).toEqual(['EntryTran']);
  });

  it('says no when registering the order is refused for good', async () => {
    expect(await authoriseWhen(() => refusal('E01030002'))).toMatchObject({ kind: 'declined', code: 'E01030002' });
  });
});

describe('GMO-PG, asked to check a card', () => {
  it('does a CHECK without an amount', async () => {
    const { acquirer, sent } = gmoThat(afterEntry(executed));
    expect(await acquirer.check({ reference: 'tok-0', card, cvc: '123' })).toEqual({ kind: 'approved' });
    expect(sent.map(({ fields }) => [fields.JobCd, fields.Amount, fields.SecurityCode])).toEqual([
      ['CHECK', undefined, undefined],
      [undefined, undefined, '123'],
    ]);
  });
});

describe('GMO-PG, asked for a follow-up', () => {
  const jobs = (sent: readonly Sent[]) => sent.map(({ operation, fields }) => [operation, fields.JobCd, fields.Amount]);

  it('captures by SALES with the amount that is held', async () => {
    const { acquirer, sent } = gmoThat(() => altered);
    expect(await acquirer.capture(followUp)).toEqual({ kind: 'approved' });
    expect(jobs(sent)).toEqual([['AlterTran', 'SALES', '1000']]);
    expect(sent[0]?.fields).toMatchObject({ AccessID: access.accessId, AccessPass: access.accessPass });
  });

  it('lowers the hold before it captures less', async () => {
    const { acquirer, sent } = gmoThat(() => altered);
    await acquirer.capture({ ...followUp, amountYen: 700 });
    expect(jobs(sent)).toEqual([
      ['ChangeTran', 'AUTH', '700'],
      ['AlterTran', 'SALES', '700'],
    ]);
  });

  it('does not capture when lowering the hold failed', async () => {
    const { acquirer, sent } = gmoThat(() => refusal('42C500000'));
    expect(await acquirer.capture({ ...followUp, amountYen: 700 })).toMatchObject({
      kind: 'unknown',
      reason: '42C500000',
    });
    expect(jobs(sent)).toEqual([['ChangeTran', 'AUTH', '700']]);
  });

  it('gives part back by changing the sale to what is left', async () => {
    const { acquirer, sent } = gmoThat(() => altered);
    await acquirer.refund({ ...followUp, currentYen: 900, amountYen: 200 });
    expect(jobs(sent)).toEqual([['ChangeTran', 'CAPTURE', '700']]);
  });

  // Section 6: the day decides the word, in Japan.
  it.each([
    ['2017-07-12T23:59:59+09:00', 'VOID'],
    ['2017-07-13T00:00:00+09:00', 'RETURN'],
    ['2017-07-31T23:59:59+09:00', 'RETURN'],
    ['2017-08-01T00:00:00+09:00', 'RETURNX'],
    ['2018-07-12T12:00:00+09:00', 'RETURNX'],
  ])('gives a trade of 12 July back at %s by %s', async (at, job) => {
    for (const kind of ['refund', 'void'] as const) {
      const { acquirer, sent } = gmoThat(() => altered, createManualClock(Date.parse(at)));
      expect(await acquirer[kind](followUp)).toEqual({ kind: 'approved' });
      expect(jobs(sent)).toEqual([['AlterTran', job, undefined]]);
    }
  });

  it.each<[string, Said]>([
    ['the answer for another trade', altered.replace('aaaa', 'cccc')],
    ['nothing', ''],
    ['a page of HTML', '<html><body a="1"></html>'],
    ['a timeout', broken('TimeoutError')],
    ['a network failure behind it', refusal('42C500000')],
  ])('does not know the outcome after %s', async (_, said) => {
    const { acquirer } = gmoThat(() => said);
    expect(await acquirer.capture(followUp)).toMatchObject({ kind: 'unknown' });
  });
});

describe('GMO-PG, asked what became of a payment', () => {
  const trade = (orderId: string, status: string) =>
    `OrderID=${orderId}&Status=${status}&ProcessDate=20170712115900&JobCd=${status}&${entered}&ItemCode=0000990&Amount=1000&Tax=0`;
  const found = {
    found: true,
    amountYen: 1000,
    handle: { ...access, orderId: 'abc-1', registeredMs: String(Date.parse('2017-07-12T11:59:00+09:00')) },
  };

  it.each([
    ['AUTH', 'authorised'],
    ['SAUTH', 'authorised'],
    ['CAPTURE', 'captured'],
    ['SALES', 'captured'],
    ['VOID', 'voided'],
    ['RETURN', 'voided'],
    ['RETURNX', 'voided'],
  ])('reads the status %s as %s', async (status, state) => {
    const { acquirer, sent } = gmoThat((one) => trade(one.fields.OrderID ?? '', status));
    expect(await acquirer.findAuthorisations([{ reference: 'abc-1', sentMs: 0 }])).toEqual(
      new Map([['abc-1', { ...found, state }]]),
    );
    expect(await acquirer.lookUp({ reference: 'abc-a', handle })).toEqual({ ...found, state });
    expect(sent.map(({ fields, drawKey }) => [fields.OrderID, drawKey])).toEqual([
      ['abc-1', 'SearchTrade/abc-1'],
      ['abc-1', 'SearchTrade/abc-a'],
    ]);
  });

  it.each(['UNPROCESSED', 'AUTHENTICATED', 'CHECK', 'SIDEWAYS'])(
    'takes the status %s for not charged so far',
    async (status) => {
      const { acquirer } = gmoThat((one) => trade(one.fields.OrderID ?? '', status));
      expect(await acquirer.findAuthorisations([{ reference: 'abc-1', sentMs: 0 }])).toEqual(new Map());
      expect(await acquirer.lookUp({ reference: 'abc-a', handle })).toEqual({ found: false });
    },
  );

  it('does not find an order that was never registered', async () => {
    const { acquirer } = gmoThat(() => refusal('E01110002'));
    expect(await acquirer.findAuthorisations([{ reference: 'abc-1', sentMs: 0 }])).toEqual(new Map());
  });

  it.each<[string, Said]>([
    ['another refusal', refusal('E91020001')],
    ['the answer for another order', trade('abc-9', 'AUTH')],
    ['a busy page', { status: 503, text: '<html></html>' }],
    ['a timeout', broken('TimeoutError')],
  ])('says that it could not be asked after %s', async (_, said) => {
    const { acquirer } = gmoThat((one) => (one.fields.OrderID === 'abc-0' ? trade('abc-0', 'AUTH') : said));
    const sought = ['abc-0', 'abc-1'].map((reference) => ({ reference, sentMs: 0 }));
    expect(await acquirer.findAuthorisations(sought)).toBe(null);
    expect(await acquirer.lookUp({ reference: 'abc-a', handle })).toBe(null);
  });
});
