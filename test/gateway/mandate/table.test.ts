import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { billings, contacts, type Facts, moments, patterns } from '../../../gateway/mandate/facts.ts';
import { type PaymentFacts, protectionOf } from '../../../gateway/mandate/protection.ts';
import { mandateRules } from '../../../gateway/mandate/rules.ts';
import { MandateSettings } from '../../../gateway/mandate/settings.ts';
import { decide } from '../../../gateway/mandate/table.ts';
import { judge } from '../../../gateway/mandate/verdict.ts';

const seed = Number(process.env.BREAKWATER_SEED ?? 20_250_401);
const runs = { seed, numRuns: 2_000 };

/** Days around everything that decides. */
const day = fc.constantFrom(
  '2019-01-01',
  '2024-12-10',
  '2025-02-01',
  '2025-03-31',
  '2025-04-01',
  '2025-05-10',
  '2025-08-01',
);
const later = fc.constantFrom('2025-04-01', '2025-06-01', '2026-11-22');
const anyFacts: fc.Arbitrary<Facts> = fc.record({
  pattern: fc.constantFrom(...patterns),
  moment: fc.constantFrom(...moments),
  on: fc.oneof(day, later),
  buyer: fc.constantFrom('account', 'guest'),
  userPresent: fc.boolean(),
  billing: fc.constantFrom(...billings),
  firstCharge: fc.boolean(),
  adoptedOn: fc.option(day),
  adoptionBegunOn: fc.option(day),
  cardRegisteredOn: day,
  cardAuth: fc.constantFrom('none', 'TOKEN_3DS', 'CHARGE_3DS'),
  cardAuthOn: fc.option(day),
  cardOnCustomer: fc.boolean(),
  genuineLowRisk: fc.boolean(),
  accountsCompliant: fc.boolean(),
  fraudSuspected: fc.boolean(),
  contact: fc.option(fc.constantFrom(...contacts)),
});
const anySettings: fc.Arbitrary<MandateSettings> = fc.record({
  lateAdopterScope: fc.constantFrom('all_cards', 'cards_from_april'),
  cardsFromApril: fc.constantFrom('pattern', 'at_registration'),
  adoptionCounts: fc.constantFrom('completion', 'beginning'),
  contactUnderRegistration: fc.constantFrom('as_needed', 'required'),
  exemptionConditions: fc.constantFrom('both', 'either'),
  attempted: fc.constantFrom('counts', 'does_not_count'),
  failedRegistration: fc.constantFrom('unmet', 'performed'),
  contactPoints: fc.subarray([...contacts]),
  otherMerchantInitiated: fc.constantFrom('user_absent', 'recurring'),
  authenticationAgeDaysMax: fc.option(fc.integer({ min: 1, max: 1000 })),
});

describe(`the table (seed ${seed})`, () => {
  it('answers every question there can be, by a rule that exists', () => {
    const asked = new Map<string, number>();
    fc.assert(
      fc.property(anyFacts, anySettings, (facts, settings) => {
        const { rule, also, duty, by } = decide(facts, settings);
        asked.set(rule, (asked.get(rule) ?? 0) + 1);
        for (const id of [rule, ...also]) expect(mandateRules).toHaveProperty(id);
        expect(by.length > 0).toBe(duty !== 'not_required');
      }),
      { seed, numRuns: 8_000 },
    );
    // A row that nothing reaches would be a rule that is not applied.
    const decisive = ['01', '04', '05', '08', '09', '10', '12', '13', '14', '15', '16', '17', '22', '25', '27', '28'];
    for (const id of [...decisive, '40', '41', '42', '43', '46', '47', '49', '60', '61', '62', '63', '64'])
      expect([...asked.keys()], `TDS-${id}`).toContain(`TDS-${id}`);
  });

  it('asks for nothing before the duty begins', () => {
    fc.assert(
      fc.property(anyFacts, anySettings, (facts, settings) => {
        expect(decide({ ...facts, on: '2025-03-31' }, settings).duty).toBe('not_required');
      }),
      runs,
    );
  });

  it('is satisfied by any of the operations that it names, whatever else is the case', () => {
    fc.assert(
      fc.property(anyFacts, anySettings, (facts, settings) => {
        const { duty, by } = decide(facts, settings);
        if (duty !== 'required') return;
        for (const operation of by)
          expect(judge(facts, { operations: [operation], riskAnalysis: false }, settings).compliant).toBe(true);
        expect(judge(facts, { operations: [], riskAnalysis: true }, settings).compliant).toBe(false);
      }),
      runs,
    );
  });

  it('never asks for less because the card was never authenticated', () => {
    const strength = { not_required: 0, recommended: 1, as_needed: 1, risk_based: 2, required: 3, impossible: 4 };
    fc.assert(
      fc.property(anyFacts, anySettings, (facts, settings) => {
        const never = decide({ ...facts, cardAuth: 'none', cardAuthOn: null }, settings);
        // An exempt card is asked for nothing, where an authenticated one is looked at by risk.
        if (never.rule === 'TDS-40' || never.also.includes('TDS-40')) return;
        expect(strength[never.duty]).toBeGreaterThanOrEqual(strength[decide(facts, settings).duty]);
      }),
      runs,
    );
  });

  it('is no source of protection: only 3-D Secure of the payment itself is, and never in a subscription', () => {
    const payment: fc.Arbitrary<PaymentFacts> = fc.record({
      atPayment: fc.constantFrom('verified', 'attempted', 'failed', null, 'unknown'),
      card: fc.subarray(['TOKEN_3DS', 'CARD_3DS']),
      billing: fc.constantFrom(...billings),
      firstCharge: fc.boolean(),
      recreated: fc.boolean(),
      exempt: fc.boolean(),
      byRegistration: fc.boolean(),
      amountChanged: fc.boolean(),
      reason: fc.constantFrom('fraud', 'other'),
    });
    fc.assert(
      fc.property(payment, (facts) => {
        const { protected: is } = protectionOf(facts);
        if (is === 'yes') expect(['verified', 'attempted']).toContain(facts.atPayment);
        if (facts.billing === 'payjp_subscription') expect(is).toBe('no');
        else expect(is === 'undetermined').toBe(facts.atPayment === 'unknown');
      }),
      runs,
    );
  });

  it('reads settings as they are written in a policy, and refuses what it does not know', () => {
    expect(MandateSettings.safeParse({ contactPoints: ['birthday'] }).success).toBe(false);
    expect(MandateSettings.safeParse({ lateAdopterScope: 'none' }).success).toBe(false);
    expect(MandateSettings.parse({ attempted: 'does_not_count' }).attempted).toBe('does_not_count');
  });
});
