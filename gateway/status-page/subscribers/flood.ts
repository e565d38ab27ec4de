/**
 * How often somebody may ask to be subscribed: a letter of confirmation goes to an address that may
 * belong to somebody else, so we are what a flood of them would be sent with.
 */
export interface FloodLimits {
  /** Questions for one address of mail, or one URL. */
  readonly perTarget: number;
  /** Questions from one client. */
  readonly perClient: number;
  readonly altogether: number;
  readonly windowMs: number;
}

export interface Flood {
  /** Counts one question; false: too many, and it was not counted. `nowMs` is monotonic. */
  admits(question: { readonly target: string; readonly client: string }, nowMs: number): boolean;
  /** Names held, for the test that memory stays bounded. */
  size(): number;
}

/** Counts in windows that all begin together; what they hold is bounded by `altogether`. */
export const createFlood = (limits: FloodLimits): Flood => {
  let counts = new Map<string, number>();
  let window = Number.NEGATIVE_INFINITY;
  const count = (name: string): number => counts.get(name) ?? 0;
  return {
    admits({ target, client }, nowMs) {
      const current = Math.floor(nowMs / limits.windowMs);
      if (current !== window) {
        window = current;
        counts = new Map();
      }
      const asked = [
        ['all', limits.altogether],
        [`target ${target}`, limits.perTarget],
        [`client ${client}`, limits.perClient],
      ] as const;
      if (asked.some(([name, max]) => count(name) >= max)) return false;
      for (const [name] of asked) counts.set(name, count(name) + 1);
      return true;
    },
    size: () => counts.size,
  };
};
