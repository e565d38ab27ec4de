/** Two instances of the engine on one PostgreSQL, over real sockets. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLiveClock } from '../../../gateway/clock.ts';
import { createDeliveries, type Deliveries } from '../../../gateway/deliveries/deliveries.ts';
import { createTargets } from '../../../gateway/deliveries/targets.ts';
import { deliveryOf, webhookBody } from '../../../gateway/deliveries/webhook.ts';
import { insertEvent } from '../../../gateway/events/store.ts';
import { createLiveFetch } from '../../../gateway/fetch.ts';
import type { WebhookEndpoint } from '../../../gateway/merchants/webhook-endpoints.ts';
import { createLiveEntropy } from '../../../gateway/random.ts';
import type { EventRow } from '../../../gateway/store/database.ts';
import { openPostgresStore, type PostgresStore } from '../../../gateway/store/postgres.ts';
import { noPostgres, type Postgres, startPostgres } from '../../live/postgres.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const [objects, eventsEach] = [15, 8];

describe.skipIf(noPostgres)('two instances on one PostgreSQL', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(async () => {
    await postgres.stop();
  });

  it('deliver each event once and those of one object in order, whoever wrote them', { timeout: 60_000 }, async () => {
    const clock = createLiveClock();
    const got: { object: string; at: number }[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        got.push(JSON.parse(Buffer.concat(chunks).toString()).data);
        response.end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const endpoint: WebhookEndpoint = {
      id: 'we_1',
      merchantId: 'shop',
      livemode: 1,
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
      token: 'whook_1',
      signing: 'token',
      secret: null,
      previousSecret: null,
      previousUntilMs: null,
    };
    const url = await postgres.newDatabase();
    const instances: { store: PostgresStore; deliveries: Deliveries }[] = [];
    for (const instanceId of ['gateway-1', 'gateway-2']) {
      const store = await openPostgresStore({ url });
      const deliveries = createDeliveries({
        clock,
        entropy: createLiveEntropy(),
        fetch: createLiveFetch(),
        log: silent,
        store,
        instanceId,
        lookEveryMs: 1000,
        targets: createTargets({ resolve: () => [], targets: 'stage', own: [] }),
        webhook: () => endpoint,
      });
      await deliveries.start();
      instances.push({ store, deliveries });
    }
    const tell = async (object: number, at: number): Promise<void> => {
      const { store, deliveries } = instances[(object + at) % 2]!;
      const event: EventRow = {
        id: `evnt_${String(object * 100 + at).padStart(27, '0')}`,
        merchant_id: 'shop',
        livemode: 1,
        type: 'charge.updated',
        object_id: `ch_${object}`,
        data: JSON.stringify({ object: `ch_${object}`, at }),
        created_ms: clock.wallMs(),
      };
      const row = await store.unit(async (tx) => {
        await tx.run(insertEvent, event);
        const id = deliveryOf(event.id, 0);
        const [objectId, subject, body] = [event.object_id, event.type, webhookBody(event)];
        return deliveries.add(tx, { kind: 'webhook', id, endpoint, objectId, subject, body });
      });
      deliveries.wake([row]);
    };
    await Promise.all(
      Array.from({ length: objects }, async (_, object) => {
        for (let at = 0; at < eventsEach; at += 1) await tell(object, at);
      }),
    );
    while (got.length < objects * eventsEach) await clock.sleep(50);
    for (const { deliveries } of instances) await deliveries.stop();
    expect(got).toHaveLength(objects * eventsEach);
    for (let object = 0; object < objects; object += 1)
      expect(got.filter((data) => data.object === `ch_${object}`).map(({ at }) => at)).toEqual(
        Array.from({ length: eventsEach }, (_, at) => at),
      );
    const states = await instances[0]!.store.inspect('select distinct state, tries from deliveries');
    expect(states).toEqual([{ state: 'delivered', tries: 1 }]);
    for (const { store } of instances) await store.close();
    server.close();
    server.closeAllConnections();
  });
});
