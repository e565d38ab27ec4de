/**
 * Renewing an authorisation: a new hold for the same charge, for as long again.
 *
 * The new hold is made as a charge of its own that no merchant sees, so that everything that may
 * become of an authorisation (unknown, sent elsewhere, a crash) is handled where it always is.
 * Once it stands, the two change places, and the old hold is given back as a void that is stored
 * and forwarded. PAY.JP leaves the old hold to lapse; giving it back is our choice, for the buyer.
 */
import { cardById } from '../cards/store.ts';
import type { Deliveries } from '../deliveries/deliveries.ts';
import type { Events } from '../events/events.ts';
import { type Answer, type Call, ok, refused } from '../http/endpoint.ts';
import { checkForm } from '../http/fields.ts';
import { ownerOf } from '../http/written.ts';
import { attemptReference } from '../ids.ts';
import type { Store } from '../ports.ts';
import type { Book } from './book.ts';
import { planReauth } from './charge.ts';
import { ReauthCharge } from './schema.ts';
import type { createChargeService } from './service.ts';
import { chargeById, chargeOfMerchant, saveCharge, swapAuthorisations } from './store.ts';
import { chargeView } from './view.ts';

export interface ReauthDeps {
  readonly store: Store;
  readonly book: Book;
  readonly events: Events;
  readonly deliveries: Deliveries;
  readonly charges: ReturnType<typeof createChargeService>;
  readonly wallMs: () => number;
  readonly settleAt: (acquirer: string, dueMs: number) => void;
}

export const createReauth = ({ store, book, events, deliveries, charges, wallMs, settleAt }: ReauthDeps) => {
  /** The new hold becomes the charge's, the old one the hidden charge's, to be voided. */
  const exchange = async (call: Call, hiddenId: string): Promise<Answer> => {
    const { merchant } = call.principal;
    const done = await store.unit(async (tx) => {
      const charge = await tx.first(chargeOfMerchant, { id: call.id, ...ownerOf(call) });
      const hidden = await tx.first(chargeById, { id: hiddenId });
      const card = charge === undefined ? undefined : await tx.first(cardById, { id: charge.card_id });
      if (charge === undefined || hidden === undefined || card === undefined)
        throw new Error(`no charge ${call.id} or no renewal ${hiddenId} of it`);
      const usable = hidden.state === 'authorised' && hidden.pending_type === null;
      // A repeated key: it was exchanged the first time.
      if (!usable) return { answer: ok(chargeView(charge, card), { acquirer: charge.acquirer }), deliveries: [] };
      const allowed = planReauth(charge, wallMs());
      const renewed = { ...charge, acquirer: hidden.acquirer, handle: hidden.handle, expires_ms: hidden.expires_ms };
      const old = { ...hidden, acquirer: charge.acquirer, handle: charge.handle, expires_ms: charge.expires_ms };
      // Captured or given back meanwhile: then it is the new hold that nobody needs.
      const unneeded = allowed.ok ? old : hidden;
      if (allowed.ok) {
        await tx.run(saveCharge, renewed);
        await tx.run(swapAuthorisations, { one: charge.id, other: hidden.id });
      }
      await book.begin(
        tx,
        { charge: unneeded, card, merchant },
        {
          reference: attemptReference(hidden.id, 10 + hidden.attempts),
          kind: 'void',
          amountYen: hidden.amount,
          state: 'waiting',
          dueMs: wallMs(),
        },
      );
      if (!allowed.ok)
        return { answer: refused(allowed.error, charge.acquirer), deliveries: [], voidAt: hidden.acquirer };
      const data = chargeView(renewed, card);
      return {
        answer: ok(data, { acquirer: renewed.acquirer }),
        deliveries: await events.emit(tx, {
          merchant,
          livemode: charge.livemode,
          type: 'charge.updated',
          objectId: charge.id,
          data,
        }),
        voidAt: old.acquirer,
      };
    });
    deliveries.wake(done.deliveries);
    if (done.voidAt !== undefined) settleAt(done.voidAt, wallMs());
    return done.answer;
  };

  return async (call: Call): Promise<Answer> => {
    const parsed = checkForm(ReauthCharge, call.form);
    if (!parsed.ok) return refused(parsed.error);
    const charge = await store.read((tx) => tx.first(chargeOfMerchant, { id: call.id, ...ownerOf(call) }));
    if (charge === undefined) return refused({ kind: 'no_such', what: 'charge', id: call.id });
    const allowed = planReauth(charge, wallMs());
    if (!allowed.ok) return refused(allowed.error, charge.acquirer);
    const { expiry_days } = parsed.value;
    const form = { amount: charge.amount, currency: 'jpy' as const, capture: false, expiry_days };
    const origin = { subscriptionId: null, reauthOf: charge.id, cardId: charge.card_id };
    const answer = await charges.make(call, form, origin);
    const told = JSON.parse(answer.body) as { id?: string; error?: { charge?: string } };
    if (answer.status === 200 && told.id !== undefined) return exchange(call, told.id);
    // The merchant knows one charge: its own.
    const hidden = told.error?.charge;
    return hidden === undefined ? answer : { ...answer, body: answer.body.replaceAll(hidden, charge.id) };
  };
};
