import { describe, expect, it } from 'vitest';
import type { Json, World } from '../world.ts';
import { createEscottWorld, followUp, newPayment, OAUT, OSTL, settlement, without } from './card.ts';

const again = (Amount: string) => ({ Amount, SalesDate: '20170712' });
const rows = async (world: World): Promise<Json[]> => (await world.control('GET', '/ledger')).json.rows;

describe('e-SCOTT’s 1ReAuth', () => {
  it('holds money again on the handle of a hold that was deleted', async () => {
    const world = createEscottWorld();
    const held = await world.post(OAUT, newPayment('1Auth', 'ref-1'));
    await world.post(OAUT, followUp('1Delete', held));
    const anew = await world.post(OAUT, followUp('1ReAuth', held, again('700')));
    expect(anew).toMatchObject({
      decidedBy: 'issuer',
      pairs: {
        ResponseCd: 'OK',
        ProcessId: held.pairs.ProcessId,
        ProcessPass: held.pairs.ProcessPass,
        CompanyCd: 'Y1',
      },
    });
    expect(anew.pairs.TransactionId).not.toBe(held.pairs.TransactionId);
    expect(anew.pairs.ApproveNo).not.toBe(held.pairs.ApproveNo);
    expect((await world.post(OAUT, followUp('1Search', held))).pairs).toMatchObject({
      State: 'authorised',
      Amount: '700',
    });
    expect((await world.post(OAUT, followUp('1Capture', held))).pairs.ResponseCd).toBe('OK');
    expect((await rows(world)).map(({ kind, state, reference }) => [kind, state, reference])).toEqual([
      ['authorise', 'authorised', 'ref-1'],
      ['void', 'voided', 'ref-1'],
      ['authorise', 'authorised', 'ref-1'],
      ['capture', 'captured', 'ref-1'],
    ]);
  });

  it('sells again what was sold at once, on the day it names', async () => {
    const world = createEscottWorld();
    const sold = await world.post(OAUT, newPayment('1Gathering', 'ref-1'));
    await world.post(OAUT, followUp('1Delete', sold));
    await world.post(OAUT, followUp('1ReAuth', sold, { Amount: '1500', SalesDate: '20170713' }));
    expect((await rows(world)).at(-1)).toMatchObject({ kind: 'gather', amountYen: 1_500, state: 'captured' });
    await world.clock.advance(48 * 3_600_000);
    const file = (await world.post(OSTL, settlement({ Date: '20170713' }))).text.trimEnd().split('\n');
    expect(file.slice(1).map((line) => line.split(',')[2])).toEqual(['1ReAuth']);
  });

  it('leaves the transaction deleted when the issuer refuses, and may be tried again', async () => {
    const world = createEscottWorld();
    const held = await world.post(OAUT, newPayment('1Auth', 'ref-1', { CardNo: '4000000000080202' }));
    await world.post(OAUT, followUp('1Delete', held));
    const refused = await world.post(OAUT, followUp('1ReAuth', held, again('10001')));
    expect(refused).toMatchObject({ decidedBy: 'issuer', pairs: { ResponseCd: 'G12' } });
    expect((await world.post(OAUT, followUp('1Search', held))).pairs.State).toBe('voided');
    expect((await world.post(OAUT, followUp('1ReAuth', held, again('10000')))).pairs.ResponseCd).toBe('OK');
  });

  it('goes round and round: deleted and authorised again', async () => {
    const world = createEscottWorld();
    const held = await world.post(OAUT, newPayment('1Auth', 'ref-1'));
    const ids = new Set([held.pairs.TransactionId]);
    for (let round = 0; round < 3; round += 1) {
      expect((await world.post(OAUT, followUp('1Delete', held))).pairs.ResponseCd).toBe('OK');
      const anew = await world.post(OAUT, followUp('1ReAuth', held, again('1000')));
      expect(anew.pairs.ResponseCd).toBe('OK');
      ids.add(anew.pairs.TransactionId);
    }
    expect(ids.size).toBe(4);
  });

  it('is K14 after anything but 1Delete, K23 without an amount, K39 without a date', async () => {
    const world = createEscottWorld();
    const held = await world.post(OAUT, newPayment('1Auth', 'ref-1'));
    const sold = await world.post(OAUT, newPayment('1Gathering', 'ref-2'));
    const checked = await world.post(OAUT, newPayment('1Check', 'ref-3'));
    for (const of of [held, sold, checked]) {
      expect((await world.post(OAUT, followUp('1ReAuth', of, again('1000')))).pairs.ResponseCd).toBe('K14');
    }
    const bare = without(followUp('1ReAuth', held, again('1000')), 'Amount', 'SalesDate');
    expect((await world.post(OAUT, bare)).pairs.ResponseCd).toBe('K23|K39');
  });
});
