/**
 * Workers behind one first-in-first-out queue with a bound: the finite thing all tenants share.
 *
 * Outages come from here and from nowhere else. Work is not taken back when the caller gives up:
 * a job that was queued is served, and its outcome counts, whether or not anybody still waits
 * (design.md section 5). Driven by `clock.after` alone, so a background job costs two heap events
 * and no promise.
 */
import type { Clock, Timer } from '../ports.ts';

export interface Job {
  /** Service time before slowdown, milliseconds. Fixed when offered. */
  readonly serviceMs: number;
  /** Called once, when a worker finishes; `tookMs` is the time it was served for. */
  served(tookMs: number): void;
  /** The tenant whose job it is. */
  readonly owner?: string;
  /** Whether somebody waits for the outcome: a snapshot cannot keep such a job. */
  readonly awaited?: boolean;
  /** It will not be served after all. */
  takenBack?(): void;
}

/** A job in a snapshot. */
export interface SavedJob {
  readonly tenant: string;
  readonly serviceMs: number;
  /** In service: how long that takes in all, and what is left of it. */
  readonly tookMs?: number;
  readonly leftMs?: number;
}

export interface SavedStation {
  readonly settings: StationSettings;
  readonly overflowing: boolean;
  /** In service first, in the order in which they began; then those that wait. */
  readonly jobs: readonly SavedJob[];
}

/** A job that a worker has, until `dueMs` (monotonic). */
interface Serving {
  readonly job: Job;
  readonly tookMs: number;
  readonly dueMs: number;
  timer: Timer;
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
  /** Without the jobs that somebody waits for: those were not decided yet, and are as if never sent. */
  save(): SavedStation;
  /** Takes every job back and goes on as saved. `revive` makes a kept job anew. */
  load(saved: SavedStation, revive: (saved: SavedJob) => Job): void;
  /** Takes back the jobs of one tenant, or of all. */
  takeBack(owner: string | null): void;
  /** Jobs that a snapshot would leave out. */
  awaited(): number;
}

/** Where the queue's array is cut: a shift per job would be linear, a cut per 1,024 is not. */
const COMPACT_AFTER = 1_024;

export const createStation = (
  clock: Pick<Clock, 'after' | 'monotonicMs'>,
  initial: StationSettings,
  events: StationEvents = { overflowing() {}, calm() {} },
): Station => {
  let settings = initial;
  let busy = 0;
  let waiting: Job[] = [];
  let head = 0;
  let overflowing = false;
  const inService = new Set<Serving>();

  const queued = () => waiting.length - head;

  const begin = (job: Job): void => {
    const tookMs = job.serviceMs * settings.slowdown;
    serve(job, tookMs, tookMs);
  };

  const serve = (job: Job, tookMs: number, leftMs: number): void => {
    busy += 1;
    const serving: Serving = {
      job,
      tookMs,
      dueMs: clock.monotonicMs() + leftMs,
      timer: clock.after(leftMs, () => finish(serving)),
    };
    inService.add(serving);
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

  const finish = (serving: Serving): void => {
    const { job, tookMs } = serving;
    inService.delete(serving);
    busy -= 1;
    // The worker is given on before the outcome is told: what `served` does cannot hold it back.
    fill();
    job.served(tookMs);
  };

  const takeBack = (owner: string | null): void => {
    const isGone = (job: Job) => owner === null || job.owner === owner;
    const gone: Job[] = [];
    for (const serving of inService) {
      if (!isGone(serving.job)) continue;
      serving.timer.cancel();
      inService.delete(serving);
      busy -= 1;
      gone.push(serving.job);
    }
    const queue = waiting.slice(head);
    waiting = queue.filter((job) => !isGone(job));
    head = 0;
    for (const job of [...gone, ...queue.filter(isGone)]) job.takenBack?.();
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
    save() {
      const nowMs = clock.monotonicMs();
      const jobs: SavedJob[] = [];
      for (const { job, tookMs, dueMs } of inService) {
        if (job.awaited || job.owner === undefined) continue;
        jobs.push({ tenant: job.owner, serviceMs: job.serviceMs, tookMs, leftMs: Math.max(0, dueMs - nowMs) });
      }
      for (const job of waiting.slice(head)) {
        if (!job.awaited && job.owner !== undefined) jobs.push({ tenant: job.owner, serviceMs: job.serviceMs });
      }
      return { settings, overflowing, jobs };
    },
    load(saved, revive) {
      takeBack(null);
      ({ settings, overflowing } = saved);
      for (const one of saved.jobs) {
        const job = revive(one);
        if (one.leftMs === undefined) waiting.push(job);
        else serve(job, one.tookMs ?? one.leftMs, one.leftMs);
      }
      fill();
    },
    takeBack(owner) {
      takeBack(owner);
      fill();
    },
    awaited() {
      let count = 0;
      for (const { job } of inService) if (job.awaited) count += 1;
      for (const job of waiting.slice(head)) if (job.awaited) count += 1;
      return count;
    },
  };
};
