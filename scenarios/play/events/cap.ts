/** An acquirer's operator caps a whole tenant by hand, at the minute the scenario says. */
import { z } from 'zod';
import { eventKind } from '../event-kind.ts';
import { TimeOfDay } from '../times.ts';

export const cap = eventKind({
  schema: z.strictObject({
    kind: z.literal('cap'),
    acquirer: z.string(),
    tenant: z.string(),
    ratePerSecond: z.number().positive(),
    /** Lifted then; absent: until a `lift`. */
    until: TimeOfDay.optional(),
  }),
  role: 'cause',
  title: ({ acquirer, tenant, ratePerSecond }) => ({
    en: `${acquirer} caps ${tenant} at ${ratePerSecond}/s`,
    ja: `${acquirer} が ${tenant} を毎秒${ratePerSecond}件に制限`,
  }),
  act: async (director, { acquirer, tenant, ratePerSecond }, { untilMs }) => {
    await director.control(acquirer, 'PUT', `caps/${tenant}`, { ratePerSecond });
    if (untilMs !== null)
      director.schedule(untilMs, async () => {
        await director.control(acquirer, 'DELETE', `caps/${tenant}`);
      });
  },
});
