/** `breakwater live ID`: plays a scenario's excerpt with real programs, sockets, databases and faults. */
import path from 'node:path';
import { type Excerpt, ExcerptRefused, excerptOf, type Kill } from '../live/excerpt.ts';
import { isForProxies } from '../live/network.ts';
import type { LiveAnswer, LiveRequest } from '../live/play.ts';
import { twinPolicy } from '../play/door.ts';
import { dayOf } from '../play/scenario.ts';
import { isoInJapan } from '../play/times.ts';
import type { Lang } from '../play/words.ts';
import { programsOf } from '../play/world.ts';
import { formatLine } from '../report/terminal.ts';
import { exitStatus, HarnessError, UsageError } from './exit-status.ts';
import { requireWritable, scenarioFolder, writeReports, writeText } from './files.ts';
import { type LoadedPlay, loadPlay } from './load.ts';
import type { Shell } from './shell.ts';

export interface LiveOptions {
  readonly policy?: string | undefined;
  readonly instances?: number | undefined;
  readonly store?: 'sqlite' | 'postgres' | undefined;
  readonly database?: string | undefined;
  readonly redis?: string | undefined;
  readonly client: 'k6' | 'cast';
  readonly before?: number | undefined;
  readonly cause?: number | undefined;
  readonly after?: number | undefined;
  readonly speed: number;
  readonly kill: readonly Kill[];
  readonly seed: number;
  readonly port: number;
  readonly out: string;
  readonly json: boolean;
  readonly junit?: string | undefined;
  readonly lang: Lang;
}

/** The excerpt of a play, with the caller's wishes. @throws UsageError */
export const cutExcerpt = (
  { scenario }: LoadedPlay,
  policy: string,
  options: Pick<LiveOptions, 'before' | 'cause' | 'after' | 'speed' | 'kill' | 'instances'>,
): Excerpt => {
  try {
    return excerptOf(scenario, {
      policy,
      beforeSeconds: options.before,
      causeSeconds: options.cause,
      afterSeconds: options.after,
      speed: options.speed,
      kills: options.kill,
      instances: options.instances,
    });
  } catch (error) {
    if (error instanceof ExcerptRefused) throw new UsageError(`breakwater: ${error.message}`);
    throw error;
  }
};

/** The one policy that a live run plays: the named one, else `protected` where the scenario has it. */
const choosePlay = (argument: string, wanted: string | undefined): LoadedPlay => {
  const play = loadPlay(argument, wanted === undefined ? null : [wanted]);
  const chosen = play.policies.find(({ policy }) => policy.name === 'protected') ?? play.policies[0];
  return { ...play, policies: chosen === undefined ? [] : [chosen] };
};

/** When the same excerpt first hurts somebody as it was: played on the virtual stage, which takes a second. */
export const onsetOfExcerpt = async (
  play: LoadedPlay,
  options: LiveOptions,
  judgedAs: string,
): Promise<number | null | undefined> => {
  if (judgedAs === twinPolicy) return undefined;
  const { playScenario } = await import('../theatre/play.ts');
  const { hastened } = await import('../live/hasten.ts');
  const twin = loadPlay(play.file, [twinPolicy]).policies[0];
  if (twin === undefined) return undefined;
  // The day as it was knows nothing of our kills.
  const { scenario } = cutExcerpt(play, judgedAs, { ...options, kill: [], instances: undefined });
  const result = await playScenario({
    scenario: { ...scenario, quietMinutes: 1 },
    policy: hastened(twin.policy),
    judgedAs,
    seed: options.seed,
  });
  return result.timings.onset;
};

const storeOf = (options: LiveOptions, instances: number): 'sqlite' | 'postgres' => {
  const store = options.store ?? (instances > 1 || options.database !== undefined ? 'postgres' : 'sqlite');
  if (store === 'sqlite' && instances > 1)
    throw new UsageError('breakwater: --store sqlite serves one gateway instance; use --store postgres');
  if (store === 'sqlite' && options.database !== undefined)
    throw new UsageError('breakwater: --database needs --store postgres');
  return store;
};

/** What the scenario and the arguments ask for, and no live stage has. @throws UsageError */
const refuseImpossible = ({ scenario }: Excerpt, { kill, database, redis }: LiveOptions): void => {
  const programs = programsOf(scenario.world);
  const stranger = kill.find(({ program }) => !programs.includes(program));
  if (stranger !== undefined)
    throw new UsageError(`breakwater: --kill: no program ${stranger.program}; the world has ${programs.join(', ')}`);
  const addresses = [
    ['--database', database, /^postgres(ql)?:\/\/[^/]*\/.+/, 'postgres://user:password@host:5432/database'],
    ['--redis', redis, /^(rediss?:\/\/.+|\/.+)/, 'redis://host:6379'],
  ] as const;
  for (const [option, given, shape, like] of addresses)
    if (given !== undefined && !shape.test(given))
      throw new UsageError(`breakwater: ${option} ${given}: must be an address like ${like}`);
  for (const { id, what } of scenario.timeline)
    if (what.kind === 'link' && !isForProxies(what.toxic))
      throw new UsageError(`breakwater: ${id}: a proxy cannot do ${what.toxic.type}; only the virtual stage has it`);
};

/** A gateway goes on without its Redis, so nobody but us would say so. @throws HarnessError */
const requireRedis = async (url: string): Promise<void> => {
  const { Redis } = await import('ioredis');
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  let why: Error | undefined;
  client.on('error', (error: Error) => {
    why ??= error;
  });
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    throw new HarnessError(`--redis: does not answer: ${(why ?? (error as Error)).message.split('\n')[0]}`, {
      cause: error,
    });
  } finally {
    client.disconnect();
  }
};

/** Everything that a run needs and may not be there. @throws HarnessError */
export const requireParts = async (
  store: 'sqlite' | 'postgres',
  instances: number,
  options: LiveOptions,
): Promise<void> => {
  const { toolFile } = await import('../live/tools.ts');
  toolFile('toxiproxy');
  if (options.client === 'k6') toolFile('k6');
  if (store === 'postgres' && options.database === undefined) toolFile('postgres');
  if (instances > 1 && options.redis === undefined) toolFile('redis');
  if (options.redis !== undefined) await requireRedis(options.redis);
  if (options.database === undefined) return;
  const { openReader } = await import('../live/books.ts');
  const reader = await openReader(options.database, '').catch((error: unknown) => {
    throw new HarnessError(`--database: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
  try {
    const [row] = await reader.rows(
      "select count(*) as n from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema')",
    );
    if (Number(row?.n) > 0) throw new HarnessError('--database: is not empty; a run begins with a database of its own');
  } finally {
    await reader.close();
  }
};

/** Plays and says how the command ends. @throws UsageError | HarnessError */
export const live = async (shell: Shell, argument: string, options: LiveOptions): Promise<number> => {
  const { out, json, junit, lang, seed } = options;
  const play = choosePlay(argument, options.policy);
  const [chosen] = play.policies;
  if (chosen === undefined) throw new UsageError(`breakwater: ${argument} names no policy`);
  const { policy, judgedAs } = chosen;
  const excerpt = cutExcerpt(play, judgedAs, options);
  const { instances } = excerpt.scenario.world.gateway;
  const store = storeOf(options, instances);
  refuseImpossible(excerpt, options);
  requireWritable('--out', out, 'folder');
  if (junit !== undefined) requireWritable('--junit', junit, 'file');
  await requireParts(store, instances, options);
  const folder = scenarioFolder(out, play.scenario.id);
  const say = json ? shell.note : shell.out;
  const tty = json ? shell.noteTty : shell.outTty;

  const controller = new AbortController();
  const forget = shell.onInterrupt(() => controller.abort());
  let answer: LiveAnswer;
  try {
    const { playLive, Interrupted } = await import('../live/play.ts');
    const { clientNamed } = await import('../live/clients.ts');
    const request: LiveRequest = {
      excerpt,
      policy,
      judgedAs,
      seed,
      store,
      databaseUrl: options.database,
      redisUrl: options.redis,
      port: options.port,
      logFolder: path.resolve(folder, 'logs'),
      client: clientNamed(options.client),
      onsetMs: await onsetOfExcerpt(play, options, judgedAs),
      signal: controller.signal,
      onProgress: (what) => say(`live: ${what}\n`),
      onStory: (mark) => {
        const startsAt = isoInJapan(dayOf(excerpt.scenario).startWallMs);
        say(`${formatLine(mark, { colour: tty?.colour ?? false, lang, startsAt })}\n`);
      },
    };
    try {
      answer = await playLive(request);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      say(lang === 'ja' ? '中断しました\n' : 'interrupted; nothing was played\n');
      return exitStatus.interrupted;
    }
  } finally {
    forget();
  }

  const { result, trace, clientFigures } = answer;
  writeText(path.join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
  writeText(path.join(folder, 'trace.ndjson'), trace.map((line) => `${line}\n`).join(''));
  const reports = await writeReports(out, [play.scenario], [result], lang);
  if (junit !== undefined) {
    const { renderJunit } = await import('../report/junit.ts');
    writeText(junit, renderJunit([result]));
  }
  const { renderVerdicts } = await import('../report/terminal.ts');
  say(renderVerdicts([result], { lang, colour: tty?.colour ?? false, columns: tty?.columns ?? 100 }));
  for (const note of excerpt.notes) say(`${note}\n`);
  const counted = result.traffic.innocent.sent + result.traffic.abusive.sent;
  if (clientFigures !== null) {
    const { operations, requests, crossed } = clientFigures;
    say(`${result.versions.client}: ${operations} operations in ${requests} requests; the judge counted ${counted}\n`);
    for (const bound of crossed) say(`${result.versions.client}: does not hold: ${bound}\n`);
  }
  for (const report of reports) say(`${lang === 'ja' ? '報告書' : 'report'}: ${report}\n`);
  if (json) shell.out(`${JSON.stringify({ runs: [result], ...(result.partial ? { partial: true } : {}) })}\n`);
  if (result.partial) return exitStatus.interrupted;
  if (clientFigures !== null && clientFigures.operations !== counted)
    throw new HarnessError(`the client counted ${clientFigures.operations} operations, the judge ${counted}`);
  const holds = result.verdict === 'holds' && (clientFigures?.crossed ?? []).length === 0;
  return holds ? exitStatus.holds : exitStatus.fails;
};
