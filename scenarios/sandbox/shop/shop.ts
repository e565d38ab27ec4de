/**
 * The demo shop: a merchant's site with a server of its own, on an origin that is not the gateway's.
 *
 *     GET  /shop                     what there is, and the ways to pay
 *     GET  /shop/pay?way=&item=      one of them
 *     POST /shop/orders              an order with its token
 *     POST /shop/orders/:id/finish   the page says that the buyer is through with 3-D Secure
 *     GET  /shop/orders/:id/return   the gateway sends the buyer back here
 *     GET  /shop/orders/:id          what became of it
 */
import { readFileSync } from 'node:fs';
import { html } from 'hono/html';
import type { Entropy } from '../../../gateway/ports.ts';
import type { Words } from '../../play/words.ts';
import { langOf } from '../pages/layout.ts';
import type { Addresses } from '../ports.ts';
import type { World } from '../world.ts';
import type { Worlds } from '../worlds.ts';
import { carriesCardNumber } from './card-number.ts';
import { createOrders, type Order } from './orders.ts';
import { frontPage, orderPage, orderTitle, payPage, shopPage } from './pages.ts';
import { itemOf, items, wayOf } from './ways.ts';
import { shopWords as words } from './words.ts';

const script = readFileSync(new URL('./client/shop.js', import.meta.url), 'utf8');
const orderPattern = /^o[0-9a-f]{24}$/;
const tokenPattern = /^tok_[0-9a-f]{1,40}$/;

const see = (location: string): Response =>
  new Response(null, { status: 303, headers: { Location: location, 'Cache-Control': 'no-store' } });

export interface ShopDeps {
  readonly worlds: Worlds;
  readonly entropy: Entropy;
  readonly addresses: () => Addresses;
}

/** `world`: the one that the browser is in; an order knows its own. */
export type Shop = (request: Request, url: URL, world: World) => Promise<Response>;

export const createShop = ({ worlds, entropy, addresses }: ShopDeps): Shop => {
  const orders = createOrders();
  const hex = (bytes: number, label: string): string => Buffer.from(entropy.bytes(bytes, label)).toString('hex');
  /** The world of an order, wherever the browser is by now: cookies do not always come along. */
  const worldOf = async (order: Order): Promise<World | undefined> => worlds.find(order.worldId);

  const respond = (
    request: Request,
    url: URL,
    title: string,
    main: ReturnType<typeof html>,
    nonce: string,
    status = 200,
  ) => shopPage({ lang: langOf(request, url), title, addresses: addresses(), nonce, url, main, status });
  const say = (request: Request, url: URL, text: Words, status: number): Response =>
    respond(
      request,
      url,
      text[langOf(request, url)],
      html`<p><a href="/shop">${words.back[langOf(request, url)]}</a></p>`,
      'none',
      status,
    );

  const pay = async (request: Request, url: URL, world: World): Promise<Response> => {
    const [way, item] = [wayOf(url.searchParams.get('way')), itemOf(url.searchParams.get('item'))];
    if (way === undefined || item === undefined) return say(request, url, words.notFound, 404);
    const lang = langOf(request, url);
    const published = await world.ask('gateway', '/browser/integrity.json');
    const nonce = hex(16, 'sandbox/shop-nonce');
    const main = payPage({
      lang,
      way,
      item,
      nonce,
      orderId: `o${hex(12, 'sandbox/shop-order')}`,
      publicKey: world.identity.keys.public,
      gateway: addresses().gateway,
      integrity: (await published.json()) as Record<string, string>,
    });
    return respond(request, url, words.pay[lang], main, nonce);
  };

  const place = async (request: Request, url: URL, world: World, body: string): Promise<Response> => {
    const form = new URLSearchParams(body);
    const [way, item] = [wayOf(form.get('way')), itemOf(form.get('item'))];
    const [id, token] = [form.get('order') ?? '', form.get('payjp-token') ?? ''];
    if (way === undefined || item === undefined || !orderPattern.test(id) || !tokenPattern.test(token))
      return say(request, url, words.failed, 400);
    const order = await orders.place(world, { id, item, way, token });
    worlds.touched(world);
    const page = `/shop/orders/${order.id}`;
    if ((request.headers.get('accept') ?? '').includes('application/json'))
      return Response.json({ page, charge: order.charge, subject: order.subject, state: order.state });
    return see(order.state === 'verifying' ? orders.startUrl(order, world, addresses().gateway, url.origin) : page);
  };

  const ofOrder = async (request: Request, url: URL, order: Order, step: string): Promise<Response> => {
    const world = await worldOf(order);
    if (world === undefined) return say(request, url, words.notFound, 404);
    const page = `/shop/orders/${order.id}`;
    const isAsked = request.method === 'POST' ? step === 'finish' : step === 'return';
    if (isAsked) {
      await orders.finish(world, order);
      worlds.touched(world);
      return request.method === 'POST' ? Response.json({ page, state: order.state }) : see(page);
    }
    if (step !== '' || request.method === 'POST') return say(request, url, words.notFound, 404);
    const lang = langOf(request, url);
    const start = orders.startUrl(order, world, addresses().gateway, url.origin);
    return respond(request, url, orderTitle(lang, order), orderPage(lang, order, start), 'none');
  };

  return async (request, url, world) => {
    const body = request.method === 'POST' ? await request.text() : '';
    // Whoever sends one made a mistake, and it ends here: not kept, not repeated, not sent on.
    if (carriesCardNumber(url.pathname + url.search) || carriesCardNumber(body))
      return say(request, new URL('/shop', url), words.noNumbers, 400);
    const { pathname } = url;
    const [, id = '', step = ''] = /^\/shop\/orders\/(o[0-9a-f]{24})(?:\/(finish|return))?$/.exec(pathname) ?? [];
    const order = id === '' ? undefined : orders.find(id);
    if (order !== undefined) return ofOrder(request, url, order, step);
    if (request.method === 'POST')
      return pathname === '/shop/orders' ? place(request, url, world, body) : say(request, url, words.notFound, 404);
    if (pathname === '/shop/shop.js')
      return new Response(script, {
        headers: { 'Content-Type': 'text/javascript; charset=utf-8', 'X-Content-Type-Options': 'nosniff' },
      });
    if (pathname === '/shop/pay') return pay(request, url, world);
    if (pathname !== '/shop') return say(request, url, words.notFound, 404);
    const lang = langOf(request, url);
    return respond(
      request,
      url,
      words.front[lang],
      frontPage(lang, itemOf(url.searchParams.get('item')) ?? items[0]!),
      'none',
    );
  };
};
