/**
 * Card tokens: a card number comes in, is checked at the routed acquirer, sealed, and leaves as
 * a token that is good for one use.
 *
 * The check moves no money, so unlike a payment it may be asked again at the other acquirer when
 * the first gives no answer.
 */

import { addressAfter } from '../cards/address.ts';
import { brandOf, hasExpired, luhnValid } from '../cards/card.ts';
import { cardById, insertCard, insertVault } from '../cards/store.ts';
import { testCards } from '../cards/test-cards.ts';
import type { Deliveries } from '../deliveries/deliveries.ts';
import { type GatewayError, type Result, refuse, succeed } from '../errors.ts';
import type { Events } from '../events/events.ts';
import type { FraudRoom, TokenVerdict } from '../fraud/fraud.ts';
import { type Answer, type Call, ok, refused } from '../http/endpoint.ts';
import { checkForm } from '../http/fields.ts';
import { plain, type Written } from '../http/written.ts';
import type { Idempotency } from '../idempotency/idempotency.ts';
import { keyOfCall, repeatedAnswer } from '../idempotency/keyed-write.ts';
import { attemptReference, labelOf, newId } from '../ids.ts';
import type { Entropy, Store } from '../ports.ts';
import type { CardRow, Flag, TokenRow } from '../store/database.ts';
import type { Flows } from '../three-d-secure/flows.ts';
import { errorOf } from '../upstream/refusal.ts';
import type { Upstreams } from '../upstream/upstreams.ts';
import type { Vault } from '../vault/vault.ts';
import { type CardForm, CreateToken } from './schema.ts';
import { insertToken, tokenById } from './store.ts';
import { tokenView } from './view.ts';

export interface TokenServiceDeps {
  readonly store: Store;
  readonly entropy: Entropy;
  readonly vault: Vault;
  readonly upstreams: Upstreams;
  readonly idempotency: Idempotency;
  readonly wallMs: () => number;
  readonly testCardsInLive: boolean;
  readonly events: Events;
  readonly deliveries: Deliveries;
  /** Whether `token.created` is told. */
  readonly tokenEvents: boolean;
  /** Authentications of card holders; null: this gateway has no 3-D Secure. */
  readonly flows: Flows | null;
  /** Judges cards before their issuers are asked; null: nobody does. */
  readonly fraud: Pick<FraudRoom, 'token' | 'said' | 'refuse'> | null;
}

/** Buyers wait in front of this: one acquirer and one other, no more. */
const acquirersMax = 2;

export const createTokenService = (deps: TokenServiceDeps) => {
  const {
    store,
    entropy,
    vault,
    upstreams,
    idempotency,
    wallMs,
    testCardsInLive,
    events,
    deliveries,
    tokenEvents,
    flows,
    fraud,
  } = deps;

  /** Our own rules, before anybody is asked. */
  const precheck = (card: CardForm): Result<{ brand: string }> => {
    if (!luhnValid(card.number)) return refuse({ kind: 'request', code: 'invalid_number', param: 'card[number]' });
    const brand = brandOf(card.number);
    if (brand === undefined) return refuse({ kind: 'card', code: 'unacceptable_brand', by: 'gateway' });
    if (hasExpired(card.exp_year, card.exp_month, wallMs()))
      return refuse({ kind: 'card', code: 'expired_card', by: 'gateway' });
    return succeed({ brand });
  };

  /** The validity check at the routed acquirer. */
  const check = async (
    card: CardForm,
    brand: string,
    call: Call,
    tokenId: string,
    verdict: Exclude<TokenVerdict, { kind: 'unchecked' }> | null,
  ): Promise<Result<{ acquirer: string }> & { acquirer?: string }> => {
    const merchantId = call.principal.merchant.id;
    const { untilMs } = call;
    const purpose = {
      operation: 'check',
      brand,
      merchantId,
      testMode: call.principal.mode === 'test',
      stickyKey: `${merchantId}/${vault.fingerprint(card.number)}`,
      untilMs,
    } as const;
    let refusal: GatewayError = { kind: 'no_acquirer' };
    let except: string | undefined;
    for (let tried = 0; tried < acquirersMax; tried += 1) {
      const asked = upstreams.enter(except === undefined ? purpose : { ...purpose, except });
      const entry = asked instanceof Promise ? await asked : asked;
      if (entry.kind !== 'slot') {
        // What a first acquirer could not do is told as that, and not as the second one's want of room.
        if (except === undefined) refusal = errorOf(entry, upstreams, purpose);
        break;
      }
      const { acquirer } = entry.slot;
      const order = {
        reference: attemptReference(tokenId, tried),
        card: { pan: card.number, expMonth: card.exp_month, expYear: card.exp_year },
        cvc: card.cvc,
        untilMs,
      };
      if (verdict?.kind === 'decline') {
        entry.slot.release();
        const said = await fraud!.refuse(acquirer, 'check', verdict.card, tokenId);
        return { ...refuse({ kind: 'card', code: said.reason }), acquirer };
      }
      const got = await upstreams.send(entry.slot, purpose, (to) => to.check(order));
      fraud?.said(verdict?.watched ?? null, acquirer, 'check', got);
      if (got.kind === 'approved') return { ...succeed({ acquirer }), acquirer };
      if (got.kind === 'declined') return { ...refuse({ kind: 'card', code: got.reason }), acquirer };
      refusal = { kind: 'not_sent' };
      except = acquirer;
    }
    upstreams.hurt(except ?? upstreams.ids[0]!, purpose);
    return { ...refuse(refusal), ...(except === undefined ? {} : { acquirer: except }) };
  };

  return {
    async create(call: Call): Promise<Answer> {
      const parsed = checkForm(CreateToken, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const form = parsed.value.card;
      if (parsed.value.tenant !== undefined)
        return refused({ kind: 'request', code: 'platform_not_supported', param: 'tenant' });
      const waits = parsed.value.three_d_secure === true;
      if (waits && flows === null)
        return refused({ kind: 'request', code: 'invalid_param_key', param: 'three_d_secure' });
      // One of the two is needed for 3-D Secure (payjp-api section 3.4).
      if (waits && form.email === undefined && form.phone === undefined)
        return refused({ kind: 'request', code: 'missing_param', param: 'card[email]' });
      const key = keyOfCall(idempotency, { ...call, text: withoutCode(call.form) });
      const repeated = key === null ? null : await store.read((tx) => repeatedAnswer(tx, idempotency, key));
      if (repeated !== null) return repeated;
      const allowed = precheck(form);
      if (!allowed.ok) return refused(allowed.error);

      const published = testCards.get(form.number);
      if (published !== undefined && call.principal.mode === 'live' && !testCardsInLive)
        return refused({ kind: 'request', code: 'test_card_on_livemode', param: 'card[number]' });

      const merchantId = call.principal.merchant.id;
      const label = labelOf(merchantId, call.idempotencyKey);
      const tokenId = newId(entropy, 'tok_', label);
      const verdict =
        fraud?.token(
          call,
          { number: form.number, expYear: form.exp_year, expMonth: form.exp_month, email: form.email ?? null },
          tokenId,
        ) ?? null;
      // Put off until it is to be paid with: a token says nothing about its card then.
      const checked: Awaited<ReturnType<typeof check>> =
        verdict?.kind === 'unchecked'
          ? succeed({ acquirer: upstreams.ids[0]! })
          : await check(form, allowed.value.brand, call, tokenId, verdict);
      if (!checked.ok) return refused(checked.error, checked.acquirer);

      const nowMs = wallMs();
      const vaultId = newId(entropy, 'van_', label);
      const livemode: Flag = call.principal.mode === 'live' ? 1 : 0;
      const card: CardRow = {
        id: newId(entropy, 'car_', label),
        merchant_id: merchantId,
        livemode,
        customer_id: null,
        vault_id: vaultId,
        brand: allowed.value.brand,
        last4: form.number.slice(-4),
        exp_month: form.exp_month,
        exp_year: form.exp_year,
        name: form.name ?? null,
        fingerprint: vault.fingerprint(form.number),
        cvc_check:
          form.cvc === undefined || verdict?.kind === 'unchecked' ? 'unchecked' : (published?.cvcCheck ?? 'passed'),
        email: form.email ?? null,
        phone: form.phone ?? null,
        metadata: '{}',
        created_ms: nowMs,
        deleted_ms: null,
        is_jp: published?.issuedAbroad === true ? 0 : 1,
        address: addressAfter(null, form, call.form.card as object),
        three_d_secure_status: waits ? 'unverified' : null,
      };
      const token: TokenRow = {
        id: tokenId,
        merchant_id: merchantId,
        livemode,
        card_id: card.id,
        used_ms: null,
        created_ms: nowMs,
        three_d_secure: waits ? 'pending' : null,
      };
      const sealed = vault.seal(vaultId, form.number);
      const answer = ok(tokenView(token, card), { acquirer: checked.value.acquirer });
      const written = await store.unit(async (tx): Promise<Written> => {
        // The same request was asked twice at once: the first one's token is the token.
        if (key !== null && !(await idempotency.keep(tx, key, answer)))
          return plain(refused({ kind: 'key_in_progress' }));
        await tx.run(insertVault, { id: vaultId, sealed, created_ms: nowMs });
        await tx.run(insertCard, card);
        await tx.run(insertToken, token);
        if (waits)
          await flows!.open(tx, {
            id: tokenId,
            kind: 'token',
            merchantId,
            livemode,
            card,
            amountYen: null,
            expiryDays: null,
            nowMs,
          });
        if (!tokenEvents) return plain(answer);
        const data = tokenView(token, card);
        const { merchant } = call.principal;
        const type = 'token.created';
        return { answer, deliveries: await events.emit(tx, { merchant, livemode, type, objectId: tokenId, data }) };
      });
      deliveries.wake(written.deliveries);
      return written.answer;
    },
    async retrieve(call: Call): Promise<Answer> {
      const livemode: Flag = call.principal.mode === 'live' ? 1 : 0;
      return store.read(async (tx) => {
        const token = await tx.first(tokenById, { id: call.id, merchant: call.principal.merchant.id, livemode });
        const card = token === undefined ? undefined : await tx.first(cardById, { id: token.card_id });
        if (token === undefined || card === undefined) return refused({ kind: 'no_such', what: 'token', id: call.id });
        return ok(tokenView(token, card));
      });
    },
  };
};

/**
 * What a repetition is compared by. The security code is left out: not even a keyed hash of it is
 * stored, since whoever has the key needs a thousand tries to know the code from it.
 */
const withoutCode = (form: Call['form']): string => {
  const { cvc: _, ...card } = form.card as Record<string, unknown>;
  return JSON.stringify({ ...form, card });
};
