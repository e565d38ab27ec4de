/** An idle connection is closed just as a request comes on it. New connections work. */
import { z } from 'zod';
import { faultKind, nothing } from '../kind.ts';

export const idleClose = faultKind({
  kind: 'idle-close',
  title: { en: 'a kept connection is closed as it is used again', ja: '再利用の瞬間に接続が閉じられる' },
  rows: ['NET-10'],
  parameters: z.strictObject({}),
  async inject(_, incident, next) {
    // Within one process every request counts as one on a kept connection.
    if (incident.connection === 'new') return next();
    return incident.leave(nothing, { how: 'reset', afterBytes: null });
  },
});
