/**
 * Port N+5: the pages, and the simulator's control API of the world that is named.
 *
 *     /escott/sim/v1/*  /gmo/sim/v1/*     one acquirer's
 *     /sim/v1/*?acquirer=escott|gmo       the same
 *     /sandbox/*                          as on the gateway's port
 *     /shop/*                             the demo shop, whose calls are a merchant's
 */

import type { Lang } from '../../play/words.ts';
import { sandboxApi } from '../api.ts';
import { worldNamed } from '../choose.ts';
import { type Answer, fault, withWorld } from '../fronts.ts';
import type { Addresses } from '../ports.ts';
import type { Shop } from '../shop/shop.ts';
import { type AcquirerId, acquirerIds, type World } from '../world.ts';
import type { Worlds } from '../worlds.ts';
import { cardsPage } from './cards.ts';
import { clockPage } from './clock-page.ts';
import { faultsPage } from './faults.ts';
import { homePage } from './home.ts';
import { journalPage, journalRows } from './journal.ts';
import { fragment, langOf, page, type Section } from './layout.ts';
import { ledgerPage, ledgerRows } from './ledger.ts';
import { words } from './words.ts';

const isAcquirer = (name: string | null): name is AcquirerId => acquirerIds.some((id) => id === name);

/** `/gmo/sim/v1/ledger?world=…` is `/sim/v1/ledger` of `gmo`; null when it is no control call. */
const controlCall = (url: URL): { readonly which: AcquirerId | null; readonly path: string } | null => {
  const [, first = '', ...rest] = url.pathname.split('/');
  const query = new URLSearchParams(url.search);
  for (const own of ['world', 'acquirer']) query.delete(own);
  const search = query.size === 0 ? '' : `?${query.toString()}`;
  if (isAcquirer(first) && rest[0] === 'sim') return { which: first, path: `/${rest.join('/')}${search}` };
  if (first !== 'sim') return null;
  const asked = url.searchParams.get('acquirer');
  return { which: isAcquirer(asked) ? asked : null, path: `${url.pathname}${search}` };
};

const control = async (worlds: Worlds, request: Request, world: World, url: URL, env: unknown): Promise<Response> => {
  const call = controlCall(url);
  if (call === null || call.which === null) return fault(400, 'acquirer', `say which: ${acquirerIds.join(' or ')}`);
  const changes = request.method !== 'GET';
  if (changes && request.headers.get('sec-fetch-site') === 'cross-site')
    return fault(403, 'Sec-Fetch-Site', 'calls from other sites change nothing here');
  const headers = new Headers(request.headers);
  // The world's key was for us; the simulator has a token of its own, or none.
  headers.delete('authorization');
  const init = { method: request.method, headers, ...(changes ? { body: await request.arrayBuffer() } : {}) };
  const response = await world.acquirers[call.which].app.fetch(new Request(new URL(call.path, url), init), env);
  if (changes) worlds.touched(world);
  return response;
};

type Render = (world: World, lang: Lang, addresses: Addresses, worlds: Worlds) => Promise<Parameters<typeof page>[1]>;

const renderers: Readonly<Record<string, readonly [Section, Render]>> = {
  '/': ['home', async (world, lang, addresses, worlds) => homePage(world, addresses, worlds.places(), lang)],
  '/journal': ['journal', (world, lang) => journalPage(world, lang)],
  '/ledger': ['ledger', (world, lang) => ledgerPage(world, lang)],
  '/faults': ['faults', (world, lang) => faultsPage(world, lang)],
  '/clock': ['clock', async (world, lang) => clockPage(world, lang)],
  '/cards': ['cards', async (_world, lang) => cardsPage(lang)],
};

const rows: Readonly<Record<string, (world: World, lang: Lang) => Promise<Parameters<typeof fragment>[0]>>> = {
  '/journal/rows': journalRows,
  '/ledger/rows': ledgerRows,
};

export const pagesFront =
  (worlds: Worlds, addresses: () => Addresses, shop: Shop): Answer =>
  async (request, env) => {
    const url = new URL(request.url);
    const own = await sandboxApi({ worlds, addresses: addresses() }, request, url);
    if (own !== null) return own;
    const { pathname } = url;
    if (controlCall(url) !== null) {
      const named = worldNamed(request, url);
      const world = worlds.find(named);
      if (named !== undefined && world === undefined)
        return fault(404, 'world', 'is not the key or id of a world here');
      return control(worlds, request, await (world ?? worlds.default()), url, env);
    }
    if (pathname === '/shop' || pathname.startsWith('/shop/'))
      return withWorld(worlds, request, url, (world) => shop(request, url, world));
    if (request.method !== 'GET' && request.method !== 'HEAD') return fault(405, request.method, 'pages take GET');
    return withWorld(worlds, request, url, async (world) => {
      const lang = langOf(request, url);
      if (Object.hasOwn(rows, pathname)) return fragment(await rows[pathname]!(world, lang));
      const found = Object.hasOwn(renderers, pathname) ? renderers[pathname] : undefined;
      if (found === undefined) return fault(404, pathname, 'there is no such page');
      const [section, render] = found;
      const title = section === 'home' ? words.sandbox[lang] : words[section][lang];
      return page({ lang, title, section, world, url }, await render(world, lang, addresses(), worlds));
    });
  };
