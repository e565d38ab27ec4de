import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { publish } from '../../../gateway/status-page/incident.ts';
import { openJsonFilePageStore } from '../../../gateway/status-page/json-file-store.ts';
import { createMemoryPageStore, type PageBounds, type PageStore } from '../../../gateway/status-page/store.ts';
import { story } from './bench.ts';

const folder = mkdtempSync(join(tmpdir(), 'breakwater-page-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const nextFile = (): string => {
  files += 1;
  return join(folder, `${files}`, 'page.json');
};

const stores: { name: string; open: (bounds?: PageBounds) => PageStore }[] = [
  { name: 'memory', open: (bounds) => createMemoryPageStore(bounds) },
  { name: 'a JSON file', open: (bounds) => openJsonFilePageStore(nextFile(), bounds) },
];

const incident = (id: string, startedAtMs: number, stage: 'investigating' | 'resolved') =>
  publish('gateway', story(startedAtMs, [stage], { id }), startedAtMs);
const both = { en: 'x', ja: 'x' };

for (const { name, open } of stores)
  describe(`the page's store in ${name}`, () => {
    it('begins empty', async () => {
      expect(await open().load()).toEqual({ incidents: [], announcements: [], maintenances: [], instances: [] });
    });

    it('replaces by id and keeps the newest first', async () => {
      const store = open();
      await store.putIncident(incident('a', 1, 'investigating'));
      await store.putIncident(incident('b', 2, 'investigating'));
      await store.putIncident(incident('a', 1, 'resolved'));
      await store.putInstance({ instance: 'g1', levels: {}, levelsAtMs: 1, beatAtMs: 1 });
      await store.putInstance({ instance: 'g1', levels: { api: 'outage' }, levelsAtMs: 2, beatAtMs: 1 });
      const memory = await store.load();
      expect(memory.incidents.map((kept) => [kept.told.id, kept.told.stage])).toEqual([
        ['b', 'investigating'],
        ['a', 'resolved'],
      ]);
      expect(memory.instances).toEqual([{ instance: 'g1', levels: { api: 'outage' }, levelsAtMs: 2, beatAtMs: 1 }]);
    });

    it('drops the oldest resolved incident past its bound, never an open one', async () => {
      const store = open({ historyMax: 2, instancesMax: 2 });
      await store.putIncident(incident('open', 1, 'investigating'));
      for (const at of [2, 3, 4]) await store.putIncident(incident(`past-${at}`, at, 'resolved'));
      for (const at of [1, 2, 3]) await store.putAnnouncement({ id: `n${at}`, atMs: at, title: both, text: both });
      for (const at of [1, 2, 3])
        await store.putInstance({ instance: `g${at}`, levels: {}, levelsAtMs: 0, beatAtMs: at });
      const plan = { title: both, text: both, components: [], changedAtMs: 1, sequence: 0, cancelled: false };
      for (const at of [1, 3, 2]) await store.putMaintenance({ ...plan, id: `m${at}`, fromMs: at, toMs: at + 1 });
      await store.putMaintenance({ ...plan, id: 'm3', fromMs: 3, toMs: 4, cancelled: true });
      const memory = await store.load();
      expect(memory.maintenances.map((kept) => [kept.id, kept.cancelled])).toEqual([
        ['m3', true],
        ['m2', false],
      ]);
      expect(memory.incidents.map((kept) => kept.told.id)).toEqual(['past-4', 'open']);
      expect(memory.announcements.map((kept) => kept.id)).toEqual(['n3', 'n2']);
      expect(memory.instances.map((kept) => kept.instance)).toEqual(['g3', 'g2']);
    });
  });

describe('the JSON file', () => {
  it('remembers across a restart and leaves no half-written neighbour', async () => {
    const path = nextFile();
    await openJsonFilePageStore(path).putIncident(incident('a', 1, 'investigating'));
    expect((await openJsonFilePageStore(path).load()).incidents[0]?.told.id).toBe('a');
    expect(readdirSync(join(path, '..'))).toEqual(['page.json']);
  });

  it('reads a file from before maintenance was announced', async () => {
    const path = nextFile();
    await openJsonFilePageStore(path).putIncident(incident('a', 1, 'investigating'));
    const { maintenances: _, ...older } = JSON.parse(readFileSync(path, 'utf8')) as { maintenances: unknown };
    writeFileSync(path, JSON.stringify(older));
    expect(await openJsonFilePageStore(path).load()).toMatchObject({ incidents: [{}], maintenances: [] });
  });

  it('refuses to start on a file that is not its own', () => {
    const path = join(folder, 'other.json');
    writeFileSync(path, '{"format":7}');
    expect(() => openJsonFilePageStore(path)).toThrow('format 1');
    writeFileSync(path, 'half a');
    expect(() => openJsonFilePageStore(path)).toThrow();
  });
});
