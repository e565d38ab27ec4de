/** Small replies pass and large ones never arrive: a path whose MTU nobody told. */
import { z } from 'zod';
import { faultKind } from '../kind.ts';

export const largeRepliesLost = faultKind({
  kind: 'large-replies-lost',
  title: { en: 'large replies never arrive', ja: '大きな応答だけ届かない' },
  rows: ['NET-10'],
  parameters: z.strictObject({
    /** Bodies with more bytes are lost. */
    overBytes: z.int().min(0).max(1_000_000).default(1_400),
  }),
  async inject({ overBytes }, incident, next) {
    const parting = await next();
    const bytes = parting.reply?.body.length ?? 0;
    return bytes > overBytes ? incident.leave(parting, { how: 'silence', deaf: false }) : parting;
  },
});
