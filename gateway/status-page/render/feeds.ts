/** `/feed.atom` and `/feed.rss`: one entry for each incident, announcement and maintenance, newest word first. */
import { Feed } from 'feed';
import { html } from 'hono/html';
import type { IncidentView } from '../facts.ts';
import type { Announcement } from '../incident.ts';
import { dayAndTime, daysSpan, span } from '../japan-time.ts';
import type { Maintenance } from '../maintenance.ts';
import type { Snapshot } from '../page.ts';
import { address, textOf } from './layout.ts';
import { announcementKindNames, type Lang, stageNames, words } from './words.ts';

const entriesMax = 50;

interface Entry {
  /** The same for the life of the thing, whatever address the page moves to (RFC 4151). */
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly publishedMs: number;
  readonly changedMs: number;
  /** Escaped. */
  readonly content: string;
  /** Of an announcement: what readers may filter by. */
  readonly category?: { readonly name: string; readonly term: string };
}

const paragraphs = (lines: readonly string[]): string => lines.map((line) => textOf(html`<p>${line}</p>`)).join('');

const ofIncident = (incident: IncidentView, lang: Lang): Entry => ({
  id: `tag:breakwater,2017:incident:${incident.id}`,
  title: `${stageNames[incident.stage][lang]}: ${incident.title[lang]}`,
  path: `/incidents/${incident.id}`,
  publishedMs: incident.startedAtMs,
  changedMs: incident.updates.at(-1)?.atMs ?? incident.startedAtMs,
  content: paragraphs(
    incident.updates
      .toReversed()
      .map(({ stage, atMs, text }) => `${dayAndTime(atMs, lang)} ${stageNames[stage][lang]}: ${text[lang]}`),
  ),
});

const ofAnnouncement = (item: Announcement, lang: Lang): Entry => ({
  id: `tag:breakwater,2017:announcement:${item.id}`,
  title:
    item.kind === undefined || item.kind === 'news'
      ? item.title[lang]
      : `${announcementKindNames[item.kind][lang]}: ${item.title[lang]}`,
  category: { term: item.kind ?? 'news', name: announcementKindNames[item.kind ?? 'news'][lang] },
  path: `/history#${item.id}`,
  publishedMs: item.atMs,
  changedMs: item.atMs,
  content: paragraphs([
    ...(item.fromDay === undefined ? [] : [daysSpan(item.fromDay, item.toDay, lang)]),
    item.text[lang],
  ]),
});

const ofMaintenance = (item: Maintenance, lang: Lang): Entry => ({
  id: `tag:breakwater,2017:maintenance:${item.id}`,
  title: `${item.cancelled ? words.cancelled[lang] : words.maintenance[lang]}: ${item.title[lang]}`,
  path: '/',
  publishedMs: item.changedAtMs,
  changedMs: item.changedAtMs,
  content: paragraphs([span(item.fromMs, item.toMs, lang), item.text[lang]]),
});

/** `origin` is where readers find the page, e.g. `https://status.example`. */
export const renderFeed = (
  kind: 'atom' | 'rss',
  snapshot: Snapshot,
  { site, origin, lang }: { readonly site: string; readonly origin: string; readonly lang: Lang },
): string => {
  const entries = [
    ...[...snapshot.open, ...snapshot.past].map((incident) => ofIncident(incident, lang)),
    ...snapshot.announcements.map((item) => ofAnnouncement(item, lang)),
    ...snapshot.maintenances.map((item) => ofMaintenance(item, lang)),
  ]
    .sort((a, b) => b.changedMs - a.changedMs || (a.id < b.id ? -1 : 1))
    .slice(0, entriesMax);
  const at = (path: string): string => `${origin}${path}`;
  const feed = new Feed({
    id: at('/'),
    title: `${site} ${words.status[lang]}`,
    description: words.current[lang],
    link: at(address('/', lang)),
    language: lang,
    generator: false,
    updated: new Date(snapshot.updatedAtMs),
    feedLinks: { atom: at(address('/feed.atom', lang)), rss: at(address('/feed.rss', lang)) },
    author: { name: site },
  });
  for (const { id, title, path, publishedMs, changedMs, content, category } of entries)
    feed.addItem({
      id,
      guid: id,
      title,
      link: at(path.includes('#') ? path : address(path, lang)),
      published: new Date(publishedMs),
      date: new Date(changedMs),
      content,
      ...(category === undefined ? {} : { category: [category] }),
    });
  return kind === 'atom' ? feed.atom1() : feed.rss2();
};
