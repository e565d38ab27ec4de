import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Entry, type EntryKind, post, transferOf } from '../../../gateway/ledger/ledger.ts';
import { openSqliteStore } from '../../../gateway/store/sqlite.ts';

const entry = (kind: EntryKind, amountYen = 1000, ordinal?: string): Entry => ({
  kind,
  chargeId: 'ch_1',
  merchantId: 'shop',
  acquirer: 'escott',
  amountYen,
  atMs: 7,
  ordinal,
});

/** What each account stands at after these entries, debits minus credits; accounts at 0 are left out. */
const fold = (entries: readonly Entry[]): Record<string, number> => {
  const balances = new Map<string, number>();
  for (const { debit, credit, amount } of entries.map(transferOf)) {
    balances.set(debit, (balances.get(debit) ?? 0) + amount);
    balances.set(credit, (balances.get(credit) ?? 0) - amount);
  }
  return Object.fromEntries([...balances].filter(([, balance]) => balance !== 0));
};

const sale = [entry('intend'), entry('authorise'), entry('release'), entry('capture')];

describe('the ledger', () => {
  it.each<[string, Entry[], Record<string, number>]>([
    ['asked for', [entry('intend')], { 'suspense:shop': 1000, commitments: -1000 }],
    ['declined', [entry('intend'), entry('abandon')], {}],
    ['held', [entry('intend'), entry('authorise')], { 'authorised:shop': 1000, commitments: -1000 }],
    ['released', [entry('intend'), entry('authorise'), entry('release')], {}],
    [
      'captured in part',
      [entry('intend'), entry('authorise'), entry('release'), entry('capture', 700)],
      { 'receivable:escott': 700, 'payable:shop': -700 },
    ],
    ['captured and given back in two steps', [...sale, entry('refund', 400, 'a'), entry('refund', 600, 'b')], {}],
  ])('stands right when a payment is %s', (_, entries, balances) => {
    expect(fold(entries)).toEqual(balances);
  });

  it('adds up to nothing whatever is written', () => {
    const kinds: EntryKind[] = ['intend', 'abandon', 'authorise', 'release', 'capture', 'refund'];
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...kinds), fc.integer({ min: 1, max: 9_999_999 }))), (drawn) => {
        const balances = fold(drawn.map(([kind, yen]) => entry(kind, yen)));
        expect(Object.values(balances).reduce((sum, balance) => sum + balance, 0)).toBe(0);
      }),
      { seed: 1 },
    );
  });

  it('names an entry by charge and kind, so that the same one written twice shows', () => {
    const ids = [...sale, entry('refund', 10, 'a'), entry('refund', 10, 'b')].map((one) => transferOf(one).id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(transferOf(entry('capture')).id).toBe(transferOf(entry('capture', 1)).id);
    expect(transferOf(entry('refund', 10, 'b')).id).toBe(transferOf(entry('refund', 20, 'b')).id);
  });

  it('writes nothing for nothing', async () => {
    const store = openSqliteStore({ location: ':memory:' });
    await store.unit((tx) => post(tx, [entry('capture', 0)]));
    expect([...store.inspect('select * from transfers')]).toEqual([]);
    store.close();
  });
});
