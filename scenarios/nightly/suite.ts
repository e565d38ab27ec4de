/**
 * A proof that is a test with larger numbers: the same file that `npm test` plays small, told by its
 * environment to play large. What it measured comes back in a file that it is told the name of.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitStatus, HarnessError } from '../cli/exit-status.ts';
import { writeText } from '../cli/files.ts';
import type { Shell } from '../cli/shell.ts';
import type { ProofRequest } from './rooms.ts';

export interface SuiteToProve {
  readonly room: string;
  /** Test files, from the root of the repository. */
  readonly files: readonly string[];
  /** What makes them large. They write what they measured to `BREAKWATER_FIGURES`. */
  readonly environment: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));

/** @throws HarnessError when the tests cannot be started */
export const proveSuite = async (shell: Shell, request: ProofRequest, suite: SuiteToProve): Promise<number> => {
  const startedMs = shell.nowMs();
  const figuresFile = path.resolve(`${request.file}.figures`);
  mkdirSync(path.dirname(figuresFile), { recursive: true });
  rmSync(figuresFile, { force: true });
  const child = spawn(process.execPath, [vitest, 'run', '--reporter=verbose', ...suite.files], {
    cwd: root,
    env: { ...process.env, ...suite.environment, BREAKWATER_FIGURES: figuresFile },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let interrupted = false;
  const forget = shell.onInterrupt(() => {
    interrupted = true;
    child.kill('SIGTERM');
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => shell.out(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => shell.note(text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (error) => reject(new HarnessError(`${suite.room}: the tests cannot run`, { cause: error })));
    child.on('close', resolve);
  }).finally(forget);
  const figures: unknown = existsSync(figuresFile) ? JSON.parse(readFileSync(figuresFile, 'utf8')) : null;
  rmSync(figuresFile, { force: true });
  // A suite that measured nothing has shown nothing.
  const holds = code === 0 && figures !== null;
  const wallMs = Math.round(shell.nowMs() - startedMs);
  const { files, environment } = suite;
  const document = { room: suite.room, verdict: holds ? 'holds' : 'fails', partial: interrupted, wallMs, files };
  writeText(request.file, `${JSON.stringify({ ...document, environment, figures }, null, 2)}\n`);
  const verdict = interrupted ? 'INTERRUPTED' : holds ? 'every proof holds' : 'FAILS';
  shell.out(`nightly ${suite.room}: ${verdict} in ${(wallMs / 1_000).toFixed(0)} s (${request.file})\n`);
  if (interrupted) return exitStatus.interrupted;
  return holds ? exitStatus.holds : exitStatus.fails;
};
