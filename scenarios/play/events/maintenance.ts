/**
 * Work that somebody planned and announced: the public page carries it from now on, and what fails because of it is no
 * incident. Ours may stop the API, which then says so.
 */
import { z } from 'zod';
import { eventKind } from '../event-kind.ts';
import { TimeOfDay } from '../times.ts';
import { Words } from '../words.ts';

export const maintenance = eventKind({
  schema: z.strictObject({
    kind: z.literal('maintenance'),
    /** Whose work it is; null: our own. */
    acquirer: z.string().nullable().default(null),
    /** Every call of the API is answered by 503 `under_maintenance` meanwhile. Of our own work only. */
    stopsApi: z.boolean().default(false),
    /** When it begins; absent: at once. */
    from: TimeOfDay.optional(),
    until: TimeOfDay,
    text: Words,
  }),
  role: 'cause',
  title: ({ acquirer, stopsApi }) => ({
    en: `planned work ${acquirer === null ? 'of ours' : `of ${acquirer}`}${stopsApi ? ', the API stops' : ''}`,
    ja: `${acquirer ?? '当社'} の計画メンテナンス${stopsApi ? ' (API 停止)' : ''}`,
  }),
  act: async (director, { acquirer, stopsApi, text }, { untilMs, fromMs, startWallMs }) => {
    const window = { fromMs: startWallMs + fromMs, toMs: startWallMs + (untilMs ?? fromMs) };
    await director.gatewayAdmin('POST', 'maintenance', {
      acquirer,
      reason: text.en,
      stopsApi,
      ...window,
    });
    await director.statusPageAdmin('POST', 'maintenances', {
      title: { en: 'Planned maintenance', ja: '計画メンテナンス' },
      text,
      components: stopsApi ? ['create_charge', 'capture', 'refund', 'card_registration', 'subscriptions', 'api'] : [],
      ...window,
    });
  },
});
