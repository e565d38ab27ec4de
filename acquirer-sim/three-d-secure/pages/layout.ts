/** What the issuers' pages share. All text is escaped by `html`. */
import { html, raw } from 'hono/html';
import { style } from './style.ts';
import type { Language } from './words.ts';

export type Html = ReturnType<typeof html>;

export const textOf = (made: Html): string => {
  if (made instanceof Promise) throw new Error('a page template awaited something');
  return made.toString();
};

export const headersOf = (policy: string): Record<string, string> => ({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
});

export const layout = (language: Language, title: string, body: Html, head: Html | string = ''): string =>
  textOf(
    html`<!DOCTYPE html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${raw(style)}</style>${head}</head><body><main>${body}</main></body></html>
`,
  );
