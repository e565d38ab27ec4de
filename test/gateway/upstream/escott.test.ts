import { describe, expect, it } from 'vitest';
import { broken, card, escottThat, type Said, type Sent } from './scripted.ts';

const handle = { processId: 'p'.repeat(32), processPass: 'w'.repeat(32) };

/** An answer in e-SCOTT's words that echoes what it must. */
const reply = (sent: Sent, responseCd: string, more = ''): string =>
  `TransactionId=1234567890123&OperateId=${sent.operation}&MerchantFree1=${sent.fields.MerchantFree1}&ResponseCd=${responseCd}${more}`;

const approval = (sent: Sent): string =>
  reply(sent, 'OK', `&ProcessId=${handle.processId}&ProcessPass=${handle.processPass}`);

const order = { reference: 'abc-1', card, amountYen: 1000, capture: true };
const authoriseWhen = (said: (sent: Sent) => Said) => escottThat(said).acquirer.authorise(order);
const followUp = { reference: 'abc-a', handle, currentYen: 1000, amountYen: 1000 };

describe('e-SCOTT, asked for an authorisation', () => {
  it('is told card, amount and our reference, and gives the handle of the hold', async () => {
    const { acquirer, sent } = escottThat(approval);
    expect(await acquirer.authorise(order)).toEqual({ kind: 'approved', handle, captured: false });
    expect(sent).toEqual([
      {
        operation: '1Auth',
        url: 'http://escott.test/online/aut/OAUT002.do',
        timeoutMs: 10_000,
        drawKey: '1Auth/abc-1',
        fields: {
          OperateId: '1Auth',
          MerchantId: 'M1',
          MerchantPass: 'P1',
          TenantId: '0001',
          TransactionDate: '20170712',
          MerchantFree1: 'abc-1',
          CardNo: card.pan,
          CardExp: '3103',
          PayType: '01',
          Amount: '1000',
        },
      },
    ]);
  });

  // Section 5: the outcome-unknown class, then what the host reversed itself, then definite declines.
  it.each([
    ...['K96', 'K98', 'K99', 'KBY', 'KH0'].map((code) => [code, { kind: 'unknown', reason: code, answered: true }]),
    ...['C02', 'C03'].map((code) => [code, { kind: 'unknown', reason: code }]),
    ...['KHV', 'KI0'].map((code) => [code, { kind: 'not_sent', reason: code }]),
    ...['G12', 'G22', 'G30', 'G54', 'G55', 'G56', 'G60', 'G61', 'G68', 'G92', 'G97'].map((code) => [
      code,
      { kind: 'declined', code, reason: 'card_declined' },
    ]),
    ...['G83', 'C13', 'K83'].map((code) => [code, { kind: 'declined', code, reason: 'expired_card' }]),
    ...['G42', 'G44', 'G45', 'G65', 'K20', 'K21', 'K24', 'K40', 'K82', 'C16', 'C17'].map((code) => [
      code,
      { kind: 'declined', code, reason: 'incorrect_card_data' },
    ]),
    ['C18', { kind: 'declined', code: 'C18', reason: 'unacceptable_brand' }],
    ...[
      'G95',
      'G98',
      'G99',
      'C10',
      'C14',
      'C80',
      'K01',
      'K02',
      'K12',
      'K14',
      'K23',
      'K71',
      'K88',
      'K89',
      'KBX',
      'KBZ',
    ].map((code) => [code, { kind: 'declined', code, reason: 'processing_error' }]),
    ...['KI2', 'KI3', 'KI5'].map((code) => [code, { kind: 'declined', code, reason: 'processing_error' }]),
    // Nobody said what these mean for the money, so nobody may assume it.
    ...['C01', 'C70', 'C98', 'KG8', 'KHX', 'U14', 'U95', 'P51', 'R01', 'W01', 'NG', 'ok', ''].map((code) => [
      code,
      { kind: 'unknown', reason: `unlisted code ${code}` },
    ]),
    ['K20|K21', { kind: 'declined', code: 'K20', reason: 'incorrect_card_data' }],
    ['K20|K98', { kind: 'unknown', reason: 'K98' }],
  ] as [string, object][])('reads %s as its class of codes', async (code, outcome) => {
    expect(await authoriseWhen((sent) => reply(sent, code))).toMatchObject(outcome);
  });

  it.each(['C02', 'C03'])(
    'takes %s for the trouble of a card’s network, and for no measure of what it may send',
    async (code) => {
      expect(await authoriseWhen((sent) => reply(sent, code))).toEqual({ kind: 'unknown', reason: code });
    },
  );

  it.each<[string, (sent: Sent) => Said]>([
    ['nothing', () => ''],
    ['a page of HTML', () => '<html><body>ただいま混み合っております</body></html>'],
    ['a page that says it is busy', () => ({ status: 503, text: '<html>busy</html>' })],
    ['a well-formed refusal with a status of 500', (sent) => ({ status: 500, text: reply(sent, 'G12') })],
    ['an approval with a status of 302', (sent) => ({ status: 302, text: approval(sent) })],
    ['half a line', (sent) => approval(sent).slice(0, 30)],
    ['an approval without its handle', (sent) => reply(sent, 'OK')],
    ['an approval with half a handle', (sent) => reply(sent, 'OK', `&ProcessId=${handle.processId}`)],
    ['an approval of another order', (sent) => approval(sent).replace('abc-1', 'abc-2')],
    ['a refusal of another order', (sent) => reply(sent, 'G12').replace('abc-1', 'abc-2')],
    ['an approval that names no order', (sent) => approval(sent).replace('MerchantFree1=abc-1&', '')],
    ['a reset', () => broken('ECONNRESET')],
    ['a closed socket', () => broken('UND_ERR_SOCKET')],
    ['silence until the time is up', () => broken('TimeoutError')],
    ['a failure nobody has a name for', () => broken('EWHATEVER')],
  ])('does not know the outcome after %s', async (_, said) => {
    expect(await authoriseWhen(said)).toMatchObject({ kind: 'unknown' });
  });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])(
    'knows that nothing was sent after %s',
    async (code) => {
      expect(await authoriseWhen(() => broken(code))).toEqual({ kind: 'not_sent', reason: code });
    },
  );
});

describe('e-SCOTT, asked for a follow-up', () => {
  it.each([
    ['capture', '1Capture', { ProcessId: handle.processId, ProcessPass: handle.processPass, SalesDate: '20170712' }],
    ['refund', '1Delete', { ProcessId: handle.processId, ProcessPass: handle.processPass }],
    ['void', '1Delete', { ProcessId: handle.processId, ProcessPass: handle.processPass }],
  ] as const)('does a whole %s as %s', async (kind, operation, fields) => {
    const { acquirer, sent } = escottThat((one) => reply(one, 'OK'));
    expect(await acquirer[kind](followUp)).toEqual({ kind: 'approved' });
    expect(sent.map((one) => one.operation)).toEqual([operation]);
    expect(sent[0]?.fields).toMatchObject(fields);
    expect(sent[0]?.fields).not.toHaveProperty('Amount');
  });

  it('lowers the hold before it captures less', async () => {
    const { acquirer, sent } = escottThat((one) => reply(one, 'OK'));
    expect(await acquirer.capture({ ...followUp, amountYen: 700 })).toEqual({ kind: 'approved' });
    expect(sent.map(({ operation, fields }) => [operation, fields.Amount])).toEqual([
      ['1Change', '700'],
      ['1Capture', undefined],
    ]);
  });

  it.each([
    ['K98', { kind: 'unknown', reason: 'K98' }],
    ['G61', { kind: 'declined', code: 'G61', reason: 'card_declined' }],
  ])('does not capture when lowering the hold got %s', async (code, outcome) => {
    const { acquirer, sent } = escottThat((one) => reply(one, code));
    expect(await acquirer.capture({ ...followUp, amountYen: 700 })).toMatchObject(outcome);
    expect(sent.map(({ operation }) => operation)).toEqual(['1Change']);
  });

  it('gives part back by changing the sale to what is left', async () => {
    const { acquirer, sent } = escottThat((one) => reply(one, 'OK'));
    expect(await acquirer.refund({ ...followUp, currentYen: 900, amountYen: 200 })).toEqual({ kind: 'approved' });
    expect(sent.map(({ operation, fields }) => [operation, fields.Amount])).toEqual([['1Change', '700']]);
  });

  it('waits longer for a reversal than for anything else, as the policy says', async () => {
    const { acquirer, sent } = escottThat((one) => reply(one, 'OK'));
    await acquirer.void(followUp);
    await acquirer.check({ reference: 'abc-0', card, cvc: '123' });
    await acquirer.lookUp(followUp);
    expect(sent.map(({ operation, timeoutMs }) => [operation, timeoutMs])).toEqual([
      ['1Delete', 15_000],
      ['1Check', 10_000],
      ['1Search', 5_000],
    ]);
  });
});

describe('e-SCOTT, asked to check a card', () => {
  it('is told the security code when there is one, and never an amount', async () => {
    const { acquirer, sent } = escottThat((one) => reply(one, 'OK', '&McSecCd=0'));
    await acquirer.check({ reference: 'tok-0', card, cvc: '123' });
    await acquirer.check({ reference: 'tok-1', card });
    expect(sent.map(({ fields }) => [fields.SecCd, fields.Amount])).toEqual([
      ['123', undefined],
      [undefined, undefined],
    ]);
  });
});

describe('e-SCOTT, asked what became of authorisations', () => {
  const row = (reference: string, state: string, amountYen = 1000, ids = `${handle.processId},${handle.processPass}`) =>
    `1234567890123,20170712210500,1Auth,${ids},${reference},${amountYen},OK,${state}`;
  const sentMs = Date.parse('2017-07-12T20:59:00+09:00');
  const sought = [
    { reference: 'abc-1', sentMs },
    { reference: 'abc-2', sentMs: sentMs + 30_000 },
  ];

  it('asks the listing for the time in question and finds what it names', async () => {
    const { acquirer, sent } = escottThat(() =>
      ['ResponseCd=OK&Count=3&Next=', row('abc-1', 'authorised'), row('other', 'captured'), ''].join('\n'),
    );
    expect(await acquirer.findAuthorisations(sought)).toEqual(
      new Map([['abc-1', { found: true, state: 'authorised', amountYen: 1000, handle }]]),
    );
    const [{ url, fields } = { url: '', fields: {} as Record<string, string> }] = sent;
    expect(url).toBe('http://escott.test/online/lst/OLST001.do');
    // Well before the first was sent (clocks differ), and until now or ten minutes after the last.
    expect(fields.From).toBe('20170712205800');
    expect(fields.To).toBe('20170712210930');
    expect(fields).not.toHaveProperty('MerchantFree1');
  });

  it('names the reference when it seeks only one', async () => {
    const { acquirer, sent } = escottThat(() => 'ResponseCd=OK&Count=0&Next=\n');
    expect(await acquirer.findAuthorisations(sought.slice(0, 1))).toEqual(new Map());
    expect(sent[0]?.fields.MerchantFree1).toBe('abc-1');
  });

  it('reads every page, and the last word about a transaction counts', async () => {
    const pages = [
      ['ResponseCd=OK&Count=2&Next=2', row('abc-1', 'authorised'), row('abc-2', 'authorised')],
      ['ResponseCd=OK&Count=1&Next=3', row('abc-2', 'voided')],
      ['ResponseCd=OK&Count=1&Next=', row('zzz', 'authorised')],
    ];
    const { acquirer, sent } = escottThat(({ fields }) => `${pages[Number(fields.Page) - 1]?.join('\r\n')}\r\n`);
    const found = await acquirer.findAuthorisations(sought);
    expect(sent.map(({ fields }) => fields.Page)).toEqual(['1', '2', '3']);
    expect([...(found ?? [])].map(([reference, finding]) => [reference, finding.found && finding.state])).toEqual([
      ['abc-1', 'authorised'],
      ['abc-2', 'voided'],
    ]);
  });

  it.each([
    ['authorised', 'authorised'],
    ['captured', 'captured'],
    ['voided', 'voided'],
    ['refunded', 'voided'],
    ['declined', 'declined'],
  ])('reads the state %s as %s', async (listed, state) => {
    const { acquirer } = escottThat(() => `ResponseCd=OK&Count=1&Next=\n${row('abc-1', listed)}\n`);
    expect((await acquirer.findAuthorisations(sought))?.get('abc-1')).toMatchObject({ found: true, state });
  });

  it('finds a declined one without a handle', async () => {
    const { acquirer } = escottThat(() => `ResponseCd=OK&Count=1&Next=\n${row('abc-1', 'declined', 1000, ',')}\n`);
    expect((await acquirer.findAuthorisations(sought))?.get('abc-1')).toMatchObject({
      state: 'declined',
      handle: null,
    });
  });

  it('takes no notice of lines it cannot read', async () => {
    const lines = ['ResponseCd=OK&Count=3&Next=', 'abc-1', row('abc-2', 'checked'), row('abc-1', 'sideways')];
    const { acquirer } = escottThat(() => lines.join('\n'));
    expect(await acquirer.findAuthorisations(sought)).toEqual(new Map());
  });

  it.each<[string, (sent: Sent) => Said]>([
    ['an error code', () => 'ResponseCd=K05&Count=0&Next=\n'],
    ['a busy page', () => ({ status: 503, text: '<html>busy</html>' })],
    ['a page of HTML', () => '<html></html>'],
    ['a reset', () => broken('ECONNRESET')],
    ['a refused connection', () => broken('ECONNREFUSED')],
    [
      'an error on the second page',
      ({ fields }) => (fields.Page === '1' ? `ResponseCd=OK&Count=1&Next=2\n${row('abc-1', 'authorised')}\n` : ''),
    ],
  ])('says that it could not be asked after %s', async (_, said) => {
    expect(await escottThat(said).acquirer.findAuthorisations(sought)).toBe(null);
  });
});

describe('e-SCOTT, asked for a transaction by its handle', () => {
  it.each([
    ['authorised', 'authorised'],
    ['captured', 'captured'],
    ['voided', 'voided'],
    ['refunded', 'voided'],
  ])('tells that it is %s', async (said, state) => {
    const { acquirer } = escottThat((one) => reply(one, 'OK', `&Amount=700&State=${said}`));
    expect(await acquirer.lookUp({ reference: 'abc-a', handle })).toEqual({
      found: true,
      state,
      amountYen: 700,
      handle,
    });
  });

  it.each<[string, (sent: Sent) => Said]>([
    ['an unknown handle', (one) => reply(one, 'K12')],
    ['a state that is no word', (one) => reply(one, 'OK', '&Amount=700&State=sideways')],
    ['the answer for another order', (one) => reply(one, 'OK', '&Amount=700&State=captured').replace('abc-a', 'abc-b')],
    ['a timeout', () => broken('TimeoutError')],
    ['a page of HTML', () => '<html></html>'],
  ])('says that it could not be asked after %s', async (_, said) => {
    expect(await escottThat(said).acquirer.lookUp({ reference: 'abc-a', handle })).toBe(null);
  });
});
