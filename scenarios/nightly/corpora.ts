/** Bad input of every class at the gateway: a thousand cases of each and seed, on sockets as well. */
import type { Proof } from './rooms.ts';
import { proveSuite } from './suite.ts';

export const corpora: Proof = (shell, request) =>
  proveSuite(shell, request, {
    room: 'corpora',
    files: ['test/corpora'],
    environment: {
      CORPORA_SEED: String(request.from),
      CORPORA_SEEDS: String(request.seeds),
      CORPORA_CASES: '1000',
    },
  });
