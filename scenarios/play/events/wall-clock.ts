/** Somebody sets the wall clock of a program's machine: a jump, and back again later. Only on the virtual stage. */
import { z } from 'zod';
import { eventKind } from '../event-kind.ts';
import { TimeOfDay } from '../times.ts';

/** Ten years. */
const furthestMs = 10 * 366 * 86_400_000;

export const wallClock = eventKind({
  schema: z.strictObject({
    kind: z.literal('wall-clock'),
    program: z.string(),
    /** How far ahead of the right time; behind, when negative. */
    shiftMs: z.int().min(-furthestMs).max(furthestMs),
    /** Right again then; absent: wrong for the rest of the day. */
    until: TimeOfDay.optional(),
  }),
  role: 'cause',
  title: ({ program, shiftMs }) => ({
    en: `the clock of ${program} is ${Math.abs(shiftMs)} ms ${shiftMs < 0 ? 'behind' : 'ahead'}`,
    ja: `${program} の時計が ${Math.abs(shiftMs)} ミリ秒${shiftMs < 0 ? '遅れる' : '進む'}`,
  }),
  act: async (director, { program, shiftMs }, { untilMs }) => {
    const { wallClock: set } = director;
    if (set === undefined) throw new Error('only the virtual stage can set a clock');
    await set(program, shiftMs);
    if (untilMs !== null) director.schedule(untilMs, () => set(program, 0));
  },
});
