/**
 * What careful merchants do with a charge of unknown outcome: nothing now, because a repeat could
 * charge twice, and a look at it later. What they see goes into the book of what they were told.
 */
import type { Clock } from '../../gateway/ports.ts';
import type { Client } from './client.ts';
import type { InFlight } from './in-flight.ts';
import type { Enrolled } from './members.ts';
import type { ReadBack } from './schema.ts';
import type { Teller, ToldBook } from './told.ts';

export interface ReadBackDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly told: ToldBook;
  readonly inFlight: InFlight;
  readonly readBack: ReadBack;
  readonly nowMs: () => number;
}

/** Looks at the charge every `afterMs` until its outcome is known, `times` times at most. `key` names the draws. */
export type LookLater = (member: Enrolled, teller: Teller, chargeId: string, key: string) => void;

export const createLookLater =
  ({ client, clock, told, inFlight, readBack, nowMs }: ReadBackDeps): LookLater =>
  (member, teller, chargeId, key) =>
    inFlight.run(async () => {
      for (let look = 1; look <= readBack.times; look += 1) {
        await clock.sleep(readBack.afterMs);
        const answer = await client.get(`/v1/charges/${chargeId}`, member.secretAuth, `${key}-look-${look}`);
        if (answer?.status !== 200) continue;
        told.shown(teller, answer.body, nowMs());
        if (answer.body?.outcome !== 'unknown') return;
      }
    });
