/**
 * A flood of requests aimed at another tenant of an acquirer (2017-07-12 and 13).
 *
 * It is arrivals, nothing else: whoever shares the queue suffers as far as the capacity says.
 */
import { z } from 'zod';
import { eventKind } from '../event-kind.ts';
import { TimeOfDay } from '../times.ts';

export const flood = eventKind({
  schema: z.strictObject({
    kind: z.literal('flood'),
    acquirer: z.string(),
    tenant: z.string(),
    ratePerSecond: z.number().positive(),
    /** Distinct client addresses it comes from; many make blocking by address useless. */
    addresses: z.int().positive().optional(),
    until: TimeOfDay,
  }),
  role: 'cause',
  title: ({ acquirer, tenant, ratePerSecond }) => ({
    en: `flood of ${ratePerSecond}/s on ${tenant} at ${acquirer}`,
    ja: `${acquirer} の別加盟店 ${tenant} へ毎秒${ratePerSecond}件の大量アクセス`,
  }),
  act: async (director, { acquirer, tenant, ratePerSecond, addresses }, { untilMs }) => {
    const path = `tenants/${tenant}/traffic`;
    await director.control(acquirer, 'PUT', path, {
      ratePerSecond,
      ...(addresses === undefined ? {} : { sources: addresses }),
    });
    if (untilMs !== null)
      director.schedule(untilMs, async () => {
        await director.control(acquirer, 'PUT', path, { ratePerSecond: 0 });
      });
  },
});
