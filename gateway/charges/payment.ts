/**
 * One payment that everybody agreed to, from its intent to its answer (design.md section 6):
 *
 * choose an acquirer -> one unit (intent, attempt, hold) -> authorise, at a second acquirer only when the first certainly
 * did not get it -> one unit (result) -> capture, where the dialect wants it separately -> one unit.
 */
import type { Deliveries } from '../deliveries/deliveries.ts';
import type { FraudRoom } from '../fraud/fraud.ts';
import { type Answer, type Call, ok, refused } from '../http/endpoint.ts';
import { Refused } from '../http/written.ts';
import type { Idempotency, KeyOf } from '../idempotency/idempotency.ts';
import { attemptReference, ownCaptureReference } from '../ids.ts';
import type { Policy } from '../policy/schema.ts';
import type { Log, Store, Tx } from '../ports.ts';
import { inquiryDelayMs } from '../settling/attempt.ts';
import type { CardRow, ChargeRow, DeliveryRow } from '../store/database.ts';
import type { AuthenticationResult } from '../three-d-secure/flow.ts';
import type { Slot } from '../upstream/admission/admission.ts';
import type { Outcome } from '../upstream/outcome.ts';
import { refusalOf } from '../upstream/refusal.ts';
import type { Upstreams } from '../upstream/upstreams.ts';
import type { Book, ChargeFile } from './book.ts';
import type { ChargeFacts } from './gates.ts';
import { chargeView } from './view.ts';

/** A payment that everybody agreed to; how its row comes to be is the caller's. */
export interface Payment {
  readonly call: Call;
  readonly card: CardRow;
  readonly pan: string;
  readonly chargeId: string;
  readonly key: KeyOf | null;
  /** The row of the intent, at this acquirer. */
  chargeAt(acquirer: string, nowMs: number): ChargeRow;
  /** In the unit of the intent; throws `Refused` when it may not begin after all. */
  begin(tx: Tx, file: ChargeFile, reference: string, nowMs: number): Promise<void>;
  /** How the card holder was authenticated for it. */
  readonly proof?: AuthenticationResult | undefined;
  /** What the gates saw. */
  readonly facts: ChargeFacts;
  /** A gate declined: everything happens as at an issuer's decline, but for the asking. */
  readonly declines: boolean;
}

export interface PaymentsDeps {
  readonly store: Store;
  readonly log: Log;
  readonly policy: Policy;
  readonly book: Book;
  readonly upstreams: Upstreams;
  readonly idempotency: Idempotency;
  readonly deliveries: Deliveries;
  readonly wallMs: () => number;
  /** Says what an issuer would where a gate declines, and hears what issuers say; null: nobody judges. */
  readonly fraud: Pick<FraudRoom, 'watch' | 'said' | 'refuse'> | null;
  /** Something of this acquirer is due at that time: the settler's alarm clock. */
  readonly settleAt: (acquirer: string, dueMs: number) => void;
  readonly unknownOpened: (acquirer: string) => void;
}

/** What ends a request: its answer, whom to wake, and whether its key stays open. */
export interface Written {
  readonly answer: Answer;
  readonly deliveries: readonly DeliveryRow[];
  readonly open?: boolean;
}

/** A refusal out of a unit, which undid what it had written. */
export const refusedAnswer = (reason: unknown): Answer => {
  if (reason instanceof Refused) return reason.answer;
  throw reason;
};

/** The charge as its merchant sees it. */
export const shown = (charge: ChargeRow, card: CardRow): Answer =>
  ok(chargeView(charge, card), {
    ...(charge.acquirer === '' ? {} : { acquirer: charge.acquirer }),
    ...(charge.pending_type === null ? {} : { outcome: 'deferred' as const }),
  });

/** Charges that may be begun for one request: the first acquirer and one other. */
const acquirersMax = 2;

export const createPayments = (deps: PaymentsDeps) => {
  const { store, log, policy, book, upstreams, idempotency, deliveries, wallMs, fraud, settleAt, unknownOpened } = deps;

  const authorise = async (
    file: ChargeFile,
    pan: string,
    reference: string,
    slot: Slot,
    untilMs: number | undefined,
    proof: AuthenticationResult | undefined,
  ): Promise<Outcome<{ handle: Readonly<Record<string, string>>; captured: boolean }>> => {
    const { charge, card } = file;
    const order = {
      reference,
      card: { pan, expMonth: card.exp_month, expYear: card.exp_year },
      amountYen: charge.amount,
      capture: charge.capture === 1,
      untilMs,
      ...(proof === undefined ? {} : { proof }),
    };
    const purpose = { operation: 'authorise', brand: card.brand, merchantId: charge.merchant_id, untilMs } as const;
    return upstreams.send(slot, purpose, (acquirer) => acquirer.authorise(order));
  };

  /** Writes what ends a request, keeps the answer under the key, then wakes the deliveries. */
  const conclude = async (key: KeyOf | null, write: (tx: Tx) => Promise<Written>): Promise<Answer> => {
    const done = await store.unit(async (tx) => {
      const written = await write(tx);
      if (key !== null)
        await (written.open === true ? idempotency.leaveOpen(tx, key) : idempotency.finish(tx, key, written.answer));
      return written;
    });
    deliveries.wake(done.deliveries);
    return done.answer;
  };

  /** The authorisation is known; its capture is a request of its own. */
  const captureLeg = async (
    file: ChargeFile,
    key: KeyOf | null,
    reference: string,
    handle: Readonly<Record<string, string>>,
  ): Promise<Answer> => {
    const next = ownCaptureReference(file.charge.id);
    const begunMs = wallMs();
    const booked = await store.unit((tx) =>
      book.authorised(
        tx,
        file,
        { reference, from: 'sending', handle, captured: false },
        {
          capture: { reference: next, kind: 'capture', amountYen: file.charge.amount, state: 'sending', dueMs: null },
          announce: false,
        },
      ),
    );
    const held: ChargeFile = { ...file, charge: booked.charge };
    const { card } = file;
    const { acquirer, amount } = held.charge;
    const purpose = { operation: 'capture', brand: card.brand, merchantId: file.merchant.id } as const;
    book.stillOurs(next, begunMs);
    const got = await upstreams.send(acquirer, purpose, (to) =>
      to.capture({ reference: next, handle, currentYen: amount, amountYen: amount }),
    );
    if (got.kind === 'approved')
      return conclude(key, async (tx) => {
        const { charge, deliveries: told } = await book.finished(tx, held, {
          reference: next,
          kind: 'capture',
          amountYen: amount,
          from: 'sending',
          announce: 'charge.succeeded',
        });
        return { answer: shown(charge, card), deliveries: told };
      });
    if (got.kind === 'declined')
      return conclude(key, async (tx) => {
        await book.move(tx, next, 'sending', 'declined', { code: got.code });
        const { charge, deliveries: told } = await book.takenBack(tx, held, 'charge.succeeded');
        return { answer: shown(charge, card), deliveries: told };
      });
    // The hold is certain, the capture is not: a deferred capture (design.md section 6.4). Its merchant asked for more, and
    // no request shows it where none was sent.
    if (got.kind === 'not_sent') upstreams.hurt(acquirer, purpose);
    const dueMs = wallMs() + inquiryDelayMs(policy.settling, 0);
    const answer = await conclude(key, async (tx) => {
      await book.move(tx, next, 'sending', got.kind === 'unknown' ? 'doubtful' : 'waiting', { dueMs });
      return { answer: shown(held.charge, card), deliveries: [] };
    });
    log.info({
      event: 'deferred.accepted',
      charge: held.charge.id,
      type: 'capture',
      acquirer,
      merchant: file.merchant.id,
    });
    settleAt(acquirer, dueMs);
    return answer;
  };

  /** Chooses an acquirer, writes the intent, asks, and writes what came of it. */
  const pay = async (payment: Payment): Promise<Answer> => {
    const { call, card, pan, chargeId, key, proof } = payment;
    const { merchant } = call.principal;
    const { livemode } = card;
    const { untilMs } = call;
    const purpose = {
      operation: 'authorise',
      brand: card.brand,
      merchantId: merchant.id,
      testMode: livemode === 0,
      stickyKey: `${merchant.id}/${card.fingerprint}`,
      untilMs,
    } as const;
    const asked = upstreams.enter(purpose);
    const entry = asked instanceof Promise ? await asked : asked;
    if (entry.kind !== 'slot') return refusalOf(entry, upstreams, purpose);
    const { slot } = entry;

    const now = wallMs();
    let file: ChargeFile = { merchant, card, charge: payment.chargeAt(slot.acquirer, now) };
    let reference = attemptReference(chargeId, 1);
    const before = await store
      .unit((tx) => payment.begin(tx, file, reference, now))
      .catch((reason: unknown) => {
        slot.release();
        return refusedAnswer(reason);
      });
    if (before !== undefined) return before;

    book.stillOurs(reference, now);
    const watched = fraud === null ? null : fraud.watch(payment.facts);
    let outcome: Awaited<ReturnType<typeof authorise>>;
    if (payment.declines && fraud !== null) {
      // The wait for this slot was an issuer's too; what follows takes as long as one.
      slot.release();
      outcome = await fraud.refuse(slot.acquirer, 'authorise', card.fingerprint, chargeId);
    } else outcome = await authorise(file, pan, reference, slot, untilMs, proof);
    for (let tried = 1; outcome.kind === 'not_sent' && tried < acquirersMax; tried += 1) {
      const again = upstreams.enter({ ...purpose, except: file.charge.acquirer });
      const other = again instanceof Promise ? await again : again;
      if (other.kind !== 'slot') break;
      const next = attemptReference(chargeId, tried + 1);
      const moved: ChargeFile = { ...file, charge: { ...file.charge, acquirer: other.slot.acquirer } };
      const { reason } = outcome;
      const movedMs = wallMs();
      await store.unit((tx) => book.redirect(tx, moved, { reference, code: reason }, next));
      file = moved;
      reference = next;
      book.stillOurs(reference, movedMs);
      outcome = await authorise(file, pan, reference, other.slot, untilMs, proof);
    }
    const { acquirer } = file.charge;
    if (!payment.declines) fraud?.said(watched, acquirer, 'authorise', outcome);
    switch (outcome.kind) {
      case 'approved': {
        const { handle, captured } = outcome;
        if (file.charge.capture === 1 && !captured) return captureLeg(file, key, reference, handle);
        return conclude(key, async (tx) => {
          const { charge, deliveries: told } = await book.authorised(
            tx,
            file,
            { reference, from: 'sending', handle, captured },
            { capture: null, announce: true },
          );
          return { answer: shown(charge, card), deliveries: told };
        });
      }
      case 'declined': {
        const { reason, code } = outcome;
        return conclude(key, async (tx) => {
          await book.move(tx, reference, 'sending', 'declined', { code });
          const { deliveries: told } = await book.failed(tx, file, { code: reason, message: code });
          return { answer: refused({ kind: 'card', code: reason, chargeId }, acquirer), deliveries: told };
        });
      }
      case 'not_sent': {
        const { reason } = outcome;
        upstreams.hurt(acquirer, purpose);
        return conclude(key, async (tx) => {
          await book.move(tx, reference, 'sending', 'not_sent', { code: reason });
          const { deliveries: told } = await book.failed(tx, file, { code: 'pg_wrong', message: 'not sent' });
          return { answer: refused({ kind: 'not_sent', chargeId }, acquirer), deliveries: told };
        });
      }
      case 'unknown': {
        const { reason } = outcome;
        const dueMs = wallMs() + inquiryDelayMs(policy.settling, 0);
        const answer = await conclude(key, async (tx) => {
          await book.move(tx, reference, 'sending', 'unknown', { code: reason, dueMs });
          await book.unknown(tx, file);
          return { answer: refused({ kind: 'unknown', chargeId }, acquirer), deliveries: [], open: true };
        });
        unknownOpened(acquirer);
        log.info({ event: 'charge.unknown', charge: chargeId, acquirer, reference, merchant: merchant.id });
        settleAt(acquirer, dueMs);
        return answer;
      }
    }
  };

  return { pay, conclude };
};
