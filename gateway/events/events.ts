/**
 * Events: what happened to an object, written in the unit that made it happen, with the webhook
 * delivery beside it (resilience-patterns section 12).
 */

import type { Deliveries } from '../deliveries/deliveries.ts';
import { newId } from '../ids.ts';
import type { Merchant } from '../merchants/merchants.ts';
import type { Clock, Entropy, Tx } from '../ports.ts';
import type { DeliveryRow, Flag } from '../store/database.ts';
import { insertQuery } from '../store/query.ts';

export type EventType =
  | `charge.${'succeeded' | 'failed' | 'captured' | 'refunded' | 'updated'}`
  | `customer.${'created' | 'updated' | 'deleted'}`
  | `customer.card.${'created' | 'updated' | 'deleted'}`
  | `plan.${'created' | 'updated' | 'deleted'}`
  | `subscription.${'created' | 'updated' | 'deleted' | 'paused' | 'resumed' | 'canceled' | 'renewed'}`
  | 'token.created';

export interface NewEvent {
  readonly merchant: Merchant;
  readonly livemode: Flag;
  readonly type: EventType;
  readonly objectId: string;
  /** The whole object, as the API shows it. */
  readonly data: Record<string, unknown>;
}

export interface Events {
  /** Writes the event; the returned deliveries are to be woken after the unit. */
  emit(tx: Tx, event: NewEvent): Promise<readonly DeliveryRow[]>;
}

/** The delivery of an event to the merchant's one address. */
export const deliveryOf = (eventId: string): string => `dlv_${eventId.slice(eventId.indexOf('_') + 1)}`;

const insertEvent = insertQuery('events', ['id', 'merchant_id', 'livemode', 'type', 'object_id', 'data', 'created_ms']);

export const createEvents = ({
  clock,
  entropy,
  deliveries,
}: {
  clock: Clock;
  entropy: Entropy;
  deliveries: Deliveries;
}): Events => ({
  async emit(tx, { merchant, livemode, type, objectId, data }) {
    const createdMs = clock.wallMs();
    const id = newId(entropy, 'evnt_', `${merchant.id}/${objectId}/${type}`);
    const text = JSON.stringify(data);
    await tx.run(insertEvent, {
      id,
      merchant_id: merchant.id,
      livemode,
      type,
      object_id: objectId,
      data: text,
      created_ms: createdMs,
    });
    if (merchant.webhookUrl === null) return [];
    const envelope = {
      id,
      object: 'event',
      livemode: livemode === 1,
      created: Math.floor(createdMs / 1000),
      type,
      pending_webhooks: 1,
    };
    const body = `${JSON.stringify(envelope).slice(0, -1)},"data":${text}}`;
    return [
      await deliveries.add(tx, {
        id: deliveryOf(id),
        merchantId: merchant.id,
        kind: 'webhook',
        subject: type,
        url: merchant.webhookUrl,
        token: merchant.webhookToken,
        body,
      }),
    ];
  },
});
