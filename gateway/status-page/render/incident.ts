/** `/incidents/:id`: the whole story of one incident, latest word first. */
import { html } from 'hono/html';
import type { IncidentView } from '../facts.ts';
import { lasted } from '../japan-time.ts';
import type { Snapshot } from '../page.ts';
import { affected, toneOf } from './home.ts';
import { address, page, steps, time, toneOfStage } from './layout.ts';
import { causeNames, type Lang, reportWords, stageNames, words } from './words.ts';

export const renderIncident = (
  incident: IncidentView,
  snapshot: Snapshot,
  site: string,
  lang: Lang,
  hasReport: boolean,
): string => {
  const cause = causeNames[incident.cause];
  const endMs = incident.stage === 'resolved' ? incident.updates.at(-1)?.atMs : undefined;
  const main = html`<article class="card accent ${toneOfStage(incident.stage)}">
<p class="soft">${stageNames[incident.stage][lang]}</p>
<h1>${incident.title[lang]}</h1>
<dl>
<dt>${words.started[lang]}</dt><dd>${time(incident.startedAtMs, lang)}</dd>
${
  endMs === undefined
    ? ''
    : html`<dt>${words.ended[lang]}</dt><dd>${time(endMs, lang)}</dd>
<dt>${words.duration[lang]}</dt><dd>${lasted(endMs - incident.startedAtMs, lang)}</dd>`
}
${incident.components.length > 0 ? html`<dt>${words.affected[lang]}</dt><dd>${affected(incident, lang)}</dd>` : ''}
${cause === null ? '' : html`<dt>${words.cause[lang]}</dt><dd>${cause[lang]}</dd>`}
</dl>
<h2>${words.course[lang]}</h2>
${steps(incident.updates, lang)}
${hasReport ? html`<p><a href="${address(`/incidents/${incident.id}/report`, lang)}">${reportWords.read[lang]}</a></p>` : ''}
</article>
<p><a href="${address('/', lang)}">${words.back[lang]}</a></p>`;
  return page(
    {
      lang,
      site,
      title: incident.title[lang],
      path: `/incidents/${incident.id}`,
      tone: toneOf(snapshot),
      updatedAtMs: snapshot.updatedAtMs,
    },
    main,
  );
};
