/** Plans, and who is charged by them. */
import type { LeaseColumns } from '../leases.ts';
import type { Flag } from './flag.ts';

export interface PlanRow {
  id: string;
  merchant_id: string;
  livemode: Flag;
  /** Yen a cycle. */
  amount: number;
  /** `month` or `year`. */
  interval: string;
  name: string | null;
  trial_days: number;
  /** Day of the month (JST) that is billed; null: the day of the start. */
  billing_day: number | null;
  metadata: string;
  created_ms: number;
  deleted_ms: number | null;
}

/** Claimed for a renewal by a lease. */
export interface SubscriptionRow extends LeaseColumns {
  id: string;
  merchant_id: string;
  livemode: Flag;
  customer_id: string;
  plan_id: string;
  next_plan_id: string | null;
  /** `subscriptions/subscription.ts` lists the states. */
  state: string;
  prorate: Flag;
  start_ms: number;
  period_start_ms: number;
  period_end_ms: number;
  /** Day of the month (JST) on which cycles begin, 1-31. */
  anchor_day: number;
  trial_start_ms: number | null;
  trial_end_ms: number | null;
  paused_ms: number | null;
  canceled_ms: number | null;
  resumed_ms: number | null;
  metadata: string;
  created_ms: number;
  deleted_ms: number | null;
  /** Charges begun for it so far; numbers their keys. */
  cycle: number;
  /** The charge that is under way and what becomes of the row when it is paid, JSON; null when none is. */
  intent: string | null;
  /** The last paid charge of it, and the yen of it that the present period stands for. */
  charge_id: string | null;
  /** When the scheduler has to look at it; null when nobody has to. */
  due_ms: number | null;
  /** Looks in a row that ended without an answer. */
  tries: number;
  /** Grows with every write: who read an older one writes nothing. */
  version: number;
}
