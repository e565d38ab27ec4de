/** `/v1/events`: what happened, for a receiver that missed its webhooks (payjp-api section 3.8). */
import type { Hono } from 'hono';
import { type Endpoint, ok, refused } from '../http/endpoint.ts';
import { checkForm } from '../http/fields.ts';
import { listView, rangeOf } from '../http/list.ts';
import { ownerOf } from '../http/written.ts';
import type { Store, Tx } from '../ports.ts';
import type { EventRow } from '../store/database.ts';
import { ListEventsForm } from './schema.ts';
import { countEvents, deliveriesOf, eventOf, listEvents, pendingDeliveries } from './store.ts';

/** What an event is about is the beginning of its type; a customer's card has two words. */
const typesAbout = (object: string | undefined): { about: string; notAbout: string } => {
  if (object === undefined) return { about: '%', notAbout: '' };
  if (object === 'card') return { about: 'customer.card.%', notAbout: '' };
  if (object === 'customer') return { about: 'customer.%', notAbout: 'customer.card.%' };
  // The objects of the API are words; anything else matches nothing rather than as a pattern.
  return { about: /^[a-z_]+$/.test(object) ? `${object}.%` : '', notAbout: '' };
};

const eventView = async (tx: Tx, row: EventRow): Promise<Record<string, unknown>> => {
  const deliveries = await tx.first(pendingDeliveries, deliveriesOf(row.id));
  return {
    id: row.id,
    object: 'event',
    livemode: row.livemode === 1,
    created: Math.floor(row.created_ms / 1000),
    type: row.type,
    // Endpoints that have not answered 2xx.
    pending_webhooks: Number(deliveries?.pending ?? 0),
    data: JSON.parse(row.data) as unknown,
  };
};

export const eventRoutes = (app: Hono, endpoint: Endpoint, { store }: { readonly store: Store }): void => {
  const secret = { zone: 'sk', keys: 'sk' } as const;
  app.get(
    '/v1/events',
    endpoint(secret, async (call) => {
      const parsed = checkForm(ListEventsForm, call.form);
      if (!parsed.ok) return refused(parsed.error);
      const { resource_id, object, type } = parsed.value;
      const filter = {
        ...rangeOf(parsed.value),
        ...ownerOf(call),
        ...typesAbout(object),
        resource: resource_id ?? '%',
        type: type ?? '%',
      };
      return store.read(async (tx) => {
        const count = Number((await tx.first(countEvents, filter))?.count ?? 0);
        const views: unknown[] = [];
        for (const row of await tx.all(listEvents, filter)) views.push(await eventView(tx, row));
        return ok(listView('/v1/events', views, count, filter.offset));
      });
    }),
  );
  app.get(
    '/v1/events/:id',
    endpoint(secret, (call) =>
      store.read(async (tx) => {
        const row = await tx.first(eventOf, { id: call.id, ...ownerOf(call) });
        return row === undefined
          ? refused({ kind: 'no_such', what: 'event', id: call.id })
          : ok(await eventView(tx, row));
      }),
    ),
  );
};
