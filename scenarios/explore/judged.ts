/**
 * Which checks a world is held to.
 *
 * In the middle of a fault nothing has to be straight yet, so a `safety` world is held to what may never be broken.
 * And an acquirer that lies in its books cannot be made honest by a gateway: where such a fault acts, the checks
 * that compare books with it are not judged.
 */
import type { TimelineEntry } from '../play/timeline.ts';
import { kindsOf } from './kinds-of.ts';
import type { World } from './world.ts';

/** What must hold once faults are over and the world was left alone. All others hold at every moment. */
const afterHealing: ReadonlySet<string> = new Set(['INV-02', 'INV-03', 'INV-05', 'INV-16', 'SETTLED']);

const books = [
  'INV-01',
  'INV-02',
  'INV-03',
  'INV-04',
  'INV-05',
  'INV-07',
  'INV-09',
  'INV-10',
  'INV-11',
  'SETTLED',
] as const;

/** Faults by which an acquirer's own books or words are false, and what cannot be judged by them. */
const lies: Readonly<Record<string, readonly string[]>> = {
  // It does one request twice, or does later what it said no to.
  'acquirer.duplicate-processing': books,
  'acquirer.late-approval': books,
  'acquirer.order-accepted-again': books,
  // It says yes and does nothing.
  'acquirer.ignored': books,
  'acquirer.accepted-again': books,
  // It does something else than it was asked for.
  'acquirer.wrong-amount': books,
  'acquirer.partial-approval': books,
  'acquirer.early-expiry': books,
  // It says what is not so.
  'acquirer.wrong-inquiry': books,
  'acquirer.other-order': books,
  'acquirer.wrong-status': [],
};

export const isJudged = (check: string, world: Pick<World, 'mode'>, entries: readonly TimelineEntry[]): boolean => {
  if (world.mode === 'safety' && afterHealing.has(check)) return false;
  return !entries.some(({ event }) => kindsOf(event.what).some((kind) => lies[kind]?.includes(check) ?? false));
};
