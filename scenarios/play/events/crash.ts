/**
 * A program dies at one of its effects: before or after a store unit, its commit, a request, an answer.
 *
 * Where exactly decides what is left behind, and no hour of the day can say it. So the event counts the program's
 * effects from its own time on. Only on the virtual stage.
 */
import { z } from 'zod';
import { eventKind } from '../event-kind.ts';
import { TimeOfDay } from '../times.ts';

export const crash = eventKind({
  schema: z.strictObject({
    kind: z.literal('crash'),
    /** An instance of the gateway, or the status page. */
    program: z.string(),
    /** It dies at this one of its effects, counted from now on. */
    points: z.int().positive(),
    /** From its death to its next start. */
    restartAfterMs: z.int().nonnegative(),
    /** If it has not died by then, it lives; absent: it may die as late as it comes. */
    until: TimeOfDay.optional(),
  }),
  role: 'cause',
  title: ({ program, points }) => ({
    en: `${program} dies at its effect number ${points} from now`,
    ja: `${program} がここから ${points} 番目の処理で停止`,
  }),
  act: async (director, { program, points, restartAfterMs }, { untilMs }) => {
    const { crash: die } = director;
    if (die === undefined) throw new Error('only the virtual stage can let a program die at an effect');
    await die(program, { points, restartAfterMs });
    if (untilMs !== null) director.schedule(untilMs, () => die(program, null));
  },
});
