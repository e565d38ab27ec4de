/**
 * The live excerpt: which minutes of a day are worth playing in real time, and what of it has to be
 * said anew because hours became seconds (`scenarios/live/excerpt.ts` cuts it out).
 */
import { z } from 'zod';
import { Expectation } from '../judge/expectations/index.ts';
import { TimeOfDay } from './times.ts';

const seconds = z.int().nonnegative().max(3_600);
const ms = z.int().nonnegative().max(3_600_000);

export const Live = z
  .strictObject({
    from: TimeOfDay,
    to: TimeOfDay.meta({
      description: 'The first cause that begins between `from` and `to` is the one that is played.',
    }),
    beforeSeconds: seconds.optional().meta({ description: 'Played before the cause; 30 when absent.' }),
    causeSeconds: seconds.min(10).optional().meta({ description: 'Played of the cause; 90 when absent.' }),
    afterSeconds: seconds.optional().meta({ description: 'Played after the cause ends; 40 when absent.' }),
    operators: z
      .strictObject({
        watchWindowMs: ms.min(1_000).multipleOf(1_000).optional(),
        thresholdPerSecond: z.number().positive().max(10_000).optional().meta({
          description: 'A short window is noisy: a bound that the day only just crosses, half of the runs miss.',
        }),
        decideAfterMs: ms.optional(),
        reactAfterMs: ms.optional(),
        liftAfterMs: ms.optional(),
        noticeAfterMs: ms.optional(),
      })
      .optional()
      .meta({
        description:
          "The acquirers' operators in the excerpt: their delays and their bound; absent ones stay the day's.",
      }),
    reactions: z
      .record(z.string(), seconds)
      .optional()
      .meta({ description: 'Seconds from the start of the cause to what people do, by the id of the event.' }),
    expect: z
      .array(Expectation)
      .optional()
      .meta({ description: 'Expectations of the excerpt; one with the id of a whole-day expectation replaces it.' }),
  })
  .meta({ description: 'The part of the day that is worth playing on the live stage.' });
export type Live = z.infer<typeof Live>;
