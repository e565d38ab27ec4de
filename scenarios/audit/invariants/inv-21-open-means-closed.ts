/**
 * While a breaker is open no ordinary new work of its kind leaves that instance, nor afterwards as
 * long as the acquirer has not answered anything well since, and no breaker opens where an acquirer
 * did nothing but answer: an issuer's decline is no failure.
 *
 * When it is open is what the instance itself announced; what left, and how it ended, is read from
 * the wire. Probes are told by their own references; captures, reversals and inquiries about work
 * that was begun before may pass.
 */
import { brandOf } from '../asked.ts';
import { createNotebook, type Invariant, second } from '../invariant.ts';
import { ownText } from '../own-text.ts';
import { isTrouble } from '../wire.ts';

interface Opening {
  readonly program: string;
  readonly acquirer: string;
  readonly key: string;
  readonly openMs: number;
  endMs: number;
  /** The instance died: its next life knows nothing of it. */
  diedMs: number;
}

interface NewWork {
  readonly sentMs: number;
  readonly reference: string;
  readonly brand: string | null;
  readonly operation: 'authorise' | 'check';
}

const probe = /^probe-/;
/** A call that had its permit a moment before. */
const graceMs = 5_500;
/** How far back trouble explains an opening: evidence falls with every good call since. */
const backMs = 600_000;
const keptMax = 400_000;
const never = Number.POSITIVE_INFINITY;

/** By hand: a day has more answers than a call can have arguments. */
const firstAfter = (times: readonly number[], afterMs: number): number => {
  let firstMs = never;
  for (const atMs of times) if (atMs > afterMs && atMs < firstMs) firstMs = atMs;
  return firstMs;
};

/** `acquirer/brand/operation`, `*` for any. */
export const covers = (key: string, brand: string | null, operation: string): boolean => {
  const [, ofBrand = '*', ofOperation = '*'] = key.split('/');
  return (ofBrand === '*' || ofBrand === brand) && (ofOperation === '*' || ofOperation === operation);
};

export const inv21: Invariant = {
  id: 'INV-21',
  title: 'nothing new is sent through an open breaker, and declines open none',
  watch({ promises: { breaker } }) {
    if (breaker === null) return { judge: () => createNotebook().judgement() };
    const openings: Opening[] = [];
    const lastOf = new Map<string, Opening>();
    /** By instance and acquirer. */
    const work = new Map<string, NewWork[]>();
    const trouble = new Map<string, { readonly sentMs: number; readonly endedMs: number }[]>();
    /** By acquirer, when it answered something well, whomever. */
    const good = new Map<string, number[]>();
    /** Orders entered at GMO-PG. A second half looks like any payment's, and belongs to the first however long that took. */
    const entered = new Map<string, { readonly sentMs: number; readonly isCheck: boolean }>();
    let kept = 0;
    const push = <T>(lists: Map<string, T[]>, name: string, item: T): void => {
      kept += 1;
      if (kept > keptMax) return;
      const list = lists.get(name);
      if (list === undefined) lists.set(name, [item]);
      else list.push(item);
    };
    return {
      logged({ program, atMs, fields }) {
        if (fields.event !== 'breaker.changed' || openings.length >= 5_000) return;
        const { acquirer, key, to } = fields;
        if (typeof acquirer !== 'string' || typeof key !== 'string') return;
        const name = `${program} ${key}`;
        const last = lastOf.get(name);
        if (last !== undefined && last.endMs === never) last.endMs = atMs;
        if (to !== 'open') return;
        const opening = { program, acquirer, key, openMs: atMs, endMs: never, diedMs: never };
        openings.push(opening);
        lastOf.set(name, opening);
      },
      program({ program, change, atMs }) {
        // What a life had open ends with it.
        if (change === 'kill' || change === 'restart')
          for (const opening of openings)
            if (opening.program === program) {
              opening.endMs = Math.min(opening.endMs, atMs);
              opening.diedMs = Math.min(opening.diedMs, atMs);
            }
      },
      upstream({ exchange, acquirer, reading }) {
        const lane = `${exchange.from} ${acquirer}`;
        const simple = { ...exchange, acquirer };
        if (
          exchange.outcome === 'answered' &&
          !isTrouble(simple, reading) &&
          exchange.endedMs - exchange.sentMs < breaker.slowMs
        )
          push(good, acquirer, exchange.endedMs);
        if (isTrouble(simple, reading) || exchange.endedMs - exchange.sentMs >= breaker.slowMs / 2)
          push(trouble, lane, { sentMs: exchange.sentMs, endedMs: exchange.endedMs });
        if (reading?.kind === 'entry' && entered.size < keptMax)
          entered.set(`${lane} ${reading.reference}`, { sentMs: exchange.sentMs, isCheck: reading.isCheck });
        if (reading === null || (reading.kind !== 'authorise' && reading.kind !== 'check')) return;
        if (exchange.outcome === 'not-sent' || probe.test(reading.reference)) return;
        const entry = entered.get(`${lane} ${reading.reference}`);
        entered.delete(`${lane} ${reading.reference}`);
        const operation = entry?.isCheck === true ? 'check' : reading.kind;
        const sentMs = entry?.sentMs ?? exchange.sentMs;
        const brand = reading.card === null ? null : brandOf(reading.card);
        push(work, lane, { sentMs, reference: ownText(reading.reference), brand, operation });
      },
      judge(view) {
        const { judged, violate, judgement } = createNotebook();
        for (const { program, acquirer, key, openMs, endMs, diedMs } of openings) {
          judged();
          const answeredMs = Math.min(firstAfter(good.get(acquirer) ?? [], openMs), diedMs);
          for (const { sentMs, reference, brand, operation } of work.get(`${program} ${acquirer}`) ?? []) {
            const closedMs = kept > keptMax ? endMs : Math.max(endMs, answeredMs);
            if (sentMs <= openMs + graceMs || sentMs >= closedMs || !covers(key, brand, operation)) continue;
            const chargeId = view.chargeOf(acquirer, reference);
            violate({
              atMs: sentMs,
              objects: [key, reference, ...(chargeId === null ? [] : [chargeId])],
              text: `${program} sent ${operation} ${reference} (${brand ?? 'brand unknown'}) to ${acquirer} at ${second(sentMs)}; its breaker ${key} is open since ${second(openMs)}${sentMs < endMs ? '' : ' and went on without a good answer'}`,
            });
          }
          if (kept > keptMax) continue;
          const reasons = trouble.get(`${program} ${acquirer}`) ?? [];
          // In flight for too long counts before it ends.
          if (!reasons.some(({ sentMs, endedMs }) => sentMs <= openMs && endedMs >= openMs - backMs))
            violate({
              atMs: openMs,
              objects: [key],
              text: `${program} opened ${key} at ${second(openMs)}, and nothing went wrong at ${acquirer}: it answered every call, if only with declines`,
            });
        }
        return judgement();
      },
    };
  },
};
