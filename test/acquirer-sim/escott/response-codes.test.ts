import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fieldRules } from '../../../acquirer-sim/escott/fields.ts';
import { outcomeOf, responseCodes } from '../../../acquirer-sim/escott/response-codes.ts';
import { createEscottWorld, followUp, newPayment, OAUT, OCRP, without } from './card.ts';

const forced = (free1: string) => createEscottWorld().post(OAUT, newPayment('1Auth', free1));

describe('e-SCOTT’s ResponseCd table', () => {
  it('has every code that this room writes, and NG is not one', () => {
    const room = 'acquirer-sim/escott';
    const written = readdirSync(room)
      .filter((name) => name.endsWith('.ts') && name !== 'response-codes.ts')
      .flatMap((name) => readFileSync(`${room}/${name}`, 'utf8').match(/'(?:K[0-9A-Z]{2}|[CG]\d\d)'/g) ?? [])
      .map((quoted) => quoted.slice(1, -1))
      // Issuers' codes of other networks are read here and never sent.
      .filter((code) => !/^(G0\d|C12|C13|C14|C15)$/.test(code));
    expect(written.length).toBeGreaterThan(30);
    for (const code of [...written, ...Object.values(fieldRules).map((rule) => rule.code)]) {
      expect(responseCodes).toHaveProperty(code);
    }
    expect(responseCodes).not.toHaveProperty('NG');
  });

  it.each(Object.keys(responseCodes).filter((code) => code !== 'OK'))('has %s answered on demand', async (code) => {
    const reply = await forced(`sim-1Auth-${code}-1`);
    expect(reply).toMatchObject({ status: 200, decidedBy: 'magic', pairs: { ResponseCd: code } });
  });

  it('has several codes answered at once, joined by a bar', async () => {
    expect((await forced('sim-1Auth-C01.C03')).pairs.ResponseCd).toBe('C01|C03');
  });

  it('answers on demand that operation only, does nothing else, and knows no other code', async () => {
    const world = createEscottWorld();
    const forDelete = await world.post(OAUT, newPayment('1Auth', 'sim-1Delete-K99'));
    expect(forDelete.pairs.ResponseCd).toBe('OK');
    expect((await world.post(OAUT, followUp('1Delete', forDelete))).pairs.ResponseCd).toBe('K99');
    expect((await world.post(OAUT, followUp('1Search', forDelete))).pairs.State).toBe('authorised');
    expect((await world.post(OAUT, newPayment('1Auth', 'sim-1Auth-Z99'))).pairs.ResponseCd).toBe('OK');
    const member = without(newPayment('4MemAdd', 'sim-4MemAdd-K74'), 'PayType', 'Amount');
    expect((await world.post(OCRP, member)).pairs.ResponseCd).toBe('K74');
  });

  it('says after which codes a payment may have been carried out', () => {
    expect(['OK', 'G12', 'K20|K23', 'KHV', 'C02', 'K14|C03', 'K98', 'X00', ''].map(outcomeOf)).toEqual([
      'done',
      'not-done',
      'not-done',
      'reversed',
      'unknown',
      'unknown',
      'unknown',
      'unknown',
      'unknown',
    ]);
  });
});
