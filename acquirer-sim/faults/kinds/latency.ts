/** Slow, not dead. */
import { z } from 'zod';
import { DelayMs, draw } from '../distribution.ts';
import { faultKind } from '../kind.ts';

export const latency = faultKind({
  kind: 'latency',
  title: { en: 'latency', ja: '遅延' },
  rows: ['NET-05', 'GRY-01', 'GRY-02'],
  parameters: z.strictObject({
    delayMs: DelayMs,
    /** `before`: the request waits. `after`: it is carried out at once and the reply waits. */
    at: z.enum(['before', 'after']).default('after'),
  }),
  async inject({ delayMs, at }, incident, next) {
    const waitMs = draw(incident.draws, delayMs);
    if (at === 'before') await incident.delay(waitMs);
    const parting = await next();
    if (at === 'after') await incident.delay(waitMs);
    return incident.leave(parting, parting.way);
  },
});
