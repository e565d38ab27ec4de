/**
 * A gateway process on PostgreSQL that is killed at random moments under load, again and again, and
 * started again. In the end three books must agree: the acquirers', the gateway's and what the shop
 * was told. `npm run nightly -- kills` plays 200 kills, `npm test` a handful.
 */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLiveRandom } from '../../acquirer-sim/random.ts';
import { openPostgresStore, type PostgresStore } from '../../gateway/store/postgres.ts';
import { compareBooks } from '../gateway/books.ts';
import { cardOf, type FormInput, type Json } from '../gateway/world.ts';
import { noPostgres, type Postgres, startPostgres } from './postgres.ts';
import { ask, enrol, type Gateway, type Programs, type Shop, startPrograms, type Told } from './programs.ts';

const kills = Number(process.env.BREAKWATER_KILLS ?? 5);
const seed = Number(process.env.BREAKWATER_SEED ?? 1);
const shops = 8;
/** A process lives for this many requests, and dies within so many milliseconds of the last of them. */
const livesFor = { requestsMax: 30, ms: 80 };

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(noPostgres)(`a gateway that is killed ${kills} times (seed ${seed})`, () => {
  let postgres: Postgres;
  let programs: Programs;
  let store: PostgresStore;
  let url: string;
  beforeAll(async () => {
    postgres = await startPostgres();
    programs = await startPrograms((policy) => ({
      ...policy,
      // The proof is what is settled, not when: what takes minutes by the policy takes seconds here.
      settling: {
        ...policy.settling,
        inquireAfterMs: [200, 500, 1_000],
        thenEveryMs: 1_000,
        notFoundSpanMs: 3_000,
        followUpsPerSecond: 200,
        retryBaseMs: 300,
        retryCapMs: 1_000,
      },
    }));
    url = await postgres.newDatabase();
  });
  afterAll(async () => {
    await store?.close();
    await programs?.close();
    await postgres?.stop();
  });

  it('has no double capture, no lost approval and nothing unknown in the end', {
    timeout: 60_000 + kills * 30_000,
  }, async () => {
    const random = createLiveRandom(seed);
    let gateway: Gateway = await programs.startGateway('gateway-1', url);
    let up = Promise.resolve();
    let stopped = false;
    const shop: Shop = await enrol(gateway.url, 'shop-1');
    store = await openPostgresStore({ url });

    /** The most that a shop was told of each charge. */
    const told = new Map<string, { paid: boolean; captured: boolean; refundedYen: number }>();
    const figures = { requests: 0, unanswered: 0, unknown: 0 };
    const hear = ({ status, json }: Told): void => {
      if (status !== 200 || json.object !== 'charge') return;
      const before = told.get(json.id) ?? { paid: false, captured: false, refundedYen: 0 };
      told.set(json.id, {
        paid: before.paid || json.paid,
        captured: before.captured || json.captured,
        refundedYen: Math.max(before.refundedYen, json.amount_refunded),
      });
    };
    /** As a client does it: the same key until there is an answer; null when it gives up. */
    const insist = async (path: string, key: string, form: FormInput, idempotencyKey: string): Promise<Json> => {
      for (let tries = 0; tries < 20; tries += 1) {
        await up;
        figures.requests += 1;
        try {
          const answer = await ask(gateway.url, path, { key, form, idempotencyKey });
          hear(answer);
          if (answer.status === 200) return answer.json;
          if (answer.json.error.charge !== undefined && answer.status === 500) figures.unknown += 1;
          if (answer.status < 500 && answer.status !== 409) return null;
        } catch {
          figures.unanswered += 1;
        }
        if (stopped && tries > 3) return null;
        await pause(100);
      }
      return null;
    };
    const buy = async (name: string, dice: ReturnType<typeof random.fork>): Promise<void> => {
      const token = await insist('/v1/tokens', shop.public, cardOf(), `${name}/token`);
      if (token === null) return;
      const capture = dice.float() < 0.5;
      const form = { amount: 1000, currency: 'jpy', card: token.id as string, capture };
      const charge = await insist('/v1/charges', shop.secret, form, `${name}/charge`);
      if (charge === null) return;
      const at = `/v1/charges/${charge.id}`;
      if (!capture)
        await insist(`${at}/capture`, shop.secret, dice.float() < 0.5 ? { amount: 600 } : {}, `${name}/capture`);
      if (dice.float() < 0.5)
        await insist(`${at}/refund`, shop.secret, dice.float() < 0.5 ? { amount: 200 } : {}, `${name}/refund`);
    };
    const loads = Array.from({ length: shops }, async (_, index) => {
      for (let ordinal = 0; !stopped; ordinal += 1) {
        const name = `${index}/${ordinal}`;
        await buy(name, random.fork(name));
      }
    });

    const inFlight: number[] = [];
    for (let kill = 0; kill < kills; kill += 1) {
      // Not by the clock alone: a slow machine would kill before anything is at work.
      const last = figures.requests + random.integer(shops, livesFor.requestsMax);
      while (figures.requests < last) await pause(2);
      await pause(random.integer(0, livesFor.ms));
      const reborn = Promise.withResolvers<void>();
      up = reborn.promise;
      await gateway.kill();
      const left = await store.inspect("select count(*) as n from attempts where state = 'sending'");
      inFlight.push(Number(left[0]?.n));
      gateway = await programs.startGateway('gateway-1', url);
      reborn.resolve();
    }
    stopped = true;
    await Promise.all(loads);

    const open = `select (select count(*) from attempts where (due_ms is not null and state <> 'absent') or state in ('sending', 'unknown', 'doubtful', 'waiting'))
      + (select count(*) from charges where pending_type is not null or state in ('pending', 'unknown')) as n`;
    for (let turn = 0; turn < 600 && Number((await store.inspect(open))[0]?.n) > 0; turn += 1) await pause(100);

    const rows = {
      charges: await store.inspect('select * from charges'),
      attempts: await store.inspect('select * from attempts'),
      transfers: await store.inspect('select debit, credit, amount from transfers'),
    };
    const faults = compareBooks(await programs.transactions(), rows);
    for (const [id, heard] of told) {
      const { json: now } = await ask(gateway.url, `/v1/charges/${id}`, { key: shop.secret });
      if (heard.paid && !now.paid) faults.push(`${id} was told to be paid and is not`);
      if (heard.captured && !now.captured) faults.push(`${id} was told to be captured and is not`);
      if (heard.refundedYen > now.amount_refunded) faults.push(`${id} was told to be given back and is not`);
    }
    const keys = rows.charges.map(({ idempotency_key: key }) => key);
    if (new Set(keys).size !== keys.length) faults.push('a key has two charges');
    const measured = {
      kills,
      seed,
      inFlightAtKill: inFlight.reduce((sum, n) => sum + n, 0),
      killsWithWorkInFlight: inFlight.filter((n) => n > 0).length,
      ...figures,
      charges: rows.charges.length,
      attempts: rows.attempts.length,
      told: told.size,
      faults,
    };
    if (process.env.BREAKWATER_FIGURES !== undefined)
      writeFileSync(process.env.BREAKWATER_FIGURES, JSON.stringify(measured, null, 2));
    expect(faults).toEqual([]);
    // Nothing was proved if nobody was at work.
    expect(measured.charges).toBeGreaterThan(kills);
    expect(measured.killsWithWorkInFlight).toBeGreaterThan(kills / 10);
    await gateway.kill('SIGTERM');
  });
});
