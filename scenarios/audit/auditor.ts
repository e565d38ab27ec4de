/**
 * The auditor: keeps small books of its own during a run and compares all books after it.
 *
 * It never calls the gateway's logic and reads the wire by itself, so that a mistake of the gateway
 * cannot be repeated here and pass for agreement.
 */
import type { InvariantResult, RunResult } from '../judge/result.ts';
import { createAnswerBook } from './answers.ts';
import type { Books, Exchange, KeyedAnswer } from './books.ts';
import { createExchangeBook } from './exchanges.ts';
import { invariants } from './invariants/index.ts';
import { judgeSums } from './invariants/inv-05-equal-sums.ts';
import { createView } from './view.ts';

export type { Books, Exchange, GatewayBook, KeyedAnswer } from './books.ts';

export interface AuditorOptions {
  /** Wall milliseconds at scenario time 0: days of the books are Japanese days. */
  readonly startWallMs: number;
  /** The gateway's tenant name at the acquirers. */
  readonly ourTenant: string;
}

export interface AuditResult {
  readonly invariants: readonly InvariantResult[];
  /** All of `result.json`'s money but `unknownSeen`, which only the logs know. */
  readonly money: Omit<RunResult['money'], 'unknownSeen'>;
  /** Charges in the gateway's book. */
  readonly charges: number;
}

export interface Auditor {
  /** A finished exchange between the gateway and an acquirer. Cheap: called for every one. */
  exchange(exchange: Exchange): void;
  /** An answer to a request that named an idempotency key. Cheap: called for every one. */
  answered(answer: KeyedAnswer): void;
  /** Compares the books. May be called more than once; what was exchanged so far counts each time. */
  audit(books: Books): AuditResult;
}

/** Violations of one invariant described in full; the others are counted. */
const describedMax = 20;

const openAttempts: ReadonlySet<string> = new Set(['unknown', 'doubtful']);

export const createAuditor = (options: AuditorOptions): Auditor => {
  const exchanges = createExchangeBook();
  const answers = createAnswerBook();
  return {
    exchange: exchanges.add,
    answered: answers.add,

    audit(books) {
      const view = createView(books, { exchanges, answers }, options);
      const results = invariants.map(({ id, title, judge }): InvariantResult => {
        const { judged, violations } = judge(view);
        return { id, title, judged, found: violations.length, violations: violations.slice(0, describedMax) };
      });
      const found = (id: string): number => results.find((result) => result.id === id)?.found ?? 0;

      let captured = 0;
      let refunded = 0;
      let repliesLost = 0;
      for (const { acquirer, transaction, approval } of view.held) {
        captured += transaction.capturedYen;
        refunded += transaction.refundedYen;
        if (approval !== null && exchanges.authorisation(acquirer, transaction.reference)?.replyLost === true)
          repliesLost += 1;
      }
      const unknown = new Set<string>();
      for (const charge of view.charges.values()) if (charge.state === 'unknown') unknown.add(charge.id);
      for (const attempt of view.attempts)
        if (openAttempts.has(attempt.state)) unknown.add(attempt.chargeId ?? attempt.reference);

      return {
        invariants: results,
        money: {
          captured,
          refunded,
          doubleCaptures: found('INV-01'),
          lostApprovals: found('INV-02'),
          unknownLeft: unknown.size,
          discrepancyYen: judgeSums(view).discrepancyYen,
          repliesLost,
        },
        charges: view.charges.size,
      };
    },
  };
};
