/**
 * The door of settling, and when anything is looked at: one loop per acquirer over what is not
 * finished there (resilience-patterns section 11).
 *
 * A loop sleeps until something is due, is woken by new work and by the first good probe after an
 * outage, and while the acquirer cannot be asked it backs off as a whole: thousands of unknowns
 * cost one question, not thousands. Nothing here reads the clock by polling.
 */
import type { Book } from '../charges/book.ts';
import {
  claimAttempt,
  countUnsettled,
  doubtCharge,
  dueAuthorisations,
  dueFollowUps,
  dueNow,
  inFlight,
  leftInFlight,
  nextAuthorisation,
  nextFollowUp,
  postponeAttempt,
  releaseOwn,
  takeUpAttempt,
} from '../charges/store.ts';
import type { Deliveries } from '../deliveries/deliveries.ts';
import { describe } from '../http/endpoint.ts';
import type { Idempotency } from '../idempotency/idempotency.ts';
import type { Merchants } from '../merchants/merchants.ts';
import type { Policy } from '../policy/schema.ts';
import type { Clock, Log, Store, Timer, Tx } from '../ports.ts';
import type { AttemptRow } from '../store/database.ts';
import type { Upstreams } from '../upstream/upstreams.ts';
import { claimMs, inFlightMs } from './attempt.ts';
import { createFiles } from './files.ts';
import { createLostAuthorisations } from './lost-authorisations.ts';
import { createUnfinishedFollowUps } from './unfinished-follow-ups.ts';
import { inUnits, unitRowsMax } from './units.ts';

export interface SettlerDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly policy: Policy;
  readonly book: Book;
  readonly upstreams: Upstreams;
  readonly merchants: Merchants;
  readonly idempotency: Idempotency;
  readonly deliveries: Deliveries;
  readonly instanceId: string;
  /** How often it looks for what other instances on the same database left; null: it is alone there. */
  readonly lookEveryMs: number | null;
  /** An unknown outcome of this acquirer was settled. */
  readonly onSettled: (acquirer: string) => void;
}

export interface Settler {
  /** Something of this acquirer is due then. */
  settleAt(acquirer: string, dueMs: number): void;
  /** The acquirer answers again: everything that waits for it is due now. */
  wake(acquirer: string): Promise<void>;
  /** The acquirer went away: ask nothing until `wake`. */
  rest(acquirer: string): void;
  /** An outcome at this acquirer has just become unknown. */
  unknownOpened(acquirer: string): void;
  /** Outcomes at it that are not known now. */
  unknownsOpen(acquirer: string): number;
  /**
   * Something of ours broke, perhaps between an acquirer's answer and its writing down: what that left in
   * flight is nobody's any more, and is taken up when its lease is over.
   */
  broke(): void;
  /** Takes up what a crash left behind, of this instance or of one that has been dead for longer than its leases, then runs. */
  start(): Promise<void>;
  /** Begins nothing more; resolves when what was begun has ended. */
  stop(): Promise<void>;
}

/** Follow-ups of one pass must be begun well before their claims run out. */
const followUpsMax = 50;
const backoffBaseMs = 2_000;
const backoffCapMs = 60_000;
/** Between two looks for what was left, while the store does not answer. */
const leftoversAgainMs = 15_000;

/**
 * Two lanes for each acquirer. Looking for thousands of lost authorisations is one question, giving
 * them back is one request each at a slow rate: in one lane the questions would wait for the requests.
 */
const lanes = ['lost', 'follow-ups'] as const;
type Lane = (typeof lanes)[number];

const queries = {
  lost: { due: dueAuthorisations, next: nextAuthorisation },
  'follow-ups': { due: dueFollowUps, next: nextFollowUp },
} as const;

interface Loop {
  readonly acquirer: string;
  readonly lane: Lane;
  timer: Timer | null;
  timerDueMs: number;
  /** The pass that is under way. */
  running: Promise<void> | null;
  resting: boolean;
  /** Passes in a row that got no answer. */
  failures: number;
  /** No question before this wall time: the acquirer did not answer the last one. */
  notBeforeMs: number;
}

const atRest = (acquirer: string, lane: Lane): Loop => ({
  acquirer,
  lane,
  timer: null,
  timerDueMs: Infinity,
  running: null,
  resting: false,
  failures: 0,
  notBeforeMs: 0,
});

export const createSettler = (deps: SettlerDeps): Settler => {
  const { clock, log, store, upstreams, idempotency, instanceId, lookEveryMs, onSettled } = deps;
  const loops = new Map<string, readonly Loop[]>(
    upstreams.ids.map((id) => [id, lanes.map((lane) => atRest(id, lane))]),
  );
  let stopped = true;
  /** Kept beside the store because whoever judges an incident asks every second. */
  const unknowns = new Map<string, number>();

  const settled = (acquirer: string): void => {
    unknowns.set(acquirer, Math.max(0, (unknowns.get(acquirer) ?? 0) - 1));
    onSettled(acquirer);
  };

  const unknownsOpen = (acquirer: string): number => unknowns.get(acquirer) ?? 0;
  const parts = { ...deps, settling: deps.policy.settling, readFile: createFiles(deps), settled, unknownsOpen };
  const settleAuthorisations = createLostAuthorisations(parts);
  const settleFollowUps = createUnfinishedFollowUps(parts);

  const loopsOf = (acquirer: string): readonly Loop[] => {
    const found = loops.get(acquirer);
    if (found === undefined) throw new Error(`no acquirer ${acquirer}`);
    return found;
  };

  const followUpsOf = (acquirer: string): Loop => loopsOf(acquirer).find(({ lane }) => lane === 'follow-ups')!;

  const arm = (loop: Loop, wantedMs: number): void => {
    const dueMs = Math.max(wantedMs, loop.notBeforeMs);
    if (stopped || loop.running !== null || loop.resting || dueMs >= loop.timerDueMs) return;
    loop.timer?.cancel();
    loop.timerDueMs = dueMs;
    loop.timer = clock.after(Math.max(0, dueMs - clock.wallMs()), () => {
      loop.timer = null;
      loop.timerDueMs = Infinity;
      if (!stopped) loop.running ??= turn(loop);
    });
  };

  const turn = async (loop: Loop): Promise<void> => {
    let reachable = true;
    let next: number | null = null;
    let given: number | null = null;
    try {
      reachable = await pass(loop);
      next = await nextDueMs(loop);
      // What was found gives the other lane work: reversals, and captures of what was adopted.
      if (loop.lane === 'lost') given = await nextDueMs(followUpsOf(loop.acquirer));
    } catch (reason) {
      reachable = false;
      // The store itself may be what broke: the loop must not end with it.
      next = clock.wallMs();
      log.error({ event: 'settling.broke', acquirer: loop.acquirer, lane: loop.lane, reason: describe(reason) });
    }
    loop.running = null;
    if (stopped || loop.resting) return;
    loop.failures = reachable ? 0 : loop.failures + 1;
    loop.notBeforeMs = reachable
      ? 0
      : clock.wallMs() + Math.min(backoffCapMs, backoffBaseMs * 2 ** Math.min(loop.failures, 10));
    if (next !== null) arm(loop, next);
    if (given !== null) arm(followUpsOf(loop.acquirer), given);
  };

  const nextDueMs = async ({ acquirer, lane }: Loop): Promise<number | null> =>
    (await store.read((tx) => tx.first(queries[lane].next, { acquirer })))?.due ?? null;

  /** One look at what is due. False when the acquirer could not be asked. */
  const pass = async (loop: Loop): Promise<boolean> => {
    const { acquirer, lane } = loop;
    // After silence one is enough to find out whether it answers again.
    const most = lane === 'lost' ? upstreams.get(acquirer).findsAtOnceMax : followUpsMax;
    const due = await claimDue(loop, loop.failures > 0 ? 1 : most);
    if (lane === 'lost') {
      const asked = due.length === 0 || (await settleAuthorisations(acquirer, due));
      if (!asked) await release(due);
      return asked;
    }
    const { reachable, untouched } = await settleFollowUps(due, () => !stopped && !loop.resting);
    await release(untouched);
    return reachable;
  };

  /** Claims what is due, `most` at most, in units that do not hold up payments. */
  const claimDue = async ({ acquirer, lane }: Loop, most: number): Promise<readonly AttemptRow[]> => {
    const claimed: AttemptRow[] = [];
    for (let left = most; left > 0; ) {
      const limit = Math.min(unitRowsMax, left);
      const now = clock.wallMs();
      const { rows, seen } = await store.unit(async (tx) => {
        const found = await tx.all(queries[lane].due, { acquirer, now, limit });
        const taken: AttemptRow[] = [];
        for (const row of found) {
          const { reference, lease_token: token } = row;
          const claim = { reference, token, owner: instanceId, now, until: now + claimMs };
          if ((await tx.run(claimAttempt, claim)) === 1)
            taken.push({ ...row, tries: row.tries + 1, lease_token: token + 1 });
        }
        return { rows: taken, seen: found.length };
      });
      claimed.push(...rows);
      if (seen < limit || rows.length === 0) break;
      left -= rows.length;
    }
    return claimed;
  };

  /** What could not be looked at is due again at once; the loop itself waits. */
  const release = async (rows: readonly AttemptRow[]): Promise<void> => {
    for (const some of inUnits(rows))
      await store.unit(async (tx) => {
        for (const { reference, lease_token: token } of some)
          await tx.run(postponeAttempt, { reference, token, due: clock.wallMs() });
      });
  };

  /** What is in flight and belongs to nobody alive is asked about: bytes may have gone out. */
  const takeUp = async (tx: Tx, rows: readonly AttemptRow[], now: number): Promise<void> => {
    for (const { reference, lease_token: token, kind, charge_id: id } of rows) {
      const to = kind === 'authorise' ? 'unknown' : 'doubtful';
      if ((await tx.run(takeUpAttempt, { reference, token, to, now })) === 1 && kind === 'authorise')
        await tx.run(doubtCharge, { id });
    }
  };

  /** Reads what is due and how many are unknown: other instances write too. */
  const catchUp = async (): Promise<void> => {
    for (const acquirer of upstreams.ids) {
      const count = Number((await store.read((tx) => tx.first(countUnsettled, { acquirer })))?.count ?? 0);
      const before = unknowns.get(acquirer) ?? 0;
      unknowns.set(acquirer, count);
      if (count < before) onSettled(acquirer);
      for (const loop of loopsOf(acquirer)) {
        const due = await nextDueMs(loop);
        if (due !== null) arm(loop, due);
      }
    }
  };

  let lookTimer: Timer | null = null;

  /** The next look at what other instances left: an instance that died wakes nobody. */
  const lookLater = (everyMs: number): void => {
    lookTimer = clock.after(everyMs, () => {
      void look()
        .catch((reason: unknown) => log.error({ event: 'settling.broke', reason: describe(reason) }))
        .then(() => {
          if (!stopped) lookLater(everyMs);
        });
    });
  };

  /**
   * A look is owed for each time something broke: alone on its database nobody looks by the clock, and one that looks by
   * the clock looks for what others left, not for keys of its own that nobody works on any more (seeds 35 and 43).
   */
  let owedUntilMs = 0;
  let owedTimer: Timer | null = null;

  const lookWhenOwed = (): void => {
    if (stopped || owedTimer !== null) return;
    owedTimer = clock.after(Math.max(leftoversAgainMs, owedUntilMs - clock.wallMs()), () => {
      owedTimer = null;
      // What broke meanwhile has a lease that is not over yet.
      const before = clock.wallMs() < owedUntilMs;
      void lookForOwn().then(
        () => {
          if (before) lookWhenOwed();
        },
        (reason: unknown) => {
          log.error({ event: 'settling.broke', reason: describe(reason) });
          lookWhenOwed();
        },
      );
    });
  };

  const lookForOwn = async (): Promise<void> => {
    const leftMs = clock.wallMs() - inFlightMs(deps.policy.upstream);
    await store.unit((tx) => idempotency.takeUpOrphans(tx, leftMs));
    await look();
  };

  const look = async (): Promise<void> => {
    const now = clock.wallMs();
    // Nearly always nothing: then nothing is written.
    const left = await store.read((tx) => tx.all(leftInFlight, { now }));
    if (left.length > 0) {
      await store.unit((tx) => takeUp(tx, left, now));
      log.warn({
        event: 'instance.succeeded',
        attempts: left.length,
        of: [...new Set(left.map(({ owner }) => owner))],
      });
    }
    if (!stopped) await catchUp();
  };

  return {
    settleAt(acquirer, dueMs) {
      for (const loop of loopsOf(acquirer)) arm(loop, dueMs);
    },
    async wake(acquirer) {
      for (const loop of loopsOf(acquirer)) Object.assign(loop, { resting: false, failures: 0, notBeforeMs: 0 });
      // Without the database they keep their own times.
      await store
        .unit((tx) => tx.run(dueNow, { acquirer, now: clock.wallMs() }))
        .catch((reason: unknown) => log.error({ event: 'settling.broke', acquirer, reason: describe(reason) }));
      for (const loop of loopsOf(acquirer)) arm(loop, clock.wallMs());
    },
    rest(acquirer) {
      for (const loop of loopsOf(acquirer)) {
        loop.resting = true;
        loop.timer?.cancel();
        loop.timer = null;
        loop.timerDueMs = Infinity;
      }
    },
    unknownOpened(acquirer) {
      unknowns.set(acquirer, (unknowns.get(acquirer) ?? 0) + 1);
    },
    unknownsOpen,
    broke() {
      owedUntilMs = clock.wallMs() + inFlightMs(deps.policy.upstream) + 1_000;
      lookWhenOwed();
    },
    async start() {
      stopped = false;
      const now = clock.wallMs();
      await store.unit(async (tx) => {
        await takeUp(tx, await tx.all(inFlight, { owner: instanceId, now }), now);
        await tx.run(releaseOwn, { owner: instanceId, now });
        await idempotency.takeUpOrphans(tx);
      });
      await catchUp();
      if (lookEveryMs !== null) lookLater(lookEveryMs);
    },
    async stop() {
      stopped = true;
      lookTimer?.cancel();
      owedTimer?.cancel();
      owedTimer = null;
      const all = [...loops.values()].flat();
      for (const { timer } of all) timer?.cancel();
      await Promise.all(all.map(({ running }) => running).filter((pass) => pass !== null));
    },
  };
};
