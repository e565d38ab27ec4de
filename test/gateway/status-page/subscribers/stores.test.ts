import { describe, expect, it } from 'vitest';
import { openSqliteSubscriberStore } from '../../../../gateway/status-page/subscribers/sqlite-store.ts';
import { createMemorySubscriberStore } from '../../../../gateway/status-page/subscribers/store.ts';
import type { Subscriber } from '../../../../gateway/status-page/subscribers/subscriber.ts';

const subscriber = (id: string, more: Partial<Subscriber> = {}): Subscriber => ({
  id,
  channel: 'mail',
  target: `${id}@example.test`,
  lang: 'ja',
  state: 'confirmed',
  askedAtMs: 1_000,
  failures: 0,
  ...more,
});

describe.each([
  ['in memory', () => createMemorySubscriberStore()],
  ['in SQLite', () => openSqliteSubscriberStore(':memory:')],
])('a store of subscribers %s', (_name, open) => {
  it('finds somebody by id and by address, and replaces by id', () => {
    const store = open();
    store.put(subscriber('a'));
    store.put(subscriber('a', { state: 'bounced', failures: 60 }));
    expect(store.find('a')).toEqual(subscriber('a', { state: 'bounced', failures: 60 }));
    expect(store.findTarget('mail', 'a@example.test')?.id).toBe('a');
    expect(store.findTarget('webhook', 'a@example.test')).toBeUndefined();
    expect(store.count()).toEqual({ asked: 0, confirmed: 0, bounced: 1 });
  });

  it('names who was not told a version yet, the healthy ones first', () => {
    const store = open();
    store.put(subscriber('late', { askedAtMs: 3_000 }));
    store.put(subscriber('early'));
    store.put(subscriber('failing', { askedAtMs: 500, failures: 2 }));
    store.put(subscriber('unconfirmed', { state: 'asked' }));
    store.put(subscriber('told'));
    store.told({ subscriber: 'told', topic: 'inc-1', version: 2, publishedAtMs: 10, toldAtMs: 20 });
    store.told({ subscriber: 'early', topic: 'inc-1', version: 1, publishedAtMs: 10, toldAtMs: 20 });
    expect(store.waiting('inc-1', 2).map(({ id }) => id)).toEqual(['early', 'late', 'failing']);
    expect(store.waiting('inc-2', 1)).toHaveLength(4);
    expect(store.toldOf('inc-1')).toHaveLength(2);
  });

  it('forgets whoever leaves, with all that they were told', () => {
    const store = open();
    store.put(subscriber('a'));
    store.told({ subscriber: 'a', topic: 'inc-1', version: 1, publishedAtMs: 10, toldAtMs: 20 });
    store.remove('a');
    expect(store.find('a')).toBeUndefined();
    expect(store.toldOf('inc-1')).toEqual([]);
    store.put(subscriber('a'));
    expect(store.waiting('inc-1', 1).map(({ id }) => id)).toEqual(['a']);
  });

  it('forgets who asked long ago and never confirmed, and nobody else', () => {
    const store = open();
    store.put(subscriber('confirmed'));
    store.put(subscriber('asked', { state: 'asked' }));
    store.put(subscriber('fresh', { state: 'asked', askedAtMs: 9_000 }));
    store.forgetAskedBefore(5_000);
    expect(store.count()).toEqual({ asked: 1, confirmed: 1, bounced: 0 });
    expect(store.find('asked')).toBeUndefined();
  });
});
