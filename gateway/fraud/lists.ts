/**
 * Who is always let through, and who never: said by people, kept in the store, asked from memory. Deny wins over
 * allow. Another instance hears of a change when it next looks.
 */
import { newId } from '../ids.ts';
import type { Entropy, Store } from '../ports.ts';
import type { FraudListRow } from '../store/database.ts';
import { networkOf } from './address.ts';
import { allListed, insertListed, removeListed } from './store.ts';

export const listKinds = ['card', 'address', 'network', 'email', 'merchant'] as const;
export type ListKind = (typeof listKinds)[number];

export interface NewListed {
  readonly list: 'allow' | 'deny';
  readonly kind: ListKind;
  /** A card by its fingerprint; a network as `192.0.2.0/24` or `2001:db8:1::/48`. */
  readonly value: string;
  readonly reason: string;
  /** Wall time; null: until it is removed. */
  readonly untilMs: number | null;
}

export interface Listable {
  readonly card: string;
  readonly address: string | null;
  readonly email: string | null;
  readonly merchantId: string;
}

export const listsMax = 10_000;

export interface Lists {
  load(): Promise<void>;
  /** Null: nobody said anything about it. */
  find(about: Listable, wallMs: number): 'allow' | 'deny' | null;
  /** Null: the lists are full. */
  add(entry: NewListed): Promise<FraudListRow | null>;
  remove(id: string): Promise<boolean>;
  all(): readonly FraudListRow[];
}

export const createLists = ({
  store,
  entropy,
  wallMs,
}: {
  readonly store: Store;
  readonly entropy: Entropy;
  readonly wallMs: () => number;
}): Lists => {
  let rows: readonly FraudListRow[] = [];
  let byKey = new Map<string, FraudListRow[]>();

  const take = (next: readonly FraudListRow[]): void => {
    rows = next;
    byKey = Map.groupBy(next, ({ kind, value }) => `${kind}/${value}`);
  };
  const load = async (): Promise<void> => take(await store.read((tx) => tx.all(allListed, {})));

  return {
    load,
    all: () => rows,
    find({ card, address, email, merchantId }, nowMs) {
      // Nearly always.
      if (rows.length === 0) return null;
      let verdict: 'allow' | 'deny' | null = null;
      const ask = (kind: ListKind, value: string | null): void => {
        if (value === null) return;
        for (const { list, until_ms } of byKey.get(`${kind}/${value}`) ?? [])
          if (until_ms === null || until_ms > nowMs) verdict = list === 'deny' ? 'deny' : (verdict ?? 'allow');
      };
      ask('card', card);
      ask('address', address);
      ask('network', address === null ? null : networkOf(address));
      ask('email', email);
      ask('merchant', merchantId);
      return verdict;
    },
    async add({ list, kind, value, reason, untilMs }) {
      if (rows.length >= listsMax) return null;
      const row: FraudListRow = {
        id: newId(entropy, 'fl_', `${list}/${kind}/${value}`),
        list,
        kind,
        value,
        reason,
        created_ms: wallMs(),
        until_ms: untilMs,
      };
      await store.unit((tx) => tx.run(insertListed, row));
      await load();
      return row;
    },
    async remove(id) {
      const removed = await store.unit((tx) => tx.run(removeListed, { id }));
      await load();
      return removed > 0;
    },
  };
};
