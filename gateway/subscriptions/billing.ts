/**
 * Charging a subscription: one step, one charge, whatever happens in between.
 *
 * 1. One unit writes the step on the row as its intent, with a number of its own.
 * 2. The charge is made by the charge service under the key `renewal/<subscription>/<number>`, so
 *    that asking again after a crash, a lost answer or an outage is asking about the same charge.
 * 3. One unit applies what came of it.
 *
 * The number only moves on once the charge before it is known to have failed: a cycle is paid for
 * once, and never by two charges that are both under way.
 */
import type { createChargeService } from '../charges/service.ts';
import { chargeById } from '../charges/store.ts';
import type { Events, EventType } from '../events/events.ts';
import type { Answer, Call } from '../http/endpoint.ts';
import type { Idempotency } from '../idempotency/idempotency.ts';
import type { Merchant } from '../merchants/merchants.ts';
import type { Log, Store, Tx } from '../ports.ts';
import type { DeliveryRow, SubscriptionRow } from '../store/database.ts';
import { renewalKeyPrefix } from './keys.ts';
import { viewIn } from './reading.ts';
import { saveSubscription, subscriptionRow } from './store.ts';
import { dueOf, type Patch, type Step } from './subscription.ts';

/** `renew`: nobody waits for it and it is tried until it is known. The others end with the merchant's call. */
export type Cause = 'create' | 'renew' | 'resume' | 'change';

export interface Intent extends Step {
  readonly cause: Cause;
  readonly key: string;
}

/**
 * What a charge's answer means for the subscription. `declined`: the card or the customer has to
 * change first. `failed`: nothing was charged, and another try may succeed. `open`: not known.
 */
export type Verdict = 'paid' | 'declined' | 'failed' | 'open';

export const verdictOf = (answer: Pick<Answer, 'status' | 'decidedBy'>): Verdict => {
  if (answer.status === 200) return 'paid';
  // Unknown, or somebody else is at it with the same key.
  if (answer.status === 409 || answer.decidedBy === 'upstream-lost') return 'open';
  return answer.status >= 500 ? 'failed' : 'declined';
};

/** The claim of whoever works on a row: after a crash it is looked at again when this is over. */
export const claimMs = 120_000;
const retryBaseMs = 60_000;
const retryCapMs = 1_800_000;

/** Wait before the next try of what had no answer; the first good probe of an acquirer ends it. */
export const retryDelayMs = (tries: number): number => Math.min(retryCapMs, retryBaseMs * 2 ** Math.min(tries, 10));

export interface BillingDeps {
  readonly store: Store;
  readonly log: Log;
  readonly events: Events;
  readonly idempotency: Idempotency;
  readonly charges: ReturnType<typeof createChargeService>;
  readonly wallMs: () => number;
  /** Hears how every charge of a subscription went, for detection. */
  readonly onCharged?: (merchantId: string, acquirer: string | undefined, verdict: Verdict) => void;
}

export interface Saved {
  readonly row: SubscriptionRow;
  readonly deliveries: readonly DeliveryRow[];
}

export interface Settled extends Saved {
  readonly answer: Answer;
  readonly verdict: Verdict;
}

/** Another instance, or another call, wrote first: the unit is given up. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

export const createBilling = ({ store, log, events, idempotency, charges, wallMs, onCharged }: BillingDeps) => {
  /** Writes the row over the one it was made from. */
  const save = async (tx: Tx, row: SubscriptionRow): Promise<SubscriptionRow> => {
    if ((await tx.run(saveSubscription, row)) !== 1) throw new Overtaken();
    return { ...row, version: row.version + 1 };
  };

  const announce = async (tx: Tx, row: SubscriptionRow, merchant: Merchant, type: EventType): Promise<Saved> => {
    const data =
      type === 'subscription.deleted'
        ? { deleted: true, id: row.id, livemode: row.livemode === 1 }
        : await viewIn(tx, row);
    return {
      row,
      deliveries: await events.emit(tx, { merchant, livemode: row.livemode, type, objectId: row.id, data }),
    };
  };

  /** A change that costs nothing. */
  const apply = async (
    tx: Tx,
    row: SubscriptionRow,
    patch: Patch,
    type: EventType,
    merchant: Merchant,
  ): Promise<Saved> => {
    const next: SubscriptionRow = { ...row, ...patch, intent: null, tries: 0 };
    return announce(tx, await save(tx, { ...next, due_ms: dueOf(next) }), merchant, type);
  };

  const end = async (tx: Tx, row: SubscriptionRow, merchant: Merchant): Promise<Saved> =>
    announce(
      tx,
      await save(tx, { ...row, deleted_ms: wallMs(), due_ms: null, intent: null }),
      merchant,
      'subscription.deleted',
    );

  /** The row with a charge under way, claimed by this instance. Not written yet. */
  const intending = (row: SubscriptionRow, step: Step, cause: Cause): SubscriptionRow => {
    const cycle = row.cycle + 1;
    const { amountYen, patch, event } = step;
    const intent: Intent = { cause, key: `${renewalKeyPrefix}${row.id}/${cycle}`, amountYen, patch, event };
    return { ...row, cycle, intent: JSON.stringify(intent), due_ms: wallMs() + claimMs };
  };

  const callOf = (row: SubscriptionRow, intent: Intent, merchant: Merchant): Call => ({
    principal: { merchant, mode: row.livemode === 1 ? 'live' : 'test', kind: 'sk' },
    form: {},
    id: '',
    cardId: '',
    subscriptionId: '',
    address: null,
    idempotencyKey: intent.key,
    path: '/v1/charges',
    url: '',
    text: `amount=${intent.amountYen}&currency=jpy&customer=${row.customer_id}`,
  });

  /** Is the charge of this intent begun and not known? */
  const isOpen = (row: SubscriptionRow, { key }: Intent): Promise<boolean> =>
    store.read(async (tx) => {
      const kept = await idempotency.find(tx, { merchantId: row.merchant_id, livemode: row.livemode, key });
      if (kept === undefined || kept.state === 'done' || kept.charge_id === null) return false;
      const charge = await tx.first(chargeById, { id: kept.charge_id });
      return charge === undefined || charge.state === 'unknown' || charge.state === 'pending';
    });

  /** What becomes of the row, by cause and verdict. Pure but for the clock. */
  const after = (row: SubscriptionRow, intent: Intent, verdict: Verdict, chargeId: string | null): SubscriptionRow => {
    const now = wallMs();
    const done = { ...row, intent: null, tries: 0 };
    if (verdict === 'open') return { ...row, due_ms: now + retryDelayMs(row.tries), tries: row.tries + 1 };
    if (verdict === 'paid') {
      const paid = { ...done, ...intent.patch, charge_id: intent.patch.charge_id ?? chargeId };
      return { ...paid, due_ms: dueOf(paid) };
    }
    if (intent.cause === 'create') return { ...done, deleted_ms: now, due_ms: null };
    if (intent.cause !== 'renew') return { ...done, due_ms: dueOf(row) };
    if (verdict === 'declined') return { ...done, state: 'paused', paused_ms: now, due_ms: null };
    return { ...row, intent: null, due_ms: now + retryDelayMs(row.tries), tries: row.tries + 1 };
  };

  const eventAfter = (intent: Intent, verdict: Verdict): EventType | null => {
    if (verdict === 'paid') return intent.event;
    return verdict === 'declined' && intent.cause === 'renew' ? 'subscription.paused' : null;
  };

  /** Makes the charge of the row's intent, or asks what came of it, and applies that. */
  const charge = async (row: SubscriptionRow, merchant: Merchant): Promise<Settled> => {
    const intent = JSON.parse(row.intent!) as Intent;
    const form = { amount: intent.amountYen, currency: 'jpy' as const, customer: row.customer_id };
    const answer = await charges.make(callOf(row, intent, merchant), form, { subscriptionId: row.id, reauthOf: null });
    return settle(row, intent, merchant, answer);
  };

  const settle = async (row: SubscriptionRow, intent: Intent, merchant: Merchant, answer: Answer): Promise<Settled> => {
    const verdict = verdictOf(answer);
    const chargeId = verdict === 'paid' ? (JSON.parse(answer.body) as { id: string }).id : null;
    const saved = await store.unit(async (tx): Promise<Saved> => {
      const now = await tx.first(subscriptionRow, { id: row.id });
      // The same charge was asked about twice, and the other one has already said so.
      if (now === undefined || now.intent !== row.intent) return { row: now ?? row, deliveries: [] };
      const next = await save(tx, after(now, intent, verdict, chargeId));
      const event = eventAfter(intent, verdict);
      return event === null ? { row: next, deliveries: [] } : announce(tx, next, merchant, event);
    });
    log.info({
      event: 'subscription.charged',
      subscription: row.id,
      cause: intent.cause,
      key: intent.key,
      as: verdict,
      charge: chargeId,
    });
    onCharged?.(merchant.id, answer.acquirer, verdict);
    return { ...saved, answer, verdict };
  };

  return { save, announce, apply, end, intending, isOpen, charge };
};

export type Billing = ReturnType<typeof createBilling>;
