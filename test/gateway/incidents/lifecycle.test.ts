import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  betterCause,
  consider,
  dueMs,
  type Incident,
  type Indicators,
  openIncident,
  type Step,
} from '../../../gateway/incidents/lifecycle.ts';
import { incidentsPolicy } from './rules.ts';

const seed = 20200724;
const rules = incidentsPolicy();
const minute = 60_000;

const clear: Indicators = {
  bad: false,
  breakersClosed: true,
  unknownsOpen: 0,
  causeBlocked: false,
  cause: 'unknown',
  causeTold: false,
  components: ['create_charge'],
};
const down: Indicators = { ...clear, bad: true, breakersClosed: false, cause: 'upstream_down' };

/** Applies indicators at given minutes; the steps with their minute, and where it ended. */
const play = (
  moments: readonly [atMinute: number, indicators: Indicators][],
  from: Incident = openIncident(['create_charge'], 0),
): { readonly steps: [number, Step][]; readonly incident: Incident } => {
  let incident = from;
  const steps: [number, Step][] = [];
  for (const [atMinute, indicators] of moments) {
    const next = consider(incident, indicators, atMinute * minute, rules);
    incident = next.incident;
    if (next.step !== null) steps.push([atMinute, next.step]);
  }
  return { steps, incident };
};

const resolvedAt31: readonly [number, Indicators][] = [
  [1, down],
  [2, clear],
  [17, clear],
  [32, clear],
];

describe('the life of an incident', () => {
  it(`takes the step that is due at the moment it names, whatever fractions the clock has (seed ${seed})`, () => {
    const fractionMs = fc.double({ min: 0, max: 1e7, noNaN: true });
    fc.assert(
      fc.property(fractionMs, fc.constantFrom(clear, down), (openedMs, known) => {
        let incident = openIncident(known.components, openedMs);
        incident = consider(incident, known, openedMs, rules).incident;
        for (let step = 0; step < 12 && incident.stage !== 'resolved'; step += 1) {
          const due = dueMs(incident, incident.lastUpdateMs, rules);
          // Nothing is put off beyond the half hour after which the page says at least that it is not over.
          expect(due - incident.lastUpdateMs).toBeLessThanOrEqual(rules.updateEveryMs + 1);
          const at = incident.lastUpdateMs + rules.updateEveryMs;
          expect(consider(incident, { ...known, cause: 'unknown' }, at, rules).step).not.toBe(null);
          incident = consider(incident, known, due, rules).incident;
          if (incident.lastUpdateMs < due) incident = { ...incident, lastUpdateMs: due };
        }
      }),
      { seed, numRuns: 500 },
    );
  });

  it('names the cause after a minute of evidence, monitors after 15 good minutes, resolves after 15 more', () => {
    const { steps, incident } = play([[0.5, down], ...resolvedAt31]);
    expect(steps).toEqual([
      [1, 'identified'],
      [17, 'monitoring'],
      [32, 'resolved'],
    ]);
    expect(incident).toMatchObject({ stage: 'resolved', cause: 'upstream_down' });
  });

  it('names a cause at once that the upstream told', () => {
    const told = { ...down, cause: 'upstream_restricts_us', causeTold: true } as const;
    expect(play([[0.1, told]]).steps).toEqual([[0.1, 'identified']]);
  });

  it('replaces a cause only by one that explains more', () => {
    expect(betterCause('upstream_down', 'upstream_restricts_us')).toBe('upstream_restricts_us');
    expect(betterCause('upstream_restricts_us', 'upstream_down')).toBe('upstream_restricts_us');
    const flood = { ...down, cause: 'merchant_flood' } as const;
    const { steps, incident } = play([
      [1, down],
      [5, flood],
      [6, down],
    ]);
    expect(steps).toEqual([
      [1, 'identified'],
      [5, 'identified'],
    ]);
    expect(incident.cause).toBe('merchant_flood');
  });

  it('adds components as they are hurt and never drops one', () => {
    const { steps, incident } = play([
      [0.1, { ...down, components: ['create_charge', 'capture'] }],
      [0.2, { ...down, components: ['refund'] }],
      [0.3, { ...down, components: ['capture'] }],
    ]);
    expect(steps.map(([, step]) => step)).toEqual(['widened', 'widened']);
    expect(incident.components).toEqual(['create_charge', 'capture', 'refund']);
  });

  const held: readonly [string, Indicators][] = [
    ['an indicator is bad', { ...clear, bad: true }],
    ['a breaker is not closed', { ...clear, breakersClosed: false }],
    ['the cause is merely blocked', { ...clear, causeBlocked: true }],
  ];
  for (const [why, indicators] of held)
    it(`starts its good period anew whenever ${why}`, () => {
      const { steps } = play([
        [2, clear],
        [16.9, indicators],
        [17, clear],
        [31.9, clear],
        [32, clear],
      ]);
      expect(steps.filter(([, step]) => step !== 'unchanged')).toEqual([[32, 'monitoring']]);
    });

  it('takes no step while an outcome is unknown, and takes it when that is settled', () => {
    const unknown = { ...clear, unknownsOpen: 1 };
    const { steps } = play([
      [2, clear],
      [10, unknown],
      [11, clear],
      [17, unknown],
      [18, clear],
      [29, unknown],
      [33, unknown],
      [34, clear],
    ]);
    expect(steps).toEqual([
      [18, 'monitoring'],
      [34, 'resolved'],
    ]);
  });

  for (const [why, indicators] of held.slice(0, 2))
    it(`goes back to investigating, with no cause named, when ${why} while monitoring`, () => {
      const { steps, incident } = play([
        [1, down],
        [2, clear],
        [17, clear],
        [20, indicators],
      ]);
      expect(steps.at(-1)).toEqual([20, 'relapsed']);
      expect(incident).toMatchObject({ stage: 'investigating', cause: 'unknown' });
    });

  it('holds resolution back, without a relapse, while the cause is held off again', () => {
    const { steps } = play([
      [2, clear],
      [17, clear],
      [25, { ...clear, causeBlocked: true }],
      [32, clear],
      [46.9, clear],
      [47, clear],
    ]);
    expect(steps).toEqual([
      [17, 'monitoring'],
      [47, 'resolved'],
    ]);
  });

  it('speaks every half hour even when nothing changed', () => {
    const { steps } = play(
      Array.from({ length: 125 }, (_, index) => [index + 1, { ...down, cause: 'unknown' }] as const),
    );
    expect(steps).toEqual([30, 60, 90, 120].map((atMinute) => [atMinute, 'unchanged']));
  });

  it('is finished once resolved', () => {
    const { incident } = play(resolvedAt31);
    expect(consider(incident, down, 99 * minute, rules)).toEqual({ incident, step: null });
    expect(dueMs(incident, 99 * minute, rules)).toBe(Number.POSITIVE_INFINITY);
  });

  it(`is never resolved unless all was good for two periods, and never later than its due time (seed ${seed})`, () => {
    const indicators = fc.record({
      bad: fc.boolean(),
      breakersClosed: fc.boolean(),
      unknownsOpen: fc.integer({ min: 0, max: 1 }),
      causeBlocked: fc.boolean(),
    });
    const stretch = fc.record({
      indicators: fc.oneof({ weight: 2, arbitrary: fc.constant(clear) }, { weight: 1, arbitrary: indicators }),
      lastsMs: fc.integer({ min: 1, max: 40 * minute }),
    });
    let resolved = 0;
    let relapsed = 0;
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 12 }), (stretches) => {
        let incident = openIncident([], 0);
        let nowMs = 0;
        let goodSinceMs: number | null = null;
        let clearSinceMs: number | null = null;
        const faults: string[] = [];
        const holds = (rule: string, fact: boolean): void => void (fact || faults.push(`${rule} at ${nowMs}`));
        for (const { indicators: changed, lastsMs } of stretches) {
          const known: Indicators = { ...clear, ...changed };
          const good = !known.bad && known.breakersClosed && !known.causeBlocked;
          goodSinceMs = good ? (goodSinceMs ?? nowMs) : null;
          clearSinceMs = good && known.unknownsOpen === 0 ? (clearSinceMs ?? nowMs) : null;
          const untilMs = nowMs + lastsMs;
          // Judged when something changes, and whenever it says that time may change something.
          for (let due = nowMs; due <= untilMs && incident.stage !== 'resolved'; ) {
            nowMs = due;
            const before = incident.stage;
            const next = consider(incident, known, nowMs, rules);
            incident = next.incident;
            if (next.step === 'relapsed') relapsed += 1;
            if (next.step === 'resolved') {
              resolved += 1;
              holds('nothing is unknown', known.unknownsOpen === 0);
              holds('it was monitored', before === 'monitoring');
              holds('all was good', goodSinceMs !== null && nowMs - goodSinceMs >= rules.monitoringMs);
            }
            due = dueMs(incident, nowMs, rules);
            holds('it sleeps', due > nowMs);
          }
          if (incident.stage === 'resolved') break;
          nowMs = untilMs;
          const clearForMs = clearSinceMs === null ? 0 : nowMs - clearSinceMs;
          holds('it ends in time', clearForMs < rules.goodBeforeMonitoringMs + rules.monitoringMs);
        }
        expect(faults).toEqual([]);
      }),
      { seed, numRuns: 1_000 },
    );
    expect(Math.min(resolved, relapsed)).toBeGreaterThan(100);
  });
});
