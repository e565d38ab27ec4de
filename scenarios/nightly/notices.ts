/**
 * Every day of the catalogue that hurts ordinary merchants, protected, many seeds: when the first public notice came,
 * when everybody who was hurt had been told, and whether anybody was called well too soon (`notice-line.ts`).
 */
import { leastDelayMs } from '../../gateway/app.ts';
import { exitStatus } from '../cli/exit-status.ts';
import { writeText } from '../cli/files.ts';
import { loadPlays } from '../cli/load.ts';
import { type Job, playAll } from '../cli/pool.ts';
import type { Shell } from '../cli/shell.ts';
import type { RunResult } from '../judge/result.ts';
import { catalogueIds } from '../play/catalogue.ts';
import { type NoticeLine, noticeHead, noticeLine, noticeText } from './notice-line.ts';
import type { ProofRequest } from './rooms.ts';

/** Nobody is hurt there, so the page must be silent. */
const silent: ReadonlySet<string> = new Set(['payjp-2017-07-14', 'flash-sale', 'brand-blip-3s']);
/** Announced beforehand, or nothing happens: no notice of an incident is due. */
const announced: ReadonlySet<string> = new Set(['payjp-2016-05-16', 'payjp-2017-04-26', 'payjp-2024-12-09']);
/** Seen only by those who do not come back. */
const byFlows: ReadonlySet<string> = new Set(['acs-app-not-returned', 'challenge-never-returns']);

const bare = 'as-it-was';
const guarded = 'protected';

/** @throws UsageError | HarnessError */
export const notices = async (shell: Shell, request: ProofRequest): Promise<number> => {
  const plays = loadPlays(request.days ?? catalogueIds().filter((id) => !announced.has(id)), [bare, guarded]).filter(
    // A day that names other policies alone is about those.
    ({ scenario, policies }) =>
      policies.every(({ judgedAs }) => scenario.policies.includes(judgedAs)) || request.days !== undefined,
  );
  const jobs = Array.from({ length: request.seeds }, (_, index) => request.from + index).flatMap((seed) =>
    plays.flatMap(({ scenario, policies }) =>
      policies.map(
        ({ policy, judgedAs }): Job => ({ scenario, policy, judgedAs, seed, trace: 'standard', traceFile: null }),
      ),
    ),
  );
  const policy = plays[0]?.policies.find(({ policy: one }) => one.name === guarded)?.policy;
  if (policy === undefined) throw new Error('no day to play');

  const half = new Map<string, RunResult>();
  const lines: NoticeLine[] = [];
  shell.out(`${noticeHead()}\n`);
  const { interrupted, broken } = await playAll(shell, jobs, {
    started: () => {},
    story: () => {},
    progress: () => {},
    done({ scenario: { id }, seed }, result) {
      if (result.partial) return;
      const other = half.get(`${id} ${seed}`);
      if (other === undefined) {
        half.set(`${id} ${seed}`, result);
        return;
      }
      half.delete(`${id} ${seed}`);
      const [was, is] = result.policy === bare ? [result, other] : [other, result];
      const line = noticeLine(was, is, {
        leastDelayMs: (rate, share) => leastDelayMs(policy.detector, rate, share),
        observationMs: byFlows.has(id) ? policy.detector.flows.patienceMs : policy.breaker.slowMs,
        mustBeSilent: silent.has(id),
      });
      lines.push(line);
      shell.out(`${noticeText(line)}\n`);
    },
  });
  const isWhole = !interrupted && broken === null && lines.length * 2 === jobs.length;
  const bad = lines.filter(({ faults }) => faults.length > 0);
  const due = lines.filter(({ boundMs }) => boundMs !== null);
  const good = isWhole && bad.length === 0;
  writeText(
    request.file,
    `${JSON.stringify({ room: 'notices', verdict: good ? 'holds' : 'fails', partial: !isWhole, lines }, null, 2)}\n`,
  );
  shell.out(
    `\nnightly notices: ${isWhole ? (good ? 'every proof holds' : 'FAILS') : 'INTERRUPTED'}: ${lines.length} runs, ` +
      `a notice due in ${due.length}, ${bad.length} not as promised (${request.file})\n`,
  );
  if (broken !== null) throw broken;
  if (!isWhole) return exitStatus.interrupted;
  return good ? exitStatus.holds : exitStatus.fails;
};
