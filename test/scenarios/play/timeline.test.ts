import { describe, expect, it } from 'vitest';
import type { Director } from '../../../scenarios/play/director.ts';
import type { Event, Scenario } from '../../../scenarios/play/scenario.ts';
import { sourcesOf } from '../../../scenarios/play/scenario.ts';
import { playTimeline, timelineOf } from '../../../scenarios/play/timeline.ts';
import { goodScenario } from './parse.ts';

/** A stage that writes down what it is told, and whose clock is moved by hand. */
const recordingStage = () => {
  const done: string[] = [];
  const due: { readonly atMs: number; readonly act: () => void | Promise<void> }[] = [];
  let nowMs = 0;
  const note = (...words: readonly unknown[]): void => {
    done.push([nowMs, ...words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word)))].join(' '));
  };
  const director: Director = {
    control: async (...call) => note('control', ...call),
    traffic: async (...call) => note('traffic', ...call),
    pace: async (...call) => note('pace', ...call),
    sharedStore: async (...call) => note('shared-store', ...call),
    toxic: async (...call) => note('toxic', ...call),
    process: async (...call) => note('process', ...call),
    gatewayAdmin: async (...call) => note('gateway', ...call),
    statusPageAdmin: async (_, path, body) => {
      note('page', path, body);
      return { incident: { id: 'inc_7' } };
    },
    schedule: (atMs, act) => {
      due.push({ atMs, act });
    },
  };
  const run = async (): Promise<readonly string[]> => {
    for (let next = due.shift(); next !== undefined; next = due.shift()) {
      nowMs = next.atMs;
      await next.act();
      due.sort((one, other) => one.atMs - other.atMs);
    }
    return done;
  };
  return { director, run };
};

const event = (what: Event['what'], at = '10:01'): Event => ({ id: `event-${at}`, at, assumed: 'for the test', what });

const played = async (...timeline: readonly Event[]): Promise<readonly string[]> => {
  const scenario: Scenario = { ...goodScenario(), timeline: [...timeline] };
  const stage = recordingStage();
  playTimeline(scenario, timelineOf(scenario, 'protected'), stage.director);
  return await stage.run();
};

describe('an event', () => {
  it('of kind flood sets a tenant arriving and stops it again', async () => {
    const what = {
      kind: 'flood',
      acquirer: 'escott',
      tenant: 'other',
      ratePerSecond: 160,
      addresses: 9,
      until: '10:02',
    } as const;
    expect(await played(event(what))).toEqual([
      '60000 control escott PUT tenants/other/traffic {"ratePerSecond":160,"sources":9}',
      '120000 control escott PUT tenants/other/traffic {"ratePerSecond":0}',
    ]);
  });

  it('of kind capacity gives back what the world has', async () => {
    const what = { kind: 'capacity', acquirer: 'escott', workers: 2, slowdown: 3, until: '10:02' } as const;
    expect(await played(event(what))).toEqual([
      '60000 control escott PUT capacity {"workers":2,"slowdown":3}',
      '120000 control escott PUT capacity {"workers":10,"queueMax":500,"slowdown":1}',
    ]);
  });

  it('of kind cap restricts a tenant, and lift ends it', async () => {
    const cap = { kind: 'cap', acquirer: 'escott', tenant: 'gateway', ratePerSecond: 4 } as const;
    const lift = { kind: 'lift', acquirer: 'escott', tenant: 'gateway' } as const;
    expect(await played(event(cap), event(lift, '10:02'), event({ ...cap, until: '10:04' }, '10:03'))).toEqual([
      '60000 control escott PUT caps/gateway {"ratePerSecond":4}',
      '120000 control escott DELETE caps/gateway',
      '180000 control escott PUT caps/gateway {"ratePerSecond":4}',
      '240000 control escott DELETE caps/gateway',
    ]);
  });

  it('of kind link puts a fault on a link and takes it off', async () => {
    const what = {
      kind: 'link',
      link: 'gateway->gmo',
      toxic: { type: 'timeout', timeout: 0 },
      until: '10:02',
    } as const;
    expect(await played(event(what))).toEqual([
      '60000 toxic gateway->gmo {"type":"timeout","timeout":0}',
      '120000 toxic gateway->gmo null',
    ]);
  });

  it('of kind traffic, process and pause-merchant asks whoever can do it', async () => {
    expect(
      await played(
        event({ kind: 'traffic', member: 'shop-1', action: 'stop' }),
        event({ kind: 'process', program: 'gateway-1', action: 'freeze' }, '10:02'),
        event({ kind: 'pause-merchant', member: 'shop-2', reason: 'a loop' }, '10:03'),
      ),
    ).toEqual([
      '60000 traffic shop-1 stop',
      '120000 process gateway-1 freeze',
      '180000 gateway POST merchants/shop-2/pause {"reason":"a loop"}',
    ]);
  });

  it('of kind human-notice opens an incident once and then updates it', async () => {
    const words = { en: 'Trouble', ja: '障害' };
    const notice = {
      kind: 'human-notice',
      incident: 'main',
      title: words,
      text: words,
      components: ['refund'],
    } as const;
    const done = await played(
      event({ ...notice, components: ['refund'], stage: 'investigating' }),
      event({ ...notice, components: ['refund'], stage: 'resolved' }, '10:02'),
      event({ ...notice, components: ['refund'] }, '10:03'),
    );
    const text = JSON.stringify(words);
    expect(done).toEqual([
      `60000 page announcements {"title":${text},"text":${text},"components":["refund"],"stage":"investigating"}`,
      `120000 page announcements {"incident":"inc_7","stage":"resolved","text":${text},"components":["refund"]}`,
      `180000 page announcements {"title":${text},"text":${text},"components":["refund"]}`,
    ]);
  });
});

describe('a timeline', () => {
  const scenario = goodScenario();
  const ids = (entries: ReturnType<typeof timelineOf>) => entries.map((entry) => entry.event.id);

  it('leaves out what happens under other policies only', () => {
    expect(ids(timelineOf(scenario, 'protected'))).toEqual(['flood']);
    expect(ids(timelineOf(scenario, 'as-it-was'))).toEqual(['flood', 'first-notice']);
  });

  it('without its causes is the day without the incident', () => {
    expect(ids(timelineOf(scenario, 'as-it-was', { causes: false }))).toEqual(['first-notice']);
  });

  it('is in order of time, whatever the order of the file', () => {
    const turned = { ...scenario, timeline: [...scenario.timeline].reverse() };
    expect(timelineOf(turned, 'as-it-was').map(({ atMs, untilMs }) => [atMs, untilMs])).toEqual([
      [1_200_000, 2_370_000],
      [2_100_000, null],
    ]);
  });

  it('tells of each event before it acts', async () => {
    const stage = recordingStage();
    const told: string[] = [];
    playTimeline(scenario, timelineOf(scenario, 'protected'), stage.director, ({ title }) => told.push(title.en));
    await stage.run();
    expect(told).toEqual(['flood of 160/s on another-merchant at escott']);
  });
});

describe('the sources of a scenario', () => {
  it('name document and line, or the reason of the assumption', () => {
    expect(sourcesOf(goodScenario())).toEqual([
      {
        what: '10:20:00 flood of 160/s on another-merchant at escott',
        source: 'report-2026-04-01.txt:5',
        assumed: false,
      },
      {
        what: '10:35:00 a person publishes (investigating): Trouble with the upstream',
        source: 'the report does not say when people were told',
        assumed: true,
      },
      { what: 'Payments fail from 10:20 to 10:40', source: 'report-2026-04-01.txt:3', assumed: false },
      {
        what: 'Capacity of the upstream, 10 workers of 250 ms',
        source: 'never measured; scaled down so that an hour plays in seconds',
        assumed: true,
      },
    ]);
  });
});
