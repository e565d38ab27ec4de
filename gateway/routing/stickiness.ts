/**
 * A card that moved to another acquirer stays there for a while after the first one is back.
 *
 * The ramp says how fast an acquirer gets its load again; this says whose payments wait longest. A card that is charged
 * at one acquirer, then at another, then at the first again looks to its issuer like a card that is passed around, and
 * an acquirer that is back gets the cards that were moved last, last (resilience-patterns section 5: sticky five minutes).
 *
 * It stays as long as the acquirer had been away when the card was moved, and `stayMs` at most. So what was gone for an
 * hour gets its load back over five minutes, and after a blip of three seconds everybody is home with the ramp. Only
 * what moved because its acquirer was refused stays: neither who loses the lot of a ramp, nor who found no slot.
 *
 * A preference and no promise: an acquirer that may not be used, or has no room, is passed over as ever. Time arrives in
 * the arguments; what it knows is this instance's own, as the breakers are.
 */
import type { Policy } from '../policy/schema.ts';

export interface Way {
  /** What the order of preference names first, and how much of this brand's traffic it is let have now. */
  readonly preferred: string;
  readonly state: 'works' | 'comes back' | 'away';
  readonly brand: string;
  /** Where the payment goes; null: nowhere. */
  readonly to: string | null;
}

export interface Stickiness {
  /** The order with the acquirer first at which the card stays. The very same array when it stays nowhere. */
  ordered(order: readonly string[], stickyKey: string, nowMs: number): readonly string[];
  /** A payment was routed. */
  routed(stickyKey: string, way: Way, nowMs: number): void;
  /** Nothing is known to be away: whoever goes where the order of preference says need not be told of. */
  idle(): boolean;
  /** Cards remembered, for the test that memory stays bounded. */
  size(): number;
}

interface Stay {
  readonly acquirer: string;
  readonly untilMs: number;
}

export const createStickiness = ({
  stayMs,
  cardsMax,
}: Pick<Policy['routing']['stickiness'], 'stayMs' | 'cardsMax'>): Stickiness => {
  /** By card, those that moved longest ago first. */
  const stays = new Map<string, Stay>();
  /** Since when payments found it away, by acquirer and brand. Empty on nearly every day. */
  const awaySinceMs = new Map<string, number>();

  const forgetFirst = (nowMs: number): void => {
    for (const [key, { untilMs }] of stays) {
      if (untilMs > nowMs && stays.size <= cardsMax) return;
      stays.delete(key);
    }
  };

  return {
    ordered(order, stickyKey, nowMs) {
      if (stays.size === 0) return order;
      forgetFirst(nowMs);
      const stay = stays.get(stickyKey);
      if (stay === undefined || stay.untilMs <= nowMs || stay.acquirer === order[0]) return order;
      // A rule that changed meanwhile may not name it any more.
      if (!order.includes(stay.acquirer)) return order;
      return [stay.acquirer, ...order.filter((name) => name !== stay.acquirer)];
    },
    routed(stickyKey, { preferred, state, brand, to }, nowMs) {
      const place = `${preferred}/${brand}`;
      // A relapse on the ramp is the same absence.
      if (state === 'works') awaySinceMs.delete(place);
      if (state !== 'away') return;
      const sinceMs = awaySinceMs.get(place) ?? nowMs;
      awaySinceMs.set(place, sinceMs);
      if (to === null || to === preferred || sinceMs === nowMs) return;
      stays.delete(stickyKey);
      stays.set(stickyKey, { acquirer: to, untilMs: nowMs + Math.min(stayMs, nowMs - sinceMs) });
      forgetFirst(nowMs);
    },
    idle: () => awaySinceMs.size === 0,
    size: () => stays.size,
  };
};
