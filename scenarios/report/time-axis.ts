/** One time axis for every plot of a report, in two sizes: a desk and a phone. */
import type { RunResult } from '../judge/result.ts';
import { clock, startOfDayMs } from './figures.ts';

/** Times inside are milliseconds into the Japanese day, so that ticks fall on whole clock times. */
export interface TimeAxis {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Size {
  readonly name: 'wide' | 'narrow';
  readonly width: number;
  /** Room at the sides; the same in every plot, or the axes would not line up. */
  readonly left: number;
  readonly right: number;
  readonly font: number;
  /** Points a line may have. */
  readonly pointsMax: number;
  /** Room a clock label needs. */
  readonly labelWidth: number;
}

export const sizes: readonly Size[] = [
  { name: 'wide', width: 1000, left: 50, right: 14, font: 12, pointsMax: 430, labelWidth: 70 },
  { name: 'narrow', width: 350, left: 42, right: 10, font: 11, pointsMax: 170, labelWidth: 58 },
];

/** From the start of the day to the end of what was recorded, the longest of the runs. */
export const timeAxisOf = (results: readonly RunResult[]): TimeAxis => {
  const fromMs = startOfDayMs(results[0]?.startsAt ?? '');
  let lengthMs = 0;
  for (const result of results) {
    for (const { fromMs: start, stepMs, values } of result.series)
      lengthMs = Math.max(lengthMs, start + stepMs * values.length);
    if (result.series.length === 0) lengthMs = Math.max(lengthMs, result.scenarioMs);
  }
  return { fromMs, toMs: fromMs + Math.max(lengthMs, 60_000) };
};

const minuteMs = 60_000;
const steps = [1 / 6, 1 / 4, 1 / 2, 1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 360, 720, 1440].map(
  (minutes) => minutes * minuteMs,
);

/** The finest step of whole clock times whose labels do not touch. */
export const tickStepMs = (axis: TimeAxis, size: Size): number => {
  const labels = Math.max(2, Math.floor((size.width - size.left - size.right) / size.labelWidth));
  const longest = steps.at(-1) ?? minuteMs;
  return steps.find((step) => (axis.toMs - axis.fromMs) / step <= labels) ?? longest;
};

export interface Tick {
  /** Milliseconds into the day. */
  readonly at: number;
  /** `21:15`, with seconds where steps are shorter than a minute. */
  readonly text: string;
}

/** Clock times at which a line is drawn. */
export const ticksOf = (axis: TimeAxis, size: Size): Tick[] => {
  const step = tickStepMs(axis, size);
  const ticks: Tick[] = [];
  for (let at = Math.ceil(axis.fromMs / step) * step; at <= axis.toMs; at += step)
    ticks.push({ at, text: clock(at, step < minuteMs) });
  return ticks;
};

/** Pixels from the left edge, kept inside the plot. */
export const xOf = (ofDayMs: number, axis: TimeAxis, size: Size): number => {
  const share = (ofDayMs - axis.fromMs) / (axis.toMs - axis.fromMs);
  const clamped = Math.min(1, Math.max(0, share));
  return Math.round((size.left + clamped * (size.width - size.left - size.right)) * 10) / 10;
};
