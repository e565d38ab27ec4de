/**
 * The incident the page publishes by itself when it no longer hears the gateway: when to open
 * it, keep it alive, calm it down and close it. Pure: time and contact are arguments.
 */

import type { Contact } from './contact.ts';
import type { IncidentStage } from './facts.ts';

export interface OwnIncident {
  readonly id: string;
  readonly stage: Exclude<IncidentStage, 'identified' | 'resolved'>;
  /** Monotonic; since when contact has been good without a break. */
  readonly goodSinceMs: number | null;
  /** Monotonic; since when it has been in this stage. */
  readonly stageSinceMs: number;
  /** Monotonic time of the last publication. */
  readonly saidAtMs: number;
}

export interface OwnIncidentRules {
  readonly goodBeforeMonitoringMs: number;
  readonly monitoringMs: number;
  readonly updateEveryMs: number;
}

export type OwnStep = 'open' | 'still_lost' | 'to_monitoring' | 'still_watching' | 'relapse' | 'resolve';

/** What to publish now, or null. `goodSinceMs` must already reflect the contact at `nowMs`. */
export const ownStep = (
  own: OwnIncident | null,
  contact: Contact,
  nowMs: number,
  rules: OwnIncidentRules,
): OwnStep | null => {
  if (own === null) return contact === 'lost' ? 'open' : null;
  if (own.stage === 'monitoring' && contact === 'lost') return 'relapse';
  if (nowMs >= calmAtMs(own, rules)) return own.stage === 'investigating' ? 'to_monitoring' : 'resolve';
  if (nowMs < own.saidAtMs + rules.updateEveryMs) return null;
  return own.stage === 'investigating' ? 'still_lost' : 'still_watching';
};

/** When the next calmer stage is due; never while contact is not good. */
const calmAtMs = (own: OwnIncident, rules: OwnIncidentRules): number => {
  if (own.goodSinceMs === null) return Number.POSITIVE_INFINITY;
  return own.stage === 'investigating'
    ? own.goodSinceMs + rules.goodBeforeMonitoringMs
    : Math.max(own.goodSinceMs, own.stageSinceMs) + rules.monitoringMs;
};

/** When `ownStep` could next answer something else if nobody says anything meanwhile. */
export const ownDueMs = (own: OwnIncident, rules: OwnIncidentRules): number =>
  Math.min(own.saidAtMs + rules.updateEveryMs, calmAtMs(own, rules));
