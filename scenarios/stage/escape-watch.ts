/**
 * The second net under `escape.ts`: whatever starts a real timer, a thread-pool task or a socket
 * during a run is noticed by Node itself, also when it took the function before the run.
 *
 * A turn of the clock waits for microtasks only. Work that finishes on another thread would come
 * back in a later turn, at another simulated time in each run; so its mere start is an escape.
 */

import { createHook } from 'node:async_hooks';
import { type EscapeError, escapeFrom, isOutsideThePlay } from './escape-error.ts';

/** Node's names of asynchronous resources that need the world. Writing to a terminal is not among them. */
const worldly =
  /^(Timeout|FS|FILEHANDLE|DIRHANDLE|GETADDRINFO|GETNAMEINFO|QUERYWRAP|ZLIB|BROTLI|ZSTD|TCP|UDP|TLSWRAP|HTTP|PROCESSWRAP|WORKER|BLOBREADER|.*REQUEST$|.*JOB$)/;

/** The test runner lives in the same process and has timers of its own. */
const foreign = /[\\/]node_modules[\\/](@?vitest|tinypool|birpc)[\\/]/;

/** Tells `onEscape` of each; costs nothing while there are none. Returns what ends the watch. */
export const watchForEscapes = (onEscape: (error: EscapeError) => void): (() => void) => {
  const hook = createHook({
    // Promises are the stage's daily bread.
    trackPromises: false,
    init: function noticed(_id, type): void {
      // The stage's own turns, first because they are all there usually is.
      if (type === 'Immediate' || !worldly.test(type) || isOutsideThePlay()) return;
      const error = escapeFrom(`real asynchronous work (${type}) was started`, noticed);
      // Thrown in here it would end the process: it is told instead.
      if (!foreign.test(error.message)) onEscape(error);
    },
  });
  hook.enable();
  return () => hook.disable();
};
