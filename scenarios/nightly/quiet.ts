/**
 * Whole days on which nothing is wrong, through everything: `quiet-day` of the catalogue, a day of the calendar and a seed
 * after the other, so that seven are a week with its nights. Nothing may be opened, published or told.
 */
import { exitStatus } from '../cli/exit-status.ts';
import { writeText } from '../cli/files.ts';
import { loadPlay } from '../cli/load.ts';
import { type Job, playAll } from '../cli/pool.ts';
import type { Shell } from '../cli/shell.ts';
import type { RunResult } from '../judge/result.ts';
import type { ProofRequest } from './rooms.ts';

const dayMs = 86_400_000;

/** `2026-05-13` and one is `2026-05-14`. */
export const laterDate = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

/** What a run says against a quiet day; empty: nothing. */
export const unquiet = ({ expectations, invariants }: RunResult): readonly string[] => [
  ...expectations.filter(({ holds }) => !holds).map(({ id, reason }) => `${id}: ${reason ?? 'fails'}`),
  ...invariants.filter(({ found }) => found > 0).map(({ id, found }) => `${id} x${found}`),
];

/** @throws UsageError | HarnessError */
export const quiet = async (shell: Shell, request: ProofRequest): Promise<number> => {
  const { scenario, policies } = loadPlay('quiet-day', null);
  const jobs = Array.from({ length: request.seeds }, (_, index) => index).flatMap((index) =>
    policies.map(
      ({ policy, judgedAs }): Job => ({
        scenario: { ...scenario, date: laterDate(scenario.date, index) },
        policy,
        judgedAs,
        seed: request.from + index,
        trace: 'standard',
        traceFile: null,
      }),
    ),
  );
  const days: { date: string; seed: number; sent: number; requests: number; faults: readonly string[] }[] = [];
  const { interrupted, broken } = await playAll(shell, jobs, {
    started: () => {},
    story: () => {},
    progress: () => {},
    done({ scenario: { date }, seed }, result) {
      if (result.partial) return;
      const { sent } = result.traffic.innocent;
      const faults = unquiet(result);
      days.push({ date, seed, sent, requests: result.requests, faults });
      const minutes = (result.wallMs / 60_000).toFixed(1);
      shell.out(
        `${date}, seed ${seed}: ${faults.length === 0 ? 'quiet' : `NOT QUIET: ${faults.join('; ')}`} ` +
          `(${sent.toLocaleString('en-US')} operations, ${result.requests.toLocaleString('en-US')} requests, ${minutes} min)\n`,
      );
    },
  });
  const isWhole = !interrupted && broken === null && days.length === jobs.length;
  const loud = days.filter(({ faults }) => faults.length > 0).length;
  const good = isWhole && loud === 0;
  writeText(
    request.file,
    `${JSON.stringify({ room: 'quiet', verdict: good ? 'holds' : 'fails', partial: !isWhole, days }, null, 2)}\n`,
  );
  shell.out(
    `\nnightly quiet: ${isWhole ? (good ? 'every proof holds' : 'FAILS') : 'INTERRUPTED'}: ${loud} of ${days.length} days not quiet (${request.file})\n`,
  );
  if (broken !== null) throw broken;
  if (!isWhole) return exitStatus.interrupted;
  return good ? exitStatus.holds : exitStatus.fails;
};
