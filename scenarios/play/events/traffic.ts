/** A cast member starts or stops sending: how an abuser enters and leaves the play. */
import { z } from 'zod';
import { eventKind } from '../event-kind.ts';

export const traffic = eventKind({
  schema: z.strictObject({
    kind: z.literal('traffic'),
    member: z.string(),
    action: z.enum(['start', 'stop']),
  }),
  role: 'cause',
  title: ({ member, action }) => ({
    en: `${member} ${action === 'start' ? 'starts' : 'stops'} sending`,
    ja: `${member} が送信を${action === 'start' ? '開始' : '停止'}`,
  }),
  act: (director, { member, action }) => director.traffic(member, action),
});
