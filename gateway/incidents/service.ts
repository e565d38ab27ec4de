/**
 * From outcomes, alarms and breakers to incidents, and from incidents to public words.
 *
 * One open incident per acquirer: whatever goes wrong there while it is open belongs to it. An
 * incident begins unpublished (alarm, or a breaker opening); it becomes public when customers
 * feel it (`impact.ts`), and one that never does ends quietly once all is clear. Nothing polls:
 * one timer stands for the next time at which anything may change.
 */
import type { BreakerStatus } from '../breaker/breaker.ts';
import type { Policy } from '../policy/schema.ts';
import type { Clock, Log, Timer } from '../ports.ts';
import {
  components as allComponents,
  type Component,
  type IncidentUpdate,
  type IncidentView,
  type ProbableCause,
} from '../status-page/facts.ts';
import { createDetector } from './detector.ts';
import { absorb, hurt, type Impact, isForgotten, isPublic, noImpact, settleMs } from './impact.ts';
import { type Levels, levelsOf } from './levels.ts';
import { consider, dueMs, type Incident, type Indicators, isClear, openIncident, type Step } from './lifecycle.ts';
import { jstStamp, textOf, titleOf } from './templates.ts';

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
  /** For the log: `passed`, `failed`, `cancelled`, ... */
  readonly how?: string | undefined;
}

export interface UpstreamNotice {
  readonly acquirer: string;
  readonly kind: 'restricting_you' | 'lifted' | 'maintenance';
}

export interface Incidents {
  outcome(outcome: OperationOutcome): void;
  breakerChanged(change: { readonly acquirer: string; readonly to: BreakerStatus }): void;
  upstreamNotice(notice: UpstreamNotice): void;
  /** A merchant began or stopped to be an abuser. While it is one its outcomes count for nothing. */
  abuser(merchantId: string, active: boolean): void;
  /** Something behind `evidence` changed that is not told otherwise: an unknown outcome was settled. */
  reconsider(acquirer: string): void;
  /** Open incidents, published or not. */
  open(): readonly (IncidentView & { readonly public: boolean })[];
  close(): void;
}

interface Open {
  readonly id: string;
  readonly acquirer: string;
  readonly openedMs: number;
  readonly openedAtMs: number;
  readonly impact: Impact;
  /** Merchants that got the notice. */
  readonly told: Set<string>;
  readonly updates: IncidentUpdate[];
  public: boolean;
  incident: Incident;
  judgedMs: number;
}

/** With an incident open, outcomes make it judged again, but not more often than this. */
const judgeEveryMs = 1_000;

/** Updates kept; beyond it the oldest after the first go (a week of half-hourly ones is 336). */
const updatesMax = 400;

export const createIncidents = (deps: {
  readonly clock: Pick<Clock, 'wallMs' | 'monotonicMs' | 'after'>;
  readonly log: Log;
  readonly policy: Pick<Policy, 'incidents' | 'detector'>;
  /** Also asked for acquirer `-` when something failed of which no acquirer is the cause. */
  readonly evidence: (acquirer: string) => IncidentEvidence;
  /** The whole story so far, after every step of a public incident. */
  readonly publish: (view: IncidentView) => void;
  /** Merchants that were hurt: at publication, later ones as they are hurt, all of them at the end. */
  readonly notifyAffected: (view: IncidentView, merchantIds: readonly string[]) => void;
  /** Levels of all components, after every change. */
  readonly publishLevels?: (levels: Levels) => void;
}): Incidents => {
  const { clock, log } = deps;
  const rules = deps.policy.incidents;
  /** Failures that belong to no incident, or not yet. */
  const strays = new Map<string, Impact>();
  const opened = new Map<string, Open>();
  const restricting = new Set<string>();
  const abusers = new Set<string>();
  const ids = new Map<string, number>();
  let levels = '';
  let timer: Timer | null = null;
  let closed = false;

  const detector = createDetector({
    clock,
    policy: deps.policy,
    onAlarm: ({ component, acquirer }) => begin(acquirer, component === null ? [] : [component]),
    onCalm: ({ acquirer }) => judge(acquirer),
  });

  const straysOf = (acquirer: string, nowMs: number): Impact => {
    let impact = strays.get(acquirer);
    if (impact === undefined || isForgotten(impact, nowMs)) {
      impact = noImpact();
      strays.set(acquirer, impact);
    }
    return impact;
  };

  /** The strays of the last minute turn out to belong to the incident. */
  const adopt = (open: Open, nowMs: number): void => {
    absorb(open.impact, straysOf(open.acquirer, nowMs));
    strays.delete(open.acquirer);
  };

  /** Unique within this instance; the date helps whoever reads it in a link. */
  const nextId = (wallMs: number): string => {
    const stamp = jstStamp(wallMs);
    const count = (ids.get(stamp) ?? 0) + 1;
    ids.set(stamp, count);
    return count === 1 ? `inc_${stamp}` : `inc_${stamp}_${count}`;
  };

  /** Wall time of the first failure, or of the finding: answers that time out come after the breaker. */
  const startedAtMs = ({ impact, openedAtMs }: Open): number => Math.min(openedAtMs, impact.firstAtMs ?? openedAtMs);

  const view = (open: Open): IncidentView => ({
    id: open.id,
    title: titleOf(open.incident.components),
    stage: open.incident.stage,
    cause: open.incident.cause,
    components: open.incident.components,
    startedAtMs: startedAtMs(open),
    updates: [...open.updates],
  });

  const logged = (
    event: 'incident.opened' | 'incident.updated' | 'incident.resolved',
    open: Open,
    step: string,
  ): void => {
    const { stage, cause, components } = open.incident;
    log.info({
      event,
      incident: open.id,
      acquirer: open.acquirer,
      stage,
      cause,
      components,
      public: open.public,
      step,
    });
  };

  const hitComponents = ({ impact }: Open): readonly Component[] =>
    allComponents.filter((component) => impact.components.has(component));

  const indicators = (open: Open, { breakers, unknownsOpen }: IncidentEvidence): Indicators => {
    const restricted = restricting.has(open.acquirer);
    const causes: readonly [boolean, ProbableCause][] = [
      [restricted, 'upstream_restricts_us'],
      [abusers.size > 0, 'merchant_flood'],
      [open.acquirer === '-', 'our_own_fault'],
      [breakers !== 'closed', 'upstream_down'],
    ];
    return {
      bad: detector.alarmed(open.acquirer),
      breakersClosed: breakers === 'closed',
      unknownsOpen,
      causeBlocked: restricted || (open.incident.cause === 'merchant_flood' && abusers.size > 0),
      cause: causes.find(([holds]) => holds)?.[1] ?? 'unknown',
      causeTold: restricted,
      components: hitComponents(open),
    };
  };

  const tell = (open: Open, step: Step | 'published', nowMs: number): void => {
    const { incident } = open;
    const wallMs = clock.wallMs();
    const goodSinceAtMs = incident.goodSinceMs === null ? null : wallMs - Math.round(nowMs - incident.goodSinceMs);
    const text = textOf(step, { ...incident, startedAtMs: startedAtMs(open), goodSinceAtMs });
    open.updates.push({ stage: incident.stage, atMs: wallMs, text });
    if (open.updates.length > updatesMax) open.updates.splice(1, 1);
    deps.publish(view(open));
  };

  const notify = (open: Open): void => {
    const untold = [...open.impact.merchants].filter((merchantId) => !open.told.has(merchantId));
    if (!open.public || untold.length === 0) return;
    for (const merchantId of untold) open.told.add(merchantId);
    deps.notifyAffected(view(open), untold);
  };

  const end = (open: Open): void => {
    opened.delete(open.acquirer);
    logged('incident.resolved', open, 'resolved');
    if (open.public && open.told.size > 0) deps.notifyAffected(view(open), [...open.told]);
  };

  /** Opens an incident for the acquirer, or adds to the one that is open. */
  const begin = (acquirer: string, components: readonly Component[]): void => {
    const nowMs = clock.monotonicMs();
    const held = opened.get(acquirer);
    const wallMs = clock.wallMs();
    const open: Open = held ?? {
      id: nextId(wallMs),
      acquirer,
      openedMs: nowMs,
      openedAtMs: wallMs,
      impact: noImpact(),
      told: new Set(),
      updates: [],
      public: false,
      incident: openIncident([], nowMs),
      judgedMs: nowMs,
    };
    for (const component of components) open.impact.components.add(component);
    if (held === undefined) {
      opened.set(acquirer, open);
      adopt(open, nowMs);
      open.incident = openIncident(hitComponents(open), nowMs);
      logged('incident.opened', open, 'opened');
    }
    judge(acquirer);
  };

  /** Lets the open incident of the acquirer, if any, take every step that is due. */
  const judge = (acquirer: string): void => {
    const open = opened.get(acquirer);
    if (open === undefined || closed) return;
    const nowMs = clock.monotonicMs();
    open.judgedMs = nowMs;
    const evidence = deps.evidence(acquirer);
    const known = indicators(open, evidence);
    if (!open.public && isClear(known)) {
      open.incident = { ...open.incident, stage: 'resolved' };
      end(open);
    } else {
      advance(open, known, nowMs);
      const now = { openedMs: open.openedMs, nowMs, breakers: evidence.breakers, bad: known.bad };
      if (!open.public && rules.machineNotices && isPublic(open.impact, now)) {
        open.public = true;
        logged('incident.updated', open, 'published');
        tell(open, 'published', nowMs);
      }
      notify(open);
    }
    relevel();
    arm();
  };

  const advance = (open: Open, known: Indicators, nowMs: number): void => {
    const { incident, step } = consider(open.incident, known, nowMs, rules);
    open.incident = incident;
    if (step === null) return;
    if (step === 'relapsed') adopt(open, nowMs);
    if (open.public) tell(open, step, nowMs);
    if (step === 'resolved') end(open);
    else logged('incident.updated', open, step);
  };

  const relevel = (): void => {
    if (!rules.machineNotices || deps.publishLevels === undefined) return;
    const published = [...opened.values()].filter((open) => open.public).map((open) => open.incident);
    const now = levelsOf(published, detector.recent);
    const text = JSON.stringify(now);
    if (text === levels) return;
    levels = text;
    deps.publishLevels(now);
  };

  const arm = (): void => {
    timer?.cancel();
    timer = null;
    const nowMs = clock.monotonicMs();
    let next = Number.POSITIVE_INFINITY;
    for (const open of opened.values()) {
      const settledMs = open.openedMs + settleMs;
      next = Math.min(next, dueMs(open.incident, nowMs, rules), settledMs > nowMs ? settledMs : next);
    }
    if (next === Number.POSITIVE_INFINITY) return;
    // At least a microsecond: sums of milliseconds round, and a timer that fires a hair before its time
    // would be set again for no time at all, for ever.
    timer = clock.after(Math.max(0.001, next - nowMs), () => {
      timer = null;
      for (const acquirer of opened.keys()) judge(acquirer);
      arm();
    });
  };

  return {
    outcome: ({ component, acquirer, merchantId, result, brand, latencyMs }) => {
      if (closed || result === 'excluded' || abusers.has(merchantId)) return;
      const nowMs = clock.monotonicMs();
      const open = opened.get(acquirer);
      if (result === 'failure') {
        // While all is good again a failure is an ordinary one, and its merchant is told nothing.
        const troubled = open !== undefined && open.incident.goodSinceMs === null;
        const impact = troubled ? open.impact : straysOf(acquirer, nowMs);
        hurt(impact, { merchantId, component, atMs: nowMs, wallMs: clock.wallMs() });
        if (troubled) notify(open);
      }
      detector.note({ component, acquirer, brand, result, latencyMs });
      if (open !== undefined && nowMs - open.judgedMs >= judgeEveryMs) judge(acquirer);
    },
    breakerChanged: ({ acquirer, to }) => {
      if (to === 'open') begin(acquirer, []);
      else judge(acquirer);
    },
    upstreamNotice: ({ acquirer, kind }) => {
      log.info({ event: 'upstream.notice', acquirer, kind });
      if (kind === 'restricting_you') restricting.add(acquirer);
      if (kind === 'lifted') restricting.delete(acquirer);
      judge(acquirer);
    },
    abuser: (merchantId, active) => {
      if (active) abusers.add(merchantId);
      else abusers.delete(merchantId);
      for (const acquirer of opened.keys()) judge(acquirer);
    },
    reconsider: judge,
    open: () => [...opened.values()].map((open) => ({ ...view(open), public: open.public })),
    close: () => {
      closed = true;
      timer?.cancel();
      detector.close();
    },
  };
};
