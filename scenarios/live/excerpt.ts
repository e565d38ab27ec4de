/**
 * Cuts the live excerpt out of a day: some seconds before the cause, some of it, and, joined to
 * them, some after its end. What comes out is a scenario like any other, so that either stage plays
 * it and the same judge judges it.
 *
 * An hour of the day that is cut away takes its consequences with it. Whatever is changed or left
 * out for that reason is said in `notes`, which go into the report; nothing is left out in silence.
 */
import type { Expectation } from '../judge/expectations/index.ts';
import { refusalsOf } from '../judge/expectations/index.ts';
import type { Stretch } from '../judge/hours.ts';
import { dayOf, type Event, type Scenario, scenarioMsOf } from '../play/scenario.ts';
import { type TimelineEntry, timelineOf } from '../play/timeline.ts';
import { msOfDay, timeOfDay } from '../play/times.ts';
import { causeBands } from '../theatre/cause.ts';

/** A program that is killed so many seconds after the start of the excerpt, and comes back. */
export interface Kill {
  readonly program: string;
  readonly atSeconds: number;
}

export interface ExcerptRequest {
  /** The scenario's policy whose timeline and expectations apply. */
  readonly policy: string;
  readonly beforeSeconds?: number | undefined;
  readonly causeSeconds?: number | undefined;
  readonly afterSeconds?: number | undefined;
  /** Quiet stretches are played this many times faster. */
  readonly speed?: number;
  readonly kills?: readonly Kill[];
  readonly instances?: number | undefined;
}

export interface Excerpt {
  /** With only the events and expectations of the policy. Its day is as long as the excerpt. */
  readonly scenario: Scenario;
  readonly lengthMs: number;
  /** In milliseconds since the excerpt's start; null: the day has no cause. */
  readonly cause: Stretch | null;
  /** What was changed or left out, one line each. */
  readonly notes: readonly string[];
}

/** The request cannot be met; one line. */
export class ExcerptRefused extends Error {
  override readonly name = 'ExcerptRefused';
}

const defaults = { beforeSeconds: 30, causeSeconds: 90, afterSeconds: 40 };
/** The first seconds of a cause belong to the moments: how soon we act is judged there, and not a second time by a rate. */
const settleMs = 20_000;
/** Of what a whole day would show in proportion, an excerpt must show this much. */
const trafficShare = 0.5;
/** A merchant with fewer operations says nothing about 97 %. */
const merchantOperationsMin = 30;
/** What is in flight at a program that is killed fails: an excerpt is too short for that not to show in a rate. */
const rateLostByKill = 0.02;
/** A killed program comes back after this long. */
const restartAfterSeconds = 10;
/** The bins of the judge stand on this grid. */
const gridMs = 10_000;
/** Waits that a buyer's day has time for, and an excerpt has not. */
const followUpMsMax = { captureAfterMs: 12_000, refundAfterMs: 15_000 };
const readBack = { afterMs: 8_000, times: 5 };
const listingLagMsMax = 2_000;

/** Windows of expectations know no hour beyond 23. */
const hourOf = (ms: number): string => timeOfDay(ms % 86_400_000);

/** @throws ExcerptRefused */
export const excerptOf = (scenario: Scenario, request: ExcerptRequest): Excerpt => {
  const { live } = scenario;
  const { dayMs } = dayOf(scenario);
  const entries = timelineOf(scenario, request.policy);
  const bands = causeBands(entries, dayMs);
  const notes: string[] = [];
  const secondsOf = (name: keyof typeof defaults): number => request[name] ?? live?.[name] ?? defaults[name];

  // --- which part of the day ---------------------------------------------------------------
  const [wantedFrom, wantedTo] =
    live === undefined ? [0, dayMs] : [scenarioMsOf(scenario, live.from), scenarioMsOf(scenario, live.to)];
  const first = bands.find(({ fromMs }) => fromMs >= wantedFrom && fromMs <= wantedTo) ?? bands[0];
  const causeMs = secondsOf('causeSeconds') * 1000;
  const speed = request.speed ?? 1;
  const causeFrom = first?.fromMs ?? Math.min(dayMs, wantedFrom + secondsOf('beforeSeconds') * 1000);
  const from = Math.max(0, Math.floor((causeFrom - (secondsOf('beforeSeconds') * 1000) / speed) / gridMs) * gridMs);
  const cut = causeFrom + causeMs;
  const played = bands.filter(({ fromMs }) => fromMs >= causeFrom && fromMs < cut);
  const causeTo = Math.max(causeFrom, ...played.map(({ toMs }) => toMs));
  /** What is cut away: from the last played moment of the cause to its end. */
  const gap = Math.max(0, causeTo - cut);
  const lengthMs = Math.ceil((cut - from + (secondsOf('afterSeconds') * 1000) / speed) / gridMs) * gridMs;
  const onMap = (ms: number): number => {
    if (ms <= cut) return Math.max(0, ms - from);
    return Math.min(lengthMs, Math.max(cut - from, ms - gap - from));
  };
  const startOfDayMs = msOfDay(scenario.day.from);
  const timeAt = (excerptMs: number): string => timeOfDay(startOfDayMs + from + excerptMs);
  if (gap > 0)
    notes.push(
      `of ${Math.round((causeTo - causeFrom) / 60_000)} minutes of the cause the first ${causeMs / 1000} s are played, and then what follows its end`,
    );

  // --- what happens ------------------------------------------------------------------------
  const begun = new Map(bands.map((band) => [band.subject, band]));
  const excerptAt = ({ event, role, atMs }: TimelineEntry): number | null => {
    const said = live?.reactions?.[event.id];
    if (role === 'reaction' && said !== undefined) return causeFrom - from + said * 1000;
    const band = begun.get(event.id);
    if (atMs < from) return band !== undefined && band.toMs > from ? 0 : null;
    if (atMs <= cut) return atMs - from;
    if (atMs <= cut + gap) return role === 'reaction' || band !== undefined ? null : cut - from;
    const afterwards = atMs - gap - from;
    return afterwards < lengthMs ? afterwards : null;
  };
  const timeline = entries.flatMap((entry): Event[] => {
    const atMs = excerptAt(entry);
    if (atMs === null) {
      notes.push(`${entry.event.id} (${entry.event.at}) is not in the excerpt`);
      return [];
    }
    const { under: _, ...event } = entry.event;
    const what =
      entry.untilMs === null
        ? event.what
        : { ...event.what, until: timeAt(Math.max(atMs + 1000, onMap(entry.untilMs))) };
    return [{ ...event, at: timeAt(atMs), what } as Event];
  });
  const kills = request.kills ?? [];
  for (const { program, atSeconds } of kills) {
    if ((atSeconds + restartAfterSeconds) * 1000 >= lengthMs)
      throw new ExcerptRefused(
        `${program} cannot be killed at ${atSeconds} s: the excerpt ends after ${lengthMs / 1000} s`,
      );
    for (const [action, seconds] of [
      ['kill', atSeconds],
      ['restart', atSeconds + restartAfterSeconds],
    ] as const)
      timeline.push({
        id: `${action}-${program}-${seconds}`,
        at: timeAt(seconds * 1000),
        assumed: 'asked for by --kill',
        what: { kind: 'process', program, action },
      } as Event);
  }
  timeline.sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));

  // --- what is expected --------------------------------------------------------------------
  const own = (expectation: Expectation): boolean =>
    expectation.under === undefined || expectation.under.includes(request.policy);
  const said = (live?.expect ?? []).filter(own);
  const events = timeline.map(({ id }) => id);
  const around = { ...dayOf(scenario), events };
  const cause: Stretch | null =
    first === undefined ? null : { fromMs: causeFrom - from, toMs: onMap(Math.min(causeTo, dayMs)) };
  const isProtected = request.policy !== 'as-it-was';
  const portionOf = (before: number, after: number): number => Math.min(1, after / Math.max(1, before)) * trafficShare;
  const scaled = (count: number, portion: number): number => Math.max(1, Math.floor(count * portion));
  const causePortion = portionOf(causeTo - causeFrom, Math.min(causeMs, causeTo - causeFrom));

  const leave = (id: string, why: string): null => {
    notes.push(`expectation ${id} is not judged in the excerpt: ${why}`);
    return null;
  };
  /** A window in the excerpt's own hours; null when nothing is left of it. */
  const windowIn = (window: { from: string; to: string }, grace: boolean) => {
    let fromMs = onMap(scenarioMsOf(scenario, window.from));
    const toMs = onMap(scenarioMsOf(scenario, window.to));
    if (grace && cause !== null && fromMs < cause.fromMs + settleMs && toMs > cause.fromMs)
      fromMs = cause.fromMs + settleMs;
    if (toMs - fromMs < gridMs) return null;
    const at = (ms: number): string => hourOf(startOfDayMs + from + ms);
    return { window: { from: at(fromMs), to: at(toMs) }, lengthMs: toMs - fromMs };
  };

  const adapted = (expectation: Expectation): Expectation | null => {
    const { id, kind } = expectation;
    if (kind === 'request-count') return leave(id, 'it counts the requests of the whole day');
    if (kind === 'page-updates' && expectation.everyMs >= lengthMs)
      return leave(id, `${expectation.everyMs / 60_000} minutes are longer than the excerpt`);
    if (kind === 'moment' && expectation.absent !== true && ['recovered', 'resolved'].includes(expectation.moment))
      return leave(id, 'it needs minutes of calm after the cause');
    if (refusalsOf({ ...expectation, window: undefined, outside: undefined } as Expectation, around).length > 0)
      return leave(id, 'it counts from an event that is not in the excerpt');

    let region: Partial<Expectation> = {};
    let portion = portionOf(dayMs, lengthMs);
    if (expectation.window !== undefined) {
      const inside = windowIn(expectation.window, isProtected && kind !== 'moment');
      if (inside === null) return leave(id, `nothing of ${expectation.window.from}-${expectation.window.to} is played`);
      const hours = scenarioMsOf(scenario, expectation.window.to) - scenarioMsOf(scenario, expectation.window.from);
      region = { window: inside.window };
      portion = portionOf(hours, inside.lengthMs);
    } else if (expectation.outside !== undefined) {
      const windows = expectation.outside.flatMap((window) => {
        const inside = windowIn(window, false);
        return inside === null ? [] : [inside];
      });
      const leftMs = lengthMs - windows.reduce((sum, inside) => sum + inside.lengthMs, 0);
      if (leftMs < gridMs) return leave(id, 'nothing outside its hours is played');
      // What is excepted there falls into other minutes here.
      if (windows.length === 0 && cause !== null)
        return leave(id, 'none of the hours that it leaves out are played, and trouble is');
      region = { outside: windows.length === 0 ? undefined : windows.map(({ window }) => window) };
      const outsideMs =
        dayMs - expectation.outside.reduce((sum, { from: start, to: end }) => sum + msOfDay(end) - msOfDay(start), 0);
      portion = portionOf(outsideMs, leftMs);
    }
    if (!isTraffic(expectation.minimum)) return leave(id, 'it counts what happens once a month');
    const { operations, faults, charges } = expectation.minimum;
    const minimum = {
      ...(operations === undefined ? {} : { operations: scaled(operations, portion) }),
      ...(faults === undefined ? {} : { faults: scaled(faults, Math.min(portion, causePortion)) }),
      ...(charges === undefined ? {} : { charges: scaled(charges, portionOf(dayMs, lengthMs)) }),
    };
    const changed = { ...expectation, ...region, minimum } as Expectation;
    if (changed.kind === 'merchant-success-rate') {
      if (changed.forMerchantsWith * portion < merchantOperationsMin)
        return leave(id, `a merchant has fewer than ${merchantOperationsMin} operations in it`);
      return { ...changed, forMerchantsWith: scaled(changed.forMerchantsWith, portion) };
    }
    if (changed.kind === 'success-rate' && changed.atLeast !== undefined && kills.length > 0) {
      notes.push(`${id}: a kill may cost ${rateLostByKill * 100} points`);
      return { ...changed, atLeast: Math.max(0, changed.atLeast - rateLostByKill * kills.length) };
    }
    if (
      (changed.kind === 'unknown-seen' || changed.kind === 'replies-lost' || changed.kind === 'capped') &&
      changed.atLeast !== undefined
    )
      return { ...changed, atLeast: scaled(changed.atLeast, causePortion) };
    return changed;
  };
  const replaced = new Set(said.map(({ id }) => id));
  const expect = [
    ...scenario.expect
      .filter((expectation) => own(expectation) && !replaced.has(expectation.id))
      .flatMap((expectation) => {
        const kept = adapted(expectation);
        return kept === null ? [] : [kept];
      }),
    ...said,
  ];
  if (speed !== 1) refuseScaled(expect, speed);

  // --- the world and the cast, in a hurry --------------------------------------------------
  const { world, cast } = scenario;
  const acquirers = world.acquirers.map((acquirer) => ({
    ...acquirer,
    capacity: {
      ...acquirer.capacity,
      listingLagMaxMs: Math.min(listingLagMsMax, acquirer.capacity.listingLagMaxMs),
    },
    operators: acquirer.operators.map((operator) => ({ ...operator, ...definedIn(live?.operators) })),
  })) as Scenario['world']['acquirers'];
  const merchants = cast.merchants.map((group) => ({
    ...group,
    followUps: {
      ...group.followUps,
      captureAfterMs: sooner(group.followUps.captureAfterMs, followUpMsMax.captureAfterMs),
      refundAfterMs: sooner(group.followUps.refundAfterMs, followUpMsMax.refundAfterMs),
    },
  }));
  notes.push(
    `captures and refunds follow within seconds, unknown charges are looked at after ${readBack.afterMs / 1000} s, the acquirers' lists are at most ${listingLagMsMax / 1000} s late`,
  );
  if (live?.operators !== undefined) notes.push('the operators’ delays are the excerpt’s own');

  return {
    scenario: {
      ...scenario,
      title: { en: `${scenario.title.en} (live excerpt)`, ja: `${scenario.title.ja}（ライブ抜粋）` },
      date: scenario.date,
      day: { from: timeAt(0), to: timeAt(lengthMs) },
      world: {
        ...world,
        acquirers,
        gateway: { ...world.gateway, instances: request.instances ?? world.gateway.instances },
      },
      cast: { ...cast, merchants, readBack },
      timeline,
      policies: [request.policy],
      expect,
    },
    lengthMs,
    cause,
    notes,
  };
};

type Traffic = Exclude<Expectation['minimum'], { renewals: number }>;
const isTraffic = (minimum: Expectation['minimum']): minimum is Traffic => !('renewals' in minimum);

const sooner = <Delay extends { readonly median: number }>(delay: Delay, medianMax: number): Delay => ({
  ...delay,
  median: Math.min(delay.median, medianMax),
});

const definedIn = (settings: object | undefined): object =>
  Object.fromEntries(Object.entries(settings ?? {}).filter(([, value]) => value !== undefined));

/** Quiet seconds may pass faster, but not those that something is measured in. @throws ExcerptRefused */
const refuseScaled = (expect: readonly Expectation[], speed: number): void => {
  if (!(speed > 0)) throw new ExcerptRefused('--speed must be above 0');
  const measured = expect.find(
    ({ kind, outside, window }) => outside !== undefined || (kind === 'success-rate' && window === undefined),
  );
  if (measured !== undefined)
    throw new ExcerptRefused(`--speed ${speed} would scale what the expectation ${measured.id} measures`);
};
