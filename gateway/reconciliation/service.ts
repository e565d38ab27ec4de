/**
 * When runs happen: every day after the acquirers' files have closed, and when somebody asks. A run
 * is a row with a due time and a lease; one that waits for its file or its acquirer is due again
 * later, one whose instance died is taken up by whoever holds the next lease.
 */
import { createHash } from 'node:crypto';
import { describe } from '../http/endpoint.ts';
import { newId } from '../ids.ts';
import type { Clock, Entropy, Log, Store, Timer, Tx } from '../ports.ts';
import type { ReconciliationRow } from '../store/database.ts';
import { hold } from '../store/leases.ts';
import type { Upstreams } from '../upstream/upstreams.ts';
import { closesAtMs, dateAfter, dateAt } from './business-day.ts';
import { isClean } from './report.ts';
import { runOnce } from './run.ts';
import type { FetchFile } from './settlement-file.ts';
import { dueRuns, insertRun, lastDailyDate, listRuns, nextRun, runById, runLeases, saveRun } from './store.ts';

export interface ReconciliationDeps {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly store: Store;
  readonly upstreams: Upstreams;
  readonly files: ReadonlyMap<string, FetchFile>;
  readonly instanceId: string;
  /** Without it a run happens only when somebody asks. */
  readonly daily: boolean;
}

export interface Reconciliations {
  /** A new run, due now or when the day closes. */
  begin(asked: { acquirer: string; date: string }): Promise<ReconciliationRow>;
  find(id: string): Promise<ReconciliationRow | undefined>;
  latest(limit: number): Promise<readonly Omit<ReconciliationRow, 'report'>[]>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** After the file has closed: nobody is waiting, and the acquirer's own night work is over. */
const dailyAfterMs = 30 * 60_000;
/** Days that a gateway which was not running makes up for. */
const catchUpDays = 7;
/** Longer than any run; a run that takes longer is not saved, and begins again. */
const leaseMs = 2 * 3_600_000;
const retryBaseMs = 60_000;
const retryCapMs = 30 * 60_000;
/** About two days of them. */
const triesMax = 100;

class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** The daily run of a day has one id, whoever begins it. */
const dailyId = (acquirer: string, date: string): string =>
  `rec_${createHash('sha256').update(`${acquirer}/${date}`).digest('hex').slice(0, 28)}`;

/** The last day whose daily run is due. */
const lastClosed = (nowMs: number): string => {
  const yesterday = dateAfter(dateAt(nowMs), -1);
  return nowMs < closesAtMs(yesterday) + dailyAfterMs ? dateAfter(yesterday, -1) : yesterday;
};

const nextDailyMs = (nowMs: number): number => closesAtMs(dateAfter(lastClosed(nowMs), 1)) + dailyAfterMs;

export const createReconciliations = (deps: ReconciliationDeps): Reconciliations => {
  const { clock, entropy, log, store, upstreams, files, instanceId, daily } = deps;
  let stopped = true;
  let timer: Timer | null = null;
  let timerDueMs = Infinity;
  let running: Promise<void> | null = null;
  /** Ends the pause of a run that is under way. */
  let interrupt: (() => void) | null = null;

  const arm = (dueMs: number): void => {
    if (stopped || running !== null || dueMs >= timerDueMs) return;
    timer?.cancel();
    timerDueMs = dueMs;
    timer = clock.after(Math.max(0, dueMs - clock.wallMs()), () => {
      timer = null;
      timerDueMs = Infinity;
      running = turn();
    });
  };

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve, reject) => {
      if (stopped) return reject(new Stopped());
      const wake = clock.after(ms, () => {
        interrupt = null;
        resolve();
      });
      interrupt = () => {
        wake.cancel();
        interrupt = null;
        reject(new Stopped());
      };
    });

  const turn = async (): Promise<void> => {
    let nextMs: number | null = null;
    try {
      if (daily) await beginDue();
      for (const row of await store.read((tx) => tx.all(dueRuns, { now: clock.wallMs() }))) {
        if (stopped) break;
        await work(row);
      }
      nextMs = await nextDueMs();
    } catch (reason) {
      log.error({ event: 'reconciliation.broke', reason: describe(reason) });
      nextMs = clock.wallMs() + retryCapMs;
    }
    running = null;
    if (nextMs !== null) arm(nextMs);
  };

  const nextDueMs = async (): Promise<number | null> => {
    const due = (await store.read((tx) => tx.first(nextRun, {})))?.due ?? null;
    if (!daily) return due === null ? null : Number(due);
    return Math.min(due === null ? Infinity : Number(due), nextDailyMs(clock.wallMs()));
  };

  /** A row for every day that has closed since the last one. */
  const beginDue = async (): Promise<void> => {
    const last = lastClosed(clock.wallMs());
    for (const acquirer of upstreams.ids) {
      const had = (await store.read((tx) => tx.first(lastDailyDate, { acquirer })))?.date ?? null;
      let date = had === null ? last : dateAfter(had, 1);
      if (date < dateAfter(last, 1 - catchUpDays)) date = dateAfter(last, 1 - catchUpDays);
      for (; date <= last; date = dateAfter(date, 1)) {
        const row = newRow(dailyId(acquirer, date), acquirer, date, 'daily');
        const isThere = (tx: Tx): Promise<boolean> =>
          tx.first(runById, { id: row.id }).then((had) => had !== undefined);
        try {
          await store.unit(async (tx) => {
            if (!(await isThere(tx))) await tx.run(insertRun, row);
          });
        } catch (reason) {
          // Another instance began it between the two.
          if (!(await store.read(isThere))) throw reason;
        }
      }
    }
  };

  const newRow = (id: string, acquirer: string, date: string, cause: 'daily' | 'asked'): ReconciliationRow => ({
    id,
    acquirer,
    date,
    cause,
    state: 'waiting',
    tries: 0,
    due_ms: Math.max(clock.wallMs(), closesAtMs(date)),
    reason: null,
    report: null,
    discrepancies: null,
    created_ms: clock.wallMs(),
    finished_ms: null,
    lease_owner: null,
    lease_until_ms: null,
    lease_token: 0,
  });

  const work = async (seen: ReconciliationRow): Promise<void> => {
    const now = clock.wallMs();
    const row = await store.unit(async (tx) => {
      const claimed = await runLeases.claim(tx, seen, { owner: instanceId, nowMs: now, untilMs: now + leaseMs });
      // Due again when the lease is over, should this instance not live to say anything else.
      if (claimed !== undefined) hold(await tx.run(saveRun, { ...claimed, due_ms: now + leaseMs }), seen.id);
      return claimed;
    });
    if (row === undefined) return;
    const save = (end: Partial<ReconciliationRow>): Promise<void> =>
      store.unit(async (tx) => {
        hold(await tx.run(saveRun, { ...row, tries: row.tries + 1, ...end }), row.id);
        await runLeases.release(tx, row);
      });
    const again = Math.min(retryCapMs, retryBaseMs * 2 ** Math.min(row.tries, 10));
    try {
      const fetchFile = files.get(row.acquirer);
      if (fetchFile === undefined) {
        await save({ due_ms: null, state: 'done', reason: 'no such acquirer any more', finished_ms: clock.wallMs() });
        return;
      }
      const acquirer = upstreams.get(row.acquirer);
      const end = await runOnce({ clock, store, acquirer, fetchFile, pause }, row.date);
      if (end.kind === 'wait') {
        log.warn({ event: 'reconciliation.waits', run: row.id, acquirer: row.acquirer, reason: end.reason });
        const dueMs = Math.max(end.notBeforeMs, clock.wallMs() + again);
        const over = { state: 'given_up', due_ms: null, finished_ms: clock.wallMs() };
        await save({ reason: end.reason, ...(row.tries >= triesMax ? over : { due_ms: dueMs }) });
        return;
      }
      const { report } = end;
      await save({
        state: 'done',
        due_ms: null,
        reason: null,
        report: JSON.stringify(report),
        discrepancies: report.discrepancies.length,
        finished_ms: clock.wallMs(),
      });
      const told = {
        event: 'reconciliation.done',
        run: row.id,
        acquirer: row.acquirer,
        date: row.date,
        discrepancies: report.discrepancies.length,
        discrepancyYen: report.totals.discrepancyYen,
        balances: report.balances,
      };
      if (isClean(report)) log.info(told);
      else log.error(told);
    } catch (reason) {
      if (reason instanceof Stopped) {
        await save({ tries: row.tries, due_ms: clock.wallMs() });
        return;
      }
      log.error({ event: 'reconciliation.broke', run: row.id, reason: describe(reason) });
      await save({ reason: 'it broke; see the log', due_ms: clock.wallMs() + again });
    }
  };

  return {
    async begin({ acquirer, date }) {
      const row = newRow(newId(entropy, 'rec_', `${acquirer}/${date}/${clock.wallMs()}`), acquirer, date, 'asked');
      await store.unit((tx) => tx.run(insertRun, row));
      arm(row.due_ms!);
      return row;
    },
    find: (id) => store.read((tx) => tx.first(runById, { id })),
    latest: (limit) => store.read((tx) => tx.all(listRuns, { limit })),
    async start() {
      stopped = false;
      // Days that closed while nothing was running are begun at once; before the first there are none.
      let had = false;
      for (const acquirer of daily ? upstreams.ids : [])
        had ||= (await store.read((tx) => tx.first(lastDailyDate, { acquirer })))?.date != null;
      const due = await nextDueMs();
      if (had) arm(clock.wallMs());
      else if (due !== null) arm(due);
    },
    async stop() {
      stopped = true;
      timer?.cancel();
      timer = null;
      timerDueMs = Infinity;
      interrupt?.();
      await running;
    },
  };
};
