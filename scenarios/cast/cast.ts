/**
 * The cast at work: who arrives when, and everybody's way in and out of the day.
 *
 * Traffic is open loop: the next arrival is due when it is due, whatever became of the last one.
 * A closed loop would fall silent in an outage and hide it.
 */
import type { Hono } from 'hono';
import type { Clock, Fetch, Log, Random, Timer } from '../../gateway/ports.ts';
import type { CastReports, ToldCharge } from '../judge/observation.ts';
import { createClient } from './client.ts';
import { drawIntent, type Intent } from './draws.ts';
import { createDrawsDigest, type DrawsDigest } from './draws-digest.ts';
import { enrolMembers } from './enrol.ts';
import { createInFlight } from './in-flight.ts';
import { type Enrolled, membersOf } from './members.ts';
import { createOperations } from './operations.ts';
import { createLookLater } from './read-back.ts';
import { createReader } from './reader.ts';
import { createReceivers } from './receivers.ts';
import { type Cast, memberIds } from './schema.ts';
import { createTesters, type TestReports } from './testers.ts';
import { createToldBook } from './told.ts';

export interface CastDeps {
  readonly cast: Cast;
  /** The cast's own stream: members and ordinals are forked from it. */
  readonly random: Random;
  readonly clock: Clock;
  /** Outbound HTTP of merchants and the public. */
  readonly fetch: Fetch;
  /** Base URLs without a final slash. `receiversUrl` is where the gateway finds `receivers`. */
  readonly gatewayUrl: string;
  readonly statusUrl: string;
  readonly receiversUrl: string;
  readonly adminToken: string;
  readonly reports: CastReports;
  /** Hears of card testers' attempts; absent: nobody asks. */
  readonly testing?: TestReports;
  readonly log: Log;
  /** `clock.monotonicMs()` at the scenario's start. Default: when `open` is called. */
  readonly originMs?: number;
}

export interface PlayingCast {
  /** Before the day: creates merchants and their customers. Rejects when one cannot be created. */
  enrol(): Promise<void>;
  /**
   * Starts traffic and the reader, traffic not before the scenario's start. Nothing new begins at or
   * after `untilMs` since the scenario's start.
   */
  open(untilMs: number): void;
  /** Starts or stops a member's arrivals. What is under way, and its follow-ups, goes on. */
  traffic(member: string, state: 'start' | 'stop'): void;
  /** Which card tester tried this number; null: none did. */
  testerOf(number: string): string | null;
  /** From now on a member sends this many times its own rate. Its draws stay what they are. */
  pace(member: string, times: number): void;
  /** The merchants' servers, to be reached at `receiversUrl`. */
  readonly receivers: Hono;
  /**
   * Ends arrivals and follow-ups now, and resolves when every operation and every read-back of an
   * unknown charge has ended (by default up to 20 minutes). The reader goes on.
   */
  drain(): Promise<void>;
  /** Stops the reader. */
  close(): void;
  /** What merchants have been told so far, one record per charge. */
  toldCharges(): ToldCharge[];
  /** Fingerprint, in hex, over the draws of all intents the member has begun so far. */
  drawsHash(member: string): string;
}

/** A member's place in its own sequence of intents. */
interface Arrivals {
  readonly member: Enrolled;
  active: boolean;
  ordinal: number;
  timer: Timer | undefined;
  /** Of its own rate. */
  pace: number;
  readonly drawn: DrawsDigest;
}

export const createCast = (deps: CastDeps): PlayingCast => {
  const { cast, random, clock, fetch, gatewayUrl, reports, log } = deps;
  let originMs = deps.originMs ?? clock.monotonicMs();
  let untilMs = 0;
  let opened = false;
  const nowMs = () => clock.monotonicMs() - originMs;

  const told = createToldBook();
  const inFlight = createInFlight(log);
  const client = createClient({ fetch, clock, random, gatewayUrl, sdk: cast.sdk });
  const operations = createOperations({
    client,
    clock,
    reports,
    told,
    inFlight,
    fetch,
    gatewayUrl,
    lookLater: createLookLater({ client, clock, told, inFlight, readBack: cast.readBack, nowMs }),
    nowMs,
    untilMs: () => untilMs,
  });
  const reader = createReader({
    clock,
    fetch,
    statusUrl: deps.statusUrl,
    everyMs: cast.reader.everyMs,
    reports,
    nowMs,
    inFlight,
  });
  const members = new Map<string, Arrivals>();
  const expected = new Set(memberIds(cast));
  const only = cast.only === undefined ? null : new Set(cast.only);
  const testers = createTesters({
    specs: cast.testers.filter(({ id }) => !cast.absent.includes(id)),
    random: random.fork('testers'),
    clock,
    client,
    inFlight,
    victim: (member) => arrivalsOf(member).member,
    reports: deps.testing ?? { attempted: () => {}, confirmed: () => {} },
    nowMs,
    untilMs: () => untilMs,
  });

  const arrivalsOf = (id: string): Arrivals => {
    const arrivals = members.get(id);
    if (arrivals === undefined) throw new Error(`${id} is not enrolled`);
    return arrivals;
  };

  const awaitNext = (arrivals: Arrivals): void => {
    // Drawn when it is awaited and not sooner: a draw costs memory until it is played.
    const intent = drawIntent(random, arrivals.member, arrivals.ordinal, cast.buyers.patienceMs);
    // Opened early, traffic still counts from the scenario's start: how long enrolment took shifts nobody.
    const delayMs = Math.max(0, -nowMs()) + intent.gapMs / arrivals.pace;
    if (nowMs() + delayMs >= untilMs) return;
    arrivals.timer = clock.after(delayMs, () => arrive(arrivals, intent));
  };

  const arrive = (arrivals: Arrivals, intent: Intent): void => {
    if (!arrivals.active || nowMs() >= untilMs) return;
    arrivals.ordinal += 1;
    arrivals.drawn.add(intent);
    awaitNext(arrivals);
    if (only !== null && !only.has(`${arrivals.member.id}/${intent.ordinal}`)) return;
    operations.begin(arrivals.member, intent);
  };

  return {
    async enrol() {
      const { receiversUrl, adminToken } = deps;
      const timeoutMs = cast.sdk.timeoutMs;
      const enrolled = await enrolMembers(
        { client, fetch, clock, random, gatewayUrl, receiversUrl, adminToken, timeoutMs },
        membersOf(cast),
      );
      for (const member of enrolled)
        members.set(member.id, {
          member,
          active: member.active,
          ordinal: 1,
          timer: undefined,
          pace: 1,
          drawn: createDrawsDigest(),
        });
      const customers = enrolled.reduce((sum, member) => sum + member.customers.length, 0);
      log.info({ event: 'cast.enrolled', merchants: enrolled.length, customers });
    },
    open(until) {
      if (opened) throw new Error('the day is open already');
      if (deps.originMs === undefined) originMs = clock.monotonicMs();
      opened = true;
      untilMs = until;
      for (const arrivals of members.values()) if (arrivals.active) awaitNext(arrivals);
      testers.open();
      reader.start();
    },
    testerOf: testers.testerOf,
    traffic(member, state) {
      if (testers.has(member)) {
        testers.traffic(member, state);
        log.info({ event: 'cast.traffic', member, state });
        return;
      }
      const arrivals = arrivalsOf(member);
      const active = state === 'start';
      if (arrivals.active === active) return;
      arrivals.active = active;
      arrivals.timer?.cancel();
      if (active && opened) awaitNext(arrivals);
      log.info({ event: 'cast.traffic', member, state });
    },
    pace(member, times) {
      const arrivals = arrivalsOf(member);
      arrivals.pace = times;
      arrivals.timer?.cancel();
      // What it would have waited for comes sooner, or later: the same intent at the new rate.
      if (arrivals.active && opened) awaitNext(arrivals);
      log.info({ event: 'cast.pace', member, times });
    },
    receivers: createReceivers({
      merchantIdOf: (member) => members.get(member)?.member.merchantId,
      isExpected: (member) => expected.has(member),
      reports,
      told,
      nowMs,
    }),
    drain() {
      untilMs = Math.min(untilMs, nowMs());
      for (const { timer } of members.values()) timer?.cancel();
      testers.stop();
      return inFlight.ended();
    },
    close: () => reader.stop(),
    toldCharges: () => told.charges(),
    drawsHash: (member) => arrivalsOf(member).drawn.hex(),
  };
};
