/**
 * The page's state and the order of effects when it changes: show, save, say so in the log.
 *
 * Every change is applied in one synchronous step, so two requests cannot interleave inside one.
 * Readers are served from a snapshot that lives until the next change.
 */
import type { Log } from '../ports.ts';
import type { PageClock } from './clock.ts';
import type { StatusPageSettings } from './config.ts';
import type { Remembered } from './days.ts';
import type { Component, Fact, IncidentView, Level, StillWorks } from './facts.ts';
import { type Announcement, addUpdate, isOpen, type PublishedIncident, publish, retell, view } from './incident.ts';
import { stamp } from './japan-time.ts';
import { componentLevels, type InstanceWord, type Levels, overallLevel, stillWorksOf } from './levels.ts';
import type { Maintenance } from './maintenance.ts';
import type { AnnouncementBody, MaintenanceBody } from './schema.ts';
import { boundIncidents, emptyMemory, type PageStore, withMaintenance } from './store.ts';
import { ofAnnouncement, ofIncident, ofMaintenance, type Publication } from './subscribers/publication.ts';

/** Everything a reader can see, computed once per change. */
export interface Snapshot {
  readonly updatedAtMs: number;
  readonly overall: Level;
  readonly levels: Levels;
  /** What still works of what is restricted; empty while no incident is open. */
  readonly works: readonly StillWorks[];
  /** Not yet resolved, newest first. */
  readonly open: readonly IncidentView[];
  /** Resolved, newest first. */
  readonly past: readonly IncidentView[];
  /** Newest first. */
  readonly announcements: readonly Announcement[];
  /** Latest first, over and cancelled ones among them. */
  readonly maintenances: readonly Maintenance[];
  /** Every incident with how bad it was, for the days behind us. */
  readonly remembered: readonly Remembered[];
}

export type Written =
  | { readonly done: 'opened' | 'updated'; readonly incident: IncidentView }
  | { readonly done: 'announced'; readonly announcement: Announcement }
  | { readonly done: 'refused'; readonly why: 'no_such_incident' | 'still_bad' };

export interface Page {
  /** Reads what an earlier process left. Call once, before anything else. */
  load(): Promise<readonly InstanceWord[]>;
  /** Changes whenever a reader would see something else. */
  revision(): number;
  snapshot(): Snapshot;
  incident(id: string): PublishedIncident | undefined;
  openIncidents(): readonly PublishedIncident[];
  /** True when the fact was news. */
  hearIncident(fact: Extract<Fact, { kind: 'incident' }>): Promise<boolean>;
  /** The report after an incident; the newest counts. */
  hearRecord(fact: Extract<Fact, { kind: 'after_action' }>): Promise<boolean>;
  hearComponents(fact: Extract<Fact, { kind: 'components' }>): Promise<boolean>;
  /** An instance is heard for the first time. */
  meet(instance: string, beatAtMs: number): Promise<void>;
  /** Only these instances' words count now; the others have fallen silent. */
  countOnly(instances: ReadonlySet<string>): void;
  /** The page's own machine speaks. */
  tellOwn(story: IncidentView): Promise<void>;
  /** Announces planned work. */
  plan(body: MaintenanceBody): Promise<Maintenance>;
  /** Null: there is no such one. Cancelling twice changes nothing. */
  cancelPlan(id: string): Promise<Maintenance | null>;
  /** `mayResolve` is asked before an operator's `resolved` is taken. */
  write(body: AnnouncementBody, mayResolve: (incident: PublishedIncident) => boolean): Promise<Written>;
}

export interface PageDeps {
  readonly clock: PageClock;
  readonly log: Log;
  readonly store: PageStore;
  readonly settings: StatusPageSettings;
  /** Hears of everything that is published, when readers see it. */
  readonly onPublished?: (publication: Publication) => void;
  /** Hears of every change that a reader can see. */
  readonly onChanged?: (revision: number) => void;
}

/** More instances than this are forgotten, longest silent first. */
export const instancesMax = 64;

export const createPage = ({ clock, log, store, settings, onPublished, onChanged }: PageDeps): Page => {
  let incidents = new Map<string, PublishedIncident>();
  let announcements: readonly Announcement[] = [];
  let maintenances: readonly Maintenance[] = [];
  const words = new Map<string, InstanceWord>();
  let counting: ReadonlySet<string> = new Set();
  let revision = 0;
  let updatedAtMs = clock.wallMs();
  let shown: Snapshot | null = null;
  let levels: Levels = componentLevels([], []);
  let works: readonly StillWorks[] = [];

  /** When everybody is silent the last words are all there is. */
  const wordsNow = (): readonly InstanceWord[] => {
    const heard = [...words.values()].filter((word) => counting.has(word.instance));
    return heard.length > 0 ? heard : [...words.values()];
  };
  const levelsNow = (): Levels => componentLevels(wordsNow(), incidents.values());
  const worksNow = (): readonly StillWorks[] => {
    const isOpenNow = [...incidents.values()].some((incident) => isOpen(view(incident).stage));
    return isOpenNow ? stillWorksOf(wordsNow()) : [];
  };

  const changed = (): void => {
    revision += 1;
    updatedAtMs = clock.wallMs();
    shown = null;
    levels = levelsNow();
    works = worksNow();
    onChanged?.(revision);
  };

  /** A level that nobody can see changing is no change. */
  const changedIfLevelsDiffer = (): boolean => {
    const next = levelsNow();
    const isSame = (Object.keys(next) as Component[]).every((component) => next[component] === levels[component]);
    if (isSame && JSON.stringify(worksNow()) === JSON.stringify(works)) return false;
    changed();
    return true;
  };

  const save = async (what: string, put: Promise<void>): Promise<void> => {
    try {
      await put;
    } catch (error) {
      log.error({ event: 'page.save-failed', what, reason: error instanceof Error ? error.message : String(error) });
    }
  };

  const show = (incident: PublishedIncident): Promise<void> => {
    incidents.set(incident.told.id, incident);
    if (incidents.size > settings.historyMax)
      incidents = new Map(boundIncidents(incidents.values(), settings.historyMax).map((kept) => [kept.told.id, kept]));
    changed();
    const seen = view(incident);
    log.info({ event: 'page.published', incident: seen.id, stage: seen.stage, components: seen.components });
    onPublished?.(ofIncident(seen));
    return save('incident', store.putIncident(incident));
  };

  const showMaintenance = (item: Maintenance): Promise<void> => {
    maintenances = withMaintenance({ ...emptyMemory, maintenances }, item, {
      historyMax: settings.historyMax,
      instancesMax,
    }).maintenances;
    changed();
    log.info({ event: 'page.published', incident: null, stage: null, maintenance: item.id });
    onPublished?.(ofMaintenance(item));
    return save('maintenance', store.putMaintenance(item));
  };

  const keepWord = (word: InstanceWord): Promise<void> => {
    words.set(word.instance, word);
    if (words.size > instancesMax) {
      const oldest = [...words.values()].sort((a, b) => a.beatAtMs - b.beatAtMs)[0];
      if (oldest !== undefined) words.delete(oldest.instance);
    }
    return save('instance', store.putInstance(word));
  };

  /** `prefix-20170712-210235`, with a counter only when that is taken. JST, as people say it. */
  const freeId = (prefix: string, taken: (id: string) => boolean): string => {
    const base = `${prefix}-${stamp(clock.wallMs())}`;
    let id = base;
    for (let next = 2; taken(id); next += 1) id = `${base}-${next}`;
    return id;
  };

  const snapshot = (): Snapshot => {
    if (shown !== null) return shown;
    const all = [...incidents.values()]
      .map(view)
      .sort((a, b) => b.startedAtMs - a.startedAtMs || (a.id < b.id ? 1 : -1));
    shown = {
      updatedAtMs,
      overall: overallLevel(levels, incidents.values()),
      levels,
      works,
      open: all.filter((incident) => isOpen(incident.stage)),
      past: all.filter((incident) => !isOpen(incident.stage)),
      announcements,
      maintenances,
      remembered: [...incidents.values()].map((incident) => ({ ...view(incident), level: incident.level })),
    };
    return shown;
  };

  return {
    load: async () => {
      const memory = await store.load();
      incidents = new Map(memory.incidents.map((incident) => [incident.told.id, incident]));
      announcements = memory.announcements;
      maintenances = memory.maintenances;
      for (const word of memory.instances) words.set(word.instance, word);
      changed();
      return memory.instances;
    },
    revision: () => revision,
    snapshot,
    incident: (id) => incidents.get(id),
    openIncidents: () => [...incidents.values()].filter((incident) => isOpen(view(incident).stage)),

    hearIncident: async ({ incident: story, atMs, instance }) => {
      const known = incidents.get(story.id);
      if (known === undefined) {
        await show(publish('gateway', story, atMs));
        return true;
      }
      if (known.origin !== 'gateway') {
        log.warn({ event: 'feed.ignored', reason: 'incident_of_another_origin', incident: story.id, instance });
        return false;
      }
      const next = retell(known, story, atMs);
      if (next === null) return false;
      await show(next);
      return true;
    },

    hearRecord: async ({ record, atMs }) => {
      const known = incidents.get(record.incident);
      if (known === undefined || (known.record !== undefined && known.record.toldAtMs >= atMs)) return false;
      const next: PublishedIncident = { ...known, record: { told: record, toldAtMs: atMs } };
      incidents.set(record.incident, next);
      changed();
      log.info({ event: 'page.reported', incident: record.incident });
      await save('record', store.putIncident(next));
      return true;
    },

    hearComponents: async ({ instance, atMs, levels: said, works: heard }) => {
      const word = words.get(instance) ?? { instance, levels: {}, levelsAtMs: -1, beatAtMs: -1 };
      if (atMs <= word.levelsAtMs) return false;
      const saving = keepWord({
        instance,
        levels: { ...word.levels, ...said },
        levelsAtMs: atMs,
        beatAtMs: word.beatAtMs,
        ...(heard === undefined || heard.length === 0 ? {} : { works: heard }),
      });
      const news = changedIfLevelsDiffer();
      await saving;
      return news;
    },

    meet: (instance, beatAtMs) =>
      keepWord({ ...(words.get(instance) ?? { instance, levels: {}, levelsAtMs: -1 }), beatAtMs }),

    countOnly: (instances) => {
      counting = instances;
      changedIfLevelsDiffer();
    },

    tellOwn: (story) => {
      const known = incidents.get(story.id);
      const atMs = clock.wallMs();
      return show(
        known === undefined ? publish('page', story, atMs, 'outage') : { ...known, told: story, toldAtMs: atMs },
      );
    },

    plan: async (body) => {
      const maintenance: Maintenance = {
        id: freeId('maintenance', (id) => maintenances.some((other) => other.id === id)),
        ...body,
        changedAtMs: clock.wallMs(),
        sequence: 0,
        cancelled: false,
      };
      await showMaintenance(maintenance);
      return maintenance;
    },

    cancelPlan: async (id) => {
      const known = maintenances.find((one) => one.id === id);
      if (known === undefined) return null;
      if (known.cancelled) return known;
      const cancelled = { ...known, cancelled: true, changedAtMs: clock.wallMs(), sequence: known.sequence + 1 };
      await showMaintenance(cancelled);
      return cancelled;
    },

    write: async (body, mayResolve) => {
      const atMs = clock.wallMs();
      const { text, title, stage, components } = body;
      if (body.incident !== undefined) {
        const known = incidents.get(body.incident);
        if (known === undefined) return { done: 'refused', why: 'no_such_incident' };
        const next = stage ?? view(known).stage;
        if (next === 'resolved' && isOpen(view(known).stage) && !mayResolve(known))
          return { done: 'refused', why: 'still_bad' };
        const updated = addUpdate(known, { stage: next, atMs, text }, { title, components });
        await show(updated);
        return { done: 'updated', incident: view(updated) };
      }
      // The schema lets no new item through without a title.
      const heading = title ?? text;
      if (stage !== undefined) {
        const story: IncidentView = {
          id: freeId('operator', (id) => incidents.has(id)),
          title: heading,
          stage,
          cause: 'unknown',
          components: components ?? [],
          startedAtMs: Math.min(body.startedAtMs ?? atMs, atMs),
          updates: [{ stage, atMs, text }],
        };
        const opened = publish('operator', story, atMs, body.level);
        await show(opened);
        return { done: 'opened', incident: view(opened) };
      }
      const announcement: Announcement = {
        kind: body.kind ?? 'news',
        ...(body.fromDay === undefined ? {} : { fromDay: body.fromDay }),
        ...(body.toDay === undefined ? {} : { toDay: body.toDay }),
        id: freeId('news', (id) => announcements.some((other) => other.id === id)),
        atMs,
        title: heading,
        text,
      };
      announcements = [announcement, ...announcements].slice(0, settings.historyMax);
      changed();
      log.info({ event: 'page.published', incident: null, stage: null, announcement: announcement.id });
      onPublished?.(ofAnnouncement(announcement));
      await save('announcement', store.putAnnouncement(announcement));
      return { done: 'announced', announcement };
    },
  };
};
