/**
 * What became of events on their way to merchants' receivers: one without a delivery to each receiver, and one
 * that waits although nobody will try.
 *
 * A delivery that waits may be late for good reasons: its receiver is slow and has a queue, or an earlier event of
 * the same object is tried first. So only the first in its line is looked at, and only when no try of anything went
 * to its receiver for long.
 */

import type { GatewayBook, GatewayDelivery, GatewayReceiver } from './books.ts';
import { hashOf } from './hash-of.ts';

/** Instances keep what they know of a merchant for as long, so a new receiver is told from then on at the latest. */
const knownAfterMs = 60_000;
/** Longer than any lease of a dead instance and the look for it, and than the wait between two tries: then somebody should have tried. */
const idleMaxMs = 300_000;

const linkOf = (eventId: string, receiverId: string): number => hashOf(`${eventId} ${receiverId}`);

export interface Undelivered {
  readonly judged: number;
  readonly found: readonly { readonly objects: readonly string[]; readonly text: string }[];
}

const receiversByMerchant = (receivers: Iterable<GatewayReceiver>): Map<string, GatewayReceiver[]> => {
  const byMerchant = new Map<string, GatewayReceiver[]>();
  for (const receiver of receivers) {
    const own = byMerchant.get(receiver.merchantId);
    if (own === undefined) byMerchant.set(receiver.merchantId, [receiver]);
    else own.push(receiver);
  }
  return byMerchant;
};

/** Events of merchants with receivers that have no delivery to one of them. */
export const eventsWithoutDelivery = (book: GatewayBook): Undelivered => {
  const { events, deliveries, receivers } = book;
  if (events === undefined || deliveries === undefined || receivers === undefined) return { judged: 0, found: [] };
  const byMerchant = receiversByMerchant(receivers());
  const sent = new Set<number>();
  for (const { eventId, receiverId } of deliveries()) sent.add(linkOf(eventId, receiverId));
  let judged = 0;
  const found: Undelivered['found'][number][] = [];
  for (const { id, type, objectId, merchantId, live, atMs } of events())
    for (const receiver of byMerchant.get(merchantId) ?? []) {
      if (receiver.live !== live || atMs < receiver.sinceMs + knownAfterMs) continue;
      judged += 1;
      if (!sent.has(linkOf(id, receiver.id)))
        found.push({
          objects: [id, objectId],
          text: `event ${id} (${type} of ${objectId}) has no delivery to ${merchantId}'s receiver ${receiver.id}`,
        });
    }
  return { judged, found };
};

/**
 * Deliveries that wait and are past their time, while nothing was sent to their receiver for five minutes.
 *
 * @param readMs when the book was read
 * @param lastTriedMs when the last try to an address ended, by its path; null: never
 */
export const deliveriesForgotten = (
  book: GatewayBook,
  readMs: number,
  lastTriedMs: (path: string) => number | null,
): Undelivered => {
  const { deliveries, receivers } = book;
  if (deliveries === undefined || receivers === undefined) return { judged: 0, found: [] };
  const heads = new Map<string, GatewayDelivery>();
  for (const delivery of deliveries()) {
    if (delivery.state !== 'waiting') continue;
    const line = `${delivery.receiverId} ${delivery.objectId}`;
    const head = heads.get(line);
    if (head === undefined || delivery.seq < head.seq) heads.set(line, delivery);
  }
  const pathOf = new Map(Array.from(receivers(), ({ id, path }) => [id, path]));
  const since = readMs - idleMaxMs;
  const found: Undelivered['found'][number][] = [];
  for (const { eventId, receiverId, objectId, tries, dueMs } of heads.values()) {
    const path = pathOf.get(receiverId);
    if (path === undefined || dueMs > since || (lastTriedMs(path) ?? 0) > since) continue;
    const late = Math.round((readMs - dueMs) / 1000);
    found.push({
      objects: [eventId, objectId],
      text: `event ${eventId} of ${objectId} waits for its try ${tries + 1}, was due ${late} s ago, and nothing is sent to its receiver ${receiverId} any more`,
    });
  }
  return { judged: heads.size, found };
};
