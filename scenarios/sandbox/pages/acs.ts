/** Port N+3's own `/`: what answers there, and which card numbers choose how an authentication ends. */
import { html } from 'hono/html';
import { threeDSecureCards } from '../../../acquirer-sim/app.ts';
import type { Addresses } from '../ports.ts';
import { spaced } from './cards.ts';
import { langOf, page } from './layout.ts';
import { words } from './words.ts';

const lead = {
  en: 'The card schemes’ directory server and the issuers’ access control servers. The one-time password is always 123456. Any other card is judged by risk: below 10,000 yen nothing is asked, from there the cardholder is.',
  ja: 'カードブランドのディレクトリサーバーと、カード会社の ACS です。ワンタイムパスワードは常に 123456 です。下記以外のカードはリスクで判定し、1万円未満は認証画面なし、1万円以上は認証画面を表示します。',
};
const control = {
  en: 'Answer a challenge without a browser',
  ja: 'ブラウザなしで認証画面に答える',
};

/** Null: not this page. */
export const acsPage = async (request: Request, url: URL, addresses: Addresses): Promise<Response | null> => {
  if (url.pathname !== '/' || (request.method !== 'GET' && request.method !== 'HEAD')) return null;
  const lang = langOf(request, url);
  const answer = `curl -X POST ${addresses.acs}/sim/v1/three-d-secure/transactions/ID/answer -d '{"as":"pass"}'`;
  return page(
    { lang, title: words.acs[lang], section: null, world: null, url },
    html`<p class="soft">${lead[lang]}</p>
<div class="card scroll"><table><thead><tr><th>${words.number[lang]}</th><th>${words.outcome[lang]}</th></tr></thead><tbody>${threeDSecureCards.map(
      (card) => html`<tr><td class="nowrap">${spaced(card.number)}</td><td>${card[lang]}</td></tr>`,
    )}</tbody></table></div>
<h2>${control[lang]}</h2><pre>${addresses.acs}/sim/v1/three-d-secure/transactions
${answer}</pre>
<p><a href="${addresses.pages}/">${words.pages[lang]}</a></p>`,
  );
};
