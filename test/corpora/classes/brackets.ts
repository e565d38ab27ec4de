/** Class 1: bracket forms. Class 2: names that reach a prototype. Class 3: what comes twice. */
import type { Case, Pairs } from '../case.ts';
import { type Call, callsOf, goodCard, type Kind, withField } from '../forms.ts';
import type { House } from '../house.ts';

const deep = (levels: number, name = 'zz'): string => name + '[a]'.repeat(levels);

const refusing = (call: Call, what: string, pairs: Pairs, more: Partial<Case> = {}): Case => ({
  what: `${what} at ${call.method} ${call.path}`,
  method: call.method,
  path: call.path,
  ...(call.as === undefined ? {} : { as: call.as }),
  pairs,
  status: 400,
  ...more,
});

const tokens: Call = { method: 'POST', path: '/v1/tokens', as: 'pk', good: goodCard, fields: {}, metadata: false };

/** What is said of a field that comes more than once. */
const twiceCode = (kind: Kind): string => (kind.is === 'text' ? (kind.twice ?? kind.code) : kind.code);

export const brackets = (house: House): readonly Case[] =>
  [...callsOf(house), tokens].flatMap((call): Case[] => {
    const add = (what: string, ...extra: Pairs): Case => refusing(call, what, [...call.good, ...extra]);
    const cases = [
      ...[1, 2, 3, 4, 5, 6, 10, 100, 1_000, 5_000].map((levels) => add(`${levels} levels`, [deep(levels), '1'])),
      ...[
        '[',
        ']',
        '[]',
        '[[',
        ']]',
        '[a]',
        '[a',
        'a]',
        '.',
        'a.b',
        'a.b.c',
        'zz[',
        'zz]',
        'zz[a',
        'zz]a[',
        'zz[]]',
        'zz[[a]]',
        'zz[a]b',
        ',',
        'a,b',
        ';',
        'a;b',
        '/',
        '$',
        '{}',
        '"a"',
        "'",
        '<',
        ' ',
        '\t',
        '\n',
        'a b',
        'é',
        'ペ',
        '𠮷',
      ].map((name) => add(`the name ${JSON.stringify(name)}`, [name, '1'])),
      ...['zz[999999999]', 'zz[-1]', 'zz[0]', 'zz[]', 'zz[1e9]', 'zz[0x1]', 'zz[ ]', 'zz[9007199254740993]'].map(
        (name) => add(`the index ${name}`, [name, '1']),
      ),
      ...[21, 100, 199, 201, 1_000, 5_000].map((count) =>
        add(`${count} of a[]`, ...Array.from({ length: count }, () => ['a[]', 'x'] as const)),
      ),
      ...[21, 199, 201, 2_000].map((count) =>
        add(`${count} parameters`, ...Array.from({ length: count }, (_, at) => [`p${at}`, 'x'] as const)),
      ),
      add('a name of 61 letters', ['z'.repeat(61), '1']),
      add('a name of 10,000 letters', ['z'.repeat(10_000), '1']),
    ];
    for (const [name, kind] of Object.entries(call.fields)) {
      const { code } = kind;
      const given = call.good.filter(([own]) => own !== name);
      const must = { code, param: name } as const;
      for (const inner of ['', '0', 'a', 'number', '999999999', 'then'])
        cases.push(refusing(call, `${name}[${inner}]`, [...given, [`${name}[${inner}]`, '1']], must));
      cases.push(
        refusing(call, `${name} as text and as brackets`, [...given, [name, '1'], [`${name}[a]`, '1']], {
          code: twiceCode(kind),
          param: name,
        }),
      );
      cases.push(refusing(call, `${name} deeper than anybody goes`, [...given, [deep(6, name), '1']]));
    }
    return cases;
  });

const reaching = ['__proto__', 'constructor', 'prototype'];
const innocent = [
  'toString',
  'hasOwnProperty',
  'valueOf',
  'then',
  'toJSON',
  'isPrototypeOf',
  '__defineGetter__',
  '__lookupSetter__',
  'length',
  'name',
  'caller',
  'arguments',
  'apply',
  'Symbol.iterator',
];

export const prototypes = (house: House): readonly Case[] =>
  [...callsOf(house), tokens].flatMap((call): Case[] => {
    const add = (name: string, more: Partial<Case>): Case =>
      refusing(call, `the name ${name}`, [...call.good, [name, '1']], more);
    return [
      ...reaching.flatMap((name) => [
        add(name, { code: 'invalid_param_key', param: name }),
        add(`${name}[polluted]`, { code: 'invalid_param_key', param: `${name}[polluted]` }),
        add(`zz[${name}]`, { code: 'invalid_param_key', param: `zz[${name}]` }),
        add(`metadata[${name}]`, { code: 'invalid_param_key', param: `metadata[${name}]` }),
        add(`${name}[${name}]`, { code: 'invalid_param_key' }),
        add(`zz[${name}][a]`, { code: 'invalid_param_key' }),
        add(`card[${name}][a]`, { code: 'invalid_param_key' }),
      ]),
      ...innocent.filter((name) => !(name in call.fields)).map((name) => add(name, {})),
      ...innocent.map((name) => add(`zz[${name}]`, {})),
    ];
  });

export const duplicates = (house: House): readonly Case[] => {
  const twice = callsOf(house).flatMap((call): Case[] => {
    const cases: Case[] = [];
    for (const [name, kind] of Object.entries(call.fields)) {
      const code = twiceCode(kind);
      const value = call.good.find(([own]) => own === name)?.[1] ?? '1';
      const given = call.good.filter(([own]) => own !== name);
      for (const count of [2, 3, 10, 100, 190]) {
        const many = Array.from({ length: count }, () => [name, value] as const);
        cases.push(refusing(call, `${name} ${count} times`, [...given, ...many], { code, param: name }));
      }
      cases.push(
        refusing(call, `${name} with two values`, [...given, [name, value], [name, `${value}0`]], {
          code,
          param: name,
        }),
      );
      for (const other of [name.toUpperCase(), name[0]!.toUpperCase() + name.slice(1), ` ${name}`, `${name} `])
        cases.push(refusing(call, `${other} beside ${name}`, [...withField(call.good, name, value), [other, value]]));
    }
    cases.push(
      refusing(call, '10,000 times the same', [
        ...call.good,
        ...Array.from({ length: 10_000 }, () => ['zz', '1'] as const),
      ]),
    );
    return cases;
  });
  const { ids } = house;
  const charge = { method: 'POST', path: '/v1/charges', status: 400 } as const;
  return [
    ...twice,
    {
      ...charge,
      what: 'the amount in the address',
      path: '/v1/charges?amount=500',
      pairs: [
        ['currency', 'jpy'],
        ['card', ids.token],
      ],
      code: 'missing_param',
      param: 'amount',
    },
    {
      ...charge,
      what: 'everything in the address',
      path: `/v1/charges?amount=500&currency=jpy&card=${ids.token}`,
      code: 'missing_param',
      param: 'amount',
    },
    ...['a, b', 'x, x'].map(
      (keys): Case => ({
        what: 'two keys in one header',
        method: 'GET',
        path: '/v1/charges',
        as: null,
        headers: { Authorization: keys },
        status: 401,
        code: 'no_api_key',
      }),
    ),
    {
      what: 'two authorisations',
      method: 'GET',
      path: '/v1/charges',
      as: null,
      headers: {
        Authorization: `Basic ${btoa(`${house.keys.live.secret}:`)}, Basic ${btoa(`${house.keys.test.secret}:`)}`,
      },
      status: 401,
    },
  ];
};
