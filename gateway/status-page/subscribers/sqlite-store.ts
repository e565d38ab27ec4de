/** Subscribers in a SQLite file beside the page's memory, for a page that runs alone. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import type { SubscriberStore, Told } from './store.ts';
import type { Subscriber } from './subscriber.ts';

const tables = `
create table if not exists subscribers (
  id text primary key, channel text not null, target text not null, lang text not null, state text not null,
  asked_ms integer not null, failures integer not null, unique (channel, target)
) strict;
create table if not exists told (
  topic text not null, subscriber text not null references subscribers (id) on delete cascade,
  version integer not null, published_ms integer not null, told_ms integer not null,
  primary key (topic, subscriber)
) strict, without rowid;
`;

type Row = Readonly<Record<string, SQLOutputValue>>;

const subscriberOf = (row: Row): Subscriber => ({
  id: String(row.id),
  channel: row.channel === 'webhook' ? 'webhook' : 'mail',
  target: String(row.target),
  lang: row.lang === 'en' ? 'en' : 'ja',
  state: row.state === 'confirmed' || row.state === 'bounced' ? row.state : 'asked',
  askedAtMs: Number(row.asked_ms),
  failures: Number(row.failures),
});

const toldOf = (row: Row): Told => ({
  subscriber: String(row.subscriber),
  topic: String(row.topic),
  version: Number(row.version),
  publishedAtMs: Number(row.published_ms),
  toldAtMs: Number(row.told_ms),
});

/** Opens or creates the file; `:memory:` for none. */
export const openSqliteSubscriberStore = (path: string): SubscriberStore & { close(): void } => {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true });
  const db = new DatabaseSync(path);
  // A receipt that is lost with the machine costs one letter twice; a sync for each would cost the broadcast.
  db.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on;');
  db.exec(tables);
  const find = db.prepare('select * from subscribers where id = ?');
  const findTarget = db.prepare('select * from subscribers where channel = ? and target = ?');
  const put = db.prepare(
    `insert into subscribers (id, channel, target, lang, state, asked_ms, failures) values (?, ?, ?, ?, ?, ?, ?)
     on conflict (id) do update set lang = excluded.lang, state = excluded.state, asked_ms = excluded.asked_ms,
     failures = excluded.failures`,
  );
  const remove = db.prepare('delete from subscribers where id = ?');
  const count = db.prepare('select state, count(*) as n from subscribers group by state');
  const forget = db.prepare(`delete from subscribers where state = 'asked' and asked_ms < ?`);
  const waiting = db.prepare(
    `select * from subscribers where state = 'confirmed' and not exists
     (select 1 from told where topic = ? and subscriber = id and version >= ?)
     order by failures, asked_ms, id`,
  );
  const told = db.prepare(
    `insert into told (topic, subscriber, version, published_ms, told_ms) values (?, ?, ?, ?, ?)
     on conflict (topic, subscriber) do update set version = excluded.version,
     published_ms = excluded.published_ms, told_ms = excluded.told_ms`,
  );
  const toldAbout = db.prepare('select * from told where topic = ?');
  const one = (row: Row | undefined): Subscriber | undefined => (row === undefined ? undefined : subscriberOf(row));
  return {
    find: (id) => one(find.get(id)),
    findTarget: (channel, target) => one(findTarget.get(channel, target)),
    put: ({ id, channel, target, lang, state, askedAtMs, failures }) =>
      void put.run(id, channel, target, lang, state, askedAtMs, failures),
    remove: (id) => void remove.run(id),
    count() {
      const counts = { asked: 0, confirmed: 0, bounced: 0 };
      for (const row of count.all()) counts[row.state as keyof typeof counts] = Number(row.n);
      return counts;
    },
    forgetAskedBefore: (wallMs) => void forget.run(wallMs),
    waiting: (topic, version) => waiting.all(topic, version).map(subscriberOf),
    told: ({ topic, subscriber, version, publishedAtMs, toldAtMs }) =>
      void told.run(topic, subscriber, version, publishedAtMs, toldAtMs),
    toldOf: (topic) => toldAbout.all(topic).map(toldOf),
    close: () => db.close(),
  };
};
