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
import type { Tenant } from './tenant.ts';

export interface Traffic {
  readonly ratePerSecond: number;
  /** How many addresses it comes from. Said for the record: nothing here blocks by address. */
  readonly sources: number | null;
}

export interface Background {
  /** Sets a tenant's arrival rate from now on; 0 stops it. */
  set(tenant: Tenant, traffic: Traffic): void;
  get(tenant: Tenant): Traffic | undefined;
  start(): void;
  stop(): void;
}

/** How far behind its due times a stream may run before the missed arrivals are dropped. */
const CATCH_UP_MS_MAX = 1_000;

class Stream {
  traffic: Traffic = { ratePerSecond: 0, sources: null };
  readonly #tenant: Tenant;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #front: Front;
  readonly #service: Lognormal;
  #timer: Timer | null = null;
  /** What is left of the current gap, in unit time, as of `#sinceMs` (monotonic). */
  #gap: number;
  #sinceMs = 0;

  constructor(tenant: Tenant, clock: Clock, random: Random, front: Front, service: Lognormal) {
    this.#tenant = tenant;
    this.#clock = clock;
    this.#random = random;
    this.#front = front;
    this.#service = service;
    this.#gap = drawUnitGap(random);
  }

  run(): void {
    if (this.#timer !== null || this.traffic.ratePerSecond === 0) return;
    this.#sinceMs = this.#clock.monotonicMs();
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
    this.#schedule();
    this.#front.background(this.#tenant, serviceMs);
  };
}

export const createBackground = (clock: Clock, random: Random, front: Front, service: Lognormal): Background => {
  const streams = new Map<string, Stream>();
  let running = false;
  return {
    set(tenant, traffic) {
      let stream = streams.get(tenant.id);
      if (stream === undefined) {
        stream = new Stream(tenant, clock, random.fork(`background/${tenant.id}`), front, service);
        streams.set(tenant.id, stream);
      }
      stream.pause();
      stream.traffic = traffic;
      if (running) stream.run();
    },
    get: (tenant) => streams.get(tenant.id)?.traffic,
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
