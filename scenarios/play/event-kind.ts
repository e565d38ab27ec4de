/** What every kind of event provides: a shape, a title for people, and what it does to a stage. */
import type { z } from 'zod';
import type { Director } from './director.ts';
import type { Words } from './words.ts';
import type { World } from './world.ts';

/** What an act may know beside its settings. Times are milliseconds since the scenario's start. */
export interface Setting {
  readonly untilMs: number | null;
  /** When what the event is about begins: its `from`, or its own time. */
  readonly fromMs: number;
  /** Wall milliseconds at scenario time 0. */
  readonly startWallMs: number;
  readonly world: World;
  /** What earlier events of this run left for later ones, e.g. the id of an incident they opened. */
  readonly memory: Map<string, string>;
}

/**
 * A kind of event. Field names carry meaning across kinds, and the cross checks rely on it:
 * `acquirer` is an acquirer of the world, `member` a member of the cast, `link` a pair of
 * programs, `program` a program, `until` a time of day after the event, `from` one between both.
 */
export interface EventKind<Schema extends z.ZodObject> {
  readonly schema: Schema;
  /** A cause is left out of the day without the incident; a reaction is somebody's answer to one. */
  readonly role: 'cause' | 'reaction';
  title(settings: z.infer<Schema>): Words;
  act(director: Director, settings: z.infer<Schema>, setting: Setting): Promise<void>;
}

/** Ties the types of a kind's functions to its schema. */
export const eventKind = <Schema extends z.ZodObject>(kind: EventKind<Schema>): EventKind<Schema> => kind;
