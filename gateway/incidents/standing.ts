/**
 * How things stand around an open incident, from every side: the detector, the breakers, what the
 * upstream told us, the other instances. Here is what is asked; `indicators.ts` says what it means.
 */
import type { Clock } from '../ports.ts';
import type { Detector } from './detector.ts';
import type { IncidentsDeps, OpenView } from './door.ts';
import { isPublic } from './impact.ts';
import { type Here, indicatorsOf, standsAlone } from './indicators.ts';
import { type Indicators, isClear } from './lifecycle.ts';
import { type Open, type Report, viewOf } from './open-incident.ts';
import type { Minute } from './tally.ts';

export interface Standing {
  /** Acquirers that told us that they restrict us. */
  readonly restricting: Set<string>;
  /** Merchants that are abusers now. */
  readonly abusers: Set<string>;
  /** Lines to people that fell silent, by scope. */
  readonly silent: Set<string>;
  /** What the lifecycle goes by. What a person opened stays bad until a person closes it. */
  indicators(open: Open): Indicators;
  /** Nobody, person or not, may call it resolved now. */
  isStillBad(open: Open): boolean;
  /** Customers feel it, and no maintenance covers it. */
  mayBePublic(open: Open, known: Indicators): boolean;
  describe(open: Open): OpenView;
  /** What is told to the holder, by whoever is not. */
  report(open: Open, minutes: readonly Minute[]): Report;
}

export const createStanding = (
  deps: Pick<IncidentsDeps, 'evidence' | 'maintenance' | 'keep' | 'policy'> & {
    readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs'>;
    readonly detector: Pick<Detector, 'alarmed' | 'alarms'>;
  },
): Standing => {
  const { clock, detector } = deps;
  const restricting = new Set<string>();
  const abusers = new Set<string>();
  const silent = new Set<string>();

  const here = (open: Open): Here => {
    const sides = [...open.scopes].map((scope) => deps.evidence(scope));
    return {
      bad: [...open.scopes].some((scope) => detector.alarmed(scope) || silent.has(scope)),
      breakers: sides.some(({ breakers }) => breakers === 'open')
        ? 'open'
        : sides.some(({ breakers }) => breakers === 'ramp')
          ? 'ramp'
          : 'closed',
      unknownsOpen: sides.reduce((sum, side) => sum + side.unknownsOpen, 0),
      restricted: [...open.scopes].some((scope) => restricting.has(scope)),
      abusers: abusers.size,
    };
  };

  /** Words of instances that still speak. */
  const freshReports = (open: Open): readonly Report[] => {
    const fromMs = clock.wallMs() - deps.policy.incidents.leaseMs;
    return open.reports.filter(({ atMs }) => atMs >= fromMs);
  };

  const known = (open: Open): Indicators => indicatorsOf(open, here(open), freshReports(open));
  const indicators = (open: Open): Indicators => (open.manual ? { ...known(open), bad: true } : known(open));

  return {
    restricting,
    abusers,
    silent,
    indicators,
    isStillBad: (open) => !isClear(known(open)),
    mayBePublic: (open, { components, bad }) => {
      if ([...open.scopes].every(standsAlone)) return false;
      if (deps.maintenance?.covers([...open.scopes], components, clock.wallMs()) === true) return false;
      const nowMs = clock.monotonicMs();
      const reports = freshReports(open);
      const impact = {
        ...open.impact,
        failures: open.impact.failures + reports.reduce((sum, { failures }) => sum + failures, 0),
        lastMs: reports.some((report) => report.bad && report.failures > 0) ? nowMs : open.impact.lastMs,
      };
      return isPublic(impact, {
        openedMs: open.openedMs,
        nowMs,
        breakers: reports.some(({ breakers }) => breakers === 'open') ? 'open' : here(open).breakers,
        bad,
      });
    },
    describe: (open) => ({
      ...viewOf(open),
      public: open.public,
      scopes: [...open.scopes],
      role: open.role,
      indicators: indicators(open),
      alarms: [...open.scopes].flatMap((scope) => detector.alarms(scope)),
      merchantsHurt: open.impact.merchants.size,
      merchantsTold: open.told.size,
      failures: open.impact.failures + open.reports.reduce((sum, report) => sum + report.failures, 0),
      notes: [...open.notes],
    }),
    report: (open, minutes) => {
      const now = here(open);
      return {
        instance: deps.keep?.instanceId ?? '',
        atMs: clock.wallMs(),
        bad: now.bad,
        breakers: now.breakers,
        unknownsOpen: now.unknownsOpen,
        failures: open.impact.failures,
        firstAtMs: open.impact.firstAtMs,
        merchants: [...open.impact.merchants],
        components: [...open.impact.components],
        abusers: now.abusers,
        minutes,
      };
    },
  };
};
