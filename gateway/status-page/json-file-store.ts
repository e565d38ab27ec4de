/**
 * The page's memory in one JSON file, for a page that runs alone.
 *
 * Written whole to a neighbour and renamed over, so a crash leaves the old file or the new one,
 * never half of either. The calls are synchronous on purpose: a publication is rare and small,
 * and order then needs no queue.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  emptyMemory,
  type PageBounds,
  type PageMemory,
  type PageStore,
  withAnnouncement,
  withIncident,
  withInstance,
  withMaintenance,
} from './store.ts';

/** A file that cannot be read as ours stops the start: overwriting history would be worse. */
const read = (path: string): PageMemory => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return emptyMemory;
    throw error;
  }
  const stored: unknown = JSON.parse(text);
  if (typeof stored !== 'object' || stored === null || !('format' in stored) || stored.format !== 1)
    throw new Error(`${path} is not a status page memory of format 1`);
  // A memory from before maintenance was announced has none.
  const { incidents, announcements, maintenances, instances } = {
    maintenances: [],
    ...stored,
  } as unknown as PageMemory;
  return { incidents, announcements, maintenances, instances };
};

const write = (path: string, memory: PageMemory): void => {
  const neighbour = `${path}.new`;
  const file = openSync(neighbour, 'w', 0o600);
  try {
    writeFileSync(file, JSON.stringify({ format: 1, ...memory }));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(neighbour, path);
};

/** Opens or creates the memory at `path`. Throws when the file there is not ours. */
export const openJsonFilePageStore = (
  path: string,
  bounds: PageBounds = { historyMax: 200, instancesMax: 64 },
): PageStore => {
  mkdirSync(dirname(path), { recursive: true });
  let memory = read(path);
  const save = (next: PageMemory): void => {
    memory = next;
    write(path, memory);
  };
  return {
    load: async () => memory,
    putIncident: async (incident) => save(withIncident(memory, incident, bounds)),
    putAnnouncement: async (announcement) => save(withAnnouncement(memory, announcement, bounds)),
    putMaintenance: async (maintenance) => save(withMaintenance(memory, maintenance, bounds)),
    putInstance: async (word) => save(withInstance(memory, word, bounds)),
  };
};
