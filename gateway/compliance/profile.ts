/**
 * What the gateway knows of a merchant for the 3-D Secure mandate: what the merchant has declared, and what
 * is done about what is missing. PAY.JP's API has no word for most of it, so an operator writes it down.
 */
import { z } from 'zod';
import { type Billing, type Contact, contacts, patterns } from '../mandate/facts.ts';
import { Enforcement } from '../policy/mandate.ts';

const day = z.iso.date();
const unsaid = z.boolean().default(false);

/** Declared by the merchant. What is not said is taken as not done. */
export const MandateProfile = z
  .strictObject({
    pattern: z.enum(patterns).default('MIX'),
    /** 3-D Secure went into use; null: it has not. */
    adoptedOn: day.nullable().default(null),
    adoptionBegunOn: day.nullable().default(null),
    sellsByCardInJapan: z.boolean().default(true),
    /** It charges its customers by itself, without subscriptions of ours. */
    ownRecurring: unsaid,
    /** Who begins a charge of a stored card, where the charge itself does not say (`declarations`). */
    storedCards: z.enum(['user', 'merchant']).default('user'),
    riskAnalysis: unsaid,
    /** From this amount on its risk analysis asks for 3-D Secure; null: it names none. */
    riskAmountYen: z.int().positive().nullable().default(null),
    genuineLowRisk: unsaid,
    controls: z.strictObject({ strictManagement: unsaid, loginProtection: unsaid, userConfirmed: unsaid }).prefault({}),
  })
  .superRefine((profile, context) => {
    if (profile.pattern === 'REC' && !profile.ownRecurring)
      context.addIssue({ code: 'custom', path: ['pattern'], message: 'REC is for own recurring charges (TDS-24)' });
    const { adoptedOn, adoptionBegunOn } = profile;
    if (adoptedOn !== null && adoptionBegunOn !== null && adoptedOn < adoptionBegunOn)
      context.addIssue({ code: 'custom', path: ['adoptedOn'], message: 'is before adoptionBegunOn' });
  });
export type MandateProfile = z.output<typeof MandateProfile>;

export const NewMandate = z.strictObject({
  /** Null: as the policy says. */
  enforcement: Enforcement.nullable().default(null),
  profile: MandateProfile.prefault({}),
});
export type NewMandate = z.output<typeof NewMandate>;

/** Of a merchant that has said nothing. */
export const silence: NewMandate = NewMandate.parse({});

/**
 * What a charge may declare of itself, as metadata, because PAY.JP's form has no field for it:
 * `mandate_initiated_by` (`user`, `merchant`), `mandate_recreates` (the charge whose authorisation lapsed)
 * and `mandate_contact_point` (one of `mandate/facts.ts`). Anything else says nothing.
 */
export interface Declarations {
  readonly initiatedBy: 'user' | 'merchant' | null;
  readonly recreates: string | null;
  readonly contact: Contact | null;
}

export const declarationsOf = (metadata: Readonly<Record<string, string>> | undefined): Declarations => {
  const initiated = metadata?.mandate_initiated_by;
  const contact = metadata?.mandate_contact_point;
  return {
    initiatedBy: initiated === 'user' || initiated === 'merchant' ? initiated : null,
    recreates: metadata?.mandate_recreates ?? null,
    contact: contacts.find((one) => one === contact) ?? null,
  };
};

/** How the merchant bills where nobody is at the screen. */
export const billingOf = (
  subscriptionId: string | null,
  userPresent: boolean,
  { ownRecurring }: MandateProfile,
  firstOfAgreement: boolean,
): Billing => {
  if (subscriptionId !== null) return 'payjp_subscription';
  return ownRecurring && (!userPresent || firstOfAgreement) ? 'own_recurring' : 'one_off';
};
