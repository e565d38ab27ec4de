/**
 * The acquirer's front: what every request passes before a worker looks at it.
 *
 * The order is the order of precedence: the arrival is counted (operators watch what is offered,
 * not what is admitted), then the tenant's cap, then the queue.
 */
import type { CapacityConfig } from '../config.ts';
import type { Clock, Random } from '../ports.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { drawServiceMs } from './service-time.ts';
import type { Job, Station } from './station.ts';

/** What a request asks of the acquirer. */
export interface Demand {
  /** Which service time it is drawn from. */
  readonly service: keyof CapacityConfig['serviceMs'];
  /** Whether the operators' cap counts it. Looking something up does not count: a capped tenant may
   * still ask what became of its money. */
  readonly capped: boolean;
}

/** `capped`: refused by the operators' cap. `overflow`: the queue was full. Nothing happened. */
export type TurnedAway = 'capped' | 'overflow';

export interface Front {
  /**
   * Passes one request of a tenant through cap and queue. Answers at once when it is turned away;
   * otherwise resolves with what `decide` returned when a worker finished. `decide` runs then, and
   * runs whether or not the caller still waits. `serviceUs` is the time it was served for.
   *
   * `stream` belongs to this request alone; its first two draws are the service time.
   */
  pass<Outcome>(
    tenant: Tenant,
    demand: Demand,
    stream: Random,
    decide: (serviceUs: number) => Outcome,
  ): TurnedAway | Promise<Outcome>;
  /** The same for another merchant's job: nobody waits for it. */
  background(tenant: Tenant, serviceMs: number): void;
}

class BackgroundJob implements Job {
  readonly serviceMs: number;
  readonly #tenant: Tenant;
  constructor(tenant: Tenant, serviceMs: number) {
    this.#tenant = tenant;
    this.serviceMs = serviceMs;
  }
  served(): void {
    this.#tenant.counters.served += 1;
  }
}

/** A job somebody waits for. An outcome that nobody awaits any more still counts. */
class RequestJob<Outcome> implements Job {
  readonly serviceMs: number;
  readonly #tenant: Tenant;
  readonly #decide: (serviceUs: number) => Outcome;
  readonly #outcome = Promise.withResolvers<Outcome>();
  constructor(tenant: Tenant, serviceMs: number, decide: (serviceUs: number) => Outcome) {
    this.#tenant = tenant;
    this.serviceMs = serviceMs;
    this.#decide = decide;
  }
  get outcome(): Promise<Outcome> {
    return this.#outcome.promise;
  }
  served(tookMs: number): void {
    this.#tenant.counters.served += 1;
    try {
      this.#outcome.resolve(this.#decide(Math.round(tookMs * 1_000)));
    } catch (error) {
      this.#outcome.reject(error);
    }
  }
}

export const createFront = (clock: Clock, station: Station, serviceMs: CapacityConfig['serviceMs']): Front => {
  /** Counts the arrival; false when the cap refuses it. */
  const admit = (tenant: Tenant, underCap: boolean): boolean => {
    tenant.counters.arrived += 1;
    tenant.watch?.arrived();
    if (!underCap || tenant.cap === null || tenant.cap.take(clock.monotonicMs())) return true;
    tenant.counters.capped += 1;
    return false;
  };

  return {
    pass(tenant, demand, stream, decide) {
      if (!admit(tenant, demand.capped)) return 'capped';
      const job = new RequestJob(tenant, drawServiceMs(stream, serviceMs[demand.service]), decide);
      if (station.offer(job) === 'queued') return job.outcome;
      tenant.counters.overflowed += 1;
      return 'overflow';
    },
    background(tenant, drawnMs) {
      if (!admit(tenant, true)) return;
      if (station.offer(new BackgroundJob(tenant, drawnMs)) === 'overflow') tenant.counters.overflowed += 1;
    },
  };
};
