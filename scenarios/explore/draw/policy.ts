/** Numbers of the policy a world is played under: what people would set, and what they would set by mistake. */
import { merge } from '../../play/load-policy.ts';
import type { World } from '../world.ts';
import type { Dice } from './dice.ts';
import type { Leaning } from './leaning.ts';
import type { Shape } from './shape.ts';

/** What leanings want of a policy is over what was drawn; they are about protections, which are on. */
export const drawPolicy = (dice: Dice, shape: Shape, leanings: readonly Leaning[] = []): World['policy'] => {
  const drawn = drawNumbers(dice, shape, leanings.length > 0);
  const changes = leanings.reduce<unknown>((now, { policy = {} }) => merge(now, policy), drawn.changes);
  return { ...drawn, changes: changes as World['policy']['changes'] };
};

const drawNumbers = (dice: Dice, shape: Shape, leans: boolean): World['policy'] => {
  const drawn = dice.of(['protected', 'protected', 'protected', 'as-it-was']);
  const base = leans ? 'protected' : drawn;
  const timeoutMs = dice.scale(3_000, 15_000);
  return {
    extends: base,
    changes: {
      settling: {
        inquireAfterMs: dice.of([
          [1_000, 3_000, 8_000, 20_000, 60_000],
          [200, 400, 800],
          [5_000, 5_000],
        ]),
        thenEveryMs: dice.of([20_000, 60_000, 120_000]),
        notFoundAnswers: dice.of([2, 3]),
        // What the world's listings lag is the operator's to know.
        notFoundSpanMs: dice.of([30_000, 60_000, 120_000]) + shape.listingLagMaxMs,
        unknownApproved: dice.of(['void', 'adopt']),
        followUpsPerSecond: dice.of([1.5, 5, 20]),
        retryBaseMs: dice.of([1_000, 5_000, 30_000]),
        retryCapMs: dice.of([30_000, 120_000]),
      },
      upstream: {
        timeoutMs: {
          check: timeoutMs,
          authorise: timeoutMs,
          capture: timeoutMs,
          refund: timeoutMs,
          inquiry: dice.of([2_000, 5_000]),
          void: dice.of([5_000, 15_000]),
        },
      },
      ...(base === 'protected'
        ? {
            deferral: { enabled: dice.chance(0.8) },
            routing: { failover: dice.chance(0.8) },
            mandate: { enforcement: dice.of(['off', 'warn']) },
          }
        : {}),
    },
  };
};
