/**
 * An incident as the page keeps it, and the rules by which words about it are merged.
 *
 * Two voices may speak about one incident: its origin (a gateway instance, the page itself, or an
 * operator) and operators who add to it. The origin always tells the whole story so far, so a
 * lost or repeated message does no harm; what operators add is kept beside it and never
 * overwritten by the machine.
 */
import type { AfterAction, Component, IncidentStage, IncidentUpdate, IncidentView } from './facts.ts';

export interface PublishedIncident {
  readonly origin: 'gateway' | 'page' | 'operator';
  /** How bad its components are while it is open and not yet in `monitoring`. */
  readonly level: 'degraded' | 'outage';
  /** The story as its origin last told it. */
  readonly told: IncidentView;
  /** Wall time at which the origin said so; older words are ignored. */
  readonly toldAtMs: number;
  /** Updates by operators, oldest first. */
  readonly added: readonly IncidentUpdate[];
  /** Set when an operator corrected them. */
  readonly title: IncidentView['title'] | null;
  readonly components: readonly Component[] | null;
  /** The report after it, as last told, and when that was said. */
  readonly record?: { readonly told: AfterAction; readonly toldAtMs: number };
}

/** What an announcement is about: anything, a change of what the service offers, an end of support, days off. */
export const announcementKinds = ['news', 'feature', 'end_of_support', 'holiday'] as const;
export type AnnouncementKind = (typeof announcementKinds)[number];

/** A message for readers that belongs to no incident. */
export interface Announcement {
  /** Absent in what was written before there were kinds: `news`. */
  readonly kind?: AnnouncementKind | undefined;
  /** Days in Japan that it is about, `2026-12-29`; `toDay` is the last one. They go into calendars. */
  readonly fromDay?: string | undefined;
  readonly toDay?: string | undefined;
  readonly id: string;
  readonly atMs: number;
  readonly title: { readonly en: string; readonly ja: string };
  readonly text: { readonly en: string; readonly ja: string };
}

/** What readers see: both voices in order of time, the later word on the stage wins. */
export const view = (incident: PublishedIncident): IncidentView => {
  const { told, added } = incident;
  const lastAdded = added.at(-1);
  // Sorting is stable: at the same millisecond the origin speaks first.
  const updates = added.length === 0 ? told.updates : [...told.updates, ...added].sort((a, b) => a.atMs - b.atMs);
  return {
    ...told,
    title: incident.title ?? told.title,
    components: incident.components ?? told.components,
    stage: lastAdded !== undefined && lastAdded.atMs >= incident.toldAtMs ? lastAdded.stage : told.stage,
    updates,
  };
};

/** A story the origin tells for the first time. */
export const publish = (
  origin: PublishedIncident['origin'],
  told: IncidentView,
  toldAtMs: number,
  level: PublishedIncident['level'] = 'degraded',
): PublishedIncident => ({ origin, level, told, toldAtMs, added: [], title: null, components: null });

/**
 * The origin tells its story again. `null` when that is nothing new: a repetition, or an older
 * version that overtook nothing but arrived late. Within one millisecond the longer story is the
 * newer one, because stories only grow.
 */
export const retell = (known: PublishedIncident, told: IncidentView, toldAtMs: number): PublishedIncident | null => {
  if (toldAtMs < known.toldAtMs) return null;
  if (toldAtMs === known.toldAtMs && told.updates.length <= known.told.updates.length) return null;
  if (sameStory(known.told, told)) return null;
  return { ...known, told, toldAtMs };
};

const sameStory = (a: IncidentView, b: IncidentView): boolean => canonical(a) === canonical(b);

/** Members in one fixed order, whoever wrote the object. */
const canonical = (story: IncidentView): string =>
  JSON.stringify([
    [story.id, story.stage, story.cause, story.startedAtMs, story.title.en, story.title.ja, story.components],
    story.updates.map((update) => [update.stage, update.atMs, update.text.en, update.text.ja]),
  ]);

/** An operator adds to an incident, whoever opened it. */
export const addUpdate = (
  known: PublishedIncident,
  update: IncidentUpdate,
  corrections: {
    readonly title?: IncidentView['title'] | undefined;
    readonly components?: readonly Component[] | undefined;
  },
): PublishedIncident => ({
  ...known,
  added: [...known.added, update],
  title: corrections.title ?? known.title,
  components: corrections.components ?? known.components,
});

export const isOpen = (stage: IncidentStage): boolean => stage !== 'resolved';
