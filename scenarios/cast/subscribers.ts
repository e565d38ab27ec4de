/**
 * Shops that sell by the month: a customer with a stored card begins a plan with a trial that ends while the day
 * lasts, so that the gateway has to renew it by itself.
 *
 * What comes of it is nobody's operation: no shop waits for a renewal.
 */
import type { Random } from '../../gateway/ports.ts';
import { serverAddress } from './addresses.ts';
import type { Client } from './client.ts';
import type { Enrolled, Habits } from './members.ts';

export interface Subscribes {
  /** From now to the end of the trial, ms. */
  readonly trialMs: number;
}

/** Of one intent; null: it begins none. From a stream of its own, so that everything else is drawn as before. */
export const drawSubscribes = (
  random: Random,
  { subscriptions }: Pick<Habits, 'subscriptions'>,
  member: string,
  ordinal: number,
): Subscribes | null => {
  if (subscriptions === undefined) return null;
  const stream = random.fork(`${member}/${ordinal}/subscription`);
  const begins = stream.float() < subscriptions.share;
  const trialMs = subscriptions.trialMsMin + stream.float() * (subscriptions.trialMsMax - subscriptions.trialMsMin);
  return begins ? { trialMs } : null;
};

/** Yen a month; one plan for all customers of a shop. */
const planYen = 980;

export const createSubscribers =
  (client: Client, wallMs: () => number) =>
  async (member: Enrolled, customer: string, ordinal: number, { trialMs }: Subscribes): Promise<void> => {
    const call = {
      authorization: member.secretAuth,
      maxRetry: member.maxRetry,
      address: serverAddress(member.id),
    };
    const plan = `${member.id}-monthly`;
    // The second time it is there already, and that is just as good.
    await client.post({
      ...call,
      path: '/v1/plans',
      form: `id=${plan}&amount=${planYen}&currency=jpy&interval=month`,
      key: `${member.id}-${ordinal}-plan`,
    });
    const trialEnd = Math.floor((wallMs() + trialMs) / 1000);
    await client.post({
      ...call,
      path: '/v1/subscriptions',
      form: `customer=${customer}&plan=${plan}&trial_end=${trialEnd}`,
      key: `${member.id}-${ordinal}-subscription`,
    });
  };
