/**
 * Capture and refund: they belong to the acquirer that authorised the charge
 * (design.md section 6.6).
 *
 * When that acquirer is away they are accepted as *deferred*: stored, answered honestly with the
 * pending operation named, and completed by the settler. A merchant (or the policy) may choose
 * refusal instead.
 */

import { cardById } from '../cards/store.ts';
import type { Deliveries } from '../deliveries/deliveries.ts';
import type { EventType } from '../events/events.ts';
import { type Answer, type Call, ok, refused } from '../http/endpoint.ts';
import { checkForm } from '../http/fields.ts';
import { type Idempotency, type KeyOf, keptAnswer } from '../idempotency/idempotency.ts';
import { attemptReference } from '../ids.ts';
import type { Policy } from '../policy/schema.ts';
import type { Log, Store, Tx } from '../ports.ts';
import { type AttemptKind, type AttemptState, inquiryDelayMs, operationNamed } from '../settling/attempt.ts';
import type { AttemptRow, CardRow, ChargeRow, DeliveryRow } from '../store/database.ts';
import type { FollowUpOrder, Handle, Outcome } from '../upstream/outcome.ts';
import type { Upstreams } from '../upstream/upstreams.ts';
import type { Book, ChargeFile } from './book.ts';
import { planCapture, planRefund } from './charge.ts';
import { CaptureCharge, RefundCharge } from './schema.ts';
import { attemptByReference, chargeOfMerchant } from './store.ts';
import { chargeView } from './view.ts';

export interface FollowUpDeps {
  readonly store: Store;
  readonly log: Log;
  readonly policy: Policy;
  readonly book: Book;
  readonly upstreams: Upstreams;
  readonly idempotency: Idempotency;
  readonly deliveries: Deliveries;
  readonly wallMs: () => number;
  readonly settleAt: (acquirer: string, dueMs: number) => void;
  readonly unknownOpened: (acquirer: string) => void;
}

/** What the request comes to once the charge allows it. */
interface Plan {
  readonly kind: Exclude<AttemptKind, 'authorise'>;
  readonly amountYen: number;
  readonly refundReason: string | null;
}

type Begun =
  | { readonly answer: Answer }
  | { readonly file: ChargeFile; readonly reference: string; readonly plan: Plan; readonly deferred: boolean };

const eventOf: Readonly<Record<Plan['kind'], EventType>> = {
  capture: 'charge.captured',
  refund: 'charge.refunded',
  void: 'charge.refunded',
};

/** The order for an acquirer: what it holds now and what is to change. */
export const orderOf = (charge: ChargeRow, reference: string, amountYen: number): FollowUpOrder => ({
  reference,
  handle: JSON.parse(charge.handle ?? '{}') as Handle,
  currentYen: charge.state === 'captured' ? charge.captured_amount - charge.refunded_amount : charge.amount,
  amountYen,
});

/** Sends one follow-up in the acquirer's words. */
export const sendFollowUp = (
  upstreams: Upstreams,
  file: ChargeFile,
  kind: Exclude<AttemptKind, 'authorise'>,
  order: FollowUpOrder,
  background = false,
): Promise<Outcome> =>
  upstreams.send(
    file.charge.acquirer,
    { operation: kind, brand: file.card.brand, merchantId: file.merchant.id, background },
    (acquirer) => acquirer[kind](order),
  );

export const createFollowUps = (deps: FollowUpDeps) => {
  const { store, log, policy, book, upstreams, idempotency, deliveries, wallMs, settleAt, unknownOpened } = deps;

  const shown = (charge: ChargeRow, file: ChargeFile): Answer =>
    ok(chargeView(charge, file.card), {
      acquirer: charge.acquirer,
      ...(charge.pending_type === null ? {} : { outcome: 'deferred' as const }),
    });

  const begin = async (
    tx: Tx,
    call: Call,
    key: KeyOf | null,
    hash: string,
    planned: (charge: ChargeRow) => ReturnType<typeof planCapture> | ReturnType<typeof planRefund>,
    reasonText: string | null,
  ): Promise<Begun> => {
    if (key !== null) {
      const row = await idempotency.find(tx, key);
      if (row !== undefined)
        return {
          answer:
            row.params_hash !== hash
              ? refused({ kind: 'key_reused' })
              : row.state === 'done'
                ? keptAnswer(row)
                : await presentState(tx, call, key, row.reference),
        };
    }
    const charge = await tx.first(chargeOfMerchant, chargeKey(call));
    if (charge === undefined) return { answer: refused({ kind: 'no_such', what: 'charge', id: call.id }) };
    const verdict = planned(charge);
    if (!verdict.ok) return { answer: refused(verdict.error, charge.acquirer) };
    const kind = 'type' in verdict.value ? verdict.value.type : 'capture';
    const plan: Plan = { kind, amountYen: verdict.value.amountYen, refundReason: reasonText };
    const card = await tx.first(cardById, { id: charge.card_id });
    if (card === undefined) throw new Error(`charge ${charge.id} has no card`);
    const away = upstreams.isAway(charge.acquirer, { brand: card.brand, operation: kind });
    const defer = away && policy.deferral.enabled && call.principal.merchant.deferral === 'accept';
    if (away && !defer) {
      upstreams.hurt(charge.acquirer, { operation: kind, brand: card.brand, merchantId: charge.merchant_id });
      return { answer: refused({ kind: 'no_acquirer' }, charge.acquirer) };
    }
    // From 10 on: 1 to 9 belong to the creation.
    const reference = attemptReference(charge.id, 10 + charge.attempts);
    if (key !== null && !(await idempotency.begin(tx, { ...key, hash, chargeId: charge.id, reference })))
      return { answer: refused({ kind: 'key_in_progress' }) };
    const file: ChargeFile = { charge, card, merchant: call.principal.merchant };
    const next = await book.begin(tx, file, {
      reference,
      kind,
      amountYen: plan.amountYen,
      state: defer ? 'waiting' : 'sending',
      dueMs: defer ? wallMs() : null,
      reason: plan.refundReason,
    });
    return { file: { ...file, charge: next }, reference, plan, deferred: defer };
  };

  /** A repeated key whose operation had no answer so far: where it stands now. */
  const presentState = async (tx: Tx, call: Call, key: KeyOf, reference: string | null): Promise<Answer> => {
    const charge = await tx.first(chargeOfMerchant, chargeKey(call));
    const card = charge === undefined ? undefined : await tx.first(cardById, { id: charge.card_id });
    if (charge === undefined || card === undefined) return refused({ kind: 'no_such', what: 'charge', id: call.id });
    const attempt = reference === null ? undefined : await tx.first(attemptByReference, { reference });
    if (attempt === undefined) throw new Error(`the key of charge ${charge.id} names no attempt`);
    const answer = outcomeOf(charge, card, attempt);
    if (answer === null) {
      const pending = operationNamed(attempt.kind as AttemptKind);
      return refused({ kind: 'operation_pending', chargeId: charge.id, pending }, charge.acquirer);
    }
    await idempotency.finish(tx, key, answer);
    return answer;
  };

  const run = async (
    call: Call,
    planned: (charge: ChargeRow) => ReturnType<typeof planCapture> | ReturnType<typeof planRefund>,
    reasonText: string | null,
  ): Promise<Answer> => {
    const key: KeyOf | null =
      call.idempotencyKey === null
        ? null
        : {
            merchantId: call.principal.merchant.id,
            livemode: call.principal.mode === 'live' ? 1 : 0,
            key: call.idempotencyKey,
          };
    const hash = key === null ? '' : idempotency.hashOf(call.path, call.text);
    const begunMs = wallMs();
    const begun = await store.unit((tx) => begin(tx, call, key, hash, planned, reasonText));
    if ('answer' in begun) return begun.answer;
    const { file, reference, plan } = begun;
    const { acquirer } = file.charge;
    if (begun.deferred) return accepted(file, key, plan, wallMs());

    book.stillOurs(reference, begunMs);
    const got = await sendFollowUp(upstreams, file, plan.kind, orderOf(file.charge, reference, plan.amountYen));
    const mayDefer = policy.deferral.enabled && file.merchant.deferral === 'accept';
    switch (got.kind) {
      case 'approved':
        return conclude(key, async (tx) => {
          const { charge, deliveries: told } = await book.finished(tx, file, {
            reference,
            kind: plan.kind,
            amountYen: plan.amountYen,
            from: 'sending',
            reason: plan.refundReason,
            announce: eventOf[plan.kind],
          });
          return { answer: shown(charge, file), deliveries: told };
        });
      case 'declined':
        return conclude(key, async (tx) => {
          await book.move(tx, reference, 'sending', 'declined', { code: got.code });
          await book.withdrawn(tx, file);
          return {
            answer: refused({ kind: 'card', code: got.reason, chargeId: file.charge.id }, acquirer),
            deliveries: [],
          };
        });
      case 'not_sent': {
        if (!mayDefer)
          upstreams.hurt(acquirer, { operation: plan.kind, brand: file.card.brand, merchantId: file.merchant.id });
        if (!mayDefer)
          return conclude(key, async (tx) => {
            await book.move(tx, reference, 'sending', 'not_sent', { code: got.reason });
            await book.withdrawn(tx, file);
            return { answer: refused({ kind: 'not_sent', chargeId: file.charge.id }, acquirer), deliveries: [] };
          });
        const dueMs = wallMs() + policy.settling.retryBaseMs;
        await store.unit((tx) => book.move(tx, reference, 'sending', 'waiting', { code: got.reason, dueMs }));
        return accepted(file, key, plan, dueMs);
      }
      case 'unknown': {
        const dueMs = wallMs() + inquiryDelayMs(policy.settling, 0);
        // `doubtful` is sent again when the inquiry says that it was not carried out; `unknown` is not.
        await store.unit((tx) =>
          book.move(tx, reference, 'sending', mayDefer ? 'doubtful' : 'unknown', { code: got.reason, dueMs }),
        );
        if (mayDefer) return accepted(file, key, plan, dueMs);
        const answer = refused({ kind: 'unknown', chargeId: file.charge.id }, acquirer);
        if (key !== null) await store.unit((tx) => idempotency.leaveOpen(tx, key));
        unknownOpened(acquirer);
        log.info({ event: 'charge.unknown', charge: file.charge.id, acquirer, reference, merchant: file.merchant.id });
        settleAt(acquirer, dueMs);
        return answer;
      }
    }
  };

  const accepted = async (file: ChargeFile, key: KeyOf | null, plan: Plan, dueMs: number): Promise<Answer> => {
    const answer = shown(file.charge, file);
    if (key !== null) await store.unit((tx) => idempotency.finish(tx, key, answer));
    log.info({
      event: 'deferred.accepted',
      charge: file.charge.id,
      type: operationNamed(plan.kind),
      acquirer: file.charge.acquirer,
      merchant: file.merchant.id,
    });
    settleAt(file.charge.acquirer, dueMs);
    return answer;
  };

  const conclude = async (
    key: KeyOf | null,
    write: (tx: Tx) => Promise<{ answer: Answer; deliveries: readonly DeliveryRow[] }>,
  ): Promise<Answer> => {
    const done = await store.unit(async (tx) => {
      const written = await write(tx);
      if (key !== null) await idempotency.finish(tx, key, written.answer);
      return written;
    });
    deliveries.wake(done.deliveries);
    return done.answer;
  };

  return {
    async capture(call: Call): Promise<Answer> {
      const parsed = checkForm(CaptureCharge, call.form);
      if (!parsed.ok) return refused(parsed.error);
      return run(call, (charge) => planCapture(charge, parsed.value.amount, wallMs()), null);
    },
    async refund(call: Call): Promise<Answer> {
      const parsed = checkForm(RefundCharge, call.form);
      if (!parsed.ok) return refused(parsed.error);
      return run(
        call,
        (charge) => planRefund(charge, parsed.value.amount, wallMs()),
        parsed.value.refund_reason ?? null,
      );
    },
  };
};

/**
 * What became of an operation that was answered too late. A 200 would be read as "captured" or
 * "refunded" by every client, so what was not carried out is an error. `null`: still open.
 */
const outcomeOf = (charge: ChargeRow, card: CardRow, attempt: AttemptRow): Answer | null => {
  const { id: chargeId, acquirer } = charge;
  switch (attempt.state as AttemptState) {
    case 'approved':
      return ok(chargeView(charge, card), { acquirer });
    case 'declined':
      return refused({ kind: 'card', code: 'processing_error', chargeId }, acquirer);
    case 'not_sent':
    case 'absent':
      return refused({ kind: 'not_sent', chargeId }, acquirer);
    case 'sending':
    case 'unknown':
    case 'doubtful':
    case 'waiting':
      return null;
  }
};

const chargeKey = (call: Call) => ({
  id: call.id,
  merchant: call.principal.merchant.id,
  livemode: call.principal.mode === 'live' ? (1 as const) : (0 as const),
});
