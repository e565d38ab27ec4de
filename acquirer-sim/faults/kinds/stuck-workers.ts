/** Each request takes a worker with it, until none is left or the rule ends. */
import { z } from 'zod';
import { faultKind } from '../kind.ts';

export const stuckWorkers = faultKind({
  kind: 'stuck-workers',
  title: { en: 'workers get stuck', ja: 'ワーカーが固まっていく' },
  rows: ['GRY-08', 'CAP-05'],
  parameters: z.strictObject({
    /** Workers that stay whatever happens. */
    leave: z.int().min(0).max(10_000).default(0),
  }),
  async inject({ leave }, { reach, lay, happened }, next) {
    const { workers } = reach.capacity;
    if (workers > leave) {
      lay({ workers: workers - 1 });
      happened();
    }
    return next();
  },
});
