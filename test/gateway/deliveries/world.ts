/**
 * The delivery engine on the virtual stage: one or more instances on one store in memory, and
 * receivers that answer as they are told.
 */
import { createDeadLetters, type DeadLetters } from '../../../gateway/deliveries/dead-letters.ts';
import { createDeliveries, type Deliveries } from '../../../gateway/deliveries/deliveries.ts';
import { createTargets } from '../../../gateway/deliveries/targets.ts';
import { deliveryOf } from '../../../gateway/deliveries/webhook.ts';
import { insertEvent } from '../../../gateway/events/store.ts';
import type { WebhookEndpoint } from '../../../gateway/merchants/webhook-endpoints.ts';
import type { Letter, LogFields, Posted, Resolve } from '../../../gateway/ports.ts';
import type { EventRow } from '../../../gateway/store/database.ts';
import { openSqliteStore } from '../../../gateway/store/sqlite.ts';
import type { Instance } from '../../../scenarios/stage/instances.ts';
import { createStage } from '../../../scenarios/stage/stage.ts';
import { createStoreWeather } from '../../../scenarios/theatre/store-weather.ts';
import type { Json } from '../world.ts';

export interface Got {
  readonly path: string;
  readonly body: string;
  readonly token: string | null;
  readonly type: string | null;
  readonly headers: Headers;
  /** Simulated seconds. */
  readonly atS: number;
}

/** Answers one delivery; a number is a status at once. */
export type Receiver = (got: Got, sleep: (ms: number) => Promise<void>) => number | Promise<number>;

export const never = (): Promise<number> => new Promise(() => undefined);

/** An event to be told of; what is left out is the same for all. */
export interface Told {
  readonly url?: string;
  readonly object?: string;
  readonly type?: string;
  readonly data?: string;
  readonly endpoint?: Partial<WebhookEndpoint>;
  /** Instance that writes it; the first unless told. */
  readonly by?: number;
}

export interface WorldOptions {
  readonly instances?: number;
  /** Of all instances, or of each. */
  readonly lookEveryMs?: number | null | readonly (number | null)[];
  /** What names resolve to; the stage's own addresses unless told. */
  readonly resolve?: Resolve;
  /** The mail server; none unless told. */
  readonly mail?: (letter: Letter, sleep: (ms: number) => Promise<void>) => Posted | Promise<Posted>;
}

interface Running {
  readonly deliveries: Deliveries;
  readonly deadLetters: DeadLetters;
}

export const openWorld = (receiver: Receiver, options: WorldOptions = {}) => {
  const stage = createStage({ seed: 1, startWallMs: 1_500_000_000_000, latency: { medianMs: 1, sigma: 0 } });
  const store = openSqliteStore({ location: ':memory:' });
  const database = createStoreWeather(store, stage.clock);
  const got: Got[] = [];
  const log: LogFields[] = [];
  stage.onLog(({ fields }) => log.push(fields));
  const endpoints = new Map<string, WebhookEndpoint>();
  const running: (Running | null)[] = [];
  const count = options.instances ?? 1;
  const lookEveryMs = (index: number): number | null => {
    const { lookEveryMs: wanted = count > 1 ? 10_000 : null } = options;
    return typeof wanted === 'object' && wanted !== null ? (wanted[index] ?? null) : wanted;
  };
  const senders: Instance[] = Array.from({ length: count }, (_, index) =>
    stage.addProgram({
      program: 'gateway',
      name: `gateway-${index + 1}`,
      host: `gateway-${index + 1}.test`,
      create: ({ clock, entropy, fetch, resolve, log: own, revocable }) => {
        const instanceId = `gateway-${index + 1}`;
        const shared = { clock, store: revocable(database.store), instanceId };
        const deliveries = createDeliveries({
          ...shared,
          entropy,
          fetch,
          log: own,
          lookEveryMs: lookEveryMs(index),
          targets: createTargets({ resolve: options.resolve ?? resolve, targets: 'public', own: [] }),
          webhook: (id) => endpoints.get(id),
          ...(options.mail === undefined
            ? {}
            : {
                mail: async (letter: Letter) => options.mail?.(letter, (ms) => clock.sleep(ms)) ?? 'not_now',
                mailFrom: 'Breakwater <notices@gateway.test>',
              }),
        });
        running[index] = { deliveries, deadLetters: createDeadLetters({ ...shared, deliveries }) };
        return { app: { fetch: () => new Response('') }, start: deliveries.start, stop: deliveries.stop };
      },
    }),
  );
  stage.addProgram({
    program: 'receivers',
    host: 'receivers.test',
    create: ({ clock }) => ({
      app: {
        async fetch(request) {
          const one: Got = {
            path: new URL(request.url).pathname,
            body: await request.text(),
            token: request.headers.get('X-Payjp-Webhook-Token'),
            type: request.headers.get('Content-Type'),
            headers: request.headers,
            atS: clock.monotonicMs() / 1000,
          };
          got.push(one);
          const status = await receiver(one, (ms) => clock.sleep(ms));
          return new Response(status === 204 ? null : '', { status });
        },
      },
    }),
  });
  const pass = async (seconds: number): Promise<void> => {
    await stage.run({ untilMs: stage.nowMs() + seconds * 1000, mustFinish: false });
  };
  const endpointAt = (url: string, more: Partial<WebhookEndpoint> = {}): WebhookEndpoint => {
    const endpoint: WebhookEndpoint = {
      id: `we_${url}`,
      merchantId: 'shop',
      livemode: 1,
      url,
      token: 'whook_1',
      signing: 'token',
      secret: null,
      previousSecret: null,
      previousUntilMs: null,
      ...more,
    };
    endpoints.set(endpoint.id, endpoint);
    return endpoint;
  };
  const up = async (index: number): Promise<Running> => {
    while (senders[index]?.state !== 'up') await stage.clock.sleep(1);
    return running[index]!;
  };
  let events = 0;
  /** Writes an event with its delivery in one unit, as the rooms do, and wakes the worker. */
  const tell = async (told: Told = {}): Promise<string> => {
    const { deliveries } = await up(told.by ?? 0);
    events += 1;
    const id = `evnt_${String(events).padStart(27, '0')}`;
    const event: EventRow = {
      id,
      merchant_id: 'shop',
      livemode: 1,
      type: told.type ?? 'charge.succeeded',
      object_id: told.object ?? `ch_${events}`,
      data: told.data ?? `{"id":"ch_${events}"}`,
      created_ms: 1_500_000_000_000,
    };
    const endpoint = endpointAt(told.url ?? 'http://receivers.test/hook', told.endpoint);
    const row = await store.unit(async (tx) => {
      await tx.run(insertEvent, event);
      return deliveries.add(tx, {
        kind: 'webhook',
        id: deliveryOf(id, 0),
        endpoint,
        objectId: event.object_id,
        subject: event.type,
        body: `{"id":"${id}","data":${event.data}}`,
      });
    });
    deliveries.wake([row]);
    return row.id;
  };
  /** All at the same moment. */
  const send = async (...many: Told[]): Promise<void> => {
    for (const told of many.length === 0 ? [{}] : many) stage.spawnTask('tell', async () => void (await tell(told)));
    await pass(0.2);
  };
  /** A notice, or a message to the upstream. */
  const notice = async (kind: 'notice' | 'upstream' = 'notice', subject = 'incident'): Promise<void> => {
    stage.spawnTask('notice', async () => {
      const { deliveries } = await up(0);
      await deliveries.send({
        kind,
        merchantId: kind === 'notice' ? 'shop' : null,
        subject,
        url: 'http://receivers.test/notices',
        token: kind === 'notice' ? 'whook_1' : '',
        body: '{"id":"ntc_1"}',
      });
    });
    await pass(0.2);
  };
  /** Does it inside the run and gives the result. */
  const inside = async <T>(work: (running: Running) => Promise<T>, index = 0): Promise<T> => {
    let ended: { value: T } | null = null;
    stage.spawnTask('inside', async () => {
      ended = { value: await work(await up(index)) };
    });
    await pass(0.2);
    if (ended === null) throw new Error('it did not end');
    return (ended as { value: T }).value;
  };
  const rows = (): Json[] => [...store.inspect('select * from deliveries order by created_ms, id')];
  const times = (): number[] => got.map(({ atS }) => Math.round(atS));
  return {
    /** As instances reach it; what this world itself writes always arrives. */
    database,
    stage,
    store,
    sender: senders[0]!,
    senders,
    endpoints,
    got,
    log,
    tell,
    send,
    notice,
    inside,
    pass,
    rows,
    times,
  };
};
