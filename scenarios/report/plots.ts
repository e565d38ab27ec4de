/** Which panels a report has, and in what order: what merchants felt, then why, then what was done. */
import type { Band, Mark, RunResult, Series } from '../judge/result.ts';
import type { Words } from '../play/words.ts';
import { clock, duration } from './figures.ts';
import { drawLanes, type Lane, lanesOf, toneOf } from './lanes.ts';
import { both, each, type Html, html, key, raw, tag, titleOf } from './markup.ts';
import { drawPanel, type Line } from './plot.ts';
import { joined, seriesOf } from './sentence.ts';
import { hasSurge, isAlive, thinOut } from './thin-out.ts';
import { sizes, type TimeAxis } from './time-axis.ts';
import { moments, stateOf, words } from './words.ts';

interface Drawn {
  readonly title: Words;
  readonly note?: Words;
  readonly heights: readonly [widePx: number, narrowPx: number];
  readonly unit: Series['unit'];
  /** Lines of one policy, by its series. */
  readonly of: (result: RunResult) => readonly { readonly series: Series | undefined; readonly dotted?: boolean }[];
  /** Whether one of its lines is worth the panel. */
  readonly worth: (series: Series) => boolean;
  /** A momentary reading that needs more neighbours to mean something. */
  readonly coarse?: boolean;
}

/** Later policies lie on top, so they are a little thinner where lines coincide. */
const strokes: readonly Pick<Line, 'dash' | 'widthPx'>[] = [
  { dash: 'solid', widthPx: 2 },
  { dash: 'solid', widthPx: 1.8 },
  { dash: 'dashed', widthPx: 1.6 },
  { dash: 'dotted', widthPx: 1.6 },
  { dash: 'solid', widthPx: 1.2 },
];

const subjects = (results: readonly RunResult[], id: Series['id']): string[] => [
  ...new Set(
    results.flatMap((result) =>
      result.series.filter((series) => series.id === id).map((series) => series.subject ?? ''),
    ),
  ),
];

const panelsOf = (results: readonly RunResult[]): Drawn[] => {
  const perAcquirer = (id: Series['id'], word: Words, unit: Series['unit'], more: Partial<Drawn> = {}): Drawn[] =>
    subjects(results, id).map((subject) => ({
      title: { en: `${word.en} ${subject}`, ja: `${word.ja} ${subject}` },
      heights: [120, 104],
      unit,
      of: (result) => [{ series: seriesOf(result, id, subject) }],
      worth: isAlive,
      ...more,
    }));
  return [
    {
      title: words.success,
      heights: [200, 150],
      unit: 'share',
      of: (result) => [{ series: seriesOf(result, 'innocentSuccess') }],
      worth: () => true,
    },
    ...perAcquirer('queueLength', words.queueAt, 'count'),
    ...perAcquirer('utilisation', words.utilisationAt, 'share', { coarse: true }),
    ...perAcquirer('otherTenantsPerSecond', words.othersAt, 'perSecond', { worth: hasSurge }),
    {
      title: words.abuser,
      note: words.abuserNote,
      heights: [120, 104],
      unit: 'perSecond',
      of: (result) => [
        { series: seriesOf(result, 'abuserPerSecond'), dotted: true },
        { series: seriesOf(result, 'abuserUpstreamPerSecond') },
      ],
      worth: isAlive,
    },
    {
      title: words.unknownOpen,
      heights: [120, 104],
      unit: 'count',
      of: (result) => [{ series: seriesOf(result, 'unknownOpen') }],
      worth: isAlive,
    },
    {
      title: words.deferredOpen,
      heights: [120, 104],
      unit: 'count',
      of: (result) => [{ series: seriesOf(result, 'deferredOpen') }],
      worth: isAlive,
    },
  ];
};

export const legend = (results: readonly RunResult[]): Html =>
  html`<div class="legend">${results.map(
    (result, index) => html`<span>${key(index)}<span>${both(titleOf(result, results))}</span></span>`,
  )}</div>`;

/** What was decided and told, as far as every plot shows it: those that the day is judged by. */
const decided = ['detected', 'contained', 'failover', 'firstNotice', 'recovered', 'resolved'] as const;

export const decisionsOf = (results: readonly RunResult[], axis: TimeAxis) =>
  results.flatMap((result, index) =>
    decided.flatMap((name) => {
      const atMs = result.timings[name];
      if (atMs === null) return [];
      const at = clock(axis.fromMs + atMs);
      const title = `${at} ${moments[name].ja} / ${moments[name].en} (${result.policyTitle.ja} / ${result.policyTitle.en})`;
      return [{ atMs, colour: `var(--p${index % 5})`, title }];
    }),
  );

export const plotsSection = (results: readonly RunResult[], axis: TimeAxis): Html => {
  const bands = results.flatMap((result) => result.bands);
  const shaded = joined(bands.filter((band) => band.kind === 'cause'));
  const edges = joined(bands.filter((band) => band.kind === 'window')).flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
  const decisions = decisionsOf(results, axis);
  const panels = panelsOf(results).filter((panel) =>
    results.some((result) => panel.of(result).some(({ series }) => series !== undefined && panel.worth(series))),
  );
  return html`<section class="card long">${legend(results)}${panels.map((panel) => {
    const drawings = sizes.map((size, index) => {
      const lines = results.flatMap((result, at): Line[] => {
        const stroke = strokes[at % strokes.length] ?? { dash: 'solid' as const, widthPx: 1.6 };
        return panel.of(result).flatMap(({ series, dotted }): Line[] =>
          series === undefined
            ? []
            : [
                {
                  points: thinOut(series, panel.coarse === true ? size.pointsMax / 3 : size.pointsMax),
                  colour: `var(--p${at % 5})`,
                  dash: dotted === true ? 'dotted' : stroke.dash,
                  widthPx: dotted === true ? 1.4 : stroke.widthPx,
                },
              ],
        );
      });
      const heightPx = panel.heights[index] ?? 120;
      return drawPanel(
        {
          heightPx,
          unit: panel.unit,
          lines,
          shaded,
          edges,
          decisions,
          label: `${panel.title.ja} / ${panel.title.en}`,
        },
        axis,
        size,
      );
    });
    return html`<figure class="panel"><figcaption>${both(panel.title)}${panel.note === undefined ? '' : html`<small>${both(panel.note)}</small>`}</figcaption>${drawings.map((svg) => raw(svg))}</figure>`;
  })}</section>`;
};

/** More marks than this are counted, not listed. */
const marksMax = 120;

/** Which colour stands for which states, of the bars that are there. */
const statesShown = (bands: readonly Band[]): Html => {
  const seen = new Map<string, Map<string, Words>>();
  for (const band of bands) {
    if (band.kind !== 'breaker' && band.kind !== 'incident') continue;
    const states = seen.get(toneOf(band)) ?? new Map<string, Words>();
    const state = stateOf(band);
    seen.set(toneOf(band), states.set(state.en, state));
  }
  return html`<div class="states">${[...seen].map(
    ([tone, states]) =>
      html`<span><i class="t-${tone}"></i>${each((lang) =>
        [...states.values()].map((state) => state[lang]).join(lang === 'ja' ? '・' : ', '),
      )}</span>`,
  )}</div>`;
};

const markItem = (mark: Mark, number: number, result: RunResult, axis: TimeAxis): Html => {
  const { onset } = result.timings;
  // Only what comes soon after the onset is worth a stopwatch.
  const since = onset === null ? null : mark.atMs - onset;
  const soon = since !== null && since > 0 && since < 600_000;
  return html`<li><span class="n">${number}</span><time>${clock(axis.fromMs + mark.atMs)}</time><span>${both(mark.title)}${
    soon ? html` <span class="soft">+${each((lang) => duration(since, lang))}</span>` : ''
  }</span></li>`;
};

/** The minute in which everything is decided at once; null when nothing was hurt or little happened. */
const closeUpOf = (
  result: RunResult,
  lanes: readonly Lane[],
  marks: readonly Mark[],
  axis: TimeAxis,
): TimeAxis | null => {
  const { onset } = result.timings;
  if (onset === null) return null;
  const [fromMs, toMs] = [onset - closeUpBeforeMs, onset + closeUpAfterMs];
  const inside = marks.filter((mark) => mark.atMs >= fromMs && mark.atMs <= toMs);
  const moves = lanes.some(({ bands }) => bands.some((band) => band.fromMs < toMs && band.toMs > fromMs));
  return inside.length < 3 || !moves ? null : { fromMs: axis.fromMs + fromMs, toMs: axis.fromMs + toMs };
};
const closeUpBeforeMs = 5_000;
const closeUpAfterMs = 65_000;

export const happeningsSection = (results: readonly RunResult[], axis: TimeAxis): Html => {
  const startMs = axis.fromMs;
  const shared = lanesOf(
    results.flatMap((result) => result.bands),
    ['window', 'cause'],
  );
  const draw = (lanes: readonly Lane[], marks: readonly Mark[], label: Words, onAxis = axis): Html => {
    const isInside = ({ atMs }: Mark): boolean => startMs + atMs >= onAxis.fromMs && startMs + atMs <= onAxis.toMs;
    const reaches = ({ fromMs, toMs }: Band): boolean =>
      startMs + toMs > onAxis.fromMs && startMs + fromMs < onAxis.toMs;
    const drawing = {
      startMs,
      lanes: lanes.filter((lane) => lane.bands.some(reaches)),
      marks: marks.filter(isInside),
      firstNumber: marks.findIndex(isInside) + 1,
      label: `${label.ja} / ${label.en}`,
    };
    return html`${sizes.map((size) => raw(drawLanes(drawing, onAxis, size)))}`;
  };
  return html`${
    shared.length === 0
      ? ''
      : html`<section class="card"><h3>${both(words.theCause)}</h3>${draw(shared, [], words.theCause)}</section>`
  }${results.map((result, index) => {
    const title = titleOf(result, results);
    const lanes = lanesOf(result.bands, ['cap', 'breaker', 'incident']);
    const marks = [...result.marks].sort((a, b) => a.atMs - b.atMs);
    const listed = marks.slice(0, marksMax);
    const closeUp = closeUpOf(result, lanes, listed, axis);
    return html`<section class="card long"><h3>${key(index)} ${both(title)} ${tag(result.verdict)}</h3>
${lanes.length === 0 && listed.length === 0 ? html`<p class="soft">${both(words.noMarks)}</p>` : html`${statesShown(result.bands)}${draw(lanes, listed, title)}`}
${closeUp === null ? '' : html`<div class="zoom"><p class="soft">${both(words.closeUp)}</p>${draw(lanes, listed, words.closeUp, closeUp)}</div>`}
<ol class="marks">${listed.map((mark, at) => markItem(mark, at + 1, result, axis))}</ol>
${marks.length > listed.length ? html`<p class="soft">${marks.length - listed.length} ${both(words.moreMarks)}</p>` : ''}</section>`;
  })}`;
};
