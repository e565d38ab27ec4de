/**
 * Which acquirer a new create or registration goes to.
 *
 * Only for things with no attempt that might have reached anybody: a capture or refund belongs
 * to the acquirer that authorised it, and while an attempt is unknown there is no second one
 * (design.md section 6).
 */
import type { BreakerBoard } from '../breaker/board.ts';
import type { Policy } from '../policy/schema.ts';

export interface RouteRequest {
  readonly brand: string;
  /** The operation as the breaker board knows it. */
  readonly operation: string;
  /** What the request is; draws its lot while an acquirer is ramping up. */
  readonly drawKey: string;
  /** Acquirers that certainly did not get it (not sent): the next one is asked instead. */
  readonly notSentTo?: readonly string[];
}

/**
 * The acquirers that the board lets this request use, in order. With failover off only the first
 * counts. A request that loses the draw of a ramp at its preferred acquirer goes on to the next; when
 * no next one is usable it is refused rather than added to the ramp, which would otherwise be no ramp.
 */
export const usableRoutes = (
  policy: Pick<Policy['routing'], 'failover'> & { readonly order: readonly string[] },
  board: Pick<BreakerBoard, 'mayUse'>,
  request: RouteRequest,
): readonly string[] =>
  (policy.failover ? policy.order : policy.order.slice(0, 1)).filter(
    (candidate) =>
      request.notSentTo?.includes(candidate) !== true &&
      board.mayUse(candidate, request.brand, request.operation, request.drawKey),
  );
