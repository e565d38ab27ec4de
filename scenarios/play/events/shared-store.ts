/** The store that gateway instances share (Redis in production) is killed with all it knows, or comes back empty. */
import { z } from 'zod';
import { eventKind } from '../event-kind.ts';
import { TimeOfDay } from '../times.ts';

export const sharedStore = eventKind({
  schema: z.strictObject({
    kind: z.literal('shared-store'),
    action: z.literal('lost'),
    /** Back then; absent: away for the rest of the day. */
    until: TimeOfDay.optional(),
  }),
  role: 'cause',
  title: () => ({ en: 'the shared store of limits is lost', ja: '流量制限の共有ストアが停止' }),
  act: async (director, _, { untilMs }) => {
    await director.sharedStore('lost');
    if (untilMs !== null) director.schedule(untilMs, () => director.sharedStore('back'));
  },
});
