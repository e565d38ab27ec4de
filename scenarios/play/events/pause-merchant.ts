/** A person at the gateway pauses a merchant: what was done by hand before there were limits. */
import { z } from 'zod';
import { eventKind } from '../event-kind.ts';

export const pauseMerchant = eventKind({
  schema: z.strictObject({
    kind: z.literal('pause-merchant'),
    member: z.string(),
    reason: z.string().min(1),
  }),
  role: 'reaction',
  title: ({ member }) => ({ en: `a person pauses ${member}`, ja: `担当者が ${member} を停止` }),
  act: async (director, { member, reason }) => {
    await director.gatewayAdmin('POST', `merchants/${member}/pause`, { reason });
  },
});
