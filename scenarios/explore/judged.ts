/**
 * Which checks a world is held to.
 *
 * In the middle of a fault nothing has to be straight yet, so a `safety` world is held to what may never be broken.
 * And an acquirer that lies in its books cannot be made honest by a gateway: where such a fault acts, the checks
 * that compare books with it are not judged.
 */
import { invariants } from '../audit/invariants/index.ts';
import { Scenario } from '../play/scenario.ts';
import type { TimelineEntry } from '../play/timeline.ts';
import { kindsOf } from './kinds-of.ts';
import type { World } from './world.ts';

/** Ours, beside the auditor's own: nothing left to do once the world was left alone. */
const settledCheck = 'SETTLED';

const afterHealing: ReadonlySet<string> = new Set([
  ...invariants.filter(({ settled }) => settled === true).map(({ id }) => id),
  settledCheck,
]);
const withAcquirers: ReadonlySet<string> = new Set([
  ...invariants.filter(({ comparesAcquirers }) => comparesAcquirers === true).map(({ id }) => id),
  // An answer to another's order is a failure to the breaker, whatever it says.
  'INV-21',
  settledCheck,
]);

/** Faults by which an acquirer's own books or words are false. */
const lies: ReadonlySet<string> = new Set([
  // It does one request twice, or does later what it said no to.
  'acquirer.duplicate-processing',
  'acquirer.late-approval',
  'acquirer.order-accepted-again',
  // It says yes and does nothing.
  'acquirer.ignored',
  'acquirer.accepted-again',
  // It does something else than it was asked for.
  'acquirer.wrong-amount',
  'acquirer.partial-approval',
  'acquirer.early-expiry',
  // It says what is not so.
  'acquirer.wrong-inquiry',
  'acquirer.other-order',
]);

type Events = readonly Pick<TimelineEntry['event'], 'what'>[];

const liesIn = (events: Events): boolean => events.some(({ what }) => kindsOf(what).some((kind) => lies.has(kind)));

/**
 * A wall that jumps takes the dates of events with it, whatever order they were sent in; and an instance that starts with
 * a wall hours off takes leases of others for ended, or its own for theirs. Then two may ask for one thing, which the fence
 * keeps from being written twice (INV-08), and no comparison of walls could prevent.
 */
const byDates: ReadonlySet<string> = new Set(['INV-28', 'INV-40']);

/**
 * Requests that waited in a frozen program are served at once when it goes on, and so their rate is not the one at
 * which they were sent.
 */
const byArrival: ReadonlySet<string> = new Set(['INV-18']);
const isFreeze = ({ what }: Events[number]): boolean =>
  what.kind === 'process' && what.action === 'freeze' && /^(?:gateway-|store$)/.test(what.program);

/** An acquirer that carries out one request twice has two authorisations of one key; nobody asked for the second. */
const byRequests: ReadonlySet<string> = new Set(['INV-15']);
const isDoubled = ({ what }: Events[number]): boolean =>
  kindsOf(what).some((kind) => kind === 'acquirer.duplicate-processing' || kind === 'acquirer.order-accepted-again');

const isExcused = (check: string, mode: World['mode'], events: Events): boolean =>
  (mode === 'safety' && afterHealing.has(check)) ||
  (withAcquirers.has(check) && liesIn(events)) ||
  (byDates.has(check) && events.some(({ what }) => what.kind === 'wall-clock')) ||
  (byArrival.has(check) && events.some(isFreeze)) ||
  (byRequests.has(check) && events.some(isDoubled));

export const isJudged = (check: string, world: Pick<World, 'mode'>, entries: readonly TimelineEntry[]): boolean =>
  !isExcused(
    check,
    world.mode,
    entries.map(({ event }) => event),
  );

/** Some fault makes an acquirer's own books, words or files false. */
export const acquirersLie = (entries: readonly TimelineEntry[]): boolean =>
  liesIn(entries.map(({ event }) => event)) ||
  entries.some(({ event }) => kindsOf(event.what).includes('acquirer.settlement-file'));

/** The auditor's checks that a world is not held to, for its scenario file. */
export const excusedOf = (world: World): readonly string[] => {
  const { timeline } = Scenario.parse(world.scenario);
  return invariants.map(({ id }) => id).filter((id) => isExcused(id, world.mode, timeline));
};
