/**
 * What survives a restart under `--state DIR`: one small database for the sandbox itself (worlds, clocks,
 * the acquirers' snapshots), and beside it each world's gateway store and status page.
 */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Entropy } from '../../gateway/ports.ts';
import { openJsonFilePageStore, type PageStore } from '../../gateway/status-page/app.ts';
import { type AcquirerId, acquirerIds, type WorldFacts, type WorldMemory } from './world.ts';

/** A world as it was kept. */
export interface KeptWorld {
  readonly facts: WorldFacts;
  readonly createdMs: number;
  readonly usedMs: number;
}

export interface State {
  /** Nothing is kept: what would be need not be put together. */
  readonly forgets: boolean;
  /** What all keys follow from; made at the first start. */
  readonly secret: Uint8Array;
  /** SQLite location of a world's gateway. */
  location(id: string): string;
  worlds(): readonly KeptWorld[];
  add(world: KeptWorld): void;
  remove(id: string): void;
  memoryOf(id: string): WorldMemory;
  /** Keeps what a world is now. */
  keep(id: string, usedMs: number, memory: WorldMemory): void;
  /** Undefined: the status page need not outlive the process. */
  pageStore(id: string): PageStore | undefined;
  close(): void;
}

/** The folder cannot be used; one line that says why. */
export class StateError extends Error {
  override readonly name = 'StateError';
}

/** Everything is forgotten with the process. */
export const forgetfulState = (entropy: Entropy): State => ({
  forgets: true,
  secret: entropy.bytes(32, 'sandbox/secret'),
  location: () => ':memory:',
  worlds: () => [],
  add: () => undefined,
  remove: () => undefined,
  memoryOf: () => ({ aheadMs: 0, snapshots: {} }),
  keep: () => undefined,
  pageStore: () => undefined,
  close: () => undefined,
});

const tables = `
create table if not exists settings (name text primary key, value text not null);
create table if not exists worlds (id text primary key, facts text not null, created_ms integer not null,
  used_ms integer not null, ahead_ms integer not null);
create table if not exists snapshots (world text not null, acquirer text not null, body text not null,
  primary key (world, acquirer));
`;

/** More than a version this program knows has been here. */
const version = '1';

const openDatabase = (file: string): DatabaseSync => {
  const db = new DatabaseSync(file);
  try {
    // Two sandboxes on one folder would each overwrite what the other remembers.
    db.exec('pragma locking_mode = exclusive');
    db.exec('pragma journal_mode = wal');
    db.exec('begin immediate');
    db.exec(tables);
    db.exec('commit');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
};

/** Opens the folder, making it when it is not there. @throws StateError */
export const openState = (folder: string, entropy: Entropy): State => {
  const refuse = (error: unknown): never => {
    const reason = error instanceof Error ? error.message : String(error);
    const busy = reason.includes('locked') ? 'another sandbox uses it' : reason;
    throw new StateError(`--state ${folder}: ${busy}`);
  };
  const open = (): DatabaseSync => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return openDatabase(path.join(folder, 'sandbox.sqlite'));
  };
  let db: DatabaseSync;
  try {
    db = open();
  } catch (error) {
    return refuse(error);
  }
  const setting = db.prepare('select value from settings where name = ?');
  const set = db.prepare('insert into settings values (?, ?) on conflict do nothing');
  const settingOr = (name: string, make: () => string): string => {
    const kept = setting.get(name)?.value;
    if (typeof kept === 'string') return kept;
    const value = make();
    set.run(name, value);
    return value;
  };
  const kept = settingOr('version', () => version);
  if (kept !== version) return refuse(new Error(`was written by version ${kept}, this one reads ${version}`));
  const secret = Buffer.from(
    settingOr('secret', () => Buffer.from(entropy.bytes(32, 'sandbox/secret')).toString('hex')),
    'hex',
  );
  const location = (id: string): string => path.join(folder, `${id}.sqlite`);
  const pageFile = (id: string): string => path.join(folder, `${id}.status.json`);

  return {
    forgets: false,
    secret: new Uint8Array(secret),
    location,
    worlds: () =>
      db
        .prepare('select facts, created_ms, used_ms from worlds order by created_ms, id')
        .all()
        .map((row) => ({
          facts: JSON.parse(String(row.facts)) as WorldFacts,
          createdMs: Number(row.created_ms),
          usedMs: Number(row.used_ms),
        })),
    add({ facts, createdMs, usedMs }) {
      db.prepare('insert into worlds values (?, ?, ?, ?, 0) on conflict do nothing').run(
        facts.identity.id,
        JSON.stringify(facts),
        createdMs,
        usedMs,
      );
    },
    remove(id) {
      db.prepare('delete from snapshots where world = ?').run(id);
      db.prepare('delete from worlds where id = ?').run(id);
      const files = ['', '-wal', '-shm'].map((suffix) => `${location(id)}${suffix}`);
      for (const file of [...files, pageFile(id)]) rmSync(file, { force: true });
    },
    memoryOf(id) {
      const row = db.prepare('select ahead_ms from worlds where id = ?').get(id);
      const snapshots: Partial<Record<AcquirerId, string>> = {};
      for (const which of acquirerIds) {
        const saved = db.prepare('select body from snapshots where world = ? and acquirer = ?').get(id, which);
        if (typeof saved?.body === 'string') snapshots[which] = saved.body;
      }
      return { aheadMs: Number(row?.ahead_ms ?? 0), snapshots };
    },
    keep(id, usedMs, { aheadMs, snapshots }) {
      db.exec('begin immediate');
      db.prepare('update worlds set used_ms = ?, ahead_ms = ? where id = ?').run(usedMs, aheadMs, id);
      const write = db.prepare(
        'insert into snapshots values (?, ?, ?) on conflict (world, acquirer) do update set body = excluded.body',
      );
      for (const [which, body] of Object.entries(snapshots)) write.run(id, which, body);
      db.exec('commit');
    },
    pageStore: (id) => openJsonFilePageStore(pageFile(id)),
    close: () => db.close(),
  };
};
