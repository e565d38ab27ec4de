/**
 * The rules that are set, and the way of a request through them.
 *
 * Without a rule a request passes `app.ts` as if this room were not there. With one, it is read here
 * first and then handed to the acquirer as it came, or not, or twice.
 */
import type { Clock, Random } from '../ports.ts';
import type { StatePart } from '../state.ts';
import { requestOf, type SocketEnvironment } from './asked.ts';
import { travel } from './journey.ts';
import type { Laid, Reach } from './kind.ts';
import { LiveRule, type RuleState } from './live-rule.ts';
import type { FaultRule } from './rule.ts';
import { type Acquaintance, type Asked, type Look, subjectOf } from './subject.ts';

export type Serve = (request: Request, ...rest: readonly unknown[]) => Response | Promise<Response>;

/** A rule as the control API shows it. */
export interface RuleView extends FaultRule {
  readonly id: string;
  readonly state: RuleState;
  readonly setAtMs: number;
  /** Wall milliseconds; null = it has no end. */
  readonly endsAtMs: number | null;
  readonly matched: number;
  readonly intended: number;
  readonly injected: number;
}

interface SavedRule {
  readonly id: string;
  readonly rule: FaultRule;
  readonly ageMs: number;
  readonly hasEnded: boolean;
  readonly counts: { readonly matched: number; readonly intended: number; readonly injected: number };
  readonly ordinals: readonly (readonly [string, number])[];
  readonly laid: Laid | null;
  /** What it remembers, as far as that is numbers. */
  readonly memory: readonly (readonly [string, number])[];
}
export interface SavedFaults {
  readonly rules: readonly SavedRule[];
  readonly named: number;
}

export interface Faults {
  /** Whether nothing is set that could act. */
  readonly isIdle: boolean;
  /** Takes a request through the rules that are drawn for it. */
  serve(serve: Serve, asked: Asked, rest: readonly unknown[]): Promise<Response>;
  /** Sets a rule from now on. `taken`: its id is in use; nothing changed. */
  set(rule: FaultRule): RuleView | 'taken';
  list(): readonly RuleView[];
  get(id: string): RuleView | undefined;
  /** Ends a rule and forgets it; what it counted is answered once more. */
  remove(id: string): RuleView | undefined;
  clear(): readonly RuleView[];
  /** Over all rules since start, forgotten ones too. */
  totals(): { readonly intended: number; readonly injected: number };
  /** Lets a dialect say what its handles stand for. */
  acquaint(look: Look, forgetOrder?: (tenant: string, orderId: string) => void): void;
  /** Waits for no rule's end any more. */
  stop(): void;
  readonly state: StatePart<SavedFaults>;
}

interface Dependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly capacity: () => Reach['capacity'];
  readonly layCapacity: (id: string, over: Laid) => void;
  readonly liftCapacity: (id: string) => void;
  readonly queued: () => number;
  /** From the wire's name of a merchant or shop to ours. */
  readonly tenantOf: (wireId: string) => string | undefined;
  readonly credentialsOf: Reach['credentialsOf'];
}

/** Rules that ended by themselves are kept for their counts; the oldest of more are forgotten. */
const ENDED_KEPT = 1_000;

export const createFaults = (deps: Dependencies): Faults => {
  const { clock } = deps;
  const random = deps.random.fork('faults');
  const rules = new Map<string, LiveRule>();
  const forgotten = { intended: 0, injected: 0 };
  let acting: readonly LiveRule[] = [];
  let named = 0;
  let look: (fields: ReadonlyMap<string, string>) => Acquaintance | undefined = () => undefined;
  const reach: Reach & { forgetOrder: Reach['forgetOrder'] } = {
    get capacity() {
      return deps.capacity();
    },
    forgetOrder: () => {},
    credentialsOf: deps.credentialsOf,
  };

  const layerOf = (live: LiveRule): string => `fault/${live.id}`;

  const lay = (live: LiveRule, over: Laid): void => {
    // A request that outlives its rule takes nothing any more.
    if (live.hasEnded) return;
    live.laid = over;
    deps.layCapacity(layerOf(live), over);
  };

  const end = (live: LiveRule): void => {
    if (live.hasEnded) return;
    live.hasEnded = true;
    live.timer?.cancel();
    live.timer = null;
    acting = acting.filter((one) => one !== live);
    if (live.laid !== null) deps.liftCapacity(layerOf(live));
    live.laid = null;
    live.memory.clear();
    live.ordinals.clear();
  };

  const viewOf = (live: LiveRule): RuleView => {
    const nowMs = clock.monotonicMs();
    const setAtMs = Math.round(clock.wallMs() - (nowMs - live.setAtMs));
    const { lastsMs } = live;
    return {
      ...live.rule,
      id: live.id,
      state: live.stateAt(nowMs),
      setAtMs,
      endsAtMs: lastsMs === null ? null : setAtMs + lastsMs,
      ...live.counts,
    };
  };

  const forget = (live: LiveRule): RuleView => {
    end(live);
    rules.delete(live.id);
    forgotten.intended += live.counts.intended;
    forgotten.injected += live.counts.injected;
    return viewOf(live);
  };

  const begin = (live: LiveRule): void => {
    rules.set(live.id, live);
    const { lastsMs } = live;
    const leftMs = lastsMs === null ? null : lastsMs - (clock.monotonicMs() - live.setAtMs);
    if (leftMs !== null && leftMs <= 0) {
      end(live);
      return;
    }
    acting = [...acting, live];
    // One that took something has to give it back in time; the others would end by being late.
    if (leftMs !== null) live.timer = clock.after(leftMs, () => end(live));
    let surplus = [...rules.values()].filter(({ hasEnded }) => hasEnded).length - ENDED_KEPT;
    for (const one of rules.values()) if (surplus > 0 && one.hasEnded) surplus -= forget(one) ? 1 : 0;
  };

  const set = (id: string, rule: FaultRule, ageMs: number): LiveRule =>
    new LiveRule(id, rule, clock.monotonicMs() - ageMs, random);

  return {
    get isIdle() {
      return acting.length === 0;
    },
    async serve(serve, asked, rest) {
      const subject = subjectOf(asked, deps.tenantOf, look);
      const nowMs = clock.monotonicMs();
      const moment = { atMs: clock.wallMs(), queued: deps.queued() };
      const drawn = acting.flatMap((rule) => {
        const found = rule.meets(subject, asked.fields, nowMs, moment);
        return found === null ? [] : [{ rule, drawn: found }];
      });
      if (drawn.length === 0) return serve(requestOf(asked), ...rest);
      const written = (rest[0] as SocketEnvironment | undefined)?.incoming?.socket?.bytesWritten;
      const connection = written === 0 ? 'new' : 'kept';
      const carryOut = async (one: Asked) => serve(requestOf(one), ...rest);
      return travel({ subject, asked, clock, reach, connection, lay, carryOut }, drawn);
    },
    set(rule) {
      if (rule.id !== undefined && rules.get(rule.id)?.hasEnded === false) return 'taken';
      let { id } = rule;
      while (id === undefined || (rule.id === undefined && rules.has(id))) {
        named += 1;
        id = `fault-${named}`;
      }
      const before = rules.get(id);
      if (before !== undefined) forget(before);
      const live = set(id, rule, 0);
      begin(live);
      return viewOf(live);
    },
    list: () => [...rules.values()].map(viewOf),
    get(id) {
      const live = rules.get(id);
      return live === undefined ? undefined : viewOf(live);
    },
    remove(id) {
      const live = rules.get(id);
      return live === undefined ? undefined : forget(live);
    },
    clear: () => [...rules.values()].map(forget),
    totals() {
      const totals = { ...forgotten };
      for (const { counts } of rules.values()) {
        totals.intended += counts.intended;
        totals.injected += counts.injected;
      }
      return totals;
    },
    acquaint(looks, forgetOrder) {
      look = looks;
      if (forgetOrder !== undefined) reach.forgetOrder = forgetOrder;
    },
    stop() {
      for (const { timer } of rules.values()) timer?.cancel();
    },
    state: {
      save: () => ({
        named,
        rules: [...rules.values()].map((live) => ({
          id: live.id,
          rule: live.rule,
          ageMs: clock.monotonicMs() - live.setAtMs,
          hasEnded: live.hasEnded,
          counts: { ...live.counts },
          ordinals: [...live.ordinals],
          laid: live.laid,
          memory: [...live.memory].filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
        })),
      }),
      load(saved) {
        for (const live of Array.from(rules.values())) end(live);
        rules.clear();
        named = saved.named;
        for (const { id, rule, ageMs, hasEnded, counts, ordinals, laid, memory } of saved.rules) {
          const live = set(id, rule, ageMs);
          Object.assign(live.counts, counts);
          for (const [key, count] of ordinals) live.ordinals.set(key, count);
          for (const [key, value] of memory) live.memory.set(key, value);
          live.hasEnded = hasEnded;
          if (hasEnded) {
            rules.set(id, live);
            continue;
          }
          begin(live);
          if (laid !== null) lay(live, laid);
        }
      },
      reset(tenant) {
        for (const live of Array.from(rules.values())) {
          const { tenants } = live.rule.select;
          const isTheirs = tenants?.length === 1 && tenants[0] === tenant;
          if (tenant === null || isTheirs) forget(live);
        }
      },
    },
  };
};
