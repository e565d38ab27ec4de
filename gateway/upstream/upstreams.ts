/**
 * The way to the acquirers: routing, breaker, detector and adapters in one place, so that the
 * rooms above ask "send this" and get an outcome.
 *
 * No unit of the store is open while a request is in flight (design.md section 6.3).
 */
import type { BreakerBoard, CallOutcome } from '../breaker/board.ts';
import type { Clock } from '../ports.ts';
import type { Acquirer, Outcome } from './outcome.ts';

export type Operation = 'check' | 'authorise' | 'capture' | 'refund' | 'void';

export interface Purpose {
  readonly operation: Operation;
  readonly brand: string;
  readonly merchantId: string;
  /** Settling, which no merchant waits for: it says nothing about what customers feel. */
  readonly background?: boolean;
}

export interface Upstreams {
  /** An acquirer for something that has no attempt yet; `null` when none may be used. */
  choose(purpose: Purpose & { readonly drawKey: string; readonly except?: string }): string | null;
  /** One request through the breaker; its outcome also feeds breaker and detector. */
  send<T extends object>(
    acquirerId: string,
    purpose: Purpose,
    call: (acquirer: Acquirer) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>>;
  /** A merchant was refused because nothing could be sent: told here, since no request shows it. */
  hurt(acquirerId: string, purpose: Purpose): void;
  /** Is the acquirer away for this kind of call, so that follow-ups are deferred? */
  isAway(acquirerId: string, call: { readonly brand: string; readonly operation: Operation }): boolean;
  get(acquirerId: string): Acquirer;
  readonly ids: readonly string[];
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
  /** A call in flight longer than this is told as a failure before it ends. */
  readonly slowMs: number;
  choose: Upstreams['choose'];
  /** A technical outcome of an ordinary operation, for detection. Declines are `ok`. */
  outcome(seen: {
    component: (typeof componentOf)[Operation];
    acquirer: string;
    merchantId: string;
    result: 'ok' | 'failure';
  }): void;
  /** Hears of every exchange that was begun, and how it ended. */
  ended?(acquirer: string, operation: Operation, kind: Outcome['kind'], durationMs: number): void;
  /** Counts attempts per merchant, for what we tell the upstream. */
  counted(merchantId: string, acquirer: string): void;
}

export const createUpstreams = ({
  acquirers,
  clock,
  board,
  slowMs,
  choose,
  outcome,
  ended,
  counted,
}: UpstreamsDeps): Upstreams => {
  const byId = new Map(acquirers.map((acquirer) => [acquirer.id, acquirer]));
  const get = (id: string): Acquirer => {
    const acquirer = byId.get(id);
    if (acquirer === undefined) throw new Error(`no acquirer ${id}`);
    return acquirer;
  };
  return {
    choose,
    get,
    ids: acquirers.map(({ id }) => id),
    isAway: (id, call) => board.isAway(id, call),
    hurt: (acquirer, { operation, merchantId }) =>
      outcome({ component: componentOf[operation], acquirer, merchantId, result: 'failure' }),
    async send(acquirerId, { operation, brand, merchantId, background = false }, call) {
      const permit = board.begin({ acquirer: acquirerId, brand, operation });
      if (permit === 'refused') return { kind: 'not_sent', reason: 'breaker open' };
      counted(merchantId, acquirerId);
      let told = background;
      const tell = (result: 'ok' | 'failure'): void => {
        if (told) return;
        told = true;
        outcome({ component: componentOf[operation], acquirer: acquirerId, merchantId, result });
      };
      // Customers are hurt by a call that hangs, not by its end: the detector hears at once.
      const slow = background ? null : clock.after(slowMs, () => tell('failure'));
      const beganMs = clock.monotonicMs();
      const got = await call(get(acquirerId));
      slow?.cancel();
      ended?.(acquirerId, operation, got.kind, clock.monotonicMs() - beganMs);
      permit.end(callOutcome(got));
      // What was not sent may still succeed elsewhere; whoever gives up calls `hurt`.
      if (got.kind !== 'not_sent') tell(got.kind === 'unknown' ? 'failure' : 'ok');
      return got;
    },
  };
};
