/**
 * A wall clock that does not jump while the program runs.
 *
 * Ends of holds, leases and due times are dates in the store, because they outlive the program; so an
 * instance whose machine's clock is set a year ahead would let every hold go, and take every other
 * instance's work. The wall is therefore carried on by the monotonic clock, and the machine's own is
 * followed at once only where it differs by less than a person would see. A larger difference is
 * believed when it has stood for as long as a mistake rarely does; until then it is an error in the log.
 * (INV-17; ntpd keeps a like threshold between a step that it takes and one that it refuses.)
 */
import type { Clock, Log } from './ports.ts';

/** Differences up to this are taken at once: ends that we promise are whole seconds. */
const takenMs = 1_000;
/** A larger one is believed after this long: a machine that slept, or whose clock was put right. */
const believedAfterMs = 600_000;

/** The same clock with a wall that does not jump. */
export const createSteadyClock = (clock: Clock, log: Log): Clock => {
  let wallThenMs = clock.wallMs();
  let thenMs = clock.monotonicMs();
  /** Since when the machine's clock says something else; null while it does not. */
  let strangeSinceMs: number | null = null;

  const follow = (wallMs: number, nowMs: number): number => {
    wallThenMs = wallMs;
    thenMs = nowMs;
    strangeSinceMs = null;
    return wallMs;
  };

  return {
    monotonicMs: () => clock.monotonicMs(),
    after: (delayMs, wake) => clock.after(delayMs, wake),
    sleep: (delayMs, signal) => clock.sleep(delayMs, signal),
    wallMs: () => {
      const wallMs = clock.wallMs();
      const nowMs = clock.monotonicMs();
      const carriedMs = Math.round(wallThenMs + (nowMs - thenMs));
      if (Math.abs(wallMs - carriedMs) <= takenMs) return follow(wallMs, nowMs);
      if (strangeSinceMs === null) {
        strangeSinceMs = nowMs;
        log.error({ event: 'clock.jumped', byMs: wallMs - carriedMs, believedAfterMs });
      }
      if (nowMs - strangeSinceMs < believedAfterMs) return carriedMs;
      log.warn({ event: 'clock.believed', byMs: wallMs - carriedMs });
      return follow(wallMs, nowMs);
    },
  };
};
