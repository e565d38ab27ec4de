/**
 * Requests begun at a steady pace for a given time, as shops begin them: whether or not the last was answered.
 *
 * As many as a machine can do, one after the other, would measure how readers and charges share a full machine, and on a
 * slow one would not end. What is measured is how long one takes while there is room for it.
 */
export interface Pace {
  readonly perSecond: number;
  readonly seconds: number;
  /** At most so many at once; what is due beyond it is not begun, and counted. */
  readonly inFlightMax: number;
}

export interface Paced {
  readonly tookMs: readonly number[];
  /** Due, and not begun because too many were under way. */
  readonly skipped: number;
}

/** Ends when the time is over and the last one was answered. @throws what `ask` rejects with, at once */
export const paced = (
  time: { nowMs(): number; after(delayMs: number, act: () => void): unknown },
  { perSecond, seconds, inFlightMax }: Pace,
  ask: () => Promise<unknown>,
): Promise<Paced> =>
  new Promise((resolve, reject) => {
    const total = Math.max(1, Math.round(perSecond * seconds));
    const everyMs = 1000 / perSecond;
    const beganMs = time.nowMs();
    const tookMs: number[] = [];
    let begun = 0;
    let inFlight = 0;
    let skipped = 0;
    let over = false;
    const endIfDone = (): void => {
      if (over || begun < total || inFlight > 0) return;
      over = true;
      resolve({ tookMs, skipped });
    };
    const begin = (): void => {
      begun += 1;
      if (inFlight >= inFlightMax) {
        skipped += 1;
        return;
      }
      inFlight += 1;
      const fromMs = time.nowMs();
      ask().then(
        () => {
          tookMs.push(time.nowMs() - fromMs);
          inFlight -= 1;
          endIfDone();
        },
        (reason: unknown) => {
          over = true;
          reject(reason instanceof Error ? reason : new Error(String(reason)));
        },
      );
    };
    const tick = (): void => {
      if (over) return;
      // As many as are due: timers come late, shops do not.
      const due = Math.min(total, Math.floor((time.nowMs() - beganMs) / everyMs) + 1);
      while (begun < due) begin();
      if (begun < total) time.after(Math.max(0, beganMs + begun * everyMs - time.nowMs()), tick);
      endIfDone();
    };
    tick();
  });
