/**
 * The auditor: keeps small books of its own during a run and compares all books after it.
 *
 * It never calls the gateway's logic and reads the wire by itself, so that a mistake of the gateway
 * cannot be repeated here and pass for agreement.
 */
import type { InvariantResult, RunResult } from '../judge/result.ts';
import { createAnswerBook } from './answers.ts';
import type { Asked } from './asked.ts';
import { createAskedBook } from './asked.ts';
import type { Books, Exchange, KeyedAnswer } from './books.ts';
import { createExchangeBook } from './exchanges.ts';
import type { Judgement, Logged, ProgramChange, UpstreamCall, Watch } from './invariant.ts';
import { invariants } from './invariants/index.ts';
import { judgeSums } from './invariants/inv-05-equal-sums.ts';
import { createJournal } from './journal.ts';
import { journalEntryOf } from './journal-entry.ts';
import { noPromises, type Promises } from './promises.ts';
import { createView } from './view.ts';
import { readExchange } from './wire.ts';
import { createEndOf, type End, requestHeader, type WireExchange } from './wire-exchange.ts';

export type { Books, Exchange, GatewayBook, KeyedAnswer } from './books.ts';
export type { WireExchange } from './wire-exchange.ts';

export interface AuditorOptions {
  /** Wall milliseconds at scenario time 0: days of the books are Japanese days. */
  readonly startWallMs: number;
  /** The gateway's tenant name at the acquirers. */
  readonly ourTenant: string;
  /** Named by every violation; absent where a run has none. */
  readonly seed?: number;
  /** Program names of the acquirers and of the directory server; needed by `saw`. */
  readonly acquirers?: ReadonlySet<string>;
  readonly threeDSecure?: string;
  readonly promises?: Partial<Promises>;
}

export interface AuditResult {
  readonly invariants: readonly InvariantResult[];
  /** All of `result.json`'s money but `unknownSeen`, which only the logs know. */
  readonly money: Omit<RunResult['money'], 'unknownSeen'>;
  /** Charges in the gateway's book. */
  readonly charges: number;
}

export interface Auditor {
  /** Anything that passed on the network, once it is over. Cheap: called for every exchange of a play. */
  saw(exchange: WireExchange): void;
  /** A log entry of a program. */
  logged(entry: Logged): void;
  /** The play stopped a program or brought it back. */
  program(change: ProgramChange): void;
  /** A finished exchange between the gateway and an acquirer, where a stage shows no more than that. `saw` does it by itself. */
  exchange(exchange: Exchange): void;
  /** An answer to a request that named an idempotency key, as above. */
  answered(answer: KeyedAnswer): void;
  /** Compares the books. May be called more than once; what was exchanged so far counts each time. */
  audit(books: Books): AuditResult;
}

/** Violations of one invariant described in full; the others are counted. */
const describedMax = 20;
/** ... and of them drawn. */
const drawnMax = 3;

const openAttempts: ReadonlySet<string> = new Set(['unknown', 'doubtful']);

const upstreamOf = (exchange: WireExchange, acquirer: string): Exchange => ({
  acquirer,
  path: exchange.path,
  requestBody: exchange.requestBody,
  sentMs: exchange.sentMs,
  endedMs: exchange.endedMs,
  outcome: exchange.outcome,
  status: exchange.outcome === 'answered' ? exchange.status : null,
  replyBody: exchange.outcome === 'answered' ? exchange.replyBody : null,
});

export const createAuditor = (options: AuditorOptions): Auditor => {
  const { startWallMs } = options;
  const exchanges = createExchangeBook();
  const answers = createAnswerBook();
  const asked = createAskedBook(startWallMs);
  const journal = createJournal();
  const endOf = createEndOf({
    acquirers: options.acquirers ?? new Set(),
    threeDSecure: options.threeDSecure ?? 'tds',
  });
  const promises: Promises = { ...noPromises, ...options.promises };
  const watches = new Map<string, Watch>(
    invariants.map((invariant) => [invariant.id, invariant.watch({ startWallMs, asked, promises })]),
  );
  const seen = <Kind extends keyof Watch>(kind: Kind): NonNullable<Watch[Kind]>[] =>
    [...watches.values()].flatMap((watch) => watch[kind] ?? []) as NonNullable<Watch[Kind]>[];
  const onAsked: ((asked: Asked) => void)[] = seen('asked');
  const onUpstream: ((call: UpstreamCall) => void)[] = seen('upstream');
  const onPosted: ((exchange: WireExchange) => void)[] = seen('posted');
  const onPassed: ((exchange: WireExchange, from: End, to: End) => void)[] = seen('passed');
  const onLogged: ((entry: Logged) => void)[] = seen('logged');
  const onProgram: ((change: ProgramChange) => void)[] = seen('program');

  const sawAsked = (exchange: WireExchange): void => {
    const read = asked.read(exchange);
    const key = requestHeader(exchange, 'idempotency-key', 'Idempotency-Key');
    if (key !== null && read.heard && exchange.status !== null)
      answers.add({
        authorization: requestHeader(exchange, 'authorization', 'Authorization') ?? '',
        key,
        path: exchange.path,
        requestBody: exchange.requestBody,
        answeredMs: exchange.answeredMs ?? exchange.endedMs,
        status: exchange.status,
        replyBody: exchange.replyBody,
      });
    for (const watch of onAsked) watch(read);
    if (exchange.method === 'POST') journal.add(journalEntryOf.asked(read, key));
  };

  const sawUpstream = (exchange: WireExchange): void => {
    // What operators say to each other is no payment.
    if (exchange.path === '/contact') return;
    const acquirer = exchange.to.replace(/\.test$/, '');
    const simple = upstreamOf(exchange, acquirer);
    const reading = readExchange(simple);
    exchanges.add(simple, reading);
    const call = { exchange, acquirer, reading };
    for (const watch of onUpstream) watch(call);
    if (reading !== null) journal.add(journalEntryOf.upstream(exchange, reading));
  };

  return {
    saw(exchange) {
      const [from, to] = [endOf(exchange.from), endOf(exchange.to)];
      if (to === 'gateway' && from === 'merchant') sawAsked(exchange);
      else if (from === 'gateway' && to === 'acquirer') sawUpstream(exchange);
      else if (from === 'gateway' && to === 'receiver') {
        for (const watch of onPosted) watch(exchange);
        journal.add(journalEntryOf.posted(exchange));
      }
      for (const watch of onPassed) watch(exchange, from, to);
    },
    logged(entry) {
      for (const watch of onLogged) watch(entry);
    },
    program(change) {
      for (const watch of onProgram) watch(change);
    },
    exchange: exchanges.add,
    answered: answers.add,

    audit(books) {
      const view = createView(books, { exchanges, answers, asked }, options);
      const results = invariants.map(({ id, title }): InvariantResult => {
        const { judged, violations }: Judgement = watches.get(id)!.judge(view);
        return {
          id,
          title,
          judged,
          found: violations.length,
          violations: violations.slice(0, describedMax).map(({ chargeId, ...violation }, nth) => {
            const payment = chargeId ?? violation.objects.find((object) => view.isCharge(object)) ?? null;
            return {
              ...violation,
              ...(options.seed === undefined ? {} : { seed: options.seed }),
              ...(payment === null || nth >= drawnMax
                ? {}
                : { diagram: journal.diagram(`payment ${payment}`, view.namesOf(payment)) }),
            };
          }),
        };
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
