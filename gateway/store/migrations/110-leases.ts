/** Attempts and subscriptions can be leased; what is in flight can be found by whoever succeeds its instance. */
import { leaseColumns } from '../leases.ts';

export const leases: readonly string[] = [
  ...leaseColumns('attempts'),
  ...leaseColumns('subscriptions'),
  // A handful of rows at any moment, whatever the size of the table.
  `create index attempts_in_flight on attempts (lease_until_ms) where state = 'sending'`,
];
