/**
 * Merchants who ask for what is not theirs: a charge of another merchant, whose id they have picked up somewhere (a
 * screenshot, a log, a link that was passed on).
 *
 * The honest answer is that there is no such charge. What is asked is nobody's operation, and whatever is answered
 * is only read by the auditor, who knows whose every charge is.
 */
import type { Client } from './client.ts';
import type { Enrolled } from './members.ts';

export interface Strangers {
  /** A merchant was told of a charge of its own: from now on others may have heard of it. */
  heard(member: string, chargeId: string): void;
  /** The merchant asks for the last charge of somebody else. Nobody else has one yet: it asks for nothing. */
  ask(member: Enrolled, ordinal: number): Promise<void>;
}

interface Heard {
  readonly member: string;
  readonly chargeId: string;
}

export const createStrangers = (client: Pick<Client, 'get'>): Strangers => {
  let last: Heard | null = null;
  /** The last one of anybody but the one who has the last of all. */
  let lastOfAnother: Heard | null = null;
  return {
    heard(member, chargeId) {
      if (last !== null && last.member !== member) lastOfAnother = last;
      last = { member, chargeId };
    },
    async ask({ id, secretAuth }, ordinal) {
      const strange = last?.member === id ? lastOfAnother : last;
      if (strange !== null)
        await client.get(`/v1/charges/${strange.chargeId}`, secretAuth, `${id}-${ordinal}-stranger`);
    },
  };
};
