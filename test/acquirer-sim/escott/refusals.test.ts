import { describe, expect, it } from 'vitest';
import { createEscottWorld, type Fields, followUp, newPayment, OAUT, without } from './card.ts';

const auth = (changes: Fields = {}) => newPayment('1Auth', 'ref-1', changes);

type Line = [code: string, why: string, Fields];

const messageErrors: Line[] = [
  ['K02', 'an unknown merchant', auth({ MerchantId: 'M9999' })],
  ['K02', 'no merchant', without(auth(), 'MerchantId')],
  ['K03', 'a wrong password', auth({ MerchantPass: 'secret2' })],
  ['K04', 'a wrong shop', auth({ TenantId: '0002' })],
  ['K04', 'no shop where a card is named', without(auth(), 'TenantId')],
  ['K05', 'a date that does not exist', auth({ TransactionDate: '20170231' })],
  ['K06', 'an unknown operation', auth({ OperateId: '1Nothing' })],
  ['K06', 'the name of an inherited property as operation', auth({ OperateId: 'toString' })],
  ['K06', 'an operation that is not offered', auth({ OperateId: '5Auth' })],
  ['K07', 'a reference of 28 characters', auth({ MerchantFree1: 'x'.repeat(28) })],
  ['K07', 'a reference that would break the reply', auth({ MerchantFree1: 'a=b' })],
  ['K08', 'a free field with a line break', auth({ MerchantFree2: 'a\nb' })],
  ['K09', 'a free field with a comma', auth({ MerchantFree3: 'a,b' })],
  [
    'K10',
    'a handle that is too short',
    { ...auth({ OperateId: '1Delete', ProcessId: 'x', ProcessPass: 'a'.repeat(32) }) },
  ],
  ['K11', 'no password of the handle', { ...auth({ OperateId: '1Search', ProcessId: 'a'.repeat(32) }) }],
  ['K20', 'a card number with letters', auth({ CardNo: '4242abcd42424242' })],
  ['K20', 'no card number', without(auth(), 'CardNo')],
  ['K21', 'month 13', auth({ CardExp: '3013' })],
  ['K22', 'an unknown way of paying', auth({ PayType: '99' })],
  ['K23', 'an amount of 0', auth({ Amount: '0' })],
  ['K23', 'a negative amount', auth({ Amount: '-1' })],
  ['K23', 'an amount in full-width digits', auth({ Amount: '１０００' })],
  ['K23', 'an amount above seven digits', auth({ Amount: '10000000' })],
  ['K24', 'a security code of two digits', auth({ SecCd: '12' })],
  ['K80|K46', 'a member beside a card', auth({ KaiinId: 'abc' })],
  ['K45', 'a member’s id with a space', without(auth({ KaiinId: 'a b', KaiinPass: 'x' }), 'CardNo')],
  ['K28', 'a telephone number with letters', auth({ TelNo: '03-abc' })],
  ['K52', 'a name that is not in kana', auth({ KanaSei: 'Yamada' })],
  ['K36', 'a 3-D Secure field with a space', auth({ ECI3D: '0 5' })],
  ['KIW', 'a flag that is neither 0 nor 1', auth({ AuthKaiinAddFlg: '2' })],
  ['KHX', 'a token of a form that is none', auth({ Token: 'a-b' })],
  ['K20|K21|K22|K23', 'four wrong fields at once', auth({ CardNo: '', CardExp: '', PayType: '', Amount: '' })],
];

describe('e-SCOTT refuses', () => {
  it.each(messageErrors)('with %s %s', async (code, _, fields) => {
    const world = createEscottWorld();
    const reply = await world.post(OAUT, fields);
    expect(reply).toMatchObject({ status: 200, decidedBy: 'acquirer' });
    expect(reply.pairs.ResponseCd).toBe(code);
    expect((await world.control('GET', '/ledger')).json.rows).toEqual([]);
  });

  it('with K01 an empty message', async () => {
    expect((await createEscottWorld().post(OAUT, '')).pairs.ResponseCd).toBe('K01');
  });

  it('with K39 a capture without a posting date, with K23 one that names an amount', async () => {
    const world = createEscottWorld();
    const held = await world.post(OAUT, auth());
    const undated = await world.post(OAUT, without(followUp('1Capture', held), 'SalesDate'));
    const priced = await world.post(OAUT, followUp('1Capture', held, { Amount: '500' }));
    expect(undated.pairs.ResponseCd).toBe('K39');
    expect(priced.pairs.ResponseCd).toBe('K23');
  });

  it('with K12 an unknown handle, a wrong password, and the handle of another tenant', async () => {
    const world = createEscottWorld();
    const held = await world.post(OAUT, auth());
    const unknown = followUp('1Search', held, { ProcessId: '0'.repeat(32) });
    const wrong = followUp('1Capture', held, { ProcessPass: '0'.repeat(32) });
    const foreign = without(followUp('1Delete', held, { MerchantId: 'M0002', MerchantPass: 'secret2' }), 'TenantId');
    for (const fields of [unknown, wrong, foreign]) {
      expect((await world.post(OAUT, fields)).pairs.ResponseCd).toBe('K12');
    }
  });

  it('with K14 what comes in the wrong order, and books nothing for it', async () => {
    const world = createEscottWorld();
    const checked = await world.post(OAUT, newPayment('1Check', 'checked'));
    const sold = await world.post(OAUT, newPayment('1Gathering', 'sold'));
    const gone = await world.post(OAUT, auth({ MerchantFree1: 'gone' }));
    await world.post(OAUT, followUp('1Delete', gone));
    const wrong = [
      followUp('1Capture', checked),
      followUp('1Delete', checked),
      followUp('1Capture', sold),
      followUp('1Capture', gone),
      followUp('1Delete', gone),
      followUp('1Change', gone, { Amount: '1' }),
    ];
    const before = (await world.control('GET', '/ledger')).json.rows.length;
    for (const fields of wrong) expect((await world.post(OAUT, fields)).pairs.ResponseCd).toBe('K14');
    expect((await world.control('GET', '/ledger')).json.rows).toHaveLength(before);
  });

  it('all but one of two captures that race', async () => {
    const world = createEscottWorld();
    const held = await world.post(OAUT, auth());
    const race = [world.send(OAUT, followUp('1Capture', held)), world.send(OAUT, followUp('1Capture', held))];
    await world.clock.advance(30_000);
    const codes = (await Promise.all(race)).map(({ pairs }) => pairs.ResponseCd);
    expect(codes.filter((code) => code === 'OK')).toHaveLength(1);
    expect(codes.filter((code) => code === 'K14')).toHaveLength(1);
  });

  it('with K68 members and with KHZ tokens that the contract does not include', async () => {
    const tenants = [{ id: 'gateway', merchantId: 'M0001', merchantPass: 'secret1', members: false, tokens: false }];
    const world = createEscottWorld({ tenants });
    const member = { KaiinId: 'a', KaiinPass: 'b' };
    const added = await world.post('/online/crp/OCRP005.do', auth({ OperateId: '4MemAdd', ...member }));
    const charged = await world.post(OAUT, without(auth(member), 'CardNo'));
    const token = await world.post(OAUT, auth({ Token: 'abc' }));
    expect([added, charged, token].map(({ pairs }) => pairs.ResponseCd)).toEqual(['K68', 'K68', 'KHZ']);
  });

  it('a declined payment without a handle, in the issuer’s words', async () => {
    const world = createEscottWorld();
    const reply = await world.post(OAUT, auth({ CardNo: '4000000000080319' }));
    expect(reply).toMatchObject({ decidedBy: 'issuer', pairs: { ResponseCd: 'G12' } });
    expect(reply.pairs).not.toHaveProperty('ProcessId');
    expect((await world.control('GET', '/ledger')).json.rows).toMatchObject([
      { kind: 'authorise', result: 'declined', code: 'G12', state: 'declined', amountYen: 1_000 },
    ]);
  });

  it('at the front, with a page, when the queue is full', async () => {
    const world = createEscottWorld({ capacity: { workers: 1, queueMax: 1 } });
    const replies = [1, 2, 3].map((nth) => world.send(OAUT, auth({ MerchantFree1: `ref-${nth}` })));
    await world.clock.advance(30_000);
    const [first, second, third] = await Promise.all(replies);
    expect([first?.status, second?.status, third?.status]).toEqual([200, 200, 503]);
    expect(third).toMatchObject({ decidedBy: 'acquirer-queue', contentType: 'text/html; charset=UTF-8' });
    expect(third?.text).toContain('<!DOCTYPE html>');
    expect((await world.control('GET', '/load')).json.tenants.gateway).toMatchObject({
      arrived: 3,
      served: 2,
      overflowed: 1,
      capped: 0,
      refused: 0,
    });
    expect(world.events.map(({ event }) => event)).toEqual(['queue.overflowing', 'queue.calm']);
  });

  it('with K98 what is above the cap of the tenant, whoever at the tenant sent it, but no inquiry', async () => {
    const world = createEscottWorld();
    const held = await world.post(OAUT, auth());
    await world.control('PUT', '/caps/gateway', { ratePerSecond: 1 });
    const replies = [1, 2].map((nth) => world.send(OAUT, auth({ MerchantFree1: `capped-${nth}` })));
    const search = world.send(OAUT, followUp('1Search', held));
    const other = world.send(OAUT, without(auth({ MerchantId: 'M0002', MerchantPass: 'secret2' }), 'TenantId'));
    await world.clock.advance(30_000);
    const [first, second] = await Promise.all(replies);
    expect(first?.pairs.ResponseCd).toBe('OK');
    expect(second).toMatchObject({ status: 200, decidedBy: 'acquirer-cap' });
    expect(second?.pairs).toMatchObject({ ResponseCd: 'K98', MerchantFree1: 'capped-2' });
    expect((await search).pairs.ResponseCd).toBe('OK');
    expect((await other).pairs.ResponseCd).toBe('OK');
    await world.control('DELETE', '/caps/gateway');
    expect((await world.post(OAUT, auth({ MerchantFree1: 'later' }))).pairs.ResponseCd).toBe('OK');
  });
});
