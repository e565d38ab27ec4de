/** A gateway process on PostgreSQL, killed 200 times under load: three books agree afterwards. */
import type { Proof } from './rooms.ts';
import { proveSuite } from './suite.ts';

export const kills: Proof = (shell, request) =>
  proveSuite(shell, request, {
    room: 'kills',
    files: ['test/live/kills.test.ts'],
    environment: { BREAKWATER_KILLS: '200', BREAKWATER_SEED: String(request.from) },
  });
