/** Common random numbers: who else is there, and what is answered, changes nobody's draws. */
import { describe, expect, it } from 'vitest';
import { drawIntent, type Intent } from '../../../scenarios/cast/draws.ts';
import { createDrawsDigest } from '../../../scenarios/cast/draws-digest.ts';
import { membersOf } from '../../../scenarios/cast/members.ts';
import { Cast, memberIds, without } from '../../../scenarios/cast/schema.ts';
import { createRandom } from '../../../scenarios/stage/random.ts';
import { openDay } from './day.ts';

const seed = 11;
const cast = {
  merchants: [
    { group: 'big', count: 2, operationsPerSecond: 1 },
    { group: 'small', count: 3, operationsPerSecond: 0.2 },
  ],
  abusers: [{ id: 'abuser-1', kind: 'declined-charges' as const, operationsPerSecond: 5, active: true }],
};

const hashes = async (played: Parameters<typeof openDay>[0], options: { seed?: number; broken?: boolean } = {}) => {
  const day = await openDay(played, { seed: options.seed ?? seed, untilMs: 40_000 });
  if (options.broken === true)
    day.gateway.script(({ method }) => (method === 'POST' ? { status: 429, body: {}, afterMs: 9_000 } : undefined));
  await day.clock.advance(50_000);
  const members = memberIds(Cast.parse(played));
  return { day, hashes: Object.fromEntries(members.map((member) => [member, day.cast.drawsHash(member)])) };
};

describe('the fingerprint of draws', () => {
  const member = membersOf(Cast.parse(cast))[0];
  if (member === undefined) throw new Error('an empty cast');
  const intents = [1, 2].map((ordinal) =>
    drawIntent(createRandom(seed), member, ordinal, { median: 25_000, sigma: 0.3 }),
  );
  const digest = (played: readonly Intent[]) => {
    const drawn = createDrawsDigest();
    for (const intent of played) drawn.add(intent);
    return drawn.hex();
  };
  const [first, second] = intents as [Intent, Intent];

  it('changes with every field of an intent', () => {
    const changed: Partial<Intent>[] = [
      { gapMs: first.gapMs + 1e-9 },
      { kind: 'registration' },
      { amountYen: first.amountYen + 1 },
      { captureNow: !first.captureNow },
      { stored: !first.stored },
      { customer: first.customer + 1 },
      { namesCard: !first.namesCard },
      { card: second.card },
      { patienceMs: first.patienceMs + 1e-9 },
      { capture: { afterMs: 1, amountYen: 1 } },
      { refund: { afterMs: 1, amountYen: 1 } },
    ];
    const digests = [first, ...changed.map((fields) => ({ ...first, kind: 'create' as const, ...fields }))].map(
      (each) => digest([each]),
    );
    expect(first.kind).toBe('create');
    expect(new Set(digests).size).toBe(changed.length + 1);
  });

  it('changes with the order of intents', () => {
    expect(digest([first, second])).not.toBe(digest([second, first]));
  });
});

describe(`draws (seed ${seed})`, () => {
  it('stay as they were for everybody else when a member is removed', async () => {
    const whole = await hashes(cast);
    expect(new Set(Object.values(whole.hashes)).size).toBe(6);
    for (const gone of ['big-1', 'abuser-1']) {
      const { [gone]: _, ...others } = whole.hashes;
      expect((await hashes(without(Cast.parse(cast), [gone]))).hashes).toEqual(others);
    }
  });

  it('reach the wire unchanged, ids of the gateway aside', async () => {
    const sent = async (played: Parameters<typeof openDay>[0]) => {
      const { day } = await hashes(played);
      const own = day.gateway.seen.filter(({ idempotencyKey }) => idempotencyKey?.startsWith('big-2-'));
      return own.map(({ atMs, idempotencyKey, form: { amount, card } }) => ({
        atMs,
        idempotencyKey,
        amount,
        card: typeof card === 'object' ? card : '',
      }));
    };
    const whole = await sent(cast);
    expect(whole.length).toBeGreaterThan(10);
    expect(await sent(without(Cast.parse(cast), ['big-1', 'small-1']))).toEqual(whole);
  });

  it('do not depend on what is answered', async () => {
    expect((await hashes(cast, { broken: true })).hashes).toEqual((await hashes(cast)).hashes);
  });

  it('differ under another seed', async () => {
    const here = await hashes(cast);
    const there = await hashes(cast, { seed: seed + 1 });
    for (const member of Object.keys(here.hashes)) expect(there.hashes[member]).not.toBe(here.hashes[member]);
  });

  it('come at the same times however long enrolment took, when the start is given', async () => {
    const firstAt = async (openedAtMs: number) => {
      const day = await openDay(cast, { seed, untilMs: 60_000, originMs: 30_000, openedAtMs });
      await day.clock.advance(60_000);
      return day.operations
        .map(({ startedMs }) => startedMs)
        .toSorted((a, b) => a - b)
        .slice(0, 20);
    };
    const early = await firstAt(10_000);
    expect(early[0]).toBeGreaterThan(0);
    const later = await firstAt(25_000);
    for (const [index, atMs] of later.entries()) expect(atMs).toBeCloseTo(early[index] ?? 0, 6);
  });
});
