/** Class 7: JSON and other wrong bodies. Class 11: keys and whose objects. Class 12: idempotency keys. */
import { objects } from '../../../gateway/docs/objects.ts';
import { upstreamToken } from '../../gateway/world.ts';
import type { Case } from '../case.ts';
import { callsOf } from '../forms.ts';
import type { House } from '../house.ts';

/** Texts that are no JSON (after RFC 8259), or JSON of another shape than a merchant or a notice. */
const noJson = [
  '',
  ' ',
  '{',
  '}',
  '[',
  ']',
  '{]',
  '[}',
  '{"name"',
  '{"name":',
  '{"name":}',
  '{"name":"x"',
  '{"name":"x",}',
  '{,}',
  '{"name" "x"}',
  '{name:"x"}',
  "{'name':'x'}",
  '{"name":"x"}{"name":"y"}',
  '{"name":"x"} x',
  '[1,]',
  '[,1]',
  '[1 2]',
  '01',
  '-',
  '+1',
  '.5',
  '1.',
  '1e',
  '1e+',
  '0x1',
  'NaN',
  'Infinity',
  '-Infinity',
  'nul',
  'tru',
  'True',
  'None',
  'undefined',
  '"',
  '"\\',
  '"\\x"',
  '"\\u12"',
  '"\\uD800',
  '"\n"',
  '"\t"',
  '"\u0000"',
  '/* */{}',
  '// x\n{}',
  '\ufeff\ufeff{}',
  '<xml/>',
  'a=1',
  '{"name":"x"}\u0000',
  '\u2028{',
  '[1e',
  '{"a":00}',
  '{"a":1e1.5}',
];
const otherShapes = [
  'null',
  'true',
  '0',
  '-0',
  '1e400',
  '"x"',
  '[]',
  '[[]]',
  '[{"name":"x"}]',
  '{}',
  '{"name":null}',
  '{"name":1}',
  '{"name":true}',
  '{"name":[]}',
  '{"name":{}}',
  '{"name":""}',
  `{"name":"${'x'.repeat(201)}"}`,
  '{"Name":"x"}',
  '{"name":"x","zz":1}',
  '{"name":"x","__proto__":1}',
  '{"__proto__":{"name":"x"}}',
  '{"constructor":{"name":"x"}}',
  '{"name":"x","id":""}',
  '{"name":"x","id":"a b"}',
  '{"name":"x","id":"../x"}',
  `{"name":"x","id":"${'x'.repeat(61)}"}`,
  '{"name":"x","id":1}',
  '{"name":"x","noticeUrl":"x"}',
  '{"name":"x","noticeUrl":1}',
  '{"name":"x","webhookUrl":"not a url"}',
  '{"name":"x","webhookUrl":""}',
  '{"name":"x","deferral":"maybe"}',
  '{"name":"x","deferral":null}',
  '{"name":"x","name":1}',
  '{"name":"x","\\u0069d":" "}',
  '{"name":1e309}',
  '{"name":12345678901234567890123456789}',
];
const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);

export const bodies = (house: House): readonly Case[] => {
  const operators = (path: string): Case[] => {
    const as = { method: 'POST', path, as: 'admin', status: 400 } as const;
    return [
      ...noJson.map((raw): Case => ({ ...as, what: `no JSON: ${JSON.stringify(raw.slice(0, 20))} at ${path}`, raw })),
      ...otherShapes
        .filter((raw) => !(path.endsWith('pause') && raw.includes('reason')))
        .map((raw): Case => ({ ...as, what: `another shape: ${raw.slice(0, 30)} at ${path}`, raw })),
      ...[100, 1_000, 10_000, 30_000].flatMap((depth): Case[] => [
        { ...as, what: `${depth} lists at ${path}`, raw: nested('[', ']', depth) },
        { ...as, what: `${depth} lists, open, at ${path}`, raw: '['.repeat(depth) },
        { ...as, what: `${depth} objects at ${path}`, raw: `${nested('{"a":', '', depth)}1${'}'.repeat(depth)}` },
        { ...as, what: `${depth} in a name at ${path}`, raw: `{"name":${nested('[', ']', depth)}}` },
      ]),
      { ...as, what: `a long text at ${path}`, raw: `"${'x'.repeat(60_000)}"` },
      { ...as, what: `more than 64 KiB at ${path}`, raw: JSON.stringify({ name: 'x', more: 'x'.repeat(70_000) }) },
      { ...as, what: `a megabyte at ${path}`, raw: JSON.stringify({ name: 'x', reason: 'x'.repeat(1_000_000) }) },
    ];
  };
  const notices: Case[] = [
    ...noJson,
    ...otherShapes,
    '{"acquirer":"escott"}',
    '{"acquirer":"nobody","kind":"lifted","atMs":1}',
    '{"acquirer":"escott","kind":"x","atMs":1}',
    '{"acquirer":"escott","kind":"lifted","atMs":"1"}',
    '{"acquirer":"escott","kind":"lifted","atMs":1e400}',
    `{"acquirer":"escott","kind":"lifted","atMs":1,"message":"${'x'.repeat(10_001)}"}`,
  ].map((raw) => ({
    what: `a notice ${JSON.stringify(raw.slice(0, 30))}`,
    method: 'POST',
    path: '/upstream/notices',
    as: null,
    headers: { Authorization: `Bearer ${upstreamToken}` },
    raw,
    status: 400,
  }));
  const forms = callsOf(house)
    .filter(({ method }) => method === 'POST')
    .flatMap(({ path, good }): Case[] => {
      const fields = Object.fromEntries(good);
      const as = { method: 'POST', path, status: 400 } as const;
      return [
        ...[
          JSON.stringify({ amount: 500, currency: 'jpy', ...fields }),
          JSON.stringify([fields]),
          '{}',
          '[]',
          'null',
          '"amount=500"',
          '{"amount":500}',
          nested('[', ']', 20_000),
          '{"__proto__":{"amount":500}}',
        ].flatMap((raw): Case[] => [
          { ...as, what: `JSON ${raw.slice(0, 20)} at ${path}`, raw },
          {
            ...as,
            what: `JSON ${raw.slice(0, 20)}, and says so, at ${path}`,
            raw,
            headers: { 'Content-Type': 'application/json' },
          },
        ]),
        {
          ...as,
          what: `multipart at ${path}`,
          raw: `--x\r\nContent-Disposition: form-data; name="amount"\r\n\r\n500\r\n--x--\r\n`,
          headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
        },
        {
          ...as,
          what: `XML at ${path}`,
          raw: '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
          headers: { 'Content-Type': 'application/xml' },
        },
        { ...as, what: `YAML at ${path}`, raw: 'amount: 500\ncurrency: jpy\n' },
        {
          ...as,
          what: `gzip at ${path}`,
          raw: new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 75, 204, 77, 4, 0]),
          headers: { 'Content-Encoding': 'gzip' },
        },
        { ...as, what: `more than 64 KiB at ${path}`, raw: `zz=${'x'.repeat(65_536)}` },
        { ...as, what: `a megabyte at ${path}`, raw: `zz=${'x'.repeat(1_000_000)}` },
        { ...as, what: `64 KiB of signs at ${path}`, raw: '='.repeat(65_000) },
        { ...as, what: `64 KiB of brackets at ${path}`, raw: '['.repeat(65_000) },
        { ...as, what: `64 KiB of escapes at ${path}`, raw: `z=${'%zz'.repeat(20_000)}` },
      ];
    });
  return [
    ...forms,
    ...operators('/admin/v1/merchants'),
    ...operators('/admin/v1/merchants/other-shop/pause'),
    ...notices,
  ];
};

const readOnly = [
  'object',
  'livemode',
  'created',
  'paid',
  'captured',
  'captured_at',
  'expired_at',
  'amount_refunded',
  'refunded',
  'failure_code',
  'failure_message',
  'fee_rate',
  'term_id',
  'subscription',
  'state',
  'merchant_id',
  'acquirer',
  'handle',
  'used',
  'last4',
  'brand',
  'fingerprint',
  'cvc_check',
  'three_d_secure_status',
  'status',
  'start',
  'current_period_start',
  'current_period_end',
  'paused_at',
  'canceled_at',
  'count',
  'url',
  'data',
  'outcome',
  'pending_operation',
  'is_admin',
  'role',
  'tenant',
  'platform_fee',
];

export const access = (house: House): readonly Case[] => {
  const { ids, keys, other } = house;
  const reads = [
    `/v1/charges/${ids.charge}`,
    '/v1/charges',
    `/v1/customers/${ids.customer}`,
    '/v1/events',
    '/v1/accounts',
    '/v1/balances',
    '/v1/plans',
    '/v1/subscriptions',
    `/v1/customers/${ids.customer}/cards/${ids.card}`,
  ];
  const writes = [
    ...new Set(
      callsOf(house)
        .filter(({ method }) => method === 'POST')
        .map(({ path }) => path),
    ),
  ];
  const basicOf = (text: string): string => `Basic ${btoa(text)}`;
  const noKeys: readonly (readonly [what: string, header: string | null])[] = [
    ['no key', null],
    ['an empty header', ''],
    ['a scheme alone', 'Basic'],
    ['a scheme and a space', 'Basic '],
    ['an empty name', basicOf(':')],
    ['nothing encoded', basicOf('')],
    ['no colon', basicOf(keys.live.secret)],
    ['bad base64', 'Basic !!!!'],
    ['half base64', `Basic ${btoa(`${keys.live.secret}:`).slice(0, 5)}`],
    ['the key as it is', `Basic ${keys.live.secret}:`],
    ['a bearer', `Bearer ${keys.live.secret}`],
    ['a digest', 'Digest username="x"'],
    ['a negotiation', 'Negotiate TlRMTVNTUAAB'],
    ['a key with a letter more', basicOf(`${keys.live.secret}x:`)],
    ['a key with a letter less', basicOf(`${keys.live.secret.slice(0, -1)}:`)],
    ['a key in capitals', basicOf(`${keys.live.secret.toUpperCase()}:`)],
    ['a space before the key', basicOf(` ${keys.live.secret}:`)],
    ['a NUL behind the key', basicOf(`${keys.live.secret}\0:`)],
    ['the key as a password', basicOf(`:${keys.live.secret}`)],
    ['a name before the key', basicOf(`x:${keys.live.secret}`)],
    ['another prefix', basicOf(`${keys.live.secret.replace('sk_live', 'sk_test')}:`)],
    ['a prefix alone', basicOf('sk_live_:')],
    ['a wildcard', basicOf('%:')],
    ['SQL', basicOf("' or 1=1 --:")],
    ['a very long key', basicOf(`sk_live_${'x'.repeat(4_000)}:`)],
    ['the admin token', 'Bearer admin-token-of-the-tests'],
    ['a key of PAY.JP', basicOf('sk_live_c62fade9d045b54cd76d7036:')],
  ];
  const keyless = [
    ...reads.map((path) => ['GET', path] as const),
    ...writes.map((path) => ['POST', path] as const),
    ['DELETE', `/v1/customers/${ids.customer}`] as const,
  ].flatMap(([method, path]) =>
    noKeys.map(
      ([what, header]): Case => ({
        what: `${what} at ${method} ${path}`,
        method,
        path,
        as: null,
        headers: header === null ? {} : { Authorization: header },
        status: 401,
        ...(method === 'POST' ? { raw: '' } : {}),
      }),
    ),
  );
  const publicly = [
    ...reads.map((path) => ['GET', path] as const),
    ...writes.map((path) => ['POST', path] as const),
    ['DELETE', `/v1/customers/${ids.customer}`] as const,
    ['DELETE', `/v1/plans/${ids.plan}`] as const,
  ].map(
    ([method, path]): Case => ({
      what: `a public key at ${method} ${path}`,
      method,
      path,
      as: 'pk',
      status: 401,
      code: 'invalid_api_key',
      ...(method === 'POST' ? { raw: '' } : {}),
    }),
  );
  /** Whoever's they are: as if they did not exist. */
  const paths = (charge: string, customer: string): readonly (readonly ['GET' | 'POST' | 'DELETE', string])[] => [
    ['GET', `/v1/charges/${charge}`],
    ['POST', `/v1/charges/${charge}`],
    ['POST', `/v1/charges/${charge}/capture`],
    ['POST', `/v1/charges/${charge}/refund`],
    ['POST', `/v1/charges/${charge}/reauth`],
    ['GET', `/v1/customers/${customer}`],
    ['POST', `/v1/customers/${customer}`],
    ['DELETE', `/v1/customers/${customer}`],
    ['GET', `/v1/customers/${customer}/cards`],
    ['GET', `/v1/customers/${customer}/subscriptions`],
  ];
  const strangers: readonly (readonly [what: string, header: string | null, charge: string, customer: string])[] = [
    ['another merchant’s object', null, other.charge, other.customer],
    ['ours, by another merchant', basicOf(`${other.keys.live.secret}:`), ids.charge, ids.customer],
    ['live, by a test key', basicOf(`${keys.test.secret}:`), ids.charge, ids.customer],
    ['live of another, by a test key', basicOf(`${keys.test.secret}:`), other.charge, other.customer],
    ['nobody’s', null, `ch_${'0'.repeat(29)}`, `cus_${'0'.repeat(28)}`],
    ['an id of another type', null, ids.customer, ids.charge],
    ['a token', null, ids.token, ids.token],
    ['a card', null, ids.card, ids.card],
    ['an event', null, ids.event, ids.event],
    ['a plan', null, ids.plan, ids.plan],
    ['a subscription', null, ids.subscription, ids.subscription],
    ['an id in capitals', null, ids.charge.toUpperCase(), ids.customer.toUpperCase()],
    ['an id with a letter more', null, `${ids.charge}0`, `${ids.customer}0`],
    ['an id with a letter less', null, ids.charge.slice(0, -1), ids.customer.slice(0, -1)],
    ['an id with a NUL', null, `${ids.charge}%00`, `${ids.customer}%00`],
    ['a wildcard', null, '%25', '%25'],
    ['a wildcard of one', null, `${ids.charge.slice(0, -1)}_`, `${ids.customer.slice(0, -1)}_`],
    ['a quotation mark', null, "'", "'"],
    ['SQL', null, "'%20or%201=1--", "'%20or%201=1--"],
    ['Japanese', null, '%E8%AB%8B%E6%B1%82', '%E9%A1%A7%E5%AE%A2'],
    ['bytes that are none', null, '%ff', '%ff'],
    ['a long id', null, 'x'.repeat(5_000), 'x'.repeat(5_000)],
  ];
  const foreign = strangers.flatMap(([what, header, charge, customer]) =>
    paths(charge, customer).map(
      ([method, path]): Case => ({
        what: `${what} at ${method} ${path.slice(0, 60)}`,
        method,
        path,
        ...(header === null ? {} : { as: null, headers: { Authorization: header } }),
        ...(method === 'POST' ? { raw: '' } : {}),
        status: 404,
      }),
    ),
  );
  const assigned = callsOf(house)
    .filter(({ method }) => method === 'POST')
    .flatMap((call) =>
      [
        ...new Set([
          ...readOnly,
          ...Object.keys(objects.Charge.shape),
          ...Object.keys(objects.Customer.shape),
          ...Object.keys(objects.Subscription.shape),
        ]),
      ]
        .filter(
          (name) =>
            !(name in call.fields) && name !== 'metadata' && !(call.path === '/v1/charges' && name === 'tenant'),
        )
        .map(
          (name): Case => ({
            what: `${name} set at ${call.path}`,
            method: 'POST',
            path: call.path,
            pairs: [...call.good, [name, '1']],
            status: 400,
            code: 'invalid_param_key',
            param: name,
          }),
        ),
    );
  const operators = [
    '/admin/v1/merchants',
    '/admin/v1/merchants/other-shop/pause',
    '/admin/v1/merchants/other-shop/resume',
    '/upstream/notices',
  ].flatMap((path) =>
    noKeys.map(
      ([what, header]): Case => ({
        what: `${what} at ${path}`,
        method: 'POST',
        path,
        as: null,
        raw: '{"name":"x","reason":"x"}',
        headers: header === null || header.startsWith('Bearer admin') ? {} : { Authorization: header },
        status: 401,
      }),
    ),
  );
  const nowhere = [
    '/',
    '/v1',
    '/v1/',
    '/v1/nothing',
    '/v2/charges',
    '/V1/charges',
    '/v1/charges/',
    '/v1//charges',
    '/admin',
    '/admin/v1',
    '/admin/v1/zz',
    '/.env',
    '/.git/config',
    '/wp-login.php',
    '/docs/',
    '/docs/x/y',
    `/v1/${'x/'.repeat(2_000)}`,
    '/v1/charges%2f..',
    '/v1/%00',
    '/v1/%ff',
  ].flatMap((path) =>
    (['GET', 'POST', 'DELETE', 'PUT', 'PATCH'] as const).map(
      (method): Case => ({
        what: `${method} ${path.slice(0, 40)}`,
        method,
        path,
        reads: true,
        ...(method === 'GET' || method === 'DELETE' ? {} : { raw: '' }),
      }),
    ),
  );
  return [...keyless, ...publicly, ...foreign, ...assigned, ...operators, ...nowhere];
};

export const keys = (house: House): readonly Case[] => {
  const { ids, usedKey } = house;
  const calls = callsOf(house).filter(({ method }) => method === 'POST');
  const badKeys: readonly (readonly [string, string])[] = [
    ['256 letters', 'k'.repeat(256)],
    ['1,000 letters', 'k'.repeat(1_000)],
    ['10,000 letters', 'k'.repeat(10_000)],
  ];
  const paid = { amount: '500', currency: 'jpy', card: ids.usedToken };
  const again = (what: string, path: string, form: Record<string, string>): Case => ({
    what,
    method: 'POST',
    path,
    pairs: Object.entries(form),
    headers: { 'Idempotency-Key': usedKey },
    status: 422,
    code: 'idempotency_key_reused',
  });
  return [
    ...calls.flatMap(({ path, good }) =>
      badKeys.map(
        ([what, key]): Case => ({
          what: `a key of ${what} at ${path}`,
          method: 'POST',
          path,
          pairs: good,
          headers: { 'Idempotency-Key': key },
          status: 400,
          code: 'invalid_string_length',
          param: 'Idempotency-Key',
        }),
      ),
    ),
    ...calls.map(
      ({ path, good }): Case => ({
        what: `an empty key at ${path}`,
        method: 'POST',
        path,
        pairs: good,
        headers: { 'Idempotency-Key': '' },
        status: 400,
        code: 'invalid_string_length',
        param: 'Idempotency-Key',
      }),
    ),
    ...['501', '5000', '50', '9999999'].map((amount) =>
      again(`a used key with ${amount} yen`, '/v1/charges', { ...paid, amount }),
    ),
    ...[ids.token, ids.card, 'tok_0', ''].map((card) =>
      again(`a used key with the card ${card}`, '/v1/charges', { ...paid, card }),
    ),
    ...['capture', 'description', 'expiry_days', 'metadata[a]'].map((name) =>
      again(`a used key with ${name}`, '/v1/charges', {
        ...paid,
        capture: 'false',
        [name]: name === 'capture' ? 'false' : name === 'expiry_days' ? '5' : name === 'customer' ? ids.customer : 'x',
      }),
    ),
    again('a used key at a capture', `/v1/charges/${ids.held}/capture`, {}),
    again('a used key at a refund', `/v1/charges/${ids.charge}/refund`, {}),
    again('a used key at a partial refund', `/v1/charges/${ids.charge}/refund`, { amount: '5' }),
  ];
};

/** Class 16: orders in which nothing may be done. What is left of each object is in the house. */
export const sequences = (house: House): readonly Case[] => {
  const { ids } = house;
  const act = (
    path: string,
    form: Record<string, string>,
    more: Partial<Case>,
    method: Case['method'] = 'POST',
  ): Case => ({
    what: `${method} ${path} ${Object.keys(form).join(',')}`,
    method,
    path,
    pairs: Object.entries(form),
    ...more,
  });
  const charge = (id: string, what: string, form: Record<string, string>, more: Partial<Case>): Case =>
    act(`/v1/charges/${id}/${what}`, form, more);
  const amounts = ['50', '499', '500'];
  const pay = { amount: '500', currency: 'jpy' };
  return [
    ...[{}, ...amounts.map((amount) => ({ amount }))].flatMap((form): Case[] => [
      charge(ids.charge, 'capture', form, { status: 400, code: 'already_captured' }),
      charge(ids.refunded, 'capture', form, { status: 400 }),
      charge(ids.refunded, 'refund', form, { status: 400 }),
      charge(ids.cancelled, 'capture', form, { status: 400 }),
      charge(ids.cancelled, 'refund', form, { status: 400 }),
    ]),
    ...['501', '5000', '9999999'].flatMap((amount): Case[] => [
      charge(ids.held, 'capture', { amount }, { status: 400, code: 'capture_amount_gt_net' }),
      charge(ids.charge, 'refund', { amount }, { status: 400, code: 'refund_amount_gt_net' }),
    ]),
    ...['1', '499'].map((amount) =>
      charge(ids.held, 'refund', { amount }, { status: 400, code: 'invalid_amount_to_not_captured' }),
    ),
    ...[{}, { expiry_days: '5' }].flatMap((form): Case[] => [
      charge(ids.charge, 'reauth', form, { status: 400 }),
      charge(ids.refunded, 'reauth', form, { status: 400 }),
      charge(ids.cancelled, 'reauth', form, { status: 400 }),
    ]),
    act('/v1/charges', { ...pay, card: ids.usedToken }, { status: 400, code: 'token_already_used' }),
    act('/v1/charges', { ...pay, card: ids.usedToken, capture: 'false' }, { status: 400, code: 'token_already_used' }),
    act('/v1/charges', { ...pay, customer: ids.gone }, { status: 404 }),
    act('/v1/charges', { ...pay, customer: ids.customer, card: ids.token }, {}),
    act('/v1/charges', { ...pay, customer: 'their-customer' }, { status: 404 }),
    act('/v1/charges', { ...pay, card: ids.card }, {}),
    act('/v1/charges', pay, { status: 400, code: 'no_payment_method' }),
    act('/v1/charges', { ...pay, card: ids.token, expiry_days: '5' }, { status: 400, code: 'unnecessary_expiry_days' }),
    act('/v1/customers', { card: ids.usedToken }, { status: 400, code: 'token_already_used' }),
    act('/v1/customers', { id: ids.customer }, { status: 400, code: 'already_exist_id' }),
    act('/v1/customers', { id: ids.gone }, { status: 400, code: 'already_exist_id' }),
    act(`/v1/customers/${ids.gone}`, {}, { status: 404 }, 'GET'),
    act(`/v1/customers/${ids.gone}`, { description: 'x' }, { status: 404 }),
    act(`/v1/customers/${ids.gone}`, {}, { status: 404 }, 'DELETE'),
    act(`/v1/customers/${ids.gone}/cards`, { card: ids.token }, { status: 404 }),
    act(`/v1/customers/${ids.customer}/cards`, { card: ids.usedToken }, { status: 400 }),
    act(
      `/v1/customers/${ids.customer}/cards`,
      { card: ids.token },
      { status: 400, code: 'already_have_the_same_card' },
    ),
    act(`/v1/customers/${ids.customer}/cards/${ids.token}`, {}, { status: 404 }, 'DELETE'),
    act(`/v1/customers/${ids.customer}`, { default_card: ids.token }, { status: 400, code: 'dont_has_this_card' }),
    act('/v1/plans', { ...pay, interval: 'month', id: ids.plan }, { status: 400, code: 'already_exist_id' }),
    act(
      '/v1/plans',
      { ...pay, interval: 'year', billing_day: '5' },
      { status: 400, code: 'billing_day_for_non_monthly_plan' },
    ),
    act(`/v1/plans/${ids.plan}`, {}, { status: 400, code: 'exist_subscribers' }, 'DELETE'),
    act('/v1/plans/nothing', {}, { status: 404 }, 'DELETE'),
    act('/v1/subscriptions', { customer: ids.gone, plan: ids.plan }, {}),
    act('/v1/subscriptions', { customer: ids.customer, plan: 'nothing' }, {}),
    act('/v1/subscriptions', { customer: ids.customer, plan: ids.plan }, { status: 400, code: 'already_subscribed' }),
    act(`/v1/subscriptions/${ids.paused}/pause`, {}, { status: 400, code: 'already_paused' }),
    act(`/v1/subscriptions/${ids.subscription}/resume`, {}, { status: 400, code: 'subscription_worked' }),
    ...['pause', 'resume', 'cancel'].map((what) => act(`/v1/subscriptions/${ids.ended}/${what}`, {}, {})),
    act(`/v1/subscriptions/${ids.ended}`, {}, {}, 'DELETE'),
    act(`/v1/subscriptions/${ids.subscription}`, { plan: 'nothing' }, {}),
    act(`/v1/subscriptions/${ids.subscription}`, { trial_end: '1' }, { status: 400 }),
    act(`/v1/subscriptions/${ids.subscription}`, { trial_end: '99999999999' }, { status: 400 }),
  ];
};
