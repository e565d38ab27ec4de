/** Port N+3 until its programs are there: says so, to people and to programs. */
import { html } from 'hono/html';
import { fault } from '../fronts.ts';
import type { Addresses } from '../ports.ts';
import { langOf, page } from './layout.ts';

const title = { en: 'Directory server and ACS', ja: 'ディレクトリサーバーと ACS' };
const lead = {
  en: '3-D Secure is not built yet. This port will be the card schemes’ directory server and the issuers’ access control server, with buttons and card numbers that choose how an authentication ends.',
  ja: '3-D セキュアはまだ実装されていません。このポートは、カードブランドのディレクトリサーバーとイシュアの ACS になります。認証の結果は、ボタンとカード番号で選べるようになります。',
};

export const acsPage = async (request: Request, addresses: Addresses): Promise<Response> => {
  const url = new URL(request.url);
  if (url.pathname !== '/' || request.method !== 'GET') return fault(501, url.pathname, '3-D Secure is not built yet');
  const lang = langOf(request, url);
  return page(
    { lang, title: title[lang], section: null, world: null, url },
    html`<p>${lead[lang]}</p><p><a href="${addresses.pages}/">${addresses.pages}</a></p>`,
  );
};
