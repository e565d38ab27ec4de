/**
 * Every change of a charge that was committed has its event, every event that arrived anywhere was
 * committed, and each one of a merchant with a receiver arrived, waits for its next try, or is
 * among the given-up ones. Waiting means that somebody will try.
 *
 * Which event a change owes is `reference/payjp-api.md` section 7.
 */
import { firstField } from '../asked.ts';
import { hashOf } from '../hash-of.ts';
import { createNotebook, type Invariant } from '../invariant.ts';
import { deliveriesForgotten, eventsWithoutDelivery } from '../open-deliveries.ts';
import { ownText } from '../own-text.ts';

const eventMax = 1_000_000;

export const inv27: Invariant = {
  id: 'INV-27',
  title: 'every committed change has an event, and every event a receiver or an open end',
  settled: true,
  watch() {
    /** Hashes of events that some receiver took. */
    const taken = new Set<number>();
    const came: { readonly id: string; readonly atMs: number }[] = [];
    /** By path of the address. */
    const lastTried = new Map<string, number>();
    return {
      posted({ path, requestBody, status, sentMs, endedMs }) {
        lastTried.set(path, endedMs);
        if (status === null || status < 200 || status > 299 || !requestBody.startsWith('{"id":"evnt_')) return;
        const id = firstField(requestBody, 'id') ?? '';
        const hash = hashOf(id);
        if (taken.has(hash) || taken.size >= eventMax) return;
        taken.add(hash);
        if (came.length < 5_000) came.push({ id: ownText(id), atMs: sentMs });
      },
      judge(view) {
        const { judged, violate, judgement } = createNotebook();
        const { events, deliveries } = view.gateway;
        if (events === undefined || deliveries === undefined) return judgement();
        /** By charge, a letter for each type. */
        const told = new Map<string, string>();
        const known = new Set<number>();
        for (const { id, type, objectId } of events()) {
          known.add(hashOf(id));
          if (type.startsWith('charge.')) told.set(objectId, `${told.get(objectId) ?? ''} ${type}`);
        }
        for (const { id, state, capturedYen, refundedYen, renews } of view.charges.values()) {
          if (typeof renews === 'string') continue;
          const types = told.get(id) ?? '';
          const owed: string[] = [];
          // One whose capture had to wait is told when it is captured, and not twice.
          if (state === 'authorised' || (state === 'captured' && !types.includes('charge.captured')))
            owed.push('charge.succeeded');
          if (state === 'failed' && view.attemptsOf(id).length > 0) owed.push('charge.failed');
          // A capture at once is told by the same event as its authorisation.
          if (refundedYen > 0 && capturedYen > 0) owed.push('charge.refunded');
          if (owed.length === 0) continue;
          judged();
          const missing = owed.filter((type) => !types.includes(type));
          if (missing.length > 0)
            violate({
              atMs: null,
              objects: [id],
              text: [
                `${id} is ${state} and has no ${missing.join(', ')}; it has${types || ' none'}`,
                view.story(id),
              ].join('\n'),
            });
        }
        for (const { id, atMs } of came) {
          judged();
          if (!known.has(hashOf(id)))
            violate({ atMs, objects: [id], text: `event ${id} arrived and is in no book: it was never committed` });
        }
        for (const { eventId, state, tries } of deliveries()) {
          if (state !== 'delivered') continue;
          judged();
          if (!taken.has(hashOf(eventId)) && taken.size < eventMax)
            violate({
              atMs: null,
              objects: [eventId],
              text: `event ${eventId} is booked as delivered after ${tries} tries, and no receiver took it`,
            });
        }
        const without = eventsWithoutDelivery(view.gateway);
        const forgotten =
          view.readMs === null
            ? null
            : deliveriesForgotten(view.gateway, view.readMs, (path) => lastTried.get(path) ?? null);
        for (const part of [without, forgotten]) {
          judged(part?.judged ?? 0);
          for (const { objects, text } of part?.found ?? []) violate({ atMs: null, objects, text });
        }
        return judgement();
      },
    };
  },
};
