/** An acquirer's operator lifts a tenant's cap by hand. */
import { z } from 'zod';
import { eventKind } from '../event-kind.ts';

export const lift = eventKind({
  schema: z.strictObject({ kind: z.literal('lift'), acquirer: z.string(), tenant: z.string() }),
  role: 'reaction',
  title: ({ acquirer, tenant }) => ({
    en: `${acquirer} lifts the cap on ${tenant}`,
    ja: `${acquirer} が ${tenant} の制限を解除`,
  }),
  act: async (director, { acquirer, tenant }) => {
    await director.control(acquirer, 'DELETE', `caps/${tenant}`);
  },
});
