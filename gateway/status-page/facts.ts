/**
 * What gateway instances tell the status page, and how it is signed.
 *
 * The page never asks the gateway's store. It is fed by these facts (`POST /feed`, body = one
 * JSON `Fact`, header `Breakwater-Signature: t=<unix ms>,v1=<hex HMAC-SHA-256 of "t.body">`, key
 * shared by configuration), probes the gateway by itself, and when three beats of every instance
 * are missing it publishes by itself.
 */

/** What a customer of the gateway can tell apart. */
export const components = ['create_charge', 'capture', 'refund', 'card_registration', 'api'] as const;
export type Component = (typeof components)[number];

/** How bad a component is, for people. */
export type Level = 'operational' | 'degraded' | 'outage';

/** Stages of an incident, in order. A relapse goes back to `investigating`. */
export const incidentStages = ['investigating', 'identified', 'monitoring', 'resolved'] as const;
export type IncidentStage = (typeof incidentStages)[number];

export type ProbableCause = 'upstream_down' | 'upstream_restricts_us' | 'merchant_flood' | 'our_own_fault' | 'unknown';

/** One published update of an incident. Times are wall milliseconds. */
export interface IncidentUpdate {
  readonly stage: IncidentStage;
  readonly atMs: number;
  readonly text: { readonly en: string; readonly ja: string };
}

export interface IncidentView {
  readonly id: string;
  readonly title: { readonly en: string; readonly ja: string };
  readonly stage: IncidentStage;
  readonly cause: ProbableCause;
  readonly components: readonly Component[];
  readonly startedAtMs: number;
  readonly updates: readonly IncidentUpdate[];
}

export type Fact =
  | { readonly kind: 'beat'; readonly instance: string; readonly atMs: number }
  | {
      readonly kind: 'components';
      readonly instance: string;
      readonly atMs: number;
      readonly levels: Readonly<Partial<Record<Component, Level>>>;
    }
  | { readonly kind: 'incident'; readonly instance: string; readonly atMs: number; readonly incident: IncidentView };
