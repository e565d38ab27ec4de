/**
 * When a rule at an acquirer takes it away from everybody, read from the timeline: an acquirer that refuses every
 * connection has figures as of an idle one. For the judge, as `away.ts`. Pure.
 */
import type { FaultRule } from '../../acquirer-sim/app.ts';
import type { Stretch } from '../judge/hours.ts';
import type { TimelineEntry } from '../play/timeline.ts';
import { cutShare } from './away.ts';

/** What nobody is served under. */
const closing: ReadonlySet<FaultRule['kind']> = new Set(['refuse', 'black-hole', 'maintenance']);

const closes = ({ kind, share, select, intensity }: FaultRule): boolean =>
  closing.has(kind) &&
  Object.keys(select).length === 0 &&
  intensity.shape === 'constant' &&
  share * intensity.level >= cutShare;

/** Milliseconds since the scenario's start. `endMs`: of the day, and of whatever lasts longer. */
export const awayByRules = (
  entries: readonly TimelineEntry[],
  endMs: number,
): readonly (Stretch & { readonly acquirer: string })[] =>
  entries.flatMap(({ event: { what }, atMs, untilMs }) => {
    if (what.kind !== 'faults.set') return [];
    return what.rules.filter(closes).flatMap(({ when: { afterMs, forMs, flapping }, ttlMs }) => {
      const fromMs = atMs + afterMs;
      const toMs = Math.min(
        endMs,
        untilMs ?? endMs,
        ttlMs === undefined ? endMs : atMs + ttlMs,
        forMs === undefined ? endMs : fromMs + forMs,
      );
      const periodMs = flapping === undefined ? Number.POSITIVE_INFINITY : flapping.onMs + flapping.offMs;
      const stretches: (Stretch & { readonly acquirer: string })[] = [];
      for (let onMs = fromMs; onMs < toMs; onMs += periodMs)
        stretches.push({
          acquirer: what.acquirer,
          fromMs: onMs,
          toMs: flapping === undefined ? toMs : Math.min(toMs, onMs + flapping.onMs),
        });
      return stretches;
    });
  });
