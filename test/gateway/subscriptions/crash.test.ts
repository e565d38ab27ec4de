/**
 * The gateway dies at every point at which it can while a subscription begins, is renewed and is
 * ended with a refund. It comes back, and every cycle is paid once.
 */
import { describe, expect, it } from 'vitest';
import { type Audited, audited, violationsOf } from '../audited.ts';
import { disagreements } from '../books.ts';
import { openShop, type Shop, type Told, type World } from '../world.ts';

type Opened = World & { readonly shop: Shop; readonly auditor: Audited };

const startWallMs = Date.parse('2017-01-10T10:00:00+09:00');
const hourMs = 3_600_000;

/** Asks until something definite is said, under one key, as a careful server would. */
const insist = async (world: Opened, ask: () => Promise<Told>): Promise<Told | null> => {
  for (let tries = 0; tries < 200; tries += 1) {
    try {
      const told = await ask();
      if (told.status < 500 && told.status !== 409) return told;
      if (told.status === 500 && told.outcome === null) return told;
    } catch {
      // The gateway died with the question.
    }
    await world.stage.clock.sleep(5_000);
  }
  return null;
};

const restarting = (world: Opened): void => {
  world.stage.spawnTask(
    'the machine that restarts it',
    async () => {
      for (;;) {
        await world.stage.clock.sleep(2_000);
        if (world.gateway.state === 'killed') await world.gateway.start();
      }
    },
    { daemon: true },
  );
};

const opened = async (adopt: boolean): Promise<Opened> => {
  const world = await openShop({
    startWallMs,
    adjust: (policy) => ({
      ...policy,
      settling: { ...policy.settling, unknownApproved: adopt ? 'adopt' : 'void' },
    }),
  });
  await world.play(async () => {
    await world.shop.post('/v1/plans', { id: 'monthly', amount: 1200, currency: 'jpy', interval: 'month' });
    await world.shop.post('/v1/customers', { id: 'taro', card: await world.shop.token() });
  });
  return { ...world, auditor: audited(world, startWallMs) };
};

interface Played {
  readonly points: number;
  readonly faults: string[];
}

/** Creation: the shop insists under its key. */
const creation = async (adopt: boolean, nth: number): Promise<Played> => {
  const world = await opened(adopt);
  restarting(world);
  const before = world.gateway.crashPoints;
  if (nth > 0) world.gateway.crashAt(before + nth);
  const told = await world.play(() =>
    insist(world, () => world.shop.post('/v1/subscriptions', { customer: 'taro', plan: 'monthly' }, { key: 'begin' })),
  );
  const points = world.gateway.crashPoints - before;
  await world.pass(3 * hourMs);
  world.gateway.crashAt(0);
  const faults = [...(await disagreements(world)), ...violationsOf(await world.auditor.audit())];
  const { json } = await world.play(() => world.shop.get('/v1/subscriptions'));
  const paid = world.rows("select id from charges where state = 'captured'").length;
  if (json.count !== paid) faults.push(`${json.count} subscriptions for ${paid} payments`);
  if (told?.status === 200 && paid !== 1) faults.push(`told to be subscribed, ${paid} payments`);
  if (told === null) faults.push('never told anything definite');
  if (told !== null && told.status >= 400 && paid > 0) faults.push(`told ${told.status} and paid`);
  return { points, faults };
};

/** Renewal: nobody waits for it. */
const renewal = async (adopt: boolean, nth: number): Promise<Played> => {
  const world = await opened(adopt);
  const id = await world.play(
    async () => (await world.shop.post('/v1/subscriptions', { customer: 'taro', plan: 'monthly' })).json.id as string,
  );
  const due = Date.parse('2017-02-10T10:00:00+09:00') - startWallMs;
  await world.pass(due - 60_000 - world.stage.nowMs());
  restarting(world);
  const before = world.gateway.crashPoints;
  if (nth > 0) world.gateway.crashAt(before + nth);
  await world.pass(10 * 60_000);
  const points = world.gateway.crashPoints - before;
  await world.pass(3 * hourMs);
  world.gateway.crashAt(0);
  const faults = [...(await disagreements(world)), ...violationsOf(await world.auditor.audit())];
  const { json } = await world.play(() => world.shop.get(`/v1/subscriptions/${id}`));
  const paid = world.rows("select id from charges where state = 'captured'").length;
  if (paid !== 2) faults.push(`${paid} payments for two cycles`);
  if (json.current_period_start !== (startWallMs + due) / 1000) faults.push(`stands at ${json.current_period_start}`);
  const renewed = world.rows("select id from events where type = 'subscription.renewed'").length;
  if (renewed !== 1) faults.push(`renewed ${renewed} times by its events`);
  return { points, faults };
};

/** Its end: half of what was paid is given back, once. */
const ending = async (adopt: boolean, nth: number): Promise<Played> => {
  const world = await opened(adopt);
  const id = await world.play(
    async () => (await world.shop.post('/v1/subscriptions', { customer: 'taro', plan: 'monthly' })).json.id as string,
  );
  restarting(world);
  const before = world.gateway.crashPoints;
  if (nth > 0) world.gateway.crashAt(before + nth);
  const told = await world.play(() => insist(world, () => world.shop.delete(`/v1/subscriptions/${id}?prorate=true`)));
  const points = world.gateway.crashPoints - before;
  await world.pass(3 * hourMs);
  world.gateway.crashAt(0);
  const faults = [...(await disagreements(world)), ...violationsOf(await world.auditor.audit())];
  const refunds = world.rows("select amount from transfers where kind = 'refund'");
  if (refunds.length !== 1) faults.push(`${refunds.length} refunds`);
  if (told?.status !== 200 && told?.status !== 404) faults.push(`told ${told?.status}: ${told?.text}`);
  if (world.rows('select id from subscriptions where deleted_ms is null').length > 0) faults.push('still there');
  return { points, faults };
};

describe.each([
  { name: 'begins', play: creation },
  { name: 'is renewed', play: renewal },
  { name: 'ends with a refund', play: ending },
])('a subscription that $name', ({ play }) => {
  it.each([
    { found: 'adopted', adopt: true },
    { found: 'voided', adopt: false },
  ])('is paid once whatever moment the gateway dies at, what is found being $found', async ({ adopt }) => {
    const { points, faults } = await play(adopt, 0);
    expect(faults).toEqual([]);
    expect(points).toBeGreaterThan(5);
    const found: string[] = [];
    for (let nth = 1; nth <= points; nth += 1)
      for (const fault of (await play(adopt, nth)).faults) found.push(`point ${nth} of ${points}: ${fault}`);
    expect(found).toEqual([]);
  });
});
