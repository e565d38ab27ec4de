import { describe, expect, it } from 'vitest';
import { createEscottWorld, followUp, newPayment, OAUT } from './card.ts';

describe('e-SCOTT card operations', () => {
  it('authorises a good card and hands out a handle, an approval number and the reference back', async () => {
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

  it('keeps one handle for the life of a transaction', async () => {
    const world = createEscottWorld();
    const auth = await world.post(OAUT, newPayment('1Auth', 'ref-1'));
    const capture = await world.post(OAUT, followUp('1Capture', auth));
    const change = await world.post(OAUT, followUp('1Change', auth, { Amount: '400' }));
    for (const reply of [capture, change]) {
      expect(reply.pairs).toMatchObject({
        ResponseCd: 'OK',
        ProcessId: auth.pairs.ProcessId,
        ProcessPass: auth.pairs.ProcessPass,
        TransactionId: auth.pairs.TransactionId,
      });
      expect(reply.decidedBy).toBe('acquirer');
    }
  });
});
