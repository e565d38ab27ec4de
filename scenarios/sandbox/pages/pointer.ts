/** The gateway's own `/`: where everything else is. */
import { html } from 'hono/html';
import type { Addresses } from '../ports.ts';
import { langOf, page } from './layout.ts';
import { words } from './words.ts';

const lead = {
  en: 'This is the gateway. Keys, test cards, the clock and everything else are on the sandbox’s own page.',
  ja: 'ここはゲートウェイです。キー、テストカード、時計などはサンドボックスのページにあります。',
};

export const pointerPage = async (request: Request, addresses: Addresses): Promise<Response> => {
  const url = new URL(request.url);
  const lang = langOf(request, url);
  if (!(request.headers.get('accept') ?? '').includes('text/html'))
    return Response.json({ pages: addresses.pages, api: `${addresses.gateway}/v1`, docs: `${addresses.gateway}/docs` });
  return page(
    { lang, title: words.gateway[lang], section: null, world: null, url },
    html`<p>${lead[lang]}</p>
<div class="card"><dl><dt>${words.pages[lang]}</dt><dd><a href="${addresses.pages}/">${addresses.pages}</a></dd>
<dt>API</dt><dd><code>${addresses.gateway}/v1</code></dd><dt>${words.status[lang]}</dt><dd><a href="${addresses.status}/">${addresses.status}</a></dd></dl></div>`,
  );
};
