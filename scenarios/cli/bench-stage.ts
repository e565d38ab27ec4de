/**
 * `breakwater bench-stage`: what the virtual stage and a whole day cost, beside a bare HTTP echo.
 *
 * Machines differ and a shared one differs from minute to minute, so what is published is the
 * ratio to a bare server measured in the same run: the three take turns, and the middle of the
 * rounds counts (design.md section 10).
 */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { exitStatus, HarnessError } from './exit-status.ts';
import { loadPlay } from './load.ts';
import { playAll } from './pool.ts';
import type { Shell } from './shell.ts';

const rounds = 3;
const echoes = 40_000;
const roundTrips = 20_000;
/** The shortest of the catalogue's days; as it was, because any other policy plays that one too, for its onset. */
const day = { scenario: 'payjp-2017-07-13', policy: 'as-it-was' } as const;

const scriptOf = (...names: readonly string[]): string => path.join(import.meta.dirname, ...names);

const outputOf = async (script: string, ...args: readonly string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args]);
  return stdout;
};

/** Requests per CPU-second of the bare server and its client. */
const bareEcho = async (): Promise<number> => {
  const { requests, cpuMs } = JSON.parse(await outputOf(scriptOf('bare-echo.ts'), `${echoes}`)) as {
    readonly requests: number;
    readonly cpuMs: number;
  };
  return (requests / cpuMs) * 1000;
};

/** The same of the stage with two programs that echo: the last line of its own bench, which is warm. */
const stageEcho = async (): Promise<number> => {
  const out = await outputOf(scriptOf('..', 'stage', 'bench.ts'), `${roundTrips}`, 'light');
  const figures = [...out.matchAll(/(\d+) requests\/CPU-s/g)].map(([, figure]) => Number(figure));
  const last = figures.at(-1);
  if (last === undefined) throw new HarnessError(`the bench of the stage printed no figure:\n${out}`);
  return last;
};

/** The same of a whole day, with everything that is in it; null when it was interrupted. */
const wholeDay = async (shell: Shell): Promise<number | null> => {
  const { scenario, policies } = loadPlay(day.scenario, [day.policy]);
  const jobs = policies.map(({ policy, judgedAs }) => ({
    scenario,
    policy,
    judgedAs,
    seed: 1,
    trace: 'standard' as const,
    traceFile: null,
  }));
  const quiet = { started: () => {}, story: () => {}, progress: () => {}, done: () => {} };
  const { results, interrupted, broken } = await playAll(shell, jobs, quiet);
  if (broken !== null) throw broken;
  const [result] = results;
  return interrupted || result == null ? null : (result.requests / result.cpuMs) * 1000;
};

const middleOf = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
const whole = (value: number): string => String(Math.round(value)).padStart(7);

/** Prints the rounds and their middle. @throws HarnessError when one of the three cannot run */
export const benchStage = async (shell: Shell): Promise<number> => {
  shell.out('requests per CPU-second     bare node:http    stage, echo    whole day\n');
  const taken: { readonly bare: number; readonly stage: number; readonly played: number }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const bare = await bareEcho();
    const stage = await stageEcho();
    const played = await wholeDay(shell);
    if (played === null) return exitStatus.interrupted;
    taken.push({ bare, stage, played });
    shell.out(
      `  round ${round}                          ${whole(bare)}        ${whole(stage)}      ${whole(played)}\n`,
    );
  }
  const ratio = (of: 'stage' | 'played'): string =>
    middleOf(taken.map((figures) => figures[of] / figures.bare)).toFixed(2);
  shell.out(`ratio to bare node:http, middle of ${rounds}: stage ${ratio('stage')}, whole day ${ratio('played')}\n`);
  shell.out(`(whole day: ${day.scenario} under ${day.policy}; the bare figure counts server and client)\n`);
  return exitStatus.holds;
};
