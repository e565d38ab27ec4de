/**
 * Authentications of card holders through a whole gateway, the directory server and an ACS on the virtual stage,
 * and the payments around them. What the test and the bench both play.
 *
 * In three parts, so that each is timed by itself: charges are made that wait for 3-D Secure; browsers go from the
 * start page to the last one; the charges are paid.
 */
import { openSqliteStore, type Policy } from '../../gateway/app.ts';
import { createBrowser } from '../cast/browser.ts';
import { luhnDigit } from '../cast/cards.ts';
import { World } from '../play/world.ts';
import { createStage } from '../stage/stage.ts';
import { hosts, secrets, urlOf } from '../theatre/credentials.ts';
import { addPrograms, setLinks } from '../theatre/programs.ts';

export interface Authentications {
  /** Charges that were paid behind an authentication. */
  readonly paid: number;
  /** Of these, those whose cardholder was asked something. */
  readonly challenged: number;
  /** Of the authentications alone: between browsers, gateway and issuers. */
  readonly requests: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly traceHash: string;
}

/** Room for everybody: no queue is measured here. */
const service = { mean: 150, sigma: 0.4 };
const capacity = {
  workers: 1_000,
  queueMax: 10_000,
  serviceMs: { check: service, authorise: service, capture: service, search: service },
};
const world = World.parse({
  acquirers: [
    { id: 'escott', dialect: 'escott', capacity },
    { id: 'gmo', dialect: 'gmo-pg', capacity },
  ],
  threeDSecure: {},
  links: { default: { latencyMs: 10, sigma: 0.3 } },
  gateway: { instances: 1 },
});

/** Of each part, a simulated second: 10,000 are done within the half hour that a charge waits. */
const PER_SECOND = 50;
const START_MS = 5_000;
/** Longest that one may take once it has begun, simulated. */
const FLOW_MS = 120_000;

export interface Meter {
  wallMs(): number;
  /** Processor time of this process. */
  cpuMs(): number;
}

export const playAuthentications = async (
  count: number,
  policy: Policy,
  meter: Meter,
  seed = 1,
): Promise<Authentications> => {
  const startWallMs = Date.parse('2025-04-01T12:00:00+09:00');
  const stage = createStage({ seed, startWallMs, latency: { medianMs: 10, sigma: 0.3 } });
  setLinks(stage, world);
  const store = openSqliteStore({ location: ':memory:' });
  addPrograms(stage, world, policy, store);
  const { clock, fetch } = stage.castMember('buyers');
  const gatewayUrl = urlOf(hosts.gateway);
  let [paid, challenged, requests] = [0, 0, 0];
  stage.network.onExchange(() => {
    requests += 1;
  });

  const call = async (
    path: string,
    key: string,
    authorization: string,
    body: string,
  ): Promise<Record<string, unknown>> => {
    const reply = await fetch(`${gatewayUrl}${path}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body,
      timeoutMs: 60_000,
      drawKey: key,
    });
    return JSON.parse(await reply.text()) as Record<string, unknown>;
  };

  const enrol = async () => {
    const reply = await fetch(`${gatewayUrl}/admin/v1/merchants`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secrets.adminToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'bench', name: 'Bench' }),
      timeoutMs: 30_000,
      drawKey: 'enrol',
    });
    const { keys } = JSON.parse(await reply.text()) as { keys: { live: { secret: string; public: string } } };
    const basic = (key: string): string => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
    return { secret: basic(keys.live.secret), open: basic(keys.live.public), publicKey: keys.live.public };
  };

  let keys: Awaited<ReturnType<typeof enrol>> | null = null;
  const enrolled = (): Awaited<ReturnType<typeof enrol>> => {
    if (keys === null) throw new Error('nobody enrolled');
    return keys;
  };
  const charges: string[] = [];

  /** Half of them small, half challenged; a card of its own each. */
  const order = async (nth: number): Promise<void> => {
    const { open, secret } = enrolled();
    const head = `4242424${String(nth).padStart(8, '0')}`;
    const card = `card[number]=${head}${luhnDigit(head)}&card[exp_month]=12&card[exp_year]=2029&card[cvc]=123`;
    const token = await call('/v1/tokens', `token/${nth}`, open, `${card}&card[email]=taro@example.jp`);
    const amount = nth % 2 === 0 ? 5_000 : 30_000;
    const form = `amount=${amount}&currency=jpy&card=${String(token.id)}&three_d_secure=true`;
    charges[nth] = String((await call('/v1/charges', `charge/${nth}`, secret, form)).id);
  };
  const authenticate = async (nth: number): Promise<void> => {
    const browser = createBrowser({ fetch, clock, gatewayUrl, drawKey: `browser/${nth}` });
    const start = `${gatewayUrl}/v1/tds/${charges[nth]}/start?publickey=${enrolled().publicKey}`;
    const { challenged: asked } = await browser.walk(start, { thinkMs: 8_000 });
    if (asked) challenged += 1;
  };
  const pay = async (nth: number): Promise<void> => {
    const charge = await call(`/v1/charges/${charges[nth]}/tds_finish`, `finish/${nth}`, enrolled().secret, '');
    if (charge.paid === true && charge.three_d_secure_status === 'verified') paid += 1;
  };

  let untilMs = START_MS;
  await stage.run({ untilMs });
  /** All of one part, spread over simulated time. */
  const part = async (name: string, act: (nth: number) => Promise<void>): Promise<void> => {
    stage.spawnTask(name, async () => {
      keys ??= await enrol();
      const all: Promise<void>[] = [];
      for (let nth = 0; nth < count; nth += 1) {
        all.push(act(nth));
        await clock.sleep(1_000 / PER_SECOND);
      }
      await Promise.all(all);
    });
    untilMs += (count / PER_SECOND) * 1_000 + FLOW_MS;
    await stage.run({ untilMs });
  };
  await part('orders', order);
  const before = { wallMs: meter.wallMs(), cpuMs: meter.cpuMs(), requests };
  await part('authentications', authenticate);
  const spent = {
    wallMs: meter.wallMs() - before.wallMs,
    cpuMs: meter.cpuMs() - before.cpuMs,
    requests: requests - before.requests,
  };
  await part('payments', pay);
  const traceHash = stage.traceHash();
  store.close();
  return { paid, challenged, ...spent, traceHash };
};
