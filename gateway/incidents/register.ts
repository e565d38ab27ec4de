/**
 * The open incidents of this instance by scope, and what is counted for them: failures that belong
 * to none of them yet, and operations by minute.
 */
import type { Clock } from '../ports.ts';
import { absorb, type Impact, isForgotten, noImpact } from './impact.ts';
import { type Open, startedAtMs } from './open-incident.ts';
import { addMinutes, createTally, type Minute, minuteMs, type Tally } from './tally.ts';
import { jstStamp } from './templates.ts';

export interface Register {
  /** Each once, also where it stands under several scopes. */
  each(): ReadonlySet<Open>;
  byId(id: string): Open | undefined;
  at(scope: string): Open | undefined;
  has(scope: string): boolean;
  put(scope: string, open: Open): void;
  remove(open: Open): void;
  /** Failures at the scope that belong to no incident, or not yet. */
  strays(scope: string): Impact;
  /** The strays of the last minute turn out to belong to the incident. */
  adopt(open: Open, scope: string): void;
  tally(scope: string): Tally;
  /** Counts by minute that holders before us left. */
  inherit(id: string, minutes: readonly Minute[]): void;
  disinherit(id: string): void;
  minutesOf(open: Open): readonly Minute[];
  /** Unique within this instance; the date helps whoever reads it in a link. */
  nextId(wallMs: number): string;
}

export const createRegister = (clock: Pick<Clock, 'monotonicMs'>): Register => {
  const opened = new Map<string, Open>();
  const strays = new Map<string, Impact>();
  const tallies = new Map<string, Tally>();
  const inherited = new Map<string, readonly Minute[]>();
  const ids = new Map<string, number>();

  const straysOf = (scope: string): Impact => {
    let impact = strays.get(scope);
    if (impact === undefined || isForgotten(impact, clock.monotonicMs())) {
      impact = noImpact();
      strays.set(scope, impact);
    }
    return impact;
  };

  const tallyOf = (scope: string): Tally => {
    let tally = tallies.get(scope);
    if (tally === undefined) {
      tally = createTally(() => opened.has(scope));
      tallies.set(scope, tally);
    }
    return tally;
  };

  return {
    each: () => new Set(opened.values()),
    byId: (id) => [...opened.values()].find((open) => open.id === id),
    at: (scope) => opened.get(scope),
    has: (scope) => opened.has(scope),
    put: (scope, open) => void opened.set(scope, open),
    remove: (open) => {
      for (const [scope, held] of opened) if (held === open) opened.delete(scope);
    },
    strays: straysOf,
    adopt: (open, scope) => {
      absorb(open.impact, straysOf(scope));
      strays.delete(scope);
    },
    tally: tallyOf,
    inherit: (id, minutes) => void inherited.set(id, minutes),
    disinherit: (id) => void inherited.delete(id),
    minutesOf: (open) => {
      const fromMs = startedAtMs(open) - minuteMs;
      return addMinutes(inherited.get(open.id) ?? [], ...[...open.scopes].map((scope) => tallyOf(scope).since(fromMs)));
    },
    nextId: (wallMs) => {
      const stamp = jstStamp(wallMs);
      const count = (ids.get(stamp) ?? 0) + 1;
      ids.set(stamp, count);
      return count === 1 ? `inc_${stamp}` : `inc_${stamp}_${count}`;
    },
  };
};
