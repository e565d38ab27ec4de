/** What a rule is about, when it acts and for whom it is drawn, on a manual clock. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOn, matcherOf, Selector, When } from '../../../acquirer-sim/faults/selector.ts';
import { createEscottWorld, newPayment, OAUT } from '../escott/card.ts';
import type { Json, World } from '../world.ts';

const seed = 26;

const subject = {
  dialect: 'escott',
  form: 'pairs',
  tenant: 'gateway',
  operation: 'authorise',
  api: '1Auth',
  reference: 'ord-7-x',
  card: 'ab',
  brand: 'visa',
  bin: '42424242',
  amountYen: 1000,
  changedAtMs: null,
} as const;
const noon = { atMs: Date.parse('2017-07-12T12:30:00+09:00'), queued: 3 };
const matches = (selector: Json, other: Partial<Json> = {}, moment = noon): boolean =>
  matcherOf(Selector.parse(selector), undefined)({ ...subject, ...other }, moment);

describe('a selector', () => {
  it.each([
    [{}, true],
    [{ tenants: ['gateway'] }, true],
    [{ tenants: ['other'] }, false],
    [{ operations: ['capture', 'authorise'] }, true],
    [{ apis: ['1Capture'] }, false],
    [{ references: ['ord-*'] }, true],
    [{ references: ['*-x'] }, true],
    [{ references: ['o*7*x'] }, true],
    [{ references: ['ord-7'] }, false],
    [{ references: ['*y', '*7*'] }, true],
    [{ brands: ['jcb'] }, false],
    [{ bins: ['4242'] }, true],
    [{ bins: ['4243', '42424242'] }, true],
    [{ amountYen: { min: 1000, max: 1000 } }, true],
    [{ amountYen: { min: 1001 } }, false],
    [{ hours: { from: 12, to: 13 } }, true],
    [{ hours: { from: 13, to: 24 } }, false],
    [{ queuedAtLeast: 3 }, true],
    [{ queuedAtLeast: 4 }, false],
    [{ tenants: ['gateway'], brands: ['jcb'] }, false],
  ])('%j answers %s', (selector, expected) => {
    expect(matches(selector)).toBe(expected);
  });

  it('about what a request does not carry leaves it out', () => {
    expect(matches({ bins: ['4'] }, { bin: null })).toBe(false);
    expect(matches({ brands: ['visa'] }, { brand: null })).toBe(false);
    expect(matches({ amountYen: {} }, { amountYen: null })).toBe(false);
  });

  it(`reads every pattern of stars as the obvious expression does (seed ${seed})`, () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(letters, text, (pattern, reference) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(reference);
        expect(matches({ references: [pattern] }, { reference })).toBe(expected);
      }),
      { seed, numRuns: 2_000 },
    );
  });
});

describe('the time of a rule', () => {
  it(`is its window cut into on and off (seed ${seed})`, () => {
    const span = fc.integer({ min: 1, max: 1_000 });
    fc.assert(
      fc.property(span, span, span, span, fc.integer({ min: 0, max: 5_000 }), (afterMs, forMs, onMs, offMs, atMs) => {
        const when = When.parse({ afterMs, forMs, flapping: { onMs, offMs } });
        const expected = atMs >= afterMs && atMs < afterMs + forMs && (atMs - afterMs) % (onMs + offMs) < onMs;
        expect(isOn(when, atMs)).toBe(expected);
      }),
      { seed, numRuns: 1_000 },
    );
  });
});

const wide = { capacity: { workers: 500, queueMax: 5_000, serviceMs: { authorise: { mean: 10, sigma: 0 } } } };
const post = (world: World, rule: Json) => world.control('POST', '/faults', { ttlMs: 3_600_000, ...rule });
const sent = async (world: World, references: readonly string[], more: (reference: string) => Json = () => ({})) => {
  const replies = references.map(async (reference) => {
    const reply = await world.send(OAUT, newPayment('1Auth', reference, more(reference)));
    return [reference, reply.text.includes('ResponseCd=OK')] as const;
  });
  await world.clock.advance(30_000);
  return new Map(await Promise.all(replies));
};
const references = (count: number, prefix = 'r'): string[] =>
  Array.from({ length: count }, (_, nth) => `${prefix}-${nth}`);
const failed = (answers: ReadonlyMap<string, boolean>): string[] =>
  [...answers].filter(([, ok]) => !ok).map(([reference]) => reference);

describe('the share of a rule (seeds 1 to 3)', () => {
  it.each([1, 2, 3])('of 50 %% is half of the requests, drawn for each, seed %i', async (which) => {
    const world = createEscottWorld(wide, { seed: which });
    await post(world, { id: 'half', kind: 'error', share: 0.5 });
    const hurt = failed(await sent(world, references(2_000)));
    // Four standard deviations of 2,000 fair draws.
    expect(Math.abs(hurt.length - 1_000)).toBeLessThan(90);
    const { json } = await world.control('GET', '/faults/half');
    expect(json).toMatchObject({ matched: 2_000, intended: hurt.length });
  });

  it('meets the same requests whatever else is sent, and others under another id or seed', async () => {
    const run = async (id: string, who: readonly string[], which = 1): Promise<string[]> => {
      const world = createEscottWorld(wide, { seed: which });
      await post(world, { id, kind: 'error', share: 0.5 });
      return failed(await sent(world, who)).filter((reference) => reference.startsWith('r-'));
    };
    const alone = await run('half', references(200));
    expect(
      await run('half', [...references(50, 'before'), ...references(200)].toReversed()).then((all) => all.sort()),
    ).toEqual([...alone].sort());
    expect(await run('other', references(200))).not.toEqual(alone);
    expect(await run('half', references(200), 2)).not.toEqual(alone);
  });

  it('draws anew for a request that is sent again', async () => {
    const world = createEscottWorld(wide);
    await post(world, { kind: 'error', share: 0.5 });
    const outcomes = new Set<string>();
    for (let nth = 0; nth < 12; nth += 1) {
      const reply = world.send(OAUT, newPayment('1Auth', 'again'));
      await world.clock.advance(1_000);
      outcomes.add((await reply).pairs.ResponseCd ?? '');
    }
    expect(outcomes).toEqual(new Set(['OK', 'K99']));
  });

  it('rises along a ramp', async () => {
    const world = createEscottWorld(wide);
    await post(world, { kind: 'error', intensity: { shape: 'ramp', overMs: 300_000 } });
    const hurt: number[] = [];
    for (let minute = 0; minute < 5; minute += 1) {
      hurt.push(failed(await sent(world, references(200, `m${minute}`))).length);
      await world.clock.advance(30_000);
    }
    expect(hurt.every((count, index) => index === 0 || count > (hurt[index - 1] as number))).toBe(true);
    expect(hurt[0]).toBe(0);
  });
});

describe('requests that share a draw', () => {
  const cards = ['4242424242424242', '5555555555554444', '4111111111111111', '3530111333300000', '378282246310005'];

  it('by card are all hurt or none', async () => {
    const world = createEscottWorld(wide);
    await post(world, { kind: 'error', share: 0.5, together: { by: 'card' } });
    const cardOf = (reference: string): string => cards[Number(reference.slice(2)) % cards.length] as string;
    const answers = await sent(world, references(50), (reference) => ({ CardNo: cardOf(reference) }));
    const fates = new Map<string, Set<boolean>>();
    for (const [reference, ok] of answers)
      fates.set(cardOf(reference), (fates.get(cardOf(reference)) ?? new Set()).add(ok));
    expect([...fates.values()].every((fate) => fate.size === 1)).toBe(true);
    expect(new Set([...fates.values()].flatMap((fate) => [...fate]))).toEqual(new Set([true, false]));
  });

  it('for a time come in bursts', async () => {
    const world = createEscottWorld(wide);
    await post(world, { kind: 'error', share: 0.4, together: { by: 'all', burstMs: 60_000 } });
    const perMinute: number[] = [];
    for (let minute = 0; minute < 20; minute += 1) {
      perMinute.push(failed(await sent(world, references(10, `m${minute}`))).length);
      await world.clock.advance(30_000);
    }
    expect(new Set(perMinute)).toEqual(new Set([0, 10]));
  });
});

describe('the life of a rule', () => {
  it('ends by itself, and its counts stay to be read', async () => {
    const world = createEscottWorld(wide);
    await post(world, { id: 'short', kind: 'error', ttlMs: 60_000 });
    expect(failed(await sent(world, references(3)))).toHaveLength(3);
    await world.clock.advance(30_000);
    expect(failed(await sent(world, references(3, 'later')))).toHaveLength(0);
    const { json } = await world.control('GET', '/faults');
    expect(json.rules).toMatchObject([{ id: 'short', state: 'ended', intended: 3 }]);
    expect(json.totals.intended).toBe(3);
  });

  it('waits, flaps and ends as its times say', async () => {
    const world = createEscottWorld(wide);
    const when = { afterMs: 1_000, forMs: 4_000, flapping: { onMs: 1_000, offMs: 1_000 } };
    await post(world, { id: 'flap', kind: 'error', when });
    const states: string[] = [];
    for (let second = 0; second < 6; second += 1) {
      states.push((await world.control('GET', '/faults/flap')).json.state);
      await world.clock.advance(1_000);
    }
    expect(states).toEqual(['waiting', 'on', 'off', 'on', 'off', 'ended']);
  });

  it('is saved and loaded with its counts, its age and its draws', async () => {
    const world = createEscottWorld(wide);
    const { faults } = world.acquirer;
    await post(world, { id: 'half', kind: 'error', share: 0.5, ttlMs: 300_000 });
    await sent(world, references(20));
    const saved = structuredClone(faults.state.save());
    const first = failed(await sent(world, references(20)));
    faults.state.load(saved);
    expect((await world.control('GET', '/faults/half')).json).toMatchObject({ matched: 20, state: 'on' });
    expect(failed(await sent(world, references(20)))).toEqual(first);
    faults.state.reset(null);
    expect((await world.control('GET', '/faults')).json.rules).toEqual([]);
  });

  it('of one tenant alone is forgotten with that tenant', async () => {
    const world = createEscottWorld(wide);
    await post(world, { id: 'theirs', kind: 'error', select: { tenants: ['other'] } });
    await post(world, { id: 'everybody', kind: 'error' });
    world.acquirer.faults.state.reset('other');
    expect((await world.control('GET', '/faults')).json.rules.map(({ id }: Json) => id)).toEqual(['everybody']);
  });

  it('gives back the workers it took when it ends', async () => {
    const world = createEscottWorld(wide);
    await post(world, { id: 'stuck', kind: 'stuck-workers', ttlMs: 45_000 });
    await sent(world, references(7));
    expect((await world.control('GET', '/load')).json.workers).toBe(493);
    await world.clock.advance(20_000);
    expect((await world.control('GET', '/load')).json.workers).toBe(500);
  });
});

describe('a control call about rules', () => {
  it.each([
    [{ kind: 'error' }, 'ttlMs'],
    [{ kind: 'earthquake', ttlMs: 1 }, 'kind'],
    [{ kind: 'error', ttlMs: 1, share: 2 }, 'share'],
    [{ kind: 'error', ttlMs: 86_400_001 }, 'ttlMs'],
    [{ kind: 'error', ttlMs: 1, select: { brand: ['visa'] } }, 'select.brand'],
    [{ kind: 'latency', ttlMs: 1 }, 'parameters.delayMs'],
    [{ kind: 'latency', ttlMs: 1, parameters: { delayMs: -1 } }, 'parameters.delayMs'],
    [{ kind: 'brand-outage', ttlMs: 1 }, 'select.brands'],
    [{ kind: 'error', ttlMs: 1, together: { burstMs: 5 } }, 'together.burstMs'],
    [{ kind: 'pause', ttlMs: 1, parameters: { everyMs: 5, pauseMs: 5 } }, 'parameters.pauseMs'],
    [{ kind: 'error', ttlMs: 1, id: 'a b' }, 'id'],
  ])('%j names %s and changes nothing', async (rule, path) => {
    const world = createEscottWorld();
    const { status, json } = await world.control('POST', '/faults', rule);
    expect([status, json.error.path]).toEqual([400, path]);
    expect(json.error.reason).not.toBe('');
    expect((await world.control('GET', '/faults')).json.rules).toEqual([]);
  });

  it('refuses an id in use, an unknown one, and what is no JSON', async () => {
    const world = createEscottWorld();
    expect((await post(world, { id: 'one', kind: 'error' })).status).toBe(201);
    expect((await post(world, { id: 'one', kind: 'reset' })).json.error.path).toBe('id');
    expect((await world.control('DELETE', '/faults/two')).status).toBe(404);
    expect((await world.control('POST', '/faults', 'no')).json.error.reason).toBe('the body is not JSON');
  });

  it('lists every kind with titles in two languages, rows of the catalogue and the schema of its parameters', async () => {
    const { json } = await createEscottWorld().control('GET', '/fault-kinds');
    expect(json.kinds.length).toBe(43);
    for (const { title, rows, parameters } of json.kinds) {
      expect(title.en).not.toBe('');
      expect(title.ja).not.toBe('');
      expect(rows.length).toBeGreaterThan(0);
      expect(parameters.type).toBe('object');
    }
    const covered = new Set([...json.kinds, ...json.elsewhere].flatMap(({ rows }: Json) => rows));
    const all = (area: string, count: number): string[] =>
      Array.from({ length: count }, (_, nth) => `${area}-${String(nth + 1).padStart(2, '0')}`);
    const rows = [...all('ACQ', 24), ...all('NET', 18), ...all('GRY', 10), ...all('CAP', 10)];
    expect(rows.filter((row) => !covered.has(row))).toEqual([]);
  });
});

describe('common random numbers', () => {
  const dayWith = async (rules: readonly Json[]) => {
    const world = createEscottWorld(wide);
    for (const rule of rules) await post(world, rule);
    const replies = await sent(world, references(200));
    const { rows } = (await world.control('GET', '/ledger?limit=10000')).json;
    return { rows, replies, faults: (await world.control('GET', '/faults')).json.rules };
  };
  const lost = { id: 'odd-status', kind: 'wrong-status', share: 0.3, parameters: { status: 502 } };
  const drawn = (rows: readonly Json[]) =>
    rows.map(({ reference, transactionId, serviceUs, code }: Json) => [reference, transactionId, serviceUs, code]);

  it('leave every decision of the acquirer as it was when a rule comes or goes', async () => {
    const without = await dayWith([]);
    const withRule = await dayWith([lost]);
    expect(withRule.faults[0].intended).toBeGreaterThan(30);
    expect(drawn(withRule.rows)).toEqual(drawn(without.rows));
    expect(withRule.rows).toEqual(without.rows);
  });

  it('leave every draw of the other rules as it was', async () => {
    const other = { id: 'other', kind: 'unknown-code', share: 0.4 };
    const alone = await dayWith([other]);
    const both = await dayWith([lost, other]);
    expect(both.faults.find(({ id }: Json) => id === 'other').intended).toBe(alone.faults[0].intended);
    expect(failed(both.replies)).toEqual(failed(alone.replies));
  });
});

describe('what is the simulator’s own', () => {
  it('is dressed up by no rule', async () => {
    const world = createEscottWorld({ capacity: { workers: 0, queueMax: 10 } });
    await post(world, { id: 'all', kind: 'always-200' });
    const waiting = world.send(OAUT, newPayment('1Auth', 'held'));
    await world.clock.advance(1_000);
    expect((await world.control('POST', '/reset', {})).status).toBeLessThan(300);
    await world.clock.advance(1_000);
    const reply = await waiting;
    expect([reply.status, reply.decidedBy]).toEqual([503, null]);
    expect(reply.text).toContain('reset or restored');
  });

  it('leaves no timer behind when a rule is taken away', async () => {
    const world = createEscottWorld();
    const before = world.clock.pending();
    await post(world, { id: 'one', kind: 'error' });
    expect(world.clock.pending()).toBe(before + 1);
    await world.control('DELETE', '/faults/one');
    expect(world.clock.pending()).toBe(before);
  });
});
