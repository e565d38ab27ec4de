/** What is read at the moment of asking: breakers from memory, what waits from the store. */
import type { Query, Store } from '../ports.ts';
import { query } from '../store/query.ts';

export interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly values: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}
export type Gauges = readonly Gauge[];

interface Grouped {
  readonly name: string;
  readonly count: number;
}

const deferredOpen: Query<Record<string, never>, Grouped> = query((db) =>
  db
    .selectFrom('charges')
    .select((select) => ['pending_type as name', select.fn.countAll<number>().as('count')])
    .where('pending_type', 'is not', null)
    .where('state', '!=', 'unknown')
    .groupBy('pending_type'),
);
const deliveriesOpen: Query<Record<string, never>, Grouped> = query((db) =>
  db
    .selectFrom('deliveries')
    .select((select) => ['state as name', select.fn.countAll<number>().as('count')])
    .where('state', 'in', ['waiting', 'dead'])
    .groupBy('state'),
);

export interface GaugeDeps {
  readonly store: Store;
  readonly acquirers: readonly string[];
  readonly breaker: (acquirer: string) => 'closed' | 'ramp' | 'open';
  readonly unknownsOpen: (acquirer: string) => number;
  readonly shared: () => 'alone' | 'shared' | 'lost';
  /** Merchants that abuse control holds back, by level. */
  readonly held: () => readonly { readonly level: string }[];
}

const breakerStates = ['closed', 'ramp', 'open'] as const;

/** @throws what the store throws when it cannot be read */
export const readGauges = async (deps: GaugeDeps): Promise<Gauges> => {
  const { store, acquirers, breaker, unknownsOpen, shared, held } = deps;
  const [deferred, deliveries] = await store.read(async (tx) => [
    await tx.all(deferredOpen, {}),
    await tx.all(deliveriesOpen, {}),
  ]);
  const countOf = (rows: readonly Grouped[], name: string): number =>
    Number(rows.find((row) => row.name === name)?.count ?? 0);
  return [
    {
      name: 'breakwater_breaker_state',
      help: 'The worst breaker of an acquirer: 1 at the state it is in.',
      values: acquirers.flatMap((acquirer) => {
        const now = breaker(acquirer);
        return breakerStates.map((state) => ({ labels: { acquirer, state }, value: state === now ? 1 : 0 }));
      }),
    },
    {
      name: 'breakwater_unknowns_open',
      help: 'Payments whose outcome at this acquirer nobody knows yet.',
      values: acquirers.map((acquirer) => ({ labels: { acquirer }, value: unknownsOpen(acquirer) })),
    },
    {
      name: 'breakwater_shared_store_lost',
      help: 'The shared store of limits is away: this instance gives its share of each limit.',
      values: [{ labels: {}, value: shared() === 'lost' ? 1 : 0 }],
    },
    {
      name: 'breakwater_merchants_held',
      help: 'Merchants that abuse control has told, throttled, paused, or is lifting by ramp.',
      values: ['told', 'throttled', 'paused', 'ramping'].map((level) => ({
        labels: { level },
        value: held().filter((merchant) => merchant.level === level).length,
      })),
    },
    {
      name: 'breakwater_deferred_open',
      help: 'Captures, refunds and voids accepted and not finished.',
      values: ['capture', 'refund', 'void'].map((type) => ({ labels: { type }, value: countOf(deferred!, type) })),
    },
    {
      name: 'breakwater_deliveries_open',
      help: 'Webhooks and notices that wait, and those that were given up.',
      values: ['waiting', 'dead'].map((state) => ({ labels: { state }, value: countOf(deliveries!, state) })),
    },
  ];
};
