/**
 * `trace.ndjson`, written while the run goes on: a full trace of an evening is 165 MB, and memory stays flat.
 *
 * The first line says what the rest is of (a trace outlives the folder it lay in), its hash among it, which is known
 * last: the line is written with zeros and put right at the end. Until then the file is called `trace.ndjson.part`, and
 * stays so when the run breaks.
 */
import { appendFileSync, closeSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { RunResult } from '../judge/result.ts';

export interface TraceFile {
  /** One JSON document without its line end. */
  line(text: string): void;
  /** All lines were given. */
  finish(traceHash: string): void;
  /** The run broke: what was given so far stays under the other name. */
  keep(): void;
}

const unknownHash = '0'.repeat(32);
const bufferChars = 262_144;

export const openTraceFile = (
  file: string,
  about: Pick<RunResult, 'scenario' | 'policy' | 'seed' | 'versions'>,
): TraceFile => {
  const { scenario, policy, seed, versions } = about;
  const head = (traceHash: string): string =>
    JSON.stringify({ trace: versions.result, scenario, policy, seed, traceHash, versions });
  mkdirSync(path.dirname(file), { recursive: true });
  const part = `${file}.part`;
  const fd = openSync(part, 'w');
  let buffer: string[] = [];
  let chars = 0;
  const line = (text: string): void => {
    buffer.push(text, '\n');
    chars += text.length;
    if (chars >= bufferChars) flush();
  };
  const flush = (): void => {
    appendFileSync(fd, buffer.join(''));
    buffer = [];
    chars = 0;
  };
  line(head(unknownHash));
  return {
    line,
    finish(traceHash) {
      if (traceHash.length !== unknownHash.length) throw new Error(`${traceHash} is no hash of a trace`);
      flush();
      writeSync(fd, head(traceHash), 0);
      closeSync(fd);
      renameSync(part, file);
    },
    keep() {
      flush();
      closeSync(fd);
    },
  };
};
