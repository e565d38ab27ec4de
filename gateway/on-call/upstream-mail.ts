/**
 * What an acquirer's operators write by mail, as their notices by webhook. Pure.
 *
 * The mail service posts each message as JSON. Who wrote it is known by the address and by what
 * the service found out about it (DKIM); without both it is a forgery and nothing is done. People
 * write as they like, so only few words count, and a mail in which none of them stands is shown to
 * people and moves nothing.
 */
import { z } from 'zod';

export const InboundMail = z.object({
  from: z.string().min(3).max(320),
  subject: z.string().max(998).default(''),
  text: z.string().max(200_000).default(''),
  messageId: z.string().max(998).default(''),
  /** The mail service's own verdict on the signature of the sender's domain. */
  dkim: z.enum(['pass', 'fail', 'none']),
});
export type InboundMail = z.infer<typeof InboundMail>;

export type UpstreamWord =
  | { readonly kind: 'restricting_you' | 'lifted' | 'maintenance' | 'message'; readonly acquirer: string }
  | { readonly kind: 'forged'; readonly why: 'address' | 'signature' };

/** Later ones win: "the restriction is lifted" is a lifting. */
const words: readonly (readonly ['maintenance' | 'restricting_you' | 'lifted', RegExp])[] = [
  ['maintenance', /メンテナンス|maintenance/i],
  ['restricting_you', /制限|restrict/i],
  ['lifted', /解除|lifted/i],
];

/** The address inside `Name <address>`, in lower case; control characters end it. */
const addressOf = (from: string): string => (/<([^<>\s]+)>\s*$/.exec(from)?.[1] ?? from).trim().toLowerCase();

/** @param senders addresses of each acquirer's operators */
export const readUpstreamMail = (
  mail: InboundMail,
  senders: readonly { readonly acquirer: string; readonly addresses: readonly string[] }[],
): UpstreamWord => {
  const address = addressOf(mail.from);
  const sender = senders.find(({ addresses }) => addresses.some((one) => one.toLowerCase() === address));
  if (sender === undefined) return { kind: 'forged', why: 'address' };
  if (mail.dkim !== 'pass') return { kind: 'forged', why: 'signature' };
  const said = `${mail.subject}\n${mail.text}`;
  const kind = words.findLast(([, pattern]) => pattern.test(said))?.[0] ?? 'message';
  return { kind, acquirer: sender.acquirer };
};
