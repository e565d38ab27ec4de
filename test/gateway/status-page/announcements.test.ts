import { describe, expect, it } from 'vitest';
import type { IncidentView } from '../../../gateway/status-page/facts.ts';
import { createBench, story } from './bench.ts';

const title = { en: 'Payments fail', ja: '決済が失敗しています' };
const text = { en: 'We are looking into it.', ja: '調査しています。' };

const incidentOf = async (reply: Response) => ((await reply.json()) as { incident: IncidentView }).incident;

describe('what operators write', () => {
  it('opens an incident when it names a stage', async () => {
    const bench = createBench();
    const reply = await bench.write({
      stage: 'investigating',
      title,
      text,
      components: ['create_charge'],
      level: 'outage',
    });
    expect(reply.status).toBe(201);
    const incident = await incidentOf(reply);
    expect(incident).toMatchObject({ id: 'operator-20170712-210000', stage: 'investigating', title });
    expect(await bench.json()).toMatchObject({ status: 'outage', incidents: [{ id: incident.id }] });
    expect(bench.stages(incident.id)).toEqual(['investigating']);
  });

  it('updates and resolves an incident by its id', async () => {
    const bench = createBench();
    const { id } = await incidentOf(await bench.write({ stage: 'investigating', title, text }));
    await bench.clock.run(60_000);
    await bench.write({ incident: id, text });
    await bench.clock.run(60_000);
    expect((await bench.write({ incident: id, stage: 'resolved', text })).status).toBe(200);
    expect(bench.stages(id)).toEqual(['investigating', 'investigating', 'resolved']);
    expect((await bench.json()).status).toBe('operational');
  });

  it('stays when the gateway tells more of its incident, and the later word sets the stage', async () => {
    const bench = createBench();
    const startMs = bench.clock.wallMs();
    const tell = (atMs: number, ...stages: Parameters<typeof story>[1]) =>
      bench.feed({ kind: 'incident', instance: 'gateway-1', atMs, incident: story(startMs, stages) });
    await tell(startMs, 'investigating');
    await bench.clock.run(30_000);
    const added = await incidentOf(await bench.write({ incident: 'inc-1', stage: 'identified', text, title }));
    expect(added).toMatchObject({ stage: 'identified', title });
    await bench.clock.run(60_000);
    await tell(startMs + 90_000, 'investigating', 'monitoring');
    const [shown] = (await bench.json()).incidents;
    expect(shown).toMatchObject({ stage: 'monitoring', title });
    expect(shown?.updates.map((update) => update.stage)).toEqual(['investigating', 'identified', 'monitoring']);
  });

  it('is an announcement when it names neither stage nor incident', async () => {
    const bench = createBench();
    const reply = await bench.write({ title, text });
    expect(reply.status).toBe(201);
    expect(await bench.json()).toMatchObject({
      status: 'operational',
      incidents: [],
      announcements: [{ title, text }],
    });
    expect(bench.log).toContainEqual({
      event: 'page.published',
      incident: null,
      stage: null,
      announcement: 'news-20170712-210000',
    });
  });

  it('gets ids of its own when two are written in one second', async () => {
    const bench = createBench();
    const first = await incidentOf(await bench.write({ stage: 'investigating', title, text }));
    const second = await incidentOf(await bench.write({ stage: 'investigating', title, text }));
    expect([first.id, second.id]).toEqual(['operator-20170712-210000', 'operator-20170712-210000-2']);
  });

  it('can tell afterwards of an incident that began earlier', async () => {
    const bench = createBench();
    const startedAtMs = bench.clock.wallMs() - 4_200_000;
    const incident = await incidentOf(await bench.write({ stage: 'resolved', title, text, startedAtMs }));
    expect(incident.startedAtMs).toBe(startedAtMs);
  });

  it.each([
    ['another token', { title, text }, 'not-the-token-at-all', 401],
    ['an empty token', { title, text }, '', 401],
    ['a title in one language only', { title: { en: 'x' }, text }, undefined, 400],
    ['no text', { title, stage: 'investigating' }, undefined, 400],
    ['no title for something new', { text }, undefined, 400],
    ['an unknown member', { title, text, colour: 'red' }, undefined, 400],
    ['an unknown stage', { title, text, stage: 'fixed' }, undefined, 400],
    ['an incident that does not exist', { incident: 'inc-9', text }, undefined, 404],
    ['what is no JSON', 'hello', undefined, 400],
    ['more than 64 KiB', { title, text: { en: 'x'.repeat(70_000), ja: 'x' } }, undefined, 413],
  ])('is refused with %s', async (_name, body, token, status) => {
    const bench = createBench();
    expect((await bench.write(body, token)).status).toBe(status);
    expect(await bench.json()).toMatchObject({ incidents: [], announcements: [] });
  });

  it('keeps history bounded and never drops an open incident', async () => {
    const bench = createBench({ config: { historyMax: 10 } });
    const { id } = await incidentOf(await bench.write({ stage: 'investigating', title, text }));
    for (let index = 0; index < 30; index += 1) {
      await bench.clock.run(1_000);
      await bench.write({ stage: 'resolved', title, text });
      await bench.write({ title, text });
    }
    const history = await bench.html('/history');
    expect(history.match(/<li class="card accent/g)?.length).toBe(10);
    expect(history).toContain(id);
    expect(history.match(/id="news-/g)?.length).toBe(10);
  });
});
