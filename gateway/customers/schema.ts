/** Forms of the customer and customer-card calls (payjp-api sections 3.2 and 3.3). */
import { z } from 'zod';
import { addressFields } from '../cards/address.ts';
import { bool, flexibleId, metadata, optional, text } from '../http/fields.ts';

const email = optional(z.email('invalid_email').max(255, 'invalid_email'));

export const CreateCustomer = z.strictObject({
  id: flexibleId,
  email,
  description: optional(text(500)),
  card: optional(text(100, 'invalid_card')),
  metadata,
});

export const UpdateCustomer = z.strictObject({
  email,
  description: optional(text(500)),
  card: optional(text(100, 'invalid_card')),
  default_card: optional(text(100, 'invalid_card')),
  metadata,
});

export const AddCard = z.strictObject({ card: text(100, 'invalid_card'), default: optional(bool), metadata });

export const UpdateCard = z.strictObject({
  name: optional(text(45, 'invalid_card_name')),
  email,
  phone: optional(text(20)),
  ...addressFields,
  metadata,
});
