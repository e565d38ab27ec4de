/**
 * Where the files of a replay go.
 *
 *     DIR/<scenario>/report.html                     all its runs over one time axis
 *     DIR/<scenario>/result.json, trace.ndjson       when it was played under one policy
 *     DIR/<scenario>/<policy>/result.json, …         when it was played under several
 *     DIR/<scenario>/[<policy>/]seed-<n>/result.json when it was played with several seeds
 */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RunResult } from '../judge/result.ts';
import type { Scenario } from '../play/scenario.ts';
import type { Lang } from '../play/words.ts';
import { UsageError } from './exit-status.ts';

export const scenarioFolder = (out: string, scenario: string): string => path.join(out, scenario);

/** What else of one scenario is played, as far as it needs folders of its own. */
export interface RunsBeside {
  /** Its scenario is played under no other policy. */
  readonly onePolicy: boolean;
  readonly oneSeed: boolean;
}

/** The folder of one run. */
export const runFolder = (
  out: string,
  { scenario, policy, seed }: Pick<RunResult, 'scenario' | 'policy' | 'seed'>,
  { onePolicy, oneSeed }: RunsBeside,
): string =>
  path.join(scenarioFolder(out, scenario), ...(onePolicy ? [] : [policy]), ...(oneSeed ? [] : [`seed-${seed}`]));

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

/** The nearest folder or file that exists on the way to `target`. */
const nearest = (target: string): string => {
  const full = path.resolve(target);
  return existsSync(full) ? full : nearest(path.dirname(full));
};

/** Refuses before anything is played what could not be written after it. @throws UsageError */
export const requireWritable = (option: string, target: string, kind: 'folder' | 'file'): void => {
  const refuse = (why: string): never => {
    throw new UsageError(`breakwater: ${option} ${target}: ${why}`);
  };
  const there = nearest(target);
  const isTarget = there === path.resolve(target);
  if (isTarget && kind === 'file' && statSync(there).isDirectory()) refuse('is a folder');
  if (!(isTarget && kind === 'file') && !statSync(there).isDirectory()) refuse(`${there} is not a folder`);
  try {
    accessSync(there, constants.W_OK);
  } catch (error) {
    refuse(`${there} may not be written (${codeOf(error)})`);
  }
};

export const writeText = (file: string, text: string): void => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
};

/** The text of a file an option names. @throws UsageError when it cannot be read */
export const readText = (option: string, file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`breakwater: ${option} ${file}: cannot be read (${codeOf(error)})`);
  }
};

/** Writes `result.json` of each run. The traces are there already, written by the workers. */
export const writeResults = (
  out: string,
  results: readonly RunResult[],
  besideOf: (scenario: string) => RunsBeside,
): void => {
  for (const result of results) {
    const folder = runFolder(out, result, besideOf(result.scenario));
    writeText(path.join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
  }
};

/** Writes one report per scenario and returns their files, in the order of the scenarios. */
export const writeReports = async (
  out: string,
  scenarios: readonly Scenario[],
  results: readonly RunResult[],
  lang: Lang,
): Promise<readonly string[]> => {
  const { renderReport } = await import('../report/html.ts');
  return scenarios.flatMap(({ id }) => {
    const runs = results.filter((result) => result.scenario === id);
    if (runs.length === 0) return [];
    const file = path.join(scenarioFolder(out, id), 'report.html');
    writeText(file, renderReport(runs, { lang }));
    return [file];
  });
};
