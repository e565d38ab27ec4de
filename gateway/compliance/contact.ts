/** The same card at a contact point: what the table is asked about besides the payment itself. */
import type { Contact, Facts } from '../mandate/facts.ts';

export const contactFacts = (facts: Facts, contact: Contact | null): Facts => ({
  ...facts,
  moment: 'contact_point',
  contact,
});
