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
import type { Component } from '../status-page/facts.ts';
import { recordOf } from './after-action.ts';
import { createDesk } from './desk.ts';
import { createDetector } from './detector.ts';
import type { Incidents, IncidentsDeps } from './door.ts';
import { createFlows } from './flows.ts';
import { hurt, settleMs } from './impact.ts';
import { contactPrefix, oursScope, scopeOf, standsAlone } from './indicators.ts';
import { createKeeper } from './keeper.ts';
import { createLateFlows } from './late-flows.ts';
import { levelsOf } from './levels.ts';
import { consider, dueMs, goOn, type Indicators, isClear, isOver, openIncident } from './lifecycle.ts';
import { componentsOf, freshOpen, hurtMerchants, type Open, viewOf } from './open-incident.ts';
import { createRegister } from './register.ts';
import { createSharing } from './sharing.ts';
import { createStanding } from './standing.ts';
import { addMinutes } from './tally.ts';
import { breakerSentence, upstreamSentence } from './templates.ts';
import { createVoice } from './voice.ts';

/** With an incident open, outcomes make it judged again, but not more often than this. */
const judgeEveryMs = 1_000;

/** Two acquirers that fail within this long of each other fail by what they share: us. A failover moves load later. */
const togetherMs = 5_000;

/** A receiver of webhooks that is down counts once in this long. */
const receiverEveryMs = 60_000;
const receiversMax = 10_000;

export type { FlowStep, IncidentEvidence, Incidents, OperationOutcome, UpstreamNotice } from './door.ts';

/** The incidents of one gateway instance; `room.ts` gives it its surroundings. */
export const createIncidents = (deps: IncidentsDeps): Incidents => {
  const { clock, log } = deps;
  const rules = deps.policy.incidents;
  const receivers = new Map<string, number>();
  let levels = '';
  let timer: Timer | null = null;
  let looker: Timer | null = null;
  let closed = false;

  const register = createRegister(clock);
  const detector = createDetector({
    clock,
    policy: deps.policy,
    onAlarm: ({ component, acquirer }) => begin(acquirer, component === null ? [] : [component]),
    onCalm: ({ acquirer }) => judge(acquirer),
  });
  interface FlowAbout {
    readonly component: Component;
    readonly scope: string;
    readonly merchantId: string;
    readonly brand: string;
  }
  const late = createLateFlows<FlowAbout>();
  const flows = createFlows<FlowAbout>({
    clock,
    patienceMs: deps.policy.detector.flows.patienceMs,
    onEnd: ({ about }, inTime) => {
      if (closed) return;
      const { component, scope, brand } = about;
      detector.flow(component, scope, inTime, brand);
      if (!inTime) {
        if (feelAfterwards(about)) return;
        late.add(about, clock.wallMs());
      }
      const isAny = detector.isStuck(component, scope);
      const like = (other: FlowAbout): boolean =>
        other.component === component && other.scope === scope && (isAny || other.brand === brand);
      // On a good day one in five never comes back; only a bad day hurts a merchant.
      if (isAny || detector.isStuck(component, scope, brand))
        for (const one of late.take(like)) feel(component, scope, one.about.merchantId, one.atMs);
      else if (!detector.mayBeStuck(component, scope, brand)) late.clear(like);
    },
  });
  const standing = createStanding({ ...deps, detector });
  const sharing = createSharing({
    clock,
    register,
    keeper:
      deps.keep === undefined
        ? null
        : createKeeper({
            clock,
            log,
            store: deps.keep.store,
            instanceId: deps.keep.instanceId,
            leaseMs: rules.leaseMs,
            onLost: (id) => {
              const open = register.byId(id);
              if (open !== undefined) open.role = 'follower';
            },
          }),
    correlateMs: rules.correlateMs,
    report: (open) => standing.report(open, register.minutesOf(open)),
    isClosed: () => closed,
    isAlarmed: (scope) => detector.alarmed(scope),
    judge: (scope) => judge(scope),
    begin: (scope) => begin(scope, []),
  });
  const voice = createVoice({ ...deps, describe: standing.describe, save: sharing.save });

  const end = (open: Open): void => {
    register.remove(open);
    voice.log('incident.resolved', open, 'resolved');
    if (open.called) deps.onOver?.(open.id);
    const endedAtMs = Number.isFinite(open.impact.lastMs)
      ? Math.round(clock.wallMs() - (clock.monotonicMs() - open.impact.lastMs))
      : (open.updates.at(-1)?.atMs ?? clock.wallMs());
    const record = recordOf({
      view: viewOf(open),
      minutes: addMinutes(register.minutesOf(open), ...open.reports.map(({ minutes }) => minutes)),
      notes: open.notes,
      merchantsAffected: hurtMerchants(open).length,
      endedAtMs,
      resolvedAtMs: clock.wallMs(),
      measures: open.measures,
    });
    sharing.save(open, record);
    register.disinherit(open.id);
    if (!open.public) return;
    deps.publishRecord?.(record);
    if (open.told.size > 0) void deps.notifyAffected(viewOf(open), [...open.told]);
  };

  /** An open incident that trouble beginning now at `scope` belongs to. */
  const related = (scope: string, nowMs: number): Open | undefined => {
    if (standsAlone(scope)) return undefined;
    return [...register.each()].find(
      (open) => !open.manual && ![...open.scopes].some(standsAlone) && nowMs - open.openedMs <= rules.correlateMs,
    );
  };

  const attach = (open: Open, scope: string, nowMs: number): void => {
    open.scopes.add(scope);
    register.put(scope, open);
    if (nowMs - open.openedMs <= togetherMs && scope !== oursScope) open.together = true;
  };

  /** Opens an incident for the scope, or adds to the one that it belongs to. */
  const begin = (scope: string, components: readonly Component[]): void => {
    if (closed) return;
    const nowMs = clock.monotonicMs();
    const wallMs = clock.wallMs();
    const held = register.at(scope) ?? related(scope, nowMs);
    const open = held ?? freshOpen(register.nextId(wallMs), scope, openIncident([], nowMs), nowMs, wallMs);
    for (const component of components) open.impact.components.add(component);
    if (!register.has(scope)) {
      if (held === undefined) register.put(scope, open);
      else attach(open, scope, nowMs);
      register.adopt(open, scope);
    }
    if (held === undefined) {
      open.incident = openIncident(standing.indicators(open).components, nowMs);
      voice.log('incident.opened', open, 'opened');
      void sharing.claim(open, scope);
    }
    judge(scope);
  };

  /** Lets the open incident of the scope, if any, take every step that is due. */
  const judge = (scope: string): void => {
    const open = register.at(scope);
    if (open === undefined || closed) return;
    const nowMs = clock.monotonicMs();
    open.judgedMs = nowMs;
    const known = standing.indicators(open);
    if (open.role !== 'follower') advanceAll(open, known, nowMs);
    relevel();
    arm();
  };

  const advanceAll = (open: Open, known: Indicators, nowMs: number): void => {
    if (!open.public && isClear(known)) {
      open.incident = { ...open.incident, stage: 'resolved' };
      end(open);
      return;
    }
    advance(open, known, nowMs);
    if (register.at([...open.scopes][0] ?? '') !== open) return;
    if (!open.public && rules.machineNotices && standing.mayBePublic(open, known)) publish(open);
    if (!open.called && isOver(open.openedMs, settleMs, nowMs)) voice.call(open);
    voice.notify(open);
  };

  const publish = (open: Open): void => {
    open.public = true;
    voice.log('incident.updated', open, 'published');
    voice.tell(open, 'published');
    voice.call(open);
    deps.onPublic?.(standing.describe(open));
    sharing.save(open);
  };

  const advance = (open: Open, known: Indicators, nowMs: number): void => {
    const { incident, step } = open.manual
      ? goOn(open.incident, nowMs, rules)
      : consider(open.incident, known, nowMs, rules);
    // Good, and bad again: whoever was hurt just before that was seen belongs to it.
    const isBack = open.incident.goodSinceMs !== null && incident.goodSinceMs === null;
    open.incident = incident;
    if (isBack || step === 'relapsed') for (const scope of open.scopes) register.adopt(open, scope);
    if (isBack) voice.notify(open);
    if (step === null) return;
    if (open.public) voice.tell(open, step);
    if (step === 'resolved') {
      end(open);
      return;
    }
    voice.log('incident.updated', open, step);
    sharing.save(open);
  };

  const relevel = (): void => {
    if (!rules.machineNotices || deps.publishLevels === undefined) return;
    const published = [...register.each()]
      .filter((open) => open.public)
      .map((open) => ({ stage: open.incident.stage, components: componentsOf(open) }));
    const now = levelsOf(published, detector.recent);
    const works = published.length === 0 ? [] : (deps.stillWorks?.() ?? []);
    const text = JSON.stringify([now, works]);
    if (text === levels) return;
    levels = text;
    deps.publishLevels(now, works);
  };

  const arm = (): void => {
    timer?.cancel();
    timer = null;
    const nowMs = clock.monotonicMs();
    let next = Number.POSITIVE_INFINITY;
    for (const open of register.each()) {
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
      for (const open of register.each()) judge([...open.scopes][0] ?? '');
      arm();
    });
  };

  /** A merchant felt something, now; or then, and it is known now. */
  const feel = (component: Component, scope: string, merchantId: string, wallMs = clock.wallMs()): void => {
    const nowMs = clock.monotonicMs();
    const open = register.at(scope);
    // While all is good again a failure is an ordinary one, and its merchant is told nothing.
    const troubled = open !== undefined && open.incident.goodSinceMs === null;
    const impact = troubled ? open.impact : register.strays(scope);
    hurt(impact, { merchantId, component, atMs: nowMs, wallMs });
    if (troubled) voice.notify(open);
  };

  /**
   * A flow that is given up while all is good again, and that began while it was not: its trouble is the open incident's.
   * False: it is none of that one's.
   */
  const feelAfterwards = ({ component, scope, merchantId }: FlowAbout): boolean => {
    const open = register.at(scope);
    const goodSinceMs = open?.incident.goodSinceMs ?? null;
    const beganMs = clock.monotonicMs() - deps.policy.detector.flows.patienceMs;
    if (open === undefined || goodSinceMs === null || beganMs >= goodSinceMs) return false;
    // It says nothing about now, so the last failure stays when it was.
    hurt(open.impact, { merchantId, component, atMs: open.impact.lastMs, wallMs: clock.wallMs() });
    voice.notify(open);
    return true;
  };

  const lookAgain = (everyMs: number): void => {
    looker = clock.after(everyMs, () => {
      void sharing.look().then(() => {
        if (closed) return;
        relevel();
        lookAgain(everyMs);
      });
    });
  };

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
      if (closed || result === 'excluded' || standing.abusers.has(merchantId)) return;
      const scope = scopeOf(component, acquirer);
      const nowMs = clock.monotonicMs();
      const failed = result === 'failure';
      if (component === 'webhooks' && failed && isRepeated(merchantId, nowMs)) return;
      register.tally(scope).note(component, failed, clock.wallMs());
      if (failed) feel(component, scope, merchantId);
      detector.note({ component, acquirer: scope, brand, result, latencyMs });
      const open = register.at(scope);
      if (open === undefined) return;
      if (!failed && latencyMs !== undefined && latencyMs > deps.policy.detector.slow.afterMs)
        if (detector.isSlow(component, scope)) open.slow = true;
      if (nowMs - open.judgedMs >= judgeEveryMs) judge(scope);
    },
    flow: ({ component, id, step, merchantId, acquirer, brand = '-' }) => {
      if (closed || !deps.policy.detector.enabled) return;
      const about = { component, scope: scopeOf(component, acquirer ?? oursScope), merchantId, brand };
      if (step === 'began') flows.began({ id, about });
      else flows.ended(id);
      const open = register.at(about.scope);
      if (open !== undefined && clock.monotonicMs() - open.judgedMs >= judgeEveryMs) judge(about.scope);
    },
    probed: (acquirer, good) => {
      if (!closed) detector.probe(acquirer, good);
    },
    breakerChanged: ({ acquirer, to }) => {
      if (to === 'open') begin(acquirer, []);
      const open = register.at(acquirer);
      if (open !== undefined) voice.note(open, breakerSentence(acquirer, to));
      if (to !== 'open') judge(acquirer);
    },
    upstreamNotice: ({ acquirer, kind }) => {
      log.info({ event: 'upstream.notice', acquirer, kind });
      if (kind === 'restricting_you') standing.restricting.add(acquirer);
      if (kind === 'lifted') standing.restricting.delete(acquirer);
      const open = register.at(acquirer);
      if (open !== undefined) voice.note(open, upstreamSentence(acquirer, kind));
      judge(acquirer);
    },
    channel: (name, isSilent) => {
      const scope = `${contactPrefix}${name}`;
      if (standing.silent.has(scope) === isSilent) return;
      if (isSilent) standing.silent.add(scope);
      else standing.silent.delete(scope);
      if (isSilent) begin(scope, []);
      else judge(scope);
    },
    abuser: (merchantId, active) => {
      if (active) standing.abusers.add(merchantId);
      else standing.abusers.delete(merchantId);
      for (const open of register.each()) judge([...open.scopes][0] ?? '');
    },
    blocked: (merchantId, active) => {
      for (const open of register.each()) {
        if (active) open.blocked.add(merchantId);
        else open.blocked.delete(merchantId);
        judge([...open.scopes][0] ?? '');
        sharing.save(open);
      }
    },
    reconsider: judge,
    remark: (id, text) => {
      const open = register.byId(id);
      if (open !== undefined) voice.note(open, text);
    },
    open: () => [...register.each()].map(standing.describe),
    ...createDesk({
      clock,
      register,
      standing,
      voice,
      sharing,
      publishView: deps.publish,
      onOver: deps.onOver,
      publish,
      end,
      judge,
      settle: () => {
        relevel();
        arm();
      },
    }),
    start: async () => {
      if (deps.keep === undefined) return;
      await sharing.look();
      relevel();
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
