/** Fault rules at an acquirer end, all of them or those that are named. */
import { z } from 'zod';
import { eventKind } from '../event-kind.ts';

export const faultsClear = eventKind({
  schema: z.strictObject({
    kind: z.literal('faults.clear'),
    acquirer: z.string(),
    /** Absent: every rule that is set. */
    ids: z.array(z.string()).min(1).optional(),
  }),
  // Without the rules there is nothing to clear: left out of the day without the incident.
  role: 'cause',
  title: ({ acquirer, ids }) => ({
    en: `${acquirer}: faults end${ids === undefined ? '' : ` (${ids.join(', ')})`}`,
    ja: `${acquirer} の障害を解除${ids === undefined ? '' : `: ${ids.join(', ')}`}`,
  }),
  act: async (director, { acquirer, ids }) => {
    if (ids === undefined) await director.control(acquirer, 'DELETE', 'faults');
    else for (const id of ids) await director.control(acquirer, 'DELETE', `faults/${id}`);
  },
});
