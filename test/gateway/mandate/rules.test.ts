import { describe, expect, it } from 'vitest';
import { choicesOf, type Service } from '../../../gateway/mandate/choices.ts';
import { type Facts, ordinaryFacts } from '../../../gateway/mandate/facts.ts';
import { type MandateRule, mandateRules } from '../../../gateway/mandate/rules.ts';
import { proposedSettings } from '../../../gateway/mandate/settings.ts';
import { decide } from '../../../gateway/mandate/table.ts';
import {
  type AccountControls,
  adoption,
  judge,
  judgeShop,
  otherMeasures,
  type ShopFacts,
} from '../../../gateway/mandate/verdict.ts';

/** Facts that differ from an ordinary payment in what is named. */
const facts = (some: Partial<Facts> = {}): Facts => ({ ...ordinaryFacts, ...some });
const never = { cardAuth: 'none', cardAuthOn: null } as const;
const nothing = { operations: [], riskAnalysis: true } as const;

/** On file since before the merchant adopted 3-D Secure on time, and never authenticated. */
const fromBefore = facts({ ...never, adoptedOn: '2025-02-01', cardRegisteredOn: '2024-06-01' });
/** The same of a merchant that adopted it late. */
const lateAdopter = { ...never, on: '2025-09-01', adoptedOn: '2025-08-01' } as const;

const controls: AccountControls = { strictManagement: true, loginProtection: true, userConfirmed: true };
const shop = (some: Partial<ShopFacts> = {}): ShopFacts => ({
  on: '2025-06-01',
  sellsByCardInJapan: true,
  adoptedOn: '2025-02-01',
  pattern: 'REG',
  registrations: { all: 10, authenticated: 10 },
  payments: { all: 20, authenticated: 0 },
  excepted: 0,
  riskAnalysis: true,
  controls,
  ...some,
});
const service = (some: Partial<Service>): Service => ({
  accountsHoldCards: false,
  guests: false,
  billings: ['one_off'],
  wantsProtection: false,
  ...some,
});
const choice = (some: Partial<Service>, pattern: Facts['pattern']) =>
  choicesOf(service(some)).find((one) => one.pattern === pattern)!;
const advised = (some: Partial<Service>) => choicesOf(service(some)).find((one) => one.advised)!.pattern;

const duty = (some: Facts) => {
  const { duty: asked, by, rule } = decide(some);
  return [asked, by, rule] as const;
};

const nextUse = ['CARD_3DS', 'CHARGE_3DS'] as const;

/** One proof for each rule. The type asks for every id that there is. */
const proofs: Readonly<Record<MandateRule, () => void>> = {
  'TDS-01'() {
    expect(adoption(shop({ on: '2025-03-31', adoptedOn: null }))).toEqual({
      required: true,
      by: '2025-03-31',
      met: true,
      rule: 'TDS-01',
    });
    expect(adoption(shop({ on: '2025-04-01', adoptedOn: null })).met).toBe(false);
    expect(adoption(shop({ on: '2025-04-01', adoptedOn: null, sellsByCardInJapan: false })).required).toBe(false);
    expect(duty(facts({ ...never, on: '2025-03-31' }))).toEqual(['not_required', [], 'TDS-01']);
  },
  'TDS-02'() {
    expect(judgeShop(shop())).toEqual({ compliant: true, rules: ['TDS-02'] });
    const everyPayment = { payments: { all: 20, authenticated: 20 }, registrations: { all: 10, authenticated: 3 } };
    expect(judgeShop(shop({ ...everyPayment, pattern: 'CHG' }))).toEqual({ compliant: true, rules: ['TDS-02'] });
  },
  'TDS-03'() {
    const neither = { payments: { all: 20, authenticated: 19 }, registrations: { all: 10, authenticated: 9 } };
    expect(judgeShop(shop({ ...neither, pattern: 'CHG' }))).toEqual({ compliant: false, rules: ['TDS-03'] });
    expect(judgeShop(shop({ ...neither, pattern: 'CHG', excepted: 1 })).compliant).toBe(true);
  },
  'TDS-04'() {
    expect(duty(facts({ ...never, moment: 'registration' }))).toEqual(['required', ['TOKEN_3DS'], 'TDS-04']);
    expect(judge(facts({ ...never, moment: 'registration' }), nothing).compliant).toBe(false);
  },
  'TDS-05'() {
    expect(duty(facts())).toEqual(['risk_based', ['CHARGE_3DS'], 'TDS-05']);
    expect(judge(facts(), nothing)).toMatchObject({ compliant: true, rule: 'TDS-05' });
    expect(decide(facts({ fraudSuspected: true }))).toMatchObject({ duty: 'required', rule: 'TDS-05' });
  },
  'TDS-06'() {
    expect(judge(facts(), { ...nothing, riskAnalysis: false })).toMatchObject({ compliant: false, rule: 'TDS-06' });
    expect(judgeShop(shop({ riskAnalysis: false }))).toEqual({ compliant: false, rules: ['TDS-06'] });
  },
  'TDS-07'() {
    for (const missing of ['strictManagement', 'loginProtection', 'userConfirmed'] as const) {
      const lacking = { ...controls, [missing]: false };
      expect(otherMeasures('REG', lacking)).toEqual({ duty: 'required', rule: 'TDS-07', missing: [missing] });
      expect(judgeShop(shop({ controls: lacking }))).toEqual({ compliant: false, rules: ['TDS-07'] });
    }
  },
  'TDS-08'() {
    const skipped = facts({ ...never, cardRegisteredOn: '2025-02-01' });
    expect(judge(skipped, nothing)).toMatchObject({ compliant: false, rule: 'TDS-08' });
    expect(judge(skipped, { ...nothing, operations: ['CHARGE_3DS'] }).compliant).toBe(true);
    const oneSkipped = shop({ registrations: { all: 10, authenticated: 9 } });
    expect(judgeShop(oneSkipped)).toEqual({ compliant: false, rules: ['TDS-03'] });
  },
  'TDS-09'() {
    expect(duty(facts({ ...never, pattern: 'CHG', moment: 'registration' }))).toEqual([
      'recommended',
      ['TOKEN_3DS'],
      'TDS-09',
    ]);
  },
  'TDS-10'() {
    expect(duty(facts({ pattern: 'CHG' }))).toEqual(['required', ['CHARGE_3DS'], 'TDS-10']);
    expect(duty({ ...fromBefore, pattern: 'CHG' })[2]).toBe('TDS-10');
    // The card was authenticated at registration: that is another operation.
    expect(judge(facts({ pattern: 'CHG' }), { ...nothing, operations: ['TOKEN_3DS'] }).compliant).toBe(false);
  },
  'TDS-11'() {
    expect(otherMeasures('CHG', { ...controls, strictManagement: false })).toEqual({
      duty: 'as_needed',
      rule: 'TDS-11',
      missing: [],
    });
  },
  'TDS-12'() {
    const agreement = facts({ ...never, pattern: 'REC', billing: 'own_recurring', firstCharge: true });
    expect(duty({ ...agreement, moment: 'registration' })).toEqual(['required', ['TOKEN_3DS', 'CHARGE_3DS'], 'TDS-12']);
    expect(duty(agreement)).toEqual(['required', ['CHARGE_3DS'], 'TDS-12']);
    const authenticated = { cardAuth: 'TOKEN_3DS', cardAuthOn: '2025-05-10' } as const;
    expect(duty({ ...agreement, ...authenticated })).toEqual(['not_required', [], 'TDS-12']);
  },
  'TDS-13'() {
    const later = facts({ pattern: 'REC', billing: 'own_recurring', userPresent: false, cardAuth: 'CHARGE_3DS' });
    expect(duty(later)).toEqual(['not_required', [], 'TDS-13']);
    expect(judge(later, nothing).compliant).toBe(true);
  },
  'TDS-14'() {
    const changed = facts({ pattern: 'REC', moment: 'contact_point', contact: 'contract_change' });
    expect(duty(changed)).toEqual(['required', ['CARD_3DS'], 'TDS-14']);
    // Authentication of a payment is another operation.
    expect(judge(changed, { ...nothing, operations: ['CHARGE_3DS'] }).compliant).toBe(false);
  },
  'TDS-15'() {
    const added = facts({ pattern: 'REC', moment: 'contact_point', contact: 'addition' });
    expect(duty(added)).toEqual(['required', ['CARD_3DS'], 'TDS-15']);
  },
  'TDS-16'() {
    const loose = facts({ pattern: 'REC', moment: 'contact_point', contact: 'addition', cardOnCustomer: false });
    expect(duty(loose)).toEqual(['impossible', ['CARD_3DS'], 'TDS-16']);
    expect(judge(loose, nothing).compliant).toBe(false);
  },
  'TDS-17'() {
    const changed = facts({ moment: 'contact_point', contact: 'contract_change' });
    expect(duty(changed)).toEqual(['as_needed', ['CARD_3DS'], 'TDS-17']);
  },
  'TDS-18'() {
    expect(otherMeasures('REC', controls)).toEqual({ duty: 'as_needed', rule: 'TDS-18', missing: [] });
  },
  'TDS-20'() {
    expect(choice({ accountsHoldCards: true }, 'REG')).toMatchObject({ allowed: true, rules: ['TDS-20'] });
    expect(choice({}, 'REG').allowed).toBe(false);
  },
  'TDS-21'() {
    expect(choice({ billings: ['payjp_subscription'] }, 'REG')).toMatchObject({ allowed: true, rules: ['TDS-21'] });
  },
  'TDS-22'() {
    const only = { billings: ['payjp_subscription'] } as const;
    expect(choice(only, 'CHG')).toMatchObject({ allowed: false, rules: ['TDS-22'] });
    expect(advised({ ...only, wantsProtection: true })).toBe('REG');
    expect(duty(facts({ pattern: 'CHG', billing: 'payjp_subscription' }))).toEqual([
      'impossible',
      ['CHARGE_3DS'],
      'TDS-22',
    ]);
  },
  'TDS-23'() {
    expect(choice({ billings: ['own_recurring'] }, 'REG')).toMatchObject({ allowed: true, rules: ['TDS-23'] });
  },
  'TDS-24'() {
    expect(choice({ billings: ['own_recurring'] }, 'REC')).toMatchObject({ allowed: true, rules: ['TDS-24'] });
    expect(choice({ billings: ['one_off'] }, 'REC').allowed).toBe(false);
  },
  'TDS-25'() {
    expect(choice({ billings: ['payjp_subscription'] }, 'REC')).toMatchObject({ allowed: false, rules: ['TDS-25'] });
    expect(duty(facts({ pattern: 'REC', billing: 'payjp_subscription', userPresent: false }))).toEqual([
      'impossible',
      ['CHARGE_3DS'],
      'TDS-25',
    ]);
  },
  'TDS-26'() {
    expect(choice({ guests: true }, 'CHG')).toMatchObject({ allowed: true, rules: ['TDS-26'], advised: true });
  },
  'TDS-27'() {
    const guest = facts({ ...never, pattern: 'MIX', buyer: 'guest' });
    expect(duty(guest)).toEqual(['required', ['CHARGE_3DS'], 'TDS-27']);
    expect(judge(guest, { ...nothing, operations: ['CHARGE_3DS'] }).compliant).toBe(true);
  },
  'TDS-28'() {
    expect(decide(facts({ pattern: 'MIX' }))).toEqual({
      duty: 'risk_based',
      by: ['CHARGE_3DS'],
      rule: 'TDS-28',
      also: ['TDS-05'],
    });
  },
  'TDS-29'() {
    const mixed = { accountsHoldCards: true, guests: true };
    expect(choice(mixed, 'CHG').allowed).toBe(true);
    expect(choice(mixed, 'CHG').rules).toContain('TDS-29');
  },
  'TDS-30'() {
    const wanting = { accountsHoldCards: true, wantsProtection: true };
    expect(choice(wanting, 'CHG').rules).toContain('TDS-30');
    expect(advised(wanting)).toBe('CHG');
  },
  'TDS-31'() {
    const guest = facts({ pattern: 'MIX', buyer: 'guest', cardAuth: 'TOKEN_3DS' });
    expect(judge(guest, nothing)).toMatchObject({ compliant: false, rule: 'TDS-31' });
  },
  'TDS-40'() {
    expect(duty(fromBefore)).toEqual(['not_required', [], 'TDS-40']);
    expect(duty({ ...fromBefore, userPresent: false })).toEqual(['not_required', [], 'TDS-40']);
    expect(duty({ ...fromBefore, on: '2026-11-22' })).toEqual(['not_required', [], 'TDS-40']);
  },
  'TDS-41'() {
    expect(duty({ ...fromBefore, genuineLowRisk: false })).toEqual(['required', nextUse, 'TDS-41']);
  },
  'TDS-42'() {
    expect(duty({ ...fromBefore, accountsCompliant: false })).toEqual(['required', nextUse, 'TDS-42']);
  },
  'TDS-43'() {
    expect(duty({ ...fromBefore, fraudSuspected: true })).toEqual(['required', nextUse, 'TDS-43']);
    expect(duty({ ...fromBefore, fraudSuspected: true, on: '2026-01-01' })[2]).toBe('TDS-43');
  },
  'TDS-44'() {
    for (const cardRegisteredOn of ['2019-01-01', '2025-03-31', '2025-05-10']) {
      const decision = decide(facts({ ...lateAdopter, cardRegisteredOn }));
      expect(decision.duty).toBe('required');
      expect(decision.also).toContain('TDS-44');
    }
    // The last day of being on time, and the first of being late.
    const old = { ...never, on: '2025-09-01', cardRegisteredOn: '2024-12-10' } as const;
    expect(decide(facts({ ...old, adoptedOn: '2025-03-31' })).rule).toBe('TDS-40');
    expect(decide(facts({ ...old, adoptedOn: '2025-04-01' })).rule).toBe('TDS-47');
  },
  'TDS-45'() {
    const since = { ...never, cardRegisteredOn: '2025-04-01' } as const;
    for (const adoptedOn of ['2025-02-01', '2025-08-01', null]) {
      const decision = decide(facts({ ...since, on: '2025-09-01', adoptedOn }));
      expect(decision.duty).toBe('required');
      expect(decision.also).toContain('TDS-45');
    }
  },
  'TDS-46'() {
    expect(duty(facts({ ...lateAdopter, cardRegisteredOn: '2025-05-10' }))).toEqual(['required', nextUse, 'TDS-46']);
  },
  'TDS-47'() {
    expect(duty(facts({ ...lateAdopter, cardRegisteredOn: '2024-12-10' }))).toEqual(['required', nextUse, 'TDS-47']);
  },
  'TDS-48'() {
    const without = facts({ ...never, pattern: 'CHG', cardRegisteredOn: '2025-05-10' });
    expect(judge(without, { ...nothing, operations: ['CHARGE_3DS'] })).toMatchObject({
      compliant: true,
      rule: 'TDS-48',
    });
  },
  'TDS-49'() {
    const without = facts({ ...never, cardRegisteredOn: '2025-05-10' });
    expect(judge(without, nothing)).toMatchObject({ compliant: false, rule: 'TDS-49' });
  },
  'TDS-60'() {
    expect(duty(facts({ userPresent: false }))).toEqual(['not_required', [], 'TDS-60']);
  },
  'TDS-61'() {
    expect(duty(facts({ userPresent: false, cardAuth: 'CHARGE_3DS' }))).toEqual(['not_required', [], 'TDS-61']);
  },
  'TDS-62'() {
    for (const cardAuth of ['TOKEN_3DS', 'CHARGE_3DS'] as const)
      for (const pattern of ['REG', 'CHG', 'REC', 'MIX'] as const)
        expect(duty(facts({ moment: 'recreate', userPresent: false, pattern, cardAuth }))).toEqual([
          'not_required',
          [],
          'TDS-62',
        ]);
  },
  'TDS-63'() {
    const again = facts({ ...never, moment: 'recreate', userPresent: false });
    expect(judge(again, nothing)).toMatchObject({ compliant: false, rule: 'TDS-63' });
    // Unless the card is exempt anyway.
    expect(judge({ ...fromBefore, moment: 'recreate', userPresent: false }, nothing)).toMatchObject({
      compliant: true,
      rule: 'TDS-40',
    });
  },
  'TDS-64'() {
    expect(decide(facts({ moment: 'recreate', pattern: 'CHG' }))).toMatchObject({
      duty: 'required',
      rule: 'TDS-64',
      also: ['TDS-10'],
    });
    expect(decide(facts({ moment: 'recreate' }))).toMatchObject({ duty: 'risk_based', also: ['TDS-05'] });
  },
};

describe('the mandate, rule by rule', () => {
  for (const [id, prove] of Object.entries(proofs)) it(`${id}: ${mandateRules[id as MandateRule].says}`, prove);

  it('proposes one answer to every open question', () => {
    expect(proposedSettings).toMatchInlineSnapshot(`
      {
        "adoptionCounts": "completion",
        "attempted": "counts",
        "authenticationAgeDaysMax": null,
        "cardsFromApril": "pattern",
        "contactPoints": [
          "contract_change",
          "addition",
        ],
        "contactUnderRegistration": "as_needed",
        "exemptionConditions": "both",
        "failedRegistration": "unmet",
        "lateAdopterScope": "all_cards",
        "otherMerchantInitiated": "user_absent",
      }
    `);
  });
});
