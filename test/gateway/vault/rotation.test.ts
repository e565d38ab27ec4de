/** Rotations of the master key on a store of their own: records, walks, crashes, two instances. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openSqliteStore, type SqliteStore } from '../../../gateway/app.ts';
import { insertVault } from '../../../gateway/cards/store.ts';
import type { LogFields, MasterKeys } from '../../../gateway/ports.ts';
import { createLiveEntropy } from '../../../gateway/random.ts';
import { keyIdOf } from '../../../gateway/vault/keyring.ts';
import { createRotations, type Rotations } from '../../../gateway/vault/rotation.ts';
import { createVault, type Vault } from '../../../gateway/vault/vault.ts';
import { createManualClock } from '../manual-clock.ts';

const key = (name: string): Uint8Array => new Uint8Array(createHash('sha256').update(name).digest());
const idOf = (name: string): string => keyIdOf(key(name));
const entropy = createLiveEntropy();
/** All that can go on without time passing has gone on. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const panOf = (at: number): string => `4${String(at).padStart(15, '0')}`;

interface Site {
  readonly store: SqliteStore;
  readonly clock: ReturnType<typeof createManualClock>;
  readonly log: LogFields[];
  keys: MasterKeys;
  /** `kill`: nothing of it ever happens again, and nothing is given back. */
  instance(name: string, keys?: () => MasterKeys): { vault: Vault; rotations: Rotations; kill: () => void };
  put(vault: Vault, from: number, to: number): Promise<void>;
  records(): { id: string; sealed: string }[];
  pass(ms: number): Promise<void>;
}

const open = (): Site => {
  const store = openSqliteStore({ location: ':memory:' });
  const clock = createManualClock();
  const log: LogFields[] = [];
  const write = (fields: LogFields): void => void log.push(fields);
  const site: Site = {
    store,
    clock,
    log,
    keys: { current: key('one'), old: [] },
    instance(name, keys = () => site.keys) {
      const vault = createVault({ secrets: { masterKeys: keys }, fingerprintKey: key('print'), entropy });
      let dead = false;
      const rotations = createRotations({
        clock: { ...clock, after: (delayMs, wake) => clock.after(delayMs, () => (dead ? undefined : wake())) },
        entropy,
        log: { debug: write, info: write, warn: write, error: write },
        store,
        vault,
        instanceId: name,
      });
      const kill = (): void => {
        dead = true;
      };
      return { vault, rotations, kill };
    },
    put: (vault, from, to) =>
      store.unit(async (tx) => {
        for (let at = from; at < to; at += 1) {
          const id = `van_${String(at).padStart(5, '0')}`;
          await tx.run(insertVault, { id, sealed: vault.seal(id, panOf(at)), created_ms: 0 });
        }
      }),
    records: () => [...store.inspect('select id, sealed from vault order by id')] as never,
    // In steps: what one of them starts is due in the next.
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += 50) {
        clock.advance(50);
        await turn();
      }
    },
  };
  return site;
};

const under = (site: Site): string[] => [...new Set(site.records().map(({ sealed }) => sealed.split('.')[0]!))];

describe('a rotation of the master key', () => {
  it('brings every record under the present key, and touches no number', async () => {
    const site = open();
    const { vault, rotations } = site.instance('a');
    await rotations.start();
    await site.put(vault, 0, 230);
    const before = site.records().map(({ sealed }) => Buffer.from(sealed.split('.')[1]!, 'base64').subarray(60));
    const print = vault.fingerprint(panOf(7));
    site.keys = { current: key('two'), old: [key('one')] };
    const begun = await rotations.begin({ reseal: false });
    expect(begun).toMatchObject({ state: 'running', key_id: idOf('two') });
    await site.pass(2_000);
    expect(await rotations.latest()).toMatchObject({
      id: begun.id,
      state: 'done',
      rewrapped: 230,
      seen: 230,
      walk: 2,
      unreadable: 0,
    });
    expect(under(site)).toEqual([idOf('two')]);
    const after = site.records().map(({ sealed }) => Buffer.from(sealed.split('.')[1]!, 'base64').subarray(60));
    expect(after).toEqual(before);
    expect(vault.fingerprint(panOf(7))).toBe(print);
    // The old key may be forgotten now.
    site.keys = { current: key('two'), old: [] };
    const later = site.instance('b').vault;
    for (const [at, { id, sealed }] of site.records().entries()) expect(later.open(id, sealed)).toBe(panOf(at));
  });

  it('leaves every record readable at every moment of it', async () => {
    const site = open();
    const { vault, rotations } = site.instance('a');
    await rotations.start();
    await site.put(vault, 0, 120);
    site.keys = { current: key('two'), old: [key('one')] };
    await rotations.begin({ reseal: false });
    let both = 0;
    for (let step = 0; step < 40; step += 1) {
      await site.pass(50);
      if (under(site).length === 2) both += 1;
      for (const [at, { id, sealed }] of site.records().entries()) expect(vault.open(id, sealed)).toBe(panOf(at));
    }
    expect(both).toBeGreaterThan(0);
    expect(under(site)).toEqual([idOf('two')]);
  });

  it('seals numbers anew only when that is asked for', async () => {
    const site = open();
    const { vault, rotations } = site.instance('a');
    await rotations.start();
    await site.put(vault, 0, 60);
    const before = site.records();
    await rotations.begin({ reseal: true });
    await site.pass(2_000);
    expect(await rotations.latest()).toMatchObject({ state: 'done', rewrapped: 60, reseal: 1 });
    for (const [at, { id, sealed }] of site.records().entries()) {
      expect(sealed.slice(-20)).not.toBe(before[at]!.sealed.slice(-20));
      expect(vault.open(id, sealed)).toBe(panOf(at));
    }
  });

  it('goes on after a crash where it was, at another instance once the lease has run out', async () => {
    const site = open();
    const first = site.instance('a');
    await first.rotations.start();
    await site.put(first.vault, 0, 500);
    site.keys = { current: key('two'), old: [key('one')] };
    await first.rotations.begin({ reseal: false });
    await site.pass(150);
    const [row] = [...site.store.inspect('select seen, rewrapped from vault_rotations')];
    expect(Number(row?.seen)).toBeGreaterThan(0);
    expect(Number(row?.seen)).toBeLessThan(500);
    first.kill();
    const second = site.instance('b');
    await second.rotations.start();
    await site.pass(30_000);
    expect([...site.store.inspect('select seen from vault_rotations')]).toEqual([{ seen: row?.seen }]);
    await site.pass(100_000);
    expect(await second.rotations.latest()).toMatchObject({ state: 'done', rewrapped: 500 });
  });

  it('stops in the middle and goes on at once after an orderly restart', async () => {
    const site = open();
    const first = site.instance('a');
    await first.rotations.start();
    await site.put(first.vault, 0, 500);
    site.keys = { current: key('two'), old: [key('one')] };
    await first.rotations.begin({ reseal: false });
    await site.pass(150);
    await first.rotations.stop();
    const second = site.instance('b');
    await second.rotations.start();
    await site.pass(3_000);
    expect(await second.rotations.latest()).toMatchObject({ state: 'done', rewrapped: 500 });
  });

  it('is not done while an instance that learned of the key late seals behind its back', async () => {
    const site = open();
    const late: MasterKeys = { current: key('one'), old: [] };
    const { vault, rotations } = site.instance('a');
    const other = site.instance('b', () => late);
    await rotations.start();
    await site.put(vault, 0, 100);
    site.keys = { current: key('two'), old: [key('one')] };
    await rotations.begin({ reseal: false });
    await site.pass(150);
    await site.store.unit(async (tx) => {
      await tx.run(insertVault, { id: 'van_', sealed: other.vault.seal('van_', panOf(1)), created_ms: 0 });
    });
    await site.pass(3_000);
    expect(await rotations.latest()).toMatchObject({ state: 'done', rewrapped: 101 });
    expect(under(site)).toEqual([idOf('two')]);
  });

  it('counts what no key opens, and brings the others over', async () => {
    const site = open();
    const { vault, rotations } = site.instance('a');
    await rotations.start();
    await site.put(vault, 0, 10);
    await site.store.unit(async (tx) => {
      await tx.run(insertVault, { id: 'van_lost', sealed: `${idOf('lost')}.AAAA`, created_ms: 0 });
    });
    site.keys = { current: key('two'), old: [key('one')] };
    await rotations.begin({ reseal: false });
    await site.pass(1_000);
    expect(await rotations.latest()).toMatchObject({ state: 'done', rewrapped: 10, unreadable: 1 });
    expect(site.log.filter(({ event }) => event === 'vault.unreadable')[0]).toMatchObject({ record: 'van_lost' });
  });

  it('is one however often it is asked for, and gives way to a newer key', async () => {
    const site = open();
    const { vault, rotations } = site.instance('a');
    await rotations.start();
    await site.put(vault, 0, 300);
    site.keys = { current: key('two'), old: [key('one')] };
    const one = await rotations.begin({ reseal: false });
    await site.pass(100);
    expect((await rotations.begin({ reseal: false })).id).toBe(one.id);
    site.keys = { current: key('three'), old: [key('two'), key('one')] };
    const two = await rotations.begin({ reseal: false });
    expect(two.id).not.toBe(one.id);
    await site.pass(65_000);
    expect(await rotations.latest()).toMatchObject({ id: two.id, state: 'done' });
    expect([...site.store.inspect(`select state from vault_rotations where id = '${one.id}'`)]).toEqual([
      { state: 'superseded' },
    ]);
    expect(under(site)).toEqual([idOf('three')]);
  });

  it('is left to the instances that know its key', async () => {
    const site = open();
    const { vault, rotations } = site.instance('a');
    await site.put(vault, 0, 10);
    site.keys = { current: key('two'), old: [key('one')] };
    // Asked for, and the instance that was asked is gone at once.
    await rotations.begin({ reseal: false });
    const ignorant = site.instance('b', () => ({ current: key('one'), old: [] }));
    await ignorant.rotations.start();
    await site.pass(70_000);
    expect(under(site)).toEqual([idOf('one')]);
    const knowing = site.instance('c');
    await knowing.rotations.start();
    await site.pass(70_000);
    expect(under(site)).toEqual([idOf('two')]);
    await ignorant.rotations.stop();
  });
});
