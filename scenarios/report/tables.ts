/** The tables of the report: what was expected, when, how much, and whether the books agree. */
import { momentNames, type RunResult, type TrafficFigures } from '../judge/result.ts';
import type { Words } from '../play/words.ts';
import { boundText, clock, count, dash, duration, measuredText, percent, startOfDayMs, yen } from './figures.ts';
import { both, each, type Html, html, key, tag, titleOf } from './markup.ts';
import { hurtMostText, ranked, rankingColumns, rankingText, rankingWords } from './ranking.ts';
import { spreadColumns, spreadRows, spreadWords } from './spread.ts';
import { moments, moneyFigures, words } from './words.ts';

const policyHeads = (results: readonly RunResult[]): Html =>
  html`<tr><td></td>${results.map((result, index) => html`<th class="r" scope="col">${key(index)} ${both(titleOf(result, results))}</th>`)}</tr>`;

interface Cell {
  readonly text: Html | string;
  readonly small?: Html | string | undefined;
  readonly wrong?: boolean;
}

/** A row per figure, a column per policy. */
const comparison = (
  results: readonly RunResult[],
  rows: readonly { readonly title: Words; readonly cell: (result: RunResult) => Cell }[],
): Html =>
  html`<table class="cmp n${Math.min(4, results.length)}"><thead>${policyHeads(results)}</thead><tbody>${rows.map(
    ({ title, cell }) =>
      html`<tr><th scope="row">${both(title)}</th>${results.map((result) => {
        const { text, small, wrong } = cell(result);
        return html`<td class="r${wrong === true ? ' no' : ''}">${text}${small === undefined ? '' : html`<small>${small}</small>`}</td>`;
      })}</tr>`,
  )}</tbody></table>`;

export const expectationsTable = (results: readonly RunResult[]): Html =>
  html`${results.map((result, index) => {
    const startMs = startOfDayMs(result.startsAt);
    return html`<section class="card"><h3>${key(index)} ${both(titleOf(result, results))} ${tag(result.verdict)}</h3>
${
  result.expectations.length === 0
    ? html`<p class="soft">${both(words.noExpectations)}</p>`
    : html`<table><thead><tr><td></td><th scope="col">${both(words.expectation)}</th><th class="r" scope="col">${both(words.measured)}</th><th class="r" scope="col">${both(words.bound)}</th></tr></thead><tbody>${result.expectations.map(
        (expectation) =>
          html`<tr class="${expectation.holds ? 'yes' : 'no'}"><td class="tick">${expectation.holds ? '✓' : '✗'}</td><th scope="row">${both(expectation.title)}${
            expectation.reason === null ? '' : html`<small lang="en">${expectation.reason}</small>`
          }${
            expectation.sample === null ? '' : html`<small>${both(words.sample)} ${count(expectation.sample)}</small>`
          }</th><td class="r">${each((lang) => measuredText(expectation, startMs, lang))}</td><td class="r">${each((lang) => boundText(expectation, lang))}</td></tr>`,
      )}</tbody></table>`
}</section>`;
  })}`;

export const momentsTable = (results: readonly RunResult[]): Html =>
  comparison(
    results,
    momentNames
      .filter((name) => results.some((result) => result.timings[name] !== null))
      .map((name) => ({
        title: moments[name],
        cell: ({ timings, startsAt }) => {
          const at = timings[name];
          if (at === null) return { text: dash };
          const { onset } = timings;
          const since = onset === null || name === 'onset' ? null : at - onset;
          return {
            text: clock(startOfDayMs(startsAt) + at),
            small: since === null ? undefined : each((lang) => `${since < 0 ? '' : '+'}${duration(since, lang)}`),
          };
        },
      })),
  );

export const moneyTable = (results: readonly RunResult[]): Html =>
  comparison(
    results,
    moneyFigures.map(([figure, title, unit, mustBeZero]) => ({
      title,
      cell: ({ money }) => ({
        text: unit === 'yen' ? yen(money[figure]) : count(money[figure]),
        wrong: mustBeZero && money[figure] !== 0,
      }),
    })),
  );

/** The least loss first; only where there is something to compare. */
export const rankingTable = (results: readonly RunResult[]): Html =>
  html`<table><thead><tr><td></td><th scope="col">${both(rankingWords.policy)}</th>${rankingColumns.map(
    (column) => html`<th class="r" scope="col">${both(rankingWords[column])}</th>`,
  )}</tr></thead><tbody>${ranked(results).map(
    (result, index) =>
      html`<tr><td class="r">${index + 1}</td><th scope="row">${both(titleOf(result, results))}<small>${both(rankingWords.most)}: ${hurtMostText(result)}</small></th>${rankingColumns.map(
        (column) => html`<td class="r">${each((lang) => rankingText(result, column, lang))}</td>`,
      )}</tr>`,
  )}</tbody></table>`;

/** Each policy's figures over its seeds: a row per figure, a column per policy, as everywhere. */
export const spreadTable = (results: readonly RunResult[]): Html => {
  const rows = spreadRows(results);
  const cells = rows.map((row) => ({ ja: row.cells('ja'), en: row.cells('en') }));
  return html`<table class="cmp n${Math.min(4, rows.length)}"><thead><tr><td></td>${rows.map(
    (row, index) => html`<th class="r" scope="col">${key(index)} ${both(row.policyTitle)}</th>`,
  )}</tr></thead><tbody><tr><th scope="row">${both(spreadWords.hold)}</th>${rows.map(
    ({ hold, seeds }) => html`<td class="r${hold < seeds.length ? ' no' : ''}">${hold}/${seeds.length}</td>`,
  )}</tr>${spreadColumns.map(
    ({ title }, index) =>
      html`<tr><th scope="row">${both(title)}</th>${cells.map((own) => html`<td class="r">${each((lang) => own[lang][index] ?? dash)}</td>`)}</tr>`,
  )}</tbody></table>`;
};

export const trafficTable = (results: readonly RunResult[]): Html => {
  const figures = (
    who: 'innocent' | 'abusive',
    heading: Words,
  ): { title: Words; cell: (result: RunResult) => Cell }[] => {
    const row = (title: Words, figure: (traffic: TrafficFigures) => string) => ({
      title: { en: `${heading.en}: ${title.en}`, ja: `${heading.ja}: ${title.ja}` },
      cell: (result: RunResult): Cell => ({ text: figure(result.traffic[who]) }),
    });
    return [
      row(words.sent, (traffic) => count(traffic.sent)),
      row(words.succeeded, (traffic) => count(traffic.succeeded)),
      row(words.deferred, (traffic) => count(traffic.deferred)),
      row(words.successRate, (traffic) => (traffic.successRate === null ? dash : percent(traffic.successRate))),
      row(words.extraFailures, (traffic) => (traffic.extraFailures === null ? dash : count(traffic.extraFailures))),
    ];
  };
  const abused = results.some((result) => result.traffic.abusive.sent > 0);
  return comparison(results, [
    ...figures('innocent', words.ordinary),
    ...(abused ? figures('abusive', words.abusive).filter((_, index) => index < 4) : []),
    {
      title: words.faults,
      cell: ({ faults }) => ({ text: `${count(faults.injected)} (${count(faults.intended)})` }),
    },
    {
      title: words.resolvedSaid,
      cell: ({ page }) => ({
        text: `${count(page.resolvedSaid)} (${count(page.falseResolved)})`,
        wrong: page.falseResolved > 0,
      }),
    },
    {
      title: words.neverTold,
      cell: ({ page }) => ({
        text: count(page.neverTold.length),
        small: page.neverTold.slice(0, 6).join(', ') || undefined,
      }),
    },
    { title: words.requests, cell: ({ requests }) => ({ text: count(requests) }) },
  ]);
};

export const invariantsTable = (results: readonly RunResult[]): Html => {
  const titles = new Map(results.flatMap((result) => result.invariants.map(({ id, title }) => [id, title] as const)));
  return html`${comparison(
    results,
    [...titles]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, title]) => ({
        title: { en: `${id} ${title}`, ja: `${id} ${title}` },
        cell: (result) => {
          const invariant = result.invariants.find((other) => other.id === id);
          if (invariant === undefined) return { text: dash };
          if (invariant.found > 0)
            return {
              text: each((lang) => `${count(invariant.found)}${lang === 'ja' ? '' : ' '}${words.violated[lang]}`),
              small: invariant.violations[0]?.text,
              wrong: true,
            };
          return invariant.judged === 0 ? { text: both(words.notJudged) } : { text: `✓ ${count(invariant.judged)}` };
        },
      })),
  )}`;
};

export const runFacts = (results: readonly RunResult[]): Html => {
  const versions = new Map(results.flatMap((result) => Object.entries(result.versions)));
  return html`${comparison(results, [
    { title: words.stage, cell: ({ stage }) => ({ text: stage }) },
    { title: words.seed, cell: ({ seed }) => ({ text: String(seed) }) },
    { title: words.traceHash, cell: ({ traceHash }) => ({ text: html`<code>${traceHash.slice(0, 16)}</code>` }) },
    {
      title: words.wall,
      cell: ({ wallMs, cpuMs }) => ({
        text: each((lang) => `${duration(wallMs, lang)} (${duration(cpuMs, lang)})`),
      }),
    },
    {
      title: words.requestsPerCpu,
      cell: ({ requests, cpuMs }) => ({ text: cpuMs <= 0 ? dash : count(Math.round((requests * 1000) / cpuMs)) }),
    },
  ])}
<p class="soft">${both(words.versions)}: ${[...versions].map(([name, version]) => `${name} ${version}`).join(', ')}</p>`;
};
