/** Class 4: amounts. Class 5: card data. Class 6: encodings. Class 15: lists and time. */
import type { Case, Pairs } from '../case.ts';
import { type Call, callsOf, goodCard, type Kind, withField } from '../forms.ts';
import type { House } from '../house.ts';

/** Texts that are no whole number as this API writes them, whatever the bounds. */
const noNumbers = [
  '-1',
  '-0',
  '+100',
  '1e3',
  '1E3',
  '1.0',
  '1.5',
  '0.1',
  '.5',
  '5.',
  '0x10',
  '0b11',
  '0o17',
  '1_000',
  '1,000',
  '1 000',
  ' 100',
  '100 ',
  '\t100',
  '100\n',
  '¥500',
  '500円',
  '500JPY',
  '５００',
  '٥٠٠',
  '𝟓𝟎𝟎',
  '५००',
  '五百',
  '⁵⁰⁰',
  'Ⅴ',
  'NaN',
  'Infinity',
  '-Infinity',
  'undefined',
  'nil',
  'None',
  'true',
  'false',
  '[]',
  '{}',
  '[500]',
  '{"amount":500}',
  '500;',
  "500'",
  '500"',
  '500--',
  '500/*',
  '500\u200b',
  '\ufeff500',
  '\u00a0500',
  '5\u00ad00',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '18446744073709551616',
  `1${'0'.repeat(400)}`,
  '9'.repeat(5_000),
  '1'.repeat(15_000),
];

const outside = ({ min, max }: { readonly min: number; readonly max: number }): readonly string[] => [
  ...(min > 0 ? [String(min - 1)] : []),
  String(max + 1),
  String(max * 10),
  '99999999999',
];

const fieldCase = (call: Call, name: string, value: string, kind: Kind, what = value.slice(0, 20)): Case => ({
  what: `${name}=${JSON.stringify(what)} at ${call.method} ${call.path}`,
  method: call.method,
  path: call.path,
  pairs: withField(call.good, name, value),
  status: 400,
  code: kind.code,
  param: name,
});

const badValues = (kind: Kind): readonly string[] => {
  switch (kind.is) {
    case 'yen':
      return [...noNumbers, ...outside(kind), '0500', '00', '050'];
    case 'whole':
      return [...noNumbers, ...outside(kind)];
    case 'time':
      return [
        ...noNumbers.filter((text) => !/^\d{1,11}$/.test(text)),
        '999999999999',
        '2017-07-12',
        '2017-07-12T12:00:00Z',
        '12:00',
        'yesterday',
        'Now',
        'NOW',
        '1e10',
      ];
    case 'bool':
      return [
        'yes',
        'no',
        '1',
        '0',
        'on',
        'off',
        't',
        'f',
        'truee',
        'true ',
        ' true',
        'true,false',
        '真',
        'ｔｒｕｅ',
        '[]',
        '{}',
        'true\u200b',
        '"true"',
        'undefined',
        'x'.repeat(15_000),
      ];
    case 'word':
      return [
        '?',
        '<x>',
        'x y',
        'jpy ',
        '￥',
        '日本',
        'a@',
        '@b',
        '\u202e',
        '../..',
        'x'.repeat(501),
        'x'.repeat(15_000),
        '𠮷',
        '%',
        "'; drop table charges; --",
      ];
    case 'text':
      return [
        'x'.repeat(kind.max + 1),
        'ペ'.repeat(kind.max + 1),
        '𠮷'.repeat(kind.max + 1),
        'e\u0301'.repeat(kind.max),
        'x'.repeat(15_000),
        ' '.repeat(kind.max + 1),
        '\u0301'.repeat(10_000),
      ];
  }
};

/** Words that some of the closed sets would take. */
const takenWords = new Set<string>();

export const amounts = (house: House): readonly Case[] => [
  ...callsOf(house).flatMap((call) =>
    Object.entries(call.fields).flatMap(([name, kind]) =>
      kind.is === 'yen' ? badValues(kind).map((value) => fieldCase(call, name, value, kind)) : [],
    ),
  ),
  ...['/v1/charges', '/v1/plans'].flatMap((path) =>
    [
      'JPY',
      'Jpy',
      'jp',
      'jpyy',
      'usd',
      'USD',
      'krw',
      'vnd',
      'eur',
      'xxx',
      '392',
      '¥',
      '￥',
      '円',
      'jpy ',
      ' jpy',
      'jpy,usd',
      'ｊｐｙ',
      'jpy\u200b',
      '1',
      'true',
    ].map(
      (currency): Case => ({
        what: `currency=${JSON.stringify(currency)} at ${path}`,
        method: 'POST',
        path,
        pairs: [
          ['amount', '500'],
          ['currency', currency],
          ...(path === '/v1/plans' ? [['interval', 'month'] as const] : [['card', house.ids.token] as const]),
        ],
        status: 400,
        code: 'invalid_currency',
        param: 'currency',
      }),
    ),
  ),
];

/** Every digit of Unicode that is not ASCII's. */
const otherDigits = (): readonly string[] => {
  const zeros: number[] = [];
  for (let point = 0x80; point < 0x1_fbff; point += 1)
    if (/^\p{Nd}$/u.test(String.fromCodePoint(point)) && !/^\p{Nd}$/u.test(String.fromCodePoint(point - 1)))
      zeros.push(point);
  return zeros.map((zero) =>
    [4, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 2, 4, 2].map((digit) => String.fromCodePoint(zero + digit)).join(''),
  );
};

const luhnCheckDigit = (digits: string): number => {
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, at) => {
      const value = at % 2 === 0 ? Number(digit) * 2 : Number(digit);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
  return (10 - (sum % 10)) % 10;
};
/** A number of a known brand and the right check digit, that is on no list. */
const canary = (middle: number): string => {
  const stem = `41111${String(middle).padStart(10, '0')}`;
  return `${stem}${luhnCheckDigit(stem)}`;
};

export const cards = (house: House): readonly Case[] => {
  const tokens = { method: 'POST', path: '/v1/tokens', as: 'pk' } as const;
  const field = (name: string, value: string, status: number, code: string): Case => ({
    ...tokens,
    what: `${name}=${JSON.stringify(value.slice(0, 24))}`,
    pairs: withField(goodCard, `card[${name}]`, value),
    status,
    code,
    ...(code.startsWith('invalid') ? { param: `card[${name}]` } : {}),
  });
  const number = (value: string): Case => field('number', value, 402, 'invalid_number');
  const hidden = [
    '\u200b',
    '\u00a0',
    '\u00ad',
    '\u2060',
    '\ufeff',
    '\u200d',
    '\u2009',
    '\u3000',
    '\t',
    '\n',
    '.',
    '/',
    '_',
    '–',
    '−',
  ];
  const { ids } = house;
  const pans = Array.from({ length: 12 }, (_, at) => canary(7_654_321 * (at + 1)));
  return [
    ...otherDigits().map(number),
    ...hidden.flatMap((sign) => [
      number(`4242${sign}4242${sign}4242${sign}4242`),
      number(`${sign}4242424242424242`),
      number(`4242424242424242${sign}`),
    ]),
    ...Array.from({ length: 11 }, (_, length) => number('4'.repeat(length + 1))),
    ...[20, 21, 30, 100, 5_000, 15_000].map((length) => number('4'.repeat(length))),
    // One digit off: the check digit says no.
    ...Array.from({ length: 16 }, (_, at) =>
      number(
        `${'4242424242424242'.slice(0, at)}${(Number('4242424242424242'[at]) + 1) % 10}${'4242424242424242'.slice(at + 1)}`,
      ),
    ),
    ...[
      '4242424242424241',
      '4242424242424243',
      '1111111111111111',
      '9999999999999999',
      '1234567890123456',
      '4242 4242 4242 4243',
      '4242x4242x4242x4242',
      '0x4242424242424242',
      '4.242424242424242e15',
      '-4242424242424242',
      'abc',
      '4242424242424242;',
    ].map(number),
    ...[
      '0',
      '00',
      '13',
      '99',
      '-1',
      '1.5',
      '1e0',
      '0x1',
      'Jan',
      'january',
      '１２',
      '١٢',
      '12 ',
      ' 12',
      '12/40',
      '1234567890',
      '1'.repeat(5_000),
    ].map((value) => field('exp_month', value, 402, 'invalid_expiry_month')),
    ...[
      '0',
      '1',
      '40',
      '99',
      '1999',
      '2100',
      '9999',
      '1000000',
      '-2040',
      '2040.0',
      '2e3',
      '0x7f8',
      '２０４０',
      '٢٠٤٠',
      '2040 ',
      ' 2040',
      '20 40',
      "'40",
      '2'.repeat(5_000),
    ].map((value) => field('exp_year', value, 402, 'invalid_expiry_year')),
    ...['2000', '2001', '2016', '2025'].map((value) => field('exp_year', value, 402, 'expired_card')),
    ...[
      '1',
      '12',
      '12345',
      '0000000',
      'abc',
      '12a',
      '１２３',
      '١٢٣',
      ' 123',
      '123 ',
      '1 3',
      '-12',
      '1.2',
      '123\u200b',
      '1'.repeat(5_000),
    ].map((value) => field('cvc', value, 402, 'invalid_cvc')),
    ...[
      '山田太郎',
      'TARO_YAMADA',
      'TARO\nYAMADA',
      'ＴＡＲＯ',
      'O’Brien',
      "O'Brien",
      '<b>',
      'x'.repeat(46),
      '\u202eORAT',
      'TARO\u0000',
      'É',
    ].map(
      (value): Case =>
        value.includes('\u0000')
          ? { ...field('name', value, 400, 'invalid_querystring'), param: undefined as never }
          : field('name', value, 400, 'invalid_card_name'),
    ),
    ...['a', 'a@', '@b', 'a b@c', 'a@b@c', `${'x'.repeat(300)}@example.com`, 'a@b..c', '日本@', 'a@[', 'a\n@b.c'].map(
      (value) => field('email', value, 400, 'invalid_email'),
    ),
    ...['JPN', 'J', '日本', '12', 'j p', 'ＪＰ'].map((value) => field('country', value, 400, 'invalid_card_country')),
    ...['number', 'exp_month', 'exp_year'].map(
      (name): Case => ({
        ...tokens,
        what: `no ${name}`,
        pairs: goodCard.filter(([own]) => own !== `card[${name}]`),
        code: 'missing_param',
        param: `card[${name}]`,
        status: 400,
      }),
    ),
    { ...tokens, what: 'no card', pairs: [], status: 400, code: 'missing_param', param: 'card' },
    // Where a number does not belong: it must come back nowhere.
    ...pans.flatMap((pan): Case[] => [
      {
        ...tokens,
        what: 'a number as the name of a parameter',
        pairs: [...goodCard, [pan, '1']],
        canary: pan,
        status: 400,
      },
      {
        ...tokens,
        what: 'a number inside brackets',
        pairs: [...goodCard, [`card[${pan}]`, '1']],
        canary: pan,
        status: 400,
      },
      {
        ...tokens,
        what: 'a number for a month',
        pairs: withField(goodCard, 'card[exp_month]', pan),
        canary: pan,
        status: 402,
      },
      {
        ...tokens,
        what: 'a number for a code',
        pairs: withField(goodCard, 'card[cvc]', pan),
        canary: pan,
        status: 402,
      },
      {
        ...tokens,
        what: 'a number for an address of mail',
        pairs: withField(goodCard, 'card[email]', pan),
        canary: pan,
        status: 400,
      },
      {
        ...tokens,
        what: 'a number that is wrong elsewhere',
        pairs: withField(withField(goodCard, 'card[number]', pan), 'card[exp_year]', '2001'),
        canary: pan,
        status: 402,
      },
      {
        what: 'a number for a charge',
        method: 'GET',
        path: `/v1/charges/${pan}`,
        canary: pan,
        status: 404,
        code: 'invalid_id',
      },
      {
        what: 'a number for a customer',
        method: 'GET',
        path: `/v1/customers/${pan}`,
        canary: pan,
        status: 404,
        code: 'invalid_id',
      },
      {
        what: 'a number for a token',
        method: 'POST',
        path: '/v1/charges',
        pairs: [
          ['amount', '500'],
          ['currency', 'jpy'],
          ['card', pan],
        ],
        canary: pan,
        status: 404,
        code: 'invalid_id',
      },
      {
        what: 'a number for an amount',
        method: 'POST',
        path: '/v1/charges',
        pairs: [
          ['amount', pan],
          ['currency', 'jpy'],
          ['card', ids.token],
        ],
        canary: pan,
        code: 'invalid_amount',
      },
      { what: 'a number in a path of none', method: 'GET', path: `/v1/${pan}`, canary: pan, status: 404, code: null },
      {
        what: 'a number in a query',
        method: 'GET',
        path: '/v1/charges',
        pairs: [
          ['customer', pan],
          ['limit', 'x'],
        ],
        canary: pan,
        status: 400,
      },
      {
        what: 'a number for a key',
        method: 'POST',
        path: '/v1/charges',
        pairs: [['amount', '1']],
        headers: { 'Idempotency-Key': pan },
        canary: pan,
        status: 400,
      },
      {
        what: 'a number for an API key',
        method: 'GET',
        path: '/v1/charges',
        as: null,
        headers: { Authorization: `Basic ${btoa(`${pan}:`)}` },
        canary: pan,
        status: 401,
      },
      {
        what: 'a number as JSON',
        method: 'POST',
        path: '/v1/tokens',
        raw: JSON.stringify({ card: { number: pan } }),
        canary: pan,
        status: 400,
      },
      {
        what: 'a number to operators',
        method: 'POST',
        path: '/admin/v1/merchants',
        as: 'admin',
        raw: JSON.stringify({ name: 'x', [pan]: pan }),
        canary: pan,
        status: 400,
      },
    ]),
  ];
};

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : part)));

/** Byte sequences that are no UTF-8, or what another encoding makes of 表示能力. */
const noUtf8: Readonly<Record<string, readonly number[]>> = {
  'a lone continuation': [0x80],
  'a lone start': [0xe3],
  'a character cut short': [0xe3, 0x81],
  'an overlong slash': [0xc0, 0xaf],
  'an overlong nought': [0xc0, 0x80],
  'three bytes overlong': [0xe0, 0x80, 0xaf],
  'a surrogate': [0xed, 0xa0, 0x80],
  'a pair of surrogates': [0xed, 0xa1, 0x82, 0xed, 0xbe, 0xb7],
  'beyond Unicode': [0xf4, 0x90, 0x80, 0x80],
  'five bytes': [0xf8, 0x88, 0x80, 0x80, 0x80],
  'the byte FE': [0xfe],
  'the bytes FF FE': [0xff, 0xfe],
  Shift_JIS: [0x95, 0x5c, 0x8e, 0xa6],
  'Shift_JIS with a backslash inside': [0x83, 0x5c],
  'half-width kana of Shift_JIS': [0xb1, 0xb2, 0xb3],
  'EUC-JP': [0xc9, 0xbd, 0xbc, 0xa8],
  'Latin-1': [0x63, 0x61, 0x66, 0xe9],
  'a gaiji of Windows': [0xfa, 0x40],
};
const percent = (sequence: readonly number[]): string =>
  sequence.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

export const encodings = (house: House): readonly Case[] => {
  const unreadable = Object.entries(noUtf8);
  return callsOf(house).flatMap((call): Case[] => {
    const good = call.good.map(([name, value]) => `${name}=${value}`).join('&');
    const [first = 'zz'] = Object.keys(call.fields);
    const base = { method: call.method, path: call.path, status: 400 } as const;
    const refusal = { ...base, code: 'invalid_querystring' } as const;
    return [
      ...unreadable.flatMap(([what, sequence]): Case[] => [
        {
          ...refusal,
          what: `${what}, escaped, in a value of ${call.path}`,
          raw: `${good}&${first}=a${percent(sequence)}b`,
        },
        { ...refusal, what: `${what}, escaped, in a name of ${call.path}`, raw: `${good}&z${percent(sequence)}=1` },
        ...(call.method === 'POST'
          ? [
              {
                ...refusal,
                what: `${what}, as it is, in a value of ${call.path}`,
                raw: bytes(`${good}&${first}=a`, sequence, 'b'),
              },
              {
                ...refusal,
                what: `${what}, as it is, in a name of ${call.path}`,
                raw: bytes(`${good}&z`, sequence, '=1'),
              },
            ]
          : []),
      ]),
      ...['%', '%4', '%zz', '%u3042', '%%', '%0g', '%c3%2', 'a%'].map(
        (text): Case => ({ ...refusal, what: `the escape ${text} at ${call.path}`, raw: `${good}&${first}=${text}` }),
      ),
      { ...refusal, what: `NUL in a value of ${call.path}`, raw: `${good}&${first}=a%00b` },
      { ...refusal, what: `NUL in a name of ${call.path}`, raw: `${good}&z%00z=1` },
      ...(call.method === 'POST'
        ? [
            { ...base, what: `UTF-16 at ${call.path}`, raw: new Uint8Array(Buffer.from(`${good}&zz=1`, 'utf16le')) },
            {
              ...base,
              what: `UTF-16 with its mark at ${call.path}`,
              raw: new Uint8Array(Buffer.from(`\ufeff${good}&zz=1`, 'utf16le')),
            },
            {
              ...base,
              what: `UTF-32 at ${call.path}`,
              raw: new Uint8Array(Array.from(`${good}&zz=1`).flatMap((sign) => [sign.charCodeAt(0), 0, 0, 0])),
            },
          ]
        : []),
      ...Object.entries(call.fields).flatMap(([name, kind]) =>
        kind.is === 'text' || kind.is === 'word'
          ? badValues(kind)
              .filter((value) => !takenWords.has(value) && !(kind.is === 'word' && name === 'id' && value === 'x'))
              .map((value) => fieldCase(call, name, value, kind))
          : [],
      ),
      ...(call.metadata
        ? [
            {
              ...base,
              what: `a long key at ${call.path}`,
              pairs: [...call.good, [`metadata[${'ペ'.repeat(41)}]`, 'x']] as Pairs,
              code: 'invalid_metadata_key',
            },
            {
              ...base,
              what: `no key at ${call.path}`,
              pairs: [...call.good, ['metadata[]', 'x'], ['metadata[a]', 'x']] as Pairs,
            },
            {
              ...base,
              what: `a long value at ${call.path}`,
              pairs: [...call.good, ['metadata[a]', 'ペ'.repeat(501)]] as Pairs,
              code: 'invalid_metadata_value',
              param: 'metadata[a]',
            },
            {
              ...base,
              what: `metadata in metadata at ${call.path}`,
              pairs: [...call.good, ['metadata[a][b]', 'x']] as Pairs,
              code: 'invalid_metadata_value',
              param: 'metadata[a]',
            },
            {
              ...base,
              what: `metadata as text at ${call.path}`,
              pairs: [...call.good, ['metadata', 'x']] as Pairs,
              code: 'invalid_metadata_value',
              param: 'metadata',
            },
            {
              ...base,
              what: `21 keys at ${call.path}`,
              pairs: [
                ...call.good,
                ...Array.from({ length: 21 }, (_, at) => [`metadata[k${at}]`, 'x'] as const),
              ] as Pairs,
              code: 'too_many_metadata_keys',
              param: 'metadata',
            },
          ]
        : []),
    ];
  });
};

export const lists = (house: House): readonly Case[] =>
  callsOf(house).flatMap((call): Case[] => [
    ...Object.entries(call.fields).flatMap(([name, kind]) =>
      kind.is === 'whole' || kind.is === 'time' || kind.is === 'bool'
        ? badValues(kind).map((value) => fieldCase(call, name, value, kind))
        : [],
    ),
    ...(call.method === 'GET'
      ? [
          {
            what: `until before since at ${call.path}`,
            method: 'GET',
            path: call.path,
            pairs: [
              ['since', '2000000000'],
              ['until', '1'],
            ],
            ...(call.path === '/v1/terms' ? { status: 400 } : { reads: true }),
          } as Case,
          {
            what: `far beyond the end at ${call.path}`,
            method: 'GET',
            path: call.path,
            pairs: [
              ['offset', '999999999'],
              ['limit', '100'],
            ],
            reads: true,
          } as Case,
          ...['starting_after', 'ending_before', 'cursor', 'page', 'order', 'sort', 'expand[]', 'fields', 'q'].map(
            (name): Case => ({
              what: `the parameter ${name} at ${call.path}`,
              method: 'GET',
              path: call.path,
              pairs: [...call.good, [name, 'x']],
              status: 400,
              code: 'invalid_param_key',
            }),
          ),
        ]
      : []),
  ]);
