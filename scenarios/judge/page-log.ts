/**
 * What the public status page said and when: from the page's own log, or from what a reader saw
 * where the page logs nothing.
 */

/** What is read of the page's `/api/v1/status.json`. */
export interface PageReading {
  readonly incidents?: readonly {
    readonly id: string;
    readonly stage: string;
    readonly components?: readonly string[];
  }[];
  readonly announcements?: readonly { readonly id: string }[];
}

/** The page said this about an incident from then on. */
export interface PageFact {
  readonly atMs: number;
  readonly incident: string;
  readonly stage: string;
}

/** What the page ever said is concerned by one incident, and when it first spoke of it. */
export interface PageNames {
  readonly incident: string;
  readonly firstMs: number;
  /** In the order of their first mention. */
  readonly components: readonly string[];
}

/** The stage of a message on the page that belongs to no incident. */
export const announced = 'announced';

/** Incident id of what the page publishes by itself when the gateway is silent and it names none. */
const machineIncident = 'machine';

const factsMax = 5_000;

export const createPageLog = () => {
  const facts: PageFact[] = [];
  /** Every publication, also those that say the same stage again. */
  const words: PageFact[] = [];
  const stages = new Map<string, string>();
  /** A reader's look may be older than the log: it must not overwrite what the page itself logged. */
  const logged = new Set<string>();
  const named = new Map<string, { readonly firstMs: number; readonly components: Set<string> }>();

  const name = (incident: string, components: readonly string[], atMs: number): void => {
    const known = named.get(incident) ?? { firstMs: atMs, components: new Set<string>() };
    if (named.size < factsMax) named.set(incident, known);
    for (const component of components) known.components.add(component);
  };

  const say = (incident: string, stage: string, atMs: number): void => {
    if (stages.get(incident) === stage || facts.length >= factsMax) return;
    stages.set(incident, stage);
    facts.push({ atMs, incident, stage });
  };

  return {
    /** `page.published` and `page.machine-published`; empty strings where a field is absent. */
    published(entry: {
      incident: string;
      stage: string;
      announcement: string;
      components: readonly string[];
      atMs: number;
    }): void {
      // A word about an incident that does not move it: its record, when it is over.
      if (entry.incident !== '' && entry.stage === '') return;
      const incident = entry.incident || entry.announcement || machineIncident;
      logged.add(incident);
      const stage = entry.stage || (entry.announcement === '' ? 'investigating' : announced);
      if (stage !== announced) name(incident, entry.components, entry.atMs);
      if (words.length < factsMax) words.push({ atMs: entry.atMs, incident, stage });
      say(incident, stage, entry.atMs);
    },
    read(reading: PageReading, atMs: number): void {
      for (const { id, stage, components } of reading.incidents ?? []) {
        if (!logged.has(id)) say(id, stage, atMs);
        name(id, components ?? [], atMs);
      }
      for (const { id } of reading.announcements ?? []) if (!logged.has(id)) say(id, announced, atMs);
    },
    /** In order of time, each only when it changed what the page says. */
    facts: (): readonly PageFact[] => facts,
    /** Each time the page itself published something. */
    words: (): readonly PageFact[] => words,
    /** Of each incident, in the order in which the page first spoke of them. */
    names: (): readonly PageNames[] =>
      [...named].map(([incident, { firstMs, components }]) => ({ incident, firstMs, components: [...components] })),
  };
};
