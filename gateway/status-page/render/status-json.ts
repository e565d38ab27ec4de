/** `/api/v1/status.json`: what programs read. One shape, only ever added to. */
import { type Component, components, type IncidentView, type Level, type StillWorks } from '../facts.ts';
import type { Announcement } from '../incident.ts';
import { isoJst } from '../japan-time.ts';
import { ahead, type Maintenance } from '../maintenance.ts';
import type { Snapshot } from '../page.ts';
import { type Both, componentTitles } from './words.ts';

export interface StatusJson {
  /** The worst level on the page. */
  readonly status: Level;
  /** When anything on it last changed, ISO 8601 in JST. */
  readonly updatedAt: string;
  readonly components: readonly { readonly id: Component; readonly level: Level; readonly title: Both }[];
  /** What still works of what is restricted upstream, by acquirer and brand; empty while no incident is open. */
  readonly works: readonly StillWorks[];
  /** Every open one first, then the ten newest resolved ones. */
  readonly incidents: readonly IncidentView[];
  /** The ten newest. */
  readonly announcements: readonly Announcement[];
  /** Not over and not cancelled, soonest first. */
  readonly maintenances: readonly Maintenance[];
}

const recentMax = 10;

export const statusOf = (snapshot: Snapshot, nowMs: number): StatusJson => ({
  status: snapshot.overall,
  updatedAt: isoJst(snapshot.updatedAtMs),
  components: components.map((id) => ({ id, level: snapshot.levels[id], title: componentTitles[id] })),
  works: snapshot.works,
  incidents: [...snapshot.open, ...snapshot.past.slice(0, recentMax)],
  announcements: snapshot.announcements.slice(0, recentMax),
  maintenances: ahead(snapshot.maintenances, nowMs),
});
