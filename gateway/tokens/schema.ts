/** The form of `POST /v1/tokens` (payjp-api section 3.4). */
import { z } from 'zod';
import { addressFields } from '../cards/address.ts';
import { bool, optional, text, whole } from '../http/fields.ts';

const digits = (pattern: RegExp, code: string) => z.string(code).regex(pattern, code);

export const CardForm = z.strictObject(
  {
    number: z
      .string('invalid_number')
      // Spaces and hyphens between digits, as people write them.
      .regex(/^[0-9]+([ -][0-9]+)*$/, 'invalid_number')
      .transform((number) => number.replace(/[ -]/g, ''))
      .pipe(digits(/^[0-9]{12,19}$/, 'invalid_number')),
    exp_month: whole(1, 12, 'invalid_expiry_month'),
    exp_year: whole(2000, 2099, 'invalid_expiry_year'),
    cvc: optional(digits(/^[0-9]{3,4}$/, 'invalid_cvc')),
    name: optional(digits(/^[A-Za-z0-9 .-]{1,45}$/, 'invalid_card_name')),
    email: optional(z.email('invalid_email').max(255, 'invalid_email')),
    phone: optional(text(20)),
    ...addressFields,
  },
  // A token's id where its fields belong.
  'invalid_card',
);
export type CardForm = z.output<typeof CardForm>;

export const CreateToken = z.strictObject({
  card: CardForm,
  tenant: optional(text(100)),
  three_d_secure: optional(bool),
});
