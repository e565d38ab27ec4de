/** What receivers see on real sockets, judged by the specification's own library. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { createLiveClock } from '../../../gateway/clock.ts';
import { createDeliveries } from '../../../gateway/deliveries/deliveries.ts';
import { newSecret, signatureHeaders } from '../../../gateway/deliveries/signature.ts';
import { createTargets, type WebhookTargets } from '../../../gateway/deliveries/targets.ts';
import { deliveryOf, webhookBody } from '../../../gateway/deliveries/webhook.ts';
import { insertEvent } from '../../../gateway/events/store.ts';
import { createLiveFetch } from '../../../gateway/fetch.ts';
import type { WebhookEndpoint } from '../../../gateway/merchants/webhook-endpoints.ts';
import type { LogFields, Resolve } from '../../../gateway/ports.ts';
import { createLiveEntropy } from '../../../gateway/random.ts';
import type { EventRow } from '../../../gateway/store/database.ts';
import { openSqliteStore } from '../../../gateway/store/sqlite.ts';

interface Got {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly remote: string | undefined;
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A server on a loopback address; answers 200 unless told. */
const listen = async (host = '127.0.0.1', answer: RequestListener = (_, response) => response.end(), port = 0) => {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      got.push({
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
        remote: request.socket.localAddress,
      });
      answer(request, response);
    });
  }).listen(port, host);
  await once(server, 'listening');
  closing.push(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return { got, port: (server.address() as AddressInfo).port };
};

const clock = createLiveClock();
const entropy = createLiveEntropy();

const openSender = async ({ resolve, targets = 'stage' }: { resolve: Resolve; targets?: WebhookTargets }) => {
  const store = openSqliteStore({ location: ':memory:' });
  const endpoints = new Map<string, WebhookEndpoint>();
  const log: LogFields[] = [];
  const write = (fields: LogFields): void => void log.push(fields);
  const deliveries = createDeliveries({
    clock,
    entropy,
    fetch: createLiveFetch(),
    log: { debug: write, info: write, warn: write, error: write },
    store,
    instanceId: 'gateway-1',
    lookEveryMs: null,
    targets: createTargets({ resolve, targets, own: [] }),
    webhook: (id) => endpoints.get(id),
  });
  await deliveries.start();
  closing.push(() => deliveries.stop());
  let events = 0;
  const tell = async (url: string, more: Partial<WebhookEndpoint> = {}): Promise<string> => {
    events += 1;
    const event: EventRow = {
      id: `evnt_${String(events).padStart(27, '0')}`,
      merchant_id: 'shop',
      livemode: 1,
      type: 'charge.succeeded',
      object_id: `ch_${events}`,
      data: '{"id":"ch_1","description":"月"}',
      created_ms: clock.wallMs(),
    };
    const endpoint: WebhookEndpoint = {
      id: 'we_1',
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
    endpoints.set('we_1', endpoint);
    const row = await store.unit(async (tx) => {
      await tx.run(insertEvent, event);
      const id = deliveryOf(event.id, 0);
      return deliveries.add(tx, {
        kind: 'webhook',
        id,
        endpoint,
        objectId: event.object_id,
        subject: event.type,
        body: webhookBody(event),
      });
    });
    deliveries.wake([row]);
    return event.id;
  };
  /** The row once its first try is over. */
  const tried = async () => {
    for (;;) {
      const [row] = [...store.inspect('select * from deliveries order by id desc limit 1')];
      if (row?.state !== 'waiting' || row.tries !== 0) return row;
      await clock.sleep(5);
    }
  };
  const until = async (there: () => boolean): Promise<void> => {
    while (!there()) await clock.sleep(5);
  };
  return { tell, tried, until, log };
};

const nobody: Resolve = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));

describe('a signed webhook', () => {
  it('is taken by the verifier of Standard Webhooks, and carries the static token as well', async () => {
    const { got, port } = await listen();
    const sender = await openSender({ resolve: nobody });
    const secret = newSecret(entropy, 'we_1');
    const id = await sender.tell(`http://127.0.0.1:${port}/hook`, { signing: 'standard', secret });
    await sender.until(() => got.length > 0);
    const { headers, body } = got[0]!;
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
      id,
      type: 'charge.succeeded',
    });
    expect(headers).toMatchObject({
      'webhook-id': id,
      'x-payjp-webhook-token': 'whook_1',
      'content-type': 'application/json',
    });
    expect(() => new Webhook(newSecret(entropy, 'another')).verify(body, headers as Record<string, string>)).toThrow();
    expect(() => new Webhook(secret).verify(`${body} `, headers as Record<string, string>)).toThrow();
  });

  it('is taken with the new secret and with the old one while they change, and then with the new one alone', async () => {
    const { got, port } = await listen();
    const sender = await openSender({ resolve: nobody });
    const [secret, previousSecret] = [newSecret(entropy, 'a'), newSecret(entropy, 'b')];
    const url = `http://127.0.0.1:${port}/hook`;
    const signing = 'standard';
    await sender.tell(url, { signing, secret, previousSecret, previousUntilMs: clock.wallMs() + 60_000 });
    await sender.until(() => got.length === 1);
    await sender.tell(url, { signing, secret, previousSecret, previousUntilMs: clock.wallMs() - 1 });
    await sender.until(() => got.length === 2);
    const verify = (at: number, key: string) => () =>
      new Webhook(key).verify(got[at]!.body, got[at]!.headers as Record<string, string>);
    expect(verify(0, secret)).not.toThrow();
    expect(verify(0, previousSecret)).not.toThrow();
    expect(verify(1, secret)).not.toThrow();
    expect(verify(1, previousSecret)).toThrow();
  });

  it('that is not asked for has PAY.JP’s token alone', async () => {
    const { got, port } = await listen();
    const sender = await openSender({ resolve: nobody });
    await sender.tell(`http://127.0.0.1:${port}/hook`);
    await sender.until(() => got.length > 0);
    expect(Object.keys(got[0]!.headers).filter((name) => name.startsWith('webhook-'))).toEqual([]);
    expect(got[0]!.headers['x-payjp-webhook-token']).toBe('whook_1');
  });

  it('has a secret of the length the specification asks for', () => {
    const secret = newSecret(entropy, 'a');
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(Buffer.from(secret.slice(6), 'base64')).toHaveLength(32);
  });

  it('is signed as the specification’s example is', () => {
    const headers = signatureHeaders(
      { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1614265330, body: '{"test": 2432232314}' },
      ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    );
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});

describe('a delivery over a socket', () => {
  it('goes to the address that was judged, whatever the name means by then', async () => {
    const good = await listen('127.0.0.2');
    const bad = await listen('127.0.0.1', undefined, good.port);
    const answers = [['127.0.0.2'], ['127.0.0.1']];
    const asked: string[] = [];
    const sender = await openSender({
      resolve: (hostname) => {
        asked.push(hostname);
        return answers.shift() ?? ['127.0.0.1'];
      },
    });
    await sender.tell(`http://hooks.shop.test:${good.port}/hook?a=1`);
    await sender.until(() => good.got.length + bad.got.length > 0);
    expect([good.got.length, bad.got.length, asked]).toEqual([1, 0, ['hooks.shop.test']]);
    expect(good.got[0]!.headers.host).toBe(`hooks.shop.test:${good.port}`);
    expect(good.got[0]!.remote).toBe('127.0.0.2');
  });

  it('to this machine is not made where only public targets are allowed: it is dead at once, with the reason', async () => {
    const { got, port } = await listen();
    const sender = await openSender({ resolve: () => ['127.0.0.1'], targets: 'public' });
    await sender.tell(`http://127.0.0.1:${port}/hook`);
    expect(await sender.tried()).toMatchObject({
      state: 'dead',
      tries: 1,
      reason: 'refused: not a public address',
      status: null,
    });
    await sender.tell('http://hooks.shop.test/hook');
    expect(await sender.tried()).toMatchObject({ state: 'dead', reason: 'refused: not a public address' });
    expect(got).toHaveLength(0);
    expect(sender.log.map(({ event }) => event)).toEqual(['delivery.dead', 'delivery.dead']);
  });

  it('does not follow a redirect', async () => {
    const elsewhere = await listen();
    const { port } = await listen('127.0.0.1', (_, response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${elsewhere.port}/` }).end(),
    );
    const sender = await openSender({ resolve: nobody });
    await sender.tell(`http://127.0.0.1:${port}/hook`);
    expect(await sender.tried()).toMatchObject({ state: 'waiting', tries: 1, reason: 'answered 307', status: 307 });
    expect(elsewhere.got).toHaveLength(0);
  });

  it('reads no more of an answer than 64 KiB, and believes its status', async () => {
    let sent = 0;
    const { port } = await listen('127.0.0.1', (_, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384))) sent += 16_384;
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    const sender = await openSender({ resolve: nobody });
    await sender.tell(`http://127.0.0.1:${port}/hook`);
    while ((await sender.tried())?.state === 'waiting') await clock.sleep(20);
    expect(await sender.tried()).toMatchObject({ state: 'delivered', status: 200 });
    expect(sent).toBeLessThan(20_000_000);
  });

  it('names a host that means nothing and a port that nobody listens on, and tries them again later', async () => {
    const sender = await openSender({ resolve: nobody });
    await sender.tell('http://hooks.shop.test:8080/hook');
    expect(await sender.tried()).toMatchObject({ state: 'waiting', reason: 'the host name does not resolve' });
    const { port } = await listen();
    await closing.pop()!();
    await sender.tell(`http://127.0.0.1:${port}/hook`);
    expect(await sender.tried()).toMatchObject({ state: 'waiting', reason: 'ECONNREFUSED', status: null });
  });
});
