import { afterEach, describe, expect, it } from 'vitest';
import type { BreakerStatus } from '../../../gateway/breaker/breaker.ts';
import { createIncidents } from '../../../gateway/incidents/service.ts';
import type { LogFields, Store } from '../../../gateway/ports.ts';
import type { AfterAction, IncidentView } from '../../../gateway/status-page/facts.ts';
import { openSqliteStore, type SqliteStore } from '../../../gateway/store/sqlite.ts';
import { createManualClock, type ManualClock } from '../manual-clock.ts';
import { detectorPolicy, incidentsPolicy } from './rules.ts';

const minute = 60_000;
const stores: SqliteStore[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
});

const createInstance = (clock: ManualClock, store: Store, instanceId: string, lookEveryMs: number | null) => {
  const published: { readonly instanceId: string; readonly atMs: number; readonly view: IncidentView }[] = [];
  const notified: string[] = [];
  const records: AfterAction[] = [];
  const logged: LogFields[] = [];
  let breakers: BreakerStatus = 'closed';
  const incidents = createIncidents({
    clock,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: (fields) => logged.push(fields) },
    policy: { incidents: incidentsPolicy(), detector: detectorPolicy() },
    evidence: () => ({ breakers, unknownsOpen: 0 }),
    publish: (view) => published.push({ instanceId, atMs: clock.monotonicMs(), view }),
    publishRecord: (record) => records.push(record),
    notifyAffected: async (_view, merchantIds) => {
      notified.push(...merchantIds);
      return [];
    },
    keep: { store, instanceId, lookEveryMs },
  });
  const breaker = (to: BreakerStatus): void => {
    breakers = to;
    incidents.breakerChanged({ acquirer: 'escott', to });
  };
  const outcomes = (count: number, result: 'ok' | 'failure', merchantId = `${instanceId}-shop`): void => {
    for (let index = 0; index < count; index += 1)
      incidents.outcome({
        component: 'create_charge',
        acquirer: 'escott',
        merchantId: `${merchantId}-${index % 7}`,
        result,
      });
  };
  return { incidents, breaker, outcomes, published, notified, records, logged };
};

const createWorld = async (lookEveryMs: number | null = 5_000) => {
  const clock = createManualClock();
  const store = openSqliteStore({ location: ':memory:' });
  stores.push(store);
  /** Time passes, and the store answers. */
  const pass = async (durationMs: number): Promise<void> => {
    for (let leftMs = durationMs; leftMs > 0; leftMs -= 1_000) {
      await clock.run(Math.min(leftMs, 1_000));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const rows = async (): Promise<{ id: string; open: number; lease_owner: string }[]> =>
    store.read((tx) =>
      tx.all({ sql: 'select id, open, lease_owner from incidents order by created_ms', parameters: [] }, {}),
    );
  return { clock, store, pass, rows, instance: (id: string) => createInstance(clock, store, id, lookEveryMs) };
};

describe('several instances on one store', () => {
  it('have one incident, of which one speaks, and tell every merchant that any of them saw hurt', async () => {
    const world = await createWorld();
    const [a, b] = [world.instance('a'), world.instance('b')];
    await a.incidents.start();
    await b.incidents.start();
    for (const one of [a, b]) one.outcomes(10, 'failure');
    for (const one of [a, b]) one.breaker('open');
    await world.pass(minute);
    expect(await world.rows()).toMatchObject([{ open: 1 }]);
    const speakers = new Set([...a.published, ...b.published].map(({ instanceId }) => instanceId));
    expect(speakers).toEqual(new Set(['a']));
    expect(new Set(a.notified)).toEqual(
      new Set(['a', 'b'].flatMap((id) => Array.from({ length: 7 }, (_, index) => `${id}-shop-${index}`))),
    );
    expect(b.notified).toEqual([]);
    expect(b.incidents.open()).toMatchObject([{ id: a.incidents.open()[0]?.id, role: 'follower' }]);
  });

  it('resolve it only when it is good at all of them', async () => {
    const world = await createWorld();
    const [a, b] = [world.instance('a'), world.instance('b')];
    await a.incidents.start();
    await b.incidents.start();
    for (const one of [a, b]) one.outcomes(10, 'failure');
    for (const one of [a, b]) one.breaker('open');
    await world.pass(5 * minute);
    a.breaker('closed');
    await world.pass(60 * minute);
    expect(a.published.at(-1)?.view.stage).toBe('identified');
    b.breaker('closed');
    await world.pass(32 * minute);
    expect(a.published.at(-1)?.view.stage).toBe('resolved');
    expect(await world.rows()).toMatchObject([{ open: 0 }]);
    expect(b.incidents.open()).toEqual([]);
    expect(a.records[0]?.operations).toEqual([{ component: 'create_charge', attempted: 20, failed: 20 }]);
    expect(a.records[0]?.merchantsAffected).toBe(14);
  });

  it('go on where a dead one stopped, within its lease and a look', async () => {
    const world = await createWorld();
    const [a, b] = [world.instance('a'), world.instance('b')];
    await a.incidents.start();
    await b.incidents.start();
    a.outcomes(10, 'failure');
    a.breaker('open');
    await world.pass(minute);
    const before = a.published.length;
    expect(before).toBeGreaterThan(0);
    a.incidents.close();
    await world.pass(minute);
    expect(b.incidents.open()).toMatchObject([{ role: 'holder', public: true, merchantsTold: 7 }]);
    await world.pass(40 * minute);
    expect(a.published).toHaveLength(before);
    expect(b.published.map(({ view }) => view.id)).toContain(a.published[0]?.view.id);
    expect(b.published.at(-1)?.view).toMatchObject({
      stage: 'resolved',
      startedAtMs: a.published[0]?.view.startedAtMs,
    });
    expect(new Set(b.notified)).toEqual(new Set(a.notified));
  });

  it('hand it to the one at which an operator writes', async () => {
    const world = await createWorld();
    const [a, b] = [world.instance('a'), world.instance('b')];
    await a.incidents.start();
    await b.incidents.start();
    a.outcomes(10, 'failure');
    a.breaker('open');
    await world.pass(minute);
    const id = a.incidents.open()[0]?.id ?? '';
    const writing = b.incidents.write(id, { text: { en: 'We talk to them.', ja: '先方と確認しています。' } });
    await world.pass(10_000);
    expect(await writing).toMatchObject({ done: 'written' });
    await world.pass(30_000);
    expect(await world.rows()).toMatchObject([{ lease_owner: 'b' }]);
    expect([a, b].map((one) => one.incidents.open()[0]?.role)).toEqual(['follower', 'holder']);
    expect(b.published.at(-1)?.view.updates.at(-1)?.text.en).toBe('We talk to them.');
  });
});

describe('an instance that is started again', () => {
  it('goes on with its incident, keeps its updates, and waits anew before it calls it good', async () => {
    const world = await createWorld(null);
    const a = world.instance('a');
    await a.incidents.start();
    a.outcomes(10, 'failure');
    a.breaker('open');
    await world.pass(2 * minute);
    a.incidents.close();
    await world.pass(minute);
    const again = world.instance('a');
    await again.incidents.start();
    expect(again.incidents.open()).toMatchObject([{ id: a.published[0]?.view.id, public: true, stage: 'identified' }]);
    await world.pass(14 * minute);
    expect(again.published.map(({ view }) => view.stage)).toEqual([]);
    await world.pass(17 * minute);
    expect(again.published.map(({ view }) => view.stage)).toEqual(['monitoring', 'resolved']);
    expect(again.published.at(-1)?.view.updates[0]).toEqual(a.published[0]?.view.updates[0]);
    expect(again.records).toHaveLength(1);
  });
});

describe('a store that is gone', () => {
  it('keeps nobody from speaking', async () => {
    const clock = createManualClock();
    const gone = () => Promise.reject(new Error('database lost'));
    const a = createInstance(clock, { unit: gone, read: gone }, 'a', null);
    await a.incidents.start();
    for (let index = 0; index < 20; index += 1) {
      await clock.run(200);
      a.incidents.outcome({ component: 'api', acquirer: '-', merchantId: `shop-${index}`, result: 'failure' });
    }
    for (let second = 0; second < 20; second += 1) {
      await clock.run(1_000);
      a.incidents.outcome({ component: 'api', acquirer: '-', merchantId: 'shop-1', result: 'failure' });
    }
    expect(a.published[0]?.view).toMatchObject({ components: ['api'], stage: 'investigating' });
    expect(a.published[0]?.atMs).toBeLessThan(minute);
    expect(a.logged.some(({ event }) => event === 'incident.unsaved')).toBe(true);
  });
});
