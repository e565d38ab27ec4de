/** Who is held back, what the fraud rules decided, which breakers are held by hand. */
import type { Flag } from './flag.ts';

/** A merchant that abuse control holds back (`abuse/`). */
export interface AbuseHoldRow {
  merchant_id: string;
  /** `throttled`, `paused`, `ramping`; `clear` when it is over. */
  level: string;
  since_ms: number;
  step: number;
  pauses: number;
  /** The instance that decided it. */
  instance: string;
  moved_ms: number;
}

/** A decision of the fraud rules that was not simply "allow"; `fraud/record.ts` writes it. */
export interface FraudDecisionRow {
  id: string;
  at_ms: number;
  merchant_id: string;
  livemode: Flag;
  /** `token`, `registration` or `charge`. */
  kind: string;
  /** Fingerprint of the number. */
  card: string;
  address: string | null;
  email: string | null;
  amount: number;
  /** The token (of the attempt, or that paid) or card it was about. */
  object_id: string | null;
  decision: string;
  /** Why it was not done: `observed`, `verified`, `attempted`, `pending`; or `listed`. */
  note: string | null;
  score: number;
  /** Ids of the rules that held, JSON. */
  rules: string;
  /** Features that are not 0, JSON. */
  features: string;
  /** `open`, `cleared` or `confirmed`; null: no person is asked. */
  review: string | null;
  reviewed_ms: number | null;
  review_note: string | null;
}

/** Who is always let through, or never (`fraud/lists.ts`). */
export interface FraudListRow {
  id: string;
  /** `allow` or `deny`. */
  list: string;
  kind: string;
  value: string;
  reason: string;
  created_ms: number;
  until_ms: number | null;
}

export interface BreakerOverrideRow {
  acquirer: string;
  /** `open`, `closed`, or `none`: handed back. */
  state: string;
  operator: string;
  reason: string;
  at_ms: number;
  until_ms: number;
}
