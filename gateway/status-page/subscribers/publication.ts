/** What subscribers are told: one topic, in versions that grow. */
import type { IncidentStage, IncidentView } from '../facts.ts';
import type { Announcement } from '../incident.ts';
import type { Maintenance } from '../maintenance.ts';
import type { Both } from '../render/words.ts';

export interface Publication {
  /** Of the incident, announcement or maintenance. */
  readonly topic: string;
  /** How many updates it has had. A correction of a text is none: nobody is written to for a comma. */
  readonly version: number;
  readonly publishedAtMs: number;
  /** Where it can be read. */
  readonly path: string;
  readonly stage: IncidentStage | null;
  readonly title: Both;
  readonly text: Both;
}

export const ofIncident = (incident: IncidentView): Publication => {
  const last = incident.updates.at(-1);
  return {
    topic: incident.id,
    version: incident.updates.length,
    publishedAtMs: last?.atMs ?? incident.startedAtMs,
    path: `/incidents/${incident.id}`,
    stage: incident.stage,
    title: incident.title,
    text: last?.text ?? incident.title,
  };
};

export const ofAnnouncement = ({ id, atMs, title, text }: Announcement): Publication => ({
  topic: id,
  version: 1,
  publishedAtMs: atMs,
  path: `/history#${id}`,
  stage: null,
  title,
  text,
});

export const ofMaintenance = ({ id, changedAtMs, sequence, title, text }: Maintenance): Publication => ({
  topic: id,
  version: sequence + 1,
  publishedAtMs: changedAtMs,
  path: '/',
  stage: null,
  title,
  text,
});
