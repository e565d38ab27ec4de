/**
 * The cast, one member at a time: groups counted out, abusers translated into the same terms, so
 * that all traffic is drawn and played by one code path.
 */
import type { Brand } from './cards.ts';
import { type Cast, type MerchantGroup, memberIds } from './schema.ts';

/** How one member's intents are drawn. Merchants of a group share one. */
export type Habits = Omit<MerchantGroup, 'group' | 'count'> & { readonly brands: Readonly<Record<Brand, number>> };

export interface Member {
  readonly id: string;
  readonly innocent: boolean;
  readonly habits: Habits;
  /** Whether its traffic runs from the start of the day. */
  readonly active: boolean;
  readonly maxRetry: number;
  /** Every charge names an amount that is none: a bug in a loop. */
  readonly wrongRequests?: boolean;
  /** Card numbers its customers hold, in turn; null: each customer's card is drawn. */
  readonly fixedCards: readonly string[] | null;
}

/** A member with what the gateway gave it before the day. */
export interface Enrolled extends Member {
  readonly merchantId: string;
  /** `Authorization` with the secret and with the public key. */
  readonly secretAuth: string;
  readonly publicAuth: string;
  readonly customers: readonly { readonly id: string; readonly cardId: string; readonly brand?: Brand }[];
}

/** All members who come today, in the cast's order. */
export const membersOf = (cast: Cast): Member[] => {
  const present = new Set(memberIds(cast));
  const merchants = cast.merchants.flatMap(({ group, count, ...habits }) =>
    Array.from(
      { length: count },
      (_, index): Member => ({
        id: `${group}-${index + 1}`,
        innocent: true,
        habits,
        active: true,
        maxRetry: cast.sdk.maxRetry,
        fixedCards: null,
      }),
    ),
  );
  const abusers = cast.abusers.map(
    (abuser): Member => ({
      id: abuser.id,
      innocent: false,
      habits: {
        operationsPerSecond: abuser.operationsPerSecond,
        mix: { create: 1, registration: 0 },
        storedCardShare: 1,
        captureNowShare: 1,
        addCardShare: 0,
        customers: abuser.customers,
        webhooks: false,
        amountsYen: abuser.amountsYen,
        followUps: {
          captureShare: 0,
          partialCaptureShare: 0,
          refundShare: 0,
          partialRefundShare: 0,
          captureAfterMs: { median: 1, sigma: 0 },
          refundAfterMs: { median: 1, sigma: 0 },
        },
        brands: { Visa: 1, MasterCard: 0, JCB: 0, 'American Express': 0 },
      },
      active: abuser.active,
      maxRetry: abuser.maxRetry,
      fixedCards: abuser.cards,
      ...(abuser.kind === 'wrong-requests' ? { wrongRequests: true } : {}),
    }),
  );
  return [...merchants, ...abusers].filter(({ id }) => present.has(id));
};
