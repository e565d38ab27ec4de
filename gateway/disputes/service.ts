/**
 * A dispute comes in from an acquirer: once, however often it is told.
 *
 * One unit writes the dispute, the money it moves, and the event. A payment with an operation under way is
 * told to come back later (409): how much is left to dispute is not known until that is finished.
 */
import { cardById } from '../cards/store.ts';
import { chargeById } from '../charges/store.ts';
import type { Compliance } from '../compliance/compliance.ts';
import { assessCharge } from '../compliance/protection.ts';
import type { Deliveries } from '../deliveries/deliveries.ts';
import type { Events } from '../events/events.ts';
import { newId } from '../ids.ts';
import { type Entry, post } from '../ledger/ledger.ts';
import type { MandateSettings } from '../mandate/settings.ts';
import type { Merchants } from '../merchants/merchants.ts';
import type { Clock, Entropy, Log, Store, Tx } from '../ports.ts';
import type { ChargeRow, DeliveryRow, DisputeRow } from '../store/database.ts';
import { bearerOf, type Claim } from './dispute.ts';
import {
  authorisationBy,
  disputeById,
  disputeOfReference,
  insertDispute,
  latestDisputes,
  markDisputed,
} from './store.ts';
import { disputeView } from './view.ts';

/** As an acquirer tells it. */
export interface NewDispute extends Claim {
  readonly acquirer: string;
  /** Its own name for the dispute. */
  readonly dispute: string;
  /** Our reference of the payment. */
  readonly reference: string;
  readonly reasonCode: string | null;
}

export type Taken =
  | { readonly kind: 'taken'; readonly dispute: DisputeRow }
  /** No payment of ours at that acquirer has this reference. */
  | { readonly kind: 'no_such' }
  /** Not yet: its outcome, or an operation of it, is open. */
  | { readonly kind: 'pending' }
  /** Never: nothing was captured, more is disputed than was, or another dispute is there. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface Disputes {
  take(dispute: NewDispute): Promise<Taken>;
  find(id: string): Promise<DisputeRow | undefined>;
  /** Newest first. */
  latest(merchantId: string | null, limit: number): Promise<readonly DisputeRow[]>;
}

export interface DisputesDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly store: Store;
  readonly merchants: Merchants;
  readonly events: Events;
  readonly deliveries: Deliveries;
  readonly compliance: Pick<Compliance, 'known' | 'history' | 'forget'>;
  readonly settings: MandateSettings;
}

/** What it does to the books: nothing, where the issuer bears it. */
const entriesOf = (dispute: DisputeRow, atMs: number): Entry[] =>
  dispute.borne_by === 'issuer'
    ? []
    : [
        {
          kind: dispute.borne_by === 'gateway' ? 'chargeback_loss' : 'chargeback',
          chargeId: dispute.charge_id,
          merchantId: dispute.merchant_id,
          acquirer: dispute.acquirer,
          amountYen: dispute.debited,
          atMs,
        },
      ];

/** Why it cannot be disputed by this much; null: it can. */
const objection = (charge: ChargeRow, { amountYen, debitedYen }: Claim): string | null => {
  if (charge.state !== 'captured') return `the charge is ${charge.state}`;
  const left = charge.captured_amount - charge.refunded_amount;
  if (amountYen > left) return `${left} yen are left of the charge`;
  return debitedYen > amountYen ? 'more was debited than is disputed' : null;
};

export const createDisputes = (deps: DisputesDeps): Disputes => {
  const { clock, entropy, log, store, merchants, events, deliveries, compliance, settings } = deps;

  /** The charge that a reference names now: renewed authorisations change places, so it is the attempt that knows. */
  const chargeOf = async (tx: Tx, { acquirer, reference }: NewDispute): Promise<ChargeRow | undefined> => {
    const attempt = await tx.first(authorisationBy, { acquirer, reference });
    return attempt === undefined ? undefined : tx.first(chargeById, { id: attempt.charge_id });
  };

  return {
    async take(told) {
      const { acquirer, dispute: reference } = told;
      const before = await store.read(async (tx) => ({
        known: await tx.first(disputeOfReference, { acquirer, reference }),
        charge: await chargeOf(tx, told),
      }));
      if (before.known !== undefined) return { kind: 'taken', dispute: before.known };
      if (before.charge === undefined) return { kind: 'no_such' };
      const merchantId = before.charge.merchant_id;
      const [known, merchant] = [await compliance.known(merchantId), await merchants.find(merchantId)];
      if (merchant === undefined) return { kind: 'no_such' };
      const done = await store.unit(async (tx): Promise<{ taken: Taken; deliveries: readonly DeliveryRow[] }> => {
        const already = await tx.first(disputeOfReference, { acquirer, reference });
        if (already !== undefined) return { taken: { kind: 'taken', dispute: already }, deliveries: [] };
        const charge = await chargeOf(tx, told);
        if (charge === undefined) return { taken: { kind: 'no_such' }, deliveries: [] };
        if (charge.pending_type !== null || charge.state === 'pending' || charge.state === 'unknown')
          return { taken: { kind: 'pending' }, deliveries: [] };
        const never = charge.dispute_id === null ? objection(charge, told) : 'it is disputed already';
        const assessed = await assessCharge(tx, charge.id, known, settings, compliance.history);
        if (never !== null || assessed === undefined)
          return { taken: { kind: 'refused', reason: never ?? 'its card is gone' }, deliveries: [] };
        const borneBy = bearerOf(told, assessed.protection);
        const row: DisputeRow = {
          id: newId(entropy, 'dp_', `${merchantId}/${charge.id}`),
          merchant_id: merchantId,
          livemode: charge.livemode,
          charge_id: charge.id,
          acquirer,
          reference,
          reason: told.reason,
          reason_code: told.reasonCode,
          amount: told.amountYen,
          debited: told.debitedYen,
          borne_by: borneBy,
          rule: told.reason === 'fraud' ? assessed.protection.rule : 'CBP-X1',
          created_ms: clock.wallMs(),
        };
        await tx.run(insertDispute, row);
        const taken = borneBy === 'merchant' ? row.debited : 0;
        await tx.run(markDisputed, { id: charge.id, dispute: row.id, amount: taken });
        await post(tx, entriesOf(row, row.created_ms));
        const card = await tx.first(cardById, { id: charge.card_id });
        const data = disputeView(row, { ...charge, dispute_id: row.id, disputed_amount: taken }, card!);
        const { livemode } = charge;
        const rows = await events.emit(tx, { merchant, livemode, type: 'dispute.created', objectId: row.id, data });
        return { taken: { kind: 'taken', dispute: row }, deliveries: rows };
      });
      deliveries.wake(done.deliveries);
      if (done.taken.kind === 'taken') {
        const { id, charge_id: charge, borne_by: borneBy, amount: amountYen, rule } = done.taken.dispute;
        // Its card is a suspect one from now on (TDS-43).
        compliance.forget(merchantId);
        log.info({
          event: 'dispute.taken',
          dispute: id,
          charge,
          merchant: merchantId,
          acquirer,
          amountYen,
          borneBy,
          rule,
        });
      }
      return done.taken;
    },
    find: (id) => store.read((tx) => tx.first(disputeById, { id })),
    latest: (merchantId, limit) => store.read((tx) => tx.all(latestDisputes, { merchant: merchantId ?? '%', limit })),
  };
};
