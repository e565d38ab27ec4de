/**
 * The virtual stage: one simulated clock, one network, any number of program instances and cast
 * members, and a trace of all of it. Same seed, same code, same hash.
 */

import type { Clock, Entropy, Fetch, Random } from '../../gateway/ports.ts';
import { EscapeError, forbidRealWorld, outsideThePlay } from './escape.ts';
import type { Party } from './exchange.ts';
import { Instance, type ProgramSpec } from './instances.ts';
import { installLightHttp } from './light-http.ts';
import type { Latency } from './link.ts';
import { type LogLevel, type LogListener, LogRecorder } from './log-recorder.ts';
import { Network, type NetworkCounters } from './network.ts';
import { createEntropy, createRandom } from './random.ts';
import { OpenUnits } from './revocable-store.ts';
import { Trace, type TraceSink } from './trace.ts';
import { InstanceClock, VirtualClock } from './virtual-clock.ts';

export interface StageOptions {
  readonly seed: number | string;
  /** Wall time at simulated time 0, whole milliseconds since the epoch. */
  readonly startWallMs: number;
  /** `light` (default): our own small Request and Response. `web`: the native ones, same hash. */
  readonly http?: 'light' | 'web';
  /** Latency each way of links that are given none. Absent: median 1 ms, sigma 0.2. */
  readonly latency?: Latency;
  /** Log lines below it are dropped. Absent: `info`. */
  readonly logLevel?: LogLevel;
  /** Gets every record of the trace as it happens. */
  readonly traceSink?: TraceSink;
}

export interface RunOptions {
  /** Simulated milliseconds since the start. */
  readonly untilMs: number;
  /** Called about every `progressEveryMs` (60 000) of simulated time; the real world is in reach there. */
  readonly onProgress?: (atMs: number) => void;
  readonly progressEveryMs?: number;
  /** Real milliseconds without simulated progress before the run is called stuck; 10 000 when absent. */
  readonly watchdogMs?: number;
  /**
   * True (default): ending with unfinished work is an error that names it. Unfinished is a task
   * that has not returned, and a request a server has worked on for `stuckAfterMs` (300 000).
   */
  readonly mustFinish?: boolean;
  readonly stuckAfterMs?: number;
}

export interface StageCounters extends NetworkCounters {
  readonly events: number;
  readonly liveTimers: number;
  /** Tasks that have not returned. */
  readonly tasks: number;
}

/** A run ended while something still waited for what will not come. */
export class UnfinishedWorkError extends Error {
  override readonly name = 'UnfinishedWorkError';
}

export type Stage = ReturnType<typeof createStage>;

/** What a member of the cast is given. It cannot be killed and its wall is right. */
export interface CastHandles {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly fetch: Fetch;
}

export const createStage = (options: StageOptions) => {
  const { seed, startWallMs, http = 'light', logLevel = 'info' } = options;
  const clock = new VirtualClock(startWallMs);
  const nowUs = (): number => clock.nowUs;
  const root = clock.createGroup('stage');
  const random = createRandom(seed, 'stage');
  const trace = new Trace(nowUs, options.traceSink);
  const logs = new LogRecorder(trace, nowUs, logLevel);
  const openUnits = new OpenUnits();
  const tasks = new Map<object, string>();
  const instances = new Map<string, Instance>();
  const entropies = new Map<string, Entropy>();
  /** The first thing that went wrong; a run that has one never ends well. */
  let failure: { readonly error: unknown } | null = null;

  const fail = (error: unknown): void => {
    failure ??= { error };
    clock.fail(failure.error);
  };

  const network = new Network({
    clock,
    random: random.fork('links'),
    trace,
    http,
    ...(options.latency === undefined ? {} : { latency: options.latency }),
    onServerError: (server, error) => fail(new Error(`${server.name}: app.fetch failed`, { cause: error })),
  });

  const world = {
    clock,
    random: random.fork('programs'),
    entropyOf: (program: string): Entropy => {
      let entropy = entropies.get(program);
      if (entropy === undefined) {
        entropy = createEntropy(`${seed}/${program}`);
        entropies.set(program, entropy);
      }
      return entropy;
    },
    network,
    logs,
    trace,
    openUnits,
  };

  const track = (name: string, work: () => Promise<unknown>, isDaemon: boolean): void => {
    const task = {};
    if (!isDaemon) tasks.set(task, name);
    const failed = (error: unknown): void => {
      tasks.delete(task);
      fail(error instanceof EscapeError ? error : new Error(`task ${name} failed: ${String(error)}`, { cause: error }));
    };
    try {
      work().then(() => tasks.delete(task), failed);
    } catch (error) {
      failed(error);
    }
  };

  /**
   * Runs `work` as of now. Its rejection fails the run under the task's name. A daemon may be
   * unfinished at the end of the run.
   */
  const spawnTask = (name: string, work: () => Promise<unknown>, { daemon = false } = {}): void => {
    clock.schedule(root, 0, () => track(name, work, daemon));
  };

  /** Announces a program instance and starts its first life at the current simulated time. */
  const addProgram = (spec: ProgramSpec): Instance => {
    const instance = new Instance(spec, world);
    if (instances.has(instance.name)) throw new Error(`there is already an instance ${instance.name}`);
    instances.set(instance.name, instance);
    spawnTask(`start ${instance.name}`, () => instance.start());
    return instance;
  };

  /** @param program Whose links its requests take; the cast shares `cast` when absent. */
  const castMember = (name: string, program = 'cast'): CastHandles => {
    const party: Party = { program, name, group: root, isAlive: true, crashPoint: () => false };
    return {
      name,
      clock: new InstanceClock(clock, root),
      random: random.fork(`cast/${name}`),
      fetch: network.fetchFor(party),
    };
  };

  const parked = (stuckBeforeUs: number): string[] => [
    ...[...tasks.values()].map((name) => `task ${name}`),
    ...network
      .unanswered(stuckBeforeUs)
      .filter((open) => !(open.callee?.group.isHeld ?? false))
      .map((open) => open.description),
  ];

  const run = async (runOptions: RunOptions): Promise<'reached' | 'stopped'> => {
    if (failure !== null) throw failure.error;
    const restoreWorld = forbidRealWorld({ onEscape: fail });
    const restoreHttp = http === 'light' ? installLightHttp() : () => {};
    const onRejection = (reason: unknown): void => fail(reason);
    process.on('unhandledRejection', onRejection);
    let outcome: 'reached' | 'stopped';
    const { onProgress, ...clockOptions } = runOptions;
    try {
      // Outside, because the watchdog's timer is a real one.
      outcome = await outsideThePlay(() =>
        clock.run({
          ...clockOptions,
          ...(onProgress === undefined ? {} : { onProgress: (atMs: number) => outsideThePlay(() => onProgress(atMs)) }),
          beforeTimeMoves: () => openUnits.assertNone(),
          parked: () => firstOf(parked(clock.nowUs + 1), 20),
        }),
      );
    } catch (error) {
      failure ??= { error };
      throw failure.error;
    } finally {
      process.off('unhandledRejection', onRejection);
      restoreHttp();
      restoreWorld();
    }
    if (outcome === 'reached' && (runOptions.mustFinish ?? true)) {
      const left = parked(clock.nowUs - (runOptions.stuckAfterMs ?? 300_000) * 1000);
      if (left.length > 0)
        throw new UnfinishedWorkError(`the run ended with unfinished work: ${firstOf(left, 20).join(', ')}`);
    }
    return outcome;
  };

  return {
    /** The stage's own clock: the scenario's timeline hangs on it. */
    clock: new InstanceClock(clock, root) as Clock,
    /** Simulated milliseconds since the start. */
    nowMs: (): number => clock.nowUs / 1000,
    random,
    network,
    trace,
    spawnTask,
    addProgram,
    castMember,
    instance: (name: string): Instance => {
      const found = instances.get(name);
      if (found === undefined) throw new Error(`there is no instance ${name}`);
      return found;
    },
    onLog: (listener: LogListener): void => logs.onLog(listener),
    run,
    /** Ends the run after the current event; `run` resolves `stopped`. */
    stop: (): void => clock.stop(),
    counters: (): StageCounters => ({
      ...network.counters(),
      events: clock.fired,
      liveTimers: clock.liveTimers,
      tasks: tasks.size,
    }),
    /**
     * Strikes the set after the last run: what programs held in memory can be collected. What was counted, the faults and
     * the hash stay as they are. @throws while a run is on
     */
    strike: (): void => {
      clock.clear();
      failure ??= { error: new Error('the set is struck: nothing can be played on this stage any more') };
      for (const instance of instances.values()) instance.drop();
      network.clear();
      tasks.clear();
    },
    /** Hash of everything that happened so far, 32 hex digits. */
    traceHash: (): string => trace.digest(`${clock.fired}/${clock.fingerprint}`),
  };
};

const firstOf = (names: readonly string[], count: number): string[] =>
  names.length <= count ? [...names] : [...names.slice(0, count), `and ${names.length - count} more`];
