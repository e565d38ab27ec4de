/**
 * Who may call one acquirer now: limits per operation, fair shares of what is scarce, a reserve for
 * money that is already under way.
 *
 * While slots are free a call begins at once, in the same turn. When they are not, new payments wait
 * in a fair queue over merchants (`fair-queue.ts`); captures, refunds and reversals wait in front of
 * all of them, and nothing new begins while one of those waits. Inquiries have a pool of their own,
 * because they are how unknown payments become known.
 */
import type { Policy } from '../../policy/schema.ts';
import type { Clock, Timer } from '../../ports.ts';
import { createFairQueue, type Waiting } from './fair-queue.ts';
import { afterSample, initialLimit, type LimitState } from './gradient.ts';

export type AdmittedOperation = 'check' | 'authorise' | 'capture' | 'refund' | 'void' | 'inquiry';

export interface Ask {
  readonly operation: AdmittedOperation;
  /** As the breaker knows it. */
  readonly brand: string;
  readonly merchantId: string;
  readonly testMode?: boolean;
  /** Calls it will make, when not one. */
  readonly cost?: number;
  /** Monotonic; undefined: nobody waits for it. */
  readonly untilMs?: number | undefined;
}

/** A place among the calls in flight. */
export interface Slot {
  readonly acquirer: string;
  /** Calls of its operation in flight when it began, itself included. */
  readonly inFlight: number;
  /** New payments and cards in flight when it began. */
  readonly together: number;
  /** Gives the place back. Only the first time counts. */
  release(): void;
}

export interface Admission {
  /** A slot at once, or null. Never jumps a queue. */
  tryEnter(ask: Ask): Slot | null;
  /** A slot, waiting for one if need be; null when it was shed. Synchronous while nothing is scarce. */
  enter(ask: Ask): Slot | null | Promise<Slot | null>;
  /** Tells what a call cost: from its begin to its answer, or to its running out of time. */
  sample(
    operation: AdmittedOperation,
    slot: Pick<Slot, 'inFlight' | 'together'>,
    took: { tookMs: number; lost: boolean },
  ): void;
  /** What is true now, for operators and tests. */
  reading(): AdmissionReading;
  close(): void;
}

export interface AdmissionReading {
  readonly inFlight: number;
  readonly waiting: number;
  readonly limits: Readonly<Partial<Record<AdmittedOperation, number>>>;
  readonly inFlightBy: Readonly<Partial<Record<AdmittedOperation, number>>>;
  /** Refused or given up since the start. */
  readonly shed: number;
}

/** The shed order of resilience-patterns section 2, first to last. From `critical` on it is never behind a new payment. */
export const rankOf = ({ operation, testMode }: Pick<Ask, 'operation' | 'testMode'>): number => {
  const ranks: Readonly<Record<AdmittedOperation, number>> = {
    check: 1,
    authorise: 2,
    capture: 4,
    refund: 5,
    void: 6,
    inquiry: 6,
  };
  return testMode === true && ranks[operation] < critical ? 0 : ranks[operation];
};
const critical = 4;

interface Waiter extends Waiting {
  readonly ask: Ask;
  readonly answer: (slot: Slot | null) => void;
}

interface Lane {
  state: LimitState;
  inFlight: number;
  readonly byBrand: Map<string, number>;
}

const bump = (counts: Map<string, number>, key: string, by: 1 | -1): void => {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
};

export const createAdmission = (deps: {
  readonly clock: Pick<Clock, 'monotonicMs' | 'after'>;
  readonly policy: Pick<Policy['upstream'], 'concurrency' | 'fairShare'>;
  readonly acquirer: string;
  /** 1 for everybody unless told. */
  readonly weightOf?: (merchantId: string) => number;
}): Admission => {
  const { clock, acquirer, weightOf = () => 1 } = deps;
  const { concurrency, fairShare } = deps.policy;
  const lanes = new Map<AdmittedOperation, Lane>();
  const byMerchant = new Map<string, number>();
  const ordinary = createFairQueue<Waiter>({ perMerchant: fairShare.queuePerMerchant });
  /** In order of arrival within one rank. */
  const urgent: Waiter[] = [];
  /** All but inquiries, which have their own pool. */
  let busy = 0;
  /**
   * New payments and cards together. Each operation finds its own limit, but all of them wait in one queue at the
   * acquirer: the sum of two limits would be twice of what it bears.
   */
  const fresh = { state: initialLimit(concurrency), inFlight: 0 };
  let shed = 0;
  let timer: Timer | null = null;
  let timerDueMs = Infinity;
  let closed = false;

  const { slotsMax } = concurrency;
  const reserve = Math.ceil(slotsMax * fairShare.criticalReserve);

  const laneOf = (operation: AdmittedOperation): Lane => {
    let lane = lanes.get(operation);
    if (lane === undefined) {
      lane = { state: initialLimit(concurrency), inFlight: 0, byBrand: new Map() };
      lanes.set(operation, lane);
    }
    return lane;
  };

  const limitOf = (operation: AdmittedOperation, { state }: Lane): number => {
    if (operation === 'inquiry') return concurrency.inquiriesMax;
    const limit = Math.floor(state.limit);
    // What finishes payments is never held below its reserve by what it learnt from their latency.
    return rankOf({ operation }) >= critical ? Math.max(limit, reserve) : limit;
  };

  /** Is there a place for it, whoever else waits? */
  const fits = (ask: Ask): boolean => {
    const { operation, brand } = ask;
    const lane = laneOf(operation);
    const limit = limitOf(operation, lane);
    if (lane.inFlight >= limit) return false;
    if (operation === 'inquiry') return true;
    if (rankOf(ask) >= critical) return busy < slotsMax;
    // Slots that hang with one brand must not be all there are.
    const brandMax = Math.max(1, Math.floor(Math.min(limit, slotsMax - reserve) * concurrency.brandShare));
    if (fresh.inFlight >= Math.floor(fresh.state.limit)) return false;
    return busy < slotsMax - reserve && (lane.byBrand.get(brand) ?? 0) < brandMax;
  };

  const begin = (ask: Ask): Slot => {
    const { operation, brand, merchantId } = ask;
    const lane = laneOf(operation);
    const counted = operation !== 'inquiry';
    const isFresh = counted && rankOf(ask) < critical;
    lane.inFlight += 1;
    if (isFresh) fresh.inFlight += 1;
    if (counted) {
      busy += 1;
      bump(lane.byBrand, brand, 1);
      bump(byMerchant, merchantId, 1);
    }
    let held = true;
    return {
      acquirer,
      inFlight: lane.inFlight,
      together: fresh.inFlight,
      release() {
        if (!held) return;
        held = false;
        lane.inFlight -= 1;
        if (isFresh) fresh.inFlight -= 1;
        if (counted) {
          busy -= 1;
          bump(lane.byBrand, brand, -1);
          bump(byMerchant, merchantId, -1);
        }
        if (urgent.length > 0 || ordinary.size > 0) dispatch();
      },
    };
  };

  const isOverShare = (merchant: string): boolean =>
    (byMerchant.get(merchant) ?? 0) >= Math.max(fairShare.merchantSlotsMin, Math.floor(busy * fairShare.merchantShare));

  const dispatch = (): void => {
    if (closed) return;
    const nowMs = clock.monotonicMs();
    expire(nowMs);
    for (let at = 0; at < urgent.length; ) {
      const waiter = urgent[at]!;
      if (fits(waiter.ask)) {
        urgent.splice(at, 1);
        waiter.answer(begin(waiter.ask));
      } else at += 1;
    }
    // While money under way waits, nothing new begins.
    while (urgent.length === 0 && ordinary.size > 0) {
      const next =
        ordinary.pop(nowMs, ({ ask }) => fits(ask) && !isOverShare(ask.merchantId)) ??
        // Only those over their share could use the slot: better they than nobody.
        ordinary.pop(nowMs, ({ ask }) => fits(ask));
      if (next === null) break;
      next.answer(begin(next.ask));
    }
    arm(nowMs);
  };

  const turnAway = (waiter: Waiter): void => {
    shed += 1;
    waiter.answer(null);
  };

  const expire = (nowMs: number): void => {
    for (const waiter of ordinary.expire(nowMs)) turnAway(waiter);
    for (let at = urgent.length - 1; at >= 0; at -= 1)
      if (urgent[at]!.untilMs <= nowMs) turnAway(urgent.splice(at, 1)[0]!);
  };

  /** One timer for whoever gives up first. */
  const arm = (nowMs: number): void => {
    let dueMs = ordinary.nextExpiryMs() ?? Infinity;
    for (const { untilMs } of urgent) dueMs = Math.min(dueMs, untilMs);
    if (dueMs === timerDueMs) return;
    timer?.cancel();
    timer = null;
    timerDueMs = dueMs;
    if (dueMs === Infinity) return;
    // At least a microsecond, the clocks' step: a share of a deadline ends between two steps, and a timer that
    // fires a hair before its time would be set again for no time at all, for ever.
    timer = clock.after(Math.max(0.001, dueMs - nowMs), () => {
      timer = null;
      timerDueMs = Infinity;
      dispatch();
    });
  };

  const wait = (ask: Ask): Promise<Slot | null> | null => {
    const nowMs = clock.monotonicMs();
    const rank = rankOf(ask);
    const leftMs = ask.untilMs === undefined ? Infinity : Math.max(0, ask.untilMs - nowMs);
    const isUrgent = rank >= critical;
    const shareMs = leftMs * fairShare.waitShareOfDeadline;
    const waitMs = isUrgent ? Math.min(shareMs, urgentWaitMs) : Math.min(fairShare.waitMs, shareMs);
    if (waitMs <= 0) {
      shed += 1;
      return null;
    }
    const { promise, resolve } = Promise.withResolvers<Slot | null>();
    const waiter: Waiter = {
      merchant: ask.merchantId,
      weight: weightOf(ask.merchantId),
      cost: ask.cost ?? 1,
      rank,
      sinceMs: nowMs,
      untilMs: nowMs + waitMs,
      ask,
      answer: resolve,
    };
    if (isUrgent) {
      const behind = urgent.findIndex((other) => other.rank < rank);
      urgent.splice(behind < 0 ? urgent.length : behind, 0, waiter);
    } else {
      const max = Math.ceil(laneOf(ask.operation).state.limit * fairShare.queuePerLimit);
      const left = ordinary.push(waiter, max);
      if (left !== null) turnAway(left);
    }
    // Others may wait for a slot of an operation that this one does not need.
    dispatch();
    return promise;
  };

  const mayBegin = (ask: Ask): boolean => {
    if (rankOf(ask) >= critical) return fits(ask);
    return urgent.length === 0 && ordinary.size === 0 && fits(ask);
  };

  return {
    tryEnter(ask) {
      if (!concurrency.enabled) return free(acquirer);
      return mayBegin(ask) ? begin(ask) : null;
    },
    enter(ask) {
      if (!concurrency.enabled) return free(acquirer);
      if (mayBegin(ask)) return begin(ask);
      if (fairShare.enabled) return wait(ask);
      shed += 1;
      return null;
    },
    sample(operation, { inFlight, together }, took) {
      if (!concurrency.enabled || operation === 'inquiry') return;
      const lane = laneOf(operation);
      const before = Math.floor(lane.state.limit) + Math.floor(fresh.state.limit);
      lane.state = afterSample(lane.state, { ...took, inFlight }, concurrency);
      if (rankOf({ operation }) < critical)
        fresh.state = afterSample(fresh.state, { ...took, inFlight: together }, concurrency);
      if (
        Math.floor(lane.state.limit) + Math.floor(fresh.state.limit) > before &&
        (urgent.length > 0 || ordinary.size > 0)
      )
        dispatch();
    },
    reading: () => ({
      inFlight: busy,
      waiting: urgent.length + ordinary.size,
      limits: Object.fromEntries([...lanes].map(([operation, lane]) => [operation, limitOf(operation, lane)])),
      inFlightBy: Object.fromEntries([...lanes].map(([operation, lane]) => [operation, lane.inFlight])),
      shed,
    }),
    close() {
      closed = true;
      timer?.cancel();
      for (const waiter of urgent.splice(0)) waiter.answer(null);
      for (const waiter of ordinary.expire(Infinity)) waiter.answer(null);
    },
  };
};

/** Captures, refunds and reversals wait this long at most: longer than any queue of ours, shorter than callers. */
const urgentWaitMs = 5_000;

const freeSlots = new Map<string, Slot>();

/** Where nothing is limited everybody shares one slot, and nothing is counted. */
const free = (acquirer: string): Slot => {
  let slot = freeSlots.get(acquirer);
  if (slot === undefined) {
    slot = { acquirer, inFlight: 0, together: 0, release() {} };
    freeSlots.set(acquirer, slot);
  }
  return slot;
};
