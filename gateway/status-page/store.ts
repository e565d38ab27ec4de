/**
 * What the page remembers across a restart: a port of its own, so that the page shares no
 * storage with the gateway it reports on.
 *
 * The page shows first and saves second: a full disk must not keep a notice from readers.
 */
import type { Announcement, PublishedIncident } from './incident.ts';
import { isOpen, view } from './incident.ts';
import type { InstanceWord } from './levels.ts';
import type { Maintenance } from './maintenance.ts';

export interface PageMemory {
  readonly incidents: readonly PublishedIncident[];
  readonly announcements: readonly Announcement[];
  readonly maintenances: readonly Maintenance[];
  readonly instances: readonly InstanceWord[];
}

/** Calls of one page arrive in order; an implementation keeps that order. */
export interface PageStore {
  load(): Promise<PageMemory>;
  /** Adds or replaces by id. */
  putIncident(incident: PublishedIncident): Promise<void>;
  putAnnouncement(announcement: Announcement): Promise<void>;
  /** Adds or replaces by id. */
  putMaintenance(maintenance: Maintenance): Promise<void>;
  /** Adds or replaces by instance. */
  putInstance(word: InstanceWord): Promise<void>;
}

export interface PageBounds {
  /** Incidents, announcements and maintenances kept, each. */
  readonly historyMax: number;
  readonly instancesMax: number;
}

export const emptyMemory: PageMemory = { incidents: [], announcements: [], maintenances: [], instances: [] };

/** Newest first, at most `max`; an open incident is never the one to go. */
export const boundIncidents = (incidents: Iterable<PublishedIncident>, max: number): PublishedIncident[] => {
  const sorted = [...incidents].sort(
    (a, b) => b.told.startedAtMs - a.told.startedAtMs || (a.told.id < b.told.id ? 1 : -1),
  );
  if (sorted.length <= max) return sorted;
  let spare = sorted.length - max;
  return sorted
    .reverse()
    .filter((incident) => {
      if (spare === 0 || isOpen(view(incident).stage)) return true;
      spare -= 1;
      return false;
    })
    .reverse();
};

const replace = <T>(list: readonly T[], item: T, same: (other: T) => boolean): T[] => {
  const at = list.findIndex(same);
  return at < 0 ? [item, ...list] : list.with(at, item);
};

/** The memory after one more word, inside its bounds. Pure; both implementations use it. */
export const withIncident = (memory: PageMemory, incident: PublishedIncident, bounds: PageBounds): PageMemory => ({
  ...memory,
  incidents: boundIncidents(
    replace(memory.incidents, incident, (other) => other.told.id === incident.told.id),
    bounds.historyMax,
  ),
});

export const withAnnouncement = (memory: PageMemory, item: Announcement, bounds: PageBounds): PageMemory => ({
  ...memory,
  announcements: replace(memory.announcements, item, (other) => other.id === item.id)
    .sort((a, b) => b.atMs - a.atMs || (a.id < b.id ? 1 : -1))
    .slice(0, bounds.historyMax),
});

export const withMaintenance = (memory: PageMemory, item: Maintenance, bounds: PageBounds): PageMemory => ({
  ...memory,
  maintenances: replace(memory.maintenances, item, (other) => other.id === item.id)
    .sort((a, b) => b.fromMs - a.fromMs || (a.id < b.id ? 1 : -1))
    .slice(0, bounds.historyMax),
});

export const withInstance = (memory: PageMemory, word: InstanceWord, bounds: PageBounds): PageMemory => ({
  ...memory,
  instances: replace(memory.instances, word, (other) => other.instance === word.instance)
    .sort((a, b) => b.beatAtMs - a.beatAtMs || (a.instance < b.instance ? -1 : 1))
    .slice(0, bounds.instancesMax),
});

/** Keeps everything in the process. `earlier` is what a former process left behind. */
export const createMemoryPageStore = (
  bounds: PageBounds = { historyMax: 200, instancesMax: 64 },
  earlier: PageMemory = emptyMemory,
): PageStore => {
  let memory = earlier;
  return {
    load: async () => memory,
    putIncident: async (incident) => {
      memory = withIncident(memory, incident, bounds);
    },
    putAnnouncement: async (announcement) => {
      memory = withAnnouncement(memory, announcement, bounds);
    },
    putMaintenance: async (maintenance) => {
      memory = withMaintenance(memory, maintenance, bounds);
    },
    putInstance: async (word) => {
      memory = withInstance(memory, word, bounds);
    },
  };
};
