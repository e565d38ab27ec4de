/**
 * The long proof of a set of days: every policy with many seeds through the pool that `replay`
 * uses, each protection removed once, and one hash in several processes.
 *
 * Whatever was finished is printed and written, also when the rest is not.
 */
import { exitStatus } from '../cli/exit-status.ts';
import { writeText } from '../cli/files.ts';
import { type LoadedPlay, loadPlays } from '../cli/load.ts';
import { type Job, playAll } from '../cli/pool.ts';
import { totalsLine } from '../cli/replay.ts';
import type { Shell } from '../cli/shell.ts';
import type { RunResult } from '../judge/result.ts';
import type { ProofRequest } from './rooms.ts';
import { type HashProof, type HashRequest, hashLine, proveSameHash } from './same-hash.ts';
import { dayIsGood, dayLines, removalLines, summarise, summariseRemovals } from './summary.ts';

export interface DaysToProve {
  readonly room: string;
  /** Ids or files. */
  readonly scenarios: readonly string[];
  /** Policies that extend another with one protection less; none may go unnoticed on all days. */
  readonly removed: readonly string[];
  /** The policy under which each day is played again in other processes; null: none is. */
  readonly sameHash: string | null;
}

const jobOf = ({ scenario }: LoadedPlay, { policy, judgedAs }: LoadedPlay['policies'][number], seed: number): Job => ({
  scenario,
  policy,
  judgedAs,
  seed,
  trace: 'standard',
  traceFile: null,
});

const isWhole = (result: RunResult | null | undefined): result is RunResult => result != null && !result.partial;

/** What of a run is worth keeping for a closing note. */
const kept = (result: RunResult) => ({
  scenario: result.scenario,
  policy: result.policy,
  seed: result.seed,
  verdict: result.verdict,
  wallMs: Math.round(result.wallMs),
  cpuMs: Math.round(result.cpuMs),
  requests: result.requests,
  traceHash: result.traceHash,
  timings: result.timings,
  traffic: result.traffic,
  faults: result.faults,
  money: result.money,
  page: result.page,
  expectations: result.expectations.map(({ id, measured, holds, sample, reason }) => ({
    id,
    measured,
    holds,
    sample,
    reason,
  })),
});

/** @throws UsageError | HarnessError */
export const proveDays = async (shell: Shell, request: ProofRequest, days: DaysToProve): Promise<number> => {
  const startedMs = shell.nowMs();
  const seeds = Array.from({ length: request.seeds }, (_, index) => request.from + index);
  const plays = loadPlays(days.scenarios, null);
  const jobs = seeds.flatMap((seed) =>
    plays.flatMap((play) => play.policies.map((policy) => jobOf(play, policy, seed))),
  );
  // The same scenario object as above, so that a run finds the day as it was that belongs to it.
  const removals =
    days.removed.length === 0
      ? []
      : loadPlays(days.scenarios, days.removed).flatMap(({ policies }, index) =>
          policies.map((policy) => jobOf(plays[index] as LoadedPlay, policy, request.from)),
        );

  const all = [...jobs, ...removals];
  let finished = 0;
  const { results, interrupted, broken } = await playAll(shell, all, {
    started: () => {},
    story: () => {},
    progress: () => {},
    done(job, { verdict, expectations, wallMs }) {
      finished += 1;
      const failing = expectations.filter(({ holds }) => !holds).map(({ id }) => ` ${id}`);
      const run = `${job.scenario.id} under ${job.policy.name}, seed ${job.seed}`;
      shell.out(`${finished}/${all.length}  ${run}: ${verdict}${failing.join()} (${(wallMs / 1000).toFixed(1)} s)\n`);
    },
  });
  // A run that was cut short says nothing about its day.
  const played = results.slice(0, jobs.length).filter(isWhole);
  const removed = results.slice(jobs.length).filter(isWhole);
  const whole = !interrupted && broken === null;

  const { sameHash } = days;
  const hashRequests =
    sameHash === null
      ? []
      : plays.map(({ scenario: { id }, file }): HashRequest => {
          const known = played.find(
            ({ scenario, policy, seed }) => scenario === id && policy === sameHash && seed === request.from,
          );
          return { argument: file, policy: sameHash, seed: request.from, known: known?.traceHash ?? null };
        });
  const proofs: readonly HashProof[] | null = whole ? await proveSameHash(shell, hashRequests) : null;

  const summaries = summarise(played);
  const wholeOf = ({ scenario, judgedAs, seed }: Job): RunResult | null =>
    results[jobs.findIndex((job) => job.scenario === scenario && job.policy.name === judgedAs && job.seed === seed)] ??
    null;
  const removalSummaries = summariseRemovals(
    removals.flatMap((job, index) => {
      const result = results[jobs.length + index];
      return isWhole(result) ? [{ removed: result, whole: wholeOf(job) }] : [];
    }),
  );
  const good =
    proofs !== null &&
    summaries.every(dayIsGood) &&
    removalSummaries.every(({ noticed }) => noticed) &&
    proofs.every(({ same }) => same);

  const blocks = [
    ...summaries.map(dayLines),
    ...removalSummaries.map(removalLines),
    ...(proofs === null || proofs.length === 0 ? [] : [proofs.map(hashLine)]),
    [
      totalsLine([...played, ...removed], shell.nowMs() - startedMs, 'en'),
      `nightly ${days.room}: ${proofs === null ? 'INTERRUPTED' : good ? 'every proof holds' : 'FAILS'} (${request.file})`,
    ],
  ];
  shell.out(`\n${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`);
  const document = {
    room: days.room,
    from: request.from,
    seeds: request.seeds,
    verdict: good ? 'holds' : 'fails',
    partial: proofs === null,
    days: summaries,
    removed: removalSummaries,
    hashes: proofs ?? [],
    runs: [...played, ...removed].map(kept),
    versions: played[0]?.versions ?? {},
  };
  writeText(request.file, `${JSON.stringify(document, null, 2)}\n`);

  if (broken !== null) throw broken;
  if (proofs === null) return exitStatus.interrupted;
  return good ? exitStatus.holds : exitStatus.fails;
};
