/** A clock that is set by hand; what it is asked to wake is woken when its time has passed. */
export const createHandClock = () => {
  let nowMs = 0;
  const waiting = new Set<{ readonly atMs: number; readonly wake: () => void }>();
  return {
    monotonicMs: () => nowMs,
    set: (atMs: number): void => {
      nowMs = atMs;
      if (waiting.size === 0) return;
      for (const one of waiting)
        if (one.atMs <= atMs) {
          waiting.delete(one);
          one.wake();
        }
    },
    after: (delayMs: number, wake: () => void) => {
      const one = { atMs: nowMs + delayMs, wake };
      waiting.add(one);
      return { cancel: () => void waiting.delete(one) };
    },
  };
};
