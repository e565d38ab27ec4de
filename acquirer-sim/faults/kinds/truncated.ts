/** Fewer bytes than there should be. */
import { z } from 'zod';
import { faultKind } from '../kind.ts';

export const truncated = faultKind({
  kind: 'truncated',
  title: { en: 'a truncated body', ja: '本文が途中で切れる' },
  rows: ['ACQ-07', 'NET-03'],
  parameters: z.strictObject({
    /** Part of the body that comes. */
    keep: z.number().min(0).max(0.99).default(0.5),
    /** Whether the length that was announced is the whole one; otherwise the stump looks complete. */
    announcesAll: z.boolean().default(true),
  }),
  async inject({ keep, announcesAll }, incident, next) {
    const parting = await next();
    if (parting.reply === null || parting.reply.body.length === 0) return parting;
    const bytes = Math.floor(parting.reply.body.length * keep);
    return announcesAll
      ? incident.leave(parting, { how: 'cut', bytes })
      : incident.say(parting, { ...parting.reply, body: parting.reply.body.subarray(0, bytes) });
  },
});
