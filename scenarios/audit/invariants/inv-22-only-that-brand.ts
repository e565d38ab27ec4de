/**
 * A breaker over one brand stops that brand and nothing else: who is turned away by a breaker finds
 * one open, at some acquirer, that is over its own brand or over all.
 */

import { formField } from '../asked.ts';
import { createNotebook, type Invariant, second } from '../invariant.ts';
import { covers } from './inv-21-open-means-closed.ts';

interface Span {
  readonly key: string;
  readonly fromMs: number;
  toMs: number;
}

/** From the announcement to the refusal and back. */
const graceMs = 1_000;

export const inv22: Invariant = {
  id: 'INV-22',
  title: 'a breaker over one brand turns away no other',
  watch({ asked: book, promises: { breaker } }) {
    if (breaker === null) return { judge: () => createNotebook().judgement() };
    /** By instance: while a breaker was anything but closed. */
    const spans = new Map<string, Span[]>();
    const current = new Map<string, Span>();
    const refused: {
      readonly program: string;
      readonly brand: string;
      readonly merchant: string;
      readonly fromMs: number;
      readonly toMs: number;
    }[] = [];
    return {
      logged({ program, atMs, fields }) {
        if (fields.event !== 'breaker.changed' || typeof fields.key !== 'string') return;
        const name = `${program} ${fields.key}`;
        const open = current.get(name);
        if (fields.to === 'closed') {
          if (open !== undefined) open.toMs = atMs;
          current.delete(name);
        } else if (open === undefined) {
          const span = { key: fields.key, fromMs: atMs, toMs: Number.POSITIVE_INFINITY };
          current.set(name, span);
          spans.set(program, [...(spans.get(program) ?? []), span]);
        }
      },
      asked({ kind, status, decidedBy, exchange, key }) {
        if (kind !== 'create' || status !== 503 || decidedBy !== 'gateway-breaker' || exchange.arrivedMs === null)
          return;
        const brand = book.card(formField(exchange.requestBody, 'card') ?? '')?.brand ?? null;
        if (brand === null || refused.length >= 50_000) return;
        refused.push({
          program: exchange.to,
          brand,
          merchant: key?.merchant ?? '?',
          fromMs: exchange.arrivedMs,
          toMs: exchange.answeredMs ?? exchange.arrivedMs,
        });
      },
      judge() {
        const { judged, violate, judgement } = createNotebook();
        for (const { program, brand, merchant, fromMs, toMs } of refused) {
          judged();
          const explained = (spans.get(program) ?? []).some(
            (span) =>
              span.fromMs <= toMs + graceMs &&
              span.toMs >= fromMs - graceMs &&
              (covers(span.key, brand, 'authorise') || covers(span.key, brand, 'capture')),
          );
          if (!explained)
            violate({
              atMs: fromMs,
              objects: [merchant, brand],
              text: `${merchant} was turned away with a ${brand} card at ${second(toMs)}, and no breaker of ${program} was open over ${brand}`,
            });
        }
        return judgement();
      },
    };
  },
};
