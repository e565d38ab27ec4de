import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OpenView } from '../../../gateway/incidents/door.ts';
import { acknowledge, escalate, levelDue, newCall } from '../../../gateway/on-call/escalation.ts';
import { createOnCall } from '../../../gateway/on-call/on-call.ts';
import { readUpstreamMail } from '../../../gateway/on-call/upstream-mail.ts';
import type { Fetch, LogFields } from '../../../gateway/ports.ts';
import { onCallPolicy } from '../incidents/rules.ts';
import { createManualClock } from '../manual-clock.ts';

const seed = 11;
const minute = 60_000;

const createWorld = () => {
  const clock = createManualClock();
  const got: {
    readonly atMs: number;
    readonly channel: string;
    readonly kind: string;
    readonly level: number | null;
  }[] = [];
  const dead = new Set<string>();
  const silent: string[] = [];
  const upstream: string[] = [];
  const tested: number[] = [];
  const logged: LogFields[] = [];
  const beats = new Map<string, number>();
  const fetch: Fetch = (url, { body }) => {
    const channel = new URL(url).hostname;
    if (dead.has(channel)) return Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
    const { kind, level = null } = JSON.parse(body ?? '{}') as { kind: string; level?: number };
    got.push({ atMs: clock.monotonicMs(), channel, kind, level });
    return Promise.resolve({ status: 200, headers: { get: () => null }, text: () => Promise.resolve('') });
  };
  const log = (fields: LogFields): void => void logged.push(fields);
  const onCall = createOnCall({
    clock,
    fetch,
    log: { debug: log, info: log, warn: log, error: log },
    policy: onCallPolicy(),
    instanceId: 'gateway-1',
    channels: ['pager', 'phone'].map((id) => ({ id, url: `http://${id}/calls`, token: 'sixteen-characters' })),
    upstreamBeats: ['escott'],
    lastBeatMs: (acquirer) => Promise.resolve(beats.get(acquirer) ?? null),
    onSilent: (line, isSilent) => silent.push(`${Math.round(clock.monotonicMs() / minute)} ${line} ${isSilent}`),
    onRemark: () => {},
    testLine: (acquirer) => {
      tested.push(Math.round(clock.monotonicMs() / minute));
      return Promise.resolve(!dead.has(acquirer));
    },
    tellUpstream: ({ id }) => upstream.push(`${Math.round(clock.monotonicMs() / minute)} ${id}`),
  });
  const trouble = (): void => onCall.trouble({ id: 'inc_1', startedAtMs: clock.wallMs() } as OpenView);
  const calls = (): string[] =>
    got
      .filter(({ kind }) => kind === 'call')
      .map(({ atMs, channel, level }) => `${Math.round(atMs / minute)} ${channel} ${level}`);
  return { clock, onCall, got, dead, silent, upstream, tested, logged, beats, trouble, calls };
};

describe('people on call', () => {
  it('are called at once by two channels, and level after level until somebody answers', async () => {
    const world = createWorld();
    world.trouble();
    await world.clock.run(30 * minute);
    expect(world.calls()).toEqual([
      '0 pager 0',
      '0 phone 0',
      '5 pager 1',
      '5 phone 1',
      '10 pager 2',
      '10 phone 2',
      '15 pager 3',
      '15 phone 3',
    ]);
    expect(world.upstream).toEqual(['10 inc_1']);
  });

  it('are left alone once one of them has acknowledged', async () => {
    const world = createWorld();
    world.trouble();
    await world.clock.run(6 * minute);
    expect(world.onCall.acknowledge('inc_1', 'sato')).toBe(true);
    await world.clock.run(30 * minute);
    expect(world.calls()).toHaveLength(4);
    expect(world.got.filter(({ kind }) => kind === 'acknowledged')).toHaveLength(2);
    expect(world.onCall.acknowledge('inc_2', 'sato')).toBe(false);
  });

  it('are reached by the other channel while one is dead, and by that one as soon as it lives', async () => {
    const world = createWorld();
    world.dead.add('pager');
    world.trouble();
    await world.clock.run(minute);
    expect(world.calls()).toEqual(['0 phone 0']);
    world.dead.clear();
    await world.clock.run(minute);
    expect(world.calls().filter((call) => call.includes('pager'))).toHaveLength(1);
  });

  it('hear that it is over', async () => {
    const world = createWorld();
    world.trouble();
    world.onCall.over('inc_1');
    await world.clock.run(20 * minute);
    expect(world.got.filter(({ kind }) => kind === 'over')).toHaveLength(2);
    expect(world.calls()).toHaveLength(2);
    expect(world.clock.pending()).toBe(0);
  });

  it(`are called for exactly the levels that are due, each once, whenever it is looked (seed ${seed})`, () => {
    const rules = onCallPolicy();
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 12 }), fc.nat(12), (gaps, answered) => {
        let call = newCall('inc_1', 0);
        let nowMs = 0;
        const called: number[] = [];
        for (const [index, gapMs] of gaps.entries()) {
          nowMs += gapMs;
          if (index === answered) call = acknowledge(call, 'sato');
          const next = escalate(call, nowMs, rules);
          call = next.call;
          called.push(...next.levels);
          if (call.acknowledgedBy === null) expect(called).toHaveLength(levelDue(call, nowMs, rules) + 1);
        }
        expect(called).toEqual(called.map((_, level) => level));
      }),
      { seed },
    );
  });
});

describe('a line to people', () => {
  it('that misses three beats is silent, and heard again with the next good one', async () => {
    const world = createWorld();
    world.onCall.start();
    world.beats.set('escott', world.clock.wallMs() + 60 * minute);
    await world.clock.run(5 * minute);
    expect(world.silent).toEqual([]);
    world.dead.add('pager');
    await world.clock.run(4 * minute);
    expect(world.silent).toEqual(['8 pager true']);
    world.dead.clear();
    await world.clock.run(2 * minute);
    expect(world.silent[1]).toMatch(/^\d+ pager false$/);
    world.onCall.stop();
    expect(world.clock.pending()).toBe(0);
  });

  it('of the upstream is silent when its operators stop to beat, at whichever instance they beat before', async () => {
    const world = createWorld();
    world.onCall.start();
    for (let minutes = 0; minutes < 10; minutes += 1) {
      world.beats.set('escott', world.clock.wallMs());
      await world.clock.run(minute);
    }
    expect(world.silent).toEqual([]);
    await world.clock.run(4 * minute);
    expect(world.silent).toEqual(['12 upstream-escott true']);
    world.onCall.upstreamHeard('escott');
    expect(world.silent).toHaveLength(2);
  });

  it('to the upstream is dead when what we wrote did not arrive, and alive when the next does', () => {
    const world = createWorld();
    world.onCall.contactFailed('escott');
    world.onCall.contactFailed('escott');
    world.onCall.contactReached('escott');
    expect(world.silent).toEqual(['0 to-escott true', '0 to-escott false']);
  });
});

describe('mail of the upstream', () => {
  const senders = [{ acquirer: 'escott', addresses: ['noc@upstream.example'] }];
  const mail = {
    from: 'NOC <noc@upstream.example>',
    subject: '',
    text: '',
    messageId: '<1@upstream.example>',
    dkim: 'pass',
  } as const;

  it.each([
    ['restricting_you', '【重要】貴社経由のリクエストを制限します'],
    ['restricting_you', 'We restrict your requests'],
    ['lifted', '制限を解除しました'],
    ['maintenance', 'メンテナンスのお知らせ'],
    ['message', 'お世話になっております'],
  ])('is understood as %s: %s', (kind, subject) => {
    expect(readUpstreamMail({ ...mail, subject }, senders)).toEqual({ kind, acquirer: 'escott' });
  });

  it.each([
    ['another address', { from: 'noc@elsewhere.example' }, 'address'],
    ['the address as a name only', { from: '"noc@upstream.example" <thief@elsewhere.example>' }, 'address'],
    [
      'a second address behind a line break',
      { from: 'noc@upstream.example>\r\nBcc: <thief@elsewhere.example>' },
      'address',
    ],
    ['no signature', { dkim: 'none' as const }, 'signature'],
    ['a bad signature', { dkim: 'fail' as const }, 'signature'],
  ])('is forged with %s, and nothing is made of it', (_, change, why) => {
    expect(readUpstreamMail({ ...mail, subject: '制限します', ...change }, senders)).toEqual({ kind: 'forged', why });
  });
});

describe('a dead line to an upstream', () => {
  it('is tried after twice the time each, up to an hour, and is heard once it works again', async () => {
    const world = createWorld();
    world.dead.add('escott');
    world.onCall.contactFailed('escott');
    world.onCall.contactFailed('escott');
    await world.clock.run(200 * minute);
    expect(world.tested).toEqual([1, 3, 7, 15, 31, 63, 123, 183]);
    expect(world.silent).toEqual(['0 to-escott true']);
    world.dead.delete('escott');
    await world.clock.run(100 * minute);
    expect(world.tested.at(-1)).toBe(243);
    expect(world.silent).toEqual(['0 to-escott true', '243 to-escott false']);
  });

  it('is tried no more once a message arrived, or the gateway stops', async () => {
    const world = createWorld();
    world.onCall.contactFailed('escott');
    world.onCall.contactReached('escott');
    world.onCall.contactFailed('escott');
    world.onCall.stop();
    await world.clock.run(200 * minute);
    expect(world.tested).toEqual([]);
  });
});
