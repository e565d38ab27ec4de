import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStation, type Job, type StationEvents } from '../../../acquirer-sim/capacity/station.ts';
import { createManualClock } from '../manual-clock.ts';

interface Arrival {
  readonly atMs: number;
  readonly serviceMs: number;
}

interface Outcome {
  readonly overflowed: readonly number[];
  /** [job, time it was served], in order. */
  readonly served: readonly (readonly [number, number])[];
}

/** The obvious model: look for the earliest thing that happens next, arrivals before ends. */
const naive = (arrivals: readonly Arrival[], workers: number, queueMax: number): Outcome => {
  const overflowed: number[] = [];
  const served: (readonly [number, number])[] = [];
  let inService: { job: number; endMs: number }[] = [];
  const queue: number[] = [];
  let next = 0;
  const begin = (job: number, atMs: number) =>
    inService.push({ job, endMs: atMs + (arrivals[job] as Arrival).serviceMs });
  while (next < arrivals.length || inService.length > 0) {
    const arrival = arrivals[next];
    const first = inService.reduce<{ job: number; endMs: number } | undefined>(
      (best, candidate) => (best === undefined || candidate.endMs < best.endMs ? candidate : best),
      undefined,
    );
    if (arrival !== undefined && (first === undefined || arrival.atMs <= first.endMs)) {
      if (inService.length < workers) begin(next, arrival.atMs);
      else if (queue.length < queueMax) queue.push(next);
      else overflowed.push(next);
      next += 1;
    } else if (first !== undefined) {
      inService = inService.filter((candidate) => candidate !== first);
      const waiting = queue.shift();
      if (waiting !== undefined) begin(waiting, first.endMs);
      served.push([first.job, first.endMs]);
    }
  }
  return { overflowed, served };
};

const simulated = (arrivals: readonly Arrival[], workers: number, queueMax: number): Outcome => {
  const clock = createManualClock();
  const station = createStation(clock, { workers, queueMax, slowdown: 1 });
  const overflowed: number[] = [];
  const served: (readonly [number, number])[] = [];
  arrivals.forEach(({ atMs, serviceMs }, job) => {
    clock.after(atMs, () => {
      const offered = station.offer({ serviceMs, served: () => void served.push([job, clock.monotonicMs()]) });
      if (offered === 'overflow') overflowed.push(job);
    });
  });
  clock.run(10_000_000);
  return { overflowed, served };
};

const job = (serviceMs: number, served: () => void = () => {}): Job => ({ serviceMs, served });

describe('a station', () => {
  it('serves and turns away exactly as a naive model does (seed 20170712)', () => {
    const arrivals = fc
      .array(fc.record({ gapMs: fc.nat({ max: 30 }), serviceMs: fc.nat({ max: 100 }) }), { maxLength: 60 })
      .map((gaps) => {
        let atMs = 0;
        return gaps.map(({ gapMs, serviceMs }) => {
          atMs += gapMs;
          return { atMs, serviceMs };
        });
      });
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 1, max: 4 }), fc.nat({ max: 6 }), (jobs, workers, queueMax) => {
        expect(simulated(jobs, workers, queueMax)).toEqual(naive(jobs, workers, queueMax));
      }),
      { seed: 20170712, numRuns: 300 },
    );
  });

  it('multiplies service times by the slowdown, for jobs that begin after it was set', () => {
    const clock = createManualClock();
    const ends: number[] = [];
    const station = createStation(clock, { workers: 1, queueMax: 10, slowdown: 1 });
    station.offer(job(100, () => ends.push(clock.monotonicMs())));
    station.offer(job(100, () => ends.push(clock.monotonicMs())));
    station.change({ slowdown: 3 });
    clock.run(1_000);
    expect(ends).toEqual([100, 400]);
  });

  it('begins waiting jobs at once when workers are added', () => {
    const clock = createManualClock();
    const station = createStation(clock, { workers: 0, queueMax: 10, slowdown: 1 });
    for (let count = 0; count < 3; count += 1) station.offer(job(50));
    expect([station.busy, station.queued]).toEqual([0, 3]);
    station.change({ workers: 2 });
    expect([station.busy, station.queued]).toEqual([2, 1]);
  });

  it('lets jobs in service finish when workers are taken away', () => {
    const clock = createManualClock();
    const station = createStation(clock, { workers: 3, queueMax: 10, slowdown: 1 });
    for (let count = 0; count < 4; count += 1) station.offer(job(50));
    station.change({ workers: 1 });
    expect([station.busy, station.queued]).toEqual([3, 1]);
    clock.run(50);
    expect([station.busy, station.queued]).toEqual([1, 0]);
  });

  it('keeps the place of jobs that wait beyond a smaller bound, and takes no more', () => {
    const clock = createManualClock();
    let served = 0;
    const station = createStation(clock, { workers: 1, queueMax: 5, slowdown: 1 });
    for (let count = 0; count < 6; count += 1) station.offer(job(10, () => (served += 1)));
    station.change({ queueMax: 2 });
    expect(station.isFull()).toBe(true);
    expect(station.offer(job(10))).toBe('overflow');
    clock.run(1_000);
    expect(served).toBe(6);
  });

  it('says once that it overflows and once that it is calm, at the full and at the empty queue', () => {
    const clock = createManualClock();
    const said: string[] = [];
    const events: StationEvents = { overflowing: () => said.push('overflowing'), calm: () => said.push('calm') };
    const station = createStation(clock, { workers: 1, queueMax: 2, slowdown: 1 }, events);
    for (let count = 0; count < 5; count += 1) station.offer(job(10));
    clock.run(10);
    station.offer(job(10));
    station.offer(job(10));
    expect(said).toEqual(['overflowing']);
    clock.run(1_000);
    expect(said).toEqual(['overflowing', 'calm']);
  });

  it('has given its worker on before it tells that a job was served', () => {
    const clock = createManualClock();
    const station = createStation(clock, { workers: 1, queueMax: 2, slowdown: 1 });
    let seen = -1;
    station.offer(job(10, () => (seen = station.busy)));
    station.offer(job(10));
    clock.run(10);
    expect(seen).toBe(1);
  });
});
