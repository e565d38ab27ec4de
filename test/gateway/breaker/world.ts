/**
 * A board with an upstream of which a test decides who is broken and how, on a clock that stands
 * still until moved.
 */
import { type BreakerChange, type CallOutcome, createBreakerBoard } from '../../../gateway/breaker/board.ts';
import type { Policy } from '../../../gateway/policy/schema.ts';
import { createLiveRandom } from '../../../gateway/random.ts';
import { createManualClock } from '../manual-clock.ts';
import { breakerPolicy } from './rules.ts';

export interface Kind {
  readonly acquirer?: string;
  readonly brand: string;
  readonly operation: string;
}

export const brands = ['visa', 'mastercard', 'jcb', 'amex'] as const;
export const operations = ['authorise', 'capture', 'refund', 'check'] as const;

export const createWorld = (changes: Partial<Policy['breaker']> = {}, seed = 1) => {
  const clock = createManualClock();
  const changed: (BreakerChange & { readonly atMs: number })[] = [];
  const shares: { readonly key: string; readonly share: number; readonly atMs: number }[] = [];
  const probes: { readonly brand: string; readonly atMs: number }[] = [];
  const firstGood: number[] = [];
  /** Brands whose probes fail. */
  const sick = new Set<string>();
  const probing = { takesMs: 0 };
  const board = createBreakerBoard({
    clock,
    random: createLiveRandom(seed),
    policy: { breaker: breakerPolicy(changes) },
    acquirers: ['escott', 'gmo'],
    probe: async (_acquirer, brand) => {
      probes.push({ brand, atMs: clock.monotonicMs() });
      if (probing.takesMs > 0) await clock.sleep(probing.takesMs);
      if (sick.has(brand)) throw new Error('probe failed');
      return true;
    },
    onChange: (change) => changed.push({ ...change, atMs: clock.monotonicMs() }),
    onShare: ({ key, share }) => shares.push({ key, share, atMs: clock.monotonicMs() }),
    onFirstGoodProbe: () => firstGood.push(clock.monotonicMs()),
  });

  /** One call that ends at once. False: refused. */
  const call = ({ acquirer = 'escott', brand, operation }: Kind, outcome: CallOutcome): boolean => {
    const begun = board.begin({ acquirer, brand, operation });
    if (begun === 'refused') return false;
    begun.end(outcome);
    return true;
  };

  return {
    clock,
    board,
    sick,
    probing,
    probes,
    shares,
    firstGood,
    changed,
    call,
    /** Calls that end at once, a millisecond apart. */
    calls: (count: number, kind: Kind, outcome: CallOutcome) => {
      for (let index = 0; index < count; index += 1) {
        call(kind, outcome);
        clock.advance(1);
      }
    },
    /** Changes as `key from>to`. */
    story: () => changed.map(({ key, from, to }) => `${key} ${from}>${to}`),
    open: () =>
      board
        .snapshot()
        .filter((reading) => reading.status === 'open')
        .map((reading) => reading.key),
  };
};
export type World = ReturnType<typeof createWorld>;
