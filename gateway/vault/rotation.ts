/**
 * Changing the master key while payments go on.
 *
 * New records are wrapped by the present key from the moment the ring holds it. A background walk
 * then rewraps the old ones, a few at a time, each few in one unit together with how far it has
 * come: after a crash it goes on there. A rotation is done when a whole walk found nothing left to
 * do, because an instance that learned of the new key late may have sealed behind the walk's back.
 *
 * Numbers themselves are not touched unless that is asked for (`reseal`): a master key that leaked
 * exposes wrapped keys, and those are what a rotation replaces.
 */
import { describe } from '../http/endpoint.ts';
import { newId } from '../ids.ts';
import type { Clock, Entropy, Log, Store, Timer, Tx } from '../ports.ts';
import type { VaultRotationRow } from '../store/database.ts';
import { hold, LeaseLost } from '../store/leases.ts';
import {
  insertRotation,
  lastRotation,
  recordsAfter,
  replaceSealed,
  rotationLeases,
  runningRotation,
  saveRotation,
  supersedeRotations,
} from './store.ts';
import type { Vault } from './vault.ts';

export interface RotationDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly store: Store;
  readonly vault: Vault;
  readonly instanceId: string;
}

export interface Rotations {
  /**
   * Reads the master keys again and brings every record under the present one. While one to that
   * key is running, that is the answer. Throws when the keys cannot be read.
   */
  begin(asked: { reseal: boolean }): Promise<VaultRotationRow>;
  /** The latest, running or not. A running one that nobody works on is taken up. */
  latest(): Promise<VaultRotationRow | undefined>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Records in one unit: about 2 ms of the event loop. */
const unitRecords = 50;
/** Between two units, so that payments come first. */
const pauseMs = 50;
const leaseMs = 60_000;
/** After a fault, or while somebody else holds it. */
const laterMs = 60_000;

type Renewal = { readonly kind: 'renewed'; readonly sealed: string } | { readonly kind: 'kept' | 'unreadable' };

export const createRotations = ({ clock, entropy, log, store, vault, instanceId }: RotationDeps): Rotations => {
  let stopped = true;
  let timer: Timer | null = null;
  let running: Promise<void> | null = null;
  let held: VaultRotationRow | null = null;

  const arm = (delayMs: number): void => {
    if (stopped || timer !== null || running !== null) return;
    timer = clock.after(delayMs, () => {
      timer = null;
      running = turn().then((nextMs) => {
        running = null;
        if (nextMs !== null) arm(nextMs);
      });
    });
  };

  /** One unit of work. Milliseconds until the next, null when there is none. */
  const turn = async (): Promise<number | null> => {
    try {
      const row = held ?? (await take());
      if (row === null) return null;
      if (row === 'not ours now') return laterMs;
      held = await step(row);
      return held === null ? null : pauseMs;
    } catch (reason) {
      held = null;
      if (!(reason instanceof LeaseLost)) log.error({ event: 'vault.rotation-broke', reason: describe(reason) });
      return laterMs;
    }
  };

  /** The running rotation, claimed; null when none is running. */
  const take = async (): Promise<VaultRotationRow | 'not ours now' | null> => {
    const row = await store.read((tx) => tx.first(runningRotation, {}));
    if (row === undefined) return null;
    if (vault.keyIds()[0] !== row.key_id) vault.reload();
    // Asked for at an instance that was told of a newer key than this one.
    if (vault.keyIds()[0] !== row.key_id) return 'not ours now';
    const lease = { owner: instanceId, nowMs: clock.wallMs(), untilMs: clock.wallMs() + leaseMs };
    return (await store.unit((tx) => rotationLeases.claim(tx, row, lease))) ?? 'not ours now';
  };

  /** A few records, and the note of how far it has come. Null when that was the end. */
  const step = async (row: VaultRotationRow): Promise<VaultRotationRow | null> => {
    const { next, lost } = await store.unit(async (tx) => {
      const records = await tx.all(recordsAfter, { after: row.after_id, limit: unitRecords });
      const unreadable: string[] = [];
      let changed = 0;
      for (const record of records) {
        const to = renewed(row, record);
        if (to.kind === 'unreadable') unreadable.push(record.id);
        if (to.kind === 'renewed')
          changed += await tx.run(replaceSealed, { id: record.id, from: record.sealed, to: to.sealed });
      }
      const later = after(row, records, changed, unreadable.length);
      await save(tx, later);
      return { next: later, lost: unreadable };
    });
    for (const id of lost) log.error({ event: 'vault.unreadable', record: id });
    if (next.state === 'running') return next;
    const { id, rewrapped, unreadable, walk } = next;
    log.info({ event: 'vault.rotated', rotation: id, key: next.key_id, rewrapped, unreadable, walks: walk });
    return null;
  };

  const renewed = (row: VaultRotationRow, record: { id: string; sealed: string }): Renewal => {
    try {
      if (row.reseal === 1 && row.walk === 1)
        return { kind: 'renewed', sealed: vault.seal(record.id, vault.open(record.id, record.sealed)) };
      const sealed = vault.rewrap(record.id, record.sealed);
      return sealed === null ? { kind: 'kept' } : { kind: 'renewed', sealed };
    } catch {
      // One broken record must not keep the others under the old key.
      return { kind: 'unreadable' };
    }
  };

  const after = (
    row: VaultRotationRow,
    records: readonly { id: string }[],
    changed: number,
    unreadable: number,
  ): VaultRotationRow => {
    const seen: VaultRotationRow = {
      ...row,
      seen: row.seen + records.length,
      rewrapped: row.rewrapped + changed,
      walk_rewrapped: row.walk_rewrapped + changed,
      unreadable: row.unreadable + unreadable,
      lease_until_ms: clock.wallMs() + leaseMs,
    };
    if (records.length === unitRecords) return { ...seen, after_id: records[records.length - 1]!.id };
    if (seen.walk_rewrapped === 0) return { ...seen, state: 'done', finished_ms: clock.wallMs() };
    return { ...seen, walk: row.walk + 1, after_id: '', seen: 0, walk_rewrapped: 0, unreadable: 0 };
  };

  const save = async (tx: Tx, row: VaultRotationRow): Promise<void> => {
    hold(await tx.run(saveRotation, row), `rotation ${row.id}`);
    await rotationLeases.renew(tx, row, row.lease_until_ms!);
  };

  return {
    async begin({ reseal }) {
      vault.reload();
      const keyId = vault.keyIds()[0]!;
      const now = clock.wallMs();
      const row: VaultRotationRow = {
        id: newId(entropy, 'rot_', `${keyId}/${now}`),
        key_id: keyId,
        state: 'running',
        reseal: reseal ? 1 : 0,
        walk: 1,
        after_id: '',
        seen: 0,
        rewrapped: 0,
        walk_rewrapped: 0,
        unreadable: 0,
        started_ms: now,
        finished_ms: null,
        lease_owner: null,
        lease_until_ms: null,
        lease_token: 0,
      };
      const begun = await store.unit(async (tx) => {
        const present = await tx.first(runningRotation, {});
        if (present?.key_id === keyId && (!reseal || present.reseal === 1)) return present;
        await tx.run(supersedeRotations, { now });
        await tx.run(insertRotation, row);
        return row;
      });
      if (begun.id === row.id) held = null;
      arm(0);
      return begun;
    },
    async latest() {
      const row = await store.read((tx) => tx.first(lastRotation, {}));
      if (row?.state === 'running') arm(0);
      return row;
    },
    async start() {
      stopped = false;
      if ((await store.read((tx) => tx.first(runningRotation, {}))) !== undefined) arm(pauseMs);
    },
    async stop() {
      stopped = true;
      timer?.cancel();
      timer = null;
      await running;
      // Whoever starts next need not wait for the lease to run out.
      if (held !== null) await store.unit((tx) => rotationLeases.release(tx, held!)).catch(() => undefined);
      held = null;
    },
  };
};
