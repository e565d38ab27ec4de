/**
 * What a webhook carries: the event as the API shows it (payjp-api section 3.8). Made of the event
 * whenever it is sent, so that what was delivered can be delivered again.
 */
import type { EventRow } from '../store/database.ts';

/** The id of an event's delivery to the merchant's `nth` endpoint of that mode, from 0. */
export const deliveryOf = (eventId: string, nth: number): string =>
  `dlv_${eventId.slice(eventId.indexOf('_') + 1)}${nth === 0 ? '' : `_${nth}`}`;

/** The event of such a delivery. */
export const eventIdOf = (deliveryId: string): string => `evnt_${deliveryId.split('_', 2)[1] ?? ''}`;

/**
 * `data` is stored as text and goes out as it is. `pending_webhooks` is whoever receives this: every
 * try has the same bytes, whatever became of the other endpoints meanwhile.
 */
export const webhookBody = (event: EventRow): string => {
  const envelope = {
    id: event.id,
    object: 'event',
    livemode: event.livemode === 1,
    created: Math.floor(event.created_ms / 1000),
    type: event.type,
    pending_webhooks: 1,
  };
  return `${JSON.stringify(envelope).slice(0, -1)},"data":${event.data}}`;
};
