/** The capacity model against queueing theory: 10^6 arrivals a seed at 0.5 and 0.8, 10^7 at 0.95, loss at 1.2. */
import type { Proof } from './rooms.ts';
import { proveSuite } from './suite.ts';

export const queueing: Proof = (shell, request) =>
  proveSuite(shell, request, {
    room: 'queueing',
    files: ['test/acquirer-sim/capacity/queueing-theory.test.ts'],
    environment: { BREAKWATER_NIGHTLY: '1' },
  });
