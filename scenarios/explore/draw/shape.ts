/** The calm part of a world: who is there, how much there is of everything, and what the clock says. */
import type { WrittenScenario } from '../world.ts';
import type { Dice } from './dice.ts';

type Written<Key extends keyof WrittenScenario> = WrittenScenario[Key];

/** How long a world is: `full` is what campaigns play, `small` what fits into every test run. */
export type Size = 'full' | 'small';
export const lengths = {
  /** Faults begin after `calm` and, in a world that heals, are over at `healed`; then the merchants stop at `day`. */
  full: { calm: 30, healed: 480, day: 600, quietMinutes: 35 },
  small: { calm: 10, healed: 100, day: 130, quietMinutes: 12 },
} as const satisfies Record<Size, object>;

/** Payments that merchants ask for in a second, over all of them: 235 in a full day. */
const createsPerSecond = 235 / 600;

/** Days on which something changes by the calendar, beside ordinary ones; in Japan. */
const dates = ['2026-03-07', '2026-06-30', '2027-12-31', '2028-02-29', '2026-08-15', '2016-12-31'] as const;
/** Minutes of the day; the second lies across midnight. */
const starts = [12 * 60, 23 * 60 + 55, 9 * 60, 0, 8 * 60 + 55, 15 * 60 + 55] as const;

export interface Shape {
  readonly date: string;
  readonly startsAtMinute: number;
  readonly instances: number;
  readonly threeDSecure: boolean;
  readonly world: Written<'world'>;
  readonly cast: Written<'cast'>;
  /** Members, ordinary ones first; the abuser, if there is one, last. */
  readonly members: readonly string[];
  readonly abuser: string | null;
  readonly listingLagMaxMs: number;
}

/** Half of the groups send once more, twice, or after silence, and ask for what they should not. */
const drawAwkward = (dice: Dice) => {
  const habits = {
    ...(dice.chance(0.5)
      ? {
          twiceAtOnce: dice.of([0, 0.05, 0.2]),
          onceMore: dice.of([0.05, 0.3]),
          repeatsLost: dice.of([0.5, 1]),
          reusesKey: dice.of([0, 0.1]),
          refundsInParts: dice.of([0.2, 0.6]),
          finishesAnyway: dice.of([0.5, 1]),
          failsAuthentication: dice.of([0, 0.2]),
          emptyCards: dice.of([0, 0.05]),
        }
      : {}),
    ...(dice.fork('others').chance(0.05) ? { asksForOthers: 0.2 } : {}),
    ...(dice.fork('inside').chance(0.05) ? { pointsInside: true } : {}),
  };
  return Object.keys(habits).length === 0 ? {} : { awkward: habits };
};

/**
 * Somebody tries numbers at one merchant's checkout all day, in a few worlds: from one address, where the promise
 * about them can be kept (of numbers at random from an address each, good ones of another range pass). Good ones are
 * rare, since what is known of an attacker is each instance's own and ends with it.
 */
const drawTesters = (dice: Dice, member: string) =>
  dice.chance(0.08)
    ? {
        testers: [
          {
            id: 'tester',
            member,
            everyMs: dice.scale(1_000, 5_000),
            numbers: dice.of(['sequence', 'random'] as const),
            via: dice.of(['token', 'checkout'] as const),
            liveShare: 0.02,
            active: true,
          },
        ],
      }
    : {};

export const drawShape = (dice: Dice): Shape => {
  const clock = dice.fork('clock');
  const place = dice.fork('place');
  const people = dice.fork('people');
  const instances = place.of([1, 1, 2, 2, 3]);
  const threeDSecure = people.chance(0.5);
  const listingLagMaxMs = place.of([0, 2_000, 10_000, 20_000]);
  const acquirer = (id: 'escott' | 'gmo', draws: Dice) => {
    const capacity = {
      workers: draws.whole(3, 12),
      queueMax: draws.scale(10, 500),
      slowdown: draws.of([0.5, 1, 1, 2]),
      listingWorkers: draws.whole(1, 2),
      listingQueueMax: draws.of([10, 50]),
      listingLagMaxMs,
      listingPageRows: draws.of([20, 500]),
    };
    const others = draws.chance(0.3) ? draws.whole(1, 6) : 0;
    // Half of it at most, at 250 ms a call: one that others fill for ever never heals (seed 20312).
    const othersMax = Math.floor((2 * capacity.workers) / capacity.slowdown);
    return {
      id,
      dialect: id === 'escott' ? ('escott' as const) : ('gmo-pg' as const),
      capacity,
      background: others === 0 ? [] : [{ id: 'others', ratePerSecond: Math.min(others, othersMax) }],
    };
  };
  const groups = people.whole(1, 3);
  const counts = Array.from({ length: groups }, () => people.whole(1, 3));
  const total = counts.reduce((sum, count) => sum + count, 0);
  const merchants = counts.map((count, index) => {
    const draws = people.fork(`group ${index}`);
    const registration = draws.of([2, 8, 20]);
    return {
      group: `shop${String.fromCharCode(97 + index)}`,
      count,
      // All merchants together: what the day is to have, and what registrations take of it.
      operationsPerSecond: Number(((createsPerSecond / total) * (100 / (100 - registration))).toFixed(4)),
      mix: { create: 100 - registration, registration },
      // A new card is a check at the acquirer as well, two calls more.
      storedCardShare: draws.of([0.5, 0.8, 0.95]),
      captureNowShare: draws.of([0.2, 0.5, 0.8]),
      addCardShare: draws.of([0.1, 0.5]),
      customers: draws.whole(1, 2),
      webhooks: draws.chance(0.5),
      followUps: {
        captureShare: draws.of([0.6, 0.95]),
        partialCaptureShare: draws.of([0.1, 0.5]),
        refundShare: draws.of([0.1, 0.4]),
        partialRefundShare: draws.of([0.3, 0.7]),
        captureAfterMs: { median: draws.scale(2_000, 60_000), sigma: 0.8 },
        refundAfterMs: { median: draws.scale(2_000, 60_000), sigma: 0.8 },
      },
      amountsYen: { median: draws.scale(300, 20_000), sigma: 0.9 },
      ...drawAwkward(draws.fork('awkward')),
      ...(draws.fork('subscriptions').chance(0.4) ? { subscriptions: { share: 0.12 } } : {}),
      ...(threeDSecure
        ? { threeDSecure: { share: draws.of([0.2, 0.8]), thinkMs: { median: 4_000, sigma: 0.5 } } }
        : {}),
    };
  });
  const abuser = people.chance(0.2) ? 'abuser' : null;
  return {
    date: clock.of(dates),
    startsAtMinute: clock.of(starts),
    instances,
    threeDSecure,
    listingLagMaxMs,
    world: {
      acquirers: [acquirer('escott', place.fork('escott')), acquirer('gmo', place.fork('gmo'))],
      links: { default: { latencyMs: place.scale(1, 60), sigma: place.of([0, 0.3, 0.8]) } },
      gateway: { instances },
      ...(threeDSecure ? { threeDSecure: {} } : {}),
    } as Written<'world'>,
    cast: {
      merchants,
      ...(abuser === null
        ? {}
        : {
            abusers: [
              {
                id: abuser,
                kind: people.of(['declined-charges', 'wrong-requests'] as const),
                operationsPerSecond: people.whole(1, 4),
                customers: 1,
              },
            ],
          }),
      ...drawTesters(people.fork('tester'), `${merchants[0]!.group}-1`),
      buyers: { patienceMs: { median: people.of([8_000, 25_000]), sigma: 0.35 } },
      sdk: { timeoutMs: people.of([15_000, 60_000]) },
      readBack: { afterMs: people.of([20_000, 90_000]), times: 2 },
      reader: { everyMs: 60_000 },
    } as Written<'cast'>,
    members: merchants.flatMap(({ group, count }) =>
      Array.from({ length: count }, (_, index) => `${group}-${index + 1}`),
    ),
    abuser,
  };
};
