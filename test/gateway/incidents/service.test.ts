import { describe, expect, it } from 'vitest';
import type { BreakerStatus } from '../../../gateway/breaker/breaker.ts';
import { covers, type MaintenanceWindow } from '../../../gateway/incidents/maintenance.ts';
import { createIncidents } from '../../../gateway/incidents/service.ts';
import type { LogFields } from '../../../gateway/ports.ts';
import {
  type AfterAction,
  afterActionEntriesMax,
  type Component,
  type IncidentView,
  type StillWorks,
} from '../../../gateway/status-page/facts.ts';
import { createManualClock } from '../manual-clock.ts';
import { detectorPolicy, incidentsPolicy } from './rules.ts';

const minute = 60_000;

const createWorld = (changes: Parameters<typeof incidentsPolicy>[0] = {}) => {
  const clock = createManualClock();
  const logged: LogFields[] = [];
  const published: { readonly atMs: number; readonly view: IncidentView }[] = [];
  const notified: { readonly atMs: number; readonly stage: string; readonly merchants: readonly string[] }[] = [];
  const levels: string[] = [];
  const works: (readonly StillWorks[])[] = [];
  const still: StillWorks[] = [];
  const records: AfterAction[] = [];
  const troubles: string[] = [];
  const over: string[] = [];
  const windows: MaintenanceWindow[] = [];
  /** Merchants that nobody can look up. */
  const unreachable = new Set<string>();
  const evidence = new Map<string, { breakers: BreakerStatus; unknownsOpen: number }>();
  const of = (acquirer: string): { breakers: BreakerStatus; unknownsOpen: number } => {
    const held = evidence.get(acquirer) ?? { breakers: 'closed' as BreakerStatus, unknownsOpen: 0 };
    evidence.set(acquirer, held);
    return held;
  };
  const incidents = createIncidents({
    clock,
    log: { debug: () => {}, info: (fields) => logged.push(fields), warn: () => {}, error: () => {} },
    policy: { incidents: incidentsPolicy(changes), detector: detectorPolicy() },
    evidence: of,
    publish: (view) => published.push({ atMs: clock.monotonicMs(), view }),
    notifyAffected: async ({ stage }, merchants) => {
      notified.push({ atMs: clock.monotonicMs(), stage, merchants });
      return merchants.filter((id) => unreachable.has(id));
    },
    publishLevels: (now, stillWorking) => {
      levels.push(`${clock.monotonicMs()} ${now.create_charge}`);
      works.push(stillWorking);
    },
    stillWorks: () => [...still],
    publishRecord: (record) => records.push(record),
    onTrouble: ({ id }) => troubles.push(id),
    onOver: (id) => over.push(id),
    maintenance: {
      covers: (scopes, components, wallMs) => windows.some((window) => covers(window, scopes, components, wallMs)),
      apiStoppedUntilMs: () => null,
      nextEndMs: (wallMs) => windows.find(({ toMs }) => toMs > wallMs)?.toMs ?? null,
      plan: () => Promise.reject(new Error('not here')),
      cancel: () => Promise.resolve(false),
      list: () => windows,
      load: () => Promise.resolve(),
    },
  });
  const breaker = (to: BreakerStatus, acquirer = 'escott'): void => {
    of(acquirer).breakers = to;
    incidents.breakerChanged({ acquirer, to });
  };
  let turn = 0;
  /** Outcomes for `durationMs` at 5 a second, of 40 merchants in turn. */
  const traffic = (
    durationMs: number,
    result: (index: number) => 'ok' | 'failure',
    { acquirer = 'escott', component = 'create_charge' }: { acquirer?: string; component?: Component } = {},
  ): void => {
    for (let index = 0; index < durationMs / 200; index += 1) {
      clock.advance(200);
      turn += 1;
      incidents.outcome({ component, acquirer, merchantId: `shop-${turn % 40}`, result: result(index) });
    }
  };
  return {
    clock,
    incidents,
    breaker,
    traffic,
    of,
    published,
    notified,
    levels,
    works,
    still,
    records,
    troubles,
    over,
    windows,
    unreachable,
    /** Published updates as `minute stage`. */
    told: () => published.map(({ atMs, view }) => `${Math.round((atMs / minute) * 100) / 100} ${view.stage}`),
    events: () =>
      logged
        .filter(({ event }) => event.startsWith('incident.'))
        .map(
          ({ event, stage, public: isPublic }) =>
            `${event} ${String(stage)} ${isPublic === true ? 'public' : 'private'}`,
        ),
    last: (): IncidentView => published.at(-1)?.view as IncidentView,
  };
};
type World = ReturnType<typeof createWorld>;

const ok = (): 'ok' => 'ok';
const failure = (): 'failure' => 'failure';

/** A hard loss of two seconds, until the breaker opens and traffic goes elsewhere. */
const lose = (world: World): void => {
  world.traffic(minute, ok);
  world.traffic(2_000, failure);
  world.breaker('open');
};

/** Comes back: ramp, then closed, then ordinary traffic for as long as told. */
const heal = (world: World, thenMs: number): void => {
  world.breaker('ramp');
  world.traffic(20_000, ok);
  world.breaker('closed');
  world.traffic(thenMs, ok);
};

describe('an outage of the acquirer', () => {
  it('is public within 20 s of the first failure, and told to the merchants that were hurt', () => {
    const world = createWorld();
    lose(world);
    world.clock.advance(20_000);
    expect(world.published).toHaveLength(1);
    const [first] = world.published;
    expect((first?.atMs ?? 0) - minute).toBeLessThan(20_000);
    expect(first?.view).toMatchObject({ stage: 'investigating', cause: 'unknown', components: ['create_charge'] });
    expect(first?.view.startedAtMs).toBe(Date.parse('2017-07-12T21:01:00.200+09:00'));
    expect(first?.view.updates[0]?.text.en).toContain('Since about 21:01 (JST)');
    expect(first?.view.updates[0]?.text.ja).toContain('21:01頃より');
    expect(world.notified).toHaveLength(1);
    expect(world.notified[0]?.merchants).toHaveLength(10);
  });

  it('is told again to a merchant that nobody could look up, when it is hurt again', async () => {
    const world = createWorld();
    for (let shop = 0; shop < 40; shop += 1) world.unreachable.add(`shop-${shop}`);
    lose(world);
    world.clock.advance(20_000);
    await Promise.resolve();
    await Promise.resolve();
    const missed = world.notified.flatMap(({ merchants }) => merchants);
    expect(missed).toHaveLength(10);
    world.unreachable.clear();
    world.traffic(30_000, failure);
    const told = world.notified.slice(1).flatMap(({ merchants }) => merchants);
    expect(told.toSorted()).toEqual(Array.from({ length: 40 }, (_, shop) => `shop-${shop}`).toSorted());
  });

  it('is one incident whatever else fails there, with every component that was hurt', () => {
    const world = createWorld();
    lose(world);
    world.traffic(10_000, failure, { component: 'capture' });
    world.traffic(10_000, failure, { component: 'refund' });
    world.breaker('open');
    expect(world.incidents.open()).toHaveLength(1);
    expect(new Set(world.published.map(({ view }) => view.id)).size).toBe(1);
    expect(world.last().components).toEqual(['create_charge', 'capture', 'refund']);
    expect(world.events().filter((event) => event.startsWith('incident.opened'))).toHaveLength(1);
  });

  it('runs from investigating to resolved with an update every half hour, never a step too early', () => {
    const world = createWorld();
    lose(world);
    const openMinutes = 70;
    world.clock.advance(openMinutes * minute);
    heal(world, 60 * minute);
    expect(world.told()).toEqual([
      '1.26 investigating',
      '2.01 identified',
      '32.01 identified',
      '62.01 identified',
      expect.stringMatching(/^86\.\d+ monitoring$/),
      expect.stringMatching(/^101\.\d+ resolved$/),
    ]);
    expect(world.last()).toMatchObject({ stage: 'resolved', cause: 'upstream_down' });
    expect(world.notified.map(({ stage }) => stage)).toEqual(['investigating', 'resolved']);
    expect(world.notified[1]?.merchants).toEqual(world.notified[0]?.merchants);
    expect(world.incidents.open()).toEqual([]);
    expect(world.events().at(-1)).toBe('incident.resolved resolved public');
  });

  it('goes back to investigating when it comes back while monitoring, and tells those hurt only then', () => {
    const world = createWorld();
    lose(world);
    world.clock.advance(10 * minute);
    heal(world, 20 * minute);
    expect(world.last().stage).toBe('monitoring');
    const toldBefore = new Set(world.notified.flatMap(({ merchants }) => merchants));
    world.incidents.outcome({ component: 'refund', acquirer: 'escott', merchantId: 'late-1', result: 'failure' });
    expect(world.notified.flatMap(({ merchants }) => merchants)).not.toContain('late-1');
    world.traffic(2_000, failure);
    world.breaker('open');
    expect(world.last().stage).toBe('investigating');
    expect(world.last().updates.some(({ text }) => text.en.includes('failing again'))).toBe(true);
    const toldNow = new Set(world.notified.flatMap(({ merchants }) => merchants));
    expect(toldNow.has('late-1')).toBe(true);
    expect(toldNow.size).toBeGreaterThan(toldBefore.size + 1);
    expect(world.last().stage).not.toBe('resolved');
  });

  it('tells those who were hurt just before it was seen to be back, when it comes back before monitoring', () => {
    const world = createWorld();
    lose(world);
    world.clock.advance(10 * minute);
    heal(world, 5 * minute);
    expect(world.last().stage).toBe('identified');
    world.incidents.outcome({ component: 'refund', acquirer: 'escott', merchantId: 'late-1', result: 'failure' });
    expect(world.notified.flatMap(({ merchants }) => merchants)).not.toContain('late-1');
    world.traffic(2_000, failure);
    world.breaker('open');
    expect(world.last().stage).toBe('identified');
    expect(world.notified.flatMap(({ merchants }) => merchants)).toContain('late-1');
  });

  it('is not resolved while outcomes are unknown, and is once the last of them is settled', () => {
    const world = createWorld();
    lose(world);
    world.of('escott').unknownsOpen = 3;
    world.clock.advance(10 * minute);
    heal(world, 60 * minute);
    expect(world.last().stage).toBe('identified');
    world.of('escott').unknownsOpen = 0;
    world.incidents.reconsider('escott');
    expect(world.last().stage).toBe('monitoring');
    world.traffic(16 * minute, ok);
    expect(world.last().stage).toBe('resolved');
  });

  it('tells merchants that are hurt later at once, and each only once', () => {
    const world = createWorld();
    lose(world);
    world.clock.advance(20_000);
    for (let times = 0; times < 5; times += 1)
      world.incidents.outcome({ component: 'refund', acquirer: 'escott', merchantId: 'late-1', result: 'failure' });
    const told = world.notified.filter(({ merchants }) => merchants.includes('late-1'));
    expect(told).toHaveLength(1);
    expect(told[0]?.atMs).toBe(world.clock.monotonicMs());
  });

  it('shows as an outage, as degraded while only some operations fail, and as operational once monitored', () => {
    const world = createWorld();
    lose(world);
    world.traffic(2 * minute, failure);
    world.traffic(5 * minute, (index) => (index % 5 === 0 ? 'failure' : 'ok'));
    heal(world, 30 * minute);
    expect(world.levels.map((line) => line.split(' ')[1])).toEqual([
      'operational',
      'degraded',
      'outage',
      'degraded',
      'operational',
    ]);
  });
});

describe('what stays private', () => {
  it('ends a three-second blip of one brand quietly', () => {
    const world = createWorld();
    world.traffic(minute, ok);
    world.traffic(3_000, (index) => (index % 2 === 0 ? 'failure' : 'ok'));
    world.breaker('open');
    world.traffic(8_000, ok);
    world.breaker('ramp');
    world.traffic(20_000, ok);
    world.breaker('closed');
    world.traffic(30 * minute, ok);
    expect(world.published).toEqual([]);
    expect(world.notified).toEqual([]);
    expect(world.events()).toEqual(['incident.opened investigating private', 'incident.resolved resolved private']);
  });

  it('says nothing of an open breaker that hurt nobody', () => {
    const world = createWorld();
    world.traffic(minute, ok);
    world.breaker('open');
    world.traffic(30 * minute, ok, { acquirer: 'gmo' });
    world.traffic(minute, (index) => (index < 4 ? 'failure' : 'ok'), { component: 'capture' });
    expect(world.published).toEqual([]);
    expect(world.incidents.open()).toMatchObject([{ public: false }]);
  });

  it('says nothing in public where only humans may', () => {
    const world = createWorld({ machineNotices: false });
    lose(world);
    world.clock.advance(70 * minute);
    heal(world, 60 * minute);
    expect([world.published, world.notified, world.levels]).toEqual([[], [], []]);
  });

  it('does not count what happens to an abuser', () => {
    const world = createWorld();
    world.incidents.abuser('loop-1', true);
    for (let index = 0; index < 1_000; index += 1) {
      world.clock.advance(100);
      world.incidents.outcome({
        component: 'create_charge',
        acquirer: 'escott',
        merchantId: 'loop-1',
        result: 'failure',
      });
    }
    expect(world.events()).toEqual([]);
  });

  it('keeps no timer while nothing is wrong', () => {
    const world = createWorld();
    world.traffic(10 * minute, (index) => (index % 1_000 === 999 ? 'failure' : 'ok'));
    expect(world.clock.pending()).toBe(0);
    expect(world.events()).toEqual([]);
    lose(world);
    expect(world.clock.pending()).toBeLessThanOrEqual(2);
    world.incidents.close();
    expect(world.clock.pending()).toBe(0);
  });
});

describe('the probable cause', () => {
  it('is found within a minute where 10 % fail and no breaker opens, though nobody knows why', () => {
    const world = createWorld();
    world.traffic(minute, ok);
    world.traffic(minute, (index) => (index % 10 === 0 ? 'failure' : 'ok'));
    expect(world.told()[0]).toMatch(/^1\.\d+ investigating$/);
    world.traffic(10 * minute, (index) => (index % 10 === 0 ? 'failure' : 'ok'));
    expect(world.last()).toMatchObject({ stage: 'investigating', cause: 'unknown' });
  });

  it('is the restriction as soon as the upstream tells it, and holds resolution until it is lifted', () => {
    const world = createWorld();
    lose(world);
    world.clock.advance(5 * minute);
    world.incidents.upstreamNotice({ acquirer: 'escott', kind: 'restricting_you' });
    expect(world.last()).toMatchObject({ stage: 'identified', cause: 'upstream_restricts_us' });
    heal(world, 90 * minute);
    expect(world.last().stage).toBe('identified');
    world.incidents.upstreamNotice({ acquirer: 'escott', kind: 'lifted' });
    world.traffic(31 * minute, ok);
    expect(world.last()).toMatchObject({ stage: 'resolved', cause: 'upstream_restricts_us' });
  });

  it('is a flood while one of our merchants is an abuser, and holds resolution while it knocks', () => {
    const world = createWorld();
    world.incidents.abuser('loop-1', true);
    lose(world);
    world.clock.advance(5 * minute);
    expect(world.last().cause).toBe('merchant_flood');
    heal(world, 60 * minute);
    expect(world.last().stage).toBe('identified');
    world.incidents.abuser('loop-1', false);
    world.traffic(31 * minute, ok);
    expect(world.last().stage).toBe('resolved');
  });

  it('is our own fault where no acquirer is concerned', () => {
    const world = createWorld();
    world.traffic(2 * minute, failure, { acquirer: '-', component: 'api' });
    expect(world.last()).toMatchObject({ stage: 'identified', cause: 'our_own_fault', components: ['api'] });
  });

  it('keeps acquirers apart whose trouble begins at different times', () => {
    const world = createWorld();
    lose(world);
    world.clock.advance(2 * minute);
    world.traffic(3_000, failure, { acquirer: 'gmo' });
    world.breaker('open', 'gmo');
    world.clock.advance(minute);
    expect(world.incidents.open().map(({ id }) => id)).toEqual(['inc_20170712-2101', 'inc_20170712-2103']);
  });

  it('is one incident where a second acquirer fails within a minute of the first', () => {
    const world = createWorld();
    lose(world);
    world.traffic(20_000, ok, { acquirer: 'gmo' });
    world.traffic(3_000, failure, { acquirer: 'gmo' });
    world.breaker('open', 'gmo');
    world.clock.advance(2 * minute);
    expect(world.incidents.open()).toMatchObject([{ scopes: ['escott', 'gmo'], cause: 'upstream_down' }]);
    expect(new Set(world.published.map(({ view }) => view.id)).size).toBe(1);
  });

  it('is our own fault where two acquirers fail within seconds: what they share is us', () => {
    const world = createWorld();
    world.traffic(2_000, failure);
    world.traffic(2_000, failure, { acquirer: 'gmo' });
    world.breaker('open');
    world.breaker('open', 'gmo');
    world.clock.advance(2 * minute);
    expect(world.incidents.open()).toMatchObject([{ scopes: ['escott', 'gmo'], cause: 'our_own_fault' }]);
  });
});

describe('2020-07-24, the day that was called recovered too soon', () => {
  /** Operators block the flooding merchant at 11:20; all is calm behind the block. */
  const blockedDay = (): World => {
    const world = createWorld();
    lose(world);
    world.clock.advance(10 * minute);
    world.incidents.blocked('flood-1', true);
    heal(world, 4.5 * 60 * minute);
    return world;
  };

  it('says neither monitoring nor resolved while the cause is merely blocked, and reports every half hour', () => {
    const world = blockedDay();
    expect(world.last()).toMatchObject({ stage: 'identified', cause: 'merchant_flood' });
    expect(world.published.some(({ view }) => view.stage === 'resolved' || view.stage === 'monitoring')).toBe(false);
    const times = world.published.map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(30 * minute);
  });

  it('is still open when the flood is back fifteen minutes after the block was lifted, and says so in a minute', () => {
    const world = blockedDay();
    world.incidents.blocked('flood-1', false);
    world.traffic(15 * minute, ok);
    const againMs = world.clock.monotonicMs();
    world.traffic(2_000, failure);
    world.breaker('open');
    world.traffic(50_000, failure);
    expect(world.published.some(({ view }) => view.stage === 'resolved')).toBe(false);
    const relapse = world.published.find(({ atMs, view }) => atMs >= againMs && view.stage === 'investigating');
    expect((relapse?.atMs ?? Number.POSITIVE_INFINITY) - againMs).toBeLessThan(minute);
    expect(world.incidents.open()).toHaveLength(1);
  });

  it('is resolved half an hour after the block was lifted, when nothing came back', () => {
    const world = blockedDay();
    world.incidents.blocked('flood-1', false);
    world.traffic(29 * minute, ok);
    expect(world.last().stage).toBe('monitoring');
    world.traffic(2 * minute, ok);
    expect(world.last().stage).toBe('resolved');
  });
});

describe('the record after an incident', () => {
  it('tells minute by minute what failed and how many, what was done and said, in both languages', () => {
    const world = createWorld();
    lose(world);
    world.traffic(3 * minute, (index) => (index % 2 === 0 ? 'failure' : 'ok'), { component: 'capture' });
    heal(world, 40 * minute);
    const [record] = world.records;
    expect(record).toMatchObject({
      incident: 'inc_20170712-2101',
      cause: 'upstream_down',
      operations: [
        { component: 'create_charge', failed: 10 },
        { component: 'capture', attempted: 900, failed: 450 },
      ],
      merchantsAffected: 25,
      measures: null,
    });
    const times = record?.timeline.map(({ atMs }) => atMs) ?? [];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const counts = record?.timeline.filter(({ attempted }) => attempted > 0) ?? [];
    expect(counts.map(({ failed }) => failed).reduce((sum, failed) => sum + failed, 0)).toBe(460);
    expect(counts[1]?.text.en).toMatch(/^\d+ of \d+ requests for capture failed\.$/);
    expect(counts[1]?.text.ja).toMatch(/件中\d+件が失敗しました。$/);
    expect(record?.timeline.some(({ text }) => text.en === 'Requests to escott were held back.')).toBe(true);
    expect(record?.timeline.at(-1)?.text.en).toContain('This incident is resolved.');
  });

  it('fits one fact of the status page after three days', () => {
    const world = createWorld();
    lose(world);
    for (let hour = 0; hour < 72; hour += 1) {
      world.traffic(2_000, failure);
      world.clock.advance(3_598_000);
    }
    heal(world, 40 * minute);
    const [record] = world.records;
    expect(record?.timeline.length).toBeLessThanOrEqual(afterActionEntriesMax);
    expect(JSON.stringify(record).length).toBeLessThan(64 * 1024);
  });
});

describe('what people do to an incident', () => {
  const both = (text: string) => ({ en: text, ja: text });

  it('may write, name the cause, and correct what was said', async () => {
    const world = createWorld();
    lose(world);
    world.clock.advance(20_000);
    const { id } = world.last();
    const word = {
      stage: 'identified',
      cause: 'our_own_fault',
      title: both('Ours'),
      text: both('We found it.'),
    } as const;
    expect(await world.incidents.write(id, word)).toMatchObject({ done: 'written' });
    expect(world.last()).toMatchObject({ stage: 'identified', cause: 'our_own_fault', title: both('Ours') });
    expect(await world.incidents.correct(id, 1, both('We found it at last.'))).toMatchObject({ done: 'written' });
    expect(world.last().updates[1]).toMatchObject({
      text: both('We found it at last.'),
      correctedAtMs: expect.any(Number),
    });
    expect(await world.incidents.correct(id, 9, both('?'))).toEqual({ done: 'refused', why: 'no_such_update' });
    expect(await world.incidents.write('inc_none', word)).toEqual({ done: 'refused', why: 'no_such_incident' });
  });

  it('may not call it resolved while an indicator is bad or the cause is merely blocked', async () => {
    const world = createWorld();
    lose(world);
    world.clock.advance(20_000);
    const { id } = world.last();
    const resolve = { stage: 'resolved', text: both('It is over.') } as const;
    expect(await world.incidents.write(id, resolve)).toEqual({ done: 'refused', why: 'still_bad' });
    world.incidents.blocked('flood-1', true);
    heal(world, 5 * minute);
    expect(await world.incidents.write(id, resolve)).toEqual({ done: 'refused', why: 'still_bad' });
    expect(await world.incidents.write(id, { ...resolve, causeRemoved: true })).toMatchObject({ done: 'written' });
    expect(world.last().stage).toBe('resolved');
    expect(world.records).toHaveLength(1);
  });

  it('may open one by hand, which the machine keeps alive and never closes', async () => {
    const world = createWorld();
    const raised = world.incidents.raise({ title: both('Slow'), text: both('We look.'), components: ['api'] });
    world.traffic(3 * 60 * minute, ok);
    expect(world.published.length).toBeGreaterThanOrEqual(6);
    expect(world.last().stage).toBe('investigating');
    const id = raised.done === 'written' ? raised.incident.id : '';
    await world.incidents.write(id, { stage: 'resolved', text: both('Done.') });
    expect(world.incidents.open()).toEqual([]);
  });

  it('may publish one that is not public yet, and merge two that are one', async () => {
    const world = createWorld();
    world.breaker('open');
    const [first] = world.incidents.open();
    await world.incidents.publishNow(first?.id ?? '');
    expect(world.last()).toMatchObject({ id: first?.id, stage: 'investigating' });
    world.clock.advance(2 * minute);
    world.traffic(2_000, failure, { acquirer: 'gmo' });
    const second = world.incidents.open()[1];
    expect(await world.incidents.merge(second?.id ?? '', first?.id ?? '')).toMatchObject({ done: 'written' });
    expect(world.incidents.open()).toMatchObject([{ id: first?.id, scopes: ['escott', 'gmo'] }]);
  });
});

describe('a line to people', () => {
  it('that falls silent is an incident, private, until it is heard again', () => {
    const world = createWorld();
    world.incidents.channel('upstream-escott', true);
    world.clock.advance(minute);
    expect(world.incidents.open()).toMatchObject([{ public: false, scopes: ['contact:upstream-escott'] }]);
    expect(world.troubles).toEqual(['inc_20170712-2100']);
    expect(world.published).toEqual([]);
    world.incidents.channel('upstream-escott', false);
    expect(world.incidents.open()).toEqual([]);
    expect(world.over).toEqual(['inc_20170712-2100']);
  });
});

describe('maintenance that was planned', () => {
  it('is not published while it lasts, and is when it still fails afterwards', () => {
    const world = createWorld();
    const fromMs = world.clock.wallMs();
    const window = {
      id: 'mnt_1',
      acquirer: 'escott',
      components: [],
      reason: 'work',
      fromMs,
      toMs: fromMs + 10 * minute,
      stopsApi: false,
    };
    world.windows.push(window);
    lose(world);
    world.traffic(7 * minute, failure);
    expect(world.published).toEqual([]);
    world.traffic(4 * minute, failure);
    expect(world.told()[0]).toMatch(/^10(\.\d+)? investigating$|^10 /);
  });

  it('excuses nothing elsewhere', () => {
    const world = createWorld();
    const fromMs = world.clock.wallMs();
    world.windows.push({
      id: 'm',
      acquirer: 'gmo',
      components: [],
      reason: 'work',
      fromMs,
      toMs: fromMs + 60 * minute,
      stopsApi: false,
    });
    lose(world);
    world.clock.advance(20_000);
    expect(world.published).toHaveLength(1);
  });
});

describe('what still works', () => {
  it('is told with the levels while an incident is public, again when it changes, and no more after it', () => {
    const world = createWorld();
    const one: StillWorks = { component: 'create_charge', reach: 'part', at: [] };
    world.still.push(one);
    world.traffic(60_000, () => 'ok');
    expect(world.works).toEqual([]);
    world.breaker('open');
    world.traffic(60_000, () => 'failure');
    expect(world.works.at(-1)).toEqual([one]);
    const told = world.works.length;
    world.traffic(20_000, () => 'failure');
    expect(world.works).toHaveLength(told);
    world.still[0] = { ...one, reach: 'none' };
    world.traffic(5_000, () => 'failure');
    expect(world.works.slice(told)).toEqual([[{ ...one, reach: 'none' }]]);
    world.still.length = 0;
    world.breaker('closed');
    world.traffic(45 * minute, () => 'ok');
    expect(world.works.at(-1)).toEqual([]);
  });
});

describe('flows that end outside', () => {
  it('are an incident when their buyers do not come back, and tell the merchants hurt since', () => {
    const world = createWorld();
    const go = (count: number, comesBack: (index: number) => boolean): void => {
      for (let index = 0; index < count; index += 1) {
        world.clock.advance(2_000);
        const flow = {
          component: 'three_d_secure',
          id: `tds_${world.clock.monotonicMs()}`,
          merchantId: `shop-${index % 9}`,
        } as const;
        world.incidents.flow({ ...flow, step: 'began' });
        world.clock.advance(1_000);
        if (comesBack(index)) world.incidents.flow({ ...flow, step: 'ended' });
      }
    };
    go(600, (index) => index % 6 !== 0);
    expect(world.events()).toEqual([]);
    go(400, (index) => index % 2 === 0);
    expect(world.last()).toMatchObject({
      components: ['three_d_secure'],
      stage: expect.stringMatching(/investigating|identified/),
    });
    expect(world.notified.length).toBeGreaterThan(0);
  });

  it('tell the merchants of the first of them, too, whom nobody could tell from those of a good day', () => {
    const world = createWorld();
    const flow = (merchantId: string, comesBack: boolean): void => {
      world.clock.advance(3_000);
      const one = { component: 'three_d_secure', id: `tds_${world.clock.monotonicMs()}`, merchantId } as const;
      world.incidents.flow({ ...one, step: 'began' });
      if (comesBack) world.incidents.flow({ ...one, step: 'ended' });
    };
    for (let index = 0; index < 600; index += 1) flow(index % 6 === 0 ? 'left-by-its-buyers' : 'shop', index % 6 !== 0);
    for (let index = 0; index < 400; index += 1) flow('shop', true);
    flow('hurt-first', false);
    for (let index = 0; index < 400; index += 1) flow('hurt-later', false);
    const told = world.notified.flatMap(({ merchants }) => merchants);
    expect(new Set(told)).toEqual(new Set(['hurt-first', 'hurt-later']));
    expect(told[0]).toBe('hurt-first');
  });

  it('tell a merchant, too, whose buyer had left before all was good again, and is given up on after it', () => {
    const world = createWorld();
    let count = 0;
    const flow = (merchantId: string, comesBack: boolean, everyMs = 3_000): void => {
      world.clock.advance(everyMs);
      count += 1;
      const one = { component: 'three_d_secure', id: `tds_${count}`, merchantId } as const;
      world.incidents.flow({ ...one, step: 'began' });
      if (comesBack) world.incidents.flow({ ...one, step: 'ended' });
    };
    for (let index = 0; index < 600; index += 1) flow('shop', index % 6 !== 0);
    for (let index = 0; index < 400; index += 1) flow('hurt', index % 2 !== 0);
    flow('hurt-last', false);
    // Who begins now comes back, many of them; `hurt-last` is given up on ten minutes after it began.
    const goodMinutes = (minutes: number): void => {
      for (let index = 0; index < minutes * 200; index += 1) flow('shop', true, 300);
    };
    goodMinutes(9);
    const told = (): readonly string[] => world.notified.flatMap(({ merchants }) => merchants);
    expect(told()).not.toContain('hurt-last');
    goodMinutes(2);
    expect(told()).toContain('hurt-last');
    // An ordinary one of the good time says nothing.
    flow('left-by-its-buyer', false);
    goodMinutes(11);
    expect(told()).not.toContain('left-by-its-buyer');
  });

  it('are an incident of 3-D Secure alone when only the buyers with one brand do not come back', () => {
    const world = createWorld();
    const go = (count: number, comesBack: (brand: string, index: number) => boolean): void => {
      for (let index = 0; index < count; index += 1) {
        world.clock.advance(2_000);
        const brand = index % 4 === 0 ? 'JCB' : 'Visa';
        const flow = {
          component: 'three_d_secure',
          id: `tds_${world.clock.monotonicMs()}`,
          merchantId: `${brand}-shop`,
        } as const;
        world.incidents.flow({ ...flow, step: 'began', brand });
        world.clock.advance(1_000);
        if (comesBack(brand, index)) world.incidents.flow({ ...flow, step: 'ended' });
      }
    };
    go(600, (_brand, index) => index % 10 !== 0);
    expect(world.events()).toEqual([]);
    // A fifth of all flows, which is no more than on a good day, but three of four with this brand.
    go(500, (brand, index) => (brand === 'JCB' ? index % 16 === 0 : index % 10 !== 1));
    expect(world.last()).toMatchObject({ components: ['three_d_secure'] });
    expect(new Set(world.notified.flatMap(({ merchants }) => merchants))).toEqual(new Set(['JCB-shop']));
  });
});

describe('the timer of the incidents', () => {
  it('never waits for less than a microsecond, whatever fraction of a millisecond it began at', () => {
    for (let offsetUs = 1; offsetUs <= 300; offsetUs += 1) {
      const world = createWorld();
      const { after } = world.clock;
      const waits: number[] = [];
      Object.assign(world.clock, {
        after: (delayMs: number, wake: () => void) => {
          waits.push(Math.round(delayMs * 1000));
          if (waits.length > 1_000) throw new Error('the timer is set again and again');
          return after(delayMs, wake);
        },
      });
      world.clock.advance(2_883_912.377 + offsetUs / 1000);
      world.breaker('open');
      world.traffic(20_000, () => 'failure');
      world.clock.advance(2 * 3_600_000);
      expect(Math.min(...waits)).toBeGreaterThan(0);
    }
  });
});
