/**
 * Incidents in the store: they survive the instance, and several instances have one, not two.
 *
 * Whoever writes the row of a scope first holds the incident, by a lease that each save prolongs;
 * the others report to it what they see. A holder that falls silent is succeeded when its lease is
 * over. The store may be what is broken: then nothing here throws, and the instance speaks alone.
 */
import { describe } from '../http/endpoint.ts';
import type { Clock, Log, Store } from '../ports.ts';
import type { IncidentRow } from '../store/database.ts';
import { hold, LeaseLost } from '../store/leases.ts';
import type { Kept, Report } from './open-incident.ts';
import {
  incidentById,
  incidentLeases,
  insertIncident,
  openIncidents,
  putReport,
  reportsOf,
  saveIncident,
  seizeIncident,
} from './store.ts';

export type Claimed =
  /** Ours to speak of; `kept` where it was there before. */
  | { readonly kind: 'held'; readonly id: string; readonly kept: Kept | null }
  | { readonly kind: 'other'; readonly id: string; readonly kept: Kept }
  | { readonly kind: 'unreachable' };

/** An open incident as the store has it. */
export interface Stored {
  readonly id: string;
  readonly kept: Kept;
  /** It is this instance's to speak of now. */
  readonly held: boolean;
  readonly reports: readonly Report[];
}

export interface Keeper {
  /** Writes a new incident, or finds the one that it belongs to. `joins` tells whether a stored one is the same. */
  claim(id: string, scope: string, kept: () => Kept, joins: (kept: Kept) => boolean): Promise<Claimed>;
  /** The holder's word, in the background; the latest one counts. */
  save(id: string, kept: () => Kept, over: { readonly record: string } | null): void;
  report(id: string, report: Report): void;
  /** All open incidents; those that nobody holds any more are taken up. Null: the store cannot be asked. */
  look(): Promise<readonly Stored[] | null>;
  /** Takes an incident from whoever holds it. Undefined: there is no such open one. */
  seize(id: string): Promise<Kept | undefined>;
  /** Resolves when everything that was to be written is, or could not be. */
  settled(): Promise<void>;
}

/** More names are tried than incidents can begin in a minute. */
const idsMax = 20;

export const createKeeper = (deps: {
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly log: Log;
  readonly store: Store;
  readonly instanceId: string;
  readonly leaseMs: number;
  /** Somebody else holds it now. */
  readonly onLost: (id: string) => void;
}): Keeper => {
  const { clock, log, store, instanceId } = deps;
  const tokens = new Map<string, number>();
  const pending = new Map<string, { kept: () => Kept; over: { readonly record: string } | null }>();
  let work: Promise<void> = Promise.resolve();

  const lease = () => ({ owner: instanceId, nowMs: clock.wallMs(), untilMs: clock.wallMs() + deps.leaseMs });

  /** One thing after another, and nothing that fails stops the next. */
  const queue = <T>(what: string, otherwise: T, job: () => Promise<T>): Promise<T> => {
    const done = work.then(job).catch((reason: unknown) => {
      if (!(reason instanceof LeaseLost)) log.error({ event: 'incident.unsaved', what, reason: describe(reason) });
      return otherwise;
    });
    work = done.then(() => undefined);
    return done;
  };

  const keptOf = (row: IncidentRow): Kept => JSON.parse(row.state) as Kept;

  const write = async (id: string): Promise<void> => {
    const next = pending.get(id);
    const token = tokens.get(id);
    if (next === undefined) return;
    pending.delete(id);
    if (token === undefined) return;
    const kept = next.kept();
    try {
      await store.unit(async (tx) => {
        const row = {
          id,
          open: next.over === null ? (1 as const) : (0 as const),
          public: kept.public ? (1 as const) : (0 as const),
          state: JSON.stringify(kept),
          record: next.over?.record ?? null,
          updated_ms: clock.wallMs(),
          lease_until_ms: lease().untilMs,
          token,
        };
        hold(await tx.run(saveIncident, row), `incident ${id}`);
      });
      if (next.over !== null) tokens.delete(id);
    } catch (reason) {
      if (reason instanceof LeaseLost) {
        tokens.delete(id);
        deps.onLost(id);
      }
      throw reason;
    }
  };

  return {
    claim: (wanted, scope, kept, joins) =>
      queue<Claimed>('claim', { kind: 'unreachable' }, async () => {
        const claimed = await store.unit(async (tx): Promise<Claimed & { readonly token?: number }> => {
          for (const row of await tx.all(openIncidents, {})) {
            const held = keptOf(row);
            if (row.scope !== scope && !joins(held)) continue;
            const token = await claimRow(tx, row);
            if (token === undefined) return { kind: 'other', id: row.id, kept: held };
            return { kind: 'held', id: row.id, kept: held, token };
          }
          let id = wanted;
          for (let next = 2; next <= idsMax && (await tx.first(incidentById, { id })) !== undefined; next += 1)
            id = `${wanted}_${next}`;
          const now = lease();
          await tx.run(insertIncident, {
            id,
            scope,
            open: 1,
            public: 0,
            state: JSON.stringify(kept()),
            record: null,
            created_ms: now.nowMs,
            updated_ms: now.nowMs,
            lease_owner: instanceId,
            lease_until_ms: now.untilMs,
            lease_token: 1,
          });
          return { kind: 'held', id, kept: null, token: 1 };
        });
        const { token, ...result } = claimed;
        if (token !== undefined && result.kind !== 'unreachable') tokens.set(result.id, token);
        return result;
      }),
    save: (id, kept, over) => {
      const waiting = pending.has(id);
      pending.set(id, { kept, over: over ?? pending.get(id)?.over ?? null });
      if (!waiting) void queue('save', undefined, () => write(id));
    },
    report: (id, report) =>
      void queue('report', undefined, async () => {
        const row = { incident_id: id, instance: instanceId, report: JSON.stringify(report), at_ms: report.atMs };
        await store.unit((tx) => tx.run(putReport, row));
      }),
    look: () =>
      queue<readonly Stored[] | null>('look', null, async () => {
        const found = await store.unit(async (tx) => {
          const rows: (Stored & { readonly token: number | undefined })[] = [];
          for (const row of await tx.all(openIncidents, {})) {
            const reports = (await tx.all(reportsOf, { incident: row.id }))
              .filter(({ instance }) => instance !== instanceId)
              .map(({ report }) => JSON.parse(report) as Report);
            const token = tokens.get(row.id) === row.lease_token ? row.lease_token : await claimRow(tx, row);
            rows.push({ id: row.id, kept: keptOf(row), held: token !== undefined, reports, token });
          }
          return rows;
        });
        for (const { id, token } of found) if (token !== undefined) tokens.set(id, token);
        return found;
      }),
    seize: (id) =>
      queue<Kept | undefined>('seize', undefined, async () => {
        const seized = await store.unit(async (tx) => {
          const row = await tx.first(incidentById, { id });
          if (row === undefined || row.open === 0) return undefined;
          const until = lease().untilMs;
          hold(await tx.run(seizeIncident, { id, token: row.lease_token, owner: instanceId, until }), `incident ${id}`);
          return { kept: keptOf(row), token: row.lease_token + 1 };
        });
        if (seized !== undefined) tokens.set(id, seized.token);
        return seized?.kept;
      }),
    settled: () => work,
  };

  /** The new token, or undefined while another instance holds it. One that is ours from before a restart is ours. */
  async function claimRow(
    tx: Parameters<Parameters<Store['unit']>[0]>[0],
    row: IncidentRow,
  ): Promise<number | undefined> {
    const now = lease();
    if (row.lease_owner === instanceId && (row.lease_until_ms ?? 0) > now.nowMs) {
      const seized = await tx.run(seizeIncident, {
        id: row.id,
        token: row.lease_token,
        owner: instanceId,
        until: now.untilMs,
      });
      return seized === 0 ? undefined : row.lease_token + 1;
    }
    return (await incidentLeases.claim(tx, row, now))?.lease_token;
  }
};
