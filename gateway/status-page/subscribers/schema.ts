/** What somebody who subscribes sends: a form, or JSON of the same shape. */
import { z } from 'zod';

/** RFC 5321 section 4.5.3.1: a path is at most 256 characters with its brackets. */
const mailAddressMax = 254;
const urlMax = 2_000;

/** No line break, no comma, no angle bracket: one address and nothing besides (header injection). */
const MailAddress = z
  .string()
  .trim()
  .max(mailAddressMax)
  .regex(/^[^\s<>,;:"()[\]\\\p{Cc}]+$/u)
  .pipe(z.email());

const language = z.enum(['ja', 'en']).default('ja');

/** Hidden from people; who fills it in is none. */
const trap = z.string().max(2_000).default('');

export const SubscriptionForm = z.discriminatedUnion('channel', [
  z.strictObject({
    channel: z.literal('mail'),
    target: MailAddress,
    lang: language,
    website: trap,
  }),
  z.strictObject({
    channel: z.literal('webhook'),
    target: z
      .string()
      .trim()
      .max(urlMax)
      .pipe(z.url({ protocol: /^https?$/ })),
    lang: language,
    website: trap,
  }),
]);
export type SubscriptionForm = z.output<typeof SubscriptionForm>;
