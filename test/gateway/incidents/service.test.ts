import { describe, expect, it } from 'vitest';
import type { BreakerStatus } from '../../../gateway/breaker/breaker.ts';
import { createIncidents } from '../../../gateway/incidents/service.ts';
import type { LogFields } from '../../../gateway/ports.ts';
import type { Component, IncidentView } from '../../../gateway/status-page/facts.ts';
import { createManualClock } from '../manual-clock.ts';
import { detectorPolicy, incidentsPolicy } from './rules.ts';

const minute = 60_000;

const createWorld = (changes: Parameters<typeof incidentsPolicy>[0] = {}) => {
  const clock = createManualClock();
  const logged: LogFields[] = [];
  const published: { readonly atMs: number; readonly view: IncidentView }[] = [];
  const notified: { readonly atMs: number; readonly stage: string; readonly merchants: readonly string[] }[] = [];
  const levels: string[] = [];
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
    notifyAffected: ({ stage }, merchants) => notified.push({ atMs: clock.monotonicMs(), stage, merchants }),
    publishLevels: (now) => levels.push(`${clock.monotonicMs()} ${now.create_charge}`),
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

  it('keeps acquirers apart', () => {
    const world = createWorld();
    lose(world);
    world.traffic(3_000, failure, { acquirer: 'gmo' });
    world.breaker('open', 'gmo');
    world.clock.advance(minute);
    expect(world.incidents.open().map(({ id }) => id)).toEqual(['inc_20170712-2101', 'inc_20170712-2101_2']);
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
