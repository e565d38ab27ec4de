/**
 * A board whose breakers are those of other people's libraries, one for each acquirer, so that they
 * can be ranked against ours on the same day (`breaker.algorithm`). Merchants' payments are what
 * tries a broken acquirer here: nobody probes.
 */
import type { Policy } from '../../policy/schema.ts';
import type { BreakerBoard, BreakerBoardDeps } from '../board.ts';
import type { BreakerStatus } from '../breaker.ts';
import type { Algorithm, ClassicRules } from './algorithm.ts';
import { createCockatiel } from './cockatiel.ts';
import { createGoogle, type Throttle } from './google.ts';
import { createOpossum } from './opossum.ts';

export type ClassicDeps = Pick<
  BreakerBoardDeps,
  'clock' | 'random' | 'policy' | 'acquirers' | 'onChange' | 'onShare' | 'onFirstGoodProbe'
>;

type Name = Exclude<Policy['breaker']['algorithm'], 'sequential'>;

const build = (name: Name, rules: ClassicRules, nowMs: number): Algorithm | Throttle => {
  switch (name) {
    case 'opossum':
      return createOpossum(rules, nowMs);
    case 'cockatiel':
      return createCockatiel(rules);
    case 'google':
      return createGoogle(rules);
  }
};

/** @throws Error when the policy names none of these algorithms, or has no numbers for it (its schema forbids both) */
export const createClassicBoard = (deps: ClassicDeps): BreakerBoard => {
  const { clock } = deps;
  const { enabled, algorithm, classic } = deps.policy.breaker;
  if (algorithm === 'sequential' || classic === undefined) throw new Error('no classic breaker is asked for');
  interface Held {
    readonly breaker: Algorithm | Throttle;
    readonly brands: Set<string>;
    status: BreakerStatus;
    sinceMs: number;
    openings: number;
  }
  const draws = deps.random.fork('classic');
  const held = new Map<string, Held>(
    deps.acquirers.map((acquirer) => [
      acquirer,
      {
        breaker: build(algorithm, classic, clock.monotonicMs()),
        brands: new Set(),
        status: 'closed',
        sinceMs: clock.monotonicMs(),
        openings: 0,
      },
    ]),
  );
  const of = (acquirer: string): Held => {
    const found = held.get(acquirer);
    if (found === undefined) throw new Error(`no acquirer ${acquirer}`);
    return found;
  };

  /** Its state as of now; changes are told as they are seen, since nothing here has a timer. */
  const look = (acquirer: string): Held => {
    const one = of(acquirer);
    if (!enabled) return one;
    const nowMs = clock.monotonicMs();
    const to = one.breaker.status(nowMs);
    if (to === one.status) return one;
    const from = one.status;
    one.status = to;
    one.sinceMs = nowMs;
    if (to === 'open') one.openings += 1;
    const key = `${acquirer}/*/*`;
    deps.onChange?.({ acquirer, key, from, to, evidence: 0 });
    deps.onShare?.({ acquirer, key, share: to === 'open' ? 0 : one.breaker.share(nowMs) });
    // Somebody's payment went well: what waits for the acquirer may be tried.
    if (to === 'closed') deps.onFirstGoodProbe?.(acquirer);
    return one;
  };

  return {
    begin({ acquirer, brand }) {
      const one = look(acquirer);
      if (brand !== '-') one.brands.add(brand);
      if (enabled && !one.breaker.begin(clock.monotonicMs())) return 'refused';
      let ended = false;
      return {
        end(outcome) {
          if (ended) return;
          ended = true;
          if (!enabled) return;
          // What says nothing about the acquirer still ends a try.
          one.breaker.end(outcome === 'ok' || outcome === 'ignored', clock.monotonicMs());
          look(acquirer);
        },
      };
    },
    mayUse(acquirer, _brand, _operation, drawKey) {
      if (!enabled) return true;
      const one = look(acquirer);
      const nowMs = clock.monotonicMs();
      const share = one.breaker.share(nowMs);
      if (share >= 1) return true;
      if (share > 0 && draws.fork(`${acquirer}/${drawKey}`).float() < share) return true;
      if ('refused' in one.breaker) one.breaker.refused(nowMs);
      return false;
    },
    working: (acquirer) => (look(acquirer).status === 'open' ? [] : [...of(acquirer).brands].toSorted()),
    isAway: (acquirer) => enabled && look(acquirer).status === 'open',
    snapshot: () =>
      [...held].map(([acquirer, { status, sinceMs, openings, breaker }]) => ({
        acquirer,
        key: `${acquirer}/*/*`,
        status,
        share: enabled ? breaker.share(clock.monotonicMs()) : 1,
        evidence: 0,
        openings,
        sinceMs,
      })),
    worst: (acquirer) => look(acquirer).status,
    close: () => {},
  };
};
