/**
 * Creating a charge: a request is repeated, or refused without side effects, or handed on as a payment
 * (`payment.ts`) or to its card holder's authentication (design.md section 6).
 */

import { cardById } from '../cards/store.ts';
import { type Answer, type Call, refused } from '../http/endpoint.ts';
import { checkForm } from '../http/fields.ts';
import { ownerOf, Refused } from '../http/written.ts';
import { type KeyOf, keptAnswer } from '../idempotency/idempotency.ts';
import { labelOf, newId } from '../ids.ts';
import type { Entropy, Tx } from '../ports.ts';
import type { ChargeRow, IdempotencyRow } from '../store/database.ts';
import type { Flows } from '../three-d-secure/flows.ts';
import { useToken } from '../tokens/store.ts';
import type { Vault } from '../vault/vault.ts';
import { askGates, type ChargeFacts, type Gate, pass } from './gates.ts';
import { type ChargeOrigin, expiryDays, newCharge } from './new-charge.ts';
import { payingCard } from './paying-card.ts';
import { createPayments, type PaymentsDeps, refusedAnswer, shown } from './payment.ts';
import { CreateCharge } from './schema.ts';
import { chargeById } from './store.ts';

export interface ChargeServiceDeps extends PaymentsDeps {
  readonly entropy: Entropy;
  readonly vault: Vault;
  /** Asked in this order before a charge is begun. */
  readonly gates: readonly Gate[];
  /** Authentications of card holders; null: this gateway has no 3-D Secure. */
  readonly flows: Flows | null;
}

const byItself: ChargeOrigin = { subscriptionId: null, reauthOf: null };

export const createChargeService = (deps: ChargeServiceDeps) => {
  const { store, entropy, book, vault, idempotency, wallMs, gates, flows } = deps;
  const { pay, conclude } = createPayments(deps);

  /** A repetition of a key: the kept bytes, or the present state of what is not known yet. */
  const repeat = async (row: IdempotencyRow, key: KeyOf, hash: string): Promise<Answer> => {
    if (row.params_hash !== hash) return refused({ kind: 'key_reused' });
    if (row.state === 'done') return keptAnswer(row);
    if (row.state === 'started' || row.charge_id === null) return refused({ kind: 'key_in_progress' });
    const chargeId = row.charge_id;
    return store.unit(async (tx) => {
      const charge = await tx.first(chargeById, { id: chargeId });
      if (charge === undefined || charge.state === 'unknown' || charge.state === 'pending') {
        await idempotency.markWaiting(tx, key);
        return refused({ kind: 'unknown', chargeId }, charge?.acquirer);
      }
      // The card may be deleted by now; the payment was made all the same.
      const card = await tx.first(cardById, { id: charge.card_id });
      const answer =
        charge.state === 'failed' || card === undefined
          ? refused({ kind: 'not_sent', chargeId }, charge.acquirer)
          : shown(charge, card);
      await idempotency.finish(tx, key, answer);
      return answer;
    });
  };

  const create = async (call: Call): Promise<Answer> => {
    if (Array.isArray(call.form.card))
      return refused({ kind: 'request', code: 'payment_method_duplicate', param: 'card' });
    const parsed = checkForm(CreateCharge, call.form);
    if (parsed.ok && parsed.value.customer !== undefined && parsed.value.card?.startsWith('tok_') === true)
      return refused({ kind: 'request', code: 'payment_method_duplicate_including_customer', param: 'card' });
    return parsed.ok ? make(call, parsed.value) : refused(parsed.error);
  };

  /** `origin` is what asks for it when no merchant does. */
  const make = async (call: Call, form: CreateCharge, origin: ChargeOrigin = byItself): Promise<Answer> => {
    if (form.expiry_days !== undefined && form.capture !== false)
      return refused({ kind: 'request', code: 'unnecessary_expiry_days', param: 'expiry_days' });
    if (form.three_d_secure === true && flows === null)
      return refused({ kind: 'request', code: 'invalid_param_key', param: 'three_d_secure' });
    const merchant = call.principal.merchant;
    const livemode = ownerOf(call).livemode;
    const key: KeyOf | null =
      call.idempotencyKey === null ? null : { merchantId: merchant.id, livemode, key: call.idempotencyKey };
    const hash = key === null ? '' : idempotency.hashOf(call.path, call.text);

    const before = await store.read(async (tx) => {
      const row = key === null ? undefined : await idempotency.find(tx, key);
      return row === undefined ? { resolved: await payingCard(tx, call, form, origin) } : { row };
    });
    if (before.row !== undefined) return repeat(before.row, key!, hash);
    if (!before.resolved.ok) return refused(before.resolved.error);
    const { card, tokenId } = before.resolved.value;
    const facts: ChargeFacts = {
      call,
      form,
      origin,
      card,
      tokenId,
      nowMs: wallMs(),
      threeDSecure: form.three_d_secure === true ? 'pending' : null,
    };
    const verdict = gates.length > 0 ? await askGates(gates, facts) : pass;
    if (verdict.kind === 'refuse') return refused(verdict.error);
    // Before anything is written: a record that does not open must leave no intent behind.
    const pan = vault.open(card.vault_id, card.sealed);

    const chargeId = newId(entropy, 'ch_', labelOf(merchant.id, call.idempotencyKey));
    /** In the unit that begins it: the key is taken and the token is used up, or nothing is. */
    const claim = async (tx: Tx, nowMs: number): Promise<void> => {
      if (key !== null && !(await idempotency.begin(tx, { ...key, hash, chargeId })))
        throw new Refused({ kind: 'key_in_progress' });
      if (tokenId !== null && (await tx.run(useToken, { id: tokenId, at: nowMs })) === 0)
        throw new Refused({ kind: 'request', code: 'token_already_used', param: 'card' });
    };
    if (form.three_d_secure === true) {
      const nowMs = wallMs();
      const charge: ChargeRow = {
        ...newCharge({ chargeId, call, form, origin, card, acquirer: '', nowMs }),
        state: 'unverified',
        three_d_secure_status: 'unverified',
        attempts: 0,
        expires_ms: null,
      };
      return conclude(key, async (tx) => {
        await claim(tx, nowMs);
        await book.await(tx, charge);
        await flows!.open(tx, {
          id: chargeId,
          kind: 'charge',
          merchantId: merchant.id,
          livemode,
          card,
          amountYen: charge.amount,
          expiryDays: expiryDays(form, card),
          nowMs,
        });
        return { answer: shown(charge, card), deliveries: [] };
      }).catch(refusedAnswer);
    }
    return pay({
      call,
      card,
      pan,
      chargeId,
      key,
      facts,
      declines: verdict.kind === 'decline',
      chargeAt: (acquirer, nowMs) => newCharge({ chargeId, call, form, origin, card, acquirer, nowMs }),
      async begin(tx, file, reference, nowMs) {
        await claim(tx, nowMs);
        await book.intend(tx, file, reference);
      },
    });
  };

  return { create, make, pay, repeat };
};
