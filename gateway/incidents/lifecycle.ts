/**
 * The life of an incident, as one pure function: investigating, identified, monitoring, resolved.
 *
 * It leans to one side on purpose. In 2020 recovery was announced while the cause was merely
 * blocked, and came back fifteen minutes later; so nothing here moves forward while an indicator
 * is bad, a breaker is not closed, an outcome is unknown or the cause is only held off, and a
 * relapse goes back to the beginning (resilience-patterns section 13). Times are monotonic
 * milliseconds and arrive as values.
 */
import type { Policy } from '../policy/schema.ts';
import type { Component, IncidentStage, ProbableCause } from '../status-page/facts.ts';

export interface Incident {
  readonly stage: IncidentStage;
  readonly stageSinceMs: number;
  /** `unknown` until identified. */
  readonly cause: ProbableCause;
  readonly components: readonly Component[];
  /** Since when all indicators have been good; null when one is not. */
  readonly goodSinceMs: number | null;
  readonly lastUpdateMs: number;
}

/** What is known now. */
export interface Indicators {
  /** Some stream of outcomes is alarmed. */
  readonly bad: boolean;
  readonly breakersClosed: boolean;
  readonly unknownsOpen: number;
  /** The cause is there and only held off: an abuser still refused, a restriction not lifted. */
  readonly causeBlocked: boolean;
  readonly cause: ProbableCause;
  /** The cause was told to us rather than inferred. */
  readonly causeTold: boolean;
  readonly components: readonly Component[];
}

/** What happened, and hence what people are told. */
export type Step = 'identified' | 'widened' | 'monitoring' | 'relapsed' | 'resolved' | 'unchanged';

export type LifecycleRules = Policy['incidents'];

/**
 * Is a period over? As the sum that its timer is set for, never as a difference: of fractions of milliseconds `now - since`
 * can be a hair less than the period when `since + period` is now, and then nobody would look again.
 */
export const isOver = (sinceMs: number, periodMs: number, nowMs: number): boolean => nowMs >= sinceMs + periodMs;

/** The same evidence for a minute before a cause is named in public; what we were told counts at once. */
export const identifyAfterMs = 60_000;

/** Later ones explain more. A cause is only ever replaced by one that does. */
const causeRank: Readonly<Record<ProbableCause, number>> = {
  unknown: 0,
  upstream_down: 1,
  our_own_fault: 1,
  merchant_flood: 2,
  upstream_restricts_us: 3,
};
export const betterCause = (a: ProbableCause, b: ProbableCause): ProbableCause => (causeRank[b] > causeRank[a] ? b : a);

export const openIncident = (components: readonly Component[], nowMs: number): Incident => ({
  stage: 'investigating',
  stageSinceMs: nowMs,
  cause: 'unknown',
  components,
  goodSinceMs: null,
  lastUpdateMs: nowMs,
});

const isGood = (indicators: Indicators): boolean =>
  !indicators.bad && indicators.breakersClosed && !indicators.causeBlocked;

/**
 * Good, and no outcome unknown. Unknown outcomes hold a step back at its moment but do not start
 * its period anew: even a healthy day has one every few minutes, settled within a minute or two.
 */
export const isClear = (indicators: Indicators): boolean => isGood(indicators) && indicators.unknownsOpen === 0;

const enter = (incident: Incident, stage: IncidentStage, nowMs: number): Incident => ({
  ...incident,
  stage,
  stageSinceMs: nowMs,
  lastUpdateMs: nowMs,
});

const union = (a: readonly Component[], b: readonly Component[]): readonly Component[] =>
  b.every((component) => a.includes(component)) ? a : [...new Set([...a, ...b])];

/** The incident as of now, and the one step it took. The same object and no step: nothing to tell. */
export const consider = (
  incident: Incident,
  indicators: Indicators,
  nowMs: number,
  rules: LifecycleRules,
): { readonly incident: Incident; readonly step: Step | null } => {
  if (incident.stage === 'resolved') return { incident, step: null };
  const goodSinceMs = isGood(indicators) ? (incident.goodSinceMs ?? nowMs) : null;
  const now = goodSinceMs === incident.goodSinceMs ? incident : { ...incident, goodSinceMs };
  const goodFor = (sinceMs: number | null, periodMs: number): boolean =>
    isClear(indicators) && goodSinceMs !== null && isOver(sinceMs ?? nowMs, periodMs, nowMs);

  if (now.stage === 'monitoring') {
    // A cause that is held off again keeps it from resolving, but is no relapse by itself.
    if (indicators.bad || !indicators.breakersClosed)
      return { incident: { ...enter(now, 'investigating', nowMs), cause: 'unknown' }, step: 'relapsed' };
    if (goodFor(Math.max(goodSinceMs ?? nowMs, now.stageSinceMs), rules.monitoringMs))
      return { incident: enter(now, 'resolved', nowMs), step: 'resolved' };
  } else {
    if (goodFor(goodSinceMs, rules.goodBeforeMonitoringMs))
      return { incident: enter(now, 'monitoring', nowMs), step: 'monitoring' };
    const cause = betterCause(now.cause, indicators.cause);
    const sure = indicators.causeTold || now.stage === 'identified' || isOver(now.stageSinceMs, identifyAfterMs, nowMs);
    if (cause !== now.cause && goodSinceMs === null && sure)
      return { incident: { ...enter(now, 'identified', nowMs), cause }, step: 'identified' };
    const components = union(now.components, indicators.components);
    if (components !== now.components)
      return { incident: { ...now, components, lastUpdateMs: nowMs }, step: 'widened' };
  }
  if (isOver(now.lastUpdateMs, rules.updateEveryMs, nowMs))
    return { incident: { ...now, lastUpdateMs: nowMs }, step: 'unchanged' };
  return { incident: now, step: null };
};

/** One that a person raised only people move on; the machine says at times that it is not over. */
export const goOn = (
  incident: Incident,
  nowMs: number,
  rules: LifecycleRules,
): { readonly incident: Incident; readonly step: Step | null } =>
  incident.stage !== 'resolved' && isOver(incident.lastUpdateMs, rules.updateEveryMs, nowMs)
    ? { incident: { ...incident, lastUpdateMs: nowMs }, step: 'unchanged' }
    : { incident, step: null };

/** When time alone may next change something, later than now; infinity when never. */
export const dueMs = (incident: Incident, nowMs: number, rules: LifecycleRules): number => {
  if (incident.stage === 'resolved') return Number.POSITIVE_INFINITY;
  const times = [incident.lastUpdateMs + rules.updateEveryMs, incident.stageSinceMs + identifyAfterMs];
  if (incident.goodSinceMs !== null)
    times.push(
      incident.stage === 'monitoring'
        ? Math.max(incident.goodSinceMs, incident.stageSinceMs) + rules.monitoringMs
        : incident.goodSinceMs + rules.goodBeforeMonitoringMs,
    );
  return Math.min(...times.filter((timeMs) => timeMs > nowMs));
};
