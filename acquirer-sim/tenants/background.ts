/**
 * The acquirer's other merchants: Poisson arrivals, and floods, which are tenants like any other.
 *
 * A tenant's gaps and service times come from its own stream, in unit time: changing the rate
 * stretches the same arrivals (the exact time change of a Poisson process) and draws nothing anew,
 * so two runs that differ in one tenant's rate agree on every other draw.
 */
import type { Front } from '../capacity/front.ts';
import { drawServiceMs, drawUnitGap, type Lognormal } from '../capacity/service-time.ts';
import type { Clock, Random, Timer } from '../ports.ts';
import type { StatePart } from '../state.ts';
import type { Tenant, Tenants } from './tenant.ts';

export interface Traffic {
  readonly ratePerSecond: number;
  /** How many addresses it comes from, in turn (`addresses.ts`); null = from none that could be blocked. */
  readonly sources: number | null;
}

export interface Background {
  /** Sets a tenant's arrival rate from now on; 0 stops it. */
  set(tenant: Tenant, traffic: Traffic): void;
  get(tenant: Tenant): Traffic | undefined;
  readonly state: StatePart<SavedStream[]>;
  start(): void;
  stop(): void;
}

export interface SavedStream extends Traffic {
  readonly tenant: string;
  /** The gap before the next arrival, in unit time, and how much of it has passed. */
  readonly gap: number;
  readonly elapsedMs: number;
  /** Arrivals so far: how far the stream of draws was used. */
  readonly arrivals: number;
}

/** How far behind its due times a stream may run before the missed arrivals are dropped. */
const CATCH_UP_MS_MAX = 1_000;

class Stream {
  traffic: Traffic = { ratePerSecond: 0, sources: null };
  readonly #tenant: Tenant;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #front: Pick<Front, 'background'>;
  readonly #service: Lognormal;
  #timer: Timer | null = null;
  /** What is left of the current gap, in unit time, as of `#sinceMs` (monotonic). */
  #gap: number;
  #sinceMs = 0;
  #arrivals = 0;
  /** Of a stream that was saved: how much of the gap had passed. */
  #elapsedMs = 0;

  constructor(tenant: Tenant, clock: Clock, random: Random, front: Pick<Front, 'background'>, service: Lognormal) {
    this.#tenant = tenant;
    this.#clock = clock;
    this.#random = random;
    this.#front = front;
    this.#service = service;
    this.#gap = drawUnitGap(random);
  }

  save(): SavedStream {
    const elapsedMs = this.#timer === null ? 0 : this.#clock.monotonicMs() - this.#sinceMs;
    return { tenant: this.#tenant.id, ...this.traffic, gap: this.#gap, elapsedMs, arrivals: this.#arrivals };
  }

  /** Goes on as a stream that was saved. Only a fresh one can: its draws are used up to there. */
  resume({ ratePerSecond, sources, gap, elapsedMs, arrivals }: SavedStream): void {
    for (; this.#arrivals < arrivals; this.#arrivals += 1) {
      drawServiceMs(this.#random, this.#service);
      drawUnitGap(this.#random);
    }
    this.#gap = gap;
    this.#elapsedMs = elapsedMs;
    this.traffic = { ratePerSecond, sources };
  }

  run(): void {
    if (this.#timer !== null || this.traffic.ratePerSecond === 0) return;
    this.#sinceMs = this.#clock.monotonicMs() - this.#elapsedMs;
    this.#elapsedMs = 0;
    this.#schedule();
  }

  pause(): void {
    if (this.#timer === null) return;
    this.#timer.cancel();
    this.#timer = null;
    const elapsedMs = this.#clock.monotonicMs() - this.#sinceMs;
    this.#gap = Math.max(0, this.#gap - (elapsedMs * this.traffic.ratePerSecond) / 1_000);
  }

  #schedule(): void {
    const dueMs = this.#sinceMs + (this.#gap * 1_000) / this.traffic.ratePerSecond;
    this.#timer = this.#clock.after(Math.max(0, dueMs - this.#clock.monotonicMs()), this.#arrive);
  }

  readonly #arrive = (): void => {
    // Counted from when it was due, not from when it came: a live timer is always a little late,
    // and at 200 a second that would add up to another rate. A long freeze is not caught up.
    const dueMs = this.#sinceMs + (this.#gap * 1_000) / this.traffic.ratePerSecond;
    this.#sinceMs = Math.max(dueMs, this.#clock.monotonicMs() - CATCH_UP_MS_MAX);
    const serviceMs = drawServiceMs(this.#random, this.#service);
    this.#gap = drawUnitGap(this.#random);
    this.#arrivals += 1;
    this.#schedule();
    const { sources } = this.traffic;
    this.#front.background(this.#tenant, serviceMs, sources === null ? null : this.#arrivals % sources);
  };
}

export const createBackground = (
  clock: Clock,
  random: Random,
  front: Pick<Front, 'background'>,
  service: Lognormal,
  tenants: Pick<Tenants, 'ensure'>,
): Background => {
  const streams = new Map<string, Stream>();
  let running = false;
  const streamOf = (tenant: Tenant): Stream => {
    const known = streams.get(tenant.id);
    if (known !== undefined) return known;
    const stream = new Stream(tenant, clock, random.fork(`background/${tenant.id}`), front, service);
    streams.set(tenant.id, stream);
    return stream;
  };
  const end = (id: string, stream: Stream): void => {
    stream.pause();
    streams.delete(id);
  };
  return {
    set(tenant, traffic) {
      const stream = streamOf(tenant);
      stream.pause();
      stream.traffic = traffic;
      if (running) stream.run();
    },
    get: (tenant) => streams.get(tenant.id)?.traffic,
    state: {
      save: () => [...streams.values()].map((stream) => stream.save()),
      load(saved) {
        for (const [id, stream] of streams) end(id, stream);
        for (const one of saved) {
          const stream = streamOf(tenants.ensure(one.tenant));
          stream.resume(one);
          if (running) stream.run();
        }
      },
      reset(tenant) {
        for (const [id, stream] of streams) if (tenant === null || id === tenant) end(id, stream);
      },
    },
    start() {
      running = true;
      for (const stream of streams.values()) stream.run();
    },
    stop() {
      running = false;
      for (const stream of streams.values()) stream.pause();
    },
  };
};
