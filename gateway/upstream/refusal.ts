/**
 * What a merchant is told when nothing could be sent: why, and what still works, so that a checkout
 * can offer another card instead of an error page (brownout).
 */
import type { GatewayError } from '../errors.ts';
import { type Answer, refused } from '../http/endpoint.ts';
import type { Entry, NewPurpose, Upstreams } from './upstreams.ts';

/** Whoever finds no room should come back when the queue of now has been served. */
const busyRetryAfterMs = 1_000;

export const errorOf = (
  entry: Exclude<Entry, { kind: 'slot' }>,
  upstreams: Pick<Upstreams, 'stillWorks'>,
  purpose: NewPurpose,
): GatewayError => {
  switch (entry.kind) {
    case 'no_acquirer':
      return { kind: 'no_acquirer', brand: purpose.brand, works: upstreams.stillWorks(purpose) };
    case 'busy':
      return { kind: 'upstream_busy', retryAfterMs: entry.retryAfterMs ?? busyRetryAfterMs };
    case 'too_late':
      return { kind: 'too_late' };
  }
};

/** The same as an answer; detection hears of a merchant that was hurt. */
export const refusalOf = (
  entry: Exclude<Entry, { kind: 'slot' }>,
  upstreams: Pick<Upstreams, 'stillWorks' | 'hurt' | 'ids'>,
  purpose: NewPurpose,
): Answer => {
  // A merchant's own short deadline is no fault of the acquirer's.
  if (entry.kind === 'no_acquirer') upstreams.hurt(upstreams.ids[0]!, purpose);
  else if (entry.kind === 'busy') upstreams.hurt(entry.acquirer, purpose);
  return refused(errorOf(entry, upstreams, purpose));
};
