/** The error that names an escape, and the one way to the real world that is none. */

/** Something on the stage read the real world. The message names what, and where in the code. */
export class EscapeError extends Error {
  override readonly name = 'EscapeError';
}

/**
 * The error for `what`, called by whoever called `below` (a function on the stack).
 * Names the first line of code on the stack that is not Node's own.
 */
export const escapeFrom = (what: string, below: object): EscapeError => {
  const error = new EscapeError(what);
  const depth = Error.stackTraceLimit;
  Error.stackTraceLimit = 40;
  Error.captureStackTrace(error, below as () => void);
  Error.stackTraceLimit = depth;
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  const frame =
    frames.find((line) => !line.includes('node:') && !line.includes('(<anonymous>)')) ??
    frames[0] ??
    '    at an unknown place';
  const where = /\(?((?:file:\/\/)?\/[^()]+:\d+:\d+|node:[^()]+:\d+:\d+)\)?$/.exec(frame)?.[1] ?? frame.slice(7);
  error.message = `${what} on the virtual stage, at ${where.replace('file://', '')}`;
  return error;
};

/**
 * Runs `work` with the real world in reach, for code that belongs to the theatre and not to the
 * play: progress on a terminal, figures of real time. Nothing it returns may enter the play.
 */
export const outsideThePlay = <T>(work: () => T): T => {
  outsideDepth++;
  try {
    return work();
  } finally {
    outsideDepth--;
  }
};

/** True inside `outsideThePlay`. */
export const isOutsideThePlay = (): boolean => outsideDepth > 0;

let outsideDepth = 0;
