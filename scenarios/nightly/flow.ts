/** One order, two states, 64 connections on a real port, 100,000 calls. */
import type { Proof } from './rooms.ts';
import { proveSuite } from './suite.ts';

export const flow: Proof = (shell, request) =>
  proveSuite(shell, request, {
    room: 'flow',
    files: ['test/clients/gmo-two-states.test.ts'],
    environment: { BREAKWATER_FLOW_REQUESTS: '100000' },
  });
