/**
 * Events about one object reach a receiver in the order in which things happened, so that the last
 * one says what the object is: a charge whose events have all arrived reads as its book does.
 */
import { firstField } from '../asked.ts';
import { createNotebook, type Invariant, second } from '../invariant.ts';
import { ownText } from '../own-text.ts';

interface Last {
  readonly id: string;
  readonly createdS: number;
  readonly captured: boolean;
  readonly returnedYen: number;
}

const objectsMax = 500_000;

export const inv28: Invariant = {
  id: 'INV-28',
  title: 'events of one object arrive in order, and the last one is true',
  settled: true,
  watch() {
    const book = createNotebook();
    /** By receiver and object. */
    const lasts = new Map<string, Last>();
    return {
      posted({ path, requestBody, status, sentMs }) {
        if (status === null || status < 200 || status > 299 || !requestBody.startsWith('{"id":"evnt_')) return;
        const at = requestBody.indexOf('"data":');
        const objectId = firstField(requestBody, 'id', at);
        const id = firstField(requestBody, 'id');
        const created = firstField(requestBody, 'created');
        if (at < 0 || objectId === null || id === null || created === null) return;
        const name = `${path} ${objectId}`;
        const last = lasts.get(name);
        if (last?.id === id) return;
        const createdS = Number(created);
        if (last !== undefined) {
          book.judged();
          if (createdS < last.createdS)
            book.violate({
              atMs: sentMs,
              objects: [objectId, id, last.id],
              text: `${path} got ${id} of second ${createdS} about ${objectId} at ${second(sentMs)}, after ${last.id} of second ${last.createdS}`,
            });
        }
        if (last === undefined && lasts.size >= objectsMax) return;
        lasts.set(name, {
          id: ownText(id),
          createdS: Math.max(createdS, last?.createdS ?? 0),
          captured: requestBody.includes('"captured":true', at),
          returnedYen: Number(firstField(requestBody, 'amount_refunded', at) ?? 0),
        });
      },
      judge(view) {
        const { judged, violate, judgement } = createNotebook();
        const already = book.judgement();
        judged(already.judged);
        for (const violation of already.violations) violate(violation);
        const { deliveries, events } = view.gateway;
        if (deliveries === undefined || events === undefined) return judgement();
        const open = new Set<string>();
        for (const { eventId, state } of deliveries()) if (state !== 'delivered') open.add(eventId);
        const unfinished = new Set<string>();
        if (open.size > 0) for (const { id, objectId } of events()) if (open.has(id)) unfinished.add(objectId);
        for (const [name, { id, captured, returnedYen }] of lasts) {
          const objectId = name.slice(name.indexOf(' ') + 1);
          const charge = view.charges.get(objectId);
          if (charge === undefined || unfinished.has(objectId)) continue;
          judged();
          const isCaptured = charge.state === 'captured';
          // PAY.JP counts what a partial capture let go as refunded.
          const trueYen = isCaptured ? charge.amountYen - charge.capturedYen + charge.refundedYen : 0;
          if (captured === isCaptured && (!isCaptured || returnedYen === trueYen)) continue;
          violate({
            atMs: null,
            objects: [objectId, id],
            text: [
              `the last event about ${objectId} said captured ${captured}, refunded ${returnedYen} yen; it is ${charge.state}, ${trueYen} yen`,
              view.story(objectId),
            ].join('\n'),
          });
        }
        return judgement();
      },
    };
  },
};
