/**
 * A rule that is set: when it acts, whom it is drawn for, what it counted.
 *
 * Its draws come from a stream of its own, named by its id, and within it from one named by what
 * the request is. So a rule changes nobody else's draws, neither the acquirer's nor another rule's,
 * and the same request meets the same fate whatever came before it.
 */
import type { Random, Timer } from '../ports.ts';
import type { FaultKind, Laid } from './kind.ts';
import { type FaultRule, kindNamed, type Together } from './rule.ts';
import { isOn, levelAt, type Moment, matcherOf } from './selector.ts';
import type { Subject } from './subject.ts';

/** Requests of which a rule remembers how often they came; the oldest is forgotten first. */
const REMEMBERED = 100_000;

export interface Counts {
  /** Requests that the selector is about, while the rule acted. */
  matched: number;
  /** Those it was drawn for. */
  intended: number;
  /** Those to whom it really happened, on the wire or in the ledger. */
  injected: number;
}

export type RuleState = 'waiting' | 'on' | 'off' | 'ended';

/** What a rule does to one request. */
export interface Drawn {
  readonly draws: Random;
  readonly sinceMs: number;
}

/** What a request is, for its draws. Listings are asked for again and again: each window is another. */
const keyOf = (subject: Subject, fields: ReadonlyMap<string, string>): string =>
  JSON.stringify([
    subject.tenant,
    subject.api,
    subject.operation,
    subject.card,
    subject.amountYen,
    subject.reference,
    ...(subject.form === 'lines' ? [fields.get('From'), fields.get('Page')] : []),
  ]);

const groupOf = ({ by }: Together, subject: Subject): string => {
  if (by === 'all' || by === 'request') return '';
  return subject[by] ?? '';
};

export class LiveRule {
  readonly id: string;
  readonly rule: FaultRule;
  readonly kind: FaultKind;
  /** Monotonic milliseconds. */
  readonly setAtMs: number;
  readonly counts: Counts = { matched: 0, intended: 0, injected: 0 };
  readonly memory = new Map<string, unknown>();
  /** How often each request came. */
  readonly ordinals = new Map<string, number>();
  /** What it laid over the capacity. */
  laid: Laid | null = null;
  /** Ends it in time. */
  timer: Timer | null = null;
  hasEnded = false;
  readonly #stream: Random;
  readonly #matches: ReturnType<typeof matcherOf>;

  constructor(id: string, rule: FaultRule, setAtMs: number, random: Random) {
    this.id = id;
    this.rule = rule;
    this.kind = kindNamed(rule.kind);
    this.setAtMs = setAtMs;
    this.#stream = random.fork(`rule/${id}`);
    this.#matches = matcherOf(rule.select, this.kind.only);
  }

  /** Milliseconds from its setting to its end; null = it has none. */
  get lastsMs(): number | null {
    const { when, ttlMs } = this.rule;
    const windowMs = when.forMs === undefined ? Infinity : when.afterMs + when.forMs;
    const lastsMs = Math.min(windowMs, ttlMs ?? Infinity);
    return lastsMs === Infinity ? null : lastsMs;
  }

  stateAt(nowMs: number): RuleState {
    const sinceMs = nowMs - this.setAtMs;
    if (this.hasEnded || (this.lastsMs !== null && sinceMs >= this.lastsMs)) return 'ended';
    if (sinceMs < this.rule.when.afterMs) return 'waiting';
    return isOn(this.rule.when, sinceMs) ? 'on' : 'off';
  }

  /** Whether this request meets the rule; counts it. */
  meets(subject: Subject, fields: ReadonlyMap<string, string>, nowMs: number, moment: Moment): Drawn | null {
    const { when, share, intensity, together } = this.rule;
    if (this.stateAt(nowMs) !== 'on') return null;
    if (this.kind.dialect !== undefined && this.kind.dialect !== subject.dialect) return null;
    if (!this.#matches(subject, moment)) return null;
    this.counts.matched += 1;

    const key = keyOf(subject, fields);
    const nth = this.ordinals.get(key) ?? 0;
    this.ordinals.set(key, nth + 1);
    if (this.ordinals.size > REMEMBERED) this.ordinals.delete(this.ordinals.keys().next().value as string);
    const draws = this.#stream.fork(nth === 0 ? key : `${key}#${nth}`);
    const own = draws.float();

    const sinceMs = nowMs - this.setAtMs - when.afterMs;
    const burst = together.burstMs === undefined ? '' : `/${Math.floor(sinceMs / together.burstMs)}`;
    const chance =
      together.by === 'request'
        ? own
        : this.#stream.fork(`together/${together.by}/${groupOf(together, subject)}${burst}`).float();
    if (chance >= share * levelAt(intensity, sinceMs)) return null;
    this.counts.intended += 1;
    return { draws, sinceMs };
  }
}
