import { describe, expect, it } from 'vitest';
import type { Json, Reply, World } from '../world.ts';
import { createEscottWorld, followUp, newPayment, OAUT } from './card.ts';

const rows = async (world: World): Promise<Json[]> => (await world.control('GET', '/ledger')).json.rows;
const transactions = async (world: World): Promise<Json[]> => (await world.control('GET', '/transactions')).json.rows;

describe('e-SCOTT card operations', () => {
  it('authorise a good card and hand out a handle, an approval number and the reference back', async () => {
    const world = createEscottWorld();
    const reply = await world.post(OAUT, newPayment('1Auth', 'ref-1', { SecCd: '123', MerchantFree2: 'order 7' }));
    expect(reply).toMatchObject({ status: 200, decidedBy: 'issuer', contentType: 'text/plain; charset=UTF-8' });
    expect(reply.pairs).toMatchObject({
      OperateId: '1Auth',
      TransactionDate: '20170712',
      MerchantFree1: 'ref-1',
      MerchantFree2: 'order 7',
      MerchantFree3: '',
      ResponseCd: 'OK',
      CompanyCd: 'Y1',
      McSecCd: '0',
    });
    expect(reply.pairs.TransactionId).toMatch(/^\d{13}$/);
    expect(reply.pairs.ProcessId).toMatch(/^[0-9a-z]{32}$/);
    expect(reply.pairs.ProcessPass).toMatch(/^[0-9a-z]{32}$/);
    expect(reply.pairs.ApproveNo).toMatch(/^\d{7}$/);
  });

  it('keep one handle for the life of a transaction', async () => {
    const world = createEscottWorld();
    const auth = await world.post(OAUT, newPayment('1Auth', 'ref-1'));
    const capture = await world.post(OAUT, followUp('1Capture', auth));
    const change = await world.post(OAUT, followUp('1Change', auth, { Amount: '400' }));
    const gone = await world.post(OAUT, followUp('1Delete', auth));
    for (const reply of [capture, change, gone]) {
      expect(reply.decidedBy).toBe('acquirer');
      expect(reply.pairs).toMatchObject({
        ResponseCd: 'OK',
        ProcessId: auth.pairs.ProcessId,
        ProcessPass: auth.pairs.ProcessPass,
        TransactionId: auth.pairs.TransactionId,
      });
    }
  });

  it('book a validity check without money', async () => {
    const world = createEscottWorld();
    const reply = await world.post(OAUT, newPayment('1Check', 'check-1'));
    expect(reply.pairs).toMatchObject({ ResponseCd: 'OK', McSecCd: '8' });
    expect(await rows(world)).toMatchObject([{ kind: 'check', amountYen: 0, state: 'checked', reference: 'check-1' }]);
  });

  it('take money at once with 1Gathering, and give part of it back with 1Change', async () => {
    const world = createEscottWorld();
    const sale = await world.post(OAUT, newPayment('1Gathering', 'ref-1'));
    await world.post(OAUT, followUp('1Change', sale, { Amount: '300' }));
    expect(await rows(world)).toMatchObject([
      { kind: 'gather', amountYen: 1_000, state: 'captured' },
      { kind: 'refund', amountYen: 700, state: 'captured' },
    ]);
    expect(await transactions(world)).toMatchObject([{ amountYen: 300, capturedYen: 1_000, refundedYen: 700 }]);
  });

  it('capture a lower amount as 1Change and then 1Capture', async () => {
    const world = createEscottWorld();
    const auth = await world.post(OAUT, newPayment('1Auth', 'ref-1'));
    await world.post(OAUT, followUp('1Change', auth, { Amount: '600' }));
    const capture = await world.post(OAUT, followUp('1Capture', auth));
    expect(capture.pairs).toMatchObject({ ResponseCd: 'OK', SalesDate: '20170712' });
    expect(await rows(world)).toMatchObject([
      { kind: 'authorise', amountYen: 1_000, state: 'authorised' },
      { kind: 'change', amountYen: 600, state: 'authorised' },
      { kind: 'capture', amountYen: 600, state: 'captured' },
    ]);
  });

  it('release a hold, and give everything back after a capture, with 1Delete', async () => {
    const world = createEscottWorld();
    const held = await world.post(OAUT, newPayment('1Auth', 'held'));
    const taken = await world.post(OAUT, newPayment('1Gathering', 'taken'));
    await world.post(OAUT, followUp('1Change', taken, { Amount: '900' }));
    await world.post(OAUT, followUp('1Delete', held));
    await world.post(OAUT, followUp('1Delete', taken));
    expect((await rows(world)).slice(-2)).toMatchObject([
      { reference: 'held', kind: 'void', amountYen: 1_000, state: 'voided' },
      { reference: 'taken', kind: 'refund', amountYen: 900, state: 'refunded' },
    ]);
  });

  it('ask the issuer again when an amount is raised, and change nothing when it says no', async () => {
    const world = createEscottWorld();
    const card = { CardNo: '4000000000080202', Amount: '9000' };
    const auth = await world.post(OAUT, newPayment('1Auth', 'ref-1', card));
    const raised = await world.post(OAUT, followUp('1Change', auth, { Amount: '10000' }));
    const refused = await world.post(OAUT, followUp('1Change', auth, { Amount: '10001' }));
    expect(raised).toMatchObject({ decidedBy: 'issuer', pairs: { ResponseCd: 'OK', Amount: '10000' } });
    expect(refused).toMatchObject({ decidedBy: 'issuer', pairs: { ResponseCd: 'G12' } });
    expect(await transactions(world)).toMatchObject([{ state: 'authorised', authorisedYen: 10_000 }]);
  });

  it('show amount, posting date and state with 1Search', async () => {
    const world = createEscottWorld();
    const auth = await world.post(OAUT, newPayment('1Auth', 'ref-1'));
    const search = () => world.post(OAUT, followUp('1Search', auth));
    expect((await search()).pairs).toMatchObject({ Amount: '1000', SalesDate: '', State: 'authorised' });
    await world.post(OAUT, followUp('1Capture', auth));
    expect((await search()).pairs).toMatchObject({ Amount: '1000', SalesDate: '20170712', State: 'captured' });
    await world.post(OAUT, followUp('1Delete', auth));
    expect((await search()).pairs).toMatchObject({ State: 'refunded' });
  });

  it('read their fields from the query string as well', async () => {
    const world = createEscottWorld();
    const reply = await world.post(`${OAUT}?${new URLSearchParams(newPayment('1Auth', 'ref-1')).toString()}`, '');
    expect(reply.pairs.ResponseCd).toBe('OK');
  });

  it('book an outcome that nobody waits for any more', async () => {
    const world = createEscottWorld({ capacity: { workers: 1, queueMax: 10 } });
    const abandoned = world.send(OAUT, newPayment('1Auth', 'ref-1'));
    await world.clock.advance(1);
    expect(await rows(world)).toEqual([]);
    await world.clock.advance(30_000);
    expect(await rows(world)).toMatchObject([{ reference: 'ref-1', state: 'authorised', replied: null }]);
    await abandoned;
  });

  it('never put a card number into the ledger', async () => {
    const world = createEscottWorld();
    await world.post(OAUT, newPayment('1Auth', 'ref-1'));
    expect(JSON.stringify([await rows(world), await transactions(world)])).not.toContain('4242424242424242');
    expect((await rows(world))[0].card).toMatch(/^[0-9a-f]{64}$/);
  });

  it('give a repeated message draws, and a handle, of its own', async () => {
    const world = createEscottWorld();
    const replies: Reply[] = [];
    for (let count = 0; count < 5; count += 1) replies.push(await world.post(OAUT, newPayment('1Check', 'probe')));
    const services = (await rows(world)).map((row: Json) => row.serviceUs);
    expect(new Set(services).size).toBe(5);
    expect(new Set(replies.map(({ pairs }) => pairs.ProcessId)).size).toBe(5);
  });
});
