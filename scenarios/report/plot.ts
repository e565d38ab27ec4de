/**
 * One panel of lines over the common time axis, as SVG without words: titles and legends are HTML
 * beside it, so that one drawing serves both languages. Colours are CSS variables of the page.
 */
import { init } from 'echarts/dist/echarts.esm.min.mjs';
import { count } from './figures.ts';
import type { Point } from './thin-out.ts';
import { type Size, type TimeAxis, tickStepMs, ticksOf, xOf } from './time-axis.ts';

export interface Line {
  readonly points: readonly Point[];
  /** CSS colour, e.g. `var(--p0)`. */
  readonly colour: string;
  readonly dash: 'solid' | 'dashed' | 'dotted';
  readonly widthPx: number;
}

export interface Panel {
  readonly heightPx: number;
  readonly unit: 'share' | 'count' | 'perSecond';
  readonly lines: readonly Line[];
  /** Shaded stretches and dashed edges, milliseconds since the scenario's start. */
  readonly shaded: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly edges: readonly number[];
  /** Decisions and notices, each in the colour of its policy, with what it was in both languages. */
  readonly decisions: readonly { readonly atMs: number; readonly colour: string; readonly title: string }[];
  /** What a screen reader says instead. */
  readonly label: string;
}

const top = 10;
const bottom = 24;

/** Round limits, with about three lines across. */
const limitOf = (panel: Panel): { readonly max: number; readonly interval: number } => {
  if (panel.unit === 'share') return { max: 1, interval: panel.heightPx > 150 ? 0.25 : 0.5 };
  let peak = 0;
  for (const line of panel.lines) for (const [, value] of line.points) peak = Math.max(peak, value ?? 0);
  const rough = Math.max(peak, 1) / 3;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const interval = [1, 2, 2.5, 5, 10].map((step) => step * magnitude).find((step) => step >= rough) ?? rough;
  return { max: Math.max(1, Math.ceil((peak * 1.02) / interval)) * interval, interval };
};

export const drawPanel = (panel: Panel, axis: TimeAxis, size: Size): string => {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: size.width, height: panel.heightPx });
  const { max, interval } = limitOf(panel);
  const step = tickStepMs(axis, size);
  const label = { color: 'var(--soft)', fontSize: size.font };
  chart.setOption({
    animation: false,
    grid: { left: size.left, right: size.right, top, bottom, containLabel: false },
    xAxis: {
      type: 'value',
      min: axis.fromMs,
      max: axis.toMs,
      interval: step,
      axisLabel: { show: false },
      axisTick: { show: false },
      axisLine: { lineStyle: { color: 'var(--axis)' } },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max,
      interval,
      axisLabel: {
        ...label,
        formatter: (value: number) => (panel.unit === 'share' ? `${value * 100} %` : count(value)),
      },
      axisTick: { show: false },
      axisLine: { show: false },
      splitLine: { lineStyle: { color: 'var(--grid)' } },
    },
    series: panel.lines.map((line) => ({
      type: 'line' as const,
      silent: true,
      showSymbol: false,
      connectNulls: false,
      data: line.points.map(([atMs, value]) => [axis.fromMs + atMs, value === null ? null : roundTo(value, max)]),
      lineStyle: { color: line.colour, width: line.widthPx, type: line.dash, join: 'round' as const },
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return dressed(svg, panel, axis, size);
};

/** Three digits of what the panel can show are more than a pixel. */
const roundTo = (value: number, max: number): number => {
  const unit = max / 1000;
  return Math.round(value / unit) * unit;
};

/**
 * Takes out what a page does not need (namespaces, inline styles, which its security policy would
 * refuse, bookkeeping attributes) and puts shading below the lines and clock times under them.
 */
const dressed = (svg: string, panel: Panel, axis: TimeAxis, size: Size): string => {
  const below = panel.heightPx - bottom;
  const ofDay = (sinceStartMs: number): number => xOf(axis.fromMs + sinceStartMs, axis, size);
  const shades = panel.shaded
    .map(({ fromMs, toMs }) => {
      const x = ofDay(fromMs);
      return `<rect x="${x}" y="${top}" width="${Math.max(1, Math.round((ofDay(toMs) - x) * 10) / 10)}" height="${below - top}" class="shade"/>`;
    })
    .join('');
  const edges = panel.edges.map((atMs) => `<path d="M${ofDay(atMs)} ${top}V${below}" class="edge"/>`).join('');
  // A drop that hangs from the upper edge: where lines are drawn, nothing is covered.
  const decisions = panel.decisions
    .map(({ atMs, colour, title }) => {
      const x = ofDay(atMs);
      return `<path d="M${x} ${top}l-3.5 -7h7z" fill="${colour}"><title>${escapeAttribute(title)}</title></path><path d="M${x} ${top}V${below}" stroke="${colour}" class="decision"/>`;
    })
    .join('');
  const times = ticksOf(axis, size)
    .map(({ at, text }) => ({ text, x: xOf(at, axis, size) }))
    .map(({ text, x }) => {
      const grid = `<path d="M${x} ${top}V${below}" class="tick"/>`;
      // A label at the very edge would be cut.
      const fits = x >= size.left - 1 && x <= size.width - text.length * 3.2;
      return fits ? `${grid}<text x="${x}" y="${panel.heightPx - 7}" text-anchor="middle">${text}</text>` : grid;
    })
    .join('');
  const inner = svg
    .replace(/^<svg[^>]*>\s*/, '')
    .replace(/<\/svg>\s*$/, '')
    .replace(/<rect width="\d+" height="\d+" x="0" y="0" fill="none"><\/rect>\s*/, '')
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/ (?:style|class|xml:space|pointer-events|ecmeta_[a-z_]+)="[^"]*"/g, '')
    // Values stay inside the axis, so nothing needs clipping.
    .replace(/<\/?g[^>]*>|<defs[\s\S]*?<\/defs>/g, '')
    .replace(/><\/(?:path|rect|polygon)>/g, '/>')
    .replace(/\n/g, '');
  return `<svg class="plot ${size.name}" viewBox="0 0 ${size.width} ${panel.heightPx}" font-size="${size.font}" role="img" aria-label="${escapeAttribute(panel.label)}">${shades}${times}${edges}${decisions}${inner}</svg>`;
};

export const escapeAttribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
