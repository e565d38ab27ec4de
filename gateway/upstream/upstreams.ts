/**
 * The way to the acquirers: routing, admission, breaker, detector and adapters in one place, so that
 * the rooms above ask "may I" and "send this" and get a slot and an outcome.
 *
 * No unit of the store is open while a request is in flight (design.md section 6.3).
 */
import type { BreakerBoard, CallOutcome } from '../breaker/board.ts';
import type { Policy } from '../policy/schema.ts';
import type { Clock } from '../ports.ts';
import { type Admission, type AdmissionReading, createAdmission, type Slot } from './admission/admission.ts';
import { createSlowestUsual } from './admission/deadline.ts';
import { createRetryBudget } from './admission/retry-budget.ts';
import type { Acquirer, Outcome } from './outcome.ts';

export type Operation = 'check' | 'authorise' | 'capture' | 'refund' | 'void';

export interface Purpose {
  readonly operation: Operation;
  readonly brand: string;
  readonly merchantId: string;
  /** Settling, which no merchant waits for: it says nothing about what customers feel. */
  readonly background?: boolean;
  readonly testMode?: boolean;
  /** Monotonic: when the request must be answered; undefined: nobody waits. */
  readonly untilMs?: number | undefined;
}

/** Something that has no attempt yet, and may go wherever it is let in. */
export interface NewPurpose extends Purpose {
  /** Whose card it is: draws the lot of a ramp and of a division, so that one card stays where it is. */
  readonly stickyKey: string;
  /** Where it was certainly not carried out. */
  readonly except?: string;
}

export type Entry =
  | { readonly kind: 'slot'; readonly slot: Slot }
  /** Every acquirer's breaker refuses it, or may not be tried again. */
  | { readonly kind: 'no_acquirer' }
  /** There are acquirers, and none has room. `retryAfterMs`: when a call keeps what is agreed with it again, where that is what is short. */
  | { readonly kind: 'busy'; readonly acquirer: string; readonly retryAfterMs?: number }
  /** Its deadline is nearer than most answers: nothing was begun. */
  | { readonly kind: 'too_late'; readonly acquirer: string };

export interface Upstreams {
  /**
   * A slot at an acquirer for something that has no attempt yet, and one call of what is agreed with it.
   * At once while nothing is scarce. Whoever gets one sends by it, or releases it.
   */
  enter(purpose: NewPurpose): Entry | Promise<Entry>;
  /** One request through the breaker, by a slot or to an acquirer; its outcome also feeds breaker and detector. */
  send<T extends object>(
    to: string | Slot,
    purpose: Purpose,
    call: (acquirer: Acquirer) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>>;
  /** A question about what became of something: its own few slots, past any breaker. Null: it could not be asked. */
  inquire<T>(acquirerId: string, call: (acquirer: Acquirer) => Promise<T | null>): Promise<T | null>;
  /** A merchant did not get what it asked for because nothing could be sent: told here, since no request shows it. */
  hurt(acquirerId: string, purpose: Purpose): void;
  /** Is the acquirer away for this kind of call, so that follow-ups are deferred? */
  isAway(acquirerId: string, call: { readonly brand: string; readonly operation: Operation }): boolean;
  /** What can be done for it all the same, while its own brand is refused everywhere. */
  stillWorks(purpose: Pick<Purpose, 'operation'>): StillWorks;
  get(acquirerId: string): Acquirer;
  readonly ids: readonly string[];
  /** What is in flight, what waits and what the limits are. */
  reading(acquirerId: string): AdmissionReading;
  close(): void;
}

/** Told with a refusal. */
export interface StillWorks {
  /** Brands of which new payments are let through, at some acquirer. */
  readonly brands: readonly string[];
}

/** What customers of the gateway can tell apart (status-page/facts.ts). */
export const componentOf: Readonly<Record<Operation, 'create_charge' | 'capture' | 'refund' | 'card_registration'>> = {
  check: 'card_registration',
  authorise: 'create_charge',
  capture: 'capture',
  refund: 'refund',
  void: 'refund',
};

/** What the breaker makes of an outcome: declines are healthy, an answer that refuses is not silence. */
const callOutcome = (outcome: Outcome): CallOutcome => {
  if (outcome.kind === 'approved' || outcome.kind === 'declined') return 'ok';
  return outcome.answered === true ? 'refused' : 'failure';
};

export interface UpstreamsDeps {
  readonly acquirers: readonly Acquirer[];
  readonly clock: Clock;
  readonly board: BreakerBoard;
  readonly policy: Policy['upstream'];
  /** A call in flight longer than this is told as a failure before it ends. */
  readonly slowMs: number;
  /** Acquirers that it may go to, the preferred one first. */
  routes(purpose: NewPurpose): readonly string[];
  /** Of a merchant among others; 1 is ordinary. */
  weightOf?(merchantId: string): number;
  /** A technical outcome of an ordinary operation, for detection. Declines are `ok`. */
  outcome(seen: {
    component: (typeof componentOf)[Operation];
    acquirer: string;
    brand: string;
    merchantId: string;
    result: 'ok' | 'failure';
    latencyMs?: number;
  }): void;
  /** Hears of every exchange that was begun, and how it ended. */
  ended?(acquirer: string, operation: Operation, kind: Outcome['kind'], durationMs: number): void;
  /** Counts attempts per merchant, for what we tell the upstream. */
  counted(merchantId: string, acquirer: string): void;
  /** Milliseconds until so many calls more keep what is agreed with the acquirer; 0: now, and they are counted. */
  pace?(acquirer: string, kind: 'payment' | 'critical', calls: number): number | Promise<number>;
}

/** Captures, refunds and reversals wait this long for the outbound rate. */
const criticalPaceMs = 5_000;

const isPayment = ({ operation }: Purpose): boolean => operation === 'authorise' || operation === 'check';

/** At GMO-PG a payment or check is EntryTran and ExecTran (gmo-pg-protocol.md section 2). */
const callsOf = ({ dialect }: Acquirer, purpose: Purpose): number =>
  dialect === 'gmo-pg' && isPayment(purpose) ? 2 : 1;

/** Something new on its way to a slot. */
interface Arrival {
  readonly purpose: NewPurpose;
  /** Monotonic: as long as it may wait. */
  readonly untilMs: number;
  /** Where it wants to go. */
  readonly first: string;
  /** An acquirer for which its deadline is too near. */
  readonly late: string | null;
  /** A slot that it has, and how long its call would have to wait. */
  readonly held: { readonly slot: Slot; readonly paceMs: number } | null;
}

interface Way {
  readonly acquirer: Acquirer;
  readonly admission: Admission;
  readonly retries: ReturnType<typeof createRetryBudget>;
  readonly slowest: ReturnType<typeof createSlowestUsual>;
}

export const createUpstreams = (deps: UpstreamsDeps): Upstreams => {
  const { clock, board, policy, slowMs, routes, outcome, ended, counted } = deps;
  const ways = new Map<string, Way>(
    deps.acquirers.map((acquirer) => [
      acquirer.id,
      {
        acquirer,
        admission: createAdmission({
          clock,
          policy,
          acquirer: acquirer.id,
          ...(deps.weightOf === undefined ? {} : { weightOf: deps.weightOf }),
        }),
        retries: createRetryBudget(policy.retryBudget),
        slowest: createSlowestUsual(),
      },
    ]),
  );
  const wayTo = (id: string): Way => {
    const way = ways.get(id);
    if (way === undefined) throw new Error(`no acquirer ${id}`);
    return way;
  };

  const paceOf = (id: string, purpose: Purpose): number | Promise<number> =>
    deps.pace?.(id, isPayment(purpose) ? 'payment' : 'critical', callsOf(wayTo(id).acquirer, purpose)) ?? 0;

  const isOver = (untilMs: number | undefined): boolean => untilMs !== undefined && clock.monotonicMs() >= untilMs;

  /** Would the time left be over before most answers come? */
  const isTooLate = ({ operation, untilMs }: Purpose, { slowest }: Way): boolean => {
    if (operation !== 'authorise' || untilMs === undefined) return false;
    const usualMs = slowest.p99Ms;
    return isOver(untilMs) || (usualMs !== null && untilMs - clock.monotonicMs() < usualMs + policy.deadline.reserveMs);
  };

  const enter = (purpose: NewPurpose): Entry | Promise<Entry> => {
    const { except } = purpose;
    let usable = routes(purpose);
    if (except !== undefined) {
      usable = usable.filter((id) => wayTo(id).retries.retry(clock.monotonicMs()));
    }
    const first = usable[0];
    if (first === undefined) return { kind: 'no_acquirer' };
    // One bound for all waits of it, for a slot and for what is agreed.
    const untilMs = clock.monotonicMs() + waitMsOf(purpose);
    const arrival = { purpose, untilMs, first, late: null, held: null };
    return look(arrival, policy.fairShare.spill ? usable : [first], 0);
  };

  const waitMsOf = ({ untilMs }: NewPurpose): number => {
    const { waitMs, waitShareOfDeadline } = policy.fairShare;
    if (untilMs === undefined) return waitMs;
    return Math.min(waitMs, Math.max(0, untilMs - clock.monotonicMs()) * waitShareOfDeadline);
  };

  const admitted = ({ purpose, held }: Arrival, slot: Slot): Entry => {
    if (held !== null && held.slot !== slot) held.slot.release();
    if (purpose.except === undefined) wayTo(slot.acquirer).retries.first(clock.monotonicMs());
    return { kind: 'slot', slot };
  };

  /** The first of `candidates` that has a slot and may be sent a call now. A slot whose call would have to wait is kept in hand meanwhile. */
  const look = (arrival: Arrival, candidates: readonly string[], from: number): Entry | Promise<Entry> => {
    const { purpose, first } = arrival;
    let { late, held } = arrival;
    for (let at = from; at < candidates.length; at += 1) {
      const id = candidates[at]!;
      const way = wayTo(id);
      if (isTooLate(purpose, way)) {
        late ??= id;
        continue;
      }
      const slot = way.admission.tryEnter(purpose);
      if (slot === null) continue;
      const asked = paceOf(id, purpose);
      const keep = (paceMs: number): Arrival['held'] => {
        if (held === null) return { slot, paceMs };
        slot.release();
        return held;
      };
      if (typeof asked !== 'number')
        return asked.then((paceMs) => {
          if (paceMs === 0) return admitted({ ...arrival, late, held }, slot);
          return look({ ...arrival, late, held: keep(paceMs) }, candidates, at + 1);
        });
      if (asked === 0) return admitted({ ...arrival, late, held }, slot);
      held = keep(asked);
    }
    if (held !== null) return agreed(held.slot, purpose, arrival.untilMs, held.paceMs);
    if (late === first) return { kind: 'too_late', acquirer: first };
    const waited = wayTo(first).admission.enter(purpose);
    const entered = (slot: Slot | null): Entry | Promise<Entry> =>
      slot === null ? { kind: 'busy', acquirer: first } : agreed(slot, purpose, arrival.untilMs);
    return waited instanceof Promise ? waited.then(entered) : entered(waited);
  };

  /**
   * Waits until one more call keeps to what is agreed, its slot in hand so that the fair queue stays the order. What
   * would wait for too long is refused at once, before anything is written.
   */
  const agreed = async (slot: Slot, purpose: NewPurpose, untilMs: number, firstMs?: number): Promise<Entry> => {
    let paceMs = firstMs ?? (await paceOf(slot.acquirer, purpose));
    while (paceMs > 0) {
      if (clock.monotonicMs() + paceMs > untilMs) {
        slot.release();
        return { kind: 'busy', acquirer: slot.acquirer, retryAfterMs: paceMs };
      }
      await clock.sleep(paceMs);
      paceMs = await paceOf(slot.acquirer, purpose);
    }
    return admitted({ purpose, untilMs, first: slot.acquirer, late: null, held: null }, slot);
  };

  /** A capture, refund or reversal waits until it keeps to what is agreed; nobody refuses it before its time. */
  const paced = async (acquirer: string, purpose: Purpose, firstMs: number | Promise<number>): Promise<boolean> => {
    const untilMs = clock.monotonicMs() + criticalPaceMs;
    let waitMs = await firstMs;
    while (waitMs > 0) {
      if (clock.monotonicMs() + waitMs > untilMs) return false;
      await clock.sleep(waitMs);
      waitMs = await paceOf(acquirer, purpose);
    }
    return true;
  };

  const send: Upstreams['send'] = async (to, purpose, call) => {
    const { operation, brand, merchantId, untilMs, background = false } = purpose;
    const acquirerId = typeof to === 'string' ? to : to.acquirer;
    const way = wayTo(acquirerId);
    let slot: Slot | null;
    if (typeof to === 'string') {
      const entered = way.admission.enter(purpose);
      slot = entered instanceof Promise ? await entered : entered;
      if (slot === null) return { kind: 'not_sent', reason: 'no slot' };
    } else slot = to;
    // Whoever came by `enter` has its call already.
    const pace = typeof to === 'string' ? paceOf(acquirerId, purpose) : 0;
    if (pace !== 0 && !(await paced(acquirerId, purpose, pace))) {
      slot.release();
      return { kind: 'not_sent', reason: 'above what is agreed' };
    }
    // Its time can have run out since it came in: a database that stalls, a process that was asleep.
    if (isOver(untilMs)) {
      slot.release();
      return { kind: 'not_sent', reason: 'too late' };
    }
    const permit = board.begin({ acquirer: acquirerId, brand, operation });
    if (permit === 'refused') {
      slot.release();
      return { kind: 'not_sent', reason: 'breaker open' };
    }
    counted(merchantId, acquirerId);
    let told = background;
    const beganMs = clock.monotonicMs();
    const tell = (result: 'ok' | 'failure'): void => {
      if (told) return;
      told = true;
      const latencyMs = clock.monotonicMs() - beganMs;
      outcome({ component: componentOf[operation], acquirer: acquirerId, brand, merchantId, result, latencyMs });
    };
    // Customers are hurt by a call that hangs, not by its end: the detector hears at once.
    const slow = background ? null : clock.after(slowMs, () => tell('failure'));
    try {
      const got = await call(way.acquirer);
      const tookMs = clock.monotonicMs() - beganMs;
      ended?.(acquirerId, operation, got.kind, tookMs);
      const seen = callOutcome(got);
      permit.end(seen);
      way.retries.ended(seen !== 'ok');
      const lost = got.kind === 'unknown' && tookMs >= slowMs;
      // What was refused at the door says nothing about how long work takes.
      if (seen === 'ok' || lost) {
        way.admission.sample(operation, slot, { tookMs, lost });
        if (operation === 'authorise') way.slowest.add(tookMs);
      }
      // What was not sent may still succeed elsewhere; whoever gives up calls `hurt`.
      if (got.kind !== 'not_sent') tell(got.kind === 'unknown' ? 'failure' : 'ok');
      return got;
    } finally {
      slow?.cancel();
      slot.release();
    }
  };

  return {
    enter,
    send,
    async inquire(acquirerId, call) {
      const { acquirer, admission } = wayTo(acquirerId);
      const entered = admission.enter({ operation: 'inquiry', brand: '-', merchantId: '-' });
      const slot = entered instanceof Promise ? await entered : entered;
      if (slot === null) return null;
      try {
        return await call(acquirer);
      } finally {
        slot.release();
      }
    },
    get: (id) => wayTo(id).acquirer,
    ids: [...ways.keys()],
    isAway: (id, call) => board.isAway(id, call),
    hurt: (acquirer, { operation, brand, merchantId }) =>
      outcome({ component: componentOf[operation], acquirer, brand, merchantId, result: 'failure' }),
    stillWorks: ({ operation }) => ({
      brands: [...new Set([...ways.keys()].flatMap((id) => board.working(id, operation)))].toSorted(),
    }),
    reading: (id) => wayTo(id).admission.reading(),
    close() {
      for (const { admission } of ways.values()) admission.close();
    },
  };
};
