/**
 * What was decided, for people: a ring in memory for everything, rows for whatever was not simply allowed.
 *
 * Rows are written a second later and many at once, because an attack makes as many as it makes requests; a crash in
 * between loses the last second of them and no money. What waits for a person is written the same way.
 */
import { newId } from '../ids.ts';
import type { Fraud } from '../policy/fraud.ts';
import type { Clock, Entropy, Log, Store, Timer } from '../ports.ts';
import type { FraudDecisionRow } from '../store/database.ts';
import type { Attempt, Decision } from './attempt.ts';
import { createRecent, featuresOf, type Recent } from './recent.ts';
import { countDecisions, forgetDecisions, insertDecision, openReviews } from './store.ts';

const flushAfterMs = 1_000;
/** Rows that wait to be written; more are counted and not kept. */
const waitingMax = 5_000;
const reviewsMax = 1_000;

export interface Noted {
  readonly attempt: Attempt;
  readonly livemode: boolean;
  readonly decision: Decision;
  readonly note: string | null;
  readonly score: number;
  readonly rules: readonly string[];
  readonly features: ArrayLike<number>;
  readonly objectId: string | null;
}

export interface Record {
  start(): Promise<void>;
  stop(): Promise<void>;
  note(noted: Noted): void;
  /** A person has decided about this card. */
  reviewed(card: string): void;
  /** Writes what waits. */
  flush(): Promise<void>;
  readonly recent: Recent;
  /** Decisions that there was no room for. */
  lost(): number;
}

export const createRecord = (deps: {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly store: Store;
  readonly numbers: Pick<Fraud, 'recentMax' | 'rowsMax'>;
}): Record => {
  const { clock, entropy, log, store, numbers } = deps;
  const recent = createRecent(numbers.recentMax);
  /** Cards about which a person is asked already. */
  const asked = new Set<string>();
  let waiting: FraudDecisionRow[] = [];
  let timer: Timer | null = null;
  let rows = 0;
  let lost = 0;
  let running = false;
  let flushing: Promise<void> | null = null;

  const write = async (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    try {
      await store.unit(async (tx) => {
        for (const row of batch) await tx.run(insertDecision, row);
        // Seldom, and a tenth at a time.
        if (rows + batch.length > numbers.rowsMax * 1.1)
          await tx.run(forgetDecisions, { count: rows + batch.length - numbers.rowsMax });
      });
      rows += batch.length;
      if (rows > numbers.rowsMax * 1.1) rows = numbers.rowsMax;
    } catch (reason) {
      lost += batch.length;
      log.warn({ event: 'fraud.unwritten', decisions: batch.length, reason: String(reason) });
    }
  };

  const flush: Record['flush'] = async () => {
    await flushing;
    flushing = write();
    await flushing;
    flushing = null;
  };

  return {
    recent,
    flush,
    lost: () => lost,
    async start() {
      const before = await store.read(async (tx) => ({
        count: Number((await tx.first(countDecisions, {}))?.count ?? 0),
        open: await tx.all(openReviews, { limit: reviewsMax }),
      }));
      rows = before.count;
      for (const { card } of before.open) asked.add(card);
      running = true;
    },
    async stop() {
      running = false;
      timer?.cancel();
      timer = null;
      await flush();
    },
    reviewed: (card) => void asked.delete(card),
    note({ attempt, livemode, decision, note, score, rules: fired, features, objectId }) {
      const { kind, merchantId, card, address, email, amountYen } = attempt;
      const atMs = clock.wallMs();
      recent.add({ atMs, merchantId, kind, card, address, objectId, decision, note, score, rules: fired }, features);
      if (decision === 'allow' && note === null) return;
      if (waiting.length >= waitingMax) {
        lost += 1;
        return;
      }
      const wanted = decision === 'human' && note === null && !asked.has(card) && asked.size < reviewsMax;
      if (wanted) asked.add(card);
      waiting.push({
        id: newId(entropy, 'fd_', `${merchantId}/${card}/${atMs}`),
        at_ms: atMs,
        merchant_id: merchantId,
        livemode: livemode ? 1 : 0,
        kind,
        card,
        address,
        email,
        amount: amountYen,
        object_id: objectId,
        decision,
        note,
        score,
        rules: JSON.stringify(fired),
        features: JSON.stringify(featuresOf(features)),
        review: wanted ? 'open' : null,
        reviewed_ms: null,
        review_note: null,
      });
      if (timer === null && running)
        timer = clock.after(flushAfterMs, () => {
          timer = null;
          void flush();
        });
    },
  };
};
