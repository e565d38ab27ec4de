/**
 * Counts of operations by the second they started in, and by merchant in steps of ten seconds.
 *
 * This is what the judge remembers instead of operations: its size is set by the length of the
 * day and the size of the cast, never by the traffic, so a flood costs no memory.
 */

import type { Stretch } from './hours.ts';
import type { Operation, OperationKind } from './observation.ts';
import { operationKinds } from './observation.ts';

export type Who = 'innocent' | 'abusive';

export const counters = [
  'sent',
  /** Definite, correct and in time; an issuer's decline included. */
  'good',
  /** Accepted as deferred. Whether it succeeded is known only later: `deferredGood`. */
  'deferred',
  'deferredGood',
  'unknown',
  'refused',
  'failed',
  'late',
  /** Refused by our limiter or because the merchant is paused: never meant for an acquirer. */
  'shed',
  /** Got as far as an acquirer, or nobody can say that it did not. */
  'upstream',
] as const;
export type Counter = (typeof counters)[number];
export type Tally = Record<Counter, number>;

export interface Filter {
  readonly who?: Who;
  readonly kinds?: readonly OperationKind[];
  /** The acquirer that answered; null for operations no acquirer answered. */
  readonly acquirer?: string | null;
}

export interface MemberTally {
  readonly member: string;
  readonly sent: number;
  /** Good ones, and deferred ones that came good. */
  readonly succeeded: number;
}

/** Steps of the merchants' bins: windows about single merchants must fall on them. */
export const memberStepMs = 10_000;

/** More acquirers than this share one lane, so that a stray header cannot make us grow. */
const acquirersMax = 8;
const otherAcquirer = '(other)';

// 65,535 operations a second in one lane is beyond what one process can play.
interface Lane {
  readonly who: Who;
  readonly kind: OperationKind;
  readonly acquirer: string | null;
  readonly counts: Readonly<Record<Counter, Uint16Array>>;
}

interface MemberLane {
  readonly sent: Uint16Array;
  readonly good: Uint16Array;
  /** Deferred ones that have not come good (yet). */
  readonly deferred: Uint16Array;
}

interface Member {
  readonly who: Who;
  readonly lanes: Record<OperationKind, MemberLane | null>;
}

/** Refusals that keep an operation from ever being meant for an acquirer. */
const shedders: readonly (string | null)[] = ['gateway-limiter', 'gateway-paused'];
/** Answers that our own gateway gave without asking anybody. */
const ownAnswers: readonly (string | null)[] = ['gateway', 'gateway-limiter', 'gateway-breaker', 'gateway-paused'];

/** True when our limiter or the pause of the merchant ended it. */
export const wasShed = (operation: Operation): boolean =>
  operation.end === 'refused' && shedders.includes(operation.decidedBy);

/** Silence counts as upstream: nobody can prove that it was held back. */
const wentUpstream = (operation: Operation): boolean =>
  operation.acquirer !== null || !ownAnswers.includes(operation.decidedBy);

const isGood = (operation: Operation): boolean => operation.end === 'succeeded' || operation.end === 'declined';

/** Neither good nor deferred: its merchant has a problem now. */
export const isHurt = (operation: Operation): boolean => !isGood(operation) && operation.end !== 'deferred';

export const emptyTally = (): Tally => ({
  sent: 0,
  good: 0,
  deferred: 0,
  deferredGood: 0,
  unknown: 0,
  refused: 0,
  failed: 0,
  late: 0,
  shed: 0,
  upstream: 0,
});

/** Good ones, and deferred ones that came good. */
export const succeeded = (tally: Tally): number => tally.good + tally.deferredGood;

/** Null without traffic: a share of nothing is nothing. */
export const successRate = (tally: Tally): number | null => (tally.sent === 0 ? null : succeeded(tally) / tally.sent);

export type Bins = ReturnType<typeof createBins>;

/** Bins for a day of `dayMs`. Operations that start outside it are counted in `outsideDay` and nowhere else. */
export const createBins = (dayMs: number) => {
  const seconds = Math.ceil(dayMs / 1000);
  const steps = Math.ceil(dayMs / memberStepMs);
  const lanes = new Map<string, Lane>();
  const members = new Map<string, Member>();
  const acquirers = new Set<string>();
  const firstHurtMs = new Float64Array(seconds).fill(Number.POSITIVE_INFINITY);
  let outsideDay = 0;

  const known = (acquirer: string | null): string | null => {
    if (acquirer === null || acquirers.has(acquirer)) return acquirer;
    if (acquirers.size >= acquirersMax) return otherAcquirer;
    acquirers.add(acquirer);
    return acquirer;
  };

  const laneOf = (who: Who, kind: OperationKind, acquirer: string | null): Lane => {
    const key = `${who}|${kind}|${acquirer ?? ''}`;
    let lane = lanes.get(key);
    if (lane === undefined) {
      const counts = Object.fromEntries(counters.map((counter) => [counter, new Uint16Array(seconds)]));
      lane = { who, kind, acquirer, counts: counts as Record<Counter, Uint16Array> };
      lanes.set(key, lane);
    }
    return lane;
  };

  const memberLane = (name: string, who: Who, kind: OperationKind): MemberLane => {
    let member = members.get(name);
    if (member === undefined) {
      member = { who, lanes: { create: null, capture: null, refund: null, registration: null } };
      members.set(name, member);
    }
    let lane = member.lanes[kind];
    if (lane === null) {
      lane = { sent: new Uint16Array(steps), good: new Uint16Array(steps), deferred: new Uint16Array(steps) };
      member.lanes[kind] = lane;
    }
    return lane;
  };

  const bump = (bins: Uint16Array, index: number): void => {
    bins[index] = (bins[index] ?? 0) + 1;
  };

  const matching = (filter: Filter): Lane[] =>
    [...lanes.values()].filter(
      (lane) =>
        (filter.who === undefined || lane.who === filter.who) &&
        (filter.kinds === undefined || filter.kinds.includes(lane.kind)) &&
        (filter.acquirer === undefined || lane.acquirer === filter.acquirer),
    );

  return {
    seconds,

    add(operation: Operation): void {
      if (operation.startedMs < 0 || operation.startedMs >= dayMs) {
        outsideDay += 1;
        return;
      }
      const second = Math.floor(operation.startedMs / 1000);
      const who: Who = operation.innocent ? 'innocent' : 'abusive';
      const { counts } = laneOf(who, operation.kind, known(operation.acquirer));
      bump(counts.sent, second);
      const good = isGood(operation);
      bump(counts[good ? 'good' : (operation.end as Counter)], second);
      if (wasShed(operation)) bump(counts.shed, second);
      if (wentUpstream(operation)) bump(counts.upstream, second);
      if (operation.innocent && isHurt(operation))
        firstHurtMs[second] = Math.min(firstHurtMs[second] ?? Number.POSITIVE_INFINITY, operation.startedMs);

      const lane = memberLane(operation.member, who, operation.kind);
      const step = Math.floor(operation.startedMs / memberStepMs);
      bump(lane.sent, step);
      if (good) bump(lane.good, step);
      if (operation.end === 'deferred') bump(lane.deferred, step);
    },

    /** A deferred operation came good after all. */
    deferredCameGood(deferred: {
      readonly member: string;
      readonly innocent: boolean;
      readonly kind: OperationKind;
      readonly acquirer: string | null;
      readonly startedMs: number;
    }): void {
      if (deferred.startedMs < 0 || deferred.startedMs >= dayMs) return;
      const who: Who = deferred.innocent ? 'innocent' : 'abusive';
      bump(
        laneOf(who, deferred.kind, known(deferred.acquirer)).counts.deferredGood,
        Math.floor(deferred.startedMs / 1000),
      );
      const lane = memberLane(deferred.member, who, deferred.kind);
      const step = Math.floor(deferred.startedMs / memberStepMs);
      bump(lane.good, step);
      lane.deferred[step] = Math.max(0, (lane.deferred[step] ?? 0) - 1);
    },

    /** Counts over stretches of whole seconds, by time of start. */
    tally(stretches: readonly Stretch[], filter: Filter = {}): Tally {
      const total = emptyTally();
      for (const lane of matching(filter))
        for (const stretch of stretches) {
          const to = Math.min(seconds, Math.ceil(stretch.toMs / 1000));
          for (let second = Math.max(0, Math.floor(stretch.fromMs / 1000)); second < to; second += 1)
            for (const counter of counters) total[counter] += lane.counts[counter][second] ?? 0;
        }
      return total;
    },

    /** One counter over the whole day, second by second. */
    perSecond(counter: Counter, filter: Filter = {}): Uint32Array {
      const sums = new Uint32Array(seconds);
      for (const lane of matching(filter)) {
        const counts = lane.counts[counter];
        for (let second = 0; second < seconds; second += 1) sums[second] = (sums[second] ?? 0) + (counts[second] ?? 0);
      }
      return sums;
    },

    /** Each merchant's own figures over stretches on the ten-second grid, in order of name. */
    members(stretches: readonly Stretch[], who: Who, kinds: readonly OperationKind[] = operationKinds): MemberTally[] {
      const tallies: MemberTally[] = [];
      for (const [name, member] of members) {
        if (member.who !== who) continue;
        let sent = 0;
        let good = 0;
        for (const kind of kinds)
          for (const stretch of stretches) {
            const to = Math.min(steps, Math.ceil(stretch.toMs / memberStepMs));
            for (let step = Math.floor(stretch.fromMs / memberStepMs); step < to; step += 1) {
              sent += member.lanes[kind]?.sent[step] ?? 0;
              good += member.lanes[kind]?.good[step] ?? 0;
            }
          }
        tallies.push({ member: name, sent, succeeded: good });
      }
      return tallies.sort((a, b) => (a.member < b.member ? -1 : 1));
    },

    /** Ordinary merchants with an operation hurt in the stretch (ten-second steps), in order of name. */
    hurtMembers(stretch: Stretch): string[] {
      const names: string[] = [];
      const to = Math.min(steps, Math.ceil(stretch.toMs / memberStepMs));
      for (const [name, member] of members) {
        if (member.who !== 'innocent') continue;
        let hurt = 0;
        for (const kind of operationKinds)
          for (let step = Math.floor(stretch.fromMs / memberStepMs); step < to; step += 1) {
            const lane = member.lanes[kind];
            if (lane !== null) hurt += (lane.sent[step] ?? 0) - (lane.good[step] ?? 0) - (lane.deferred[step] ?? 0);
          }
        if (hurt > 0) names.push(name);
      }
      return names.sort();
    },

    /** Start of the first step of ten seconds in the stretch in which this ordinary merchant was hurt; null when none. */
    memberHurtFromMs(name: string, stretch: Stretch): number | null {
      const member = members.get(name);
      if (member === undefined || member.who !== 'innocent') return null;
      const to = Math.min(steps, Math.ceil(stretch.toMs / memberStepMs));
      for (let step = Math.floor(stretch.fromMs / memberStepMs); step < to; step += 1)
        for (const kind of operationKinds) {
          const lane = member.lanes[kind];
          if (lane === null) continue;
          if ((lane.sent[step] ?? 0) > (lane.good[step] ?? 0) + (lane.deferred[step] ?? 0)) return step * memberStepMs;
        }
      return null;
    },

    /**
     * Start of the first ordinary operation hurt at or after `fromMs`; null when none was. Exact for a
     * `fromMs` on a whole second; otherwise hurt later in a second that began with hurt before it is missed.
     */
    firstHurtMs(fromMs: number): number | null {
      for (let second = Math.max(0, Math.floor(fromMs / 1000)); second < seconds; second += 1) {
        const atMs = firstHurtMs[second] ?? Number.POSITIVE_INFINITY;
        if (atMs >= fromMs && atMs !== Number.POSITIVE_INFINITY) return atMs;
      }
      return null;
    },

    acquirers: (): string[] => [...acquirers].sort(),
    outsideDay: (): number => outsideDay,
    /** Numbers held, so that a test can see that traffic does not add to them. */
    cells(): number {
      let cells = firstHurtMs.length;
      for (const lane of lanes.values()) cells += counters.length * lane.counts.sent.length;
      for (const member of members.values())
        for (const kind of operationKinds) cells += 3 * (member.lanes[kind]?.sent.length ?? 0);
      return cells;
    },
  };
};
