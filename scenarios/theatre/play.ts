/**
 * Plays one scenario under one policy and seed on the virtual stage, and has it judged.
 *
 * Order of a run: programs start, the cast enrols (before the day), the day with its timeline,
 * quiet minutes in which the books become straight, the audit.
 */

import type { Books } from '../audit/auditor.ts';
import type { MomentInputs } from '../judge/moments.ts';
import { timingsOf } from '../judge/moments.ts';
import type { Operation } from '../judge/observation.ts';
import type { RunResult } from '../judge/result.ts';
import { judge } from '../judge/verdict.ts';
import { type PlayRequest, twinPolicy } from '../play/door.ts';
import { loadPolicy } from '../play/load-policy.ts';
import { type Scenario, sourcesOf } from '../play/scenario.ts';
import { isoInJapan } from '../play/times.ts';
import { realElapsedMs } from '../stage/real-world.ts';
import { gatewayBook, readAcquirerBook } from './books.ts';
import { causeBands, causeStretch, windowBands } from './cause.ts';
import { enrolMs, type StagedDay, stageDay } from './day.ts';
import { versions } from './versions.ts';
import { withoutCards } from './without-cards.ts';

/** After the first hurt operation was answered, others that began before it may still be on their way. */
const twinRunsOnMs = 30_000;
/** The books are read over HTTP, in simulated time. */
const auditMs = 60_000;

/** Ends that leave nothing to look at afterwards. */
const ordinaryEnds: ReadonlySet<string> = new Set(['succeeded', 'declined']);

export const playScenario = async (request: PlayRequest): Promise<RunResult> => {
  const { scenario, policy, seed, signal } = request;
  const startedMs = realElapsedMs();
  const cpuStart = process.cpuUsage();
  const onsetFromTwin = await onsetFor(request);

  const { onTrace, trace = 'standard' } = request;
  const usual = trace === 'standard' ? onTrace : undefined;
  const day = stageDay({
    scenario,
    policy,
    seed,
    judgedAs: request.judgedAs,
    ...(request.causes === undefined ? {} : { causes: request.causes }),
    ...(request.http === undefined ? {} : { http: request.http }),
    onMark: (mark) => request.onStory?.(mark),
    onLog: ({ program, atMs, fields }) => {
      usual?.(JSON.stringify({ atMs, program, ...fields }));
    },
    onOperation: (operation: Operation) => {
      if (!ordinaryEnds.has(operation.end)) usual?.(JSON.stringify({ atMs: operation.endedMs, operation }));
    },
    ...(trace === 'full' && onTrace !== undefined
      ? { traceSink: (atUs, kind, fields) => onTrace(JSON.stringify([atUs, kind, ...fields.map(withoutCards)])) }
      : {}),
  });
  try {
    const progress = (scenarioMs: number): void => {
      request.onProgress?.(scenarioMs);
      if (signal?.aborted === true) day.stage.stop();
    };
    let outcome = await day.runUntil(day.dayMs, progress);
    let scenarioMs = day.dayMs;
    if (outcome === 'reached') {
      day.stage.spawnTask('drain', () => day.cast.drain());
      scenarioMs += scenario.quietMinutes * 60_000;
      outcome = await day.runUntil(scenarioMs, progress);
    }
    const partial = outcome === 'stopped';
    if (partial) scenarioMs = Math.max(0, day.stage.nowMs() - enrolMs);
    day.end();
    // Requests of the play itself; reading the books afterwards is not part of it.
    const { requests } = day.stage.counters();
    const traceHash = day.stage.traceHash();
    const books = await readBooks(day, scenario);
    // An audit takes as much memory as the world that it looks back on.
    day.stage.strike();
    const audit = day.auditor.audit(books);
    const cpu = process.cpuUsage(cpuStart);
    const faults = day.stage.network.faults();
    const ruleFaults = day.faultBook.totals();
    const causes = causeBands(day.entries, day.dayMs);
    const judged = judge({
      expectations: scenario.expect,
      policy: request.judgedAs ?? policy.name,
      recorder: day.recorder,
      audit,
      moments: momentInputs(day, scenario, onsetFromTwin),
      facts: {
        requests,
        faultsIntended:
          faults.reduce((sum, fault) => sum + fault.intended, 0) +
          day.recorder.faultsIn([{ fromMs: 0, toMs: day.dayMs }]) -
          faults.reduce((sum, fault) => sum + fault.injected, 0) +
          (ruleFaults.intended - ruleFaults.injected),
        events: new Map(day.entries.map(({ event, atMs }) => [event.id, atMs])),
        causes: [...causes, ...windowBands(scenario)],
        baseline: request.baseline ?? null,
      },
    });
    return {
      scenario: scenario.id,
      policy: policy.name,
      stage: 'virtual',
      seed,
      ...judged,
      verdict: partial ? 'fails' : judged.verdict,
      partial,
      wallMs: realElapsedMs() - startedMs,
      cpuMs: (cpu.user + cpu.system) / 1000,
      scenarioMs,
      requests,
      traceHash,
      startsAt: isoInJapan(day.startWallMs),
      title: scenario.title,
      policyTitle: policy.title,
      sources: sourcesOf(scenario),
      versions: versions(),
    };
  } finally {
    day.close();
  }
};

/** Compares the three books as of now. */
export const auditOf = async (day: StagedDay, scenario: Scenario) => day.auditor.audit(await readBooks(day, scenario));

/**
 * The three books as of one moment. The world stops with the acquirers' last answer: the gateway's own book read later
 * would show what was settled since.
 */
const readBooks = async (day: StagedDay, scenario: Scenario): Promise<Books> => {
  const { fetch } = day.stage.castMember('auditor', 'theatre');
  const books: Awaited<ReturnType<typeof readAcquirerBook>>[] = [];
  let read = false;
  day.stage.spawnTask('audit', async () => {
    for (const { id } of scenario.world.acquirers) books.push(await readAcquirerBook(fetch, id, day.startWallMs));
    read = true;
    day.stage.stop();
  });
  await day.runUntil(day.stage.nowMs() - enrolMs + auditMs);
  if (!read) throw new Error('the acquirers did not give their books within a simulated minute');
  const wallJumps = day.entries.some(({ event }) => event.what.kind === 'wall-clock');
  return {
    told: day.cast.toldCharges(),
    gateway: gatewayBook(day.store, day.startWallMs),
    acquirers: books,
    ...(wallJumps ? {} : { readMs: day.stage.nowMs() - enrolMs }),
  };
};

const momentInputs = (day: StagedDay, scenario: Scenario, onsetFromTwin: number | null | undefined): MomentInputs => ({
  cause: causeStretch(causeBands(day.entries, day.dayMs), day.dayMs),
  ...(onsetFromTwin === undefined ? {} : { onsetFromTwin }),
  original: scenario.world.acquirers[0]!.id,
  abusers: scenario.cast.abusers.map(({ id }) => id),
  abuserSharePerSecond:
    scenario.cast.abusers.length === 0
      ? null
      : scenario.cast.abusers.reduce((sum, { sharePerSecond }) => sum + sharePerSecond, 0),
});

/** The run's onset; undefined when the run is to find it itself, as the day as it was does. */
const onsetFor = async (request: PlayRequest): Promise<number | null | undefined> => {
  // Without a cause nothing is hurt by it, whatever else goes wrong.
  if (request.causes === false) return null;
  if (request.policy.name === twinPolicy) return undefined;
  return request.onsetMs === undefined ? onsetOfTwin(request) : request.onsetMs;
};

/**
 * When the cause first hurts an ordinary operation on the day as it was, same seed. The twin is
 * played only that far.
 */
const onsetOfTwin = async ({ scenario, seed, signal }: PlayRequest): Promise<number | null> => {
  const loaded = loadPolicy(twinPolicy);
  if (!loaded.ok) throw new Error(`the policy ${twinPolicy} is not valid`);
  let hurtMs: number | null = null;
  let causeMs = 0;
  const twin = stageDay({
    scenario,
    policy: loaded.policy,
    seed,
    onOperation(operation) {
      if (hurtMs !== null || !operation.innocent || operation.startedMs < causeMs || ordinaryEnds.has(operation.end))
        return;
      hurtMs = operation.endedMs;
      twin.stage.clock.after(twinRunsOnMs, () => twin.stage.stop());
    },
  });
  causeMs = causeStretch(causeBands(twin.entries, twin.dayMs), twin.dayMs).fromMs;
  try {
    await twin.runUntil(twin.dayMs, () => {
      if (signal?.aborted === true) twin.stage.stop();
    });
    return hurtMs === null ? null : timingsOf(twin.recorder, momentInputs(twin, scenario, undefined)).onset;
  } finally {
    twin.close();
  }
};
