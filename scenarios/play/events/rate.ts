/** A cast member sends more, or less, than its habit for a while: a sale, a batch, a loop. */
import { z } from 'zod';
import { eventKind } from '../event-kind.ts';
import { TimeOfDay } from '../times.ts';

export const rate = eventKind({
  schema: z.strictObject({
    kind: z.literal('rate'),
    member: z.string(),
    /** Of its own rate; 1 is its habit. */
    times: z.number().positive().max(1000),
    /** Its habit again then; absent: until the next `rate`. */
    until: TimeOfDay.optional(),
  }),
  role: 'cause',
  title: ({ member, times }) => ({ en: `${member} sends ${times} times its rate`, ja: `${member} の送信が${times}倍` }),
  act: async (director, { member, times }, { untilMs }) => {
    await director.pace(member, times);
    if (untilMs !== null) director.schedule(untilMs, () => director.pace(member, 1));
  },
});
