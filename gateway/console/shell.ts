/** What every page of the console shares: head, tabs, who is signed in, footer. */
import { raw } from 'hono/html';
import type { Lang } from '../words.ts';
import { type Html, html, textOf } from './html.ts';
import { script, style } from './style.ts';
import type { Operator, Tab } from './tab.ts';
import { stampOf } from './time.ts';
import { words } from './words.ts';

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%232a75c0' d='M0 11q4-5 8 0t8 0v5H0z'/%3E%3Cpath fill='%237fbaf5' d='M0 7q4-5 8 0t8 0v3q-4 5-8 0T0 10z'/%3E%3C/svg%3E";

export interface Shell {
  readonly lang: Lang;
  readonly title: string;
  /** Path and query as asked, for the link to the other language. */
  readonly url: URL;
  readonly nowMs: number;
  readonly instanceId: string;
  /** Null: nobody is signed in, and no tab is named. */
  readonly signedIn: { readonly operator: Operator; readonly csrf: string } | null;
  readonly tabs: readonly Tab[];
  readonly current?: string;
  /** Renews itself. */
  readonly live?: boolean;
}

const inOther = (url: URL, lang: Lang): string => {
  const query = new URLSearchParams(url.search);
  query.set('lang', lang);
  return `${url.pathname}?${query.toString()}`;
};

const tabLink = (tab: Tab, current: string | undefined, lang: Lang): Html => {
  const waits = tab.badge?.() ?? 0;
  return html`<li><a href="/console/${tab.id}"${tab.id === current ? raw(' aria-current="page"') : ''}>${tab.title[lang]}${
    waits > 0 ? html`<span class="badge">${waits}</span>` : ''
  }</a></li>`;
};

export const page = (shell: Shell, main: Html): string => {
  const { lang, title, url, nowMs, instanceId, signedIn, tabs, current, live } = shell;
  const other: Lang = lang === 'ja' ? 'en' : 'ja';
  const who =
    signedIn === null
      ? ''
      : html`<span>${signedIn.operator.name}</span><form method="post" action="/console/sign-out"><input type="hidden" name="csrf" value="${signedIn.csrf}"><button class="quiet">${words.signOut[lang]}</button></form>`;
  return textOf(html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} - ${words.console[lang]} - Breakwater</title>
<link rel="icon" href="${raw(icon)}">
<style>${raw(style)}</style>
</head>
<body>
<a class="skip" href="#main">${words.skip[lang]}</a>
<header><div class="wrap">
<div class="bar"><a class="name" href="/console">Breakwater<small>${words.console[lang]}</small></a><div class="who">${who}<a href="${inOther(url, other)}" lang="${other}" hreflang="${other}">${words.otherLang[lang]}</a></div></div>
${signedIn === null ? '' : html`<nav aria-label="${words.console[lang]}"><ul data-tabs>${tabs.map((tab) => tabLink(tab, current, lang))}</ul></nav>`}
</div></header>
<main class="wrap" id="main"${live === true ? raw(' data-live') : ''}>
<h1>${title}</h1>
${main}
</main>
<footer><div class="wrap"><p><span>${words.asOf[lang]}: ${stampOf(nowMs)}</span><span>${words.zone[lang]}</span>${
    signedIn === null ? '' : html`<span>${words.instance[lang]}: ${instanceId}</span>`
  }${live === true ? html`<span>${words.live[lang]}</span>` : ''}<a href="/docs">${words.apiDocs[lang]}</a></p></div></footer>
${live === true ? html`<script>${raw(script)}</script>` : ''}
</body>
</html>
`);
};
