/**
 * What passed between the gateway and the acquirers, as the auditor remembers it: for each
 * authorisation when it was sent and from when its fate was definite, and the exchanges of unusual
 * payments line by line.
 *
 * One small record per authorisation, like the ledgers it is compared with; lines only of payments
 * whose answer was lost or not definite, and of a bounded number of them. Never a body: bodies
 * carry card numbers.
 */

import type { Exchange } from './books.ts';
import { hashOf } from './hash-of.ts';
import { ownText } from './own-text.ts';
import { type Reading, readExchange } from './wire.ts';

/** An authorisation as it went over the wire. */
export interface SentAuthorisation {
  readonly reference: string;
  readonly acquirer: string;
  readonly sentMs: number;
  /** Of the card number that was sent. */
  readonly card: number | null;
  readonly amountYen: number | null;
  /** From when its fate was definite: answered, listed as declined or voided, or its void confirmed. Null: never. */
  definiteFromMs: number | null;
  /** The reply never reached the gateway. */
  readonly replyLost: boolean;
}

const unusualMax = 2_000;
const linesMax = 14;

export type ExchangeBook = ReturnType<typeof createExchangeBook>;

export const createExchangeBook = () => {
  const authorisations = new Map<string, SentAuthorisation>();
  /** Handles of authorisations whose fate is open. */
  const openHandles = new Map<string, string>();
  /** Amounts of GMO-PG orders that were entered and not yet carried out. */
  const entries = new Map<string, number>();
  const lines = new Map<string, string[]>();

  const key = (acquirer: string, name: string): string => `${acquirer}|${name}`;

  const note = (acquirer: string, reference: string, line: string): void => {
    const id = key(acquirer, reference);
    let kept = lines.get(id);
    if (kept === undefined) {
      if (lines.size >= unusualMax) return;
      kept = [];
      lines.set(ownText(id), kept);
    }
    if (kept.length < linesMax) kept.push(ownText(line));
    else if (kept.length === linesMax) kept.push('...');
  };

  const span = (exchange: Exchange): string => `${Math.round(exchange.sentMs)}-${Math.round(exchange.endedMs)} ms`;

  const settle = (acquirer: string, reference: string, atMs: number): void => {
    const sent = authorisations.get(key(acquirer, reference));
    if (sent !== undefined && sent.definiteFromMs === null) sent.definiteFromMs = atMs;
  };

  return {
    /** One finished exchange. Exchanges of one payment come in the order in which they ended. */
    add(exchange: Exchange, reading: Reading | null = readExchange(exchange)): void {
      if (reading === null) return;
      const { acquirer } = exchange;
      switch (reading.kind) {
        case 'entry':
          if (!reading.isCheck) entries.set(key(acquirer, reading.reference), reading.amountYen);
          return;
        case 'authorise': {
          // Nothing left the gateway: as if it had never been tried.
          if (exchange.outcome === 'not-sent') return;
          const reference = ownText(reading.reference);
          const id = key(acquirer, reference);
          const isOpen = reading.answer === 'indefinite';
          // Sent again under the same reference: the first one's fate is still the question.
          if (!authorisations.has(id))
            authorisations.set(ownText(id), {
              reference,
              acquirer,
              sentMs: exchange.sentMs,
              card: reading.card === null ? null : hashOf(reading.card),
              amountYen: reading.amountYen ?? entries.get(id) ?? null,
              definiteFromMs: isOpen ? null : exchange.endedMs,
              replyLost: exchange.outcome === 'lost',
            });
          entries.delete(id);
          if (!isOpen) return;
          if (reading.handle !== null) openHandles.set(ownText(key(acquirer, reading.handle)), reference);
          const how = exchange.outcome === 'lost' ? 'no reply' : `reply ${exchange.status} ${reading.code}`;
          note(acquirer, reference, `${span(exchange)} authorise at ${acquirer} ${reference}: ${how}`);
          return;
        }
        case 'void': {
          const reference = openHandles.get(key(acquirer, reading.handle));
          if (reference === undefined) return;
          if (reading.confirmed) settle(acquirer, reference, exchange.endedMs);
          const how = reading.confirmed ? 'confirmed' : `not confirmed ${reading.code}`;
          note(acquirer, reference, `${span(exchange)} void at ${acquirer} of ${reference}: ${how}`);
          return;
        }
        case 'inquiry':
          for (const { reference, handle, state } of reading.listed) {
            const sent = authorisations.get(key(acquirer, reference));
            if (sent === undefined || sent.definiteFromMs !== null) continue;
            if (state !== 'approved') settle(acquirer, reference, exchange.endedMs);
            else if (handle !== null) openHandles.set(ownText(key(acquirer, handle)), sent.reference);
            note(acquirer, reference, `${span(exchange)} inquiry at ${acquirer}: ${reference} is ${state}`);
          }
          return;
        case 'check':
        case 'move':
        case 'search':
      }
    },

    authorisations: (): Iterable<SentAuthorisation> => authorisations.values(),
    authorisation: (acquirer: string, reference: string): SentAuthorisation | undefined =>
      authorisations.get(key(acquirer, reference)),
    /** The kept exchanges of an unusual payment, oldest first. */
    linesOf: (acquirer: string, reference: string): readonly string[] => lines.get(key(acquirer, reference)) ?? [],
    unusual: (): number => lines.size,
  };
};
