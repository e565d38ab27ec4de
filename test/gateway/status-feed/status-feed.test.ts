import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { LogFields } from '../../../gateway/ports.ts';
import { createStatusFeed, type NewFact, type StatusFeed } from '../../../gateway/status-feed/status-feed.ts';
import type { Fact, IncidentView } from '../../../gateway/status-page/facts.ts';
import { createStage } from '../../../scenarios/stage/stage.ts';

const secret = 'a secret of the tests';
const startWallMs = 1_500_000_000_000;

const open = (status: (fact: Fact) => number = () => 200) => {
  const stage = createStage({ seed: 1, startWallMs, latency: { medianMs: 1, sigma: 0 } });
  const facts: Fact[] = [];
  const forged: string[] = [];
  const log: LogFields[] = [];
  stage.onLog(({ fields }) => log.push(fields));
  const link = stage.network.link('gateway', 'page');
  stage.addProgram({
    program: 'page',
    host: 'page.test',
    create: () => ({
      app: {
        async fetch(request) {
          const body = await request.text();
          const [, time, given] =
            /^t=(\d+),v1=([0-9a-f]{64})$/.exec(request.headers.get('Breakwater-Signature') ?? '') ?? [];
          const expected = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
          if (given !== expected || new URL(request.url).pathname !== '/feed') forged.push(body);
          const fact = JSON.parse(body) as Fact;
          facts.push(fact);
          return new Response('', { status: status(fact) });
        },
      },
    }),
  });
  let feed: StatusFeed | null = null;
  const gateway = stage.addProgram({
    program: 'gateway',
    host: 'gateway.test',
    create: ({ clock, fetch, log: own }) => {
      const settings = { url: 'http://page.test', secret, beatEveryMs: 10_000 };
      const made = createStatusFeed({ clock, fetch, log: own, instanceId: 'gateway-1', settings });
      feed = made;
      return {
        app: { fetch: () => new Response('') },
        start: async () => made.start(),
        stop: async () => made.stop(),
      };
    },
  });
  const pass = async (seconds: number): Promise<void> => {
    await stage.run({ untilMs: stage.nowMs() + seconds * 1000, mustFinish: false });
  };
  const tell = async (...told: NewFact[]): Promise<void> => {
    stage.spawnTask('tell', async () => {
      for (const fact of told) feed?.tell(fact);
    });
    await pass(0.1);
  };
  return { stage, facts, forged, log, link, gateway, pass, tell, kinds: () => facts.map(({ kind }) => kind) };
};

const incident = (stage: IncidentView['stage'], id = 'inc_1'): NewFact => ({
  kind: 'incident',
  incident: {
    id,
    title: { en: 'x', ja: 'x' },
    stage,
    cause: 'unknown',
    components: ['api'],
    startedAtMs: startWallMs,
    updates: [],
  },
});

describe('the feed of the status page', () => {
  it('beats from the start on, signed, in its own name', async () => {
    const world = open();
    await world.pass(35);
    expect(world.kinds()).toEqual(['beat', 'beat', 'beat', 'beat']);
    expect(world.facts.map(({ instance, atMs }) => [instance, Math.round((atMs - startWallMs) / 1000)])).toEqual([
      ['gateway-1', 0],
      ['gateway-1', 10],
      ['gateway-1', 20],
      ['gateway-1', 30],
    ]);
    expect(world.forged).toEqual([]);
  });

  it('tells what happens at once', async () => {
    const world = open();
    await world.pass(1);
    await world.tell({ kind: 'components', levels: { capture: 'outage' } }, incident('investigating'));
    expect(world.facts.slice(1)).toMatchObject([
      { kind: 'components', levels: { capture: 'outage' }, instance: 'gateway-1' },
      { kind: 'incident', incident: { stage: 'investigating' } },
    ]);
    expect(world.forged).toEqual([]);
  });

  it('keeps what the page did not take, and tells the latest of it with the next beat', async () => {
    const world = open();
    await world.pass(1);
    world.link.add({ type: 'down' });
    await world.tell({ kind: 'components', levels: { capture: 'degraded' } });
    await world.tell(
      { kind: 'components', levels: { capture: 'outage' } },
      incident('investigating'),
      incident('identified'),
    );
    expect(world.kinds()).toEqual(['beat']);
    world.link.heal();
    await world.pass(10);
    expect(
      world.facts
        .slice(1)
        .map((fact) => ('levels' in fact ? fact.levels.capture : 'incident' in fact ? fact.incident.stage : fact.kind)),
    ).toEqual(['outage', 'investigating', 'identified', 'beat']);
  });

  it.each([500, 503])('keeps it when the page answers %i', async (status) => {
    let up = false;
    const world = open(() => (up ? 200 : status));
    await world.pass(1);
    await world.tell(incident('investigating'));
    up = true;
    const before = world.facts.length;
    await world.pass(10);
    expect(world.facts.slice(before).filter(({ kind }) => kind === 'incident')).toHaveLength(1);
  });

  it('lets go of what the page refuses, and says so', async () => {
    const world = open(({ kind }) => (kind === 'incident' ? 401 : 200));
    await world.pass(1);
    await world.tell(incident('investigating'));
    await world.pass(30);
    expect(world.facts.filter(({ kind }) => kind === 'incident')).toHaveLength(1);
    expect(world.log).toEqual([{ event: 'feed.refused', kind: 'incident', status: 401 }]);
  });

  it('does not pile up beats while the page is away', async () => {
    const world = open();
    await world.pass(1);
    world.link.add({ type: 'down' });
    await world.pass(120);
    world.link.heal();
    await world.pass(10);
    // The first, and one after the page is back.
    expect(world.kinds()).toEqual(['beat', 'beat']);
  });

  it('waits five seconds for a page that hangs, and goes on', async () => {
    const world = open();
    world.link.add({ type: 'timeout', attributes: { timeout: 0 } });
    await world.pass(12);
    world.link.heal();
    await world.pass(20);
    expect(world.kinds().length).toBeGreaterThanOrEqual(4);
  });

  it('is silent once it is stopped', async () => {
    const world = open();
    await world.pass(1);
    world.stage.spawnTask('stop', () => world.gateway.stop());
    await world.pass(60);
    expect(world.kinds()).toEqual(['beat']);
  });
});
