/**
 * The acquirer's front: what every request passes before a worker looks at it.
 *
 * The order is the order of precedence: the arrival is counted (operators watch what is offered,
 * not what is admitted), then what closes the door (maintenance, connection limits), then the
 * tenant's cap, then the queue.
 */
import type { CapacityConfig } from '../config.ts';
import type { Clock, Random } from '../ports.ts';
import { TakenBack } from '../state.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { drawServiceMs } from './service-time.ts';
import type { Job, SavedJob, Station } from './station.ts';

/** What a request asks of the acquirer. */
export interface Demand {
  /** Which service time it is drawn from. */
  readonly service: keyof CapacityConfig['serviceMs'];
  /** Whether the operators' cap counts it. Looking something up does not count: a capped tenant may
   * still ask what became of its money. */
  readonly capped: boolean;
}

/** Why the door is closed. `sessions`: the tenant's connections are used up; `connections`: everybody's. */
export type Closed = 'maintenance' | 'sessions' | 'connections';

/** `capped`: refused by the operators' cap. `overflow`: the queue was full. Nothing happened. */
export type TurnedAway = 'capped' | 'overflow' | Closed;

/** What may close the door. */
export interface Door {
  closedTo(tenant: Tenant): Closed | null;
  /** Whether a background tenant's requests from one of its sources (by number) are blocked. */
  blocksSource(tenant: string, source: number): boolean;
}

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
  /** The same for another merchant's job: nobody waits for it. `source`: the number of its address. */
  background(tenant: Tenant, serviceMs: number, source: number | null): void;
  /** A background job that a snapshot kept. */
  revive(tenant: Tenant, saved: SavedJob): Job;
}

class BackgroundJob implements Job {
  readonly serviceMs: number;
  readonly awaited = false;
  readonly #tenant: Tenant;
  constructor(tenant: Tenant, serviceMs: number) {
    this.#tenant = tenant;
    this.serviceMs = serviceMs;
    tenant.held += 1;
  }
  get owner(): string {
    return this.#tenant.id;
  }
  served(): void {
    this.#tenant.held -= 1;
    this.#tenant.counters.served += 1;
  }
  takenBack(): void {
    this.#tenant.held -= 1;
  }
}

/** A job somebody waits for. An outcome that nobody awaits any more still counts. */
class RequestJob<Outcome> implements Job {
  readonly serviceMs: number;
  readonly awaited = true;
  readonly #tenant: Tenant;
  readonly #decide: (serviceUs: number) => Outcome;
  readonly #outcome = Promise.withResolvers<Outcome>();
  constructor(tenant: Tenant, serviceMs: number, decide: (serviceUs: number) => Outcome) {
    this.#tenant = tenant;
    this.serviceMs = serviceMs;
    this.#decide = decide;
    tenant.held += 1;
  }
  get owner(): string {
    return this.#tenant.id;
  }
  get outcome(): Promise<Outcome> {
    return this.#outcome.promise;
  }
  takenBack(): void {
    this.#tenant.held -= 1;
    this.#outcome.reject(new TakenBack());
  }
  served(tookMs: number): void {
    this.#tenant.held -= 1;
    this.#tenant.counters.served += 1;
    try {
      this.#outcome.resolve(this.#decide(Math.round(tookMs * 1_000)));
    } catch (error) {
      this.#outcome.reject(error);
    }
  }
}

export const createFront = (
  clock: Clock,
  station: Station,
  serviceMs: CapacityConfig['serviceMs'],
  door: Door = { closedTo: () => null, blocksSource: () => false },
): Front => {
  /** Counts the arrival; says why when it may not come in. */
  const refusal = (tenant: Tenant, underCap: boolean, source: number | null): 'capped' | 'blocked' | Closed | null => {
    tenant.counters.arrived += 1;
    tenant.watch?.arrived();
    const blocked = source !== null && door.blocksSource(tenant.id, source);
    const closed = blocked ? 'blocked' : door.closedTo(tenant);
    if (closed !== null) {
      tenant.counters.refused += 1;
      return closed;
    }
    if (!underCap || tenant.cap === null || tenant.cap.take(clock.monotonicMs())) return null;
    tenant.counters.capped += 1;
    return 'capped';
  };

  return {
    pass(tenant, demand, stream, decide) {
      const refused = refusal(tenant, demand.capped, null);
      if (refused !== null && refused !== 'blocked') return refused;
      const job = new RequestJob(tenant, drawServiceMs(stream, serviceMs[demand.service]), decide);
      if (station.offer(job) === 'queued') return job.outcome;
      tenant.held -= 1;
      tenant.counters.overflowed += 1;
      return 'overflow';
    },
    background(tenant, drawnMs, source) {
      if (refusal(tenant, true, source) !== null) return;
      if (station.offer(new BackgroundJob(tenant, drawnMs)) === 'queued') return;
      tenant.held -= 1;
      tenant.counters.overflowed += 1;
    },
    revive: (tenant, saved) => new BackgroundJob(tenant, saved.serviceMs),
  };
};
