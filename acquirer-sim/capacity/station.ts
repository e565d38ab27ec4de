/**
 * Workers behind one first-in-first-out queue with a bound: the finite thing all tenants share.
 *
 * Outages come from here and from nowhere else. Work is not taken back when the caller gives up:
 * a job that was queued is served, and its outcome counts, whether or not anybody still waits
 * (design.md section 5). Driven by `clock.after` alone, so a background job costs two heap events
 * and no promise.
 */
import type { Clock } from '../ports.ts';

export interface Job {
  /** Service time before slowdown, milliseconds. Fixed when offered. */
  readonly serviceMs: number;
  /** Called once, when a worker finishes; `tookMs` is the time it was served for. */
  served(tookMs: number): void;
}

export interface StationSettings {
  readonly workers: number;
  readonly queueMax: number;
  readonly slowdown: number;
}

export interface StationEvents {
  /** A job was turned away, the first since the station was calm. */
  overflowing(): void;
  /** The queue is empty again after it overflowed. Full and empty, so that the two never flap. */
  calm(): void;
}

export interface Station {
  /** Takes a job, or turns it away when every worker is busy and the queue is full. */
  offer(job: Job): 'queued' | 'overflow';
  /** Whether the next job would be turned away. */
  isFull(): boolean;
  readonly settings: StationSettings;
  readonly busy: number;
  readonly queued: number;
  /**
   * Changes capacity at once. Jobs in service finish as drawn, and jobs already waiting keep their
   * place even beyond a smaller bound.
   */
  change(settings: Partial<StationSettings>): void;
}

/** Where the queue's array is cut: a shift per job would be linear, a cut per 1,024 is not. */
const COMPACT_AFTER = 1_024;

export const createStation = (
  clock: Pick<Clock, 'after'>,
  initial: StationSettings,
  events: StationEvents = { overflowing() {}, calm() {} },
): Station => {
  let settings = initial;
  let busy = 0;
  let waiting: Job[] = [];
  let head = 0;
  let overflowing = false;

  const queued = () => waiting.length - head;

  const begin = (job: Job): void => {
    busy += 1;
    const tookMs = job.serviceMs * settings.slowdown;
    clock.after(tookMs, () => finish(job, tookMs));
  };

  const fill = (): void => {
    while (busy < settings.workers && head < waiting.length) {
      const job = waiting[head] as Job;
      head += 1;
      if (head >= COMPACT_AFTER) {
        waiting = waiting.slice(head);
        head = 0;
      }
      begin(job);
    }
    if (overflowing && queued() === 0) {
      overflowing = false;
      events.calm();
    }
  };

  const finish = (job: Job, tookMs: number): void => {
    busy -= 1;
    // The worker is given on before the outcome is told: what `served` does cannot hold it back.
    fill();
    job.served(tookMs);
  };

  return {
    offer(job) {
      if (busy < settings.workers) {
        begin(job);
        return 'queued';
      }
      if (queued() < settings.queueMax) {
        waiting.push(job);
        return 'queued';
      }
      if (!overflowing) {
        overflowing = true;
        events.overflowing();
      }
      return 'overflow';
    },
    isFull: () => busy >= settings.workers && queued() >= settings.queueMax,
    get settings() {
      return settings;
    },
    get busy() {
      return busy;
    },
    get queued() {
      return queued();
    },
    change(changed) {
      settings = { ...settings, ...changed };
      fill();
    },
  };
};
