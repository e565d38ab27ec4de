/**
 * Writes what happened to a charge: the row, its attempts, the ledger and the event, all inside
 * the caller's unit. The service and the settler both write through here, so a payment found
 * after an outage is booked exactly like one answered at once.
 */

import type { Events, EventType } from '../events/events.ts';
import { type Entry, type EntryKind, post } from '../ledger/ledger.ts';
import type { Merchant } from '../merchants/merchants.ts';
import type { Clock, Log, Tx } from '../ports.ts';
import { type AttemptKind, type AttemptState, operationNamed } from '../settling/attempt.ts';
import type { AttemptRow, CardRow, ChargeRow, DeliveryRow } from '../store/database.ts';
import { hold, LeaseLost } from '../store/leases.ts';
import type { Handle } from '../upstream/outcome.ts';
import { beginVerified, insertAttempt, insertCharge, moveAttempt, saveCharge } from './store.ts';
import { chargeView } from './view.ts';

/** A charge with what belongs to it while it is worked on. */
export interface ChargeFile {
  readonly charge: ChargeRow;
  readonly card: CardRow;
  readonly merchant: Merchant;
}

/** The charge afterwards, and deliveries to wake once the unit is committed. */
export interface Booked {
  readonly charge: ChargeRow;
  readonly deliveries: readonly DeliveryRow[];
}

export interface NewAttempt {
  readonly reference: string;
  readonly kind: AttemptKind;
  readonly amountYen: number;
  readonly state: AttemptState;
  readonly dueMs: number | null;
  /** A refund's. */
  readonly reason?: string | null;
}

interface MoreOfMove {
  /** Of the mover's claim on the attempt; 0, which nobody claimed, unless told. */
  readonly token?: number | undefined;
  readonly code?: string;
  readonly dueMs?: number;
  readonly tries?: number;
}

export interface Book {
  /**
   * Before a request leaves for what this instance wrote down at `writtenMs`: a process that slept past
   * its lease must not send what another one has taken up. @throws LeaseLost
   */
  stillOurs(reference: string, writtenMs: number): void;
  /** A charge that waits for 3-D Secure: nothing is intended yet, and the ledger does not know of it. */
  await(tx: Tx, charge: ChargeRow): Promise<void>;
  /** The intent of one that waited. False: it does not wait any more. */
  resume(tx: Tx, file: ChargeFile, reference: string): Promise<boolean>;
  /** The intent: charge, first attempt, hold in suspense. */
  intend(tx: Tx, file: ChargeFile, reference: string): Promise<void>;
  /**
   * The acquirer that was asked certainly did not get it: the intent moves to the one of `file`,
   * charge and attempt together, or a crash would leave an attempt at one acquirer and a charge
   * that is settled at another.
   */
  redirect(tx: Tx, file: ChargeFile, from: { reference: string; code: string }, reference: string): Promise<void>;
  /** The acquirer holds (or captured) it. */
  authorised(
    tx: Tx,
    file: ChargeFile,
    found: { reference: string; from: AttemptState; token?: number | undefined; handle: Handle; captured: boolean },
    then: { capture: NewAttempt | null; announce: boolean },
  ): Promise<Booked>;
  /** Nothing is held for it anywhere. */
  failed(tx: Tx, file: ChargeFile, failure: { code: string; message: string }): Promise<Booked>;
  /** Nobody knows. The charge keeps its suspense. */
  unknown(tx: Tx, file: ChargeFile): Promise<Booked>;
  /** A capture, refund or void begins: it is the charge's pending operation. */
  begin(tx: Tx, file: ChargeFile, attempt: NewAttempt): Promise<ChargeRow>;
  /** A reversal for a charge that has failed: nothing is pending for its merchant. */
  reverse(tx: Tx, file: ChargeFile, attempt: NewAttempt): Promise<void>;
  /** The pending operation was carried out. */
  finished(
    tx: Tx,
    file: ChargeFile,
    attempt: {
      reference: string;
      kind: AttemptKind;
      amountYen: number;
      from: AttemptState;
      token?: number | undefined;
      reason?: string | null;
      announce: EventType | null;
    },
  ): Promise<Booked>;
  /** The pending operation was not carried out and will not be. Its merchant is being told so by the answer. */
  withdrawn(tx: Tx, file: ChargeFile): Promise<ChargeRow>;
  /**
   * The same, and an event says that nothing is pending any more: `charge.updated` where the merchant was told that
   * it is accepted, `charge.succeeded` where the capture was the charge's own and its hold is all there is to tell.
   */
  takenBack(tx: Tx, file: ChargeFile, announced: 'charge.updated' | 'charge.succeeded'): Promise<Booked>;
  /**
   * Moves one attempt. Throws when it is not in the state `from` any more, or claimed anew: somebody
   * else (another instance, or a second process of the same name) took it up, and nothing of this unit
   * may be booked beside that. @throws LeaseLost
   */
  move(tx: Tx, reference: string, from: AttemptState, to: AttemptState, more?: MoreOfMove): Promise<void>;
}

export interface BookDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly events: Events;
  /** This instance, the owner of what it has in flight. */
  readonly instanceId: string;
  /** How long nobody else takes up what this instance has in flight: longer than any answer is waited for. */
  readonly inFlightMs: number;
}

export const createBook = ({ clock, log, events, instanceId, inFlightMs }: BookDeps): Book => {
  const entry = (charge: ChargeRow, kind: EntryKind, amountYen: number, ordinal?: string): Entry => ({
    kind,
    chargeId: charge.id,
    merchantId: charge.merchant_id,
    acquirer: charge.acquirer,
    amountYen,
    atMs: clock.wallMs(),
    ordinal,
  });

  /** A renewed authorisation is not a payment of its own: nobody hears of it. */
  const announce = async (
    tx: Tx,
    { charge, card, merchant }: ChargeFile,
    type: EventType,
  ): Promise<readonly DeliveryRow[]> => {
    if (charge.reauth_of !== null) return [];
    return events.emit(tx, {
      merchant,
      livemode: charge.livemode,
      type,
      objectId: charge.id,
      data: chargeView(charge, card),
    });
  };

  const attempt = async (
    tx: Tx,
    charge: ChargeRow,
    { reference, kind, amountYen, state, dueMs, reason }: NewAttempt,
  ): Promise<void> => {
    const row: AttemptRow = {
      reference,
      charge_id: charge.id,
      merchant_id: charge.merchant_id,
      acquirer: charge.acquirer,
      kind,
      amount: amountYen,
      state,
      owner: instanceId,
      code: null,
      sent_ms: state === 'sending' ? clock.wallMs() : null,
      due_ms: dueMs,
      tries: 0,
      not_found: 0,
      first_not_found_ms: null,
      reason: reason ?? null,
      // In flight: whoever finds it so when this is over may take it up.
      lease_owner: state === 'sending' ? instanceId : null,
      lease_until_ms: state === 'sending' ? clock.wallMs() + inFlightMs : null,
      lease_token: 0,
    };
    await tx.run(insertAttempt, row);
  };

  const move: Book['move'] = async (tx, reference, from, to, more = {}) => {
    const moved = await tx.run(moveAttempt, {
      reference,
      from,
      token: more.token ?? 0,
      to,
      code: more.code ?? null,
      due: more.dueMs ?? null,
      tries: more.tries ?? 0,
    });
    hold(moved, `attempt ${reference} (${from})`);
  };

  /** Ledger entries of a capture: the hold is released, the captured part is owed, at one time: it is one step. */
  const captureEntries = (charge: ChargeRow, capturedYen: number): Entry[] => {
    const released = entry(charge, 'release', charge.amount);
    return [released, { ...entry(charge, 'capture', capturedYen), atMs: released.atMs }];
  };

  const authorisation = (charge: ChargeRow, reference: string): NewAttempt => ({
    reference,
    kind: 'authorise',
    amountYen: charge.amount,
    state: 'sending',
    dueMs: null,
  });

  const withdraw = { pending_type: null, pending_amount: null, pending_since_ms: null } as const;

  const withdrawn = async (tx: Tx, { charge: before }: ChargeFile): Promise<ChargeRow> => {
    const charge: ChargeRow = { ...before, ...withdraw };
    await tx.run(saveCharge, charge);
    return charge;
  };

  return {
    move,
    stillOurs(reference, writtenMs) {
      if (clock.wallMs() - writtenMs >= inFlightMs)
        throw new LeaseLost(`attempt ${reference} was not sent within its lease: somebody else took it up`);
    },
    async await(tx, charge) {
      await tx.run(insertCharge, charge);
    },
    async resume(tx, { charge }, reference) {
      if ((await tx.run(beginVerified, charge)) === 0) return false;
      await attempt(tx, charge, authorisation(charge, reference));
      await post(tx, [entry(charge, 'intend', charge.amount)]);
      return true;
    },
    async intend(tx, { charge }, reference) {
      await tx.run(insertCharge, charge);
      await attempt(tx, charge, authorisation(charge, reference));
      await post(tx, [entry(charge, 'intend', charge.amount)]);
    },
    async redirect(tx, { charge }, from, reference) {
      await move(tx, from.reference, 'sending', 'not_sent', { code: from.code });
      await tx.run(saveCharge, charge);
      await attempt(tx, charge, authorisation(charge, reference));
    },
    async authorised(tx, file, { reference, from, token, handle, captured }, then) {
      const now = clock.wallMs();
      let charge: ChargeRow = {
        ...file.charge,
        state: captured ? 'captured' : 'authorised',
        handle: JSON.stringify(handle),
        captured_amount: captured ? file.charge.amount : 0,
        captured_ms: captured ? now : null,
      };
      if (then.capture !== null)
        charge = {
          ...charge,
          pending_type: then.capture.kind,
          pending_amount: then.capture.amountYen,
          pending_since_ms: now,
        };
      await move(tx, reference, from, 'approved', { token });
      await tx.run(saveCharge, charge);
      const entries = [entry(charge, 'authorise', charge.amount)];
      if (captured) entries.push(...captureEntries(charge, charge.amount));
      await post(tx, entries);
      if (then.capture !== null) await attempt(tx, charge, then.capture);
      const deliveries = then.announce ? await announce(tx, { ...file, charge }, 'charge.succeeded') : [];
      return { charge, deliveries };
    },
    async failed(tx, file, { code, message }) {
      const charge: ChargeRow = {
        ...file.charge,
        ...withdraw,
        state: 'failed',
        failure_code: code,
        failure_message: message,
      };
      await tx.run(saveCharge, charge);
      await post(tx, [entry(charge, 'abandon', charge.amount)]);
      return { charge, deliveries: await announce(tx, { ...file, charge }, 'charge.failed') };
    },
    async unknown(tx, file) {
      const charge: ChargeRow = { ...file.charge, state: 'unknown' };
      await tx.run(saveCharge, charge);
      return { charge, deliveries: [] };
    },
    async begin(tx, { charge: before }, next) {
      const charge: ChargeRow = {
        ...before,
        pending_type: next.kind,
        pending_amount: next.amountYen,
        pending_since_ms: clock.wallMs(),
        attempts: before.attempts + 1,
      };
      await tx.run(saveCharge, charge);
      await attempt(tx, charge, next);
      return charge;
    },
    async reverse(tx, { charge }, next) {
      await tx.run(saveCharge, { ...charge, attempts: charge.attempts + 1 });
      await attempt(tx, charge, next);
    },
    async finished(tx, file, { reference, kind, amountYen, from, token, reason, announce: type }) {
      const now = clock.wallMs();
      const before = file.charge;
      await move(tx, reference, from, 'approved', { token });
      let charge: ChargeRow = { ...before, ...withdraw, refund_reason: reason ?? before.refund_reason };
      const entries: Entry[] = [];
      switch (kind) {
        case 'capture':
          charge = { ...charge, state: 'captured', captured_amount: amountYen, captured_ms: now };
          entries.push(...captureEntries(charge, amountYen));
          break;
        case 'refund':
          charge = { ...charge, refunded_amount: before.refunded_amount + amountYen };
          entries.push(entry(charge, 'refund', amountYen, reference));
          break;
        case 'void':
          charge = { ...charge, state: 'cancelled' };
          entries.push(entry(charge, 'release', before.amount));
          break;
        case 'authorise':
          throw new Error(`an authorisation is not a follow-up: ${reference}`);
      }
      await tx.run(saveCharge, charge);
      await post(tx, entries);
      const deliveries = type === null ? [] : await announce(tx, { ...file, charge }, type);
      if (from === 'waiting' || from === 'doubtful')
        log.info({
          event: 'deferred.completed',
          charge: charge.id,
          type: operationNamed(kind),
          acquirer: charge.acquirer,
        });
      return { charge, deliveries };
    },
    withdrawn,
    async takenBack(tx, file, type) {
      const charge = await withdrawn(tx, file);
      return { charge, deliveries: await announce(tx, { ...file, charge }, type) };
    },
  };
};
