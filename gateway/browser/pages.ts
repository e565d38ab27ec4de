/**
 * The two pages that hold card inputs. They stand in frames on merchants' pages, take nothing from
 * their own address, load one script of ours by a nonce and its hash, and may send to this origin only.
 */

import type { Script, ScriptPath } from './scripts.ts';
import { checkoutStyle, fieldStyle } from './style.ts';

/** Which pages may be framed by any shop: the merchant's address is not known to the gateway. */
export interface FramePage {
  readonly title: string;
  readonly script: ScriptPath;
  readonly style: string;
}

export const framePages: Readonly<Record<string, FramePage>> = {
  '/browser/card-field': { title: 'Card', script: '/browser/card-field.js', style: fieldStyle },
  '/browser/checkout': { title: 'Checkout', script: '/browser/checkout-dialog.js', style: checkoutStyle },
};

/** `nonce`: new with each answer. */
export const framePolicy = (nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    'frame-ancestors http: https:',
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');

export const framePage = (page: FramePage, script: Script, nonce: string): string => `<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${page.title}</title>
<style nonce="${nonce}">${page.style}</style>
<script nonce="${nonce}" src="${page.script}" integrity="${script.integrity}" defer></script>
</head>
<body></body>
</html>
`;
