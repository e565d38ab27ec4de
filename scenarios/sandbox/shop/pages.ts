/** The demo shop's pages. All text is escaped by `html`. */
import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { Lang } from '../../play/words.ts';
import type { Html } from '../pages/layout.ts';
import type { Addresses } from '../ports.ts';
import type { Order } from './orders.ts';
import { shopStyle } from './style.ts';
import { groups, type Item, items, type Way, wayNames } from './ways.ts';
import { shopCards, shopWords as words } from './words.ts';

const styleHash = `'sha256-${createHash('sha256').update(shopStyle).digest('base64')}'`;

/**
 * What a strict shop writes. Frames: the gateway's, and with 3-D Secure in a frame whichever page the
 * issuer shows inside it, so a real shop says `https:` there; here it is the simulator's.
 */
const policyFor = ({ gateway, acs }: Addresses, nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${styleHash}`,
    `connect-src 'self' ${gateway}`,
    `frame-src ${gateway} ${acs}`,
    `form-action 'self' ${gateway} ${acs}`,
    'img-src data:',
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

export interface ShopPage {
  readonly lang: Lang;
  readonly title: string;
  readonly addresses: Addresses;
  /** New with each answer. */
  readonly nonce: string;
  readonly url: URL;
  readonly main: Html;
  readonly status?: number;
}

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='%238a3b12' stroke-width='2'%3E%3Cpath d='M4 9h12v6a5 5 0 0 1-5 5H9a5 5 0 0 1-5-5zM16 10h2a3 3 0 0 1 0 6h-2M8 3v3M12 3v3'/%3E%3C/svg%3E";

const drawings: Readonly<Record<string, string>> = {
  beans: 'M6 12a6 8 0 1 1 12 0 6 8 0 1 1-12 0M12 4c-3 4 3 7 0 16',
  kettle: 'M5 20h11l1-9H4zM6 11c0-5 9-5 9 0M17 13l4-4M10.500 5v2',
  machine: 'M4 4h16v5H4zM6 9v11h12v2H4M12 9v4M10 13h4v4h-4z',
};
const drawing = (item: Item): Html =>
  html`<svg viewBox="0 0 24 24" width="40" height="40" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true"><path d="${drawings[item.id] ?? ''}"/></svg>`;

export const yen = (amount: number): string => `¥${String(amount).replace(/\B(?=(\d{3})+$)/g, ',')}`;

export const shopPage = ({ lang, title, addresses, nonce, url, main, status = 200 }: ShopPage): Response => {
  const other = lang === 'ja' ? 'en' : 'ja';
  const query = new URLSearchParams(url.search);
  query.set('lang', other);
  const document = html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title} - ${words.shop[lang]}</title>
<link rel="icon" href="${icon}">
<style>${raw(shopStyle)}</style>
</head>
<body>
<header><div class="wrap"><a class="brand" href="/shop"><svg viewBox="0 0 24 24" width="26" height="26" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><path d="M4 9h12v6a5 5 0 0 1-5 5H9a5 5 0 0 1-5-5zM16 10h2a3 3 0 0 1 0 6h-2M8 3v3M12 3v3"/></svg>${words.shop[lang]}</a><a href="?${query.toString()}" lang="${other}" hreflang="${other}">${words.otherLang[lang]}</a></div></header>
<main class="wrap">
<p class="note">${words.demo[lang]} <a href="/">${words.sandbox[lang]}</a></p>
<h1>${title}</h1>
${main}
</main>
</body>
</html>
`;
  const headers = new Headers({
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policyFor(addresses, nonce),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'strict-origin',
    'Cache-Control': 'no-store',
  });
  if (url.searchParams.has('lang'))
    headers.append('Set-Cookie', `breakwater_lang=${lang}; Path=/; SameSite=Lax; Max-Age=31536000`);
  return new Response(textOf(document), { status, headers });
};

const textOf = (made: Html): string => {
  if (made instanceof Promise) throw new Error('a page template awaited something');
  return made.toString();
};

export const frontPage = (lang: Lang, chosen: Item): Html => html`
<div class="items">${items.map(
  (item) =>
    html`<a class="item" href="/shop?item=${item.id}"${item === chosen ? raw(' aria-current="true"') : ''}>${drawing(item)}<h2>${item.name[lang]}</h2><p class="price">${yen(item.amountYen)}</p><p class="soft small">${item.about[lang]}</p></a>`,
)}</div>
<h2>${words.how[lang]}</h2>
<p class="soft small">${words.howLead[lang]}</p>
<div class="groups">${groups.map(
  (group) =>
    html`<section class="card"><h3>${group.title[lang]}</h3><p class="soft small">${group.about[lang]}</p><ul class="ways">${group.ways.map(
      (id) => html`<li><a href="/shop/pay?way=${id}&item=${chosen.id}">${wayNames[id]?.[lang] ?? id}</a></li>`,
    )}</ul></section>`,
)}</div>`;

const summary = (lang: Lang, item: Item): Html => html`<aside class="card">
<h2>${words.summary[lang]}</h2>
<div class="total">${drawing(item)}<span>${item.name[lang]}</span><span class="price">${yen(item.amountYen)}</span></div>
<details><summary class="small">${words.testCards[lang]}</summary>
<table class="cards"><tbody>${shopCards.map(([number, what]) => html`<tr><td><code>${number}</code><br>${what[lang]}</td></tr>`)}</tbody></table>
<p class="small soft">${words.code[lang]} <a href="/cards">${words.sandbox[lang]}</a></p></details>
</aside>`;

export interface PayPage {
  readonly lang: Lang;
  readonly way: Way;
  readonly item: Item;
  readonly orderId: string;
  readonly publicKey: string;
  readonly gateway: string;
  readonly nonce: string;
  /** Hashes of the gateway's scripts, as it publishes them. */
  readonly integrity: Readonly<Record<string, string>>;
}

const field = (lang: Lang, id: keyof typeof words, rest: Html): Html =>
  html`<div><label for="${id}">${words[id][lang]}</label><input class="text" id="${id}" ${rest}></div>`;

const about = (lang: Lang): Html => html`
${field(lang, 'name', raw('autocomplete="cc-name" maxlength="45" placeholder="TARO YAMADA" autocapitalize="characters"'))}
${field(lang, 'email', raw('type="email" autocomplete="email" placeholder="taro@example.jp"'))}`;

const cardInputs: Readonly<Record<'elements' | 'split' | 'v1', (lang: Lang) => Html>> = {
  elements: (lang) =>
    html`<div><span class="label">${words.card[lang]}</span><div class="frame" id="card"></div></div>${about(lang)}`,
  split: (lang) =>
    html`<div><span class="label">${words.number[lang]}</span><div class="frame" id="cardNumber"></div></div>
<div class="two"><div><span class="label">${words.expiry[lang]}</span><div class="frame" id="cardExpiry"></div></div>
<div><span class="label">${words.cvc[lang]}</span><div class="frame" id="cardCvc"></div></div></div>${about(lang)}`,
  // Without names: a form that is sent by itself, should a script fail, carries no number.
  v1: (lang) =>
    html`${field(lang, 'number', raw('inputmode="numeric" autocomplete="cc-number" placeholder="1234 5678 9012 3456"'))}
<div class="two">${field(lang, 'expiry', raw('inputmode="numeric" autocomplete="cc-exp" placeholder="12 / 34"'))}
${field(lang, 'cvc', raw('inputmode="numeric" autocomplete="cc-csc" maxlength="4"'))}</div>
${field(lang, 'name', raw('autocomplete="cc-name" maxlength="45" placeholder="TARO YAMADA"'))}`,
};

const scriptTag = ({ gateway, integrity, nonce }: PayPage, path: string, rest: Html = html``): Html =>
  html`<script nonce="${nonce}" src="${gateway}${path}" integrity="${integrity[path] ?? ''}" crossorigin="anonymous" ${rest}></script>`;

export const payPage = (page: PayPage): Html => {
  const { lang, way, item, orderId, publicKey, nonce } = page;
  const hidden = html`<input type="hidden" name="order" value="${orderId}"><input type="hidden" name="item" value="${item.id}"><input type="hidden" name="way" value="${way.id}">`;
  const form =
    way.library === 'checkout'
      ? html`<form method="post" action="/shop/orders" class="card">${hidden}
${scriptTag(
  page,
  '/checkout.js',
  html`class="payjp-button" data-payjp-key="${publicKey}" data-payjp-lang="${lang}" data-payjp-submit-text="${words.submit[lang]} ${yen(item.amountYen)}"${
    way.moment === 'never'
      ? ''
      : html` data-payjp-three-d-secure="true" data-payjp-three-d-secure-workflow="${way.workflow}" data-payjp-extra-attribute-email`
  }`,
)}<noscript>${words.noScript[lang]}</noscript></form>`
      : html`<form method="post" action="/shop/orders" class="card" data-way="${way.id}" data-library="${way.library}" data-moment="${way.moment}" data-workflow="${way.workflow}" data-key="${publicKey}" data-lang="${lang}" data-failed="${words.failed[lang]}">${hidden}
<input type="hidden" name="payjp-token">
${cardInputs[way.library](lang)}
<p id="problem" role="alert"></p>
<button type="submit">${words.submit[lang]} ${yen(item.amountYen)}</button>
<noscript>${words.noScript[lang]}</noscript></form>
${scriptTag(page, way.library === 'v1' ? '/v1/pay.js' : '/v2/pay.js')}
<script nonce="${nonce}" src="/shop/shop.js"></script>`;
  return html`<div class="pay"><div>${form}</div>${summary(lang, item)}</div>`;
};

export const orderPage = (lang: Lang, order: Order, startUrl: string): Html => {
  const { state, item, way, charge, verified, refusal } = order;
  const isPaid = state === 'paid';
  const says = state === 'verifying' ? words.verifyingLead : isPaid ? words.paidLead : words.notPaidLead;
  return html`<div class="card" data-state="${state}" data-charges-asked="${order.chargesAsked}">
<div class="verdict${isPaid ? '' : ' no'}"><b aria-hidden="true">${isPaid ? '✓' : '!'}</b><p>${says[lang]}</p></div>
<dl><dt>${words.summary[lang]}</dt><dd>${item.name[lang]}</dd><dt>${words.amount[lang]}</dt><dd>${yen(item.amountYen)}</dd>
${charge === null ? '' : html`<dt>${words.charge[lang]}</dt><dd><code>${charge}</code></dd>`}
<dt>${words.status[lang]}</dt><dd>${verified === null ? words.none[lang] : html`<code>${verified}</code>`}</dd>
${refusal === null ? '' : html`<dt>${words.reason[lang]}</dt><dd><code>${refusal}</code></dd>`}</dl>
${
  isPaid
    ? html`<a class="go" href="/shop">${words.back[lang]}</a>`
    : state === 'verifying'
      ? html`<p class="choices"><a class="go" href="${startUrl}">${words.goOn[lang]}</a> <a href="/shop/pay?way=${way.id}&item=${item.id}">${words.tryAgain[lang]}</a></p>`
      : html`<a class="go" href="/shop/pay?way=${way.id}&item=${item.id}">${words.tryAgain[lang]}</a>`
}</div>`;
};

export const orderTitle = (lang: Lang, { state }: Order): string =>
  (state === 'paid' ? words.paid : state === 'verifying' ? words.verifying : words.notPaid)[lang];
