/** Unique card numbers and codes through a started gateway and two acquirers on sockets; then every byte is looked at. */
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basic, type Json } from '../gateway/world.ts';
import { adminToken, type LiveWorld, masterKeys, openLiveWorld, upstreamToken } from './live-world.ts';
import { canaryPan, type Place, planted, scan, spellings } from './scanner.ts';

let world: LiveWorld;
const pans: string[] = [];
const cvcs: string[] = [];
const marker = 'a-bird-that-must-be-seen';

/** A card of its own: number and code are used nowhere else. */
const cardOf = (head = '453957', length = 16): { number: string; exp_month: number; exp_year: number; cvc: string } => {
  const nth = pans.length + 1;
  const number = canaryPan(head, nth, length);
  // Codes are short; these stand between signs that are neither digits nor letters nowhere else.
  const cvc = String(8_017 + nth * 13);
  pans.push(number);
  cvcs.push(cvc);
  return { number, exp_month: 12, exp_year: 2034, cvc };
};

/** A code by itself: no digit, letter, point or sign of a longer number beside it. */
const codeIn = (text: string, cvc: string): boolean =>
  new RegExp(`(?<![0-9A-Za-z.+/_-]|"serviceUs":)${cvc}(?![0-9A-Za-z.+/_-])`).test(text);

const until = async (what: string, isSo: () => boolean | Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} never came`);
};

const atWork: Place[] = [];
let atRest: Place[];

beforeAll(async () => {
  world = await openLiveWorld();
  const admin = { Authorization: `Bearer ${adminToken}` };
  const made = await world.ask('POST', '/admin/v1/merchants', admin, JSON.stringify({ id: 'shop-2', name: marker }));
  expect(made.status).toBe(200);
  const { secret, public: pk } = world.keys;
  const token = async (card: object = cardOf(), key = pk): Promise<string> =>
    (await world.post('/v1/tokens', { card } as never, key)).json.id;

  // Tokens: good, of every brand, refused by us, refused by the issuer, unreadable.
  for (const [head, length] of [['453957'], ['518712'], ['354012'], ['371234', 15], ['361234', 14]] as const)
    expect(await token(cardOf(head, length))).toMatch(/^tok_/);
  const wrong = cardOf();
  await world.post(
    '/v1/tokens',
    { card: { ...wrong, number: `${wrong.number.slice(0, -1)}${(Number(wrong.number.at(-1)) + 1) % 10}` } },
    pk,
  );
  await world.post('/v1/tokens', { card: { ...cardOf(), exp_year: 2019 } }, pk);
  await world.post('/v1/tokens', { card: { ...cardOf(), cvc: `${cardOf().cvc}12345` } }, pk);
  await world.post('/v1/tokens', { card: cardOf('40000088') }, pk);
  await world.post('/v1/tokens', { card: { ...cardOf(), [cardOf().number]: 'x' } }, pk);
  await world.post('/v1/tokens', JSON.stringify({ card: cardOf() }), pk, { 'Content-Type': 'application/json' });
  await world.post('/v1/tokens', `card=${cardOf().number}`, pk);
  await world.post('/v1/tokens', `card[number]=${cardOf().number}&card[number]=%`, pk);
  // Too long: whoever sends it may find the connection closed before all of it is sent.
  await world.post('/v1/tokens', `card[number]=${cardOf().number}&x=${'y'.repeat(300_000)}`, pk).catch(() => undefined);
  world.garble('1Check', '<html>sorry</html>');
  await world.post('/v1/tokens', { card: cardOf() }, pk);

  // A server that still passes card numbers, and is told so by letter.
  await world.post('/v1/tokens', { card: cardOf() }, secret);
  await world.post('/v1/customers', { card: cardOf(), description: marker }, secret);

  // Numbers where none belongs: paths, ids, keys, other parameters.
  await world.ask('GET', `/v1/tokens/${cardOf().number}`, { Authorization: basic(secret) });
  await world.ask('GET', `/v1/nothing/${cardOf().number}`, { Authorization: basic(secret) });
  await world.ask('PUT', `/v1/charges/${cardOf().number}?x=${cardOf().number}`, { Authorization: basic(secret) });
  await world.ask('GET', '/v1/charges', { Authorization: basic(cardOf().number) });
  await world.post('/v1/charges', { amount: 100, currency: 'jpy', card: cardOf().number }, secret);
  await world.post('/v1/charges', { amount: cardOf().number, currency: 'jpy', card: 'tok_x' }, secret);
  await world.ask('GET', `/v1/charges?customer=${cardOf().number}&limit=${cardOf().number}`, {
    Authorization: basic(secret),
  });

  // A shop's life.
  const pay = async (amount: number, more: Record<string, string> = {}): Promise<Json> =>
    (
      await world.post(
        '/v1/charges',
        { amount, currency: 'jpy', card: await token(), description: marker, ...more },
        secret,
      )
    ).json;
  const paid = await pay(1_100);
  expect(paid).toMatchObject({ paid: true, captured: true });
  await world.post(`/v1/charges/${paid.id}/refund`, { amount: 100 }, secret);
  const held = await pay(1_200, { capture: 'false' });
  await world.post(`/v1/charges/${held.id}/capture`, { amount: 1_000 }, secret);
  const customer = (
    await world.post('/v1/customers', { id: 'alice', card: await token(), description: marker }, secret)
  ).json;
  expect(customer.cards.count).toBe(1);
  const added = (await world.post('/v1/customers/alice/cards', { card: await token() }, secret)).json;
  await world.post(`/v1/customers/alice/cards/${added.id}`, { name: 'ALICE', 'metadata[bird]': marker }, secret);
  await world.post('/v1/charges', { amount: 1_300, currency: 'jpy', customer: 'alice' }, secret);
  await world.ask('DELETE', `/v1/customers/alice/cards/${added.id}`, { Authorization: basic(secret) });
  await world.post('/v1/plans', { id: 'gold', amount: 500, currency: 'jpy', interval: 'month' }, secret);
  const subscription = await world.post('/v1/subscriptions', { plan: 'gold', customer: 'alice' }, secret);
  expect(subscription.status).toBe(200);

  // Trouble: an answer that nobody understands, a lost capture, a record that does not open.
  world.garble('1Auth', '<html>sorry</html>');
  const unknown = await world.post('/v1/charges', { amount: 1_400, currency: 'jpy', card: await token() }, secret, {
    'Idempotency-Key': 'once',
  });
  expect(unknown.status).toBe(500);
  await world.post('/v1/charges', { amount: 1_400, currency: 'jpy', card: await token() }, secret, {
    'Idempotency-Key': 'once',
  });
  world.garble('1Capture', 'ResponseCd=K98');
  await pay(1_500);
  const broken = await token();
  // The gateway may be writing at this moment: its turn is waited for.
  const db = new DatabaseSync(world.databasePath, { timeout: 10_000 });
  db.exec(
    `update vault set sealed = 'nokey.AAAA' where id = (select vault_id from cards where id = (select card_id from tokens where id = '${broken}'))`,
  );
  db.close();
  const failed = await world.post('/v1/charges', { amount: 1_600, currency: 'jpy', card: broken }, secret);
  expect(failed.json.error.message).not.toContain('nokey');
  expect(failed.status).toBe(500);
  await world.ask(
    'POST',
    '/upstream/notices',
    { Authorization: `Bearer ${upstreamToken}` },
    JSON.stringify({ acquirer: 'escott', kind: 'restricting_you', atMs: 1, message: marker }),
  );

  // The master key changes under all of it.
  world.setMasterKeys([masterKeys[1], masterKeys[0]]);
  expect((await world.ask('POST', '/admin/v1/vault/rotate', admin, '')).status).toBe(202);
  const during = await Promise.all([1_701, 1_702, 1_703].map((amount) => pay(amount)));
  for (const charge of during) expect(charge.paid).toBe(true);
  atWork.push(...world.places().map(({ name, bytes }) => ({ name: `${name}, at work`, bytes })));
  let rotation: Json;
  await until('the end of the rotation', async () => {
    rotation = (await world.ask('GET', '/admin/v1/vault/rotate', admin)).json.rotation;
    return rotation.state === 'done';
  });
  expect(rotation.unreadable).toBe(1);
  expect(rotation.rewrapped).toBeGreaterThan(10);
  await world.post('/v1/charges', { amount: 1_800, currency: 'jpy', customer: 'alice' }, secret);
  await world.ask('GET', '/metrics', admin);
  await world.ask('GET', '/v1/events?limit=100', { Authorization: basic(secret) });
  await world.ask('DELETE', '/v1/customers/alice', { Authorization: basic(secret) });
  const letters = await world.ask(
    'POST',
    '/admin/v1/non-retention/notices',
    admin,
    JSON.stringify({ merchant: 'shop-1' }),
  );
  expect(letters.json).toMatchObject({ told: ['shop-1'] });
  await until('a letter', () =>
    world.places().some(({ name, bytes }) => name === 'mail' && bytes.includes('owner@shop.example')),
  );
  await until('a webhook', () =>
    world.places().some(({ name, bytes }) => name === 'webhooks' && bytes.includes(marker)),
  );
  atWork.push(...world.places().map(({ name, bytes }) => ({ name: `${name}, later`, bytes })));
  await world.stop();
  atRest = world.places();
}, 120_000);
afterAll(() => world?.close());

describe('card numbers and codes in a live gateway', () => {
  it('went through it', () => {
    expect(pans.length).toBeGreaterThan(35);
    expect(new Set(pans).size).toBe(pans.length);
    // What a merchant wrote is found where it went: these places are not empty.
    const seen = scan([...atWork, ...atRest], [marker]).map(({ place }) => place);
    for (const place of ['database: gateway.sqlite', 'answers', 'webhooks', 'database: gateway.sqlite-wal, at work'])
      expect(seen).toContain(place);
    const log = atRest.find(({ name }) => name === 'gateway log')!.bytes.toString();
    for (const told of ['charge.unknown', 'vault.rotated', 'vault.unreadable', 'request.broke', '    at '])
      expect(log).toContain(told);
    expect(atRest.find(({ name }) => name === 'control answers')!.bytes.length).toBeGreaterThan(1_000);
    expect(atRest.find(({ name }) => name === 'acquirer logs')).toBeDefined();
  });

  it('would be found in every one of these places, however they were written', () => {
    const secret = canaryPan('453957', 99_999);
    for (const place of [...atWork, ...atRest])
      for (const spelling of Object.values(spellings)) {
        const [found] = scan(
          [planted({ ...place, bytes: place.bytes.subarray(0, 20_000) }, spelling(secret))],
          [secret],
        );
        expect(found?.place).toBe(place.name);
      }
    for (const { bytes } of atRest) {
      const text = bytes.toString('latin1');
      expect(codeIn(`${text}"cvc":"4321"`, '4321')).toBe(true);
      expect(codeIn(`${text}&SecCd=4322&x`, '4322')).toBe(true);
    }
  });

  it('stand nowhere: not in pages, the log of writes, logs, answers, webhooks, letters, control answers', () => {
    expect(scan([...atWork, ...atRest], pans)).toEqual([]);
  });

  it('leave no code anywhere', () => {
    const found = [...atWork, ...atRest].flatMap(({ name, bytes }) => {
      const text = bytes.toString('latin1');
      return cvcs.filter((cvc) => codeIn(text, cvc)).map((cvc) => `${name}: ${cvc}`);
    });
    expect(found).toEqual([]);
  });
});
