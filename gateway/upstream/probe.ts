/**
 * Synthetic probes: a validity check of our own card, so that no merchant's money is spent on
 * finding out whether an acquirer is back (resilience-patterns section 5).
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../ports.ts';
import type { Upstreams } from './upstreams.ts';

/** Cards of our own at each brand; `-` where a call had none. PAY.JP's public test numbers. */
const ownCards: Readonly<Record<string, string>> = {
  Visa: '4242424242424242',
  MasterCard: '5555555555554444',
  JCB: '3530111333300000',
  'American Express': '378282246310005',
  'Diners Club': '38520000023237',
  Discover: '6011111111111117',
  '-': '4242424242424242',
};

export const createProbe = (deps: {
  readonly clock: Clock;
  /** Instances may begin their probes in the same second. */
  readonly instanceId: string;
  readonly upstreams: () => Upstreams;
  /** A good answer that takes longer than this is not good. */
  readonly slowMs: number;
}): ((acquirer: string, brand: string) => Promise<boolean>) => {
  let count = 0;
  const own = createHash('sha256').update(deps.instanceId).digest('hex').slice(0, 6);
  return async (acquirer, brand) => {
    count += 1;
    const startedMs = deps.clock.monotonicMs();
    const year = new Date(deps.clock.wallMs()).getUTCFullYear() + 3;
    const got = await deps
      .upstreams()
      .get(acquirer)
      .check({
        // Unique over instances and restarts: GMO-PG accepts an OrderID once, and has room for 27 characters.
        reference: `probe-${Math.floor(deps.clock.wallMs() / 1000).toString(36)}-${own}-${count.toString(36)}`.slice(
          0,
          27,
        ),
        card: { pan: ownCards[brand] ?? ownCards['-']!, expMonth: 12, expYear: year },
        // What comes later is no good answer, and the next probe should not wait for it.
        limitMs: deps.slowMs + 1,
      });
    const answered = got.kind === 'approved' || got.kind === 'declined';
    return answered && deps.clock.monotonicMs() - startedMs <= deps.slowMs;
  };
};
