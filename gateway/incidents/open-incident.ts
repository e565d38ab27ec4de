/**
 * An open incident in memory, and the shape in which it outlives the instance.
 *
 * In memory durations are monotonic; what is stored is wall time, because the next instance has
 * another zero. Whoever takes an incident up starts its good period anew: it has seen nothing yet.
 */
import type { BreakerStatus } from '../breaker/breaker.ts';
import type { Component, IncidentStage, IncidentUpdate, IncidentView, ProbableCause } from '../status-page/facts.ts';
import type { Both } from '../words.ts';
import type { Note } from './after-action.ts';
import { type Impact, noImpact } from './impact.ts';
import type { Incident } from './lifecycle.ts';
import type { Minute } from './tally.ts';
import { titleOf } from './templates.ts';

/** What another instance knows of an incident that it does not hold. */
export interface Report {
  readonly instance: string;
  readonly atMs: number;
  readonly bad: boolean;
  readonly breakers: BreakerStatus;
  readonly unknownsOpen: number;
  readonly failures: number;
  readonly firstAtMs: number | null;
  readonly merchants: readonly string[];
  readonly components: readonly Component[];
  readonly abusers: number;
  readonly minutes: readonly Minute[];
}

/** Who speaks: the holder, or an instance that cannot reach the store and so speaks for itself. */
export type Role = 'claiming' | 'holder' | 'follower' | 'alone';

export interface Open {
  id: string;
  /** Acquirers, or parts of ours, that it is about; the first gave it its scope. */
  readonly scopes: Set<string>;
  readonly openedMs: number;
  readonly openedAtMs: number;
  readonly impact: Impact;
  /** Merchants that got the notice. */
  readonly told: Set<string>;
  updates: IncidentUpdate[];
  notes: Note[];
  /** Merchants that operators stopped because of it: the cause is blocked, not gone. */
  readonly blocked: Set<string>;
  /** Two acquirers within seconds: it is not them. */
  together: boolean;
  /** Good answers took too long. */
  slow: boolean;
  public: boolean;
  /** Opened by a person: only people move it on. */
  manual: boolean;
  /** Set by operators; they outrank the machine's. */
  title: Both | null;
  fixedCause: ProbableCause | null;
  fixedComponents: readonly Component[] | null;
  measures: Both | null;
  incident: Incident;
  judgedMs: number;
  /** On-call people heard of it. */
  called: boolean;
  role: Role;
  reports: readonly Report[];
}

export interface Kept {
  readonly scopes: readonly string[];
  readonly openedAtMs: number;
  readonly impact: {
    readonly firstAtMs: number | null;
    readonly failures: number;
    readonly merchants: readonly string[];
    readonly components: readonly Component[];
  };
  readonly told: readonly string[];
  readonly updates: readonly IncidentUpdate[];
  readonly notes: readonly Note[];
  readonly blocked: readonly string[];
  readonly together: boolean;
  readonly slow: boolean;
  readonly public: boolean;
  readonly manual: boolean;
  readonly title: Both | null;
  readonly fixedCause: ProbableCause | null;
  readonly fixedComponents: readonly Component[] | null;
  readonly measures: Both | null;
  readonly stage: IncidentStage;
  readonly stageSinceAtMs: number;
  readonly cause: ProbableCause;
  readonly components: readonly Component[];
  readonly lastUpdateAtMs: number;
  /** Counts by minute so far, of instances that held it before. */
  readonly minutes: readonly Minute[];
}

export const freshOpen = (id: string, scope: string, incident: Incident, nowMs: number, wallMs: number): Open => ({
  id,
  scopes: new Set([scope]),
  openedMs: nowMs,
  openedAtMs: wallMs,
  impact: noImpact(),
  told: new Set(),
  updates: [],
  notes: [],
  blocked: new Set(),
  together: false,
  slow: false,
  public: false,
  manual: false,
  title: null,
  fixedCause: null,
  fixedComponents: null,
  measures: null,
  incident,
  judgedMs: nowMs,
  called: false,
  role: 'claiming',
  reports: [],
});

export const toKept = (open: Open, minutes: readonly Minute[], nowMs: number, wallMs: number): Kept => {
  const { impact, incident } = open;
  const atWall = (thenMs: number): number => Math.round(wallMs - (nowMs - thenMs));
  return {
    scopes: [...open.scopes],
    openedAtMs: open.openedAtMs,
    impact: {
      firstAtMs: impact.firstAtMs,
      failures: impact.failures,
      merchants: [...impact.merchants],
      components: [...impact.components],
    },
    told: [...open.told],
    updates: open.updates,
    notes: open.notes,
    blocked: [...open.blocked],
    together: open.together,
    slow: open.slow,
    public: open.public,
    manual: open.manual,
    title: open.title,
    fixedCause: open.fixedCause,
    fixedComponents: open.fixedComponents,
    measures: open.measures,
    stage: incident.stage,
    stageSinceAtMs: atWall(incident.stageSinceMs),
    cause: incident.cause,
    components: incident.components,
    lastUpdateAtMs: atWall(incident.lastUpdateMs),
    minutes,
  };
};

export const fromKept = (id: string, kept: Kept, nowMs: number, wallMs: number): Open => {
  const then = (atMs: number): number => nowMs - Math.max(0, wallMs - atMs);
  const [scope = '-', ...others] = kept.scopes;
  const open = freshOpen(
    id,
    scope,
    {
      stage: kept.stage,
      stageSinceMs: then(kept.stageSinceAtMs),
      cause: kept.cause,
      components: kept.components,
      goodSinceMs: null,
      lastUpdateMs: then(kept.lastUpdateAtMs),
    },
    then(kept.openedAtMs),
    kept.openedAtMs,
  );
  for (const other of others) open.scopes.add(other);
  for (const merchantId of kept.told) open.told.add(merchantId);
  for (const merchantId of kept.blocked) open.blocked.add(merchantId);
  for (const merchantId of kept.impact.merchants) open.impact.merchants.add(merchantId);
  for (const component of kept.impact.components) open.impact.components.add(component);
  open.impact.firstAtMs = kept.impact.firstAtMs;
  open.impact.failures = kept.impact.failures;
  return Object.assign(open, {
    updates: [...kept.updates],
    notes: [...kept.notes],
    together: kept.together,
    slow: kept.slow,
    public: kept.public,
    manual: kept.manual,
    title: kept.title,
    fixedCause: kept.fixedCause,
    fixedComponents: kept.fixedComponents,
    measures: kept.measures,
    called: true,
  });
};

/** Wall time of the first failure, or of the finding: answers that time out come after the breaker. */
export const startedAtMs = ({ impact, openedAtMs, reports }: Open): number =>
  Math.min(openedAtMs, impact.firstAtMs ?? openedAtMs, ...reports.map(({ firstAtMs }) => firstAtMs ?? openedAtMs));

export const causeOf = (open: Open): ProbableCause => open.fixedCause ?? open.incident.cause;
export const componentsOf = (open: Open): readonly Component[] => open.fixedComponents ?? open.incident.components;

/** Merchants that felt it, at any instance. */
export const hurtMerchants = ({ impact, reports }: Open): readonly string[] => [
  ...new Set([...impact.merchants, ...reports.flatMap(({ merchants }) => merchants)]),
];

/** The story as the public reads it. */
export const viewOf = (open: Open): IncidentView => ({
  id: open.id,
  title: open.title ?? titleOf(componentsOf(open)),
  stage: open.incident.stage,
  cause: causeOf(open),
  components: componentsOf(open),
  startedAtMs: startedAtMs(open),
  updates: [...open.updates],
});
