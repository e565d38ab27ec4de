/**
 * Who guesses waits: after each failed try a network waits twice as long as before, up to a minute,
 * and everybody together is slowed down when very many fail. Tokens are long and random, so this is
 * for the load and the log, and for an admin token that somebody chose badly. Pure; monotonic time.
 */
export interface Attempts {
  /** Milliseconds until this network may try again; 0: now. */
  waitMs(network: string, nowMs: number): number;
  failed(network: string, nowMs: number): void;
  succeeded(network: string): void;
}

const firstWaitMs = 1_000;
const waitMaxMs = 60_000;
/** A network is forgiven after so long without a failure. */
const forgetMs = 15 * 60_000;
const networksMax = 10_000;
/** Failures of all networks within a minute, from which on the next try of anybody unknown waits. */
const allMax = 300;
const allWindowMs = 60_000;

export const createAttempts = (): Attempts => {
  const networks = new Map<string, { failures: number; lastMs: number }>();
  let windowStartMs = 0;
  let inWindow = 0;

  const known = (network: string, nowMs: number): { failures: number; lastMs: number } | undefined => {
    const held = networks.get(network);
    if (held !== undefined && nowMs - held.lastMs < forgetMs) return held;
    networks.delete(network);
    return undefined;
  };

  return {
    waitMs(network, nowMs) {
      const held = known(network, nowMs);
      const own =
        held === undefined ? 0 : held.lastMs + Math.min(waitMaxMs, firstWaitMs * 2 ** (held.failures - 1)) - nowMs;
      const all = inWindow >= allMax ? windowStartMs + allWindowMs - nowMs : 0;
      return Math.max(0, own, all);
    },
    failed(network, nowMs) {
      if (nowMs - windowStartMs >= allWindowMs) {
        windowStartMs = nowMs;
        inWindow = 0;
      }
      inWindow += 1;
      const held = known(network, nowMs) ?? { failures: 0, lastMs: nowMs };
      held.failures = Math.min(30, held.failures + 1);
      held.lastMs = nowMs;
      if (networks.size >= networksMax) networks.clear();
      networks.set(network, held);
    },
    succeeded: (network) => void networks.delete(network),
  };
};
