/** Every invariant that is checked. A new one is a file here and two lines below. */
import type { Invariant } from '../invariant.ts';
import { inv01 } from './inv-01-one-capture.ts';
import { inv02 } from './inv-02-no-lost-approval.ts';
import { inv03 } from './inv-03-no-contradiction.ts';
import { inv04 } from './inv-04-no-optimistic-success.ts';
import { inv05 } from './inv-05-equal-sums.ts';
import { inv06 } from './inv-06-double-entry.ts';
import { inv07 } from './inv-07-amount-bounds.ts';
import { inv08 } from './inv-08-only-listed-transitions.ts';
import { inv09 } from './inv-09-one-acquirer-at-a-time.ts';
import { inv10 } from './inv-10-as-asked.ts';
import { inv11 } from './inv-11-capture-in-bounds.ts';
import { inv12 } from './inv-12-three-d-secure.ts';
import { inv13 } from './inv-13-same-bytes.ts';
import { inv14 } from './inv-14-key-reused.ts';
import { inv15 } from './inv-15-one-execution.ts';
import { inv16 } from './inv-16-nothing-half-done.ts';
import { inv17 } from './inv-17-promised-times.ts';
import { inv18 } from './inv-18-own-rate.ts';
import { inv19 } from './inv-19-contracted-rate.ts';
import { inv20 } from './inv-20-work-conserving.ts';
import { inv21 } from './inv-21-open-means-closed.ts';
import { inv22 } from './inv-22-only-that-brand.ts';
import { inv23 } from './inv-23-no-blind-repeat.ts';
import { inv24 } from './inv-24-bounded-work.ts';
import { inv25 } from './inv-25-no-late-start.ts';
import { inv26 } from './inv-26-critical-first.ts';
import { inv27 } from './inv-27-every-event.ts';
import { inv28 } from './inv-28-order-of-events.ts';
import { inv29 } from './inv-29-signed.ts';
import { inv30 } from './inv-30-true-page.ts';
import { inv31 } from './inv-31-no-card-numbers.ts';
import { inv32 } from './inv-32-own-objects.ts';
import { inv33 } from './inv-33-modes-apart.ts';
import { inv34 } from './inv-34-no-strange-targets.ts';
import { inv35 } from './inv-35-no-card-oracle.ts';
import { inv36 } from './inv-36-crashes-leave-nothing.ts';
import { inv37 } from './inv-37-acknowledged-lasts.ts';
import { inv38 } from './inv-38-refused-means-nothing.ts';
import { inv40 } from './inv-40-one-worker.ts';
import { inv45 } from './inv-45-open-or-closed.ts';

export const invariants: readonly Invariant[] = [
  inv01,
  inv02,
  inv03,
  inv04,
  inv05,
  inv06,
  inv07,
  inv08,
  inv09,
  inv10,
  inv11,
  inv12,
  inv13,
  inv14,
  inv15,
  inv16,
  inv17,
  inv18,
  inv19,
  inv20,
  inv21,
  inv22,
  inv23,
  inv24,
  inv25,
  inv26,
  inv27,
  inv28,
  inv29,
  inv30,
  inv31,
  inv32,
  inv33,
  inv34,
  inv35,
  inv36,
  inv37,
  inv38,
  inv40,
  inv45,
];

/** What compares with the acquirers' books, and cannot be judged where those are made to lie. */
export const comparing: ReadonlySet<string> = new Set(
  invariants.filter(({ comparesAcquirers }) => comparesAcquirers === true).map(({ id }) => id),
);
