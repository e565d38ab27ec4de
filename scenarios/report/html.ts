/**
 * The run report: one HTML file that holds everything it shows. No script, no request to anywhere,
 * both languages inside; a person can mail it or print it.
 */
import type { RunResult } from '../judge/result.ts';
import type { Lang, Words } from '../play/words.ts';
import { clock, dateOf } from './figures.ts';
import { both, each, type Html, html, key, raw, titleOf } from './markup.ts';
import { happeningsSection, plotsSection } from './plots.ts';
import { ranked, rankingWords } from './ranking.ts';
import { sentenceOf, windowsOf } from './sentence.ts';
import { firstSeeds, hasSeeds, spreadWords } from './spread.ts';
import { contentSecurityPolicy, style } from './style.ts';
import {
  expectationsTable,
  invariantsTable,
  momentsTable,
  moneyTable,
  rankingTable,
  runFacts,
  spreadTable,
  trafficTable,
} from './tables.ts';
import { timeAxisOf } from './time-axis.ts';
import { violationsOf } from './violations.ts';
import { words } from './words.ts';

export interface ReportOptions {
  /** The language shown first; a reader can switch. */
  readonly lang: Lang;
}

const section = (title: Words, note: Words | null, body: Html): Html =>
  html`<section><h2>${both(title)}</h2>${note === null ? '' : html`<p class="soft">${both(note)}</p>`}${body}</section>`;

const verdict = (results: readonly RunResult[], all: readonly RunResult[]): Html => {
  const holds = all.every((result) => result.verdict === 'holds');
  const windows = windowsOf(results);
  return html`<section class="verdict ${holds ? 'holds' : 'fails'}"><strong>${holds ? '✓' : '✗'} ${both(holds ? words.allHold : words.someFail)}</strong><ul>${results.map(
    (result, index) => {
      const sentence = sentenceOf(result, windows);
      const title = titleOf(result, results);
      return html`<li>${key(index)}<span>${each((lang) => `${title[lang]}: `)}${each((lang) => sentence[lang] + (lang === 'ja' ? '。' : '.'))}</span></li>`;
    },
  )}</ul></section>`;
};

/** Names only what is drawn. */
const dayNote = (results: readonly RunResult[]): Words => {
  if (!results.some((result) => result.bands.some((band) => band.kind === 'window'))) return words.dayNote;
  return { en: words.dayNote.en + words.windowNote.en, ja: words.dayNote.ja + words.windowNote.ja };
};

const facts = (result: RunResult, assumed: boolean): Html =>
  html`<ul class="card facts" lang="en">${result.sources
    .filter((item) => item.assumed === assumed)
    .map((item) => html`<li>${item.what}<small>${item.source}</small></li>`)}</ul>`;

/**
 * Renders all policies of one scenario over one time axis. `all` are the runs of one scenario, in the order of
 * its policies; of several seeds the first is drawn and all are summed up. @throws RangeError when there are none, or of several scenarios.
 */
export const renderReport = (all: readonly RunResult[], { lang }: ReportOptions): string => {
  const results = firstSeeds(all);
  const [first] = results;
  if (first === undefined) throw new RangeError('a report needs at least one result');
  const stranger = all.find((result) => result.scenario !== first.scenario);
  if (stranger !== undefined)
    throw new RangeError(`a report is about one scenario: ${first.scenario}, not also ${stranger.scenario}`);
  const axis = timeAxisOf(results);
  const other = (which: Lang): string => (which === lang ? ' checked' : '');
  const document = html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${raw(contentSecurityPolicy)}">
<title>${first.scenario} - ${first.title[lang]}</title>
<link rel="icon" href="data:,">
<style>${raw(style)}</style>
</head>
<body>
<input class="pick" type="radio" name="lang" id="lang-ja" aria-label="日本語"${raw(other('ja'))}><input class="pick" type="radio" name="lang" id="lang-en" aria-label="English"${raw(other('en'))}>
<div class="wrap">
<header><div><p class="soft"><code>${first.scenario}</code> · ${dateOf(first.startsAt)} ${clock(axis.fromMs, false)}–${clock(axis.toMs, false)} JST</p><h1>${both(first.title)}</h1></div><div class="langs"><label for="lang-ja" lang="ja">日本語</label><label for="lang-en" lang="en">English</label></div></header>
<main>
${verdict(results, all)}
${all.some((result) => result.partial) ? html`<p class="card warn">${both(words.partial)}</p>` : ''}
${results.some((result) => result.stage === 'live') ? html`<p class="card warn">${both(words.live)}</p>` : ''}
${section(words.dayPlots, dayNote(results), plotsSection(results, axis))}
${hasSeeds(all) ? section(spreadWords.title, spreadWords.note, html`<div class="card">${spreadTable(all)}</div>`) : ''}
${section(words.whatHappened, null, happeningsSection(results, axis))}
${ranked(results).length < 2 ? '' : section(rankingWords.title, rankingWords.note, html`<div class="card">${rankingTable(results)}</div>`)}
${section(words.verdicts, null, expectationsTable(results))}
${section(words.moments, words.momentsNote, html`<div class="card">${momentsTable(results)}</div>`)}
${section(words.money, words.moneyNote, html`<div class="card">${moneyTable(results)}</div>`)}
${section(words.invariants, words.invariantsNote, html`<div class="card">${invariantsTable(results)}</div>${violationsOf(results)}`)}
${section(words.traffic, null, html`<div class="card">${trafficTable(results)}</div>`)}
${section(words.sources, words.sourcesNote, facts(first, false))}
${section(words.assumptions, words.assumptionsNote, facts(first, true))}
${section(words.run, null, html`<div class="card">${runFacts(results)}</div>`)}
</main>
<footer>Breakwater</footer>
</div>
</body>
</html>
`;
  // No part of a report is ever awaited; a promise here would be a mistake in a template.
  if (document instanceof Promise) throw new Error('a report template awaited something');
  return document.toString();
};
