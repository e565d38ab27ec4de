/** What the incidents room is told, what it tells, and what it needs: the types of its door. */
import type { BreakerStatus } from '../breaker/breaker.ts';
import type { Policy } from '../policy/schema.ts';
import type { Clock, Log, Store } from '../ports.ts';
import type { AfterAction, Component, IncidentView, ProbableCause, StillWorks } from '../status-page/facts.ts';
import type { Both } from '../words.ts';
import type { Alarm } from './detector.ts';
import type { Levels } from './levels.ts';
import type { Indicators } from './lifecycle.ts';
import type { Windows } from './maintenance.ts';
import type { Open } from './open-incident.ts';

/** What the service asks about one acquirer whenever it judges. */
export interface IncidentEvidence {
  /** The worst of its breakers. */
  readonly breakers: BreakerStatus;
  /** Outcomes at it that are unknown now. */
  readonly unknownsOpen: number;
}

export interface OperationOutcome {
  readonly component: Component;
  /** Where it was, or would have been, done. `-` when no acquirer is concerned. */
  readonly acquirer: string;
  readonly merchantId: string;
  /** `failure`: technical, as the merchant saw it. `excluded`: declines, validation, limits, deferral. */
  readonly result: 'ok' | 'failure' | 'excluded';
  /** Brand of the card, where there is one. */
  readonly brand?: string | undefined;
  /** How long the answer took; only good answers are judged by it. */
  readonly latencyMs?: number | undefined;
}

/**
 * A step of something that ends outside, out of our sight: the buyer's visit to the bank in 3-D
 * Secure. `began` starts its time; one that has not `ended` in `detector.flows.patienceMs` counts as
 * one that never came back. How it ended does not matter: a cardholder who fails did come back.
 */
export interface FlowStep {
  readonly component: Component;
  /** Of the flow; the same in both steps. */
  readonly id: string;
  readonly step: 'began' | 'ended';
  readonly merchantId: string;
  /** The directory or acquirer that it went to; `-` unless told. */
  readonly acquirer?: string | undefined;
  /** Of the card, when it begins. */
  readonly brand?: string | undefined;
  /** `passed`, `failed`, `cancelled`, ... */
  readonly how?: string | undefined;
}

export interface UpstreamNotice {
  readonly acquirer: string;
  readonly kind: 'restricting_you' | 'lifted' | 'maintenance';
}

/** What operators may write; the routes check its shape. */
export interface OperatorWord {
  readonly stage?: Open['incident']['stage'] | undefined;
  readonly text?: Both | undefined;
  readonly title?: Both | undefined;
  readonly cause?: ProbableCause | undefined;
  readonly components?: readonly Component[] | undefined;
  readonly measures?: Both | undefined;
  /** The cause is gone for good, not only blocked. */
  readonly causeRemoved?: boolean | undefined;
}

/** What a new incident must say. */
export interface Raised {
  readonly title: Both;
  readonly text: Both;
  readonly components: readonly Component[];
}

export type Written =
  | { readonly done: 'written'; readonly incident: OpenView }
  | { readonly done: 'refused'; readonly why: 'no_such_incident' | 'no_such_update' | 'still_bad' };

/** An incident as operators see it. */
export interface OpenView extends IncidentView {
  readonly public: boolean;
  readonly scopes: readonly string[];
  readonly role: Open['role'];
  readonly indicators: Indicators;
  readonly alarms: readonly Alarm[];
  readonly merchantsHurt: number;
  readonly merchantsTold: number;
  readonly failures: number;
  readonly notes: readonly { readonly atMs: number; readonly text: Both }[];
}

export interface Incidents {
  outcome(outcome: OperationOutcome): void;
  flow(step: FlowStep): void;
  /** What our own probe of an acquirer met. */
  probed(acquirer: string, good: boolean): void;
  breakerChanged(change: { readonly acquirer: string; readonly to: BreakerStatus }): void;
  upstreamNotice(notice: UpstreamNotice): void;
  /** A line to people (on call, the upstream) fell silent, or is heard again. */
  channel(name: string, silent: boolean): void;
  /** A merchant began or stopped to be an abuser. While it is one its outcomes count for nothing. */
  abuser(merchantId: string, active: boolean): void;
  /** Operators stopped a merchant, or let it in again: a cause that is blocked is not gone. */
  blocked(merchantId: string, active: boolean): void;
  /** Something behind `evidence` changed that is not told otherwise: an unknown outcome was settled. */
  reconsider(acquirer: string): void;
  /** Adds a line to the record of every open incident. */
  remark(incident: string, text: Both): void;
  /** Open incidents, published or not. */
  open(): readonly OpenView[];
  /** Opens one by hand; only people move it on. */
  raise(word: OperatorWord & Raised): Written;
  write(id: string, word: OperatorWord): Promise<Written>;
  /** Rewrites the text of the n-th update. */
  correct(id: string, update: number, text: Both): Promise<Written>;
  publishNow(id: string): Promise<Written>;
  merge(id: string, into: string): Promise<Written>;
  start(): Promise<void>;
  close(): void;
}

export interface IncidentsDeps {
  readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs' | 'after'>;
  readonly log: Log;
  readonly policy: Pick<Policy, 'incidents' | 'detector'>;
  /** Also asked for scopes that are no acquirer. */
  readonly evidence: (acquirer: string) => IncidentEvidence;
  /** The whole story so far, after every step of a public incident. */
  readonly publish: (view: IncidentView) => void;
  /** The record, once it is resolved. */
  readonly publishRecord?: (record: AfterAction) => void;
  /** Merchants that were hurt: at publication, later ones as they are hurt, all of them at the end. Answers whom it could not tell. */
  readonly notifyAffected: (view: IncidentView, merchantIds: readonly string[]) => Promise<readonly string[]>;
  /** Levels of all components and what still works, after every change. */
  readonly publishLevels?: (levels: Levels, works: readonly StillWorks[]) => void;
  /** What is still let through where an acquirer is restricted or gone; asked while an incident is public. */
  readonly stillWorks?: () => readonly StillWorks[];
  /** It has lasted, or is public: people on call are told, and told again when it is over. */
  readonly onTrouble?: (incident: OpenView) => void;
  readonly onOver?: (incident: string) => void;
  /** It became public: the acquirers concerned are told. */
  readonly onPublic?: (incident: OpenView) => void;
  readonly maintenance?: Windows;
  /** Absent: incidents live as long as this instance. */
  readonly keep?: {
    readonly store: Store;
    readonly instanceId: string;
    /** Null: the only instance on its store. */
    readonly lookEveryMs: number | null;
  };
}
