/** The three days of July 2017: every policy with many seeds, each protection removed once, one hash. */
import { julyDays } from '../cli/july-days.ts';
import { proveDays } from './days.ts';
import type { Proof } from './rooms.ts';

export const july: Proof = (shell, request) =>
  proveDays(shell, request, {
    room: 'july',
    scenarios: julyDays,
    removed: ['no-limiter', 'no-breaker', 'no-failover'],
    sameHash: 'protected',
  });
