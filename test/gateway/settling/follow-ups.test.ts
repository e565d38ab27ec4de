/**
 * Captures and refunds whose acquirer is away, silent or slow: accepted, asked about, sent again
 * when that is safe, and carried out once.
 */
import { describe, expect, it } from 'vitest';
import { type Hand, loseReply, on, silence } from '../acquirers.ts';
import { disagreements, transactionsOf } from '../books.ts';
import { openShop, type Shop, type Told, type World, type WorldOptions } from '../world.ts';

const minuteMs = 60_000;
type Opened = World & { readonly shop: Shop };

const dialects = [
  {
    acquirer: 'escott',
    first: ['escott', 'gmo'],
    calls: { capture: ['1Capture'], refund: ['1Delete'], 'partial refund': ['1Change'], release: ['1Delete'] },
  },
  {
    acquirer: 'gmo',
    first: ['gmo', 'escott'],
    calls: { capture: ['AlterTran'], refund: ['AlterTran'], 'partial refund': ['ChangeTran'], release: ['AlterTran'] },
  },
] as const;
type Dialect = (typeof dialects)[number];
type Kind = keyof Dialect['calls'];
const kinds: readonly Kind[] = ['capture', 'refund', 'partial refund', 'release'];

const open = (
  dialect: Dialect,
  { merchant = {}, settling = {}, ...more }: WorldOptions & { merchant?: object; settling?: object } = {},
): Promise<Opened> =>
  openShop(
    {
      ...more,
      adjust: (policy) => ({
        ...policy,
        routing: { ...policy.routing, order: [...dialect.first] },
        settling: { ...policy.settling, ...settling },
      }),
    },
    merchant as Record<string, unknown>,
  );

/** A charge on which `kind` is possible. */
const chargeFor = async ({ shop }: Opened, kind: Kind): Promise<string> => {
  const capture = kind === 'refund' || kind === 'partial refund';
  const { json } = await shop.post('/v1/charges', { amount: 1000, currency: 'jpy', card: await shop.token(), capture });
  return json.id as string;
};

const formOf = (kind: Kind) => (kind === 'partial refund' ? { amount: 300 } : {});
const ask = ({ shop }: Opened, id: string, kind: Kind, key?: string): Promise<Told> =>
  shop.post(
    `/v1/charges/${id}/${kind === 'capture' ? 'capture' : 'refund'}`,
    formOf(kind),
    key === undefined ? {} : { key },
  );

const pendingOf = (kind: Kind) => ({
  type: kind === 'capture' ? 'capture' : 'refund',
  amount: kind === 'partial refund' ? 300 : 1000,
});
const doneOf = (kind: Kind) =>
  ({
    capture: { captured: true, amount_refunded: 0 },
    refund: { captured: true, amount_refunded: 1000, refunded: true },
    'partial refund': { captured: true, amount_refunded: 300 },
    release: { captured: false, amount_refunded: 1000, refunded: true },
  })[kind];
const undoneOf = (kind: Kind) => ({ captured: kind.endsWith('refund'), amount_refunded: 0, refunded: false });

const read = (world: Opened, id: string) =>
  world.play(() => world.shop.get(`/v1/charges/${id}`)).then(({ json }) => json);
const sendingsOf = (world: World, { acquirer, calls }: Dialect, kind: Kind): number =>
  world.acquirers[acquirer].calls.filter(({ operation }) => (calls[kind] as readonly string[]).includes(operation))
    .length;

const cases = dialects.flatMap((dialect) => kinds.map((kind) => ({ dialect, kind, acquirer: dialect.acquirer })));

describe.each(cases)('a $kind at $acquirer', ({ dialect, kind, acquirer }) => {
  it('is answered when it is done', async () => {
    const world = await open(dialect);
    const told = await world.play(async () => ask(world, await chargeFor(world, kind), kind));
    expect(told).toMatchObject({ status: 200, decidedBy: 'gateway', outcome: null, acquirer });
    expect(told.json).toMatchObject(doneOf(kind));
    expect(told.json).not.toHaveProperty('pending_operation');
    expect(await disagreements(world)).toEqual([]);
  });

  it('is deferred, honestly, while its acquirer is away, and completed afterwards', async () => {
    const world = await open(dialect);
    const [id, told] = await world.play(async () => {
      const charge = await chargeFor(world, kind);
      world.link(acquirer).add({ type: 'down' });
      return [charge, await ask(world, charge, kind, 'k')] as const;
    });
    expect(told).toMatchObject({ status: 200, outcome: 'deferred', acquirer });
    expect(told.json).toMatchObject({ ...undoneOf(kind), pending_operation: pendingOf(kind) });
    expect(world.log).toContainEqual(
      expect.objectContaining({ event: 'deferred.accepted', charge: id, type: pendingOf(kind).type, acquirer }),
    );
    const eventsBefore = world.rows('select type from events').length;
    await world.pass(20 * minuteMs);
    expect(await read(world, id)).toMatchObject({ ...undoneOf(kind), pending_operation: pendingOf(kind) });
    world.link(acquirer).heal();
    await world.pass(6 * minuteMs);
    const done = await read(world, id);
    expect(done).toMatchObject(doneOf(kind));
    expect(done).not.toHaveProperty('pending_operation');
    expect(world.rows('select type from events').slice(eventsBefore)).toEqual([
      { type: kind === 'capture' ? 'charge.captured' : 'charge.refunded' },
    ]);
    expect(world.log).toContainEqual(
      expect.objectContaining({ event: 'deferred.completed', charge: id, type: pendingOf(kind).type }),
    );
    // The key still gives the bytes of its first answer.
    expect((await world.play(() => ask(world, id, kind, 'k'))).text).toBe(told.text);
    expect(await disagreements(world)).toEqual([]);
  });

  it('is refused before anything is sent when the merchant does not want to wait and its acquirer is known to be away', async () => {
    const world = await open(dialect, { merchant: { deferral: 'refuse' } });
    const id = await world.play(async () => {
      const charge = await chargeFor(world, kind);
      world.link(acquirer).add({ type: 'down' });
      // Until the breaker knows.
      for (let count = 0; count < 20; count += 1) if ((await ask(world, charge, kind)).status === 503) break;
      return charge;
    });
    const rows = JSON.stringify(world.rows('select * from charges'));
    const attempts = world.rows('select * from attempts').length;
    const sent = world.stage.counters().sent;
    const told = await world.play(() => ask(world, id, kind, 'k'));
    expect(told).toMatchObject({ status: 503, decidedBy: 'gateway-breaker', acquirer, outcome: null });
    expect(told.json.error).toMatchObject({ type: 'server_error', code: 'pg_wrong' });
    expect(JSON.stringify(world.rows('select * from charges'))).toBe(rows);
    expect(world.rows('select * from attempts')).toHaveLength(attempts);
    expect(world.rows('select * from idempotency')).toEqual([]);
    // Its own request only: nothing went to any acquirer (probes go on, but not at this moment).
    expect(world.stage.counters().sent - sent).toBe(1);
  });

  it('that certainly was not sent can be asked for again by a merchant that does not want to wait', async () => {
    const world = await open(dialect, { merchant: { deferral: 'refuse' } });
    const [id, told] = await world.play(async () => {
      const charge = await chargeFor(world, kind);
      world.link(acquirer).add({ type: 'down' });
      return [charge, await ask(world, charge, kind)] as const;
    });
    expect(told).toMatchObject({ status: 500, decidedBy: 'acquirer', outcome: null });
    expect(told.json.error).toMatchObject({ code: 'pg_wrong', charge: id });
    const between = await read(world, id);
    expect(between).toMatchObject(undoneOf(kind));
    expect(between).not.toHaveProperty('pending_operation');
    world.link(acquirer).heal();
    const again = await world.play(() => ask(world, id, kind));
    expect(again.json).toMatchObject(doneOf(kind));
    expect(await disagreements(world)).toEqual([]);
  });

  it.each<[string, Hand, number]>([
    ['was carried out and its reply lost', loseReply, 1],
    ['was never carried out', silence, 2],
  ])(
    'of which nobody knows is deferred; that it %s is found out before it is sent again',
    async (_, hand, sendings) => {
      const world = await open(dialect);
      const [id, told, before] = await world.play(async () => {
        const charge = await chargeFor(world, kind);
        const sent = sendingsOf(world, dialect, kind);
        world.acquirers[acquirer].hand = on(dialect.calls[kind], hand);
        const answer = await ask(world, charge, kind);
        world.acquirers[acquirer].hand = null;
        return [charge, answer, sent] as const;
      });
      expect(told).toMatchObject({ status: 200, outcome: 'deferred' });
      expect(told.json).toMatchObject({ ...undoneOf(kind), pending_operation: pendingOf(kind) });
      await world.pass(5 * minuteMs);
      expect(await read(world, id)).toMatchObject(doneOf(kind));
      expect(sendingsOf(world, dialect, kind) - before).toBe(sendings);
      expect(await disagreements(world)).toEqual([]);
    },
  );

  it.each<[string, Hand, boolean]>([
    ['was carried out', loseReply, true],
    ['was not carried out', silence, false],
  ])(
    'of which nobody knows is told as unknown to a merchant that does not want to wait; once it is clear that it %s the key says so',
    async (_, hand, done) => {
      const world = await open(dialect, { merchant: { deferral: 'refuse' } });
      const [id, told, meanwhile] = await world.play(async () => {
        const charge = await chargeFor(world, kind);
        world.acquirers[acquirer].hand = on(dialect.calls[kind], hand);
        const answer = await ask(world, charge, kind, 'k');
        world.acquirers[acquirer].hand = null;
        return [charge, answer, await ask(world, charge, kind, 'k')] as const;
      });
      expect(told).toMatchObject({ status: 500, outcome: 'unknown', decidedBy: 'upstream-lost' });
      expect(told.json.error).toMatchObject({ code: 'pg_wrong', charge: id });
      expect(meanwhile.status).toBe(409);
      await world.pass(5 * minuteMs);
      expect(await read(world, id)).toMatchObject(done ? doneOf(kind) : undoneOf(kind));
      const again = await world.play(() => ask(world, id, kind, 'k'));
      // A 200 would be read as "refunded" or "captured" by every client.
      const asDone = { status: 200, outcome: null, json: doneOf(kind) };
      const asUndone = { status: 500, outcome: null, json: { error: { code: 'pg_wrong', charge: id } } };
      expect(again).toMatchObject(done ? asDone : asUndone);
      expect((await world.play(() => ask(world, id, kind, 'k'))).text).toBe(again.text);
      expect(await disagreements(world)).toEqual([]);
    },
  );

  it("that still stands in the acquirer's queue when it is asked about, and is sent again, ends as done", async () => {
    const world = await open(dialect);
    const id = await world.play(async () => {
      const charge = await chargeFor(world, kind);
      let sendings = 0;
      // The first one is carried out after its time was up and after the inquiry, but before the second.
      const late = kind === 'release' ? 17_000 : 12_000;
      world.acquirers[acquirer].hand = on(dialect.calls[kind], async (_call, carryOut) => {
        sendings += 1;
        await world.stage.clock.sleep(sendings === 1 ? late : 3_000);
        return carryOut();
      });
      await ask(world, charge, kind);
      return charge;
    });
    await world.pass(10 * minuteMs);
    expect(sendingsOf(world, dialect, kind)).toBeGreaterThan(1);
    expect(await read(world, id)).toMatchObject(doneOf(kind));
    expect(await disagreements(world)).toEqual([]);
  });

  it("that still stands in the acquirer's queue when it is asked about is not given up for one answer, though nobody waits for it", async () => {
    const world = await open(dialect, { merchant: { deferral: 'refuse' } });
    const id = await world.play(async () => {
      const charge = await chargeFor(world, kind);
      world.acquirers[acquirer].hand = on(dialect.calls[kind], async (_call, carryOut) => {
        await world.stage.clock.sleep(45_000);
        return carryOut();
      });
      expect(await ask(world, charge, kind)).toMatchObject({ status: 500, outcome: 'unknown' });
      world.acquirers[acquirer].hand = null;
      return charge;
    });
    await world.pass(10 * minuteMs);
    expect(await read(world, id)).toMatchObject(doneOf(kind));
    expect(await disagreements(world)).toEqual([]);
  });

  it('happens once when two come at the same moment', async () => {
    const world = await open(dialect);
    const told = await world.play(async () => {
      const charge = await chargeFor(world, kind);
      return Promise.all([ask(world, charge, kind), ask(world, charge, kind)]);
    });
    expect(new Set(told.map(({ status }) => status))).toEqual(new Set([200, 409]));
    const refused = told.find(({ status }) => status === 409);
    expect(refused?.json.error).toMatchObject({ code: 'operation_pending', type: 'client_error' });
    expect(await disagreements(world)).toEqual([]);
  });
});

describe('a refund whose charge keeps a reason', () => {
  it('says the reason of the refund that was made, not of one that was refused', async () => {
    const world = await openShop();
    const told = await world.play(async () => {
      const { shop } = world;
      const { json } = await shop.post('/v1/charges', { amount: 1000, currency: 'jpy', card: await shop.token() });
      const path = `/v1/charges/${json.id}`;
      world.acquirers.escott.hand = on(
        '1Change',
        ({ fields }) => new Response(`MerchantFree1=${fields.MerchantFree1}&ResponseCd=G12`),
      );
      const refused = await shop.post(`${path}/refund`, { amount: 300, refund_reason: 'first' });
      world.acquirers.escott.hand = null;
      return [
        refused,
        await shop.get(path),
        await shop.post(`${path}/refund`, { amount: 300, refund_reason: 'second' }),
      ];
    });
    expect(told[0]).toMatchObject({ status: 402, decidedBy: 'issuer' });
    expect(told.map(({ json }) => json.refund_reason)).toEqual([undefined, null, 'second']);
  });
});

describe('giving back an approval nobody was told of', () => {
  /** An unknown payment that is found at once, and a hand before its reversal. */
  const reversed = async (hand: Hand) => {
    const world = await openShop();
    await world.play(async () => {
      const card = await world.shop.token();
      world.acquirers.escott.hand = (call, carryOut) => {
        if (call.operation === '1Auth') return loseReply(call, carryOut);
        return call.operation === '1Delete' ? hand(call, carryOut) : carryOut();
      };
      return world.shop.post('/v1/charges', { amount: 1000, currency: 'jpy', card });
    });
    await world.pass(2 * minuteMs);
    return world;
  };

  it('ends although the reply of the reversal was lost', async () => {
    let first = true;
    const world = await reversed((call, carryOut) => {
      if (!first) return carryOut();
      first = false;
      return loseReply(call, carryOut);
    });
    await world.pass(5 * minuteMs);
    expect(world.rows('select state from charges')).toEqual([{ state: 'failed' }]);
    expect(await disagreements(world)).toEqual([]);
  });

  it('ends although the reversal was carried out behind our back and the second one is refused', async () => {
    let sendings = 0;
    const world = await reversed(async (call, carryOut) => {
      sendings += 1;
      if (sendings > 1) return carryOut();
      // Carried out long after everybody stopped waiting.
      await carryOut();
      return new Response(`MerchantFree1=${call.fields.MerchantFree1}&ResponseCd=K14`);
    });
    await world.pass(5 * minuteMs);
    expect(world.rows('select state from charges')).toEqual([{ state: 'failed' }]);
    expect(await disagreements(world)).toEqual([]);
  });

  it("is tried until it succeeds: a refused reversal leaves nobody's money held", async () => {
    let sendings = 0;
    const world = await reversed((call, carryOut) => {
      sendings += 1;
      return sendings > 2 ? carryOut() : new Response(`MerchantFree1=${call.fields.MerchantFree1}&ResponseCd=K01`);
    });
    await world.pass(30 * minuteMs);
    expect(sendings).toBe(3);
    expect(world.rows('select state from charges')).toEqual([{ state: 'failed' }]);
    expect(await disagreements(world)).toEqual([]);
  });
});

describe('what waits for an acquirer', () => {
  it('is sent at the rate of the policy once it is back, not all at once', async () => {
    const world = await openShop();
    await world.play(async () => {
      const ids = [];
      for (let count = 0; count < 30; count += 1) ids.push(await chargeFor(world, 'capture'));
      world.link('escott').add({ type: 'down' });
      for (const id of ids) await ask(world, id, 'capture');
    });
    await world.pass(5 * minuteMs);
    const before = world.acquirers.escott.calls.length;
    world.link('escott').heal();
    await world.pass(2 * minuteMs);
    const times = world.acquirers.escott.calls
      .slice(before)
      .filter(({ operation }) => operation === '1Capture')
      .map(({ atMs }) => atMs);
    expect(times).toHaveLength(30);
    // Five a second: thirty take six seconds.
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(5_500);
    expect(await disagreements(world)).toEqual([]);
  });

  it('is sent by one of two gateways, also when the other one is slower than its claim lasts', async () => {
    const world = await openShop({
      // Seventy seconds between two follow-ups: the first gateway's claim on the third one runs out.
      adjust: (policy) => ({ ...policy, settling: { ...policy.settling, followUpsPerSecond: 1 / 70 } }),
    });
    await world.play(async () => {
      const ids = [];
      for (let count = 0; count < 4; count += 1) ids.push(await chargeFor(world, 'refund'));
      world.link('escott').add({ type: 'down' });
      for (const id of ids) await ask(world, id, 'refund');
    });
    world.link('escott').heal();
    // All due at one moment, so that one gateway claims them all.
    expect(world.rows('update attempts set due_ms = 0 where due_ms is not null returning reference')).toHaveLength(4);
    await world.pass(minuteMs);
    world.addGateway('gateway-2');
    await world.pass(30 * minuteMs);
    const refunds = world.acquirers.escott.calls.filter(({ operation }) => operation === '1Delete');
    const asked = refunds.map(({ fields }) => fields.MerchantFree1);
    const meant = world.rows("select reference from attempts where kind = 'refund'").map(({ reference }) => reference);
    expect(asked).toHaveLength(4);
    expect(new Set(asked)).toEqual(new Set(meant));
    expect(world.log.filter(({ event }) => event === 'settling.broke')).toEqual([]);
    expect(await disagreements(world)).toEqual([]);
  });

  it('waits twice as long after each sending that got no answer', async () => {
    const world = await openShop();
    world.acquirers.escott.hand = on('1Capture', silence);
    const id = await world.play(async () => {
      const charge = await chargeFor(world, 'capture');
      await ask(world, charge, 'capture');
      return charge;
    });
    await world.pass(15 * minuteMs);
    const times = world.acquirers.escott.calls
      .filter(({ operation }) => operation === '1Capture')
      .map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((atMs, index) => Math.round((atMs - (times[index] ?? 0)) / 1000));
    // The first inquiry comes after a second; from then on 30 s * 2^n after ten seconds of silence.
    expect(gaps[0]).toBeLessThan(15);
    expect(gaps.slice(1, 3)).toEqual([70, 130]);
    world.acquirers.escott.hand = null;
    await world.pass(10 * minuteMs);
    expect(await read(world, id)).toMatchObject({ captured: true });
    expect((await transactionsOf(world)).map(({ state }) => state)).toEqual(['captured']);
    expect(await disagreements(world)).toEqual([]);
  });
});

describe.each(dialects)('a capture at $acquirer that waited for its acquirer until its hold had ended', (dialect) => {
  const { acquirer } = dialect;
  /** 23:50 JST, and the holds end at midnight. */
  const startWallMs = Date.parse('2017-07-12T23:50:00+09:00');

  const holdUntilMidnight = async ({ shop }: Opened): Promise<string> => {
    const form = { amount: 1000, currency: 'jpy', card: await shop.token(), capture: false, expiry_days: 1 };
    const { json } = await shop.post('/v1/charges', form);
    return json.id as string;
  };

  it('is not sent, and an event says so', async () => {
    const world = await open(dialect, { startWallMs });
    const id = await world.play(async () => {
      const charge = await holdUntilMidnight(world);
      world.link(acquirer).add({ type: 'down' });
      expect((await ask(world, charge, 'capture')).outcome).toBe('deferred');
      return charge;
    });
    const before = sendingsOf(world, dialect, 'capture');
    await world.pass(15 * minuteMs);
    world.link(acquirer).heal();
    await world.pass(10 * minuteMs);
    expect(sendingsOf(world, dialect, 'capture')).toBe(before);
    const charge = await read(world, id);
    expect(charge).toMatchObject(undoneOf('capture'));
    expect(charge).not.toHaveProperty('pending_operation');
    expect(world.log).toContainEqual(
      expect.objectContaining({ event: 'deferred.declined', charge: id, type: 'capture', code: 'charge_expired' }),
    );
    expect(world.rows("select type from events where type = 'charge.updated'")).toHaveLength(1);
    expect(await disagreements(world)).toEqual([]);
  });

  /** Midnight is eight seconds away: the first sending has no answer by then. */
  const justBeforeMs = Date.parse('2017-07-12T23:59:52+09:00');
  const lateMs = 45_000;

  it('is found when it had been sent before, is not shown at midnight, and is carried out after it', async () => {
    const world = await open(dialect, { startWallMs: justBeforeMs });
    const id = await world.play(async () => {
      const charge = await holdUntilMidnight(world);
      world.acquirers[acquirer].hand = on(dialect.calls.capture, async (_call, carryOut) => {
        await world.stage.clock.sleep(lateMs);
        return carryOut();
      });
      expect((await ask(world, charge, 'capture')).outcome).toBe('deferred');
      return charge;
    });
    await world.pass(10 * minuteMs);
    expect(sendingsOf(world, dialect, 'capture')).toBe(1);
    expect(await read(world, id)).toMatchObject(doneOf('capture'));
    expect(await disagreements(world)).toEqual([]);
  });

  it('is declined when it had been sent before and is never carried out', async () => {
    const world = await open(dialect, { startWallMs: justBeforeMs });
    const id = await world.play(async () => {
      const charge = await holdUntilMidnight(world);
      world.acquirers[acquirer].hand = on(dialect.calls.capture, silence);
      expect((await ask(world, charge, 'capture')).outcome).toBe('deferred');
      return charge;
    });
    await world.pass(10 * minuteMs);
    expect(sendingsOf(world, dialect, 'capture')).toBe(1);
    const charge = await read(world, id);
    expect(charge).toMatchObject(undoneOf('capture'));
    expect(charge).not.toHaveProperty('pending_operation');
    expect(world.log).toContainEqual(
      expect.objectContaining({ event: 'deferred.declined', charge: id, type: 'capture', code: 'charge_expired' }),
    );
    expect(await disagreements(world)).toEqual([]);
  });

  it('is found, too, when it could not be sent once more before midnight', async () => {
    const world = await open(dialect, { startWallMs: justBeforeMs - 20_000 });
    const link = world.link(acquirer);
    const id = await world.play(async () => {
      const charge = await holdUntilMidnight(world);
      const captures: readonly string[] = dialect.calls.capture;
      let sent = false;
      world.acquirers[acquirer].hand = async ({ operation }, carryOut) => {
        if (captures.includes(operation)) {
          sent = true;
          await world.stage.clock.sleep(60_000);
        } else if (sent) {
          // After this inquiry nothing more gets there before midnight.
          sent = false;
          const answer = await carryOut();
          link.add({ type: 'unreachable' });
          world.stage.clock.after(30_000, () => link.heal());
          return answer;
        }
        return carryOut();
      };
      expect((await ask(world, charge, 'capture')).outcome).toBe('deferred');
      return charge;
    });
    await world.pass(10 * minuteMs);
    expect(sendingsOf(world, dialect, 'capture')).toBe(1);
    expect(await read(world, id)).toMatchObject(doneOf('capture'));
    expect(await disagreements(world)).toEqual([]);
  });
});
