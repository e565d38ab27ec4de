/**
 * A scenario: a dated play with sources, as one schema (design.md section 7).
 *
 * Data only, no code, so that people who write no TypeScript can read and change one and a shrunk
 * failure can be written as the same kind of file. Strict everywhere: a misspelt key is a fault
 * with a place, never a silent default. What one part says about another (a member that must be
 * in the cast) is in `cross-checks.ts`.
 */
import { z } from 'zod';
import { Cast } from '../cast/schema.ts';
import { Expectation } from '../judge/expectations/index.ts';
import type { Day } from '../judge/hours.ts';
import { kindOf, What } from './events/index.ts';
import { exactlyOneGround, exactlyOneGroundMeta, Ground, groundFields, SourceDocument } from './grounds.ts';
import { groupIds } from './groups.ts';
import { Live } from './live.ts';
import { msOfDay, TimeOfDay, wallMsOf } from './times.ts';
import { Words } from './words.ts';
import { World } from './world.ts';

export const scenarioIdPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** The format of scenario files that this program reads. Keys may be added within one; none is renamed. */
export const scenarioFormat = 1;

const Period = z.strictObject({ from: TimeOfDay, to: TimeOfDay });

export const Event = z
  .strictObject({
    id: z.string().regex(scenarioIdPattern),
    at: TimeOfDay,
    /** Replaces the title that the kind of event would give itself. */
    title: Words.optional(),
    ...groundFields,
    /** Happens under these policies only: people who act because no machine did. */
    under: z.array(z.string()).min(1).optional(),
    what: What,
  })
  .superRefine(exactlyOneGround)
  .meta(exactlyOneGroundMeta);
export type Event = z.infer<typeof Event>;

export const Scenario = z.strictObject({
  /** Which format the file is written in; absent: the first. */
  format: z.literal(scenarioFormat).default(scenarioFormat),
  id: z.string().regex(scenarioIdPattern),
  title: Words,
  /** Under which heading `breakwater list` shows it. */
  group: z.enum(groupIds).default('own'),
  /** The day in Japan. */
  date: z.iso.date(),
  /** The play's first and last minute. */
  day: Period,
  /** After the day no operation starts; the books get this long to become straight. */
  quietMinutes: z.int().positive(),
  sources: z.array(SourceDocument),
  /** What the world and the cast take from sources, and what they assume. */
  grounds: z.array(Ground),
  world: World,
  cast: Cast,
  timeline: z.array(Event),
  /** Names of `scenarios/policies/`, or files relative to this one. */
  policies: z.array(z.string().min(1)).min(1),
  /** It is played with this seed when nobody says another: a failure that was found by one. Absent: 1. */
  seed: z.int().min(0).max(0xffff_ffff).optional(),
  live: Live.optional(),
  expect: z.array(Expectation).min(1),
});
export type Scenario = z.infer<typeof Scenario>;

/** Start and length of the scenario's day; the quiet minutes come after it. */
export const dayOf = ({ date, day }: Pick<Scenario, 'date' | 'day'>): Day => ({
  startWallMs: wallMsOf(date, day.from),
  dayMs: msOfDay(day.to) - msOfDay(day.from),
});

/** Milliseconds since the scenario's start of a time of its day. */
export const scenarioMsOf = ({ day }: Pick<Scenario, 'day'>, time: string): number => msOfDay(time) - msOfDay(day.from);

const cited = (document: string, line: number | undefined): string =>
  line === undefined ? document : `${document}:${line}`;

/**
 * Where everything in the play comes from, for the report: `what` it is, its `source`
 * (`document:line`) or the reason of the assumption.
 */
export const sourcesOf = (
  scenario: Scenario,
): readonly { readonly what: string; readonly source: string; readonly assumed: boolean }[] => {
  const documents = new Map(scenario.sources.map(({ id, document }) => [id, document]));
  const entry = (what: string, { source, assumed }: Pick<Event, 'source' | 'assumed'>) => ({
    what,
    source:
      source === undefined ? (assumed ?? '') : cited(documents.get(source.document) ?? source.document, source.line),
    assumed: source === undefined,
  });
  return [
    ...scenario.timeline.map((event) =>
      entry(`${event.at} ${(event.title ?? kindOf(event.what).title(event.what)).en}`, event),
    ),
    ...scenario.grounds.map((ground) => entry(ground.what, ground)),
  ];
};
