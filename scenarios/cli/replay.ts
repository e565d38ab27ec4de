/**
 * `breakwater replay` and `breakwater start`: plays days, tells their story, writes reports.
 *
 * Everything that can be wrong with the request is found before the first run begins, and then
 * nothing is written. From there on whatever was finished is kept, also when the rest is not.
 */
import path from 'node:path';
import type { RunResult } from '../judge/result.ts';
import type { TraceDepth } from '../play/door.ts';
import type { Deviation } from './baseline.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import { requireWritable, runFolder, writeReports, writeResults, writeText } from './files.ts';
import { type LoadedPlay, loadPlays } from './load.ts';
import { type Job, playAll } from './pool.ts';
import { createScreen } from './screen.ts';
import type { Lang, Shell } from './shell.ts';

export interface ReplayOptions {
  readonly policy?: string | undefined;
  readonly compare?: readonly string[] | undefined;
  /** Absent: the one that a scenario names, or 1. */
  readonly seed?: number | undefined;
  readonly out: string;
  readonly json: boolean;
  readonly junit?: string | undefined;
  readonly trace: TraceDepth;
  readonly baseline?: string | undefined;
  readonly tolerance?: string | undefined;
  /** A file of fraud rules that replaces those of every policy. */
  readonly fraudRules?: string | undefined;
  /** Plays each day without the incident as well: another run for each run. */
  readonly whoWasHurt: boolean;
  readonly lang: Lang;
}

const defaultColumns = 100;

/** Policies of the arguments; null: those each scenario names. @throws UsageError */
const chosenPolicies = ({ policy, compare }: ReplayOptions): readonly string[] | null => {
  if (policy !== undefined && compare !== undefined)
    throw new UsageError('breakwater: --policy and --compare exclude each other');
  if (compare === undefined) return policy === undefined ? null : [policy];
  const twice = compare.find((name, index) => compare.indexOf(name) < index);
  if (twice !== undefined) throw new UsageError(`breakwater: --compare names ${twice} twice`);
  return compare;
};

const jobsOf = (plays: readonly LoadedPlay[], { seed, trace, out, whoWasHurt }: ReplayOptions): readonly Job[] =>
  plays.flatMap(({ scenario, policies }) =>
    policies.map(({ policy, judgedAs }) => ({
      scenario,
      policy,
      judgedAs,
      seed: seed ?? scenario.seed ?? 1,
      trace,
      whoWasHurt,
      traceFile: path.resolve(runFolder(out, scenario.id, policy.name, policies.length === 1), 'trace.ndjson'),
    })),
  );

/** The same plays with the rules of a file in every policy. @throws UsageError */
const underRules = async (file: string | undefined, plays: readonly LoadedPlay[]): Promise<readonly LoadedPlay[]> => {
  if (file === undefined) return plays;
  const { readRulesFile } = await import('./fraud-matrix.ts');
  const { readRules } = await import('../../gateway/app.ts');
  const read = readRules(readRulesFile(file));
  if ('faults' in read)
    throw new UsageError(
      ...read.faults.map(({ path: at, reason }) => `${file}: ${at === '' ? '' : `${at}: `}${reason}`),
    );
  return plays.map((play) => ({
    ...play,
    policies: play.policies.map(({ policy, judgedAs }) => ({
      policy: { ...policy, fraud: { ...policy.fraud, rules: read.rules } },
      judgedAs,
    })),
  }));
};

const grouped = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');

/** `7 runs, 1,013,222 requests, 61.0 s of CPU in 33.4 s, 16,610 requests per CPU-second`. */
export const totalsLine = (results: readonly RunResult[], wallMs: number, lang: Lang): string => {
  const sum = (figure: 'requests' | 'cpuMs'): number => results.reduce((total, result) => total + result[figure], 0);
  const [requests, cpuMs] = [sum('requests'), sum('cpuMs')];
  const perSecond = cpuMs === 0 ? '-' : grouped((requests / cpuMs) * 1000);
  const [cpu, wall] = [(cpuMs / 1000).toFixed(1), (wallMs / 1000).toFixed(1)];
  return lang === 'ja'
    ? `${results.length} 回の実行、リクエスト ${grouped(requests)} 件、CPU ${cpu} 秒 (実時間 ${wall} 秒)、CPU 1 秒あたり ${perSecond} 件`
    : `${results.length} ${results.length === 1 ? 'run' : 'runs'}, ${grouped(requests)} requests, ${cpu} s of CPU in ${wall} s, ${perSecond} requests per CPU-second`;
};

/** Plays the scenarios and says how the command ends. @throws UsageError | HarnessError */
export const replay = async (shell: Shell, scenarios: readonly string[], options: ReplayOptions): Promise<number> => {
  const { out, json, junit, lang } = options;
  const startedMs = shell.nowMs();
  if (options.tolerance !== undefined && options.baseline === undefined)
    throw new UsageError('breakwater: --tolerance needs --baseline');
  const plays = await underRules(options.fraudRules, loadPlays(scenarios, chosenPolicies(options)));
  requireWritable('--out', out, 'folder');
  if (junit !== undefined) requireWritable('--junit', junit, 'file');
  const comparing = options.baseline === undefined ? null : await import('./baseline.ts');
  const baseline = options.baseline === undefined ? null : (comparing?.readBaseline(options.baseline) ?? null);
  const tolerance = options.tolerance === undefined ? null : (comparing?.readTolerance(options.tolerance) ?? null);

  // With --json standard output belongs to the one document; people read the other.
  const [say, tty] = json ? [shell.note, shell.noteTty] : [shell.out, shell.outTty];
  const screen = createScreen(say, tty, lang);
  const jobs = jobsOf(plays, options);
  const { results: played, interrupted, broken } = await playAll(shell, jobs, screen).finally(() => screen.close());
  const results = played.filter((result) => result !== null);

  const policiesOf = new Map(plays.map(({ scenario, policies }) => [scenario.id, policies.length]));
  writeResults(out, results, (scenario) => policiesOf.get(scenario) === 1);
  const reports = await writeReports(
    out,
    plays.map(({ scenario }) => scenario),
    results,
    lang,
  );
  if (junit !== undefined) {
    const { renderJunit } = await import('../report/junit.ts');
    writeText(junit, renderJunit(results));
  }

  const { renderVerdicts } = await import('../report/terminal.ts');
  if (results.length > 0)
    say(renderVerdicts(results, { lang, colour: tty?.colour ?? false, columns: tty?.columns ?? defaultColumns }));
  if (options.compare !== undefined && results.length > 0) {
    const { renderRanking } = await import('../report/ranking.ts');
    say(renderRanking(results, { lang, colour: tty?.colour ?? false, columns: tty?.columns ?? defaultColumns }));
  }
  const deviations: readonly Deviation[] =
    comparing === null || baseline === null ? [] : comparing.deviationsOf(results, baseline, tolerance);
  for (const deviation of deviations) say(`${comparing?.formatDeviation(deviation)}\n`);
  if (results.length > 0) say(`${totalsLine(results, shell.nowMs() - startedMs, lang)}\n`);
  for (const report of reports) say(`${lang === 'ja' ? '報告書' : 'report'}: ${report}\n`);
  if (interrupted) {
    const unplayed = jobs.length - results.length;
    say(
      lang === 'ja'
        ? `中断しました。未実行 ${unplayed} 件\n`
        : `interrupted; ${unplayed} of ${jobs.length} runs have no result\n`,
    );
  }
  if (json) {
    const document = {
      runs: results,
      ...(baseline === null ? {} : { deviations }),
      ...(results.length < jobs.length || interrupted ? { partial: true } : {}),
    };
    shell.out(`${JSON.stringify(document)}\n`);
  }

  if (broken !== null) throw broken;
  if (interrupted) return exitStatus.interrupted;
  const holds = results.every(({ verdict }) => verdict === 'holds') && deviations.length === 0;
  return holds ? exitStatus.holds : exitStatus.fails;
};
