/** The production station under Poisson arrivals, driven by a bare heap: what was measured. */
import { drawUnitGap } from '../../../acquirer-sim/capacity/service-time.ts';
import { createStation } from '../../../acquirer-sim/capacity/station.ts';
import type { Random } from '../../../acquirer-sim/ports.ts';
import { createLiveRandom } from '../../../acquirer-sim/random.ts';
import { createBareHeap } from './bare-heap.ts';

export interface Day {
  readonly servers: number;
  /** Arrivals over capacity. */
  readonly load: number;
  readonly arrivals: number;
  /** Arrivals at the start that are not counted: the station begins empty. */
  readonly warmUp: number;
  readonly queueMax: number;
  /** One service time; its mean is 1. */
  readonly service: (random: Random) => number;
  /** A caller gives up after this; its work stays. */
  readonly patience: number;
  readonly seed: number;
}

export interface Measured {
  /** Means of consecutive batches of waits, in order of arrival. */
  readonly batchMeans: readonly number[];
  readonly meanWait: number;
  /** Shares of the arrivals. */
  readonly turnedAway: number;
  readonly late: number;
}

export const exponential = (random: Random): number => drawUnitGap(random);
export const constant = (): number => 1;

const BATCHES = 30;

export const drive = (day: Day): Measured => {
  const { servers, load, arrivals, warmUp, queueMax, service, patience, seed } = day;
  const heap = createBareHeap();
  const root = createLiveRandom(seed);
  const [gaps, services] = [root.fork('gaps'), root.fork('services')];
  const station = createStation(heap, { workers: servers, queueMax, slowdown: 1 });
  const counted = arrivals - warmUp;
  const waits = new Float64Array(BATCHES);
  const served = new Float64Array(BATCHES);
  let arrived = 0;
  let turnedAway = 0;
  let late = 0;
  const arrive = (): void => {
    const nth = arrived - warmUp;
    arrived += 1;
    const at = heap.monotonicMs();
    const offered = station.offer({
      serviceMs: service(services),
      served(took) {
        if (nth < 0) return;
        const stayed = heap.monotonicMs() - at;
        const batch = Math.floor((nth * BATCHES) / counted);
        waits[batch] = (waits[batch] as number) + stayed - took;
        served[batch] = (served[batch] as number) + 1;
        if (stayed > patience) late += 1;
      },
    });
    if (offered === 'overflow' && nth >= 0) turnedAway += 1;
    if (arrived < arrivals) heap.after(drawUnitGap(gaps) / (servers * load), arrive);
  };
  heap.after(0, arrive);
  heap.drain();
  const all = served.reduce((sum, count) => sum + count, 0);
  return {
    batchMeans: Array.from(waits, (sum, batch) => sum / (served[batch] as number)),
    meanWait: waits.reduce((sum, wait) => sum + wait, 0) / all,
    turnedAway: turnedAway / counted,
    late: late / counted,
  };
};

/** Student's t, 0.995 quantile, of the degrees of freedom used here (tables). */
const T_995: Readonly<Record<number, number>> = { 29: 2.756, 149: 2.609 };

/** The 99 % interval of a mean from its batches. */
export const interval = (batchMeans: readonly number[]): { readonly low: number; readonly high: number } => {
  const count = batchMeans.length;
  const t = T_995[count - 1];
  if (t === undefined) throw new RangeError(`no quantile for ${count} batches`);
  const mean = batchMeans.reduce((sum, value) => sum + value, 0) / count;
  const variance = batchMeans.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const half = t * Math.sqrt(variance / count);
  return { low: mean - half, high: mean + half };
};
