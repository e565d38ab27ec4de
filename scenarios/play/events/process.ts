/** A program is killed, frozen, resumed or restarted. */
import { z } from 'zod';
import { eventKind } from '../event-kind.ts';

const inJapanese = { kill: '強制終了', freeze: '凍結', resume: '再開', restart: '再起動' } as const;

export const process = eventKind({
  schema: z.strictObject({
    kind: z.literal('process'),
    /** `gateway-1` (instances count from 1), `status-page`, or an acquirer. */
    program: z.string(),
    action: z.enum(['kill', 'freeze', 'resume', 'restart']),
  }),
  role: 'cause',
  title: ({ program, action }) => ({ en: `${action} ${program}`, ja: `${program} を${inJapanese[action]}` }),
  act: (director, { program, action }) => director.process(program, action),
});
