/**
 * What a live run says of itself while it goes on: the children's logs, the acquirers' load figures
 * and their fault counters, all handed to the judge's recorder in scenario time.
 */
import type { Fetch } from '../../gateway/ports.ts';
import type { LoadSample } from '../judge/load.ts';
import type { Recorder } from '../judge/recorder.ts';
import type { LogEntry } from '../judge/stories.ts';
import { acquirerHost, urlOf } from '../theatre/credentials.ts';
import { callJson, NoAnswerError } from '../theatre/director.ts';
import type { FaultBook, FaultTotals } from '../theatre/fault-book.ts';

const sampleEveryMs = 2_000;
/** Of pino's own; what is left is the event. */
const envelope: ReadonlySet<string> = new Set(['level', 'time', 'program', 'pid', 'hostname', 'msg']);

/** A line of a program's log as an entry in scenario time; null when it is none. */
export const entryOf = (program: string, line: string, startWallMs: number): LogEntry | null => {
  if (!line.startsWith('{') || !line.includes('"event"')) return null;
  let read: Record<string, unknown>;
  try {
    read = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
  const { event, time } = read;
  if (typeof event !== 'string' || typeof time !== 'number') return null;
  const fields = Object.fromEntries(Object.entries(read).filter(([name]) => !envelope.has(name)));
  return { program, atMs: time - startWallMs, fields: { ...fields, event } };
};

export interface Sampler {
  stop(): void;
}

/** Reads load and faults now and then. An acquirer that is away keeps nobody waiting. */
export const startSampler = (deps: {
  readonly fetch: Fetch;
  readonly acquirers: readonly string[];
  readonly recorder: Recorder;
  readonly faultBook: FaultBook;
  readonly nowMs: () => number;
}): Sampler => {
  const { fetch, acquirers, recorder, faultBook, nowMs } = deps;
  const read = async <T>(program: string, path: string, then: (answer: T) => void): Promise<void> => {
    try {
      then((await callJson(fetch, 'GET', `${urlOf(acquirerHost(program))}/sim/v1/${path}`, null)) as T);
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error;
    }
  };
  const sample = (): void => {
    for (const id of acquirers) void read<LoadSample>(id, 'load', (load) => recorder.load(load, nowMs()));
    for (const id of faultBook.acquirers)
      void read<{ totals: FaultTotals }>(id, 'faults', ({ totals }) => {
        const happened = faultBook.note(id, totals);
        if (happened > 0) recorder.fault(nowMs(), happened);
      });
  };
  sample();
  const timer = setInterval(sample, sampleEveryMs);
  return { stop: () => clearInterval(timer) };
};
