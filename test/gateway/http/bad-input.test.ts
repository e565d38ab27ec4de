/**
 * What a shop may send by mistake: a 4xx that names the fault, before anybody is asked and
 * anything is written.
 */
import { describe, expect, it } from 'vitest';
import { basic, openShop, type Shop, type World } from '../world.ts';

const good = 'card[number]=4242424242424242&card[exp_month]=12&card[exp_year]=2030&card[cvc]=123';
const without = (name: string): string =>
  good
    .split('&')
    .filter((pair) => !pair.startsWith(`card[${name}]`))
    .join('&');
const withCard = (name: string, value: string): string => `${without(name)}&card[${name}]=${value}`;
const charge = (amount: string): string => `amount=${amount}&currency=jpy&card=TOKEN`;
const keys = (count: number): string => Array.from({ length: count }, (_, index) => `metadata[k${index}]=v`).join('&');

type Case = readonly [
  what: string,
  path: string,
  body: string,
  status: number,
  code: string,
  param?: string | undefined,
];

const amounts: readonly Case[] = [
  ...[
    '0',
    '49',
    '-500',
    '+500',
    '500.0',
    '5e2',
    '0500',
    '0x1f4',
    '500円',
    '５００',
    ' 500',
    '500 ',
    '1,000',
    'NaN',
    'Infinity',
    'abc',
    '10000000',
    '99999999999',
    '9'.repeat(400),
    'null',
    '[]',
    '500%00',
  ].map(
    (amount): Case => [
      `an amount of ${amount.slice(0, 12)}`,
      '/v1/charges',
      charge(amount),
      400,
      amount.includes('%00') ? 'invalid_querystring' : 'invalid_amount',
      amount.includes('%00') ? undefined : 'amount',
    ],
  ),
  ['no amount', '/v1/charges', 'currency=jpy&card=TOKEN', 400, 'missing_param', 'amount'],
  ['an empty amount', '/v1/charges', charge(''), 400, 'missing_param', 'amount'],
  ['two amounts', '/v1/charges', `${charge('500')}&amount=600`, 400, 'invalid_amount', 'amount'],
  ['two equal amounts', '/v1/charges', `${charge('500')}&amount=500`, 400, 'invalid_amount', 'amount'],
  ['an amount with parts', '/v1/charges', 'amount[yen]=500&currency=jpy&card=TOKEN', 400, 'invalid_amount', 'amount'],
  ['amounts in a list', '/v1/charges', 'amount[]=500&currency=jpy&card=TOKEN', 400, 'invalid_amount', 'amount'],
];

const charges: readonly Case[] = [
  ['no currency', '/v1/charges', 'amount=500&card=TOKEN', 400, 'missing_param', 'currency'],
  ['another currency', '/v1/charges', 'amount=500&currency=usd&card=TOKEN', 400, 'invalid_currency', 'currency'],
  ['a currency in capitals', '/v1/charges', 'amount=500&currency=JPY&card=TOKEN', 400, 'invalid_currency', 'currency'],
  ['nobody who pays', '/v1/charges', 'amount=500&currency=jpy', 400, 'no_payment_method'],
  ['an unknown token', '/v1/charges', 'amount=500&currency=jpy&card=tok_0', 404, 'invalid_id', 'id'],
  [
    'a card that is no id',
    '/v1/charges',
    'amount=500&currency=jpy&card[]=4242424242424242',
    400,
    'invalid_card',
    'card',
  ],
  ['a word for capture', '/v1/charges', `${charge('500')}&capture=yes`, 400, 'invalid_boolean', 'capture'],
  ['a number for capture', '/v1/charges', `${charge('500')}&capture=1`, 400, 'invalid_boolean', 'capture'],
  [
    'days without a hold',
    '/v1/charges',
    `${charge('500')}&expiry_days=7`,
    400,
    'unnecessary_expiry_days',
    'expiry_days',
  ],
  ...['0', '61', '-1', '7.5', 'x'].map(
    (days): Case => [
      `${days} days of a hold`,
      '/v1/charges',
      `${charge('500')}&capture=false&expiry_days=${days}`,
      400,
      'invalid_expiry_days',
      'expiry_days',
    ],
  ),
  [
    'a long description',
    '/v1/charges',
    `${charge('500')}&description=${'x'.repeat(501)}`,
    400,
    'invalid_string_length',
    'description',
  ],
  ['an unknown parameter', '/v1/charges', `${charge('500')}&ammount=600`, 400, 'invalid_param_key', 'ammount'],
  [
    'a parameter of another call',
    '/v1/charges',
    `${charge('500')}&refund_reason=x`,
    400,
    'invalid_param_key',
    'refund_reason',
  ],
  ['metadata that is text', '/v1/charges', `${charge('500')}&metadata=x`, 400, 'invalid_metadata_value', 'metadata'],
  [
    'metadata in metadata',
    '/v1/charges',
    `${charge('500')}&metadata[a][b]=x`,
    400,
    'invalid_metadata_value',
    'metadata[a]',
  ],
  ['21 keys of metadata', '/v1/charges', `${charge('500')}&${keys(21)}`, 400, 'too_many_metadata_keys', 'metadata'],
  [
    'a long key of metadata',
    '/v1/charges',
    `${charge('500')}&metadata[${'k'.repeat(41)}]=v`,
    400,
    'invalid_metadata_key',
    `metadata[${'k'.repeat(41)}]`,
  ],
  [
    'a long value of metadata',
    '/v1/charges',
    `${charge('500')}&metadata[k]=${'v'.repeat(501)}`,
    400,
    'invalid_metadata_value',
    'metadata[k]',
  ],
  [
    'a key that reaches for the prototype',
    '/v1/charges',
    `${charge('500')}&metadata[__proto__]=v`,
    400,
    'invalid_param_key',
    'metadata[__proto__]',
  ],
  ['brackets without end', '/v1/charges', `${charge('500')}&a[b][c][d][e][f]=1`, 400, 'invalid_querystring'],
  ['Shift_JIS', '/v1/charges', `${charge('500')}&description=%83y%83%93`, 400, 'invalid_querystring'],
  ['JSON', '/v1/charges', '{"amount":500,"currency":"jpy"}', 400, 'invalid_querystring'],
  [
    'a body of 65 KiB',
    '/v1/charges',
    `${charge('500')}&description=${'x'.repeat(65 * 1024)}`,
    400,
    'invalid_querystring',
  ],
  ['a capture of nothing', '/v1/charges/CHARGE/capture', 'amount=0', 400, 'invalid_amount', 'amount'],
  ['a capture below the least amount', '/v1/charges/CHARGE/capture', 'amount=49', 400, 'invalid_amount', 'amount'],
  ['a refund of nothing', '/v1/charges/CHARGE/refund', 'amount=0', 400, 'invalid_refund_amount', 'amount'],
  ['a refund of less than nothing', '/v1/charges/CHARGE/refund', 'amount=-1', 400, 'invalid_refund_amount', 'amount'],
  [
    'a long reason',
    '/v1/charges/CHARGE/refund',
    `refund_reason=${'x'.repeat(256)}`,
    400,
    'invalid_refund_reason',
    'refund_reason',
  ],
  ['a capture of an unknown charge', '/v1/charges/ch_0/capture', '', 404, 'invalid_id', 'id'],
  ['a refund of an unknown charge', '/v1/charges/ch_0/refund', '', 404, 'invalid_id', 'id'],
  ['an amount to change', '/v1/charges/CHARGE', 'amount=600', 400, 'invalid_param_key', 'amount'],
];

const tokens: readonly Case[] = [
  ...[
    '4242424242424241',
    '42424242424',
    '42424242424242424242',
    '4242x24242424242',
    '４２４２４２４２４２４２４２４２',
    '',
    'null',
    '4242.4242.4242.4242',
  ].map(
    (number): Case => [
      `the number ${number === '' ? 'nothing' : number}`,
      '/v1/tokens',
      withCard('number', number),
      number === '' ? 400 : 402,
      number === '' ? 'missing_param' : 'invalid_number',
      'card[number]',
    ],
  ),
  ['no number', '/v1/tokens', without('number'), 400, 'missing_param', 'card[number]'],
  ['two numbers', '/v1/tokens', `${good}&card[number]=5555555555554444`, 402, 'invalid_number', 'card[number]'],
  ['a brand nobody takes', '/v1/tokens', withCard('number', '1234567812345670'), 402, 'unacceptable_brand'],
  ...['0', '13', 'x', '1.5', '-1'].map(
    (month): Case => [
      `month ${month}`,
      '/v1/tokens',
      withCard('exp_month', month),
      402,
      'invalid_expiry_month',
      'card[exp_month]',
    ],
  ),
  ...['30', '1999', '2100', 'x'].map(
    (year): Case => [
      `year ${year}`,
      '/v1/tokens',
      withCard('exp_year', year),
      402,
      'invalid_expiry_year',
      'card[exp_year]',
    ],
  ),
  [
    'a card of last month',
    '/v1/tokens',
    withCard('exp_year', '2017').replace('exp_month]=12', 'exp_month]=6'),
    402,
    'expired_card',
  ],
  ...['12', '12345', 'abc', '12 3'].map(
    (cvc): Case => [`the code ${cvc}`, '/v1/tokens', withCard('cvc', cvc), 402, 'invalid_cvc', 'card[cvc]'],
  ),
  ['a name in kanji', '/v1/tokens', `${good}&card[name]=山田太郎`, 400, 'invalid_card_name', 'card[name]'],
  [
    'a name of 46 letters',
    '/v1/tokens',
    `${good}&card[name]=${'A'.repeat(46)}`,
    400,
    'invalid_card_name',
    'card[name]',
  ],
  ['an address that is no mail address', '/v1/tokens', `${good}&card[email]=x`, 400, 'invalid_email', 'card[email]'],
  ['an unknown field of a card', '/v1/tokens', `${good}&card[pin]=1234`, 400, 'invalid_param_key', 'card[pin]'],
  ['a card that is text', '/v1/tokens', 'card=4242424242424242', 400, 'invalid_card', 'card'],
  ['no card', '/v1/tokens', '', 400, 'missing_param', 'card'],
];

const customers: readonly Case[] = [
  ['an id with a slash', '/v1/customers', 'id=a/b', 400, 'invalid_flexible_id', 'id'],
  ['an id with a pattern', '/v1/customers', 'id=a%25', 400, 'invalid_flexible_id', 'id'],
  ['an id of 101 letters', '/v1/customers', `id=${'a'.repeat(101)}`, 400, 'invalid_flexible_id', 'id'],
  ['no mail address', '/v1/customers', 'email=x', 400, 'invalid_email', 'email'],
  ['an unknown token', '/v1/customers', 'card=tok_0', 404, 'invalid_id', 'id'],
  ['an unknown customer', '/v1/customers/nobody', 'description=x', 404, 'invalid_id', 'id'],
  [
    'an unknown default card',
    '/v1/customers/CUSTOMER',
    'default_card=car_0',
    400,
    'dont_has_this_card',
    'default_card',
  ],
  ['no token to add', '/v1/customers/CUSTOMER/cards', '', 400, 'missing_param', 'card'],
  ['an unknown card', '/v1/customers/CUSTOMER/cards/car_0', 'name=X', 404, 'invalid_id', 'id'],
];

/** Everything that a refusal must leave as it is. */
const stateOf = (world: World): string =>
  JSON.stringify(
    ['charges', 'attempts', 'transfers', 'cards', 'tokens', 'customers', 'vault', 'idempotency', 'events'].map(
      (table) =>
        // Somebody who sends nothing but mistakes is told so; that is abuse control's event and no trace of a payment.
        world.rows(`select * from ${table}${table === 'events' ? " where type not like 'account.%'" : ''}`),
    ),
  );

describe('a mistake', () => {
  it('is refused with its code and parameter, before anybody is asked and anything is written', async () => {
    const world = await openShop();
    const { shop } = world;
    const known = await world.play(() => prepare(shop));
    const before = stateOf(world);
    const calls = world.calls().length;
    const told: unknown[] = [];
    const expected: unknown[] = [];
    for (const [what, path, body, status, code, param] of [...amounts, ...charges, ...tokens, ...customers]) {
      const fill = (text: string): string => text.replace(/TOKEN|CHARGE|CUSTOMER/g, (name) => known[name] ?? name);
      const headers = {
        Authorization: basic(shop.keys.live.secret),
        'Content-Type': 'application/x-www-form-urlencoded',
      };
      const answer = await world.play(() => world.send('POST', fill(path), headers, fill(body)));
      const { error } = answer.json;
      told.push([what, answer.status, error?.status, error?.code, error?.param]);
      expected.push([what, status, status, code, param]);
      expect(answer.decidedBy).toBe('gateway');
      expect(answer.text).not.toContain('4242424242424242');
    }
    expect(told).toEqual(expected);
    expect(stateOf(world)).toBe(before);
    expect(world.calls()).toHaveLength(calls);
    expect(JSON.stringify(world.log)).not.toContain('4242');
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=ten', 'limit'],
    ['offset=-1', 'offset'],
    ['since=yesterday', 'since'],
    ['until=1.5', 'until'],
    ['limit=1&limit=2', 'limit'],
  ])('in the query %s of a list is refused', async (query, param) => {
    const { shop, ...world } = await openShop();
    const told = await world.play(() => shop.get(`/v1/charges?${query}`));
    expect([told.status, told.json.error.code, told.json.error.param]).toEqual([400, 'invalid_querystring', param]);
  });

  it.each(['', 'x'.repeat(256)])('in the idempotency key is refused (%#)', async (key) => {
    const { shop, ...world } = await openShop();
    const told = await world.play(async () =>
      shop.post(
        '/v1/charges',
        { amount: 500, currency: 'jpy', card: await shop.token() },
        { headers: { 'Idempotency-Key': key } },
      ),
    );
    expect([told.status, told.json.error.param]).toEqual([400, 'Idempotency-Key']);
    expect(world.rows('select * from charges')).toEqual([]);
  });
});

const prepare = async (shop: Shop): Promise<Record<string, string>> => {
  const TOKEN = await shop.token();
  const card = await shop.token();
  const made = await shop.post('/v1/charges', { amount: 500, currency: 'jpy', card, capture: false });
  await shop.post('/v1/customers', { id: 'alice', card: await shop.token() });
  return { TOKEN, CHARGE: made.json.id, CUSTOMER: 'alice' };
};

describe('what is no mistake', () => {
  it.each([
    ['spaces and hyphens in a number', withCard('number', '4242-4242+4242%204242')],
    ['a card that ends this month', withCard('exp_year', '2017').replace('exp_month]=12', 'exp_month]=7')],
    ['a month with a nought', withCard('exp_month', '07')],
    ['no security code', without('cvc')],
    ['address fields', `${good}&card[address_zip]=1000001&card[country]=JP`],
    ['empty optional fields', `${good}&card[name]=&card[email]=null`],
  ])('%s', async (_, body) => {
    const { shop, ...world } = await openShop();
    expect((await world.play(() => shop.post('/v1/tokens', body, { as: 'pk' }))).status).toBe(200);
  });

  it.each([
    ['the words of Python', 'capture=False&expiry_days=7'],
    ['the words of Node', 'description=null&customer=null&metadata[a]=1'],
    ['the words of Java', 'description=&customer=&metadata[a]='],
    ['a description of 500 letters', `description=${'ペ'.repeat(500)}`],
    ['20 keys of metadata', keys(20)],
    ['the word prototype', 'description=a+prototype+of+a+constructor'],
  ])('%s', async (_, more) => {
    const { shop, ...world } = await openShop();
    const told = await world.play(async () =>
      shop.post('/v1/charges', `amount=50&currency=jpy&card=${await shop.token()}&${more}`),
    );
    expect(told.status).toBe(200);
  });
});
