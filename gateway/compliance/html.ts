/**
 * Pages that operators read and print: one column, tables, no script, no colour that carries meaning alone.
 *
 * Text goes through `escapeText` on its way in; `Markup` is what has been through it.
 */
import type { Context } from 'hono';
import type { Lang } from '../words.ts';

/** HTML that is safe to put into a page. */
export interface Markup {
  readonly html: string;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeText = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character]!);

const htmlOf = (part: unknown): string => {
  if (part === null || part === undefined) return '';
  if (Array.isArray(part)) return part.map(htmlOf).join('');
  if (typeof part === 'object' && 'html' in part) return (part as Markup).html;
  return escapeText(String(part as string | number));
};

/** A piece of a page. What is put in is text, unless it is markup itself; a list is its parts in a row. */
export const html = (texts: TemplateStringsArray, ...parts: readonly unknown[]): Markup => ({
  html: texts.map((text, index) => `${text}${index < parts.length ? htmlOf(parts[index]) : ''}`).join(''),
});

/** A table with a caption for those who cannot see it. Cells are text or markup. */
export const table = (caption: string, heads: readonly string[], rows: readonly (readonly unknown[])[]): Markup =>
  rows.length === 0
    ? html`<p class="none">${caption}: none.</p>`
    : html`<div class="wide" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;

const style = `
:root { color-scheme: light dark; }
body { font: 15px/1.6 system-ui, "Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", sans-serif; margin: 0 auto; max-width: 76rem; padding: 1rem 1.1rem 3rem; background: light-dark(#f6f7f9, #10151b); color: light-dark(#17202b, #e8ecf1); overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; line-height: 1.4; } h2 { font-size: 1.1rem; margin: 2rem 0 .4rem; } code { font-size: .88em; }
table { overflow-wrap: normal; font-variant-numeric: tabular-nums; } th { font-size: .8125rem; white-space: nowrap; opacity: .8; } .none { opacity: .8; }
@media (max-width: 34rem) { dl { grid-template-columns: 8rem 1fr; } }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding: .3rem 0; opacity: .8; }
th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: .35rem .6rem; text-align: left; vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
.bad { font-weight: 700; } .bad::before { content: "✗ "; } .good::before { content: "✓ "; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dt { opacity: .8; } dd { margin: 0; }
`;

/** The whole page. */
export const pageOf = (title: string, body: Markup, lang: Lang = 'en'): string =>
  html`<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title><style>${{ html: style }}</style></head>
<body><main><h1>${title}</h1>${body}</main></body></html>
`.html;

/** The forms in which a report is read. */
export type ReportForm = 'json' | 'text' | 'html';

/** What was asked for: `?format=`, else what the `Accept` header begins with, else JSON. Null: no such form. */
export const formAsked = (context: Context): ReportForm | null => {
  const asked = context.req.query('format');
  if (asked !== undefined) return asked === 'json' || asked === 'text' || asked === 'html' ? asked : null;
  const accept = context.req.header('Accept') ?? '';
  return accept.startsWith('text/html') ? 'html' : accept.startsWith('text/plain') ? 'text' : 'json';
};

/** Headers of a page with nothing but text and style in it. */
export const pageHeaders = {
  'Breakwater-Decided-By': 'gateway',
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
} as const;
