/** Subscriptions with the plans they name, inside a unit. */
import { planEver } from '../plans/store.ts';
import type { Tx } from '../ports.ts';
import type { PlanRow, SubscriptionRow } from '../store/database.ts';
import { subscriptionView } from './view.ts';

/** A subscription's plan, even when no new subscription may use it. */
export const planOf = async (tx: Tx, row: SubscriptionRow, id: string): Promise<PlanRow> => {
  const plan = await tx.first(planEver, { id, merchant: row.merchant_id, livemode: row.livemode });
  if (plan === undefined) throw new Error(`subscription ${row.id} names plan ${id}, which never existed`);
  return plan;
};

/** The object as the API shows it. */
export const viewIn = async (tx: Tx, row: SubscriptionRow): Promise<Record<string, unknown>> =>
  subscriptionView(
    row,
    await planOf(tx, row, row.plan_id),
    row.next_plan_id === null ? undefined : await planOf(tx, row, row.next_plan_id),
  );
