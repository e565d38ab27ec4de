/** What the day is about, read from its timeline: when the cause begins and ends, and its bands. */
import { resolveWindow, type Stretch } from '../judge/hours.ts';
import type { Band } from '../judge/result.ts';
import { dayOf, type Scenario } from '../play/scenario.ts';
import type { TimelineEntry } from '../play/timeline.ts';

/** A cause ends at its own `until`, at the matching stop, or with the day. */
const endOf = (entry: TimelineEntry, entries: readonly TimelineEntry[], dayMs: number): number => {
  if (entry.untilMs !== null) return entry.untilMs;
  const { what } = entry.event;
  if (what.kind !== 'traffic') return dayMs;
  const stop = entries.find(
    (other) =>
      other.atMs > entry.atMs &&
      other.event.what.kind === 'traffic' &&
      other.event.what.action === 'stop' &&
      other.event.what.member === what.member,
  );
  return stop?.atMs ?? dayMs;
};

/** The start of a cause; stopping traffic is an end and no cause of its own. */
const begins = ({ role, event }: TimelineEntry): boolean =>
  role === 'cause' && !(event.what.kind === 'traffic' && event.what.action === 'stop');

/** One band per cause, in scenario milliseconds. */
export const causeBands = (entries: readonly TimelineEntry[], dayMs: number): readonly Band[] =>
  entries.filter(begins).map((entry) => ({
    kind: 'cause',
    subject: entry.event.id,
    state: entry.event.what.kind,
    fromMs: entry.fromMs,
    toMs: endOf(entry, entries, dayMs),
    title: entry.title,
  }));

/** From the first cause to the end of the last; the whole day when there is none. */
export const causeStretch = (bands: readonly Band[], dayMs: number): Stretch =>
  bands.length === 0
    ? { fromMs: 0, toMs: dayMs }
    : { fromMs: Math.min(...bands.map(({ fromMs }) => fromMs)), toMs: Math.max(...bands.map(({ toMs }) => toMs)) };

/** The windows that the scenario judges by, each once: the hours its sources publish. */
export const windowBands = (scenario: Scenario): readonly Band[] => {
  const bands = new Map<string, Band>();
  for (const expectation of scenario.expect) {
    const window = 'window' in expectation ? expectation.window : undefined;
    if (window === undefined) continue;
    const subject = `${window.from}-${window.to}`;
    // As the judge reads it: an hour before the day's first belongs to the next morning.
    const stretch = resolveWindow(window, dayOf(scenario));
    if ('refused' in stretch) continue;
    bands.set(subject, {
      kind: 'window',
      subject,
      state: 'window',
      fromMs: stretch.fromMs,
      toMs: stretch.toMs,
      title: { en: `${window.from} to ${window.to}`, ja: `${window.from}から${window.to}` },
    });
  }
  return [...bands.values()];
};
