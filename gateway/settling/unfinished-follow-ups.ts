/**
 * Captures, refunds and reversals that wait for their acquirer, or of which nobody knows: asked
 * about when they may have been carried out, then sent, until they are done or refused for good.
 */
import type { Book, ChargeFile } from '../charges/book.ts';
import { orderOf, sendFollowUp } from '../charges/follow-ups.ts';
import { beginSending, noteNotFound, postponeAttempt } from '../charges/store.ts';
import type { Deliveries } from '../deliveries/deliveries.ts';
import type { EventType } from '../events/events.ts';
import { describe } from '../http/endpoint.ts';
import { ownCaptureReference } from '../ids.ts';
import type { Policy } from '../policy/schema.ts';
import type { Clock, Log, Store } from '../ports.ts';
import type { AttemptRow } from '../store/database.ts';
import { hold, LeaseLost } from '../store/leases.ts';
import type { Upstreams } from '../upstream/upstreams.ts';
import {
  type AttemptState,
  askAgainMs,
  askSoonerMs,
  believeNotFound,
  claimMs,
  type FollowUpKind,
  operationNamed,
  resendDelayMs,
} from './attempt.ts';
import { carriedOut } from './carried-out.ts';
import { isAsClaimed, type ReadFile } from './files.ts';

export interface UnfinishedFollowUpsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly settling: Policy['settling'];
  readonly book: Book;
  readonly upstreams: Upstreams;
  readonly deliveries: Deliveries;
  readonly readFile: ReadFile;
  /** One of this acquirer is not unknown any more. */
  readonly settled: (acquirer: string) => void;
}

/**
 * Starts follow-ups at the policy's rate, a few in flight together, until one gets no answer or
 * `mayGoOn` says no. `untouched` are those that were not begun, or could not be asked about: no
 * date was set for them.
 */
export type SettleFollowUps = (
  rows: readonly AttemptRow[],
  mayGoOn: () => boolean,
) => Promise<{ readonly reachable: boolean; readonly untouched: readonly AttemptRow[] }>;

/** In flight together. */
const togetherMax = 8;

const announced: Readonly<Record<FollowUpKind, EventType>> = {
  capture: 'charge.captured',
  refund: 'charge.refunded',
  void: 'charge.refunded',
};

export const createUnfinishedFollowUps = (deps: UnfinishedFollowUpsDeps): SettleFollowUps => {
  const { clock, log, store, settling, book, upstreams, deliveries, readFile, settled } = deps;

  /** Asks first when it may have been carried out, then sends. */
  const settle = async (row: AttemptRow): Promise<'answered' | 'no answer' | 'not asked'> => {
    const file = await readFile(row.charge_id);
    if (file === undefined) return 'answered';
    const kind = row.kind as FollowUpKind;
    if (row.state === 'doubtful' || row.state === 'unknown') {
      const done = await isDone(row, file, kind);
      if (done === null) return 'not asked';
      if (done) {
        await finish(row, file, kind);
        return 'answered';
      }
      if (row.state === 'unknown') {
        if (await believed(row)) await giveUp(row, file);
        return 'answered';
      }
      // One that was refused is not sent again before the refusal is believed, and then to hear its reason.
      if (row.not_found > 0 && !(await believed(row))) return 'answered';
    }
    // It was accepted in time and waited for too long: the buyer was promised that the hold is over.
    if (kind === 'capture' && hasEnded(file)) {
      // Sent before, it may still be carried out: one look that does not show it is not enough here either.
      if (row.state === 'doubtful' && !(await believed(row))) return 'answered';
      await decline(row, file, 'charge_expired');
      return 'answered';
    }
    return (await send(row, file, kind)) ? 'answered' : 'no answer';
  };

  /** Does the acquirer show it as carried out? `null`: it could not be asked. */
  const isDone = async (row: AttemptRow, { charge }: ChargeFile, kind: FollowUpKind): Promise<boolean | null> => {
    const order = orderOf(charge, row.reference, row.amount);
    const finding = await upstreams.inquire(charge.acquirer, (to) => to.lookUp(order));
    return finding === null ? null : carriedOut(kind, charge, row.amount, finding);
  };

  const finish = async (row: AttemptRow, file: ChargeFile, kind: FollowUpKind): Promise<void> => {
    const from = row.state as 'doubtful' | 'unknown';
    const told = await store.unit(async (tx) => {
      // Somebody else may have done it, and then there is nothing to book.
      if (!(await isAsClaimed(tx, row))) return null;
      // A void of an approval nobody was told about ends in failure, not in a refunded charge.
      if (kind === 'void' && file.charge.state === 'failed') {
        // An approval that came late: the charge has failed already, and the ledger holds nothing for it.
        await book.move(tx, row.reference, from, 'approved', { token: row.lease_token });
        return [];
      }
      if (kind === 'void' && file.charge.state === 'unknown') {
        await book.move(tx, row.reference, from, 'approved', { token: row.lease_token });
        return (await book.failed(tx, file, { code: 'pg_wrong', message: 'settled: voided' })).deliveries;
      }
      return (
        await book.finished(tx, file, {
          reference: row.reference,
          kind,
          amountYen: row.amount,
          from,
          token: row.lease_token,
          reason: row.reason,
          announce: announced[kind],
        })
      ).deliveries;
    });
    if (told === null) return;
    deliveries.wake(told);
    if (from !== 'unknown') return;
    settled(file.charge.acquirer);
    log.info({ event: 'unknown.settled', charge: file.charge.id, reference: row.reference, as: 'carried out' });
  };

  /** So many answers that it was not carried out, and the next look. */
  const note = (
    { reference, lease_token: token, tries }: AttemptRow,
    { count, firstMs, dueMs }: { count: number; firstMs: number; dueMs: number },
  ): Promise<void> =>
    store.unit(async (tx) =>
      hold(
        await tx.run(noteNotFound, { reference, token, count, first: firstMs, due: dueMs, tries }),
        `attempt ${reference}`,
      ),
    );

  /**
   * Once is not enough: it may stand in the acquirer's queue while it is asked about, and books that inquiries are
   * answered from may lag. True: often and for long enough. Otherwise it is noted, and asked about again; sooner where
   * a merchant waits for it.
   */
  const believed = async (row: AttemptRow): Promise<boolean> => {
    const { tries, state } = row;
    const nowMs = clock.wallMs();
    const count = row.not_found + 1;
    const firstMs = row.not_found === 0 ? nowMs : (row.first_not_found_ms ?? nowMs);
    if (believeNotFound(settling, { answers: count, firstMs, nowMs })) return true;
    const dueMs = (state === 'unknown' ? askAgainMs : askSoonerMs)(settling, { tries, firstMs, nowMs });
    await note(row, { count, firstMs, dueMs });
    return false;
  };

  /** Not carried out and not wanted any more: the charge stays as it was. */
  const giveUp = async (row: AttemptRow, file: ChargeFile): Promise<void> => {
    const { reference, lease_token: token } = row;
    await store.unit(async (tx) => {
      await book.move(tx, reference, 'unknown', 'not_sent', { code: 'not carried out', token });
      await book.withdrawn(tx, file);
    });
    settled(file.charge.acquirer);
    log.info({ event: 'unknown.settled', charge: file.charge.id, reference, as: 'not carried out' });
  };

  /** False: no answer. */
  const send = async (row: AttemptRow, file: ChargeFile, kind: FollowUpKind): Promise<boolean> => {
    const { reference, tries, lease_token: token } = row;
    // From here on bytes may go out: after a crash it has to be asked about first.
    await store.unit(async (tx) => {
      const untilMs = clock.wallMs() + claimMs;
      hold(await tx.run(beginSending, { reference, from: row.state, token, until: untilMs }), `attempt ${reference}`);
    });
    const got = await sendFollowUp(upstreams, file, kind, orderOf(file.charge, reference, row.amount), true);
    const sent: AttemptRow = { ...row, state: 'doubtful' };
    const dueMs = clock.wallMs() + resendDelayMs(settling, tries);
    switch (got.kind) {
      case 'approved':
        await finish(sent, file, kind);
        return true;
      case 'declined':
        return refused(sent, file, kind, { code: got.code, dueMs, isFirst: row.state === 'waiting' && tries === 1 });
      case 'not_sent':
        if (row.state === 'doubtful') {
          // This sending was none, but the one before it may still be carried out: it is asked about again.
          await note(row, { count: row.not_found, firstMs: row.first_not_found_ms ?? clock.wallMs(), dueMs });
          return false;
        }
        await store.unit((tx) =>
          book.move(tx, reference, 'doubtful', 'waiting', { code: got.reason, dueMs, tries, token }),
        );
        return false;
      case 'unknown':
        // It may be carried out by this sending: what was answered before says nothing any more.
        await note(row, { count: 0, firstMs: clock.wallMs(), dueMs });
        return false;
    }
  };

  const postpone = ({ reference, lease_token: token }: AttemptRow, dueMs: number): Promise<void> =>
    store.unit(async (tx) =>
      hold(await tx.run(postponeAttempt, { reference, token, due: dueMs }), `attempt ${reference}`),
    );

  /**
   * A no to something that was sent before may mean that the first sending was carried out after
   * all: an acquirer serves timed-out work from its queue. So the acquirer is asked once more, and
   * again, unless this was the first sending: what it shows may be older than the first sending (seed 1832).
   */
  const refused = async (
    row: AttemptRow,
    file: ChargeFile,
    kind: FollowUpKind,
    { code, dueMs, isFirst }: { code: string; dueMs: number; isFirst: boolean },
  ): Promise<boolean> => {
    const { reference, tries, lease_token: token } = row;
    const { id: charge, acquirer, state } = file.charge;
    const done = await isDone(row, file, kind);
    if (done === null) {
      await postpone(row, dueMs);
      return false;
    }
    if (done) {
      await finish(row, file, kind);
      return true;
    }
    if (state === 'unknown' || state === 'failed') {
      // Money is held that nobody was told of: this is tried until it succeeds.
      await store.unit((tx) => book.move(tx, reference, 'doubtful', 'waiting', { code, dueMs, tries, token }));
      log.error({ event: 'reversal.refused', charge, acquirer, code, tries });
      return true;
    }
    if (!isFirst && !(await believed(row))) return true;
    await decline(row, file, code);
    return true;
  };

  const hasEnded = ({ charge }: ChargeFile): boolean =>
    charge.expires_ms !== null && clock.wallMs() >= charge.expires_ms;

  /** It will not be done: the charge stays as it was, and its merchant is told. */
  const decline = async (row: AttemptRow, file: ChargeFile, code: string): Promise<void> => {
    const { reference, lease_token: token } = row;
    const { id: charge } = file.charge;
    const told = await store.unit(async (tx) => {
      await book.move(tx, reference, row.state as AttemptState, 'declined', { code, token });
      const isOwnCapture = reference === ownCaptureReference(charge);
      return (await book.takenBack(tx, file, isOwnCapture ? 'charge.succeeded' : 'charge.updated')).deliveries;
    });
    deliveries.wake(told);
    log.warn({ event: 'deferred.declined', charge, type: operationNamed(row.kind as FollowUpKind), code });
  };

  return async (rows, mayGoOn) => {
    const gapMs = 1000 / settling.followUpsPerSecond;
    const inFlight = new Set<Promise<void>>();
    const untouched: AttemptRow[] = [];
    let reachable = true;
    for (const row of rows) {
      if (!reachable || !mayGoOn()) {
        untouched.push(row);
        continue;
      }
      const one: Promise<void> = settle(row)
        .catch((reason: unknown) => {
          // Another instance has it now, and what becomes of it.
          if (reason instanceof LeaseLost) return 'answered' as const;
          // One that breaks takes none of its neighbours with it.
          log.error({ event: 'settling.broke', reference: row.reference, reason: describe(reason) });
          return 'not asked' as const;
        })
        .then((end) => {
          if (end !== 'answered') reachable = false;
          if (end === 'not asked') untouched.push(row);
          inFlight.delete(one);
        });
      inFlight.add(one);
      await clock.sleep(gapMs);
      if (inFlight.size >= togetherMax) await Promise.race(inFlight);
    }
    await Promise.all(inFlight);
    return { reachable, untouched };
  };
};
