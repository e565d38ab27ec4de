/**
 * `breakwater replay` and `breakwater start`: plays days, tells their story, writes reports.
 *
 * Everything that can be wrong with the request is found before the first run begins, and then
 * nothing is written. From there on whatever was finished is kept, also when the rest is not.
 */
import path from 'node:path';
import type { RunResult } from '../judge/result.ts';
import type { TraceDepth } from '../play/door.ts';
import type { Lang } from '../play/words.ts';
import type { Deviation } from './baseline.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import { type RunsBeside, requireWritable, runFolder, writeReports, writeResults, writeText } from './files.ts';
import { type LoadedPlay, loadPlays } from './load.ts';
import { type Job, playAll } from './pool.ts';
import { createScreen } from './screen.ts';
import type { Shell } from './shell.ts';

export interface ReplayOptions {
  readonly policy?: string | undefined;
  readonly compare?: readonly string[] | undefined;
  /** Absent: the one that a scenario names, or 1. */
  readonly seed?: number | undefined;
  /** How many seeds, from that one on; absent: one. */
  readonly seeds?: number | undefined;
  readonly out: string;
  readonly json: boolean;
  readonly junit?: string | undefined;
  /** A summary for the page of a job. */
  readonly markdown?: string | undefined;
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

const seedMax = 0xffff_ffff;

/** @throws UsageError when there are not that many seeds */
const seedsOf = ({ scenario }: LoadedPlay, { seed, seeds = 1 }: ReplayOptions): readonly number[] => {
  const first = seed ?? scenario.seed ?? 1;
  if (first + seeds - 1 > seedMax) throw new UsageError(`breakwater: --seeds ${seeds}: there is none after ${seedMax}`);
  return Array.from({ length: seeds }, (_, index) => first + index);
};

const besideOf = ({ policies }: LoadedPlay, { seeds = 1 }: ReplayOptions): RunsBeside => ({
  onePolicy: policies.length === 1,
  oneSeed: seeds === 1,
});

const jobsOf = (plays: readonly LoadedPlay[], options: ReplayOptions): readonly Job[] =>
  plays.flatMap((play) =>
    seedsOf(play, options).flatMap((seed) =>
      play.policies.map(({ policy, judgedAs }) => {
        const run = { scenario: play.scenario.id, policy: policy.name, seed };
        const folder = runFolder(options.out, run, besideOf(play, options));
        return {
          scenario: play.scenario,
          policy,
          judgedAs,
          seed,
          trace: options.trace,
          whoWasHurt: options.whoWasHurt,
          traceFile: path.resolve(folder, 'trace.ndjson'),
        };
      }),
    ),
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
  const { out, json, junit, markdown, lang } = options;
  const startedMs = shell.nowMs();
  if (options.tolerance !== undefined && options.baseline === undefined)
    throw new UsageError('breakwater: --tolerance needs --baseline');
  const plays = await underRules(options.fraudRules, loadPlays(scenarios, chosenPolicies(options)));
  requireWritable('--out', out, 'folder');
  if (junit !== undefined) requireWritable('--junit', junit, 'file');
  if (markdown !== undefined) requireWritable('--markdown', markdown, 'file');
  const comparing = options.baseline === undefined ? null : await import('./baseline.ts');
  const baseline = options.baseline === undefined ? null : (comparing?.readBaseline(options.baseline) ?? null);
  const tolerance = options.tolerance === undefined ? null : (comparing?.readTolerance(options.tolerance) ?? null);

  // With --json standard output belongs to the one document; people read the other.
  const [say, tty] = json ? [shell.note, shell.noteTty] : [shell.out, shell.outTty];
  const screen = createScreen(say, tty, lang);
  const jobs = jobsOf(plays, options);
  const { results: played, interrupted, broken } = await playAll(shell, jobs, screen).finally(() => screen.close());
  const results = played.filter((result) => result !== null);

  const beside = new Map(plays.map((play) => [play.scenario.id, besideOf(play, options)]));
  writeResults(out, results, (scenario) => beside.get(scenario) ?? { onePolicy: true, oneSeed: true });
  const reports = await writeReports(
    out,
    plays.map(({ scenario }) => scenario),
    results,
    lang,
  );
  const deviations: readonly Deviation[] =
    comparing === null || baseline === null ? [] : comparing.deviationsOf(results, baseline, tolerance);
  const moved =
    comparing === null || baseline === null
      ? undefined
      : deviations.map((deviation) => comparing.formatDeviation(deviation));
  if (junit !== undefined) {
    const { renderJunit } = await import('../report/junit.ts');
    writeText(junit, renderJunit(results, moved));
  }
  if (markdown !== undefined) {
    const { renderMarkdown } = await import('../report/markdown.ts');
    writeText(markdown, renderMarkdown(results, { lang, deviations: moved }));
  }

  const { renderVerdicts } = await import('../report/terminal.ts');
  if (results.length > 0)
    say(renderVerdicts(results, { lang, colour: tty?.colour ?? false, columns: tty?.columns ?? defaultColumns }));
  if (options.compare !== undefined && results.length > 0) {
    const { renderRanking } = await import('../report/ranking.ts');
    say(renderRanking(results, { lang, colour: tty?.colour ?? false, columns: tty?.columns ?? defaultColumns }));
  }
  if ((options.seeds ?? 1) > 1) {
    const { renderSpread } = await import('../report/spread.ts');
    say(renderSpread(results, { lang }));
  }
  for (const line of moved ?? []) say(`${line}\n`);
  for (const line of baseline === null ? [] : (comparing?.remarksOn(results, baseline) ?? [])) say(`${line}\n`);
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
