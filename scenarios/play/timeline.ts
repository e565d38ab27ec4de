/** Hands a scenario's timeline to a director, event by event, as far as a policy is played. */
import type { Director } from './director.ts';
import { kindOf } from './events/index.ts';
import { dayOf, type Event, type Scenario, scenarioMsOf } from './scenario.ts';
import type { Words } from './words.ts';

export interface TimelineEntry {
  readonly event: Event;
  readonly role: 'cause' | 'reaction';
  readonly title: Words;
  /** Milliseconds since the scenario's start. */
  readonly atMs: number;
  readonly untilMs: number | null;
  /** Its `from`, or `atMs`: an event may be announced before what it is about. */
  readonly fromMs: number;
}

/** The events played under a policy, in order of time. `causes: false` gives the day without the incident. */
export const timelineOf = (
  scenario: Scenario,
  policy: string,
  { causes = true }: { readonly causes?: boolean } = {},
): readonly TimelineEntry[] =>
  scenario.timeline
    .filter(({ under }) => under === undefined || under.includes(policy))
    .map((event): TimelineEntry => {
      const kind = kindOf(event.what);
      const until = 'until' in event.what ? event.what.until : undefined;
      const from = 'from' in event.what ? event.what.from : undefined;
      return {
        event,
        role: kind.role,
        title: event.title ?? kind.title(event.what),
        atMs: scenarioMsOf(scenario, event.at),
        fromMs: scenarioMsOf(scenario, from ?? event.at),
        untilMs: until === undefined ? null : scenarioMsOf(scenario, until),
      };
    })
    .filter(({ role }) => causes || role !== 'cause')
    .sort((one, other) => one.atMs - other.atMs);

/**
 * Schedules every entry on the director's clock. `onEvent` hears of each as it happens, before it
 * acts: for the story and the report.
 */
export const playTimeline = (
  scenario: Scenario,
  entries: readonly TimelineEntry[],
  director: Director,
  onEvent: (entry: TimelineEntry) => void = () => {},
): void => {
  const memory = new Map<string, string>();
  const { startWallMs } = dayOf(scenario);
  for (const entry of entries) {
    director.schedule(entry.atMs, async () => {
      onEvent(entry);
      const { what } = entry.event;
      await kindOf(what).act(director, what, {
        untilMs: entry.untilMs,
        fromMs: entry.fromMs,
        startWallMs,
        world: scenario.world,
        memory,
      });
    });
  }
};
