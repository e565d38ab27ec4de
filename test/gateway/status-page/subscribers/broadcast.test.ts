import { describe, expect, it } from 'vitest';
import type { LogFields, Posted } from '../../../../gateway/ports.ts';
import { type BroadcastSettings, createBroadcast } from '../../../../gateway/status-page/subscribers/broadcast.ts';
import type { Publication } from '../../../../gateway/status-page/subscribers/publication.ts';
import { SubscriptionSettings } from '../../../../gateway/status-page/subscribers/settings.ts';
import { createMemorySubscriberStore } from '../../../../gateway/status-page/subscribers/store.ts';
import { createManualClock } from '../../manual-clock.ts';

const settings: BroadcastSettings = SubscriptionSettings.parse({
  linkKey: 'a-key-of-at-least-32-characters-for-tests',
  from: 'status@status.test',
});
const timeoutMs = 10_000;

const publication = (version: number, atMs: number): Publication => ({
  topic: 'inc-1',
  version,
  publishedAtMs: atMs,
  path: '/incidents/inc-1',
  stage: 'investigating',
  title: { ja: '障害', en: 'Incident' },
  text: { ja: '調査中', en: 'Investigating' },
});

/** `how` says what becomes of one try, and after how long. */
const openWorld = (subscribers: number, how: (id: string, tries: number) => { after: number; posted: Posted }) => {
  const clock = createManualClock();
  const store = createMemorySubscriberStore();
  for (let n = 0; n < subscribers; n += 1)
    store.put({
      id: `s${n}`,
      channel: n % 2 === 0 ? 'mail' : 'webhook',
      target: `s${n}`,
      lang: 'ja',
      state: 'confirmed',
      askedAtMs: n,
      failures: 0,
    });
  const tries = new Map<string, number>();
  const heard: { id: string; version: number; atMs: number }[] = [];
  const log: LogFields[] = [];
  const note = (fields: LogFields): void => void log.push(fields);
  let underWay = 0;
  let mostUnderWay = 0;
  const broadcast = createBroadcast({
    clock,
    log: { debug: note, info: note, warn: note, error: note },
    store,
    settings,
    async tell({ id }, { version }) {
      const nth = (tries.get(id) ?? 0) + 1;
      tries.set(id, nth);
      underWay += 1;
      mostUnderWay = Math.max(mostUnderWay, underWay);
      const { after, posted } = how(id, nth);
      await clock.sleep(after);
      underWay -= 1;
      if (posted === 'taken') heard.push({ id, version, atMs: clock.wallMs() });
      return posted;
    },
  });
  return { clock, store, broadcast, heard, tries, log, most: () => mostUnderWay };
};

const isDead = (id: string): boolean => Number(id.slice(1)) % 20 === 7;

describe('telling every subscriber', () => {
  it('tells 10,000 of whom 5 % hang: the others within 7 s, at most 1,050 under way', async () => {
    const { clock, broadcast, heard, most, store } = openWorld(10_000, (id) =>
      isDead(id) ? { after: timeoutMs, posted: 'not_now' } : { after: 20, posted: 'taken' },
    );
    const fromMs = clock.wallMs();
    broadcast.publish(publication(1, fromMs));
    await clock.run(20_000);
    expect(heard).toHaveLength(9_500);
    expect(Math.max(...heard.map(({ atMs }) => atMs)) - fromMs).toBeLessThanOrEqual(7_000);
    expect(most()).toBeLessThanOrEqual(settings.quickMax + settings.slowMax);
    expect(store.waiting('inc-1', 1)).toHaveLength(500);
    broadcast.stop();
  });

  it('tells the next publication to the healthy in 4 s: the dead have a lane of their own by then', async () => {
    const { clock, broadcast, heard } = openWorld(10_000, (id) =>
      isDead(id) ? { after: timeoutMs, posted: 'not_now' } : { after: 20, posted: 'taken' },
    );
    broadcast.publish(publication(1, clock.wallMs()));
    await clock.run(60_000);
    const fromMs = clock.wallMs();
    broadcast.publish(publication(2, fromMs));
    await clock.run(20_000);
    const second = heard.filter(({ version }) => version === 2);
    expect(second).toHaveLength(9_500);
    expect(Math.max(...second.map(({ atMs }) => atMs)) - fromMs).toBeLessThanOrEqual(4_000);
    broadcast.stop();
  });

  it('tries again, and nobody hears the same twice', async () => {
    const { clock, broadcast, heard, tries, store } = openWorld(20, (id, nth) =>
      isDead(id) && nth < 3 ? { after: 5, posted: 'not_now' } : { after: 5, posted: 'taken' },
    );
    broadcast.publish(publication(1, clock.wallMs()));
    broadcast.publish(publication(1, clock.wallMs()));
    await clock.run(800_000);
    expect(heard.map(({ id }) => id).sort()).toEqual([...new Set(heard.map(({ id }) => id))].sort());
    expect(heard).toHaveLength(20);
    expect(tries.get('s7')).toBe(3);
    expect(store.find('s7')?.failures).toBe(0);
    expect(clock.pending()).toBe(0);
  });

  it('tells what is added within ten seconds together, and whoever was still waiting only the newest', async () => {
    const { clock, broadcast, heard } = openWorld(3, () => ({ after: 5, posted: 'taken' }));
    broadcast.publish(publication(1, clock.wallMs()));
    await clock.run(1_000);
    broadcast.publish(publication(2, clock.wallMs()));
    await clock.run(1_000);
    broadcast.publish(publication(3, clock.wallMs()));
    await clock.run(20_000);
    expect(heard.map(({ version }) => version)).toEqual([1, 1, 1, 3, 3, 3]);
  });

  it('stops writing to an address after three letters that came back for good', async () => {
    const { clock, broadcast, store, tries } = openWorld(1, () => ({ after: 5, posted: 'never' }));
    for (const version of [1, 2, 3, 4]) {
      broadcast.publish(publication(version, clock.wallMs()));
      await clock.run(1_000_000);
    }
    expect(store.find('s0')?.state).toBe('bounced');
    expect(tries.get('s0')).toBe(3);
  });

  it('does not tell whoever left meanwhile; stopped, it begins nothing and still writes down who was told', async () => {
    const { clock, broadcast, store, heard } = openWorld(200, () => ({ after: 100, posted: 'taken' }));
    broadcast.publish(publication(1, clock.wallMs()));
    store.remove('s99');
    await clock.run(150);
    broadcast.stop();
    await clock.run(10_000);
    expect(heard.some(({ id }) => id === 's99')).toBe(false);
    expect(store.toldOf('inc-1')).toHaveLength(heard.length);
    expect(heard.length).toBeLessThan(199);
    expect(clock.pending()).toBe(0);
  });
});
