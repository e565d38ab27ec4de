/** Dates of card non-retention: until when card numbers are taken from merchants' servers. */
import { z } from 'zod';

/** With its offset: a date in a policy is a moment, and nobody has to guess whose midnight it is. */
const instant = z.iso.datetime({ offset: true });

const Dates = z
  .strictObject({
    /** From then on accepted with a warning header, and recorded; null: never. */
    deprecatedFrom: instant.nullable(),
    /** From then on refused with `unsafe_credit_card_param`; null: never. */
    refusedFrom: instant.nullable(),
  })
  .superRefine(({ deprecatedFrom, refusedFrom }, context) => {
    if (deprecatedFrom === null || refusedFrom === null) return;
    if (Date.parse(refusedFrom) < Date.parse(deprecatedFrom))
      context.addIssue({ code: 'custom', path: ['refusedFrom'], message: 'must not be before deprecatedFrom' });
  });

export const NonRetention = z.strictObject({
  /** Off: calls are not looked at, and only `POST /v1/tokens` knows what a card number is. */
  enabled: z.boolean(),
  endpoints: z.strictObject({ tokens: Dates, charges: Dates, customers: Dates, customer_cards: Dates }),
});
export type NonRetention = z.output<typeof NonRetention>;
