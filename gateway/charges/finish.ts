/**
 * `POST /v1/charges/:id/tds_finish`: the charge that waited for its card holder is paid now, by the merchant's
 * word and on the issuer's (payjp-api section 6). What is asked is the stored result, and whether the charge
 * is still the one that the card holder saw; nothing of this request can change either.
 */
import { cardToCharge } from '../cards/store.ts';
import { type Answer, type Call, refused } from '../http/endpoint.ts';
import { checkForm } from '../http/fields.ts';
import { ownerOf, Refused } from '../http/written.ts';
import type { Idempotency } from '../idempotency/idempotency.ts';
import { keyOfCall } from '../idempotency/keyed-write.ts';
import type { Store } from '../ports.ts';
import type { ChargeRow } from '../store/database.ts';
import { NoFields } from '../subscriptions/schema.ts';
import { planFinish } from '../three-d-secure/flow.ts';
import { FlowRaced, type Flows } from '../three-d-secure/flows.ts';
import type { Vault } from '../vault/vault.ts';
import type { Book } from './book.ts';
import { authorisationEndsMs } from './charge.ts';
import { askGates, type ChargeFacts, type Gate, pass } from './gates.ts';
import type { createChargeService } from './service.ts';
import { chargeOfMerchant } from './store.ts';

export interface FinishDeps {
  readonly store: Store;
  readonly vault: Vault;
  readonly book: Book;
  readonly idempotency: Idempotency;
  readonly gates: readonly Gate[];
  readonly flows: Flows | null;
  readonly charges: ReturnType<typeof createChargeService>;
  readonly wallMs: () => number;
  /** The merchant came back with it: told for detection. */
  readonly cameBack: (id: string, merchantId: string) => void;
}

const wrongState = { kind: 'request', code: 'invalid_three_d_secure_state' } as const;

/** The form that the charge was made by, as far as gates look at one. */
const formOf = (charge: ChargeRow): ChargeFacts['form'] => ({
  amount: charge.amount,
  currency: 'jpy',
  capture: charge.capture === 1,
  metadata: JSON.parse(charge.metadata) as Record<string, string>,
  three_d_secure: true,
  ...(charge.customer_id === null ? {} : { customer: charge.customer_id }),
  ...(charge.description === null ? {} : { description: charge.description }),
});

export const createFinish = (deps: FinishDeps) => {
  const { store, vault, book, idempotency, gates, flows, charges, wallMs, cameBack } = deps;
  return async (call: Call): Promise<Answer> => {
    const parsed = checkForm(NoFields, call.form);
    if (!parsed.ok) return refused(parsed.error);
    const key = keyOfCall(idempotency, call);
    const found = await store.read(async (tx) => {
      const row = key === null ? undefined : await idempotency.find(tx, key);
      const charge = await tx.first(chargeOfMerchant, { id: call.id, ...ownerOf(call) });
      const card = charge === undefined ? undefined : await tx.first(cardToCharge, { id: charge.card_id });
      const flow = charge === undefined || flows === null ? undefined : await flows.find(tx, charge.id);
      return { row, charge, card, flow };
    });
    const { row, charge, card, flow } = found;
    if (row !== undefined && key !== null) return charges.repeat(row, key, key.hash);
    if (charge === undefined) return refused({ kind: 'no_such', what: 'charge', id: call.id });
    if (flows === null || flow === undefined) return refused({ kind: 'request', code: 'not_in_three_d_secure_flow' });
    const { merchant } = call.principal;
    cameBack(charge.id, merchant.id);
    // A deleted card pays nothing any more.
    if (card === undefined) return refused({ kind: 'request', code: 'invalid_card', param: 'card' });
    const subject = { amountYen: charge.amount, fingerprint: card.fingerprint };
    const plan = planFinish(flow, subject, merchant.threeDSecure, wallMs());
    if (!plan.ok) return refused(plan.error);
    if (charge.state !== 'unverified') return refused(wrongState);
    const facts: ChargeFacts = {
      call,
      form: formOf(charge),
      origin: { subscriptionId: null, reauthOf: null },
      card,
      tokenId: null,
      nowMs: wallMs(),
      threeDSecure: flow.status === 'verified' || flow.status === 'attempted' ? flow.status : null,
    };
    const verdict = gates.length > 0 ? await askGates(gates, facts) : pass;
    if (verdict.kind === 'refuse') return refused(verdict.error);
    return charges.pay({
      call,
      card,
      pan: vault.open(card.vault_id, card.sealed),
      chargeId: charge.id,
      key,
      facts,
      declines: verdict.kind === 'decline',
      proof: plan.result,
      // The time of an authorisation counts from here.
      chargeAt: (acquirer, nowMs) => ({
        ...charge,
        state: 'pending',
        acquirer,
        attempts: 1,
        expires_ms: authorisationEndsMs(nowMs, flow.expiry_days ?? 7),
        idempotency_key: call.idempotencyKey ?? charge.idempotency_key,
      }),
      async begin(tx, file, reference, nowMs) {
        if (key !== null && !(await idempotency.begin(tx, { ...key, chargeId: charge.id })))
          throw new Refused({ kind: 'key_in_progress' });
        const current = await flows.find(tx, charge.id);
        const still = planFinish(current, subject, merchant.threeDSecure, nowMs);
        if (!still.ok) throw new Refused(still.error);
        try {
          await flows.apply(tx, current!, { type: 'finish', nowMs });
        } catch (reason) {
          throw reason instanceof FlowRaced ? new Refused(wrongState) : reason;
        }
        if (!(await book.resume(tx, file, reference))) throw new Refused(wrongState);
      },
    });
  };
};
