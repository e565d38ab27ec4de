/**
 * What gateway instances tell the status page, and how it is signed.
 *
 * The page never asks the gateway's store. It is fed by these facts (`POST /feed`, body = one
 * JSON `Fact`, header `Breakwater-Signature: t=<unix ms>,v1=<hex HMAC-SHA-256 of "t.body">`, key
 * shared by configuration), probes the gateway by itself, and when three beats of every instance
 * are missing it publishes by itself.
 */

/** What a customer of the gateway can tell apart. */
export const components = [
  'create_charge',
  'capture',
  'refund',
  'card_registration',
  'three_d_secure',
  'subscriptions',
  'webhooks',
  'api',
] as const;
export type Component = (typeof components)[number];

/** How bad a component is, for people. */
export type Level = 'operational' | 'degraded' | 'outage';

/** How much of a function is let through. `later`: taken now, carried out once the acquirer is back. */
export const reaches = ['all', 'part', 'later', 'none'] as const;
export type Reach = (typeof reaches)[number];

/** What still works of one function while an upstream is restricted or gone. */
export interface StillWorks {
  readonly component: Component;
  /** Wherever it can be done. */
  readonly reach: Reach;
  /** By acquirer, with the brands that it is let through for; empty where no acquirer is asked. */
  readonly at: readonly { readonly acquirer: string; readonly reach: Reach; readonly brands: readonly string[] }[];
}

/** Stages of an incident, in order. A relapse goes back to `investigating`. */
export const incidentStages = ['investigating', 'identified', 'monitoring', 'resolved'] as const;
export type IncidentStage = (typeof incidentStages)[number];

export type ProbableCause = 'upstream_down' | 'upstream_restricts_us' | 'merchant_flood' | 'our_own_fault' | 'unknown';

/** One published update of an incident. Times are wall milliseconds. */
export interface IncidentUpdate {
  readonly stage: IncidentStage;
  readonly atMs: number;
  readonly text: { readonly en: string; readonly ja: string };
  /** Set when an operator rewrote the text after it was published: wall time of the last correction. */
  readonly correctedAtMs?: number | undefined;
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

/** One line of the record: what happened in one minute (JST), newest facts of that minute together. */
export interface AfterActionEntry {
  readonly atMs: number;
  readonly text: { readonly en: string; readonly ja: string };
  /** Components with failures in this minute. */
  readonly components: readonly Component[];
  /** Operations that ended within this minute, and how many of them failed; both 0 where the line is only news. */
  readonly attempted: number;
  readonly failed: number;
}

/**
 * The report after a resolved incident, as PAY.JP's own of July 2017: when, what failed, how many
 * payments, why, minute by minute. Told once when the incident resolves and again, whole, after a
 * correction; the newer `atMs` of its fact wins. At most `afterActionEntriesMax` lines (quiet
 * minutes have none, and long days are told in longer steps), so that it fits one fact.
 */
export interface AfterAction {
  /** Of the incident it belongs to. */
  readonly incident: string;
  readonly title: { readonly en: string; readonly ja: string };
  readonly cause: ProbableCause;
  /** The cause and what held it, as sentences. */
  readonly causeText: { readonly en: string; readonly ja: string };
  /** First failure, last failure, and when it was called resolved. Wall milliseconds. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly resolvedAtMs: number;
  /** Which operations, and how many: `failed` of `attempted` between start and end. */
  readonly operations: readonly {
    readonly component: Component;
    readonly attempted: number;
    readonly failed: number;
  }[];
  /** Merchants with at least one failed operation. */
  readonly merchantsAffected: number;
  readonly timeline: readonly AfterActionEntry[];
  /** What an operator wants to add: measures against a repetition. */
  readonly measures: { readonly en: string; readonly ja: string } | null;
}

/** Lines of a record: at 200 to 250 bytes each they stay below the 64 KiB of a fact. */
export const afterActionEntriesMax = 180;

export type Fact =
  | { readonly kind: 'beat'; readonly instance: string; readonly atMs: number }
  | {
      readonly kind: 'components';
      readonly instance: string;
      readonly atMs: number;
      readonly levels: Readonly<Partial<Record<Component, Level>>>;
      /** Replaces what the instance said before; absent: nothing is restricted. */
      readonly works?: readonly StillWorks[] | undefined;
    }
  | { readonly kind: 'incident'; readonly instance: string; readonly atMs: number; readonly incident: IncidentView }
  | {
      readonly kind: 'after_action';
      readonly instance: string;
      readonly atMs: number;
      readonly record: AfterAction;
    };
