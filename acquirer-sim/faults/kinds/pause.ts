/** The machine stands still now and then, as in a long garbage collection: who comes meanwhile waits for its end. */
import { z } from 'zod';
import { faultKind } from '../kind.ts';

export const pause = faultKind({
  kind: 'pause',
  title: { en: 'pauses of the whole machine', ja: '機械全体の一時停止' },
  rows: ['CAP-08', 'CAP-09'],
  parameters: z
    .strictObject({
      everyMs: z.number().positive().max(86_400_000).default(10_000),
      pauseMs: z.number().positive().max(86_400_000).default(1_000),
    })
    .refine(({ everyMs, pauseMs }) => pauseMs < everyMs, { path: ['pauseMs'], message: 'is not shorter than everyMs' }),
  async inject({ everyMs, pauseMs }, incident, next) {
    const intoMs = incident.sinceMs % everyMs;
    if (intoMs >= pauseMs) return next();
    await incident.delay(pauseMs - intoMs);
    const parting = await next();
    return incident.leave(parting, parting.way);
  },
});
