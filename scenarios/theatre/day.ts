/**
 * One day on the virtual stage: the world, the cast, the timeline and everybody who watches,
 * composed and ready to run. `play.ts` runs and judges it.
 */
import { openSqliteStore, type Policy, type SqliteStore } from '../../gateway/app.ts';
import { type Auditor, createAuditor } from '../audit/auditor.ts';
import { createCast, type PlayingCast } from '../cast/cast.ts';
import type { LoadSample } from '../judge/load.ts';
import type { Operation } from '../judge/observation.ts';
import { createRecorder, type Recorder } from '../judge/recorder.ts';
import type { Mark } from '../judge/result.ts';
import type { LogEntry } from '../judge/stories.ts';
import { dayOf, type Scenario } from '../play/scenario.ts';
import { playTimeline, type TimelineEntry, timelineOf } from '../play/timeline.ts';
import { ownTenant, threeDSecureProgram } from '../play/world.ts';
import { createStage, type Stage } from '../stage/stage.ts';
import type { TraceSink } from '../stage/trace.ts';
import { type AwayBook, createAwayBook } from './away.ts';
import { awayByRules } from './away-by-rules.ts';
import { acquirerHost, hosts, secrets, urlOf } from './credentials.ts';
import { callJson, createDirector, NoAnswerError } from './director.ts';
import { createFaultBook, type FaultBook, type FaultTotals } from './fault-book.ts';
import { addPrograms, setLinks } from './programs.ts';
import { promisesOf } from './promises.ts';
import { upstreamExchange, wireExchange } from './seen.ts';
import { createStoreWeather, type StoreWeather } from './store-weather.ts';

/** The cast enrols before the day begins. */
export const enrolMs = 300_000;
const sampleEveryMs = 10_000;
/** Both dialects call it so. */
const cardNumber = /(?:^|&)CardNo=(\d+)/;

export interface DayOptions {
  readonly scenario: Scenario;
  readonly policy: Policy;
  readonly seed: number;
  /** The scenario's policy whose timeline applies; the policy's own name when absent. */
  readonly judgedAs?: string | undefined;
  /** False gives the day without the incident. */
  readonly causes?: boolean;
  /** `web` plays with the native Request and Response; the hash must not change. */
  readonly http?: 'light' | 'web';
  /** False: nobody reads the acquirers' load figures, which only a report shows. */
  readonly sampling?: boolean;
  readonly onMark?: (mark: Mark) => void;
  readonly onLog?: (entry: LogEntry) => void;
  readonly onOperation?: (operation: Operation) => void;
  readonly traceSink?: TraceSink;
}

export interface StagedDay {
  readonly stage: Stage;
  readonly store: SqliteStore;
  readonly cast: PlayingCast;
  readonly recorder: Recorder;
  readonly auditor: Auditor;
  readonly entries: readonly TimelineEntry[];
  /** What the acquirers' fault rules did. */
  readonly faultBook: FaultBook;
  readonly startWallMs: number;
  readonly dayMs: number;
  /** Runs until this scenario time. */
  runUntil(scenarioMs: number, onProgress?: (scenarioMs: number) => void): Promise<'reached' | 'stopped'>;
  /** The play is over: nobody looks at the page any more, and what is still cut off is booked. */
  end(): void;
  close(): void;
}

export const stageDay = (options: DayOptions): StagedDay => {
  const { scenario, policy, seed } = options;
  const { startWallMs, dayMs } = dayOf(scenario);
  const { latencyMs, sigma } = scenario.world.links.default;
  const stage = createStage({
    seed,
    startWallMs: startWallMs - enrolMs,
    latency: { medianMs: latencyMs, sigma },
    ...(options.http === undefined ? {} : { http: options.http }),
    ...(options.traceSink === undefined ? {} : { traceSink: options.traceSink }),
  });
  setLinks(stage, scenario.world);
  const store = openSqliteStore({ location: ':memory:' });
  const storeWeather = createStoreWeather(store, stage.clock);
  const shared = addPrograms(stage, scenario.world, policy, storeWeather.store);

  const recorder = createRecorder({
    startWallMs,
    dayMs,
    ourTenant: ownTenant,
    ...(options.onMark === undefined ? {} : { onMark: options.onMark }),
  });
  const acquirers = new Set(scenario.world.acquirers.map(({ id }) => id));
  const auditor = createAuditor({
    startWallMs,
    ourTenant: ownTenant,
    seed,
    acquirers,
    threeDSecure: threeDSecureProgram,
    promises: promisesOf(policy, scenario.world, startWallMs, (number) => cast.testerOf(number)),
  });
  stage.onLog(({ program, atMs, fields }) => {
    const entry: LogEntry = { program, atMs: atMs - enrolMs, fields };
    recorder.log(entry);
    auditor.logged(entry);
    options.onLog?.(entry);
  });
  stage.network.onExchange((exchange) => {
    auditor.saw(wireExchange(exchange, enrolMs));
    const seen = scenario.cast.testers.length > 0 ? upstreamExchange(exchange, acquirers, enrolMs) : null;
    if (seen !== null) {
      const number = cardNumber.exec(seen.requestBody)?.[1];
      const tester = number === undefined ? null : cast.testerOf(number);
      if (tester !== null) recorder.testers.reached(tester, number!, seen.sentMs);
    }
  });

  const shoppers = stage.castMember('cast');
  const cast = createCast({
    cast: scenario.cast,
    random: shoppers.random,
    clock: shoppers.clock,
    fetch: shoppers.fetch,
    gatewayUrl: urlOf(hosts.gateway),
    statusUrl: urlOf(hosts.statusPage),
    receiversUrl: urlOf(hosts.merchants),
    adminToken: secrets.adminToken,
    reports: {
      operation(operation) {
        recorder.operation(operation);
        options.onOperation?.(operation);
      },
      received: (notice) => recorder.received(notice),
    },
    testing: recorder.testers,
    log: stageLog(stage),
    originMs: enrolMs,
  });
  stage.addProgram({ program: 'merchants', host: hosts.merchants, create: () => ({ app: cast.receivers }) });

  const tools = stage.castMember('theatre', 'theatre');
  const entries = timelineOf(scenario, options.judgedAs ?? policy.name, { causes: options.causes ?? true });
  const away = createAwayBook(acquirers, () => stage.nowMs() - enrolMs, recorder.away);
  for (const { acquirer, fromMs, toMs } of awayByRules(entries, dayMs)) recorder.away(acquirer, fromMs, toMs);
  const awayAndAudit: AwayBook = {
    ...away,
    process(program, change) {
      away.process(program, change);
      auditor.program({ program, change, atMs: stage.nowMs() - enrolMs });
    },
  };
  const director = createDirector({
    stage,
    fetch: tools.fetch,
    cast,
    shared,
    storeWeather,
    away: awayAndAudit,
    originMs: enrolMs,
  });
  stage.spawnTask('enrolment', async () => {
    await cast.enrol();
    cast.open(dayMs);
    playTimeline(scenario, entries, director, (entry) =>
      recorder.mark({ atMs: entry.atMs, kind: 'timeline', title: entry.title }),
    );
  });
  const faultBook = createFaultBook(scenario.world, entries);
  if (options.sampling ?? true) sampleLoad(stage, tools.fetch, scenario, recorder, faultBook, storeWeather);

  return {
    stage,
    store,
    cast,
    recorder,
    auditor,
    entries,
    faultBook,
    startWallMs,
    dayMs,
    runUntil: (scenarioMs, onProgress) =>
      stage.run({
        untilMs: enrolMs + scenarioMs,
        progressEveryMs: 60_000,
        // The cast's follow-ups and the programs' own work outlive a leg of the run.
        mustFinish: false,
        ...(onProgress === undefined ? {} : { onProgress: (atMs: number) => onProgress(atMs - enrolMs) }),
      }),
    end() {
      cast.close();
      away.close();
    },
    close: () => store.close(),
  };
};

/** A cast member that breaks is a fault of the play: its log goes where programs' logs go. */
const stageLog = (stage: Stage) => {
  const write = (fields: { readonly event: string }): void => stage.trace.record('cast', JSON.stringify(fields));
  return { debug: () => {}, info: write, warn: write, error: write };
};

/** Reads every acquirer's load figures in steps, and the links' fault counters with them. */
const sampleLoad = (
  stage: Stage,
  fetch: Parameters<typeof callJson>[0],
  scenario: Scenario,
  recorder: Recorder,
  faultBook: FaultBook,
  storeWeather: Pick<StoreWeather, 'failed'>,
): void => {
  let injectedBefore = 0;
  /** An acquirer that is down or frozen has no figures to give, and keeps nobody waiting for the others'. */
  const sample = async (id: string, atMs: number): Promise<void> => {
    try {
      recorder.load((await callJson(fetch, 'GET', `${urlOf(acquirerHost(id))}/sim/v1/load`, null)) as LoadSample, atMs);
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error;
    }
  };
  const sampleFaults = async (id: string, atMs: number): Promise<void> => {
    try {
      const read = await callJson(fetch, 'GET', `${urlOf(acquirerHost(id))}/sim/v1/faults`, null);
      const happened = faultBook.note(id, (read as { readonly totals: FaultTotals }).totals);
      if (happened > 0) recorder.fault(atMs, happened);
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error;
    }
  };
  const next = (): void => {
    const atMs = stage.nowMs() - enrolMs;
    const injected = stage.network.faults().reduce((sum, fault) => sum + fault.injected, 0) + storeWeather.failed();
    if (injected > injectedBefore) recorder.fault(atMs, injected - injectedBefore);
    injectedBefore = injected;
    for (const { id } of scenario.world.acquirers)
      stage.spawnTask(`load of ${id}`, () => sample(id, atMs), { daemon: true });
    for (const id of faultBook.acquirers)
      stage.spawnTask(`faults of ${id}`, () => sampleFaults(id, atMs), { daemon: true });
    stage.clock.after(sampleEveryMs, next);
  };
  stage.clock.after(enrolMs - sampleEveryMs, next);
};
