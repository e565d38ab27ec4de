import { describe, expect, it } from 'vitest';
import { contacts, type Facts, ordinaryFacts } from '../../../gateway/mandate/facts.ts';
import { type MandateSettings, proposedSettings } from '../../../gateway/mandate/settings.ts';
import { decide } from '../../../gateway/mandate/table.ts';
import { judge, performed } from '../../../gateway/mandate/verdict.ts';

const facts = (some: Partial<Facts>): Facts => ({ ...ordinaryFacts, ...some });
const choosing = (some: Partial<MandateSettings>): MandateSettings => ({ ...proposedSettings, ...some });
const never = { cardAuth: 'none', cardAuthOn: null } as const;

/** What the guide leaves open: our default, and what another reader gets. */
const questions: Readonly<Record<`AMB-${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10}`, readonly [string, () => void]>> = {
  'AMB-1': [
    'a late adopter’s old cards are in scope, unless only cards from April 2025 are',
    () => {
      const old = facts({ ...never, on: '2025-09-01', adoptedOn: '2025-08-01', cardRegisteredOn: '2024-12-10' });
      expect(decide(old).duty).toBe('required');
      expect(decide(old, choosing({ lateAdopterScope: 'cards_from_april' }))).toMatchObject({
        duty: 'not_required',
        rule: 'TDS-40',
      });
    },
  ],
  'AMB-2': [
    'cards from April 2025 are in scope through the pattern, unless each has to be authenticated at registration',
    () => {
      const registering = facts({ ...never, pattern: 'CHG', moment: 'registration', cardRegisteredOn: '2025-05-10' });
      expect(decide(registering).duty).toBe('recommended');
      expect(decide(registering, choosing({ cardsFromApril: 'at_registration' })).duty).toBe('required');
    },
  ],
  'AMB-3': [
    'begun before the deadline and finished after it is late, unless the beginning counts',
    () => {
      const old = facts({
        ...never,
        on: '2025-09-01',
        adoptionBegunOn: '2025-03-01',
        adoptedOn: '2025-04-20',
        cardRegisteredOn: '2024-12-10',
      });
      expect(decide(old).rule).toBe('TDS-47');
      expect(decide(old, choosing({ adoptionCounts: 'beginning' })).rule).toBe('TDS-40');
    },
  ],
  'AMB-4': [
    'a changed contract is as needed under registration and a duty under recurring, unless both are a duty',
    () => {
      const changed = { moment: 'contact_point', contact: 'contract_change' } as const;
      expect(decide(facts(changed)).duty).toBe('as_needed');
      expect(decide(facts({ ...changed, pattern: 'REC' })).duty).toBe('required');
      expect(decide(facts(changed), choosing({ contactUnderRegistration: 'required' })).duty).toBe('required');
    },
  ],
  'AMB-5': [
    'the exemption needs both of its conditions, unless either will do',
    () => {
      const old = facts({ ...never, cardRegisteredOn: '2024-06-01', accountsCompliant: false });
      expect(decide(old).rule).toBe('TDS-42');
      expect(decide(old, choosing({ exemptionConditions: 'either' })).rule).toBe('TDS-40');
      const neither = { ...old, genuineLowRisk: false };
      expect(decide(neither, choosing({ exemptionConditions: 'either' })).duty).toBe('required');
    },
  ],
  'AMB-6': [
    'an attempted authentication counts as performed, unless it does not',
    () => {
      expect(performed('attempted')).toBe(true);
      expect(performed('attempted', choosing({ attempted: 'does_not_count' }))).toBe(false);
      expect(performed('verified', choosing({ attempted: 'does_not_count' }))).toBe(true);
    },
  ],
  'AMB-7': [
    'a failed authentication at registration leaves the duty unmet, unless trying is enough',
    () => {
      expect(performed('failed', proposedSettings, 'registration')).toBe(false);
      const trying = choosing({ failedRegistration: 'performed' });
      expect(performed('failed', trying, 'registration')).toBe(true);
      expect(performed('failed', trying, 'charge')).toBe(false);
    },
  ],
  'AMB-8': [
    'only changed contracts and additions are contact points, and the list may be longer',
    () => {
      const at = (contact: Facts['contact'], settings = proposedSettings) =>
        decide(facts({ pattern: 'REC', moment: 'contact_point', contact }), settings).duty;
      expect(contacts.filter((contact) => at(contact) === 'required')).toEqual(['contract_change', 'addition']);
      expect(at('card_update', choosing({ contactPoints: ['card_update'] }))).toBe('required');
      expect(at('addition', choosing({ contactPoints: ['card_update'] }))).toBe('not_required');
    },
  ],
  'AMB-9': [
    'other charges of the merchant’s own initiative are charges without the user, unless they are recurring',
    () => {
      const noShow = facts({ userPresent: false, cardAuth: 'CHARGE_3DS', cardAuthOn: '2025-05-10' });
      expect(decide(noShow).rule).toBe('TDS-61');
      expect(decide(noShow, choosing({ otherMerchantInitiated: 'recurring' })).rule).toBe('TDS-13');
      const first = { ...noShow, ...never };
      expect(judge(first, { operations: [], riskAnalysis: true }).compliant).toBe(false);
    },
  ],
  'AMB-10': [
    'an earlier authentication may be of any age, unless a limit is set',
    () => {
      const old = facts({ cardAuthOn: '2025-04-10', cardRegisteredOn: '2025-04-10', on: '2027-04-10' });
      expect(decide(old).duty).toBe('risk_based');
      const limited = choosing({ authenticationAgeDaysMax: 365 });
      expect(decide(old, limited).duty).toBe('required');
      expect(decide({ ...old, on: '2026-04-10' }, limited).duty).toBe('risk_based');
      expect(decide({ ...old, on: '2026-04-11' }, limited).duty).toBe('required');
    },
  ],
};

describe('what the guide leaves open', () => {
  for (const [id, [says, prove]] of Object.entries(questions)) it(`${id}: ${says}`, prove);
});
