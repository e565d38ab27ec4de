import { describe, expect, it } from 'vitest';
import { ruleFor } from '../../../acquirer-sim/issuers/cards.ts';
import { decide } from '../../../acquirer-sim/issuers/decision.ts';
import { createIssuers } from '../../../acquirer-sim/issuers/issuers.ts';
import { testAmounts, testCards } from '../../../acquirer-sim/issuers/test-cards.ts';
import { createLedger, fingerprintOf, type KnownCard } from '../../../acquirer-sim/ledger/ledger.ts';

const atMs = Date.parse('2017-07-12T21:00:00+09:00');

const passesLuhn = (number: string): boolean =>
  Array.from(number)
    .reverse()
    .reduce((sum, digit, at) => {
      const value = Number(digit) * (at % 2 === 0 ? 1 : 2);
      return sum + (value > 9 ? value - 9 : value);
    }, 0) %
    10 ===
  0;

const cardOf = (number: string): KnownCard => ({
  fingerprint: fingerprintOf(number),
  rule: ruleFor(number),
  expiry: '3012',
  lastFour: number.slice(-4),
});

const numbers = testCards.filter(({ group }) => group !== 'range');

describe('the table of test cards', () => {
  it('names each number once, in both languages', () => {
    expect(new Set(testCards.map(({ number }) => number)).size).toBe(testCards.length);
    for (const { en, ja } of [...testCards, ...testAmounts]) {
      expect(en).not.toBe('');
      expect(ja).not.toMatch(/^[\x20-\x7e]*$/);
    }
  });

  it.each(numbers)('$number passes the check of its digits', ({ number }) => {
    expect(passesLuhn(number)).toBe(true);
  });

  it.each(numbers)('$number does what the line says: $en', ({ number, group, en }) => {
    const { rule } = cardOf(number);
    const said = /\[([GC]\d\d)\]/.exec(en)?.[1] ?? null;
    const brandRefused = en.startsWith('Brand') ? 'brand-refused' : null;
    expect({
      funding: rule.funding,
      abroad: rule.issuedAbroad,
      hasAccount: rule.account !== null,
      refuses: rule.declinesCheck ?? rule.declinesPayment,
    }).toEqual({
      funding: en.startsWith('Debit') ? 'debit' : en.startsWith('Prepaid') ? 'prepaid' : 'credit',
      abroad: group === 'origin',
      hasAccount: group === 'account' || en.startsWith('First'),
      // What an account says depends on what it was asked before.
      refuses: rule.account === null ? (said ?? brandRefused) : null,
    });
  });

  it('has one card whose amount decides', () => {
    const { rule } = cardOf('4000007000000007');
    const said = (amountYen: number) => {
      const decision = decide({ rule, expiry: '3012', amountYen, atMs });
      return decision.approved ? 'OK' : decision.code;
    };
    expect([90_012, 90_055, 80_050, 90_000, 90_112, 80_002, 12, 5_000].map(said)).toEqual([
      'G12',
      'G55',
      'C50',
      'OK',
      'OK',
      'OK',
      'OK',
      'OK',
    ]);
  });

  it('has one card that refuses its first payment only', () => {
    const issuers = createIssuers();
    const question = { tenant: 't', card: cardOf('4000007000000049'), amountYen: 100, transaction: null, atMs };
    expect([1, 2, 3].map(() => issuers.ask(question))).toEqual([
      { approved: false, code: 'G97' },
      { approved: true },
      { approved: true },
    ]);
  });
});

describe('what the issuers remember', () => {
  it('is nothing for cards without an account, however many there are', () => {
    const issuers = createIssuers();
    const ledger = createLedger(issuers.booked);
    for (let nth = 0; nth < 1_000; nth += 1) {
      const card = cardOf(`4242420000${String(nth).padStart(6, '0')}`);
      issuers.ask({ tenant: 't', card, amountYen: 100, transaction: null, atMs });
      const transaction = ledger.open({ id: `${nth}`, tenant: 't', reference: 'r', card });
      ledger.post(transaction, { atMs, kind: 'authorise', amountYen: 100, code: 'OK', serviceUs: 1 });
    }
    expect(issuers.state.save()).toEqual([]);
  });

  it('is bounded: ten thousand accounts, a thousand holds in each', () => {
    const issuers = createIssuers();
    const card = cardOf('4000007000000056');
    for (let nth = 0; nth < 10_050; nth += 1) {
      issuers.ask({ tenant: `t-${nth}`, card, amountYen: 1, transaction: null, atMs });
    }
    expect(issuers.state.save()).toHaveLength(10_000);
    const ledger = createLedger(issuers.booked);
    for (let nth = 0; nth < 1_050; nth += 1) {
      const transaction = ledger.open({ id: `${nth}`, tenant: 'busy', reference: 'r', card });
      ledger.post(transaction, { atMs, kind: 'authorise', amountYen: 1, code: 'OK', serviceUs: 1 });
    }
    const saved = issuers.state.save() as { tenant: string; holds: unknown[] }[];
    expect(saved.find(({ tenant }) => tenant === 'busy')?.holds).toHaveLength(1_000);
  }, 60_000);

  it('survives a save and a load, and forgets one tenant when told', () => {
    const card = cardOf('5200007000000010');
    const issuers = createIssuers();
    const ledger = createLedger(issuers.booked);
    for (const tenant of ['a', 'b']) {
      const transaction = ledger.open({ id: tenant, tenant, reference: 'r', card });
      ledger.post(transaction, { atMs, kind: 'authorise', amountYen: 8_000, code: 'OK', serviceUs: 1 });
    }
    const other = createIssuers();
    other.state.load(JSON.parse(JSON.stringify(issuers.state.save())));
    const ask = (tenant: string) =>
      other.ask({ tenant, card, amountYen: 5_000, transaction: null, atMs: atMs + 1 }).approved;
    expect([ask('a'), ask('b')]).toEqual([false, false]);
    other.state.reset('a');
    expect([ask('a'), ask('b')]).toEqual([true, false]);
  });
});
