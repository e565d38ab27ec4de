/**
 * Events: what happened to an object, written in the unit that made it happen, with the webhook
 * delivery beside it (resilience-patterns section 12).
 */

import type { Deliveries } from '../deliveries/deliveries.ts';
import { deliveryOf, webhookBody } from '../deliveries/webhook.ts';
import { newId } from '../ids.ts';
import type { Merchant } from '../merchants/merchants.ts';
import type { Clock, Entropy, Tx } from '../ports.ts';
import type { DeliveryRow, EventRow, Flag } from '../store/database.ts';
import { insertEvent } from './store.ts';

export type EventType =
  | `charge.${'succeeded' | 'failed' | 'captured' | 'refunded' | 'updated'}`
  | `customer.${'created' | 'updated' | 'deleted'}`
  | `customer.card.${'created' | 'updated' | 'deleted'}`
  | `plan.${'created' | 'updated' | 'deleted'}`
  | `subscription.${'created' | 'updated' | 'deleted' | 'paused' | 'resumed' | 'canceled' | 'renewed'}`
  | `term.${'created' | 'closed'}`
  | 'statement.created'
  | `balance.${'created' | 'fixed' | 'closed'}`
  | 'transfer.succeeded'
  | 'token.created'
  | 'dispute.created'
  /** Ours: what abuse control does to the account (`abuse/`). */
  | `account.${'throttled' | 'paused' | 'restoring' | 'restored'}`;

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
    const event: EventRow = {
      id: newId(entropy, 'evnt_', `${merchant.id}/${objectId}/${type}`),
      merchant_id: merchant.id,
      livemode,
      type,
      object_id: objectId,
      data: JSON.stringify(data),
      created_ms: clock.wallMs(),
    };
    await tx.run(insertEvent, event);
    const rows: DeliveryRow[] = [];
    let body: string | null = null;
    for (const endpoint of merchant.webhooks) {
      if (endpoint.livemode !== livemode) continue;
      body ??= webhookBody(event);
      const id = deliveryOf(event.id, rows.length);
      rows.push(await deliveries.add(tx, { kind: 'webhook', id, endpoint, objectId, subject: type, body }));
    }
    return rows;
  },
});
