/** Shops of June 2025 under the mandate, with real acquirers, a directory server, and issuers that claim back. */
import { addReceivers } from '../receivers.ts';
import { cards, openTdsShop, type TdsShop } from '../three-d-secure/visit.ts';
import { adminToken, cardOf, type FormInput, type Json, type Told, type WorldOptions } from '../world.ts';

export const operator = { Authorization: `Bearer ${adminToken}` };

/** A shop by registration that does everything the mandate asks. */
export const carefulProfile = {
  pattern: 'REG',
  adoptedOn: '2025-02-01',
  riskAnalysis: true,
  genuineLowRisk: true,
  controls: { strictManagement: true, loginProtection: true, userConfirmed: true },
};

export type Market = TdsShop & {
  readonly events: Json[];
  readonly notices: Json[];
  mandate(enforcement: string | null, profile: object): Promise<Told>;
  admin(path: string): Promise<Told>;
  /** A customer whose card was authenticated at registration, or not. */
  customer(authenticated: boolean): Promise<string>;
  pay(form: FormInput): Promise<Told>;
  /** A payment of the customer's card, authenticated itself: paid when this resolves. */
  payAuthenticated(form: FormInput): Promise<Json>;
  /** An issuer claims a payment back; resolves with the acquirer's view of it once the gateway was told. */
  claim(chargeId: string, more?: object): Promise<Json>;
};

export const openMarket = async (options: WorldOptions = {}): Promise<Market> => {
  const world = await openTdsShop(
    { startWallMs: Date.parse('2025-06-10T12:00:00+09:00'), ...options },
    { webhookUrl: 'http://merchants.test/hooks', noticeUrl: 'http://merchants.test/notices' },
  );
  const { shop, stage } = world;
  const events: Json[] = [];
  const notices: Json[] = [];
  addReceivers(world, (path, body) => (path === '/hooks' ? events : notices).push(body));
  const issuer = stage.castMember('issuer');
  const atAcquirer = async (acquirer: string, method: 'GET' | 'POST', body?: object): Promise<Told> => {
    const reply = await issuer.fetch(`http://${acquirer}.test/sim/v1/disputes`, {
      method,
      headers: { 'content-type': 'application/json' },
      timeoutMs: 10_000,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    return { status: reply.status, json: JSON.parse(text) as Json } as Told;
  };
  return {
    ...world,
    events,
    notices,
    mandate: (enforcement, profile) =>
      world.send('POST', `/admin/v1/merchants/${shop.id}/mandate`, operator, JSON.stringify({ enforcement, profile })),
    admin: (path) => world.send('GET', path, operator),
    async customer(authenticated) {
      const card = cardOf(cards.frictionless).card as FormInput;
      const made = await shop.post(
        '/v1/tokens',
        { card: { ...card, email: 'a@example.jp' }, ...(authenticated ? { three_d_secure: true } : {}) },
        { as: 'pk' },
      );
      if (made.status !== 200) throw new Error(made.text);
      if (authenticated) {
        await world.authenticate(made.json.id);
        const finished = await world.finish(made.json.id);
        if (finished.status !== 200) throw new Error(finished.text);
      }
      const customer = await shop.post('/v1/customers', { card: made.json.id });
      if (customer.status !== 200) throw new Error(customer.text);
      return customer.json.id as string;
    },
    pay: (form) => shop.post('/v1/charges', { amount: 5000, currency: 'jpy', ...form }),
    async payAuthenticated(form) {
      const made = await shop.post('/v1/charges', { amount: 5000, currency: 'jpy', three_d_secure: true, ...form });
      if (made.status !== 200) throw new Error(made.text);
      await world.authenticate(made.json.id);
      const paid = await world.finish(made.json.id);
      if (paid.status !== 200) throw new Error(paid.text);
      return paid.json;
    },
    async claim(chargeId, more = {}) {
      const [attempt] = world.rows(
        `select acquirer, reference from attempts where charge_id = '${chargeId}' and kind = 'authorise' and state = 'approved'`,
      );
      const opened = await atAcquirer(attempt.acquirer, 'POST', { reference: attempt.reference, ...more });
      if (opened.status >= 300) throw new Error(JSON.stringify(opened.json));
      await stage.clock.sleep(2_000);
      const { json } = await atAcquirer(attempt.acquirer, 'GET');
      return json.rows.find((row: Json) => row.dispute === opened.json.dispute);
    },
  };
};
