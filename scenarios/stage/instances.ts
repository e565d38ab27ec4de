/**
 * Program instances: what they are given, and how they die, stall and come back.
 *
 * Each life of an instance has handles of its own. Killing it revokes them: its timers never
 * fire, what it awaits never settles, its log is silent, its open unit rolls back, its peers see
 * a reset. Code that was running goes on to its next await and no further, as after SIGKILL.
 */

import type { Clock, Entropy, Fetch, Log, Random, Resolve, Store } from '../../gateway/ports.ts';
import type { CrashPointKind, Server } from './exchange.ts';
import type { LogRecorder } from './log-recorder.ts';
import type { Network } from './network.ts';
import { type OpenUnits, revocableStore } from './revocable-store.ts';
import type { TimerGroup } from './timer-group.ts';
import type { Trace } from './trace.ts';
import { InstanceClock, type VirtualClock } from './virtual-clock.ts';

/** What a program instance is given for one life. */
export interface Handles {
  /** Name of the instance. */
  readonly name: string;
  /** 1 for the first life, 2 after a restart, ... */
  readonly life: number;
  readonly clock: Clock;
  /** The same streams in every life: they are named after the instance. */
  readonly random: Random;
  /** Shared by all instances and lives of the program, so that no id comes twice. */
  readonly entropy: Entropy;
  readonly fetch: Fetch;
  readonly resolve: Resolve;
  readonly log: Log;
  /** The stage's store as this life may use it. */
  revocable(store: Store): Store;
}

/** A program as its door returns it. */
export interface Program {
  readonly app: { fetch(request: Request): Response | Promise<Response> };
  start?(): Promise<void>;
  stop?(): Promise<void>;
}

export interface ProgramSpec {
  /** Program, as links name it: `gateway`. */
  readonly program: string;
  /** Unique on the stage; the program's name when absent: `gateway-2`. */
  readonly name?: string;
  /** Host it listens on; several instances may share one. */
  readonly host: string;
  /** How far its wall is ahead, and how fast it gains. */
  readonly skewMs?: number;
  readonly driftPpm?: number;
  /** Called for each life, inside the run. */
  create(handles: Handles): Program | Promise<Program>;
}

export type InstanceState = 'new' | 'starting' | 'up' | 'frozen' | 'stopped' | 'killed';

/** What an instance asks of the stage around it. */
export interface InstanceWorld {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly entropyOf: (program: string) => Entropy;
  readonly network: Network;
  readonly logs: LogRecorder;
  readonly trace: Trace;
  readonly openUnits: OpenUnits;
}

export class Instance {
  readonly name: string;
  readonly spec: ProgramSpec;
  readonly #world: InstanceWorld;
  #state: InstanceState = 'new';
  #lives = 0;
  #life: Life | null = null;
  #crashAt: number | null = null;
  #crashed: () => void = () => {};
  /** Of the machine it runs on: it outlives its lives. */
  readonly #wall = { shiftMs: 0 };
  #crashPointsBefore = 0;

  constructor(spec: ProgramSpec, world: InstanceWorld) {
    this.name = spec.name ?? spec.program;
    this.spec = spec;
    this.#world = world;
    world.network.addHost(spec.host, spec.program);
  }

  get state(): InstanceState {
    return this.#state;
  }

  /** Crash points passed in all lives. Run once without a crash to learn how many there are. */
  get crashPoints(): number {
    return this.#crashPointsBefore + (this.#life?.crashPoints ?? 0);
  }

  /** Kills the instance at its `nth` crash point, counted from 1 over all its lives, and then calls back. Null: it may live. */
  crashAt(nth: number | null, crashed: () => void = () => {}): void {
    this.#crashAt = nth;
    this.#crashed = crashed;
  }

  /** Sets its wall so far ahead of what it would show (behind, when negative). Durations do not change. */
  shiftWall(shiftMs: number): void {
    this.#wall.shiftMs = shiftMs;
    this.#world.trace.record('wall', this.name, shiftMs);
  }

  /**
   * Creates the program, starts it and listens; resolves then, or when it is killed before. Only
   * inside a run; the stage does it for the first life.
   */
  async start(): Promise<void> {
    if (this.#life !== null) throw new Error(`${this.name} is ${this.#state}: it cannot be started`);
    this.#lives++;
    const life = new Life(this, this.#world.clock.createGroup(this.name));
    this.#life = life;
    this.#enter('starting');
    await Promise.race([this.#bringUp(life), life.ended]);
  }

  /** SIGKILL. Harmless when it is not alive. */
  kill(): void {
    this.#end('killed');
  }

  /** SIGSTOP: it keeps its connections and answers nothing. */
  freeze(): void {
    if (this.#life === null || this.#state === 'frozen') return;
    this.#life.group.hold();
    this.#enter('frozen');
  }

  /** SIGCONT: what fell due meanwhile happens now, in its order. */
  resume(): void {
    if (this.#state !== 'frozen') return;
    this.#life?.group.release();
    this.#enter(this.#life?.isListening ? 'up' : 'starting');
  }

  /** Kills it if it is alive, then starts a new life with fresh handles. */
  async restart(): Promise<void> {
    this.kill();
    await this.start();
  }

  /** SIGTERM: no new connections, then the program's own `stop()`; what it has not answered by then is reset. */
  async stop(): Promise<void> {
    const life = this.#life;
    if (life === null) return;
    this.#world.network.unlisten(this.spec.host, life);
    await Promise.race([life.running?.stop?.(), life.ended]);
    if (life.isAlive) this.#end('stopped');
  }

  /** Lets go of what this life holds in memory, without a word: the play is over, nobody is killed. */
  drop(): void {
    this.#life?.end();
    this.#life = null;
  }

  /** Called by the life at each crash point; true when that was the one to die at. */
  passCrashPoint(kind: CrashPointKind): boolean {
    if (this.crashPoints !== this.#crashAt) return false;
    this.#world.trace.record('crash', this.name, kind, this.#crashAt);
    this.kill();
    this.#crashed();
    return true;
  }

  async #bringUp(life: Life): Promise<void> {
    const program = await this.spec.create(this.#handles(life));
    if (!life.isAlive) return;
    life.running = program;
    await program.start?.();
    if (!life.isAlive) return;
    this.#world.network.listen(this.spec.host, life);
    life.isListening = true;
    // A freeze while it started stays one.
    if (this.#state === 'starting') this.#enter('up');
  }

  #end(state: 'killed' | 'stopped'): void {
    const life = this.#life;
    if (life === null) return;
    this.#life = null;
    this.#crashPointsBefore += life.crashPoints;
    life.end();
    this.#world.network.unlisten(this.spec.host, life);
    this.#world.network.sever(life);
    this.#enter(state);
  }

  #enter(state: InstanceState): void {
    this.#state = state;
    this.#world.trace.record('instance', this.name, this.#lives, state);
  }

  #handles(life: Life): Handles {
    const { clock, random, entropyOf, network, logs, openUnits } = this.#world;
    const { program, skewMs, driftPpm } = this.spec;
    return {
      name: this.name,
      life: this.#lives,
      clock: new InstanceClock(clock, life.group, skewMs, driftPpm, this.#wall),
      random: random.fork(this.name),
      entropy: entropyOf(program),
      fetch: network.fetchFor(life),
      resolve: network.resolveFor(life),
      log: logs.logFor(this.name, () => life.isAlive),
      revocable: (store) => revocableStore(store, life, openUnits),
    };
  }
}

/** One life of an instance, as the network and the handles see it. */
class Life implements Server {
  readonly program: string;
  readonly name: string;
  readonly group: TimerGroup;
  /** Resolves when the life is over. */
  readonly ended: Promise<void>;
  readonly #instance: Instance;
  readonly #settleEnded: () => void;
  isAlive = true;
  isListening = false;
  crashPoints = 0;
  running: Program | null = null;

  constructor(instance: Instance, group: TimerGroup) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#instance = instance;
    this.program = instance.spec.program;
    this.name = instance.name;
    this.group = group;
    this.ended = promise;
    this.#settleEnded = resolve;
  }

  end(): void {
    this.isAlive = false;
    this.isListening = false;
    this.group.free();
    this.#settleEnded();
  }

  crashPoint(kind: CrashPointKind): boolean {
    this.crashPoints++;
    return this.#instance.passCrashPoint(kind);
  }

  fetch(request: Request): Response | Promise<Response> {
    if (this.running === null) throw new Error(`${this.name} got a request before it was up`);
    return this.running.app.fetch(request);
  }
}
