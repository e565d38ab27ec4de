/** A small day for the cast's tests: one clock, one stand-in gateway, everything reported kept. */
import type { z } from 'zod';
import { createCast, type PlayingCast } from '../../../scenarios/cast/cast.ts';
import { Cast } from '../../../scenarios/cast/schema.ts';
import type { CastReports, Operation } from '../../../scenarios/judge/observation.ts';
import { createRandom } from '../../../scenarios/stage/random.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { createStandIn, type StandIn } from './stand-in-gateway.ts';

export interface Day {
  readonly clock: ManualClock;
  readonly gateway: StandIn;
  readonly cast: PlayingCast;
  readonly operations: Operation[];
  readonly received: Parameters<CastReports['received']>[0][];
  readonly logged: Record<string, unknown>[];
}

interface Options {
  readonly seed?: number;
  readonly untilMs?: number;
  /** When the scenario starts, if not when the day is opened. */
  readonly originMs?: number;
  readonly openedAtMs?: number;
}

/** Enrols the cast (at no cost of time), forgets the requests that took, and opens the day. */
export const openDay = async (cast: z.input<typeof Cast>, options: Options = {}): Promise<Day> => {
  const { seed = 1, untilMs = 600_000, originMs, openedAtMs = 0 } = options;
  const clock = createManualClock();
  const gateway = createStandIn(clock);
  const operations: Operation[] = [];
  const received: Day['received'] = [];
  const logged: Day['logged'] = [];
  const log = (fields: Record<string, unknown>) => void logged.push(fields);
  const playing = createCast({
    // Long tests are about payments: the page is seldom looked at unless a test asks for it.
    cast: Cast.parse({ reader: { everyMs: 300_000 }, ...cast }),
    random: createRandom(seed),
    clock,
    fetch: gateway.fetch,
    gatewayUrl: 'http://gateway.test',
    statusUrl: 'http://status.test',
    receiversUrl: 'http://merchants.test',
    adminToken: 'admin',
    reports: { operation: (each) => void operations.push(each), received: (each) => void received.push(each) },
    ...(originMs === undefined ? {} : { originMs }),
    log: { debug: log, info: log, warn: log, error: log },
  });
  await playing.enrol();
  gateway.seen.length = 0;
  if (openedAtMs > 0) await clock.advance(openedAtMs);
  playing.open(untilMs);
  return { clock, gateway, cast: playing, operations, received, logged };
};

/** Charges only, captured at once, on stored cards: one request each, no follow-ups. */
export const plainCreates = {
  mix: { create: 1, registration: 0 },
  storedCardShare: 1,
  captureNowShare: 1,
  followUps: { refundShare: 0 },
} as const;
