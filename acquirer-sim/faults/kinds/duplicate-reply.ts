/** The reply comes twice on one connection; the second stands where the next one should. */
import { z } from 'zod';
import { faultKind } from '../kind.ts';

export const duplicateReply = faultKind({
  kind: 'duplicate-reply',
  title: { en: 'the reply is sent twice', ja: '応答が二重に送られる' },
  rows: ['ACQ-03', 'NET-07'],
  parameters: z.strictObject({}),
  async inject(_, incident, next) {
    return incident.leave(await next(), { how: 'twice' });
  },
});
