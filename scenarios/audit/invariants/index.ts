/** Every invariant that is checked after a run. A new one is a file here and a line below. */
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
import { inv13 } from './inv-13-same-bytes.ts';
import { inv14 } from './inv-14-key-reused.ts';
import { inv15 } from './inv-15-one-execution.ts';
import { inv16 } from './inv-16-nothing-half-done.ts';

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
  inv13,
  inv14,
  inv15,
  inv16,
];
