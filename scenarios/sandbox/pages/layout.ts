/** What every page shares. All text is escaped by `html`. */
import { html, raw } from 'hono/html';
import type { Lang, Words } from '../../play/words.ts';
import { defaultWorld } from '../identity.ts';
import type { World } from '../world.ts';
import { contentSecurityPolicy, script, style } from './style.ts';
import { words } from './words.ts';

export type Html = ReturnType<typeof html>;

export const sections = ['home', 'journal', 'ledger', 'faults', 'clock', 'cards'] as const;
export type Section = (typeof sections)[number];

export const pathOf = (section: Section): string => (section === 'home' ? '/' : `/${section}`);

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%232a75c0' d='M0 11q4-5 8 0t8 0v5H0z'/%3E%3Cpath fill='%237fbaf5' d='M0 7q4-5 8 0t8 0v3q-4 5-8 0T0 10z'/%3E%3C/svg%3E";

/** Japanese or English: as asked, as remembered, or as the browser prefers. */
export const langOf = (request: Request, url: URL): Lang => {
  const asked =
    url.searchParams.get('lang') ?? /breakwater_lang=(ja|en)/.exec(request.headers.get('cookie') ?? '')?.[1];
  if (asked === 'ja' || asked === 'en') return asked;
  return /^ja\b/i.test(request.headers.get('accept-language') ?? '') ? 'ja' : 'en';
};

const headersFor = (url: URL | null, lang: Lang): Headers => {
  const headers = new Headers({
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': contentSecurityPolicy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  });
  if (url?.searchParams.has('lang'))
    headers.append('Set-Cookie', `breakwater_lang=${lang}; Path=/; SameSite=Lax; Max-Age=31536000`);
  return headers;
};

const textOf = (made: Html): string => {
  // No part of a page is ever awaited; a promise here would be a mistake in a template.
  if (made instanceof Promise) throw new Error('a page template awaited something');
  return made.toString();
};

/** A piece of a page, for a table that follows. */
export const fragment = (made: Html): Response =>
  new Response(textOf(made), { headers: { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' } });

export interface Shell {
  readonly lang: Lang;
  readonly title: string;
  /** Null: a page outside the six, without navigation. */
  readonly section: Section | null;
  readonly world: World | null;
  readonly url: URL | null;
}

export const page = ({ lang, title, section, world, url }: Shell, main: Html, status = 200): Response => {
  const other: Lang = lang === 'ja' ? 'en' : 'ja';
  const links = sections.map(
    (name) =>
      html`<a href="${pathOf(name)}"${name === section ? raw(' aria-current="page"') : ''}>${words[name][lang]}</a>`,
  );
  const document = html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title} - Breakwater</title>
<link rel="icon" href="${icon}">
<style>${raw(style)}</style>
</head>
<body>
<header><div class="wrap">
<div class="bar"><a class="name" href="/">Breakwater<small>${words.sandbox[lang]}${world === null || world.id === defaultWorld ? '' : ` · ${world.identity.name}`}</small></a><a href="?lang=${other}" lang="${other}" hreflang="${other}">${words.otherLang[lang]}</a></div>
${section === null ? '' : html`<nav>${links}</nav>`}
</div></header>
<main class="wrap">
<h1>${title}</h1>
${main}
</main>
<script>${raw(script)}</script>
</body>
</html>
`;
  return new Response(textOf(document), { status, headers: headersFor(url, lang) });
};

/** A text to be copied. */
export const copyable = (text: string, lang: Lang): Html =>
  html`<div class="copy"><pre>${text}</pre><button type="button" data-copy="${words.copied[lang]}">${words.copy[lang]}</button></div>`;

/** Terms and what they stand for. */
export const terms = (rows: readonly (readonly [Words, string])[], lang: Lang): Html =>
  html`<dl>${rows.map(([term, value]) => html`<dt>${term[lang]}</dt><dd><code>${value}</code></dd>`)}</dl>`;
