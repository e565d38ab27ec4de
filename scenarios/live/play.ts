/**
 * Plays one excerpt on the live stage, and has it judged by the judge and the auditor of the virtual one.
 *
 * Order of a run: tools and ports are looked for, children start, the cast enrols, the excerpt with
 * its timeline, quiet seconds in which the books become straight, the books, the judgement. Whatever
 * happens in between, what was started is stopped and every temporary folder removed.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serve } from '@hono/node-server';
import type { Policy } from '../../gateway/app.ts';
import { createAuditor } from '../audit/auditor.ts';
import { HarnessError } from '../cli/exit-status.ts';
import type { Operation } from '../judge/observation.ts';
import { createRecorder } from '../judge/recorder.ts';
import type { Mark, RunResult } from '../judge/result.ts';
import { judge } from '../judge/verdict.ts';
import { dayOf, sourcesOf } from '../play/scenario.ts';
import { playTimeline, timelineOf } from '../play/timeline.ts';
import { isoInJapan } from '../play/times.ts';
import { ownTenant } from '../play/world.ts';
import { createAwayBook } from '../theatre/away.ts';
import { awayByRules } from '../theatre/away-by-rules.ts';
import { readAcquirerBook } from '../theatre/books.ts';
import { causeBands, causeStretch, windowBands } from '../theatre/cause.ts';
import { createFaultBook } from '../theatre/fault-book.ts';
import { versions } from '../theatre/versions.ts';
import { openReader, openWorkIn, readExchanges, readGatewayBook } from './books.ts';
import { castClient } from './cast-client.ts';
import { createHousehold } from './children.ts';
import type { ClientFigures, LiveClient, LooksInTheEnd, MakeClient } from './client.ts';
import { entryOf, startSampler } from './collector.ts';
import { type Database, startPostgres, startRedis } from './databases.ts';
import { createLiveDirector } from './director.ts';
import type { Excerpt } from './excerpt.ts';
import { hastened } from './hasten.ts';
import { machineFacts } from './machine.ts';
import { type MailSink, startMailSink } from './mail-sink.ts';
import { createPosts } from './posts.ts';
import { startPrograms } from './programs.ts';
import { pause, realFetch } from './real-world.ts';

export interface LiveRequest {
  readonly excerpt: Excerpt;
  readonly policy: Policy;
  /** The scenario's policy that it is judged as. */
  readonly judgedAs: string;
  readonly seed: number;
  readonly store: 'sqlite' | 'postgres';
  /** A database of the caller's own instead of one that is started. */
  readonly databaseUrl?: string | undefined;
  readonly redisUrl?: string | undefined;
  /** First port; 0: any that are free. */
  readonly port: number;
  /** Where children's logs go. */
  readonly logFolder: string;
  /** Onset in the as-it-was twin; undefined: this run finds it itself. */
  readonly onsetMs?: number | null | undefined;
  readonly client?: MakeClient;
  /** How long the books may take to become straight. */
  readonly settleMs?: number;
  /** Then the client reads every charge once more, where it can. */
  readonly looksInTheEnd?: boolean;
  readonly signal?: AbortSignal;
  readonly onStory?: (mark: Mark) => void;
  readonly onProgress?: (what: string) => void;
}

export interface LiveAnswer {
  readonly result: RunResult;
  readonly trace: readonly string[];
  readonly clientFigures: ClientFigures | null;
  /** Null: there were none, or not all of them could be made. */
  readonly looks: LooksInTheEnd | null;
}

const settleMsDefault = 120_000;
const lastStepMs = 2_000;

/** @throws HarnessError */
export const playLive = async (request: LiveRequest): Promise<LiveAnswer> => {
  const { excerpt, seed, signal } = request;
  const { scenario, lengthMs } = excerpt;
  const policy = hastened(request.policy);
  const { startWallMs: playedStartMs } = dayOf(scenario);
  const say = (what: string): void => request.onProgress?.(what);
  const startedMs = performance.now();
  const made = { ...versions(), ...machineFacts() };
  const folder = mkdtempSync(path.join(tmpdir(), 'breakwater-live-'));
  const household = createHousehold(request.logFolder);
  const closing: (() => unknown)[] = [
    () => rmSync(folder, { recursive: true, force: true }),
    () => household.stopAll(),
  ];
  const stopped = Promise.withResolvers<'stopped'>();
  const onAbort = (): void => stopped.resolve('stopped');
  signal?.addEventListener('abort', onAbort, { once: true });
  /** Waits, or not any longer when somebody asks us to stop or the play breaks. */
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {});
  const within = <T>(work: Promise<T>): Promise<T | 'stopped'> =>
    Promise.race([work, stopped.promise, failure.promise]);
  const waitUntil = async (wallMs: number): Promise<'reached' | 'stopped'> => {
    const until = await within(pause(Math.max(0, wallMs - Date.now())));
    return until === 'stopped' ? 'stopped' : 'reached';
  };

  try {
    if (signal?.aborted === true) throw new Interrupted();
    // --- the house -------------------------------------------------------------------------
    /** Set when the excerpt begins; what programs log before belongs to no time of it. */
    let startWallMs = Number.POSITIVE_INFINITY;
    const trace: string[] = [];
    const acquirers = scenario.world.acquirers.map(({ id }) => id);
    const recorder = createRecorder({
      startWallMs: playedStartMs,
      dayMs: lengthMs,
      ourTenant: ownTenant,
      ...(request.onStory === undefined ? {} : { onMark: request.onStory }),
    });
    const unheard = new Set<string>();
    const onLine = (program: string, line: string): void => {
      const entry = Number.isFinite(startWallMs) ? entryOf(program, line, startWallMs) : null;
      if (entry === null || entry.atMs < 0) return;
      recorder.log(entry);
      trace.push(JSON.stringify({ atMs: entry.atMs, program, ...entry.fields }));
      if (entry.fields.event === 'charge.unknown') unheard.add(String(entry.fields.reference));
    };

    say('starting databases, proxies and programs');
    const ownPostgres: Database | null =
      request.store === 'postgres' && request.databaseUrl === undefined ? await startPostgres(household) : null;
    if (ownPostgres !== null) closing.push(() => ownPostgres.close());
    const databaseUrl = request.databaseUrl ?? ownPostgres?.url ?? null;
    const severalCount = scenario.world.gateway.instances > 1;
    const ownRedis: Database | null =
      severalCount && request.redisUrl === undefined ? await startRedis(household) : null;
    if (ownRedis !== null) closing.push(() => ownRedis.close());
    const redisUrl = request.redisUrl ?? ownRedis?.url ?? null;
    const mailSink: MailSink = await startMailSink();
    closing.push(() => mailSink.close());
    const programs = await startPrograms(household, {
      world: scenario.world,
      policy,
      seed,
      port: request.port,
      folder,
      databaseUrl,
      redisUrl,
      smtpUrl: mailSink.url,
      onLine,
    });
    closing.push(() => programs.close());
    const direct = realFetch(programs.direct);
    closing.push(() => direct.close());

    // --- the cast --------------------------------------------------------------------------
    const operations: Operation[] = [];
    const nowMs = (): number => Date.now() - startWallMs;
    const auditorAnswers: Parameters<ReturnType<typeof createAuditor>['answered']>[0][] = [];
    const client: LiveClient = (request.client ?? castClient)({
      scenario,
      policy: request.judgedAs,
      seed,
      lengthMs,
      programs,
      recorder,
      folder,
      logFolder: request.logFolder,
      household,
      startWallMs: () => startWallMs,
      onOperation(operation) {
        recorder.operation(operation);
        operations.push(operation);
        if (operation.end !== 'succeeded' && operation.end !== 'declined')
          trace.push(JSON.stringify({ atMs: operation.endedMs, operation }));
      },
      onAnswer: (answer) => auditorAnswers.push(answer),
      onFailure: (error) => failure.reject(error instanceof Error ? error : new HarnessError(String(error))),
    });
    closing.push(() => client.close());
    const posts = createPosts(client.receivers);
    const receivers = serve({ fetch: posts.app.fetch, port: programs.receiversPort, hostname: '127.0.0.1' });
    if (!receivers.listening) await once(receivers, 'listening');
    closing.push(() => {
      receivers.close();
      if ('closeAllConnections' in receivers) receivers.closeAllConnections();
    });
    say('merchants and their customers enrol');
    if ((await within(client.enrol())) === 'stopped') throw new Interrupted();

    // --- the excerpt -----------------------------------------------------------------------
    household.onDeath((name) =>
      failure.reject(new HarnessError(`${name} ended by itself; see ${request.logFolder}/${name}.log`)),
    );
    const entries = timelineOf(scenario, request.judgedAs);
    const away = createAwayBook(new Set(acquirers), nowMs, recorder.away);
    for (const { acquirer, fromMs, toMs } of awayByRules(entries, lengthMs)) recorder.away(acquirer, fromMs, toMs);
    const faultBook = createFaultBook(scenario.world, entries);
    startWallMs = Date.now() + client.leadMs;
    const startedAt = isoInJapan(startWallMs);
    const auditor = createAuditor({ startWallMs, ourTenant: ownTenant });
    const director = createLiveDirector({
      programs,
      postgres: ownPostgres,
      redis: ownRedis,
      fetch: direct,
      traffic: client,
      away,
      nowMs,
      onFailure: (error) => failure.reject(error instanceof Error ? error : new HarnessError(String(error))),
    });
    closing.push(() => director.cancel());
    await client.open(startWallMs);
    const opening = await waitUntil(startWallMs);
    say(`the excerpt: ${lengthMs / 1000} s`);
    playTimeline(scenario, entries, director, (entry) =>
      recorder.mark({ atMs: entry.atMs, kind: 'timeline', title: entry.title }),
    );
    const sampler = startSampler({ fetch: direct, acquirers, recorder, faultBook, nowMs });
    closing.push(() => sampler.stop());
    let outcome = opening === 'stopped' ? opening : await waitUntil(startWallMs + lengthMs);
    director.cancel();
    const reader = await openReader(databaseUrl, programs.databasePath);
    closing.push(() => reader.close());
    let looks: LooksInTheEnd | null = null;
    if (outcome === 'reached') {
      say('the last operations end, the books become straight');
      if ((await within(client.drain())) === 'stopped') outcome = 'stopped';
      const deadline = Date.now() + (request.settleMs ?? settleMsDefault);
      while (outcome === 'reached' && (await openWorkIn(reader)) > 0 && Date.now() < deadline)
        outcome = await waitUntil(Date.now() + 500);
      if (outcome === 'reached' && request.looksInTheEnd === true && client.lookAtAll !== undefined) {
        say('every charge is looked at once more');
        const done = await within(client.lookAtAll());
        if (done === 'stopped') outcome = done;
        else looks = done;
      }
      // Notices that are on their way arrive.
      if (outcome === 'reached') outcome = await waitUntil(Date.now() + lastStepMs);
    }
    const partial = outcome === 'stopped';
    const scenarioMs = partial ? Math.max(0, nowMs()) : Math.max(lengthMs, nowMs());
    await client.stop();
    sampler.stop();
    away.close();

    // --- the books -------------------------------------------------------------------------
    say('the books are compared');
    for (const answer of auditorAnswers) auditor.answered(answer);
    for (const exchange of posts.exchanges(startWallMs)) auditor.saw(exchange);
    const patienceMs = Math.max(...Object.values(policy.upstream.timeoutMs));
    const acquirerBooks: Awaited<ReturnType<typeof readAcquirerBook>>[] = [];
    for (const acquirer of acquirers) {
      for (const exchange of await readExchanges(direct, {
        acquirer,
        startWallMs,
        ourTenant: ownTenant,
        patienceMs,
        unheard,
      }))
        auditor.exchange(exchange);
      acquirerBooks.push(await readAcquirerBook(direct, acquirer, startWallMs));
    }
    const audit = auditor.audit({
      told: await client.told(),
      gateway: await readGatewayBook(reader, startWallMs),
      acquirers: acquirerBooks,
      readMs: nowMs(),
    });

    // --- the judgement ---------------------------------------------------------------------
    const bands = causeBands(entries, lengthMs);
    const ruleFaults = faultBook.totals();
    const injected = recorder.faultsIn([{ fromMs: 0, toMs: lengthMs }]);
    const { abusers } = scenario.cast;
    const judged = judge({
      expectations: scenario.expect,
      policy: request.judgedAs,
      recorder,
      audit,
      moments: {
        cause: causeStretch(bands, lengthMs),
        ...(request.onsetMs === undefined ? {} : { onsetFromTwin: request.onsetMs }),
        original: scenario.world.acquirers[0]!.id,
        abusers: abusers.map(({ id }) => id),
        abuserSharePerSecond:
          abusers.length === 0 ? null : abusers.reduce((sum, { sharePerSecond }) => sum + sharePerSecond, 0),
      },
      facts: {
        requests: client.requests(),
        faultsIntended: injected + ruleFaults.intended - ruleFaults.injected,
        events: new Map(entries.map(({ event, atMs }) => [event.id, atMs])),
        causes: [...bands, ...windowBands(scenario)],
        baseline: null,
      },
    });
    const cpu = process.cpuUsage();
    const result: RunResult = {
      scenario: scenario.id,
      policy: policy.name,
      stage: 'live',
      seed,
      ...judged,
      verdict: partial ? 'fails' : judged.verdict,
      partial,
      wallMs: performance.now() - startedMs,
      cpuMs: (cpu.user + cpu.system) / 1000,
      scenarioMs,
      requests: client.requests(),
      // Nothing of a live run repeats bit for bit.
      traceHash: '',
      startsAt: isoInJapan(playedStartMs),
      title: scenario.title,
      policyTitle: policy.title,
      sources: [
        ...sourcesOf(scenario),
        ...excerpt.notes.map((note) => ({ what: 'live excerpt', source: note, assumed: true })),
      ],
      versions: {
        ...made,
        playedAt: startedAt,
        client: client.name,
        store:
          databaseUrl === null ? 'SQLite file' : `PostgreSQL${ownPostgres === null ? '' : ` ${ownPostgres.version}`}`,
        ...(redisUrl === null ? {} : { redis: ownRedis?.version || 'its own' }),
        instances: String(scenario.world.gateway.instances),
        mails: String(mailSink.count()),
      },
    };
    return { result, trace, clientFigures: client.figures(), looks };
  } finally {
    signal?.removeEventListener('abort', onAbort);
    household.onDeath(() => {});
    for (const close of closing.reverse()) {
      try {
        await close();
      } catch {
        // The rest has to be closed all the same.
      }
    }
  }
};

/** Somebody asked us to stop before there was anything to judge. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
