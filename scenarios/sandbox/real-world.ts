/** The world outside the sandbox: time and chance. The one file of this room that names them. */
import { randomFillSync } from 'node:crypto';
import type { Entropy } from '../../gateway/ports.ts';

/** What a sandbox clock is driven by. */
export interface RealTime {
  /** Wall time, whole milliseconds since the Unix epoch. */
  wallMs(): number;
  /** Monotonic microseconds, whole. */
  elapsedUs(): number;
  /** Calls `wake` once, not before `delayMs`; the answer forgets it. */
  later(delayMs: number, wake: () => void): () => void;
  /** Calls `act` in a turn of its own, after every promise that is settled now. */
  soon(act: () => void): void;
}

/** The longest wait a Node timer is trusted with: about twelve days, well inside 31 bits. */
const stageMsMax = 2 ** 30;

export const realTime: RealTime = {
  wallMs: () => Date.now(),
  elapsedUs: () => Math.floor(performance.now() * 1000),
  later(delayMs, wake) {
    const timer = setTimeout(wake, Math.min(Math.max(0, Math.ceil(delayMs)), stageMsMax));
    return () => clearTimeout(timer);
  },
  soon: (act) => void setImmediate(act),
};

/** The operating system's secure random bytes. */
export const realEntropy: Entropy = { bytes: (length) => randomFillSync(new Uint8Array(length)) };
