/** A program is away for a while: dead, or stalled while whoever looks from outside takes it for healthy. */
import { z } from 'zod';
import { eventKind } from '../event-kind.ts';
import { TimeOfDay } from '../times.ts';

const ways = {
  dead: { away: 'kill', back: 'restart', en: 'is dead', ja: 'が停止' },
  stalled: { away: 'freeze', back: 'resume', en: 'stalls', ja: 'が応答しない' },
} as const;

export const outage = eventKind({
  schema: z.strictObject({
    kind: z.literal('outage'),
    /** `store` (the gateway's database), `gateway-1`, `status-page`, or an acquirer. */
    program: z.string(),
    how: z.enum(['dead', 'stalled']),
    /** Back then, with everything it had committed. */
    until: TimeOfDay,
  }),
  role: 'cause',
  title: ({ program, how }) => ({ en: `${program} ${ways[how].en}`, ja: `${program} ${ways[how].ja}` }),
  act: async (director, { program, how }, { untilMs }) => {
    await director.process(program, ways[how].away);
    if (untilMs !== null) director.schedule(untilMs, () => director.process(program, ways[how].back));
  },
});
