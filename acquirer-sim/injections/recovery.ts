/** How capacity comes back: in steps, with relapses. Pure: workers as a function of time. */
import type { InjectionOf } from './schema.ts';

export type Recovery = Pick<InjectionOf<'recovery'>, 'fromWorkers' | 'toWorkers' | 'overMs' | 'steps' | 'relapses'>;

/** Workers `elapsedMs` after the beginning. A relapse wins over the step; of two, the later one. */
export const workersAt = (recovery: Recovery, elapsedMs: number): number => {
  const { fromWorkers, toWorkers, overMs, steps, relapses } = recovery;
  const relapse = relapses.findLast(({ atMs, lastsMs }) => atMs <= elapsedMs && elapsedMs < atMs + lastsMs);
  if (relapse !== undefined) return relapse.workers;
  const step = Math.min(steps, Math.floor((elapsedMs * steps) / overMs));
  return Math.round(fromWorkers + ((toWorkers - fromWorkers) * step) / steps);
};

/** The next time after `elapsedMs` at which the number may change; null when it stays for good. */
export const nextChangeMs = (recovery: Recovery, elapsedMs: number): number | null => {
  const { overMs, steps, relapses } = recovery;
  const step = Math.floor((elapsedMs * steps) / overMs) + 1;
  const times = relapses.flatMap(({ atMs, lastsMs }) => [atMs, atMs + lastsMs]);
  if (step <= steps) times.push((step * overMs) / steps);
  const coming = times.filter((atMs) => atMs > elapsedMs);
  return coming.length === 0 ? null : Math.min(...coming);
};
