/** The process we are in, as commands see it. */
import type { Shell, Tty } from './shell.ts';

const ttyOf = (stream: NodeJS.WriteStream): Tty | null =>
  stream.isTTY
    ? { columns: stream.columns || 80, colour: stream.hasColors() && process.env.NO_COLOR === undefined }
    : null;

/** A reader that goes away (`| head`) ends the command quietly. */
export const realShell = (): Shell => {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit();
    });
  return {
    out: (text) => void process.stdout.write(text),
    note: (text) => void process.stderr.write(text),
    outTty: ttyOf(process.stdout),
    noteTty: ttyOf(process.stderr),
    nowMs: () => performance.now(),
    after(delayMs, act) {
      const timer = setTimeout(act, delayMs);
      return () => clearTimeout(timer);
    },
    onInterrupt(act) {
      const signals = ['SIGINT', 'SIGTERM'] as const;
      for (const signal of signals) process.on(signal, act);
      return () => {
        for (const signal of signals) process.off(signal, act);
      };
    },
  };
};
