/**
 * Plays a scenario's excerpt against somebody else's gateway that is pointed at our acquirers, and
 * scores it by what its merchants were told, what the acquirers booked, and what the public read.
 *
 * The door of this room: `scoreGateway`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { memberIds } from '../cast/schema.ts';
import { HarnessError, UsageError } from '../cli/exit-status.ts';
import { exportPlan } from '../live/plan/export.ts';
import type { PlanArrival } from '../live/plan/schema.ts';
import { pause, realFetch } from '../live/real-world.ts';
import type { Director } from '../play/director.ts';
import { dayOf, type Scenario } from '../play/scenario.ts';
import { playTimeline, type TimelineEntry, timelineOf } from '../play/timeline.ts';
import { causeBands } from '../theatre/cause.ts';
import { type Adapter, AdapterError } from './adapter.ts';
import { startListening } from './notices.ts';
import type { Bounds, Observed } from './observed.ts';
import { createPlayer } from './player.ts';
import { type ScoreCard, scoreCardOf } from './score-card.ts';
import { startUpstreams, type Upstream } from './stage.ts';

export interface ScoreRequest {
  /** An excerpt: its whole day is played, second for second. */
  readonly scenario: Scenario;
  readonly policy: string;
  readonly adapter: Adapter;
  /** Asked before anything is played; null: the adapter alone knows where it is. */
  readonly gatewayUrl: string | null;
  readonly seed: number;
  /** First port of the acquirers, one each, and of the webhook receiver after them. */
  readonly port: number;
  /** How long the gateway has to come up once the acquirers stand, and to get its books straight at the end. */
  readonly waitMs: number;
  readonly settleMs: number;
  readonly signal?: AbortSignal;
  readonly onReady?: (upstreams: readonly Upstream[], webhookUrl: string) => Promise<void> | void;
  readonly onProgress?: (what: string) => void;
}

export interface Score {
  readonly card: ScoreCard;
  readonly observed: Observed;
  /** What of the scenario was not played, and why. */
  readonly notes: readonly string[];
  readonly partial: boolean;
}

/** What needs a hand in the gateway, its network or its programs is left out. */
const played: ReadonlySet<string> = new Set([
  'flood',
  'traffic',
  'capacity',
  'cap',
  'lift',
  'rate',
  'faults.set',
  'faults.clear',
]);

const isPlayed = ({ event: { what } }: TimelineEntry, acquirers: ReadonlySet<string>): boolean =>
  played.has(what.kind) || (what.kind === 'process' && acquirers.has(what.program));

const repeatsMax = 3;

/** @throws UsageError when nothing of the cause can be played, HarnessError when a part of the run breaks */
export const scoreGateway = async (request: ScoreRequest): Promise<Score> => {
  const { scenario, policy, adapter, gatewayUrl, seed, signal } = request;
  const say = (what: string): void => request.onProgress?.(what);
  const acquirers = new Set(scenario.world.acquirers.map(({ id }) => id));
  const entries = timelineOf(scenario, policy);
  const doable = entries.filter((entry) => isPlayed(entry, acquirers));
  const notes = entries
    .filter((entry) => !doable.includes(entry))
    .map(({ event }) => `${event.id} (${event.what.kind}) is not played: it needs a gateway of ours`);
  if (!doable.some(({ role }) => role === 'cause'))
    throw new UsageError(`breakwater: ${scenario.id} has no cause that can be played against another gateway`);

  const { dayMs: lengthMs } = dayOf(scenario);
  const [band] = causeBands(doable, lengthMs);
  const cause =
    band === undefined ? null : { fromMs: band.fromMs, toMs: Math.min(lengthMs, causeEnd(doable, lengthMs)) };
  const arrivals = arrivalsOf(scenario, policy, seed, lengthMs);
  const sockets = realFetch();
  const folder = mkdtempSync(path.join(tmpdir(), 'breakwater-score-'));
  const closing: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true }), () => sockets.close()];
  const timers = new Set<NodeJS.Timeout>();
  closing.push(() => {
    for (const timer of timers) clearTimeout(timer);
  });
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {});
  const stopped = new Promise<'stopped'>((resolve) => {
    if (signal?.aborted === true) resolve('stopped');
    signal?.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
  try {
    const upstreams = await startUpstreams(scenario.world, { port: request.port, seed, folder, fetch: sockets });
    closing.push(() => upstreams.close());
    await request.onReady?.(upstreams.all, `http://127.0.0.1:${upstreams.webhookPort}/`);
    if (gatewayUrl !== null) await reach(gatewayUrl, request.waitMs, stopped);

    let originMs = Number.POSITIVE_INFINITY;
    const nowMs = (): number => (Number.isFinite(originMs) ? performance.now() - originMs : -1);
    const player = createPlayer(adapter, `${scenario.id}-${Date.now()}`, nowMs, () => lengthMs);
    const within = <T>(work: Promise<T>): Promise<T | 'stopped'> =>
      Promise.race([work, stopped, player.broken, failure.promise]);

    // Before the day: does one key pay once, and do our acquirers see any of it?
    const repeats: Observed['repeats'][number][] = [];
    // Of another seed: their cards are nobody's on the day.
    for (const { arrival } of arrivalsOf(scenario, policy, seed + 1, lengthMs).slice(-repeatsMax)) {
      const again = await within(player.repeat({ ...arrival, ordinal: `repeat-${arrival.ordinal}` }));
      if (again !== 'stopped') repeats.push(again);
    }
    const trial = await upstreams.booked();
    if (trial.length === 0 && !(signal?.aborted ?? false))
      throw new HarnessError(
        `${adapter.name} took payments that none of our acquirers saw: point it at ${upstreams.all.map(({ id, url }) => `${id} ${url}`).join(', ')}`,
      );

    const listener = await startListening(adapter, upstreams.webhookPort, sockets, nowMs);
    closing.push(() => listener.close());
    originMs = performance.now();
    const schedule = (atMs: number, act: () => unknown): void => {
      const timer = setTimeout(
        () => {
          timers.delete(timer);
          void Promise.resolve()
            .then(act)
            .catch((error: unknown) => failure.reject(error));
        },
        Math.max(0, atMs - nowMs()),
      );
      timers.add(timer);
    };
    playTimeline({ ...scenario, timeline: [] }, doable, directorOf(upstreams, schedule), ({ title }) => say(title.en));
    const open: Promise<void>[] = [];
    for (const { arrival, innocent } of arrivals)
      schedule(arrival.atMs, () => {
        open.push(player.play(arrival, innocent).catch(() => {}));
      });
    say(`${arrivals.length} payments in ${Math.round(lengthMs / 1000)} s`);
    const until = await within(pause(lengthMs));
    await within(Promise.allSettled(open));
    say('the books get straight');
    const isPartial = until === 'stopped' || (await within(pause(request.settleMs))) === 'stopped';
    const payments = await within(player.stories());
    const observed: Observed = {
      payments: payments === 'stopped' ? [] : payments,
      repeats,
      booked: await upstreams.booked(),
      notices: listener.notices,
      cause,
      lengthMs,
    };
    return { card: scoreCardOf(observed, boundsOf(scenario, policy)), observed, notes, partial: isPartial };
  } catch (error) {
    if (error instanceof AdapterError) throw new HarnessError(error.message);
    throw error;
  } finally {
    for (const close of closing.reverse()) await close();
  }
};

const causeEnd = (entries: readonly TimelineEntry[], lengthMs: number): number =>
  Math.max(...causeBands(entries, lengthMs).map(({ toMs }) => toMs));

interface Planned {
  readonly arrival: PlanArrival;
  readonly innocent: boolean;
}

/** Payments only: how a card is kept is every gateway's own affair. */
const arrivalsOf = (scenario: Scenario, policy: string, seed: number, lengthMs: number): readonly Planned[] => {
  const accounts = memberIds(scenario.cast).map((id) => ({
    id,
    merchantId: id,
    secretKey: '-',
    publicKey: '-',
    customers: [],
  }));
  const plan = exportPlan({
    scenario,
    policy,
    seed,
    window: { fromMs: 0, toMs: lengthMs },
    accounts,
    urls: { gateways: ['http://127.0.0.1'] },
  });
  return plan.scenarios
    .flatMap(({ innocent, arrivals }) => arrivals.map((arrival) => ({ arrival, innocent })))
    .filter(({ arrival }) => arrival.operation === 'create')
    .sort((one, other) => one.arrival.atMs - other.arrival.atMs);
};

/** What the protected day is held to; a scenario that says nothing asks for what any payment service should do. */
const boundsOf = ({ expect }: Scenario, policy: string): Bounds => {
  const own = expect.filter(({ under }) => under === undefined || under.includes(policy));
  const moment = (name: string, otherwise: number): number =>
    own.reduce((bound, one) => {
      if (one.kind !== 'moment' || one.moment !== name || one.withinMs === undefined) return bound;
      return Math.min(bound, one.withinMs);
    }, otherwise);
  return { successInCause: 0.95, failoverMs: moment('failover', 15_000), firstNoticeMs: moment('firstNotice', 60_000) };
};

const directorOf = (
  upstreams: Awaited<ReturnType<typeof startUpstreams>>,
  schedule: (atMs: number, act: () => unknown) => void,
): Director => {
  const none = (what: string) => async (): Promise<never> => {
    throw new HarnessError(`${what} cannot be played against another gateway`);
  };
  return {
    control: upstreams.control,
    // Who sends when was drawn before.
    traffic: async () => {},
    pace: async () => {},
    sharedStore: none('a lost store'),
    toxic: none('a fault of a link'),
    process: upstreams.signal,
    gatewayAdmin: none('an order to the gateway'),
    statusPageAdmin: none('a notice by people'),
    schedule,
  };
};

/** @throws HarnessError, one line */
const reach = async (url: string, waitMs: number, stopped: Promise<'stopped'>): Promise<void> => {
  const endMs = performance.now() + waitMs;
  for (;;) {
    try {
      await fetch(url, { signal: AbortSignal.timeout(5000), redirect: 'manual' });
      return;
    } catch (error) {
      const { cause } = error as { cause?: { code?: string; message?: string } };
      if (performance.now() >= endMs)
        throw new HarnessError(`no gateway answers at ${url} (${cause?.code ?? cause?.message ?? String(error)})`);
    }
    if ((await Promise.race([pause(500), stopped])) === 'stopped') return;
  }
};
