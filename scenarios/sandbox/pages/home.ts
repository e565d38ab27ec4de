/** The first page: what is there, how to reach it, and lines that work. */
import { html } from 'hono/html';
import type { Lang } from '../../play/words.ts';
import { worldView } from '../api.ts';
import { curlLines } from '../curl-lines.ts';
import { type Addresses, type PortName, portNames } from '../ports.ts';
import { adminToken, type World } from '../world.ts';
import type { Place } from '../worlds.ts';
import { copyable, type Html, terms } from './layout.ts';
import { words } from './words.ts';

/** Worlds that are listed; the most recently used ones. */
const listed = 12;

/** What a person may open is a link; acquirers speak to programs only. */
const addressOf = (name: PortName, address: string): Html => {
  if (name === 'gateway') return html`<code>${address}/v1</code> · <a href="${address}/docs">/docs</a>`;
  if (name === 'escott' || name === 'gmo') return html`<code>${address}</code>`;
  return html`<a href="${address}/">${address}</a>`;
};

export const homePage = (world: World, addresses: Addresses, places: readonly Place[], lang: Lang): Html => {
  const view = worldView(world, addresses);
  const { keys, escott, gmoPg } = view;
  const recent = [...places].sort((one, other) => other.usedMs - one.usedMs).slice(0, listed);
  const payjp = `const payjp = Payjp('${keys.secret}', { apibase: '${view.payjp.apiBase}' });`;
  const gmo = `new GMOPG({ baseUrl: '${gmoPg.baseUrl}', ShopID: '${gmoPg.shopId}', ShopPass: '${gmoPg.shopPass}', SiteID: '${gmoPg.siteId}', SitePass: '${gmoPg.sitePass}' });`;
  return html`
<p class="soft">${words.homeLead[lang]}</p>
<h2>${words.tryIt[lang]}</h2>
${curlLines(addresses, view).map((line) => copyable(line, lang))}
<h2>${words.demoShop[lang]}</h2>
<p class="soft">${words.shopLead[lang]}</p>
<p><a class="button" href="/shop">${words.shopButton[lang]}</a></p>
<h2>${words.operations[lang]}</h2>
<p class="soft">${words.operationsLead[lang]}</p>
<div class="card"><dl><dt>${words.operationsName[lang]}</dt><dd>${words.operationsAny[lang]}</dd><dt>${words.adminToken[lang]}</dt><dd><code>${adminToken}</code></dd></dl>
<p><a class="button" href="${addresses.gateway}/console">${words.operationsButton[lang]}</a></p></div>
<h2>${words.keys[lang]}</h2>
<div class="two">
<section class="card"><h3>PAY.JP</h3>${terms(
    [
      [words.secretKey, keys.secret],
      [words.publicKey, keys.public],
      [words.policy, view.policy],
    ],
    lang,
  )}</section>
<section class="card"><h3>GMO-PG</h3>${terms(
    [
      [words.shop, `${gmoPg.shopId} / ${gmoPg.shopPass}`],
      [words.site, `${gmoPg.siteId} / ${gmoPg.sitePass}`],
    ],
    lang,
  )}</section>
<section class="card"><h3>e-SCOTT</h3>${terms(
    [
      [words.merchant, `${escott.merchantId} / ${escott.merchantPass}`],
      [words.tenantId, escott.tenantId],
    ],
    lang,
  )}</section>
</div>
<h2>${words.addresses[lang]}</h2>
<div class="card"><dl>${portNames.map(
    (name) => html`<dt>${words[name][lang]}</dt><dd>${addressOf(name, addresses[name])}</dd>`,
  )}</dl></div>
<h2>${words.sdks[lang]}</h2>
<p class="soft">${words.sdksLead[lang]}</p>
${copyable(payjp, lang)}${copyable(gmo, lang)}
<h2>${words.fresh[lang]}</h2>
<p class="soft">${words.freshLead[lang]}</p>
<form data-call="POST /sandbox/merchants" data-go="/?world={id}" class="row">
<label>${words.name[lang]}<input name="name" maxlength="100" autocomplete="off"></label>
<label>${words.policy[lang]}<select name="policy"><option>sandbox</option><option>payjp-limits</option></select></label>
<button>${words.freshButton[lang]}</button><div role="status"></div></form>
<h2>${words.worlds[lang]}</h2>
<div class="card scroll"><table><thead><tr><th>${words.name[lang]}</th><th>${words.world[lang]}</th><th>${words.policy[lang]}</th></tr></thead><tbody>${recent.map(
    ({ facts: { identity, policy } }) =>
      html`<tr><td><a href="/?world=${identity.id}">${identity.name}</a></td><td><code>${identity.id}</code></td><td>${policy}</td></tr>`,
  )}</tbody></table></div>`;
};
