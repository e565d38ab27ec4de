/**
 * From outcomes, alarms and breakers to incidents, and from incidents to public words.
 *
 * One open incident per acquirer: whatever goes wrong there while it is open belongs to it, and so
 * does trouble that begins elsewhere within `correlateMs`. An incident begins unpublished (alarm, or
 * a breaker opening); it becomes public when customers feel it (`impact.ts`), and one that never
 * does ends quietly once all is clear. While all is well nothing polls: one timer stands for the
 * next time at which anything may change.
 *
 * With a store it outlives the instance, and of several instances one speaks (`keeper.ts`).
 */
import type { Timer } from '../ports.ts';
import type { AfterAction, Component } from '../status-page/facts.ts';
import { recordOf } from './after-action.ts';
import { createDetector } from './detector.ts';
import type { Incidents, IncidentsDeps, OpenView, OperatorWord, Written } from './door.ts';
import { createFlows } from './flows.ts';
import { absorb, hurt, type Impact, isForgotten, isPublic, noImpact, settleMs } from './impact.ts';
import { contactPrefix, type Here, indicatorsOf, oursScope, scopeOf, standsAlone } from './indicators.ts';
import { createKeeper } from './keeper.ts';
import { levelsOf } from './levels.ts';
import { consider, dueMs, type Indicators, isClear, openIncident, type Step } from './lifecycle.ts';
import {
  componentsOf,
  freshOpen,
  fromKept,
  type Kept,
  type Open,
  type Report,
  startedAtMs,
  toKept,
  viewOf,
} from './open-incident.ts';
import { addMinutes, createTally, type Minute, minuteMs, type Tally } from './tally.ts';
import { type Both, breakerSentence, jstStamp, textOf, upstreamSentence } from './templates.ts';

/** With an incident open, outcomes make it judged again, but not more often than this. */
const judgeEveryMs = 1_000;

/** Updates and notes kept, each; beyond it the oldest after the first go (a day of half-hourly ones is 48). */
const updatesMax = 100;
const notesMax = 200;

/** Two acquirers that fail within this long of each other fail by what they share: us. A failover moves load later. */
const togetherMs = 5_000;

/** A receiver of webhooks that is down counts once in this long. */
const receiverEveryMs = 60_000;
const receiversMax = 10_000;

export type { FlowStep, IncidentEvidence, Incidents, OperationOutcome, UpstreamNotice } from './door.ts';

export const createIncidents = (deps: IncidentsDeps): Incidents => {
  const { clock, log } = deps;
  const rules = deps.policy.incidents;
  /** Failures that belong to no incident, or not yet. */
  const strays = new Map<string, Impact>();
  const tallies = new Map<string, Tally>();
  /** By scope; an incident that spread stands under each of its scopes. */
  const opened = new Map<string, Open>();
  /** Counts by minute of holders before us. */
  const inherited = new Map<string, readonly Minute[]>();
  const restricting = new Set<string>();
  const abusers = new Set<string>();
  const silent = new Set<string>();
  const receivers = new Map<string, number>();
  const ids = new Map<string, number>();
  let levels = '';
  let timer: Timer | null = null;
  let looker: Timer | null = null;
  let closed = false;

  const detector = createDetector({
    clock,
    policy: deps.policy,
    onAlarm: ({ component, acquirer }) => begin(acquirer, component === null ? [] : [component]),
    onCalm: ({ acquirer }) => judge(acquirer),
  });
  const flows = createFlows<{ readonly component: Component; readonly scope: string; readonly merchantId: string }>({
    clock,
    patienceMs: deps.policy.detector.flows.patienceMs,
    onEnd: ({ about: { component, scope, merchantId } }, inTime) => {
      if (closed) return;
      detector.flow(component, scope, inTime);
      // On a good day one in five never comes back; only a bad day hurts a merchant.
      if (!inTime && detector.isStuck(component, scope)) feel(component, scope, merchantId);
    },
  });
  const keeper =
    deps.keep === undefined
      ? null
      : createKeeper({
          clock,
          log,
          store: deps.keep.store,
          instanceId: deps.keep.instanceId,
          leaseMs: rules.leaseMs,
          onLost: (id) => {
            const open = byId(id);
            if (open !== undefined) open.role = 'follower';
          },
        });

  const each = (): Set<Open> => new Set(opened.values());
  const byId = (id: string): Open | undefined => [...opened.values()].find((open) => open.id === id);

  const straysOf = (scope: string, nowMs: number): Impact => {
    let impact = strays.get(scope);
    if (impact === undefined || isForgotten(impact, nowMs)) {
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

  /** The strays of the last minute turn out to belong to the incident. */
  const adopt = (open: Open, scope: string, nowMs: number): void => {
    absorb(open.impact, straysOf(scope, nowMs));
    strays.delete(scope);
  };

  /** Unique within this instance; the date helps whoever reads it in a link. */
  const nextId = (wallMs: number): string => {
    const stamp = jstStamp(wallMs);
    const count = (ids.get(stamp) ?? 0) + 1;
    ids.set(stamp, count);
    return count === 1 ? `inc_${stamp}` : `inc_${stamp}_${count}`;
  };

  const minutesOf = (open: Open): readonly Minute[] => {
    const fromMs = startedAtMs(open) - minuteMs;
    return addMinutes(inherited.get(open.id) ?? [], ...[...open.scopes].map((scope) => tallyOf(scope).since(fromMs)));
  };

  const save = (open: Open, record: AfterAction | null = null): void => {
    if (keeper === null || open.role !== 'holder') return;
    keeper.save(
      open.id,
      () => toKept(open, minutesOf(open), clock.monotonicMs(), clock.wallMs()),
      record === null ? null : { record: JSON.stringify(record) },
    );
  };

  const logged = (
    event: 'incident.opened' | 'incident.updated' | 'incident.resolved',
    open: Open,
    step: string,
  ): void => {
    const { stage } = open.incident;
    log.info({
      event,
      incident: open.id,
      acquirer: [...open.scopes][0],
      stage,
      cause: viewOf(open).cause,
      components: componentsOf(open),
      public: open.public,
      step,
    });
  };

  const note = (open: Open, text: Both): void => {
    open.notes.push({ atMs: clock.wallMs(), text });
    if (open.notes.length > notesMax) open.notes.splice(1, 1);
  };

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

  const indicators = (open: Open): Indicators => {
    const known = indicatorsOf(open, here(open), freshReports(open));
    // What a person opened only people close.
    return open.manual ? { ...known, bad: true } : known;
  };

  /** Words of instances that still speak. */
  const freshReports = (open: Open): readonly Report[] => {
    const fromMs = clock.wallMs() - rules.leaseMs;
    return open.reports.filter(({ atMs }) => atMs >= fromMs);
  };

  const describeOpen = (open: Open): OpenView => ({
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
  });

  const say = (open: Open, text: Both): void => {
    open.updates.push({ stage: open.incident.stage, atMs: clock.wallMs(), text });
    if (open.updates.length > updatesMax) open.updates.splice(1, 1);
    deps.publish(viewOf(open));
  };

  const tell = (open: Open, step: Step | 'published', nowMs: number): void => {
    const { incident } = open;
    const goodSinceAtMs =
      incident.goodSinceMs === null ? null : clock.wallMs() - Math.round(nowMs - incident.goodSinceMs);
    const { cause, components } = viewOf(open);
    const slow = open.slow && open.impact.failures === 0;
    say(
      open,
      textOf(step, { stage: incident.stage, cause, components, startedAtMs: startedAtMs(open), goodSinceAtMs, slow }),
    );
  };

  const hurtMerchants = (open: Open): string[] => [
    ...new Set([...open.impact.merchants, ...open.reports.flatMap(({ merchants }) => merchants)]),
  ];

  const notify = (open: Open): void => {
    if (!open.public || open.role === 'follower') return;
    const untold = hurtMerchants(open).filter((merchantId) => !open.told.has(merchantId));
    if (untold.length === 0) return;
    for (const merchantId of untold) open.told.add(merchantId);
    deps.notifyAffected(viewOf(open), untold);
    save(open);
  };

  const remove = (open: Open): void => {
    for (const [scope, held] of opened) if (held === open) opened.delete(scope);
  };

  const end = (open: Open, nowMs: number): void => {
    remove(open);
    logged('incident.resolved', open, 'resolved');
    if (open.called) deps.onOver?.(open.id);
    const endedAtMs = Number.isFinite(open.impact.lastMs)
      ? Math.round(clock.wallMs() - (nowMs - open.impact.lastMs))
      : (open.updates.at(-1)?.atMs ?? clock.wallMs());
    const record = recordOf({
      view: viewOf(open),
      minutes: addMinutes(minutesOf(open), ...open.reports.map(({ minutes }) => minutes)),
      notes: open.notes,
      merchantsAffected: hurtMerchants(open).length,
      endedAtMs,
      resolvedAtMs: clock.wallMs(),
      measures: open.measures,
    });
    save(open, record);
    inherited.delete(open.id);
    if (!open.public) return;
    deps.publishRecord?.(record);
    if (open.told.size > 0) deps.notifyAffected(viewOf(open), [...open.told]);
  };

  /** An open incident that trouble beginning now at `scope` belongs to. */
  const related = (scope: string, nowMs: number): Open | undefined => {
    if (standsAlone(scope)) return undefined;
    return [...each()].find(
      (open) => !open.manual && ![...open.scopes].some(standsAlone) && nowMs - open.openedMs <= rules.correlateMs,
    );
  };

  const attach = (open: Open, scope: string, nowMs: number): void => {
    open.scopes.add(scope);
    opened.set(scope, open);
    if (nowMs - open.openedMs <= togetherMs && scope !== oursScope) open.together = true;
  };

  /** Opens an incident for the scope, or adds to the one that it belongs to. */
  const begin = (scope: string, components: readonly Component[]): void => {
    if (closed) return;
    const nowMs = clock.monotonicMs();
    const wallMs = clock.wallMs();
    const held = opened.get(scope) ?? related(scope, nowMs);
    const open = held ?? freshOpen(nextId(wallMs), scope, openIncident([], nowMs), nowMs, wallMs);
    for (const component of components) open.impact.components.add(component);
    if (!opened.has(scope)) {
      if (held === undefined) opened.set(scope, open);
      else attach(open, scope, nowMs);
      adopt(open, scope, nowMs);
    }
    if (held === undefined) {
      open.incident = openIncident(indicators(open).components, nowMs);
      logged('incident.opened', open, 'opened');
      void claim(open, scope);
    }
    judge(scope);
  };

  /** Finds out whether this instance is the one that speaks. */
  const claim = async (open: Open, scope: string): Promise<void> => {
    if (keeper === null) {
      open.role = 'alone';
      return;
    }
    const snapshot = (): Kept => toKept(open, minutesOf(open), clock.monotonicMs(), clock.wallMs());
    const claimed = await keeper.claim(
      open.id,
      scope,
      snapshot,
      (kept) =>
        kept.scopes.includes(scope) ||
        (!standsAlone(scope) &&
          !kept.manual &&
          !kept.scopes.some(standsAlone) &&
          Math.abs(open.openedAtMs - kept.openedAtMs) <= rules.correlateMs),
    );
    if (closed || (open.role !== 'claiming' && open.role !== 'alone')) return;
    if (claimed.kind === 'unreachable') {
      open.role = 'alone';
      return;
    }
    open.role = claimed.kind === 'held' ? 'holder' : 'follower';
    if (claimed.kind === 'held' && claimed.kept !== null) inherit(open, claimed.id, claimed.kept);
    else open.id = claimed.id;
    if (claimed.kind === 'other') open.public = claimed.kept.public;
    // It ended while the store was asked.
    if (!each().has(open) && open.role === 'holder')
      keeper.save(open.id, snapshot, { record: JSON.stringify({ incident: open.id }) });
    judge(scope);
  };

  /** Goes on with what another holder began. */
  const inherit = (open: Open, id: string, kept: Kept): void => {
    const nowMs = clock.monotonicMs();
    const before = fromKept(id, kept, nowMs, clock.wallMs());
    absorb(before.impact, open.impact);
    const { scopes } = open;
    Object.assign(open, {
      id,
      impact: before.impact,
      told: before.told,
      updates: before.updates,
      notes: before.notes,
      blocked: before.blocked,
      together: before.together,
      slow: before.slow,
      public: before.public,
      manual: before.manual,
      title: before.title,
      fixedCause: before.fixedCause,
      fixedComponents: before.fixedComponents,
      measures: before.measures,
      incident: before.incident,
      called: before.called,
      role: 'holder',
    });
    for (const scope of kept.scopes) {
      scopes.add(scope);
      if (!opened.has(scope)) opened.set(scope, open);
    }
    inherited.set(id, kept.minutes);
  };

  /** Lets the open incident of the scope, if any, take every step that is due. */
  const judge = (scope: string): void => {
    const open = opened.get(scope);
    if (open === undefined || closed) return;
    const nowMs = clock.monotonicMs();
    open.judgedMs = nowMs;
    const known = indicators(open);
    if (open.role !== 'follower') advanceAll(open, known, nowMs);
    relevel();
    arm();
  };

  const advanceAll = (open: Open, known: Indicators, nowMs: number): void => {
    if (!open.public && isClear(known)) {
      open.incident = { ...open.incident, stage: 'resolved' };
      end(open, nowMs);
      return;
    }
    advance(open, known, nowMs);
    if (opened.get([...open.scopes][0] ?? '') !== open) return;
    if (!open.public && rules.machineNotices && mayBePublic(open, known, nowMs)) publish(open, nowMs);
    if (!open.called && nowMs - open.openedMs >= settleMs) call(open);
    notify(open);
  };

  const mayBePublic = (open: Open, known: Indicators, nowMs: number): boolean => {
    if ([...open.scopes].every(standsAlone)) return false;
    if (deps.maintenance?.covers([...open.scopes], known.components, clock.wallMs()) === true) return false;
    const reports = freshReports(open);
    const impact = {
      ...open.impact,
      failures: open.impact.failures + reports.reduce((sum, { failures }) => sum + failures, 0),
      lastMs: reports.some(({ bad, failures }) => bad && failures > 0) ? nowMs : open.impact.lastMs,
    };
    const breakers = here(open).breakers;
    return isPublic(impact, {
      openedMs: open.openedMs,
      nowMs,
      breakers: reports.some((report) => report.breakers === 'open') ? 'open' : breakers,
      bad: known.bad,
    });
  };

  const publish = (open: Open, nowMs: number): void => {
    open.public = true;
    logged('incident.updated', open, 'published');
    tell(open, 'published', nowMs);
    call(open);
    deps.onPublic?.(describeOpen(open));
    save(open);
  };

  const call = (open: Open): void => {
    if (open.called) return;
    open.called = true;
    deps.onTrouble?.(describeOpen(open));
  };

  const advance = (open: Open, known: Indicators, nowMs: number): void => {
    const { incident, step } = consider(open.incident, known, nowMs, rules);
    open.incident = incident;
    if (step === null) return;
    if (step === 'relapsed') for (const scope of open.scopes) adopt(open, scope, nowMs);
    if (open.public) tell(open, step, nowMs);
    if (step === 'resolved') {
      end(open, nowMs);
      return;
    }
    logged('incident.updated', open, step);
    save(open);
  };

  const relevel = (): void => {
    if (!rules.machineNotices || deps.publishLevels === undefined) return;
    const published = [...each()]
      .filter((open) => open.public)
      .map((open) => ({ stage: open.incident.stage, components: componentsOf(open) }));
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
    for (const open of each()) {
      const settledMs = open.openedMs + settleMs;
      next = Math.min(next, dueMs(open.incident, nowMs, rules), settledMs > nowMs ? settledMs : next);
      const windowEndMs = open.public ? null : (deps.maintenance?.nextEndMs(clock.wallMs()) ?? null);
      if (windowEndMs !== null) next = Math.min(next, nowMs + Math.max(1, windowEndMs - clock.wallMs()));
    }
    if (next === Number.POSITIVE_INFINITY) return;
    // At least a microsecond: sums of milliseconds round, and a timer that fires a hair before its time
    // would be set again for no time at all, for ever.
    timer = clock.after(Math.max(0.001, next - nowMs), () => {
      timer = null;
      for (const open of each()) judge([...open.scopes][0] ?? '');
      arm();
    });
  };

  /** A merchant felt something, now. */
  const feel = (component: Component, scope: string, merchantId: string): void => {
    const nowMs = clock.monotonicMs();
    const open = opened.get(scope);
    // While all is good again a failure is an ordinary one, and its merchant is told nothing.
    const troubled = open !== undefined && open.incident.goodSinceMs === null;
    const impact = troubled ? open.impact : straysOf(scope, nowMs);
    hurt(impact, { merchantId, component, atMs: nowMs, wallMs: clock.wallMs() });
    if (troubled) notify(open);
  };

  /** What is told to the holder, by whoever is not. */
  const reportOf = (open: Open): Report => {
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
      minutes: minutesOf(open),
    };
  };

  /** Compares what is open here with what is open in the store. */
  const look = async (): Promise<void> => {
    const found = await keeper?.look();
    if (found === null || found === undefined || closed) return;
    for (const stored of found) {
      const known = byId(stored.id) ?? stored.kept.scopes.map((scope) => opened.get(scope)).find((open) => open);
      const open = known ?? takeUp(stored.id, stored.kept);
      if (stored.held && open.role === 'follower') inherit(open, stored.id, stored.kept);
      if (!stored.held) {
        open.role = 'follower';
        open.id = stored.id;
        open.public = stored.kept.public;
        open.incident = { ...open.incident, stage: stored.kept.stage, cause: stored.kept.cause };
        keeper?.report(open.id, reportOf(open));
      }
      open.reports = stored.reports;
      if (stored.held) save(open);
    }
    // Its holder says that it is over.
    for (const open of each())
      if (open.role === 'follower' && !found.some(({ id }) => id === open.id)) {
        remove(open);
        for (const scope of open.scopes) if (detector.alarmed(scope)) begin(scope, []);
      }
    for (const open of each()) judge([...open.scopes][0] ?? '');
    relevel();
  };

  /** An incident that is only in the store so far. */
  const takeUp = (id: string, kept: Kept): Open => {
    const open = fromKept(id, kept, clock.monotonicMs(), clock.wallMs());
    open.role = 'follower';
    for (const scope of kept.scopes) opened.set(scope, open);
    return open;
  };

  const lookAgain = (everyMs: number): void => {
    looker = clock.after(everyMs, () => {
      void look().then(() => {
        if (!closed) lookAgain(everyMs);
      });
    });
  };

  /** The incident in this instance's hands, whoever held it. */
  const inHand = async (id: string): Promise<Open | undefined> => {
    const known = byId(id);
    if (keeper === null || known?.role === 'holder' || known?.role === 'alone') return known;
    const kept = await keeper.seize(id);
    if (kept === undefined) return undefined;
    const open = known ?? takeUp(id, kept);
    inherit(open, id, kept);
    return open;
  };

  const done = (open: Open): Written => {
    save(open);
    relevel();
    arm();
    return { done: 'written', incident: describeOpen(open) };
  };

  const stillBad = (open: Open): boolean => {
    const known = indicatorsOf(open, here(open), freshReports(open));
    return !isClear(known);
  };

  const apply = (open: Open, word: OperatorWord): Written => {
    const nowMs = clock.monotonicMs();
    if (word.causeRemoved === true) open.blocked.clear();
    if (word.stage === 'resolved' && stillBad(open)) return { done: 'refused', why: 'still_bad' };
    open.title = word.title ?? open.title;
    open.fixedCause = word.cause ?? open.fixedCause;
    open.fixedComponents = word.components ?? open.fixedComponents;
    open.measures = word.measures ?? open.measures;
    const stage = word.stage ?? open.incident.stage;
    if (stage !== open.incident.stage)
      open.incident = { ...open.incident, stage, stageSinceMs: nowMs, lastUpdateMs: nowMs };
    if (word.text !== undefined) {
      open.public = true;
      open.incident = { ...open.incident, lastUpdateMs: nowMs };
      say(open, word.text);
    } else if (open.public) deps.publish(viewOf(open));
    logged('incident.updated', open, 'operator');
    if (stage === 'resolved') end(open, nowMs);
    else notify(open);
    return done(open);
  };

  const refused = (why: 'no_such_incident' | 'no_such_update' | 'still_bad'): Written => ({ done: 'refused', why });

  /** Failures of others' receivers are counted once a minute for each. */
  const isRepeated = (merchantId: string, nowMs: number): boolean => {
    const lastMs = receivers.get(merchantId);
    if (lastMs !== undefined && nowMs - lastMs < receiverEveryMs) return true;
    if (receivers.size >= receiversMax) receivers.clear();
    receivers.set(merchantId, nowMs);
    return false;
  };

  return {
    outcome: ({ component, acquirer, merchantId, result, brand, latencyMs }) => {
      if (closed || result === 'excluded' || abusers.has(merchantId)) return;
      const scope = scopeOf(component, acquirer);
      const nowMs = clock.monotonicMs();
      const failed = result === 'failure';
      if (component === 'webhooks' && failed && isRepeated(merchantId, nowMs)) return;
      tallyOf(scope).note(component, failed, clock.wallMs());
      if (failed) feel(component, scope, merchantId);
      detector.note({ component, acquirer: scope, brand, result, latencyMs });
      const open = opened.get(scope);
      if (open === undefined) return;
      if (!failed && latencyMs !== undefined && latencyMs > deps.policy.detector.slow.afterMs)
        if (detector.isSlow(component, scope)) open.slow = true;
      if (nowMs - open.judgedMs >= judgeEveryMs) judge(scope);
    },
    flow: ({ component, id, step, merchantId, acquirer }) => {
      if (closed || !deps.policy.detector.enabled) return;
      const about = { component, scope: scopeOf(component, acquirer ?? oursScope), merchantId };
      if (step === 'began') flows.began({ id, about });
      else flows.ended(id);
      const open = opened.get(about.scope);
      if (open !== undefined && clock.monotonicMs() - open.judgedMs >= judgeEveryMs) judge(about.scope);
    },
    probed: (acquirer, good) => {
      if (!closed) detector.probe(acquirer, good);
    },
    breakerChanged: ({ acquirer, to }) => {
      if (to === 'open') begin(acquirer, []);
      const open = opened.get(acquirer);
      if (open !== undefined) note(open, breakerSentence(acquirer, to));
      if (to !== 'open') judge(acquirer);
    },
    upstreamNotice: ({ acquirer, kind }) => {
      log.info({ event: 'upstream.notice', acquirer, kind });
      if (kind === 'restricting_you') restricting.add(acquirer);
      if (kind === 'lifted') restricting.delete(acquirer);
      const open = opened.get(acquirer);
      if (open !== undefined) note(open, upstreamSentence(acquirer, kind));
      judge(acquirer);
    },
    channel: (name, isSilent) => {
      const scope = `${contactPrefix}${name}`;
      if (silent.has(scope) === isSilent) return;
      if (isSilent) silent.add(scope);
      else silent.delete(scope);
      if (isSilent) begin(scope, []);
      else judge(scope);
    },
    abuser: (merchantId, active) => {
      if (active) abusers.add(merchantId);
      else abusers.delete(merchantId);
      for (const open of each()) judge([...open.scopes][0] ?? '');
    },
    blocked: (merchantId, active) => {
      for (const open of each()) {
        if (active) open.blocked.add(merchantId);
        else open.blocked.delete(merchantId);
        judge([...open.scopes][0] ?? '');
        save(open);
      }
    },
    reconsider: judge,
    remark: (id, text) => {
      const open = byId(id);
      if (open !== undefined) note(open, text);
    },
    open: () => [...each()].map(describeOpen),
    raise: (word) => {
      const nowMs = clock.monotonicMs();
      const wallMs = clock.wallMs();
      const id = nextId(wallMs);
      const scope = `manual:${id}`;
      const incident = openIncident(word.components, nowMs);
      const open = freshOpen(id, scope, incident, nowMs, wallMs);
      open.manual = true;
      open.fixedComponents = word.components;
      opened.set(scope, open);
      logged('incident.opened', open, 'operator');
      void claim(open, scope);
      return apply(open, word);
    },
    write: async (id, word) => {
      const open = await inHand(id);
      return open === undefined ? refused('no_such_incident') : apply(open, word);
    },
    correct: async (id, index, text) => {
      const open = await inHand(id);
      if (open === undefined) return refused('no_such_incident');
      const update = open.updates[index];
      if (update === undefined) return refused('no_such_update');
      open.updates = open.updates.with(index, { ...update, text, correctedAtMs: clock.wallMs() });
      if (open.public) deps.publish(viewOf(open));
      return done(open);
    },
    publishNow: async (id) => {
      const open = await inHand(id);
      if (open === undefined) return refused('no_such_incident');
      if (!open.public) publish(open, clock.monotonicMs());
      notify(open);
      return done(open);
    },
    merge: async (id, into) => {
      const from = await inHand(id);
      const to = await inHand(into);
      if (from === undefined || to === undefined || from === to) return refused('no_such_incident');
      absorb(to.impact, from.impact);
      for (const scope of from.scopes) {
        to.scopes.add(scope);
        opened.set(scope, to);
      }
      for (const merchantId of from.told) to.told.add(merchantId);
      for (const merchantId of from.blocked) to.blocked.add(merchantId);
      to.notes = [...to.notes, ...from.notes].toSorted((a, b) => a.atMs - b.atMs);
      // Its own page stays, and says where the story goes on.
      from.incident = { ...from.incident, stage: 'resolved' };
      if (from.public) {
        say(from, mergedText(to.id));
        to.public = true;
      }
      logged('incident.resolved', from, 'merged');
      if (from.called) deps.onOver?.(from.id);
      keeper?.save(from.id, () => toKept(from, [], clock.monotonicMs(), clock.wallMs()), {
        record: JSON.stringify({ mergedInto: to.id }),
      });
      judge([...to.scopes][0] ?? '');
      return done(to);
    },
    start: async () => {
      if (keeper === null || deps.keep === undefined) return;
      await look();
      if (deps.keep.lookEveryMs !== null) lookAgain(deps.keep.lookEveryMs);
    },
    close: () => {
      closed = true;
      timer?.cancel();
      looker?.cancel();
      flows.close();
      detector.close();
    },
  };
};

const mergedText = (into: string): Both => ({
  en: `This report goes on under ${into}: both have one cause.`,
  ja: `本件は同一の原因によるものと判明したため、以後は ${into} にてお知らせします。`,
});
