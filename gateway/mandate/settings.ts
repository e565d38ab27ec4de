/**
 * What the guide leaves open, each as a named choice with the default that we propose.
 *
 * The numbers are those of the list of ambiguities that the rules were read with; another reader may
 * choose otherwise without touching a rule.
 */
import { z } from 'zod';
import { contacts } from './facts.ts';

export const MandateSettings = z.strictObject({
  /**
   * AMB-1. A late adopter: S4 L57 ends the exemption of every card from before adoption, L58 names only
   * cards from April 2025 on.
   */
  lateAdopterScope: z.enum(['all_cards', 'cards_from_april']).default('all_cards'),
  /** AMB-2. Does S4 L58 force authentication at registration under `CHG`? `pattern`: only as the pattern in force asks. */
  cardsFromApril: z.enum(['pattern', 'at_registration']).default('pattern'),
  /** AMB-3. Begun before the deadline and finished after it: which day counts (S4 L56, L57)? */
  adoptionCounts: z.enum(['completion', 'beginning']).default('completion'),
  /** AMB-4. A changed contract under `REG`: "as needed" (S4 L29), or the flat duty of `REC` (L45)? */
  contactUnderRegistration: z.enum(['as_needed', 'required']).default('as_needed'),
  /** AMB-5. The two conditions of the exemption (S4 L52, L53): both, or one of them? */
  exemptionConditions: z.enum(['both', 'either']).default('both'),
  /** AMB-6. An authentication that was only attempted, because issuer or cardholder takes no part. */
  attempted: z.enum(['counts', 'does_not_count']).default('counts'),
  /** AMB-7. An authentication that failed at registration: the duty is unmet, and nothing is registered. */
  failedRegistration: z.enum(['unmet', 'performed']).default('unmet'),
  /** AMB-8. Which contacts ask for authentication (S4 L45). */
  contactPoints: z.array(z.enum(contacts)).default(['contract_change', 'addition']),
  /**
   * AMB-9. S4 L10 says "such as" recurring charges. Other charges that the merchant initiates (a fee for
   * not showing up, a top-up): as any charge without the user (L65), or as `REC`?
   */
  otherMerchantInitiated: z.enum(['user_absent', 'recurring']).default('user_absent'),
  /** AMB-10. How old an earlier authentication may be, in days; null: any age. */
  authenticationAgeDaysMax: z.int().positive().nullable().default(null),
});
export type MandateSettings = z.output<typeof MandateSettings>;

export const proposedSettings: MandateSettings = MandateSettings.parse({});
