/** A person at the gateway lets a paused merchant in again. */
import { z } from 'zod';
import { eventKind } from '../event-kind.ts';

export const resumeMerchant = eventKind({
  schema: z.strictObject({
    kind: z.literal('resume-merchant'),
    member: z.string(),
    /** Without the ramp, as in 2020. */
    atOnce: z.boolean().default(false),
  }),
  role: 'reaction',
  title: ({ member, atOnce }) => ({
    en: `a person resumes ${member}${atOnce ? ', all at once' : ''}`,
    ja: `担当者が ${member} を${atOnce ? '一度に' : ''}再開`,
  }),
  act: async (director, { member, atOnce }) => {
    await director.gatewayAdmin('POST', `merchants/${member}/resume`, { atOnce });
  },
});
