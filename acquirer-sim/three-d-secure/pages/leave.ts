/** Pages without a question: back to the shop, nothing leads back, this cannot go on; and the 3DS Method's. */
import { html, raw } from 'hono/html';
import type { Erro } from '../erro.ts';
import { layout } from './layout.ts';
import { sendOnce, sendTwice } from './style.ts';
import { type Language, words } from './words.ts';

/** Posts `fields` to `url` by itself, or by a button where no script runs. */
export const leavePage = (
  language: Language,
  url: string,
  fields: Readonly<Record<string, string>>,
  twice = false,
): string => {
  const w = words[language];
  const inputs = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  );
  return layout(
    language,
    w.returning,
    html`<div class="center"><div class="spin"></div><p role="status">${w.returning}</p>
<form method="post" action="${url}">${inputs}<noscript><button>${w.returnNow}</button></noscript></form></div>
${twice ? html`<iframe name="first" title="first"></iframe>` : ''}<script>${raw(twice ? sendTwice : sendOnce)}</script>`,
  );
};

/** Nothing happens here any more. `app`: it asks to go back to an app that it cannot open. */
export const strandedPage = (language: Language, how: 'waiting' | 'app'): string => {
  const w = words[language];
  return how === 'app'
    ? layout(language, w.toApp, html`<div class="center"><p role="status">${w.toApp}</p></div>`)
    : layout(
        language,
        w.waiting,
        html`<div class="center"><div class="spin"></div><p role="status">${w.waiting}</p></div>`,
      );
};

/** With the Erro for programs in `meta name="erro"`. */
export const cannotPage = (language: Language, erro: Erro): string => {
  const w = words[language];
  const coded = Buffer.from(JSON.stringify(erro)).toString('base64url');
  return layout(
    language,
    w.cannot,
    html`<h1>${w.cannot}</h1><p>${w.cannotText}</p><footer><p>Erro ${erro.errorCode}: ${erro.errorDescription} (${erro.errorDetail})</p></footer>`,
    html`<meta name="erro" content="${coded}">`,
  );
};
