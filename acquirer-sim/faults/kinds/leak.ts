/** Each request makes every later one a little slower, until the rule ends: a leak before the restart. */
import { z } from 'zod';
import { faultKind } from '../kind.ts';

export const leak = faultKind({
  kind: 'leak',
  title: { en: 'a leak slows everything down', ja: 'リークにより徐々に遅くなる' },
  rows: ['GRY-08', 'CAP-07'],
  parameters: z.strictObject({
    /** Service times grow by this part with each request. */
    growth: z.number().positive().max(1).default(0.01),
    /** They never grow beyond this factor. */
    atMost: z.number().min(1).max(100).default(10),
  }),
  async inject({ growth, atMost }, { memory, reach, lay, happened }, next) {
    const { slowdown } = reach.capacity;
    const healthy = (memory.get('healthy') as number | undefined) ?? slowdown;
    memory.set('healthy', healthy);
    const slower = Math.min(healthy * atMost, slowdown * (1 + growth));
    if (slower > slowdown) {
      lay({ slowdown: slower });
      happened();
    }
    return next();
  },
});
