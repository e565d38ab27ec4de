/**
 * Authorisations of which nobody knows: found at the acquirer and given back or adopted, or not
 * found and failed (resilience-patterns section 11). One that failed for not being found is looked for
 * a few times more: the same listing shows an approval that came late.
 */
import type { Book, ChargeFile, NewAttempt } from '../charges/book.ts';
import { noteNotFound, postponeAttempt } from '../charges/store.ts';
import type { Deliveries } from '../deliveries/deliveries.ts';
import type { Idempotency } from '../idempotency/idempotency.ts';
import { attemptReference, ownCaptureReference } from '../ids.ts';
import type { Policy } from '../policy/schema.ts';
import type { Clock, Log, Store, Tx } from '../ports.ts';
import type { AttemptRow, ChargeRow, DeliveryRow } from '../store/database.ts';
import type { Finding, Handle } from '../upstream/outcome.ts';
import type { Upstreams } from '../upstream/upstreams.ts';
import { askAgainMs, believeNotFound, inquiryDelayMs, lateLookMs } from './attempt.ts';
import { isAsClaimed, type ReadFile } from './files.ts';
import { inUnits } from './units.ts';

export interface LostAuthorisationsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly settling: Policy['settling'];
  readonly book: Book;
  readonly upstreams: Upstreams;
  readonly idempotency: Idempotency;
  readonly deliveries: Deliveries;
  readonly readFile: ReadFile;
  /** One of this acquirer is not unknown any more. */
  readonly settled: (acquirer: string) => void;
  /** Outcomes there that are not known now. */
  readonly unknownsOpen: (acquirer: string) => number;
}

/** Asks about all of them in one question where the dialect can. False: the acquirer could not be asked. */
export type SettleAuthorisations = (acquirer: string, rows: readonly AttemptRow[]) => Promise<boolean>;

/** One that is not unknown any more, as what, and whom that has to be told. */
interface Settled {
  readonly charge: Pick<ChargeRow, 'id' | 'acquirer'>;
  readonly reference: string;
  readonly as: string;
  readonly deliveries: readonly DeliveryRow[];
}

/**
 * With more than these unknown, what is believed not found is left to the daily reconciliation: looking for a hundred
 * thousand of them again would stand before those of which nothing is known yet.
 */
const lateLooksAmongMax = 500;

/** One that was carried out after it was believed not to be. */
type Late = Pick<Settled, 'charge' | 'reference'>;

export const createLostAuthorisations = (deps: LostAuthorisationsDeps): SettleAuthorisations => {
  const { clock, log, store, settling, book, upstreams, idempotency, deliveries, readFile, settled } = deps;

  const settle = async (tx: Tx, row: AttemptRow, file: ChargeFile, finding: Finding): Promise<Settled | null> => {
    const now = clock.wallMs();
    const { reference, lease_token: token } = row;
    if (!finding.found) {
      const answers = row.not_found + 1;
      const firstMs = row.first_not_found_ms ?? now;
      if (believeNotFound(settling, { answers, firstMs, nowMs: now })) return fail(tx, row, file, 'not_found', firstMs);
      const dueMs = askAgainMs(settling, { tries: row.tries, firstMs, nowMs: now });
      await tx.run(noteNotFound, { reference, token, count: answers, first: firstMs, due: dueMs, tries: row.tries });
      return null;
    }
    if (finding.state === 'declined' || finding.state === 'voided') return fail(tx, row, file, finding.state);
    if (finding.handle === null) {
      await tx.run(postponeAttempt, { reference, token, due: now + inquiryDelayMs(settling, row.tries) });
      return null;
    }
    if (await wanted(tx, file)) return adopt(tx, row, file, finding.handle, finding.state === 'captured');
    return giveBack(tx, row, file, finding.handle);
  };

  /** Its charge failed because it was not found: an approval that shows now is held for nobody. */
  const lookAgain = async (tx: Tx, row: AttemptRow, file: ChargeFile, finding: Finding): Promise<Late | null> => {
    const { reference, lease_token: token } = row;
    const nowMs = clock.wallMs();
    if (finding.found && finding.state !== 'declined' && finding.state !== 'voided' && finding.handle !== null) {
      const charge = { ...file.charge, handle: JSON.stringify(finding.handle) };
      await book.move(tx, reference, 'absent', 'approved', { code: 'found late', token });
      await book.reverse(tx, { ...file, charge }, reversalOf(charge));
      return { charge, reference };
    }
    const lookMs = lateLookMs(settling, { firstMs: row.first_not_found_ms ?? 0, nowMs });
    if (lookMs !== null) await tx.run(postponeAttempt, { reference, token, due: lookMs });
    else await book.move(tx, reference, 'absent', 'not_sent', { code: 'not_found', token });
    return null;
  };

  const reversalOf = (charge: ChargeRow): NewAttempt => ({
    reference: attemptReference(charge.id, 8),
    kind: 'void',
    amountYen: charge.amount,
    state: 'waiting',
    dueMs: clock.wallMs(),
  });

  /** The merchant was told nothing definite and nobody asks any more. */
  const giveBack = async (
    tx: Tx,
    { reference, lease_token: token }: AttemptRow,
    file: ChargeFile,
    handle: Handle,
  ): Promise<Settled> => {
    const charge = { ...file.charge, handle: JSON.stringify(handle) };
    await book.move(tx, reference, 'unknown', 'approved', { code: 'found', token });
    await book.begin(tx, { ...file, charge }, reversalOf(charge));
    return { charge, reference, as: 'approved, to be voided', deliveries: [] };
  };

  /** Is a repetition of the key waiting for this charge, and does the policy adopt? */
  const wanted = async (tx: Tx, { charge }: ChargeFile): Promise<boolean> => {
    if (settling.unknownApproved !== 'adopt' || charge.idempotency_key === null) return false;
    const row = await idempotency.find(tx, {
      merchantId: charge.merchant_id,
      livemode: charge.livemode,
      key: charge.idempotency_key,
    });
    return row?.waiting === 1;
  };

  const adopt = async (
    tx: Tx,
    { reference, lease_token: token }: AttemptRow,
    file: ChargeFile,
    handle: Handle,
    captured: boolean,
  ): Promise<Settled> => {
    const { charge } = file;
    const needsCapture = charge.capture === 1 && !captured;
    const booked = await book.authorised(
      tx,
      file,
      { reference, from: 'unknown', token, handle, captured },
      {
        capture: needsCapture
          ? {
              reference: ownCaptureReference(charge.id),
              kind: 'capture',
              amountYen: charge.amount,
              state: 'waiting',
              dueMs: clock.wallMs(),
            }
          : null,
        announce: !needsCapture,
      },
    );
    return { charge, reference, as: 'adopted', deliveries: booked.deliveries };
  };

  const fail = async (
    tx: Tx,
    { reference, lease_token: token }: AttemptRow,
    file: ChargeFile,
    why: 'declined' | 'voided' | 'not_found',
    firstMs = 0,
  ): Promise<Settled> => {
    const few = deps.unknownsOpen(file.charge.acquirer) <= lateLooksAmongMax;
    const lookMs = why === 'not_found' && few ? lateLookMs(settling, { firstMs, nowMs: clock.wallMs() }) : null;
    if (lookMs === null)
      await book.move(tx, reference, 'unknown', why === 'declined' ? 'declined' : 'not_sent', { code: why, token });
    else await book.move(tx, reference, 'unknown', 'absent', { code: why, dueMs: lookMs, token });
    const { deliveries: told } = await book.failed(tx, file, { code: 'pg_wrong', message: `settled: ${why}` });
    return { charge: file.charge, reference, as: why, deliveries: told };
  };

  /** Books what was found of them, and what was not, in one unit. */
  const bookAll = async (rows: readonly AttemptRow[], findings: ReadonlyMap<string, Finding>): Promise<void> => {
    const files = new Map<string, ChargeFile>();
    for (const row of rows) {
      const file = await readFile(row.charge_id);
      if (file !== undefined) files.set(row.reference, file);
    }
    const ended = await store.unit(async (tx) => {
      const all: Settled[] = [];
      const late: Late[] = [];
      for (const row of rows) {
        const file = files.get(row.reference);
        if (file === undefined || !(await isAsClaimed(tx, row))) continue;
        const finding = findings.get(row.reference) ?? { found: false };
        if (row.state === 'absent') {
          const one = await lookAgain(tx, row, file, finding);
          if (one !== null) late.push(one);
          continue;
        }
        const one = await settle(tx, row, file, finding);
        if (one !== null) all.push(one);
      }
      return { all, late };
    });
    // Only now: a store may have run the unit twice.
    for (const { charge, reference, as } of ended.all) {
      settled(charge.acquirer);
      log.info({ event: 'unknown.settled', charge: charge.id, reference, as });
    }
    for (const { charge, reference } of ended.late)
      log.warn({ event: 'late.approval', charge: charge.id, acquirer: charge.acquirer, reference });
    deliveries.wake(ended.all.flatMap((one) => one.deliveries));
  };

  return async (acquirer, rows) => {
    const sought = rows.map(({ reference, sent_ms }) => ({ reference, sentMs: sent_ms ?? 0 }));
    const findings = await upstreams.inquire(acquirer, (to) => to.findAuthorisations(sought));
    if (findings === null) return false;
    for (const some of inUnits(rows)) await bookAll(some, findings);
    return true;
  };
};
