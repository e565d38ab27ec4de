/**
 * Requests as the other SDKs put them on the wire (reference/payjp-api.md sections 1 and 9): the
 * shapes in which Python, Ruby, PHP, Java, Go and old Node clients differ, each sent byte for byte.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveShop, openLiveShop } from './live-shop.ts';

// biome-ignore lint/suspicious/noExplicitAny: assertions reach into answers of every shape
type Json = any;

let shop: LiveShop;
beforeAll(async () => {
  shop = await openLiveShop();
});
afterAll(() => shop.close());

const form = 'application/x-www-form-urlencoded';

/** Headers each SDK sends with every call. */
const sdks = {
  python: {
    'User-Agent': 'Payjp/v1 PythonBindings/1.6.1',
    'X-Payjp-Client-User-Agent': '{"bindings_version":"1.6.1","lang":"python","publisher":"payjp"}',
  },
  ruby: { 'User-Agent': 'Payjp/v1 RubyBindings/1.1.7', 'X-Payjp-Client-User-Agent': '{"lang":"ruby"}' },
  php: { 'User-Agent': 'Payjp/v1 PhpBindings/1.8.0', 'Content-Type': form },
  java: {
    'User-Agent': 'Payjp/v1 JavaBindings/0.8.0',
    'Content-Type': `${form};charset=UTF-8`,
    'Accept-Charset': 'UTF-8',
  },
  go: { 'User-Agent': 'Payjp/v1 GoBindings/v0.3.0', 'X-Payjp-Client-User-Agent': 'payjp-go v0.3.0', Locale: 'ja' },
  node: { 'User-Agent': 'node', Accept: 'application/json' },
} as const;
type Sdk = keyof typeof sdks;

interface Told {
  readonly status: number;
  readonly text: string;
  readonly json: Json;
}

const send = async (
  sdk: Sdk,
  line: string,
  body?: string,
  more: { key?: string; headers?: Record<string, string> } = {},
): Promise<Told> => {
  const [method, path] = line.split(' ') as [string, string];
  const { key = `${shop.keys.test.secret}:`, headers = {} } = more;
  const reply = await fetch(`${shop.origin}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': form }),
      ...sdks[sdk],
      Authorization: `Basic ${Buffer.from(key).toString('base64')}`,
      ...headers,
    },
    // A string would be given a content type of its own.
    ...(body === undefined ? {} : { body: new TextEncoder().encode(body) }),
  });
  const text = await reply.text();
  return { status: reply.status, text, json: JSON.parse(text) as Json };
};

/** Escaped brackets, as everybody but Go sends them. */
const escapedCard =
  'card%5Bnumber%5D=4242424242424242&card%5Bexp_month%5D=12&card%5Bexp_year%5D=2040&card%5Bcvc%5D=123';
const rawCard = 'card[number]=4242424242424242&card[exp_month]=12&card[exp_year]=2040&card[cvc]=123';
const direct = { headers: { 'X-Payjp-Direct-Token-Generate': 'true' } };

const token = async (sdk: Sdk): Promise<string> =>
  (await send(sdk, 'POST /v1/tokens', sdk === 'go' ? rawCard : escapedCard, direct)).json.id;

describe('booleans', () => {
  it.each([
    ['python', 'False', false],
    ['python', 'True', true],
    ['ruby', 'false', false],
    ['php', 'true', true],
    ['java', 'false', false],
    ['go', 'true', true],
  ] as const)('of %s are read: capture=%s', async (sdk, text, captured) => {
    const made = await send(
      sdk,
      'POST /v1/charges',
      `amount=100&currency=jpy&card=${await token(sdk)}&capture=${text}`,
    );
    expect(made.json).toMatchObject({ paid: true, captured, livemode: false });
  });

  it('that are none are refused', async () => {
    const made = await send('php', 'POST /v1/charges', 'amount=100&currency=jpy&card=tok_x&capture=1');
    expect(made).toMatchObject({ status: 400, json: { error: { code: 'invalid_boolean', param: 'capture' } } });
  });
});

describe('brackets', () => {
  it.each(['go', 'python'] as const)('of %s name the fields of a card', async (sdk) => {
    expect(await token(sdk)).toMatch(/^tok_[0-9a-f]+$/);
  });

  it('name metadata, which comes back as text', async () => {
    const raw = await send('go', 'POST /v1/customers', 'metadata[visits]=3&metadata[vip]=true&metadata[0]=zero');
    expect(raw.json.metadata).toEqual({ visits: '3', vip: 'true', '0': 'zero' });
    const { id } = raw.json;
    const escaped = await send('ruby', `POST /v1/customers/${id}`, 'metadata%5Bvisits%5D=4&metadata%5Bvip%5D=');
    expect(escaped.json.metadata).toEqual({ visits: '4', '0': 'zero' });
    const nulled = await send('node', `POST /v1/customers/${id}`, 'metadata%5Bvisits%5D=null');
    expect(nulled.json.metadata).toEqual({ '0': 'zero' });
  });

  it.each([
    ['python', 'metadata%5Btags%5D%5B%5D=a&metadata%5Btags%5D%5B%5D=b', 'metadata[tags]'],
    ['php', 'metadata%5Btags%5D%5B%5D=a', 'metadata[tags]'],
    ['java', 'metadata[tags][0]=a&metadata[tags][1]=b', 'metadata[tags]'],
  ] as const)('of a list (%s) are refused where text belongs', async (sdk, body, param) => {
    const made = await send(sdk, 'POST /v1/customers', body);
    expect(made).toMatchObject({
      status: 400,
      json: { error: { code: 'invalid_metadata_value', param, status: 400 } },
    });
  });

  it('of a list joined by commas (node) are text', async () => {
    const made = await send('node', 'POST /v1/customers', 'metadata%5Btags%5D=a%2Cb');
    expect(made.json.metadata).toEqual({ tags: 'a,b' });
  });
});

describe('nothing', () => {
  it.each([
    ['java', 'description='],
    ['node', 'description=null'],
  ] as const)('of %s (%s) clears a field', async (sdk, body) => {
    const { id } = (await send(sdk, 'POST /v1/customers', 'description=tea&email=a%40example.com')).json;
    const cleared = await send(sdk, `POST /v1/customers/${id}`, body);
    expect(cleared.json).toMatchObject({ description: null, email: 'a@example.com' });
  });

  it.each(['go', 'node'] as const)('is a body too (%s)', async (sdk) => {
    const headers: Record<string, string> = sdk === 'node' ? { 'Content-Type': form } : {};
    const plan = (await send(sdk, 'POST /v1/plans', 'amount=100&currency=jpy&interval=month')).json.id;
    const customer = (await send(sdk, 'POST /v1/customers', `card=${await token(sdk)}`)).json.id;
    const made = await send(sdk, 'POST /v1/subscriptions', `customer=${customer}&plan=${plan}`);
    const paused = await send(sdk, `POST /v1/subscriptions/${made.json.id}/pause`, undefined, { headers });
    expect(paused.json).toMatchObject({ status: 'paused' });
    const canceled = await send(sdk, `POST /v1/subscriptions/${made.json.id}/cancel`, undefined, { headers });
    expect(canceled.json).toMatchObject({ status: 'canceled', paused_at: null });
  });
});

describe('parameters of GET and DELETE', () => {
  it('travel in the query, booleans as Python writes them', async () => {
    const plan = (await send('python', 'POST /v1/plans', 'amount=3000&currency=jpy&interval=month')).json.id;
    const customer = (await send('python', 'POST /v1/customers', `card=${await token('python')}`)).json.id;
    const { id } = (await send('python', 'POST /v1/subscriptions', `customer=${customer}&plan=${plan}`)).json;
    const gone = await send('python', `DELETE /v1/subscriptions/${id}?prorate=True`);
    expect(gone.json).toEqual({ deleted: true, id, livemode: false });
    const [charge] = (await send('php', `GET /v1/charges?customer=${customer}&limit=1`)).json.data;
    expect(charge.amount_refunded).toBeGreaterThan(2900);
  });

  it('are checked', async () => {
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'offset=-1', 'since=tomorrow', 'status=asleep'])
      expect(await send('ruby', `GET /v1/subscriptions?${query}`)).toMatchObject({
        status: 400,
        json: { error: { code: 'invalid_querystring', param: query.split('=')[0] } },
      });
    expect(await send('ruby', 'GET /v1/plans?colour=red')).toMatchObject({
      json: { error: { code: 'invalid_param_key', param: 'colour' } },
    });
  });
});

describe('nested lists', () => {
  it('are reached by base + url, from every list that has one', async () => {
    const { json: customer } = await send('python', 'POST /v1/customers', `card=${await token('python')}`);
    for (const { url } of [customer.cards, customer.subscriptions]) {
      expect(url).toMatch(/^\/v1\/customers\//);
      expect((await send('python', `GET ${url}?limit=1&offset=0`)).json).toMatchObject({ object: 'list', url });
    }
    for (const path of [
      'charges',
      'customers',
      'plans',
      'subscriptions',
      'events',
      'terms',
      'statements',
      'balances',
      'transfers',
    ])
      expect((await send('java', `GET /v1/${path}?limit=1`)).json).toMatchObject({
        object: 'list',
        url: `/v1/${path}`,
      });
  });

  it('page without losing or repeating one', async () => {
    for (let index = 0; index < 5; index += 1)
      await send('ruby', 'POST /v1/plans', `amount=100&currency=jpy&interval=year&id=page-${index}`);
    const seen: string[] = [];
    for (let offset = 0, more = true; more; offset += 2) {
      const { json } = await send('ruby', `GET /v1/plans?limit=2&offset=${offset}`);
      seen.push(...json.data.map(({ id }: Json) => id));
      more = json.has_more;
    }
    const { json: all } = await send('ruby', 'GET /v1/plans?limit=100');
    expect(seen).toEqual(all.data.map(({ id }: Json) => id));
    expect(all.count).toBe(seen.length);
  });
});

describe('addresses', () => {
  it('are kept as they were said, and cleared by an empty value', async () => {
    const said = `${escapedCard}&card%5Bcountry%5D=JP&card%5Baddress_city%5D=Shibuya&card%5Baddress_zip%5D=150-0001`;
    const { json: made } = await send('python', 'POST /v1/tokens', said, direct);
    expect(made.card).toMatchObject({
      country: 'JP',
      address_city: 'Shibuya',
      address_zip: '150-0001',
      address_state: null,
    });
    const { json: customer } = await send('python', 'POST /v1/customers', `card=${made.id}`);
    const card = `/v1/customers/${customer.id}/cards/${customer.default_card}`;
    const changed = await send('java', `POST ${card}`, 'address_city=&address_state=Tokyo&metadata[a]=b');
    expect(changed.json).toMatchObject({
      country: 'JP',
      address_city: null,
      address_state: 'Tokyo',
      metadata: { a: 'b' },
    });
    expect(await send('java', `POST ${card}`, 'country=Japan')).toMatchObject({
      json: { error: { code: 'invalid_card_country', param: 'country' } },
    });
    expect((await send('ruby', `GET ${card}`)).json).toEqual(changed.json);
  });
});

describe('cards that do not fit', () => {
  it('are told apart', async () => {
    const { json: customer } = await send('php', 'POST /v1/customers', `card=${await token('php')}`);
    const spare = await token('php');
    const money = 'amount=100&currency=jpy';
    for (const [line, body, code] of [
      ['POST /v1/charges', money, 'no_payment_method'],
      ['POST /v1/charges', `${money}&card=${spare}&card=${spare}`, 'payment_method_duplicate'],
      [
        'POST /v1/charges',
        `${money}&customer=${customer.id}&card=${spare}`,
        'payment_method_duplicate_including_customer',
      ],
      [`POST /v1/customers/${customer.id}`, 'default_card=car_other', 'dont_has_this_card'],
      [`POST /v1/customers/${customer.id}/cards`, `card=${spare}`, 'already_have_the_same_card'],
    ] as const)
      expect([(await send('php', line, body)).json.error?.code, line]).toEqual([code, line]);
    expect((await send('php', `GET /v1/tokens/${spare}`)).json.used).toBe(false);
  });
});

describe('answers', () => {
  it('to a deletion say so, as Go expects', async () => {
    const { id } = (await send('go', 'POST /v1/plans', 'amount=100&currency=jpy&interval=month')).json;
    expect((await send('go', `DELETE /v1/plans/${id}`)).json).toEqual({ deleted: true, id, livemode: false });
  });

  it.each([
    ['GET /v1/charges/ch_none', 404, 'client_error', 'invalid_id'],
    ['GET /v1/elsewhere', 404, 'client_error', undefined],
    ['DELETE /v1/charges/ch_1', 405, 'not_allowed_method_error', 'not_allowed_method'],
    ['PUT /v1/plans', 405, 'not_allowed_method_error', 'not_allowed_method'],
    ['POST /v1/plans', 400, 'client_error', 'missing_param'],
    ['GET /v1/tenants', 400, 'client_error', 'platform_not_supported'],
  ] as const)('to a refused call (%s) have a body with a status of its own', async (line, status, type, code) => {
    const told = await send('go', line);
    expect(told.status).toBe(status);
    expect(told.json.error).toMatchObject({ status, type });
    expect(told.json.error.code).toBe(code);
    expect(told.json.error.message).not.toBe('');
  });
});

describe('keys', () => {
  it('of the browser make and read tokens and read brands, with any password', async () => {
    const key = `${shop.keys.test.public}:password-of-the-dashboard`;
    const made = await send('node', 'POST /v1/tokens', escapedCard, { key });
    expect(made.status).toBe(200);
    expect((await send('node', `GET /v1/tokens/${made.json.id}`, undefined, { key })).status).toBe(200);
    expect((await send('node', 'GET /v1/accounts/brands', undefined, { key })).json).toMatchObject({ livemode: false });
    for (const line of [
      'POST /v1/charges',
      'GET /v1/customers',
      'GET /v1/accounts',
      'GET /v1/events',
      'POST /v1/plans',
    ])
      expect(await send('node', line, line.startsWith('POST') ? 'amount=100' : undefined, { key })).toMatchObject({
        status: 401,
        json: { error: { type: 'auth_error' } },
      });
  });

  it('of the server may have to say that they mean to send a card', async () => {
    const strict = await openLiveShop({ directTokens: 'required', testCardsInLive: false });
    try {
      const post = async (key: string, headers: Record<string, string> = {}): Promise<Told> => {
        const reply = await fetch(`${strict.origin}/v1/tokens`, {
          method: 'POST',
          headers: {
            Authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
            'Content-Type': form,
            ...headers,
          },
          body: escapedCard,
        });
        const text = await reply.text();
        return { status: reply.status, text, json: JSON.parse(text) };
      };
      expect(await post(strict.keys.test.secret)).toMatchObject({
        status: 400,
        json: { error: { code: 'unsafe_credit_card_param' } },
      });
      expect((await post(strict.keys.test.secret, direct.headers)).status).toBe(200);
      expect((await post(strict.keys.test.public)).status).toBe(200);
      expect(await post(strict.keys.live.public)).toMatchObject({ json: { error: { code: 'test_card_on_livemode' } } });
    } finally {
      await strict.close();
    }
  });

  it('of idempotency make one subscription of two requests', async () => {
    const plan = (await send('php', 'POST /v1/plans', 'amount=100&currency=jpy&interval=month')).json.id;
    const customer = (await send('php', 'POST /v1/customers', `card=${await token('php')}`)).json.id;
    const body = `customer=${customer}&plan=${plan}`;
    const once = await send('php', 'POST /v1/subscriptions', body, { headers: { 'Idempotency-Key': 'sub-1' } });
    const twice = await send('php', 'POST /v1/subscriptions', body, { headers: { 'Idempotency-Key': 'sub-1' } });
    expect(twice.text).toBe(once.text);
    expect((await send('php', `GET /v1/charges?customer=${customer}`)).json.count).toBe(1);
    const own = await send('php', 'POST /v1/charges', 'amount=100&currency=jpy', {
      headers: { 'Idempotency-Key': 'renewal/sub_1/1' },
    });
    expect(own).toMatchObject({ status: 400, json: { error: { param: 'Idempotency-Key' } } });
  });
});
