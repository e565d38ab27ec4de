/** An acquirer's capacity changes: fewer workers, a shorter queue, slower service. */
import { z } from 'zod';
import { eventKind } from '../event-kind.ts';
import { TimeOfDay } from '../times.ts';

export const capacity = eventKind({
  schema: z.strictObject({
    kind: z.literal('capacity'),
    acquirer: z.string(),
    workers: z.int().nonnegative().optional(),
    queueMax: z.int().nonnegative().optional(),
    /** Service times are multiplied by this. */
    slowdown: z.number().positive().optional(),
    /** The world's own capacity returns then; absent: never. */
    until: TimeOfDay.optional(),
  }),
  role: 'cause',
  title: ({ acquirer, workers, queueMax, slowdown }) => {
    const changes = [
      workers === undefined ? null : `workers ${workers}`,
      queueMax === undefined ? null : `queue ${queueMax}`,
      slowdown === undefined ? null : `service times x${slowdown}`,
    ]
      .filter((change) => change !== null)
      .join(', ');
    return { en: `${acquirer}: ${changes}`, ja: `${acquirer} の処理能力が変化: ${changes}` };
  },
  act: async (director, { acquirer, workers, queueMax, slowdown }, { untilMs, world }) => {
    await director.control(acquirer, 'PUT', 'capacity', {
      ...(workers === undefined ? {} : { workers }),
      ...(queueMax === undefined ? {} : { queueMax }),
      ...(slowdown === undefined ? {} : { slowdown }),
    });
    const usual = world.acquirers.find((candidate) => candidate.id === acquirer)?.capacity;
    if (untilMs !== null && usual !== undefined)
      director.schedule(untilMs, async () => {
        await director.control(acquirer, 'PUT', 'capacity', {
          workers: usual.workers,
          queueMax: usual.queueMax,
          slowdown: 1,
        });
      });
  },
});
