/**
 * The demo shop's own server: what it does with a token, by plain calls of the API with its secret
 * key, as a shop in any language would make them. It sees tokens and ids, and no card number.
 *
 * An order is paid once: whoever sends it again gets what became of it the first time.
 */
import type { World } from '../world.ts';
import { signedBackUrl } from './back-url.ts';
import type { Item, Way } from './ways.ts';

export type OrderState =
  /** The gateway was asked; nothing is known yet. */
  | 'asked'
  /** The buyer is with the issuer. */
  | 'verifying'
  | 'paid'
  | 'not-paid';

export interface Order {
  readonly id: string;
  readonly worldId: string;
  readonly item: Item;
  readonly way: Way;
  readonly token: string;
  state: OrderState;
  charge: string | null;
  /** What the buyer is verified for: the charge, the token, or a request about a customer's card. */
  subject: string;
  /** Who keeps the card, where somebody does. */
  customer: string | null;
  /** `three_d_secure_status` as last read. */
  verified: string | null;
  /** The gateway's code, where it refused. */
  refusal: string | null;
  /** Charges asked for: more than one would be a fault of ours. */
  chargesAsked: number;
  /** The shop's answer so far; a second sending waits for the first. */
  working: Promise<void>;
}

/** An answer of the API, looked into as a client without types does. */
interface Told {
  readonly id?: string;
  readonly paid?: boolean;
  readonly state?: string;
  readonly default_card?: string | null;
  readonly three_d_secure_status?: string | null;
  readonly card?: { readonly three_d_secure_status?: string | null };
  readonly error?: { readonly code?: string; readonly charge?: string };
}

const ordersMax = 2_000;

export interface NewOrder {
  readonly id: string;
  readonly item: Item;
  readonly way: Way;
  readonly token: string;
}

export const createOrders = () => {
  const orders = new Map<string, Order>();

  const authorization = (world: World): string =>
    `Basic ${Buffer.from(`${world.identity.keys.secret}:`).toString('base64')}`;
  const ask = async (
    world: World,
    path: string,
    form: Readonly<Record<string, string>>,
    key?: string,
  ): Promise<Told> => {
    const reply = await world.ask('gateway', path, {
      method: 'POST',
      headers: {
        Authorization: authorization(world),
        'Content-Type': 'application/x-www-form-urlencoded',
        ...(key === undefined ? {} : { 'Idempotency-Key': key }),
      },
      body: new URLSearchParams(form).toString(),
    });
    return (await reply.json()) as Told;
  };
  const read = async (world: World, path: string): Promise<Told> => {
    const reply = await world.ask('gateway', path, { headers: { Authorization: authorization(world) } });
    return (await reply.json()) as Told;
  };
  const statusIn = (told: Told): string | null =>
    told.three_d_secure_status ?? told.card?.three_d_secure_status ?? null;

  const settle = (order: Order, told: Told): void => {
    order.charge = told.error?.charge ?? (told.error === undefined ? (told.id ?? null) : order.charge);
    order.verified = statusIn(told) ?? order.verified;
    order.refusal = told.error?.code ?? null;
    order.state = told.error === undefined && told.paid === true ? 'paid' : 'not-paid';
    // Nothing is decided yet: the buyer may go on where they were.
    if (told.error?.code === 'three_d_secure_incompleted') order.state = 'verifying';
  };

  const pay = async (world: World, order: Order): Promise<void> => {
    order.chargesAsked += 1;
    const { moment } = order.way;
    const told = await ask(
      world,
      '/v1/charges',
      {
        amount: String(order.item.amountYen),
        currency: 'jpy',
        ...(order.customer === null ? { card: order.token } : { customer: order.customer }),
        description: `${order.item.id} (${order.way.id})`,
        ...(moment === 'charge' ? { three_d_secure: 'true' } : {}),
      },
      order.id,
    );
    settle(order, told);
    if (told.error !== undefined || moment !== 'charge' || order.state === 'paid') return;
    order.state = 'verifying';
    order.subject = told.id ?? order.subject;
  };

  /** The card is kept with a customer, and asked about there. */
  const keep = async (world: World, order: Order): Promise<void> => {
    const customer = await ask(world, '/v1/customers', { card: order.token }, `${order.id}-customer`);
    if (customer.error !== undefined) return settle(order, customer);
    order.customer = customer.id ?? null;
    const request = await ask(world, '/v1/three_d_secure_requests', { resource_id: customer.default_card ?? '' });
    if (request.error !== undefined) return settle(order, request);
    order.subject = request.id ?? order.subject;
    order.state = 'verifying';
  };

  const begin = async (world: World, order: Order): Promise<void> => {
    // By redirect the token is verified only after this: the browser is led on from here.
    if (order.way.moment === 'card') await keep(world, order);
    else if (order.way.moment === 'token' && order.way.workflow === 'redirect') order.state = 'verifying';
    else await pay(world, order);
  };

  const goOn = async (world: World, order: Order): Promise<void> => {
    const { subject } = order;
    if (order.way.moment === 'card') {
      const request = await read(world, `/v1/three_d_secure_requests/${subject}`);
      order.verified = statusIn(request);
      if (order.verified === 'verified' || order.verified === 'attempted') await pay(world, order);
      else order.state = request.state === 'finished' ? 'not-paid' : 'verifying';
      return;
    }
    const of = order.way.moment === 'charge' ? 'charges' : 'tokens';
    const finished = await ask(world, `/v1/${of}/${subject}/tds_finish`, {});
    if (finished.error !== undefined) order.verified = statusIn(await read(world, `/v1/${of}/${subject}`));
    if (of === 'charges' || finished.error !== undefined) settle(order, finished);
    else {
      order.verified = statusIn(finished);
      await pay(world, order);
    }
  };

  return {
    find: (id: string): Order | undefined => orders.get(id),
    /** Takes an order, or finds the one that was sent before; resolves once it is known what to do next. */
    async place(world: World, { id, item, way, token }: NewOrder): Promise<Order> {
      const known = orders.get(id);
      if (known !== undefined) {
        await known.working;
        return known;
      }
      const order: Order = {
        id,
        worldId: world.id,
        item,
        way,
        token,
        state: 'asked',
        charge: null,
        subject: token,
        customer: null,
        verified: null,
        refusal: null,
        chargesAsked: 0,
        working: Promise.resolve(),
      };
      orders.set(id, order);
      for (const old of orders.keys()) {
        if (orders.size <= ordersMax) break;
        orders.delete(old);
      }
      order.working = begin(world, order);
      await order.working;
      return order;
    },
    /** The buyer is back from the issuer, or says so: the gateway knows. */
    async finish(world: World, order: Order): Promise<void> {
      const before = order.working;
      order.working = before.then(() => (order.state === 'verifying' ? goOn(world, order) : undefined));
      await order.working;
    },
    /** The page of the gateway that leads the buyer to the issuer and back. */
    startUrl(order: Order, world: World, gateway: string, shop: string): string {
      const { keys } = world.identity;
      const back = signedBackUrl(`${shop}/shop/orders/${order.id}/return`, keys.secret);
      const query = new URLSearchParams({ publickey: keys.public, back_url: back });
      return `${gateway}/v1/tds/${order.subject}/start?${query.toString()}`;
    },
  };
};
export type Orders = ReturnType<typeof createOrders>;
