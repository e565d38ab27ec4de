/** `/incidents/:id/report`: what happened, in the manner of a public report: when, what, how many, why, minute by minute. */
import { html } from 'hono/html';
import { type AfterAction, afterActionEntriesMax } from '../facts.ts';
import { clockTime, day, isoJst, lasted } from '../japan-time.ts';
import type { Snapshot } from '../page.ts';
import { toneOf } from './home.ts';
import { address, type Html, page, time } from './layout.ts';
import { componentTitles, type Lang, reportWords as words } from './words.ts';

const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

const share = (failed: number, attempted: number): string =>
  attempted === 0 ? '-' : `${((failed / attempted) * 100).toFixed(1)} %`;

const operations = ({ operations: rows }: AfterAction, lang: Lang): Html =>
  html`<div class="wide"><table><thead><tr><th scope="col">${words.operation[lang]}</th><th scope="col">${words.attempted[lang]}</th><th scope="col">${words.failed[lang]}</th><th scope="col">${words.share[lang]}</th></tr></thead>
<tbody>${rows.map(
    ({ component, attempted, failed }) =>
      html`<tr><th scope="row">${componentTitles[component][lang]}</th><td>${count(attempted)}</td><td>${count(failed)}</td><td>${share(failed, attempted)}</td></tr>`,
  )}</tbody></table></div>`;

const timeline = ({ timeline: lines }: AfterAction, lang: Lang): Html => {
  const days = new Set(lines.map(({ atMs }) => day(atMs, lang)));
  return html`<ol class="minutes">${lines
    .slice(0, afterActionEntriesMax)
    .map(
      ({ atMs, text, attempted, failed }) =>
        html`<li><time datetime="${isoJst(atMs)}">${days.size > 1 ? `${day(atMs, lang)} ` : ''}${clockTime(atMs)}</time><div><p class="said">${text[lang]}</p>${
          attempted === 0
            ? ''
            : html`<p class="soft">${words.failed[lang]} ${count(failed)} / ${count(attempted)} (${share(failed, attempted)})</p>`
        }</div></li>`,
    )}</ol>`;
};

export const renderAfterAction = (record: AfterAction, snapshot: Snapshot, site: string, lang: Lang): string => {
  const { startedAtMs, endedAtMs, resolvedAtMs, merchantsAffected, causeText, measures } = record;
  const main = html`<article class="card">
<p class="soft">${words.title[lang]}</p>
<h1>${record.title[lang]}</h1>
<dl>
<dt>${words.from[lang]}</dt><dd>${time(startedAtMs, lang)}</dd>
<dt>${words.until[lang]}</dt><dd>${time(endedAtMs, lang)} (${lasted(endedAtMs - startedAtMs, lang)})</dd>
<dt>${words.resolved[lang]}</dt><dd>${time(resolvedAtMs, lang)}</dd>
<dt>${words.merchants[lang]}</dt><dd>${count(merchantsAffected)}</dd>
</dl>
<h2>${words.cause[lang]}</h2>
<p class="said">${causeText[lang]}</p>
<h2>${words.operations[lang]}</h2>
${operations(record, lang)}
<h2>${words.course[lang]}</h2>
${timeline(record, lang)}
${measures === null ? '' : html`<h2>${words.measures[lang]}</h2><p class="said">${measures[lang]}</p>`}
</article>
<p><a href="${address(`/incidents/${record.incident}`, lang)}">${words.back[lang]}</a></p>`;
  return page(
    {
      lang,
      site,
      title: `${words.title[lang]}: ${record.title[lang]}`,
      path: `/incidents/${record.incident}/report`,
      tone: toneOf(snapshot),
      updatedAtMs: snapshot.updatedAtMs,
    },
    main,
  );
};
