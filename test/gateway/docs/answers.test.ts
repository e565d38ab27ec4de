/** What the gateway really answers, held against what the document says it answers. */
import { describe, expect, it } from 'vitest';
import { objects } from '../../../gateway/docs/objects.ts';
import type { Operation } from '../../../gateway/docs/operation.ts';
import { operations } from '../../../gateway/docs/operations.ts';
import { openHouse } from '../../corpora/house.ts';
import { adminToken, basic, cardOf, formOf, type Json, upstreamToken } from '../world.ts';

const card = formOf(cardOf('5555555555554444'));

interface Answered {
  readonly status: number;
  readonly json: Json;
}

/** Asks, and checks what comes back: its headers, its status among those of the call, its shape to the last field. */
const open = async () => {
  const house = await openHouse();
  const seen = new Set<string>();
  const ask = async (line: string, body?: string, authorization = basic(house.keys.live.secret)): Promise<Answered> => {
    const [method, path] = line.split(' ') as ['get' | 'post' | 'delete', string];
    const reply = await house.fetch(
      new Request(`http://gateway.test${path}`, {
        method: method.toUpperCase(),
        headers: { Authorization: authorization },
        ...(body === undefined ? {} : { body }),
      }),
    );
    const operation = operationOf(method, path);
    const { status } = reply;
    const text = await reply.text();
    expect(reply.headers.get('breakwater-request-id'), line).toMatch(/^req_[0-9a-f]{28}$/);
    expect(reply.headers.get('breakwater-decided-by'), line).toMatch(/^[a-z-]+$/);
    const good = status === (operation.status ?? 200);
    if (good) seen.add(`${method} ${operation.path}`);
    if (good && (operation.answers === null || typeof operation.answers !== 'string')) return { status, json: text };
    const json = JSON.parse(text) as Json;
    const told = good || path === '/readyz';
    const schema = told && typeof operation.answers === 'string' ? objects[operation.answers] : objects.Error;
    const parsed = schema.safeParse(json);
    expect(parsed.success ? [] : parsed.error.issues, `${line} ${status}`).toEqual([]);
    return { status, json };
  };
  return { house, ask, seen };
};

const operationOf = (method: string, path: string): Operation => {
  const asked = path.replace(/\?.*$/, '').split('/');
  const fits = (pattern: string): boolean => {
    const parts = pattern.split('/');
    return parts.length === asked.length && parts.every((part, at) => part.startsWith('{') || part === asked[at]);
  };
  // A path that is written out wins over one with a name in it.
  const found = operations.filter((one) => one.method === method && fits(one.path));
  return found.toSorted((one, other) => Number(one.path.includes('{')) - Number(other.path.includes('{')))[0]!;
};

describe('answers', () => {
  it('have the shape that the document says, for every call there is', async () => {
    const { house, ask, seen } = await open();
    const { ids } = house;
    const admin = `Bearer ${adminToken}`;
    const good = async (line: string, body?: string, authorization?: string): Promise<Json> => {
      const { status, json } = await ask(line, body, authorization);
      expect([200, 201, 202], `${line}: ${JSON.stringify(json)}`).toContain(status);
      return json;
    };
    const token = async (): Promise<string> => (await good('post /v1/tokens', card)).id;

    await good(`get /v1/tokens/${ids.token}`);
    const held = await good(
      'post /v1/charges',
      `amount=900&currency=jpy&capture=false&card=${await token()}&metadata[a]=1`,
    );
    await good(`get /v1/charges/${held.id}`);
    await good(`post /v1/charges/${held.id}`, 'description=x');
    await good(`post /v1/charges/${held.id}/reauth`, '');
    await good(`post /v1/charges/${held.id}/capture`, 'amount=500');
    await good(`post /v1/charges/${held.id}/refund`, 'amount=100&refund_reason=x');
    await good('get /v1/charges?limit=3');

    const customer = await good('post /v1/customers', `email=a@example.com&card=${await token()}`);
    await good(`get /v1/customers/${customer.id}`);
    await good(`post /v1/customers/${customer.id}`, 'description=x');
    await good('get /v1/customers');
    const second = await good(`post /v1/customers/${ids.customer}/cards`, `card=${await token()}`);
    await good(`get /v1/customers/${ids.customer}/cards`);
    await good(`get /v1/customers/${ids.customer}/cards/${second.id}`);
    await good(`post /v1/customers/${ids.customer}/cards/${second.id}`, 'address_city=x');
    await good(`delete /v1/customers/${ids.customer}/cards/${second.id}`);

    const owned = (await good(`get /v1/customers/${ids.customer}/cards`)).data[0].id;
    const asked = await good('post /v1/three_d_secure_requests', `resource_id=${owned}`);
    await good('get /v1/three_d_secure_requests');
    await good(`get /v1/three_d_secure_requests/${asked.id}`);
    await good(`get /v1/tds/${asked.id}/start?publickey=${house.keys.live.public}`);
    await good('post /3ds/rreq', '{}');
    await good('get /admin/v1/merchants/shop/three-d-secure', undefined, admin);
    await good('post /admin/v1/merchants/shop/three-d-secure', '{"attempted":"accept"}', admin);

    const plan = await good('post /v1/plans', 'amount=500&currency=jpy&interval=month');
    await good('get /v1/plans');
    await good(`get /v1/plans/${plan.id}`);
    await good(`post /v1/plans/${plan.id}`, 'name=x');
    const made = await good('post /v1/subscriptions', `customer=${customer.id}&plan=${plan.id}&metadata[a]=1`);
    await good('get /v1/subscriptions');
    await good(`get /v1/subscriptions/${made.id}`);
    await good(`post /v1/subscriptions/${made.id}`, 'metadata[b]=1');
    await good(`get /v1/customers/${customer.id}/subscriptions`);
    await good(`get /v1/customers/${customer.id}/subscriptions/${made.id}`);
    await good(`post /v1/subscriptions/${made.id}/pause`, '');
    await good(`post /v1/subscriptions/${made.id}/resume`, '');
    await good(`post /v1/subscriptions/${made.id}/cancel`, '');
    await good(`delete /v1/subscriptions/${made.id}`);
    await good(`delete /v1/plans/${plan.id}`);
    await good(`delete /v1/customers/${customer.id}`);

    await good('get /v1/events?limit=100');
    await good(`get /v1/events/${ids.event}`);
    await good('get /v1/accounts');
    await good('get /v1/accounts/brands');
    const terms = await good('get /v1/terms');
    await good(`get /v1/terms/${terms.data[0].id}`);
    const balances = await good('get /v1/balances');
    await good(`get /v1/balances/${balances.data[0].id}`);
    await good('get /v1/statements');
    await good('get /v1/transfers');

    await good('post /admin/v1/merchants', '{"name":"third"}', admin);
    await good('post /admin/v1/merchants/other-shop/pause', '{"reason":"x"}', admin);
    await good('post /admin/v1/merchants/other-shop/resume', '', admin);
    await good('get /admin/v1/vault/rotate', undefined, admin);
    await good('get /admin/v1/fraud/decisions', undefined, admin);
    await good('get /admin/v1/fraud/decisions?from=recent', undefined, admin);
    await good('get /admin/v1/fraud/reviews', undefined, admin);
    await good('get /admin/v1/fraud/rules', undefined, admin);
    await good('post /admin/v1/fraud/rules', '{"thresholds":{"stepUp":41}}', admin);
    const listed = '{"list":"allow","kind":"address","value":"192.0.2.1","reason":"x"}';
    const entry = await good('post /admin/v1/fraud/lists', listed, admin);
    await good('get /admin/v1/fraud/lists', undefined, admin);
    await good(`delete /admin/v1/fraud/lists/${entry.id}`, undefined, admin);
    const operator = await good('post /admin/v1/operators', JSON.stringify({ id: 'sato', name: 'Sato' }), admin);
    await good('get /admin/v1/operators', undefined, admin);
    await good(`delete /admin/v1/operators/${operator.id}`, undefined, admin);
    await good('get /admin/v1/merchants/shop/webhooks', undefined, admin);
    await good('get /admin/v1/deliveries', undefined, admin);
    await good('get /admin/v1/deliveries?state=waiting', undefined, admin);
    await good('post /admin/v1/deliveries/resend', '', admin);
    await good('get /admin/v1/reconciliations', undefined, admin);
    await good(
      'post /upstream/notices',
      '{"acquirer":"gmo","kind":"lifted","atMs":1,"message":""}',
      `Bearer ${upstreamToken}`,
    );
    const words = '"title":{"en":"x","ja":"x"},"text":{"en":"x","ja":"x"}';
    const raised = await good('post /admin/v1/incidents', `{${words},"components":["refund"]}`, admin);
    const { id: incident } = raised.incident;
    await good('get /admin/v1/incidents', undefined, admin);
    await good(`get /admin/v1/incidents/${incident}`, undefined, admin);
    await good(`post /admin/v1/incidents/${incident}/updates`, '{"text":{"en":"x","ja":"x"}}', admin);
    await good(`put /admin/v1/incidents/${incident}/updates/0`, '{"text":{"en":"y","ja":"y"}}', admin);
    await good(`post /admin/v1/incidents/${incident}/publish`, '', admin);
    const window = '{"reason":"x","fromMs":1499900000000,"toMs":1499900060000}';
    const planned = await good('post /admin/v1/maintenance', window, admin);
    await good('get /admin/v1/maintenance', undefined, admin);
    await good(`delete /admin/v1/maintenance/${planned.window.id}`, undefined, admin);
    await good('get /admin/v1/on-call', undefined, admin);
    await good('post /upstream/beats', '{"acquirer":"gmo"}', `Bearer ${upstreamToken}`);
    await good('get /admin/v1/abuse', undefined, admin);
    await good('get /admin/v1/policy', undefined, admin);
    await good('post /admin/v1/merchants/shop/mandate', '{"enforcement":"warn"}', admin);
    await good('get /admin/v1/merchants/shop/mandate', undefined, admin);
    await good('get /admin/v1/merchants/shop/compliance', undefined, admin);
    await good(`get /admin/v1/charges/${held.id}/protection`, undefined, admin);
    await good('get /admin/v1/disputes', undefined, admin);
    await good('get /admin/v1/non-retention', undefined, admin);
    for (const script of ['v2/pay.js', 'v1/pay.js', 'checkout.js', 'browser/integrity.json'])
      await good(`get /${script}`);
    await good('get /healthz');
    await good('get /metrics', undefined, admin);
    await good('get /openapi.json');
    await good('get /docs');
    await good('get /docs/explorer.css');

    const never = operations
      .filter(({ answers }) => answers !== null)
      .map(({ method, path }) => `${method} ${path}`)
      .filter((one) => !seen.has(one));
    // These need a month that is over, a receiver, an acquirer with files, an issuer, or a gateway that was started.
    expect(never.sort()).toEqual(elsewhere.toSorted());
  });

  it('have the shape of every error, whoever refuses', async () => {
    const { ask, house } = await open();
    const statuses = [
      await ask('post /v1/charges', 'amount=1&currency=jpy'),
      await ask('get /v1/charges', undefined, 'Basic !'),
      await ask('get /v1/charges/ch_0'),
      await ask('post /v1/tokens', card.replace('2030', '2001')),
      await ask('get /v1/tenants'),
      await ask(`post /v1/charges/${house.ids.charge}/capture`, ''),
      await ask('post /admin/v1/merchants', '{}', `Bearer ${adminToken}`),
      await ask('post /upstream/notices', '{}', 'Bearer x'),
      await ask('get /metrics'),
      await ask('get /readyz'),
    ].map(({ status }) => status);
    expect(statuses).toEqual([400, 401, 404, 402, 400, 400, 400, 401, 401, 503]);
  });
});

const elsewhere = [
  'get /v1/statements/{id}',
  'post /v1/statements/{id}/statement_urls',
  'post /v1/balances/{id}/statement_urls',
  'get /v1/transfers/{id}',
  'get /v1/transfers/{id}/charges',
  'get /statements',
  'post /admin/v1/merchants/{id}/webhooks',
  'delete /admin/v1/merchants/{id}/webhooks/{webhook}',
  'post /admin/v1/merchants/{id}/webhooks/{webhook}/rotate',
  'post /admin/v1/deliveries/{id}/resend',
  'post /admin/v1/reconciliations',
  'get /admin/v1/reconciliations/{id}',
  'post /admin/v1/fraud/reviews/{id}',
  'post /admin/v1/fraud/rules/reload',
  'post /admin/v1/vault/rotate',
  'get /readyz',
  'post /v1/charges/{id}/tds_finish',
  'post /v1/tokens/{id}/tds_finish',
  'post /v1/tds/{id}/authenticate',
  'get /v1/tds/{id}/finish',
  'post /3ds/method',
  'post /3ds/result',
  'post /admin/v1/abuse/{id}',
  'post /admin/v1/policy/reload',
  'get /admin/v1/disputes/{id}',
  'post /admin/v1/non-retention/notices',
  'post /upstream/disputes',
  'post /admin/v1/incidents/{id}/merge',
  'put /admin/v1/incidents/{id}/record',
  'post /admin/v1/on-call/{incident}/acknowledge',
  'post /upstream/mail',
];
