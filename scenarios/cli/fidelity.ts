/** `breakwater fidelity`: one excerpt on both stages, and how far they agree. */
import path from 'node:path';
import type { RunResult } from '../judge/result.ts';
import { agreementTable, compareStages, nudged, nudgesFor } from '../live/fidelity.ts';
import { hastened } from '../live/hasten.ts';
import { twinPolicy } from '../play/door.ts';
import { exitStatus, UsageError } from './exit-status.ts';
import { requireWritable, scenarioFolder, writeText } from './files.ts';
import { cutExcerpt, type LiveOptions, onsetOfExcerpt, requireParts } from './live.ts';
import { loadPlay } from './load.ts';
import type { Shell } from './shell.ts';

export type FidelityOptions = Pick<LiveOptions, 'policy' | 'client' | 'seed' | 'out' | 'json'>;

/** What is compared when nothing is named: a failover, a cap, a containment. */
const defaults = [
  ['payjp-2017-07-12', 'protected'],
  ['payjp-2017-07-14', 'as-it-was'],
  ['payjp-2017-07-14', 'protected'],
] as const;

/** Plays and says how the command ends. @throws UsageError | HarnessError */
export const fidelity = async (
  shell: Shell,
  scenarios: readonly string[],
  options: FidelityOptions,
): Promise<number> => {
  const { seed, out, json, client } = options;
  if (scenarios.length === 0 && options.policy !== undefined)
    throw new UsageError('breakwater: --policy needs a scenario');
  const wanted =
    scenarios.length === 0 ? defaults : scenarios.map((id) => [id, options.policy ?? 'protected'] as const);
  const plays = wanted.map(([id, name]) => loadPlay(id, [name]));
  requireWritable('--out', out, 'folder');
  const liveOptions: LiveOptions = { ...options, speed: 1, kill: [], port: 0, lang: 'en' };
  await requireParts('sqlite', 1, liveOptions);
  const say = json ? shell.note : shell.out;
  const controller = new AbortController();
  const forget = shell.onInterrupt(() => controller.abort());
  const compared: object[] = [];
  let agrees = true;
  try {
    const [{ playLive, Interrupted }, { playScenario }, { clientNamed }] = await Promise.all([
      import('../live/play.ts'),
      import('../theatre/play.ts'),
      import('../live/clients.ts'),
    ]);
    for (const play of plays) {
      const [chosen] = play.policies;
      if (chosen === undefined) continue;
      const { policy, judgedAs } = chosen;
      const excerpt = cutExcerpt(play, judgedAs, { ...liveOptions, instances: 1 });
      const onsetMs = await onsetOfExcerpt(play, liveOptions, judgedAs);
      const request = {
        scenario: excerpt.scenario,
        policy: hastened(policy),
        judgedAs,
        seed,
      } as const;
      const playVirtually = (scenario: typeof request.scenario): Promise<RunResult> => {
        const onset = onsetMs === undefined || judgedAs === twinPolicy ? {} : { onsetMs };
        return playScenario({ ...request, ...onset, scenario });
      };
      const virtuals = [await playVirtually(excerpt.scenario)];
      for (const byMs of nudgesFor(virtuals[0]!)) virtuals.push(await playVirtually(nudged(excerpt.scenario, byMs)));
      const title = `${excerpt.scenario.id} ${policy.name}, ${excerpt.lengthMs / 1000} s`;
      say(`${title}: played ${virtuals.length > 1 ? `${virtuals.length} times ` : ''}on the virtual stage; now live\n`);
      let live: Awaited<ReturnType<typeof playLive>>['result'];
      try {
        ({ result: live } = await playLive({
          excerpt,
          policy,
          judgedAs,
          seed,
          store: 'sqlite',
          port: 0,
          logFolder: path.resolve(scenarioFolder(out, excerpt.scenario.id), policy.name, 'logs'),
          client: clientNamed(client),
          onsetMs,
          signal: controller.signal,
        }));
      } catch (error) {
        if (error instanceof Interrupted) return exitStatus.interrupted;
        throw error;
      }
      if (live.partial) return exitStatus.interrupted;
      const rows = compareStages(virtuals, live);
      agrees &&= rows.length > 0 && rows.every((row) => row.agrees);
      compared.push({ scenario: excerpt.scenario.id, policy: policy.name, seed, rows });
      say(agreementTable(title, rows));
    }
  } finally {
    forget();
  }
  writeText(path.join(out, 'fidelity.json'), `${JSON.stringify(compared, null, 2)}\n`);
  if (json) shell.out(`${JSON.stringify({ compared })}\n`);
  return agrees ? exitStatus.holds : exitStatus.fails;
};
