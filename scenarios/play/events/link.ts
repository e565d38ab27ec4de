/** A fault on the link between two programs, for a while. */
import { z } from 'zod';
import { eventKind } from '../event-kind.ts';
import { TimeOfDay } from '../times.ts';
import { Toxic } from '../toxic.ts';

export const link = eventKind({
  schema: z.strictObject({
    kind: z.literal('link'),
    /** `from->to`: programs, or `merchants` for the cast. */
    link: z.string(),
    toxic: Toxic,
    until: TimeOfDay,
  }),
  role: 'cause',
  title: ({ link, toxic }) => ({ en: `link ${link}: ${toxic.type}`, ja: `回線 ${link} の障害: ${toxic.type}` }),
  act: async (director, { link, toxic }, { untilMs }) => {
    await director.toxic(link, toxic);
    if (untilMs !== null) director.schedule(untilMs, () => director.toxic(link, null));
  },
});
