/** Fault rules at an acquirer, for a while: what its capacity does not explain. */
import { z } from 'zod';
import { FaultRule } from '../../../acquirer-sim/app.ts';
import { eventKind } from '../event-kind.ts';
import { TimeOfDay } from '../times.ts';

/** The control API wants an end for every rule; a scenario's own end is its `until`. */
const LONGEST_MS = 86_400_000;

export const faultsSet = eventKind({
  schema: z.strictObject({
    kind: z.literal('faults.set'),
    acquirer: z.string(),
    /** As the simulator's control API takes them; an id that is left out is given. */
    rules: z.array(FaultRule).min(1).max(50),
    /** They end then; absent: by their own `ttlMs`, or with the play. */
    until: TimeOfDay.optional(),
  }),
  role: 'cause',
  title: ({ acquirer, rules }) => {
    const kinds = [...new Set(rules.map(({ kind }) => kind))].join(', ');
    return { en: `${acquirer}: faults (${kinds})`, ja: `${acquirer} に障害を設定: ${kinds}` };
  },
  act: async (director, { acquirer, rules }, { untilMs }) => {
    const ids: string[] = [];
    for (const rule of rules) {
      const set = await director.control(acquirer, 'POST', 'faults', { ...rule, ttlMs: rule.ttlMs ?? LONGEST_MS });
      ids.push((set as { id: string }).id);
    }
    if (untilMs !== null)
      director.schedule(untilMs, async () => {
        for (const id of ids) await director.control(acquirer, 'DELETE', `faults/${id}`);
      });
  },
});
