/** Forms of the charge calls (payjp-api section 3.1). */
import { z } from 'zod';
import { bool, currency, metadata, optional, text, whole, yen } from '../http/fields.ts';

const amountMin = 50;
const amountMax = 9_999_999;

export const CreateCharge = z.strictObject({
  amount: yen(amountMin, amountMax),
  currency,
  card: optional(text(100, 'invalid_card')),
  customer: optional(text(100)),
  capture: optional(bool),
  expiry_days: optional(whole(1, 60, 'invalid_expiry_days')),
  description: optional(text(500)),
  metadata,
  three_d_secure: optional(bool),
});
export type CreateCharge = z.output<typeof CreateCharge>;

export const CaptureCharge = z.strictObject({ amount: optional(yen(amountMin, amountMax)) });

export const RefundCharge = z.strictObject({
  amount: optional(yen(1, amountMax, 'invalid_refund_amount')),
  refund_reason: optional(text(255, 'invalid_refund_reason')),
});

export const ReauthCharge = z.strictObject({ expiry_days: optional(whole(1, 60, 'invalid_expiry_days')) });

export const UpdateCharge = z.strictObject({ description: optional(text(500)), metadata });
