/** `/history`: all that is remembered, by month, and `404` for what is not. */
import { html } from 'hono/html';
import type { IncidentView } from '../facts.ts';
import { month } from '../japan-time.ts';
import type { Snapshot } from '../page.ts';
import { announcementItem, pastIncident, toneOf } from './home.ts';
import { address, page } from './layout.ts';
import { type Lang, words } from './words.ts';

export const renderHistory = (snapshot: Snapshot, site: string, lang: Lang): string => {
  const months = new Map<string, IncidentView[]>();
  for (const incident of [...snapshot.open, ...snapshot.past]) {
    const heading = month(incident.startedAtMs, lang);
    const list = months.get(heading);
    if (list === undefined) months.set(heading, [incident]);
    else list.push(incident);
  }
  const main = html`<h1>${words.history[lang]}</h1>
${months.size === 0 && snapshot.announcements.length === 0 ? html`<p class="soft">${words.noHistory[lang]}</p>` : ''}
${[...months].map(
  ([heading, incidents]) =>
    html`<section><h2>${heading}</h2><ul>${incidents.map((incident) => pastIncident(incident, lang))}</ul></section>`,
)}
${
  snapshot.announcements.length > 0
    ? html`<section><h2>${words.announcements[lang]}</h2><ul>${snapshot.announcements.map((item) => announcementItem(item, lang))}</ul></section>`
    : ''
}
<p><a href="${address('/', lang)}">${words.back[lang]}</a></p>`;
  return page(
    {
      lang,
      site,
      title: words.history[lang],
      path: '/history',
      tone: toneOf(snapshot),
      updatedAtMs: snapshot.updatedAtMs,
    },
    main,
  );
};

export const renderNotFound = (snapshot: Snapshot, site: string, lang: Lang): string =>
  page(
    { lang, site, title: words.notFound[lang], path: '/', tone: toneOf(snapshot), updatedAtMs: snapshot.updatedAtMs },
    html`<h1>${words.notFound[lang]}</h1><p>${words.notFoundText[lang]}</p><p><a href="${address('/', lang)}">${words.back[lang]}</a></p>`,
  );
