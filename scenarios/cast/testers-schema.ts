/** Card testers: who tries numbers at somebody else's checkout, and how. */
import { z } from 'zod';

export const CardTester = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, 'lower-case letters, digits and hyphens, a letter first'),
    member: z.string().meta({ description: 'The merchant of the cast whose checkout is used: its keys, its page.' }),
    everyMs: z.number().min(50).meta({ description: 'Between two attempts, ms; jittered by half.' }),
    numbers: z
      .enum(['sequence', 'random'])
      .default('sequence')
      .meta({ description: 'One after another, or at random in one range. Dead ones are never issued (40000088...).' }),
    addresses: z
      .enum(['one', 'own-each'])
      .default('one')
      .meta({ description: 'All from one address, or each attempt from its own.' }),
    via: z
      .enum(['token', 'checkout'])
      .default('token')
      .meta({ description: 'The check of a new token alone, or a token and a charge.' }),
    liveShare: z.number().min(0).max(1).default(0.03).meta({ description: 'Cards that are good, of those tried.' }),
    amountYen: z.int().min(50).max(9_999_999).default(100).meta({ description: 'Of the charges.' }),
    active: z
      .boolean()
      .default(false)
      .meta({ description: 'Whether it is active from the start; else the timeline starts it.' }),
  })
  .meta({ description: 'Somebody who tries card numbers at a merchant of the cast, which does not know.' });
export type CardTester = z.infer<typeof CardTester>;
