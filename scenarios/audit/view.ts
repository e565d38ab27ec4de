/**
 * The three books joined by our references: which acquirer transaction belongs to which charge.
 *
 * The only thing taken from the gateway for that is its list of attempts (reference -> charge). A
 * transaction with money under a reference the gateway does not know belongs to nobody, which
 * several invariants call by its name.
 */
import type { ToldCharge } from '../judge/observation.ts';
import type { AnswerBook } from './answers.ts';
import type { AskedBook } from './asked.ts';
import type {
  AcquirerRow,
  AcquirerTransaction,
  Books,
  GatewayAttempt,
  GatewayBook,
  GatewayCharge,
  GatewayPosting,
} from './books.ts';
import type { ExchangeBook } from './exchanges.ts';

/** One acquirer transaction of ours, with its charge. */
export interface Held {
  readonly acquirer: string;
  readonly transaction: AcquirerTransaction;
  readonly chargeId: string | null;
  /** Approved captures of this transaction, in order. */
  readonly captures: readonly AcquirerRow[];
  /** Approved rows of every kind, in order. */
  readonly approved: readonly AcquirerRow[];
  /** The approval that opened it; null when none did. */
  readonly approval: AcquirerRow | null;
}

export interface View {
  readonly startWallMs: number;
  /** When the books were read; null where the gateway's times are not ours. */
  readonly readMs: number | null;
  readonly told: ReadonlyMap<string, ToldCharge>;
  readonly charges: ReadonlyMap<string, GatewayCharge>;
  readonly attempts: readonly GatewayAttempt[];
  /** May be walked as often as wanted; in the order in which they were written. */
  readonly postings: () => Iterable<GatewayPosting>;
  readonly keysBegun: () => Iterable<{ readonly merchantId: string; readonly key: string }>;
  readonly held: readonly Held[];
  readonly heldOf: (chargeId: string) => readonly Held[];
  readonly exchanges: ExchangeBook;
  readonly answers: AnswerBook;
  /** What merchants asked for, as it was seen on the wire. */
  readonly asked: AskedBook;
  /** The gateway's book itself, for what only few checks read. */
  readonly gateway: GatewayBook;
  /** Is there, or was there asked for, a charge of that id? */
  readonly isCharge: (id: string) => boolean;
  /** Names by which a payment's exchanges are found: charge, key, references. */
  readonly namesOf: (chargeId: string) => Iterable<string>;
  readonly attemptsOf: (chargeId: string) => readonly GatewayAttempt[];
  /** Charge of an authorisation's reference; null when the gateway does not know it. */
  readonly chargeOf: (acquirer: string, reference: string) => string | null;
  /** A payment's life in lines: told, recorded, done, and what is kept of the wire. */
  readonly story: (chargeId: string | null, extra?: readonly Held[]) => string;
}

const none: readonly Held[] = [];
const noAttempts: readonly GatewayAttempt[] = [];

/** Reads all books once. `ourTenant` is the gateway's name at the acquirers; other tenants are not ours to audit. */
export const createView = (
  books: Books,
  {
    exchanges,
    answers,
    asked,
  }: { readonly exchanges: ExchangeBook; readonly answers: AnswerBook; readonly asked: AskedBook },
  options: { readonly startWallMs: number; readonly ourTenant: string },
): View => {
  const charges = new Map<string, GatewayCharge>();
  for (const charge of books.gateway.charges()) charges.set(charge.id, charge);
  const attempts = [...books.gateway.attempts()];
  const owners = new Map<string, string>();
  const attemptsOf = new Map<string, GatewayAttempt[]>();
  for (const attempt of attempts) {
    if (attempt.chargeId === null) continue;
    owners.set(`${attempt.acquirer}|${attempt.reference}`, attempt.chargeId);
    const own = attemptsOf.get(attempt.chargeId);
    if (own === undefined) attemptsOf.set(attempt.chargeId, [attempt]);
    else own.push(attempt);
  }
  const chargeOf = (acquirer: string, reference: string): string | null =>
    owners.get(`${acquirer}|${reference}`) ?? null;

  const held: Held[] = [];
  const byCharge = new Map<string, Held[]>();
  const rowsOf = new Map<string, AcquirerRow[]>();
  for (const book of books.acquirers) {
    for (const row of book.rows()) {
      if (row.tenant !== options.ourTenant) continue;
      const id = `${book.acquirer}|${row.transactionId}`;
      const rows = rowsOf.get(id);
      if (rows === undefined) rowsOf.set(id, [row]);
      else rows.push(row);
    }
    for (const transaction of book.transactions()) {
      if (transaction.tenant !== options.ourTenant) continue;
      const approved = (rowsOf.get(`${book.acquirer}|${transaction.transactionId}`) ?? []).filter(
        (row) => row.result === 'approved',
      );
      const chargeId = chargeOf(book.acquirer, transaction.reference);
      const one: Held = {
        acquirer: book.acquirer,
        transaction,
        chargeId,
        approved,
        captures: approved.filter((row) => row.kind === 'capture' || row.kind === 'gather'),
        approval: approved.find((row) => row.kind === 'authorise' || row.kind === 'gather') ?? null,
      };
      held.push(one);
      if (chargeId === null) continue;
      const own = byCharge.get(chargeId);
      if (own === undefined) byCharge.set(chargeId, [one]);
      else own.push(one);
    }
  }

  const told = new Map<string, ToldCharge>();
  for (const charge of books.told) told.set(charge.chargeId, charge);

  const ofRows = ({ acquirer, transaction }: Held): string[] =>
    (rowsOf.get(`${acquirer}|${transaction.transactionId}`) ?? []).map((row) => {
      const heard = row.replied === false ? ', caller gone' : '';
      return `${Math.round(row.atMs)} ms ${acquirer} ${row.kind} ${row.amountYen} yen ${row.code} -> ${row.state}${heard}`;
    });

  const story = (chargeId: string | null, extra: readonly Held[] = none): string => {
    const lines: string[] = [];
    const said = chargeId === null ? undefined : told.get(chargeId);
    const charge = chargeId === null ? undefined : charges.get(chargeId);
    if (said !== undefined) {
      const words = [
        said.capturedToldMs === null ? '' : `captured ${said.capturedYen} yen at ${Math.round(said.capturedToldMs)} ms`,
        said.refundedYen === 0 ? '' : `refunded ${said.refundedYen} yen`,
        said.toldUnknown ? 'unknown' : '',
        said.toldFailed ? 'failed' : '',
      ].filter((word) => word !== '');
      lines.push(`told ${said.member}: ${words.join(', ') || 'nothing definite'}`);
    }
    if (charge !== undefined)
      lines.push(
        `gateway ${charge.id} of ${charge.merchantId}: ${charge.state} ${charge.amountYen} yen, captured ${charge.capturedYen}, refunded ${charge.refundedYen}, at ${charge.acquirer ?? '-'}`,
      );
    const own = chargeId === null ? [] : (attemptsOf.get(chargeId) ?? []);
    for (const attempt of own)
      lines.push(`attempt ${attempt.reference} ${attempt.kind} at ${attempt.acquirer}: ${attempt.state}`);
    for (const attempt of own) lines.push(...exchanges.linesOf(attempt.acquirer, attempt.reference));
    const theirs = new Set([...(chargeId === null ? none : (byCharge.get(chargeId) ?? none)), ...extra]);
    for (const one of theirs) lines.push(...ofRows(one));
    return lines.join('\n');
  };

  return {
    startWallMs: options.startWallMs,
    readMs: books.readMs ?? null,
    told,
    charges,
    attempts,
    postings: () => books.gateway.postings(),
    keysBegun: () => books.gateway.keysBegun(),
    held,
    heldOf: (chargeId) => byCharge.get(chargeId) ?? none,
    exchanges,
    answers,
    asked,
    gateway: books.gateway,
    isCharge: (id) => charges.has(id) || told.has(id),
    namesOf: (id) => [
      id,
      ...[charges.get(id)?.idempotencyKey ?? told.get(id)?.idempotencyKey ?? []].flat(),
      ...(attemptsOf.get(id) ?? []).map(({ reference }) => reference),
    ],
    attemptsOf: (id) => attemptsOf.get(id) ?? noAttempts,
    chargeOf,
    story,
  };
};
