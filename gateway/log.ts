/**
 * The live log: pino, one JSON object a line, stamped by our clock rather than pino's own, so that
 * lines of a program with a skewed clock show that skew.
 */
import { type DestinationStream, type Level, pino } from 'pino';
import type { Clock, Log } from './ports.ts';

export interface LiveLogOptions {
  /** Which program speaks: `gateway`, `status-page`. Every line carries it. */
  readonly program: string;
  /** The least severe level that is written. */
  readonly level?: Level | 'silent';
  /** Where lines go; standard output by default. */
  readonly destination?: DestinationStream;
}

export const createLiveLog = (clock: Pick<Clock, 'wallMs'>, options: LiveLogOptions): Log => {
  const logger = pino(
    {
      level: options.level ?? 'info',
      base: { program: options.program },
      timestamp: () => `,"time":${clock.wallMs()}`,
    },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  );
  // Bound here: a pino method that is passed around alone loses its logger.
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
};
