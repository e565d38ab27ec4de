/** `/subscribe`: who wants to be told, by mail or by a call; and the answers to links in letters. */
import { html } from 'hono/html';
import { address, type Html, page } from './layout.ts';
import { type Lang, subscribeWords as words } from './words.ts';

export type SubscribeNews =
  | { readonly kind: 'form' | 'feeds' | 'too_many' | 'no_link' | 'confirmed' | 'left' }
  | { readonly kind: 'asked'; readonly channel: 'mail' | 'webhook' }
  /** `reason`: why an address is none of ours to call. */
  | { readonly kind: 'wrong'; readonly reason: string | null }
  | { readonly kind: 'ask'; readonly purpose: 'confirm' | 'unsubscribe' };

const formFor = (channel: 'mail' | 'webhook', lang: Lang): Html => {
  const isMail = channel === 'mail';
  return html`<form class="card" method="post" action="${address('/subscribe', lang)}">
<h2>${isMail ? words.byMail[lang] : words.byCall[lang]}</h2>
<input type="hidden" name="channel" value="${channel}"><input type="hidden" name="lang" value="${lang}">
<label for="${channel}">${isMail ? words.mailAddress[lang] : words.url[lang]}</label>
<input id="${channel}" name="target" type="${isMail ? 'email' : 'url'}" autocomplete="${isMail ? 'email' : 'url'}" required maxlength="${isMail ? 254 : 2000}">
<div class="trap" aria-hidden="true"><label>Website<input name="website" tabindex="-1" autocomplete="off"></label></div>
<p class="soft">${isMail ? words.mailHint[lang] : words.callHint[lang]}</p>
<button>${words.subscribe[lang]}</button>
</form>`;
};

const message = (tone: 'operational' | 'degraded' | 'watching', text: string): Html =>
  html`<section class="top ${tone}" role="status"><div><h1>${text}</h1></div></section>`;

const feeds = (lang: Lang): Html =>
  html`<p class="soft">${words.others[lang]} <a href="${address('/feed.atom', lang)}">Atom</a> · <a href="${address('/feed.rss', lang)}">RSS</a> · <a href="${address('/calendar.ics', lang)}">iCalendar</a></p>`;

const forms = (lang: Lang): Html => html`${formFor('mail', lang)}${formFor('webhook', lang)}${feeds(lang)}`;

const mainOf = (news: SubscribeNews, lang: Lang): Html => {
  switch (news.kind) {
    case 'form':
      return html`<h1>${words.title[lang]}</h1><p>${words.lead[lang]}</p>${forms(lang)}`;
    case 'feeds':
      return html`<h1>${words.title[lang]}</h1>${feeds(lang)}`;
    case 'wrong':
      return html`${message('degraded', words.wrong[lang])}${news.reason === null ? '' : html`<p class="soft">${news.reason}</p>`}${forms(lang)}`;
    case 'asked':
      return message('watching', news.channel === 'mail' ? words.askedMail[lang] : words.askedCall[lang]);
    case 'too_many':
      return message('degraded', words.tooMany[lang]);
    case 'no_link':
      return message('degraded', words.noLink[lang]);
    case 'confirmed':
      return message('operational', words.confirmed[lang]);
    case 'left':
      return message('operational', words.left[lang]);
    case 'ask':
      return html`<h1>${news.purpose === 'confirm' ? words.confirmTitle[lang] : words.leaveTitle[lang]}</h1>
<form class="card" method="post"><button>${news.purpose === 'confirm' ? words.confirm[lang] : words.leave[lang]}</button></form>`;
  }
};

export const renderSubscribe = (
  { site, lang, updatedAtMs }: { readonly site: string; readonly lang: Lang; readonly updatedAtMs: number },
  news: SubscribeNews,
): string =>
  page(
    { lang, site, title: words.title[lang], path: '/subscribe', tone: 'operational', updatedAtMs },
    html`<div class="subscribe">${mainOf(news, lang)}<p><a href="${address('/', lang)}">${words.back[lang]}</a></p></div>`,
  );
