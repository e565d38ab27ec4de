/** What every page shares: head, heading, footer, and the small pieces. All text is escaped by `html`. */
import { html, raw } from 'hono/html';
import type { IncidentStage, IncidentUpdate, Level } from '../facts.ts';
import { clockTime, day, dayAndTime, isoJst } from '../japan-time.ts';
import { style } from './style.ts';
import { type Lang, levelNames, stageNames, words } from './words.ts';

export type Html = ReturnType<typeof html>;
export type Tone = Level | 'watching';

/** Tick, bar, cross, eye: a state is recognisable without its colour. */
const shapes: Readonly<Record<Tone, string>> = {
  operational: '<circle cx="12" cy="12" r="10"/><path d="m7.5 12.4 3.1 3.1 6-6.6"/>',
  degraded: '<path d="M12 3 22 20.5H2Z"/><path d="M12 9.5v5M12 17.4v.2"/>',
  outage: '<circle cx="12" cy="12" r="10"/><path d="m8.4 8.4 7.2 7.2m0-7.2-7.2 7.2"/>',
  watching: '<circle cx="12" cy="12" r="10"/><path d="M12 6.5V12l3.6 2.2"/>',
};

export const icon = (tone: Tone): Html =>
  html`<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${raw(shapes[tone])}</svg>`;

const iconColours: Readonly<Record<Tone, string>> = {
  operational: '%2312803f',
  degraded: '%23c47600',
  outage: '%23c81e2e',
  watching: '%232a75c0',
};

export const pill = (level: Level, lang: Lang): Html =>
  html`<span class="pill ${level}">${icon(level)}${levelNames[level][lang]}</span>`;

export const time = (wallMs: number, lang: Lang): Html =>
  html`<time datetime="${isoJst(wallMs)}">${dayAndTime(wallMs, lang)}</time>`;

export const toneOfStage = (stage: IncidentStage): string =>
  stage === 'resolved' ? 'a-done' : stage === 'monitoring' ? 'a-calm' : 'a-hot';

/** Updates newest first: the last word is what a reader came for. */
export const steps = (updates: readonly IncidentUpdate[], lang: Lang): Html => {
  const days = new Set(updates.map((update) => day(update.atMs, lang)));
  return html`<ol class="steps" reversed>${[...updates]
    .reverse()
    .map(
      (update) =>
        html`<li><b>${stageNames[update.stage][lang]}</b><time class="soft" datetime="${isoJst(update.atMs)}">${
          days.size > 1 ? dayAndTime(update.atMs, lang) : clockTime(update.atMs)
        }</time><p class="said">${update.text[lang]}</p></li>`,
    )}</ol>`;
};

/** The text of a template. No part of one is ever awaited; a promise here would be a mistake in it. */
export const textOf = (part: Html): string => {
  if (part instanceof Promise) throw new Error('a page template awaited something');
  return part.toString();
};

/** Japanese is the page itself, English is `?lang=en`. */
export const address = (path: string, lang: Lang): string => (lang === 'en' ? `${path}?lang=en` : path);

export interface Shell {
  readonly lang: Lang;
  /** The site, e.g. `Breakwater`. */
  readonly site: string;
  /** What this page is about. */
  readonly title: string;
  readonly path: string;
  readonly tone: Tone;
  readonly updatedAtMs: number;
}

export const page = ({ lang, site, title, path, tone, updatedAtMs }: Shell, main: Html): string => {
  const other: Lang = lang === 'ja' ? 'en' : 'ja';
  const document = html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title} - ${site}</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' fill='${raw(iconColours[tone])}'/%3E%3C/svg%3E">
<link rel="alternate" hreflang="${other}" href="${address(path, other)}">
<link rel="alternate" type="application/json" href="/api/v1/status.json">
<link rel="alternate" type="application/atom+xml" href="${address('/feed.atom', lang)}">
<link rel="alternate" type="application/rss+xml" href="${address('/feed.rss', lang)}">
<style>${raw(style)}</style>
<script src="/live.js" defer></script>
</head>
<body>
<header><div class="wrap"><a class="name" href="${address('/', lang)}">${site}<small>${words.status[lang]}</small></a><a class="lang" href="${address(path, other)}" hreflang="${other}" lang="${other}">${words.otherLang[lang]}</a></div></header>
<main class="wrap">
${main}
</main>
<footer><div class="wrap">
<p><span>${words.changed[lang]}: ${time(updatedAtMs, lang)}</span><span>${words.zone[lang]}</span></p>
<p><a href="${address('/subscribe', lang)}">${words.notified[lang]}</a><a href="${address('/history', lang)}">${words.history[lang]}</a><a href="${address('/feed.atom', lang)}">Atom</a><a href="${address('/feed.rss', lang)}">RSS</a><a href="${address('/calendar.ics', lang)}">${words.calendar[lang]}</a><a href="/api/v1/status.json">${words.machine[lang]} (JSON)</a></p>
</div></footer>
</body>
</html>
`;
  return textOf(document);
};
