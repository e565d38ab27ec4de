/** The simulator's live log: JSON lines by pino, with the time of the simulator's own clock. */
import { type DestinationStream, type Level, pino } from 'pino';
import type { Clock, Log } from './ports.ts';

/**
 * A log whose lines carry `acquirer`, so that two simulators may share one terminal.
 * `destination` is standard output unless given.
 */
export const createLiveLog = (
  clock: Pick<Clock, 'wallMs'>,
  options: { readonly acquirer: string; readonly level?: Level | 'silent'; readonly destination?: DestinationStream },
): Log => {
  const { acquirer, level = 'info', destination = pino.destination({ fd: 1, sync: true }) } = options;
  const lines = pino({ level, base: { acquirer }, timestamp: () => `,"time":${clock.wallMs()}` }, destination);
  return {
    debug: (fields, message) => lines.debug(fields, message),
    info: (fields, message) => lines.info(fields, message),
    warn: (fields, message) => lines.warn(fields, message),
    error: (fields, message) => lines.error(fields, message),
  };
};
