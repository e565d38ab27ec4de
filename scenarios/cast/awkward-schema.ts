/** What shops do that no documentation asks of them, and every gateway meets. */
import { z } from 'zod';

const share = z.number().min(0).max(1).default(0);

export const Awkward = z
  .strictObject({
    twiceAtOnce: share.meta({ description: 'Of creates and refunds: sent twice in the same moment, under one key.' }),
    onceMore: share.meta({
      description: 'Of creates, captures and refunds: sent again under its key after its answer.',
    }),
    repeatsLost: share.meta({
      description: 'Of what had no answer, or an unknown outcome: sent again under its key until there is one.',
    }),
    reusesKey: share.meta({ description: 'Of creates: its key is used for another amount afterwards.' }),
    refundsInParts: share.meta({ description: 'Of refunds: given back in two parts, at once or one after the other.' }),
    finishesAnyway: share.meta({
      description: 'Of creates whose card holder never came back, or came back with a no: finished all the same.',
    }),
    failsAuthentication: share.meta({ description: 'Of card holders: answer their issuer wrongly.' }),
    emptyCards: share.meta({ description: 'Of creates with a new card: the issuer declines it.' }),
    asksForOthers: share.meta({
      description: "Of intents: asks beside it for a charge of another merchant's, of whose id it has heard.",
    }),
    pointsInside: z.boolean().default(false).meta({
      description: 'Before the day: wants its events posted to addresses inside as well, which no gateway accepts.',
    }),
  })
  .meta({ description: 'Habits that put a gateway to the test. Absent: none of them, and nobody draws differently.' });
export type Awkward = z.infer<typeof Awkward>;
