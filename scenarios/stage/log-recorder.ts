/** Logs of programs on the stage: to listeners and into the trace, never to a file. */

import type { Log, LogFields } from '../../gateway/ports.ts';
import type { Trace } from './trace.ts';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogLine {
  /** Instance that wrote it. */
  readonly program: string;
  /** Milliseconds since the scenario's start. */
  readonly atMs: number;
  readonly level: LogLevel;
  readonly fields: LogFields;
  readonly message: string | null;
}
export type LogListener = (line: LogLine) => void;

export class LogRecorder {
  readonly #trace: Trace;
  readonly #nowUs: () => number;
  readonly #lowest: number;
  readonly #listeners: LogListener[] = [];

  /** @param level Lines below it are dropped unread: they reach no listener and no hash. */
  constructor(trace: Trace, nowUs: () => number, level: LogLevel) {
    this.#trace = trace;
    this.#nowUs = nowUs;
    this.#lowest = logLevels.indexOf(level);
  }

  onLog(listener: LogListener): void {
    this.#listeners.push(listener);
  }

  /** @param isAlive False once the instance was killed: the dead write nothing. */
  logFor(program: string, isAlive: () => boolean): Log {
    const at = (level: LogLevel) => {
      if (logLevels.indexOf(level) < this.#lowest) return silent;
      return (fields: LogFields, message?: string): void => {
        if (!isAlive()) return;
        this.#trace.record('log', program, level, JSON.stringify(fields, plainly), message);
        if (this.#listeners.length === 0) return;
        const line: LogLine = { program, atMs: this.#nowUs() / 1000, level, fields, message: message ?? null };
        for (const listener of this.#listeners) listener(line);
      };
    };
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  }
}

const silent = (): void => {};

/** Errors and big integers as text; a stack would carry paths of this machine into the hash. */
const plainly = (_key: string, value: unknown): unknown => {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  return typeof value === 'bigint' ? `${value}n` : value;
};
