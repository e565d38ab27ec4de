import { describe, expect, it } from 'vitest';
import { type PaymentFacts, protectionOf } from '../../../gateway/mandate/protection.ts';
import { type ProtectionRule, protectionRules, rules } from '../../../gateway/mandate/rules.ts';

/** An ordinary payment by a buyer at the screen, without any authentication. */
const payment = (some: Partial<PaymentFacts>): PaymentFacts => ({
  atPayment: null,
  card: [],
  billing: 'one_off',
  firstCharge: false,
  recreated: false,
  exempt: false,
  byRegistration: false,
  amountChanged: false,
  reason: 'fraud',
  ...some,
});
const answer = (some: Partial<PaymentFacts>) => {
  const { protected: is, rule } = protectionOf(payment(some));
  return [is, rule] as const;
};

/** One proof for each rule. The type asks for every id that there is. */
const proofs: Readonly<Record<ProtectionRule, () => void>> = {
  'CBP-01'() {
    expect(answer({ atPayment: 'verified' })).toEqual(['yes', 'CBP-01']);
    expect(answer({})).toEqual(['no', 'CBP-01']);
    expect(answer({ atPayment: 'failed' })).toEqual(['no', 'CBP-01']);
  },
  'CBP-02'() {
    expect(answer({ card: ['TOKEN_3DS'] })).toEqual(['no', 'CBP-02']);
  },
  'CBP-03'() {
    expect(answer({ card: ['CARD_3DS'] })).toEqual(['no', 'CBP-03']);
  },
  'CBP-04'() {
    expect(answer({ billing: 'payjp_subscription', card: ['TOKEN_3DS'] })).toEqual(['no', 'CBP-04']);
    // Whatever anybody claims to have done.
    expect(answer({ billing: 'payjp_subscription', atPayment: 'verified' })).toEqual(['no', 'CBP-04']);
  },
  'CBP-05'() {
    expect(answer({ billing: 'own_recurring', firstCharge: true, atPayment: 'verified' })).toEqual(['yes', 'CBP-05']);
  },
  'CBP-06'() {
    expect(answer({ billing: 'own_recurring', card: ['TOKEN_3DS'] })).toEqual(['no', 'CBP-06']);
  },
  'CBP-07'() {
    expect(answer({ recreated: true, card: ['TOKEN_3DS'] })).toEqual(['no', 'CBP-07']);
  },
  'CBP-08'() {
    expect(answer({ exempt: true })).toEqual(['no', 'CBP-08']);
  },
  'CBP-09'() {
    const flagged = { byRegistration: true, card: ['TOKEN_3DS'] } as const;
    expect(answer({ ...flagged, atPayment: 'verified' })).toEqual(['yes', 'CBP-09']);
    // This charge only.
    expect(answer(flagged)).toEqual(['no', 'CBP-02']);
  },
  'CBP-10'() {
    expect(answer({ atPayment: 'unknown' })).toEqual(['undetermined', 'CBP-10']);
    // Nothing that it is asked with says whether the mandate was met.
    expect(Object.keys(payment({}))).not.toContain('compliant');
  },
  'CBP-11'() {
    // A card that skipped registration breaches the mandate; this payment was authenticated all the same.
    expect(answer({ byRegistration: true, card: [], atPayment: 'verified' })[0]).toBe('yes');
  },
  'CBP-12'() {
    expect(protectionOf(payment({ atPayment: 'verified' })).also).toContain('CBP-12');
    expect(protectionOf(payment({})).also).not.toContain('CBP-12');
  },
  'CBP-X1'() {
    expect(answer({ atPayment: 'verified', reason: 'other' })).toEqual(['no', 'CBP-X1']);
  },
  'CBP-X2'() {
    expect(answer({ atPayment: 'attempted' })).toEqual(['yes', 'CBP-X2']);
  },
  'CBP-X3'() {
    expect(answer({ atPayment: 'verified', amountChanged: true })).toEqual(['no', 'CBP-X3']);
  },
  'CBP-X4'() {
    expect(protectionOf(payment({ exempt: true })).also).toContain('CBP-X4');
  },
};

describe('chargeback protection, rule by rule', () => {
  for (const [id, prove] of Object.entries(proofs)) it(`${id}: ${protectionRules[id as ProtectionRule].says}`, prove);

  it('keeps what the seed says apart from what other pages say', () => {
    for (const [id, { standing, source }] of Object.entries(rules)) {
      expect(standing === 'elsewhere', id).toBe(/-X\d$/.test(id));
      expect(/^S4 L\d/.test(source), `${id}: ${source}`).toBe(standing !== 'elsewhere');
    }
  });
});
