/**
 * Settles what is not finished: unknown authorisations, follow-ups nobody knows about, and
 * follow-ups that wait for their acquirer (resilience-patterns section 11).
 *
 * One loop per acquirer. It sleeps until something is due, is woken by new work and by the first
 * good probe after an outage, and while the acquirer cannot be asked it backs off as a whole:
 * thousands of unknowns cost one question, not thousands. Nothing here reads the clock by polling.
 */

import { cardById } from '../cards/store.ts';
import type { Book, ChargeFile } from '../charges/book.ts';
import { orderOf, sendFollowUp } from '../charges/follow-ups.ts';
import {
  attemptByReference,
  beginSending,
  chargeById,
  claimAttempt,
  countUnsettled,
  dueAttempts,
  dueNow,
  nextDue,
  noteNotFound,
  orphanedAuthorisations,
  orphanedCharges,
  orphanedFollowUps,
  postponeAttempt,
} from '../charges/store.ts';
import type { Deliveries } from '../deliveries/deliveries.ts';
import type { EventType } from '../events/events.ts';
import type { Idempotency } from '../idempotency/idempotency.ts';
import { attemptReference } from '../ids.ts';
import type { Merchants } from '../merchants/merchants.ts';
import type { Policy } from '../policy/schema.ts';
import type { Clock, Log, Store, Timer, Tx } from '../ports.ts';
import type { AttemptRow, DeliveryRow } from '../store/database.ts';
import type { Finding, Handle } from '../upstream/outcome.ts';
import type { Upstreams } from '../upstream/upstreams.ts';
import { type AttemptKind, believeNotFound, inquiryDelayMs, operationNamed, resendDelayMs } from './attempt.ts';

type FollowUpKind = Exclude<AttemptKind, 'authorise'>;

export interface SettlerDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly policy: Policy;
  readonly book: Book;
  readonly upstreams: Upstreams;
  readonly merchants: Merchants;
  readonly idempotency: Idempotency;
  readonly deliveries: Deliveries;
  readonly instanceId: string;
  /** An unknown outcome of this acquirer was settled. */
  readonly onSettled: (acquirer: string) => void;
}

export interface Settler {
  /** Something of this acquirer is due then. */
  settleAt(acquirer: string, dueMs: number): void;
  /** The acquirer answers again: everything that waits for it is due now. */
  wake(acquirer: string): Promise<void>;
  /** The acquirer went away: ask nothing until `wake`. */
  rest(acquirer: string): void;
  /** An outcome at this acquirer has just become unknown. */
  unknownOpened(acquirer: string): void;
  /** Outcomes at it that are not known now. */
  unknownsOpen(acquirer: string): number;
  /** Takes up what a crash of this instance left behind, then runs. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Attempts looked at in one pass. Bounds the unit that books them. */
const batchMax = 200;
/** How long a claimed attempt is left alone by other instances. */
const claimMs = 120_000;
/** Follow-ups of one pass that are in flight together. */
const togetherMax = 8;
const backoffBaseMs = 2_000;
const backoffCapMs = 60_000;

interface Loop {
  timer: Timer | null;
  timerDueMs: number;
  running: boolean;
  resting: boolean;
  /** Passes in a row that got no answer. */
  failures: number;
  /** No question before this wall time: the acquirer did not answer the last one. */
  notBeforeMs: number;
}

export const createSettler = (deps: SettlerDeps): Settler => {
  const { clock, log, store, policy, book, upstreams, merchants, idempotency, deliveries, instanceId } = deps;
  const settling = policy.settling;
  const loops = new Map<string, Loop>(
    upstreams.ids.map((id) => [
      id,
      { timer: null, timerDueMs: Infinity, running: false, resting: false, failures: 0, notBeforeMs: 0 },
    ]),
  );
  let stopped = true;
  /** Kept beside the store because whoever judges an incident asks every second. */
  const unknowns = new Map<string, number>();

  const settled = (acquirer: string): void => {
    unknowns.set(acquirer, Math.max(0, (unknowns.get(acquirer) ?? 0) - 1));
    deps.onSettled(acquirer);
  };

  const loopOf = (acquirer: string): Loop => {
    const loop = loops.get(acquirer);
    if (loop === undefined) throw new Error(`no acquirer ${acquirer}`);
    return loop;
  };

  const arm = (acquirer: string, wantedMs: number): void => {
    const loop = loopOf(acquirer);
    const dueMs = Math.max(wantedMs, loop.notBeforeMs);
    if (stopped || loop.running || loop.resting || dueMs >= loop.timerDueMs) return;
    loop.timer?.cancel();
    loop.timerDueMs = dueMs;
    loop.timer = clock.after(Math.max(0, dueMs - clock.wallMs()), () => {
      loop.timer = null;
      loop.timerDueMs = Infinity;
      void turn(acquirer, loop);
    });
  };

  const turn = async (acquirer: string, loop: Loop): Promise<void> => {
    if (stopped || loop.running) return;
    loop.running = true;
    let reachable = true;
    try {
      reachable = await pass(acquirer);
    } catch (reason) {
      reachable = false;
      log.error({
        event: 'settling.broke',
        acquirer,
        reason: reason instanceof Error ? (reason.stack ?? reason.message) : 'unknown',
      });
    }
    loop.running = false;
    if (stopped || loop.resting) return;
    loop.failures = reachable ? 0 : loop.failures + 1;
    loop.notBeforeMs = reachable
      ? 0
      : clock.wallMs() + Math.min(backoffCapMs, backoffBaseMs * 2 ** Math.min(loop.failures, 10));
    const next = (await store.read((tx) => tx.first(nextDue, { acquirer })))?.due ?? null;
    if (next !== null) arm(acquirer, next);
  };

  /** One look at what is due. False when the acquirer could not be asked. */
  const pass = async (acquirer: string): Promise<boolean> => {
    const now = clock.wallMs();
    // After silence one is enough to find out whether it answers again.
    const limit = loopOf(acquirer).failures > 0 ? 1 : batchMax;
    const due = await store.unit(async (tx) => {
      const rows: AttemptRow[] = [];
      for (const row of await tx.all(dueAttempts, { acquirer, now, limit }))
        if ((await tx.run(claimAttempt, { reference: row.reference, tries: row.tries, until: now + claimMs })) === 1)
          rows.push({ ...row, tries: row.tries + 1 });
      return rows;
    });
    const lost = due.filter((row) => row.kind === 'authorise');
    const followUps = due.filter((row) => row.kind !== 'authorise');
    const asked = lost.length === 0 || (await settleAuthorisations(acquirer, lost));
    if (!asked) await release(due);
    if (!asked) return false;
    const left = await settleFollowUps(acquirer, followUps);
    await release(left.untouched);
    return left.reachable;
  };

  /** What could not be looked at is due again at once; the loop itself waits. */
  const release = async (rows: readonly AttemptRow[]): Promise<void> => {
    if (rows.length === 0) return;
    await store.unit(async (tx) => {
      for (const { reference } of rows) await tx.run(postponeAttempt, { reference, due: clock.wallMs() });
    });
  };

  /** Is it still as it was when it was claimed? A claim can run out while an acquirer is slow. */
  const isOurs = async (tx: Tx, { reference, state }: AttemptRow): Promise<boolean> =>
    (await tx.first(attemptByReference, { reference }))?.state === state;

  const settleAuthorisations = async (acquirer: string, rows: readonly AttemptRow[]): Promise<boolean> => {
    const findings = await upstreams
      .get(acquirer)
      .findAuthorisations(rows.map(({ reference, sent_ms }) => ({ reference, sentMs: sent_ms ?? 0 })));
    if (findings === null) return false;
    const files = new Map<string, ChargeFile>();
    for (const row of rows) {
      const file = await fileOf(row.charge_id);
      if (file !== undefined) files.set(row.reference, file);
    }
    const told = await store.unit(async (tx) => {
      const woken: DeliveryRow[] = [];
      for (const row of rows) {
        const file = files.get(row.reference);
        if (file === undefined || !(await isOurs(tx, row))) continue;
        const finding = findings.get(row.reference) ?? { found: false };
        woken.push(...(await settleAuthorisation(tx, row, file, finding)));
      }
      return woken;
    });
    deliveries.wake(told);
    return true;
  };

  const settleAuthorisation = async (
    tx: Tx,
    row: AttemptRow,
    file: ChargeFile,
    finding: Finding,
  ): Promise<readonly DeliveryRow[]> => {
    const now = clock.wallMs();
    const { reference } = row;
    if (!finding.found) {
      const answers = row.not_found + 1;
      const firstMs = row.first_not_found_ms ?? now;
      if (believeNotFound(settling, { answers, firstMs, nowMs: now })) return fail(tx, row, file, 'not_found');
      // The next question is worth asking when the span can be long enough, not before.
      const dueMs = Math.max(
        now + inquiryDelayMs(settling, row.tries),
        Math.min(firstMs + settling.notFoundSpanMs, now + settling.thenEveryMs),
      );
      await tx.run(noteNotFound, { reference, count: answers, first: firstMs, due: dueMs, tries: row.tries });
      return [];
    }
    if (finding.state === 'declined' || finding.state === 'voided') return fail(tx, row, file, finding.state);
    if (finding.handle === null) {
      await tx.run(postponeAttempt, { reference, due: now + inquiryDelayMs(settling, row.tries) });
      return [];
    }
    if (await wanted(tx, file)) return adopt(tx, row, file, finding.handle, finding.state === 'captured');
    // The merchant was told nothing definite and nobody asks any more: give it back.
    const handle = JSON.stringify(finding.handle satisfies Handle);
    const charge = { ...file.charge, handle };
    await book.move(tx, reference, 'unknown', 'approved', { code: 'found' });
    await book.begin(
      tx,
      { ...file, charge },
      {
        reference: attemptReference(charge.id, 8),
        kind: 'void',
        amountYen: charge.amount,
        state: 'waiting',
        dueMs: now,
      },
    );
    settled(charge.acquirer);
    log.info({ event: 'unknown.settled', charge: charge.id, reference, as: 'approved, to be voided' });
    return [];
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

  const adopt = async (tx: Tx, row: AttemptRow, file: ChargeFile, handle: Handle, captured: boolean) => {
    const needsCapture = file.charge.capture === 1 && !captured;
    const booked = await book.authorised(
      tx,
      file,
      { reference: row.reference, from: 'unknown', handle, captured },
      {
        capture: needsCapture
          ? {
              reference: attemptReference(file.charge.id, 9),
              kind: 'capture',
              amountYen: file.charge.amount,
              state: 'waiting',
              dueMs: clock.wallMs(),
            }
          : null,
        announce: !needsCapture,
      },
    );
    settled(file.charge.acquirer);
    log.info({ event: 'unknown.settled', charge: file.charge.id, reference: row.reference, as: 'adopted' });
    return booked.deliveries;
  };

  const fail = async (tx: Tx, row: AttemptRow, file: ChargeFile, why: string) => {
    await book.move(tx, row.reference, 'unknown', why === 'declined' ? 'declined' : 'not_sent', { code: why });
    const { deliveries: told } = await book.failed(tx, file, { code: 'pg_wrong', message: `settled: ${why}` });
    settled(file.charge.acquirer);
    log.info({ event: 'unknown.settled', charge: file.charge.id, reference: row.reference, as: why });
    return told;
  };

  /**
   * Starts follow-ups at the policy's rate, a few in flight together, until one gets no answer.
   * `untouched` are those that were not begun, or could not be asked about: no date was set for them.
   */
  const settleFollowUps = async (
    acquirer: string,
    rows: readonly AttemptRow[],
  ): Promise<{ reachable: boolean; untouched: readonly AttemptRow[] }> => {
    const gapMs = 1000 / settling.followUpsPerSecond;
    const inFlight = new Set<Promise<void>>();
    const untouched: AttemptRow[] = [];
    let reachable = true;
    for (const row of rows) {
      if (!reachable || stopped || loopOf(acquirer).resting) {
        untouched.push(row);
        continue;
      }
      const one: Promise<void> = settleFollowUp(row).then((end) => {
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

  /** One follow-up: ask first when it may have been carried out, then send. */
  const settleFollowUp = async (row: AttemptRow): Promise<'answered' | 'no answer' | 'not asked'> => {
    const file = await fileOf(row.charge_id);
    if (file === undefined) return 'answered';
    const kind = row.kind as FollowUpKind;
    if (row.state === 'doubtful' || row.state === 'unknown') {
      const done = await isDone(row, file, kind);
      if (done === null) return 'not asked';
      if (done) await finish(row, file, kind);
      else if (row.state === 'unknown') await giveUp(row, file);
      if (done || row.state === 'unknown') return 'answered';
    }
    return (await resend(row, file, kind)) ? 'answered' : 'no answer';
  };

  /** Does the acquirer show it as carried out? `null`: it could not be asked. */
  const isDone = async (row: AttemptRow, file: ChargeFile, kind: FollowUpKind): Promise<boolean | null> => {
    const order = orderOf(file.charge, row.reference, row.amount);
    const finding = await upstreams.get(file.charge.acquirer).lookUp(order);
    return finding === null ? null : carriedOut(kind, file, row.amount, finding);
  };

  const finish = async (row: AttemptRow, file: ChargeFile, kind: FollowUpKind): Promise<void> => {
    const from = row.state as 'doubtful' | 'unknown' | 'waiting' | 'sending';
    const told = await store.unit(async (tx) => {
      if (!(await isOurs(tx, row))) return [];
      // A void of an approval nobody was told about ends in failure, not in a refunded charge.
      if (kind === 'void' && file.charge.state === 'unknown') {
        await book.move(tx, row.reference, from, 'approved');
        return (await book.failed(tx, file, { code: 'pg_wrong', message: 'settled: voided' })).deliveries;
      }
      return (
        await book.finished(tx, file, {
          reference: row.reference,
          kind,
          amountYen: row.amount,
          from,
          reason: row.reason,
          announce: announced[kind],
        })
      ).deliveries;
    });
    deliveries.wake(told);
    if (from !== 'unknown') return;
    settled(file.charge.acquirer);
    log.info({ event: 'unknown.settled', charge: file.charge.id, reference: row.reference, as: 'carried out' });
  };

  /** Not carried out and not wanted any more: the charge stays as it was. */
  const giveUp = async (row: AttemptRow, file: ChargeFile): Promise<void> => {
    await store.unit(async (tx) => {
      await book.move(tx, row.reference, 'unknown', 'not_sent', { code: 'not carried out' });
      await book.withdrawn(tx, file);
    });
    settled(file.charge.acquirer);
    log.info({ event: 'unknown.settled', charge: file.charge.id, reference: row.reference, as: 'not carried out' });
  };

  /** False: no answer. */
  const resend = async (row: AttemptRow, file: ChargeFile, kind: FollowUpKind): Promise<boolean> => {
    const { reference, tries } = row;
    // From here on bytes may go out: after a crash it has to be asked about first.
    const begun = await store.unit((tx) =>
      tx.run(beginSending, { reference, from: row.state, tries, until: clock.wallMs() + claimMs }),
    );
    if (begun === 0) return true;
    const got = await sendFollowUp(upstreams, file, kind, orderOf(file.charge, row.reference, row.amount), true);
    const sent: AttemptRow = { ...row, state: 'doubtful' };
    const dueMs = clock.wallMs() + resendDelayMs(settling, tries);
    switch (got.kind) {
      case 'approved':
        await finish(sent, file, kind);
        return true;
      case 'declined':
        return refusedForGood(sent, file, kind, got.code, dueMs);
      case 'not_sent':
        await store.unit((tx) => book.move(tx, reference, 'doubtful', 'waiting', { code: got.reason, dueMs, tries }));
        return false;
      case 'unknown':
        await store.unit((tx) => tx.run(postponeAttempt, { reference, due: dueMs }));
        return false;
    }
  };

  /**
   * A no to something that was sent before may mean that the first sending was carried out after
   * all: an acquirer serves timed-out work from its queue. So the acquirer is asked once more.
   */
  const refusedForGood = async (
    row: AttemptRow,
    file: ChargeFile,
    kind: FollowUpKind,
    code: string,
    dueMs: number,
  ): Promise<boolean> => {
    const { reference, tries } = row;
    const { id: charge, state } = file.charge;
    const done = await isDone(row, file, kind);
    if (done === null) {
      await store.unit((tx) => tx.run(postponeAttempt, { reference, due: dueMs }));
      return false;
    }
    if (done) {
      await finish(row, file, kind);
      return true;
    }
    if (state === 'unknown') {
      // Money is held that nobody was told of: this is tried until it succeeds.
      await store.unit((tx) => book.move(tx, reference, 'doubtful', 'waiting', { code, dueMs, tries }));
      log.error({ event: 'reversal.refused', charge, acquirer: file.charge.acquirer, code, tries });
      return true;
    }
    const told = await store.unit(async (tx) => {
      if (!(await book.move(tx, reference, 'doubtful', 'declined', { code }))) return [];
      return (await book.takenBack(tx, file)).deliveries;
    });
    deliveries.wake(told);
    log.warn({ event: 'deferred.declined', charge, type: operationNamed(kind), code });
    return true;
  };

  const fileOf = async (chargeId: string): Promise<ChargeFile | undefined> => {
    const read = await store.read(async (tx) => {
      const charge = await tx.first(chargeById, { id: chargeId });
      return charge === undefined ? undefined : { charge, card: await tx.first(cardById, { id: charge.card_id }) };
    });
    if (read?.card === undefined) return undefined;
    const merchant = await merchants.find(read.charge.merchant_id);
    return merchant === undefined ? undefined : { charge: read.charge, card: read.card, merchant };
  };

  return {
    settleAt: arm,
    async wake(acquirer) {
      const loop = loopOf(acquirer);
      loop.resting = false;
      loop.failures = 0;
      loop.notBeforeMs = 0;
      await store.unit((tx) => tx.run(dueNow, { acquirer, now: clock.wallMs() }));
      loop.timerDueMs = Infinity;
      arm(acquirer, clock.wallMs());
    },
    rest(acquirer) {
      const loop = loopOf(acquirer);
      loop.resting = true;
      loop.timer?.cancel();
      loop.timer = null;
      loop.timerDueMs = Infinity;
    },
    unknownOpened(acquirer) {
      unknowns.set(acquirer, (unknowns.get(acquirer) ?? 0) + 1);
    },
    unknownsOpen: (acquirer) => unknowns.get(acquirer) ?? 0,
    async start() {
      stopped = false;
      const now = clock.wallMs();
      await store.unit(async (tx) => {
        await tx.run(orphanedAuthorisations, { owner: instanceId, now });
        await tx.run(orphanedFollowUps, { owner: instanceId, now });
        await tx.run(orphanedCharges, { owner: instanceId });
        await idempotency.takeUpOrphans(tx);
      });
      for (const acquirer of upstreams.ids) {
        unknowns.set(acquirer, Number((await store.read((tx) => tx.first(countUnsettled, { acquirer })))?.count ?? 0));
        const due = (await store.read((tx) => tx.first(nextDue, { acquirer })))?.due ?? null;
        if (due !== null) arm(acquirer, due);
      }
    },
    async stop() {
      stopped = true;
      for (const loop of loops.values()) loop.timer?.cancel();
    },
  };
};

const announced: Readonly<Record<FollowUpKind, EventType>> = {
  capture: 'charge.captured',
  refund: 'charge.refunded',
  void: 'charge.refunded',
};

/** Does what the acquirer shows now mean that the follow-up was carried out? */
export const carriedOut = (
  kind: FollowUpKind,
  { charge }: Pick<ChargeFile, 'charge'>,
  amountYen: number,
  finding: Finding,
): boolean => {
  if (!finding.found) return false;
  switch (kind) {
    case 'capture':
      return finding.state === 'captured';
    case 'void':
      return finding.state === 'voided';
    case 'refund': {
      const leftYen = charge.captured_amount - charge.refunded_amount - amountYen;
      return leftYen === 0 ? finding.state === 'voided' : finding.state === 'captured' && finding.amountYen === leftYen;
    }
  }
};
