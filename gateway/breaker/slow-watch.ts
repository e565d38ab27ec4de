/**
 * Notices calls in flight the moment their age passes a bound, with one timer for all of them.
 *
 * All calls have the same bound, so the one begun first is due first, and a set keeps the order
 * of insertion: beginning and ending a call moves no timer. The timer stands for the oldest call
 * at the time it was set; when that one has ended meanwhile, it is set again for the next.
 */
import type { Clock, Timer } from '../ports.ts';

export interface Watchable {
  readonly beganUs: number;
}

export interface SlowWatch<Call extends Watchable> {
  begin(call: Call): void;
  /** False when the call was already reported as slow, or never begun. */
  end(call: Call): boolean;
  close(): void;
}

export const createSlowWatch = <Call extends Watchable>(deps: {
  readonly clock: Clock;
  readonly slowUs: number;
  readonly onSlow: (call: Call) => void;
}): SlowWatch<Call> => {
  const { clock, slowUs } = deps;
  const inFlight = new Set<Call>();
  let timer: Timer | null = null;

  const arm = (nowUs: number): void => {
    const [oldest] = inFlight;
    if (oldest !== undefined) timer = clock.after((oldest.beganUs + slowUs - nowUs) / 1000, wake);
  };

  const wake = (): void => {
    timer = null;
    const nowUs = Math.round(clock.monotonicMs() * 1000);
    const due: Call[] = [];
    for (const call of inFlight) {
      if (call.beganUs + slowUs > nowUs) break;
      due.push(call);
    }
    for (const call of due) inFlight.delete(call);
    arm(nowUs);
    for (const call of due) deps.onSlow(call);
  };

  return {
    begin: (call) => {
      inFlight.add(call);
      if (timer === null) timer = clock.after(slowUs / 1000, wake);
    },
    end: (call) => inFlight.delete(call),
    close: () => {
      timer?.cancel();
      inFlight.clear();
    },
  };
};
