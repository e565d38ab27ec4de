/** What goes wrong at the directory server or at issuers' ACS, for a while. */
import { z } from 'zod';
import { TdsFaultRule } from '../../../acquirer-sim/app.ts';
import { eventKind } from '../event-kind.ts';
import { TimeOfDay } from '../times.ts';
import { threeDSecureProgram } from '../world.ts';

export const threeDSecureFaults = eventKind({
  schema: z.strictObject({
    kind: z.literal('three-d-secure.faults'),
    /** The world must have one. */
    program: z.literal(threeDSecureProgram).default(threeDSecureProgram),
    /** As its control API takes them; an id that is left out is given. */
    rules: z.array(TdsFaultRule).min(1).max(20),
    /** They end then; absent: by their own `ttlMs`, or with the play. */
    until: TimeOfDay.optional(),
  }),
  role: 'cause',
  title: ({ rules }) => {
    const kinds = [...new Set(rules.map(({ kind }) => kind))].join(', ');
    const issuers = [...new Set(rules.flatMap(({ issuers: named = [] }) => named))].join(', ');
    return {
      en: `3-D Secure: ${kinds}${issuers === '' ? '' : ` (${issuers})`}`,
      ja: `3-D セキュアに障害: ${kinds}${issuers === '' ? '' : `（${issuers}）`}`,
    };
  },
  act: async (director, { program, rules }, { untilMs }) => {
    const ids: string[] = [];
    for (const rule of rules) {
      const set = await director.control(program, 'POST', 'three-d-secure/faults', rule);
      ids.push((set as { id: string }).id);
    }
    if (untilMs !== null)
      director.schedule(untilMs, async () => {
        for (const id of ids) await director.control(program, 'DELETE', `three-d-secure/faults/${id}`);
      });
  },
});
