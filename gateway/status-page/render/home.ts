/** `/`: one clear message, what is going on, every function, then what people wrote. */
import { html } from 'hono/html';
import { daysOf } from '../days.ts';
import { components, type IncidentView, type Level, type Reach, type StillWorks } from '../facts.ts';
import type { Announcement } from '../incident.ts';
import { daysSpan, span } from '../japan-time.ts';
import { ahead, type Maintenance, stateOf } from '../maintenance.ts';
import type { Snapshot } from '../page.ts';
import { bars } from './bars.ts';
import { address, type Html, icon, page, pill, steps, type Tone, time, toneOfStage } from './layout.ts';
import {
  announcementKindNames,
  componentTitles,
  headlines,
  type Lang,
  reachNames,
  stageNames,
  words,
} from './words.ts';

/** Nothing bad but something open means watching: never say "operational" too early. */
export const toneOf = (snapshot: Snapshot): Tone =>
  snapshot.overall === 'operational' && snapshot.open.length > 0 ? 'watching' : snapshot.overall;

const listed = (names: readonly string[], lang: Lang): string => names.join(lang === 'ja' ? '、' : ', ');

export const affected = (incident: Pick<IncidentView, 'components'>, lang: Lang): string =>
  listed(
    incident.components.map((component) => componentTitles[component][lang]),
    lang,
  );

const message = (snapshot: Snapshot, lang: Lang): Html => {
  const tone = toneOf(snapshot);
  const bad = components.filter((component) => snapshot.levels[component] !== 'operational');
  const latest = snapshot.open[0]?.updates.at(-1);
  return html`<section class="top ${tone}" aria-label="${words.current[lang]}">${icon(tone)}<div>
<h1>${headlines[tone][lang]}</h1>
${
  bad.length > 0
    ? html`<p>${words.affected[lang]}: ${listed(
        bad.map((component) => componentTitles[component][lang]),
        lang,
      )}</p>`
    : ''
}
${latest === undefined ? '' : html`<p class="soft">${stageNames[latest.stage][lang]} · ${time(latest.atMs, lang)}</p>`}
</div></section>`;
};

const levelOfReach: Readonly<Record<Reach, Level>> = {
  all: 'operational',
  part: 'degraded',
  later: 'degraded',
  none: 'outage',
};

/** `escott: 利用できません · gmo: Visa、JCB`; brands where they are what an acquirer is let. */
const sides = ({ component, at }: StillWorks, lang: Lang): string =>
  at
    .map(({ acquirer, reach, brands }) => {
      const isNew = component === 'create_charge' || component === 'card_registration';
      const what = reach === 'all' && isNew ? words.allBrands[lang] : reachNames[reach][lang];
      return `${acquirer}: ${reach === 'part' && brands.length > 0 ? listed(brands, lang) : what}`;
    })
    .join(' · ');

/** While an upstream is restricted or gone: what a shop can offer all the same. */
const stillWorking = (works: readonly StillWorks[], lang: Lang): Html | '' =>
  works.length === 0
    ? ''
    : html`<section id="works"><h2>${words.stillWorks[lang]}</h2><ul class="card parts">${works.map(
        (one) =>
          html`<li><span class="part">${one.component === 'api' ? words.reads[lang] : componentTitles[one.component][lang]}</span><span class="pill ${levelOfReach[one.reach]}">${icon(levelOfReach[one.reach])}${reachNames[one.reach][lang]}</span>${
            one.at.length > 0 ? html`<span class="soft">${sides(one, lang)}</span>` : ''
          }</li>`,
      )}</ul></section>`;

const openIncident = (incident: IncidentView, lang: Lang): Html =>
  html`<article class="card accent ${toneOfStage(incident.stage)}">
<h3><a href="${address(`/incidents/${incident.id}`, lang)}">${incident.title[lang]}</a></h3>
<p class="soft">${words.started[lang]} ${time(incident.startedAtMs, lang)}${
    incident.components.length > 0 ? html` · ${affected(incident, lang)}` : ''
  }</p>
${steps(incident.updates.slice(-3), lang)}
${
  incident.updates.length > 3
    ? html`<p><a href="${address(`/incidents/${incident.id}`, lang)}">${words.details[lang]}</a></p>`
    : ''
}</article>`;

export const pastIncident = (incident: IncidentView, lang: Lang): Html => {
  const endMs = incident.updates.at(-1)?.atMs ?? incident.startedAtMs;
  return html`<li class="card accent ${toneOfStage(incident.stage)}">
<div class="head"><h3><a href="${address(`/incidents/${incident.id}`, lang)}">${incident.title[lang]}</a></h3><span class="soft">${stageNames[incident.stage][lang]}</span></div>
<p class="soft">${
    incident.stage === 'resolved' ? span(incident.startedAtMs, endMs, lang) : time(incident.startedAtMs, lang)
  }${incident.components.length > 0 ? html` · ${affected(incident, lang)}` : ''}</p></li>`;
};

export const announcementItem = (item: Announcement, lang: Lang): Html =>
  html`<li class="card" id="${item.id}"><div class="head"><h3>${item.title[lang]}</h3>${
    item.kind === undefined || item.kind === 'news'
      ? ''
      : html`<span class="pill watching">${announcementKindNames[item.kind][lang]}</span>`
  }</div><p class="soft">${time(item.atMs, lang)}${
    item.fromDay === undefined ? '' : html` · <strong>${daysSpan(item.fromDay, item.toDay, lang)}</strong>`
  }</p><p class="said">${item.text[lang]}</p></li>`;

const planned = (item: Maintenance, nowMs: number, lang: Lang): Html =>
  html`<li class="card accent a-calm" id="${item.id}"><div class="head"><h3>${item.title[lang]}</h3>${
    stateOf(item, nowMs) === 'under_way' ? html`<span class="soft">${words.underWay[lang]}</span>` : ''
  }</div><p class="soft">${span(item.fromMs, item.toMs, lang)}${
    item.components.length > 0 ? html` · ${words.mayAffect[lang]}: ${affected(item, lang)}` : ''
  }</p><p class="said">${item.text[lang]}</p></li>`;

export const renderHome = (snapshot: Snapshot, site: string, lang: Lang, nowMs: number): string => {
  const plans = ahead(snapshot.maintenances, nowMs);
  const recent = snapshot.past.slice(0, 5);
  const main = html`${message(snapshot, lang)}
${
  snapshot.open.length > 0
    ? html`<section><h2>${words.happening[lang]}</h2>${snapshot.open.map((incident) => openIncident(incident, lang))}</section>`
    : ''
}
${stillWorking(snapshot.works, lang)}
<section><h2>${words.components[lang]}</h2><ul class="card parts">${components.map(
    (component) =>
      html`<li><span class="part">${componentTitles[component][lang]}</span>${pill(snapshot.levels[component], lang)}${bars(
        daysOf(component, snapshot.remembered, nowMs),
        lang,
      )}</li>`,
  )}</ul></section>
${
  plans.length > 0
    ? html`<section><h2>${words.maintenance[lang]}</h2><ul>${plans.map((item) => planned(item, nowMs, lang))}</ul></section>`
    : ''
}
${
  snapshot.announcements.length > 0
    ? html`<section><h2>${words.announcements[lang]}</h2><ul>${snapshot.announcements
        .slice(0, 3)
        .map((item) => announcementItem(item, lang))}</ul></section>`
    : ''
}
<section><h2>${words.recent[lang]}</h2>${
    recent.length > 0
      ? html`<ul>${recent.map((incident) => pastIncident(incident, lang))}</ul>`
      : html`<p class="soft">${words.noRecent[lang]}</p>`
  }<p><a href="${address('/history', lang)}">${words.allHistory[lang]}</a></p></section>`;
  const tone = toneOf(snapshot);
  return page({ lang, site, title: headlines[tone][lang], path: '/', tone, updatedAtMs: snapshot.updatedAtMs }, main);
};
