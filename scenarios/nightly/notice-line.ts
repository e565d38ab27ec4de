/**
 * Was everybody told in time? One day with one seed, protected, held against what any test could do. Pure.
 *
 * Theory is the least expected delay of detection at this rate and failure share (`leastDelayMs`), as the same day with
 * the same seed and without protections shows them, plus how long a failure takes to be one: `slowMs` for a call that
 * hangs, the patience for a flow that ends outside. Where that is at most 40 s the first public notice is due within
 * 60 s of the onset, else within one and a half times of it.
 */
import type { RunResult, Series } from '../judge/result.ts';

export interface NoticeRules {
  /** Least delay at so many operations a second of which this share fails, in milliseconds. */
  readonly leastDelayMs: (ratePerSecond: number, failureShare: number) => number;
  /** How long a failure takes to be seen as one, of this day. */
  readonly observationMs: number;
  /** Nobody is hurt on this day, so nothing may be public. */
  readonly mustBeSilent: boolean;
}

export interface NoticeLine {
  readonly scenario: string;
  readonly seed: number;
  readonly ratePerSecond: number | null;
  readonly failureShare: number | null;
  readonly theoryMs: number | null;
  /** When the first notice is due, after the onset; null: not due. */
  readonly boundMs: number | null;
  /** After the onset; null: there was none. */
  readonly firstNoticeMs: number | null;
  readonly slowestToldMs: number | null;
  readonly neverTold: number;
  readonly falseResolved: number;
  /** What does not hold, in words; empty: all does. */
  readonly faults: readonly string[];
}

const soonMs = 40_000;
const firstNoticeMs = 60_000;
const slackOfTheory = 1.5;
const everybodyMs = 180_000;
/** The shares are taken from so much of the day after its onset. */
export const looksMs = 60_000;
/** Fewer failures than these are no trouble that people should read of (`gateway/incidents/impact.ts`). */
const handful = 5;

const seriesOf = (run: RunResult, id: Series['id']): Series | undefined => run.series.find((one) => one.id === id);

/** Operations and failures of ordinary merchants by step, in the stretch. */
const stepsIn = (run: RunResult, fromMs: number, toMs: number): readonly { sent: number; failed: number }[] => {
  const rate = seriesOf(run, 'ordinaryPerSecond');
  const good = seriesOf(run, 'innocentSuccess');
  if (rate === undefined || good === undefined) return [];
  return rate.values.flatMap((perSecond, index) => {
    const atMs = rate.fromMs + index * rate.stepMs;
    const share = good.values[index];
    if (atMs + rate.stepMs <= fromMs || atMs >= toMs || perSecond === null || share == null) return [];
    const sent = (perSecond * rate.stepMs) / 1000;
    return [{ sent, failed: Math.round(sent * (1 - share)) }];
  });
};

const sumOf = (steps: readonly { sent: number; failed: number }[]): { sent: number; failed: number } =>
  steps.reduce((sum, { sent, failed }) => ({ sent: sum.sent + sent, failed: sum.failed + failed }), {
    sent: 0,
    failed: 0,
  });

/**
 * Both runs are of the same day and seed. Of the day as it was the first minute after the onset is read; null: nobody would
 * have been hurt, or nothing may be public anyway.
 */
export const noticeLine = (asItWas: RunResult | null, guarded: RunResult, rules: NoticeRules): NoticeLine => {
  const { onset, firstNotice } = guarded.timings;
  const { falseResolved, neverTold, slowestToldMs = null } = guarded.page;
  const line = {
    scenario: guarded.scenario,
    seed: guarded.seed,
    ratePerSecond: null,
    failureShare: null,
    theoryMs: null,
    boundMs: null,
    firstNoticeMs: firstNotice === null ? null : firstNotice - (onset ?? 0),
    slowestToldMs,
    neverTold: firstNotice === null ? 0 : neverTold.length,
    falseResolved,
  };
  const resolvedFaults = falseResolved === 0 ? [] : [`"resolved" too soon ${falseResolved} times`];
  if (rules.mustBeSilent) return { ...line, faults: [...resolvedFaults, ...(firstNotice === null ? [] : ['public'])] };
  if (onset === null) return { ...line, faults: resolvedFaults };

  const there = sumOf(asItWas === null ? [] : stepsIn(asItWas, onset, onset + looksMs));
  const failureShare = there.sent === 0 ? 0 : there.failed / there.sent;
  const ratePerSecond = there.sent / (looksMs / 1000);
  const theoryMs =
    failureShare === 0
      ? Number.POSITIVE_INFINITY
      : rules.leastDelayMs(ratePerSecond, failureShare) + rules.observationMs;
  const dueMs = theoryMs <= soonMs ? firstNoticeMs : slackOfTheory * theoryMs;

  // Protections may end the trouble before anybody has to read of it.
  const felt = Number.isFinite(dueMs) ? stepsIn(guarded, onset, onset + dueMs) : [];
  const isLasting = felt.filter(({ failed }) => failed > 0).length * 2 >= felt.length && sumOf(felt).failed >= handful;
  const boundMs = Number.isFinite(dueMs) && felt.length > 0 && isLasting ? dueMs : null;
  // Where something was public everybody who was hurt hears of it, due or not.
  const toldByMs = everybodyMs + Math.max(0, (Number.isFinite(dueMs) ? dueMs : 0) - firstNoticeMs);
  const noticeAfterMs = line.firstNoticeMs;
  const faults = [
    ...(boundMs !== null && noticeAfterMs === null ? ['no notice'] : []),
    ...(boundMs !== null && noticeAfterMs !== null && noticeAfterMs > boundMs ? ['first notice too late'] : []),
    ...(slowestToldMs !== null && slowestToldMs > toldByMs ? ['a merchant told too late'] : []),
    ...(line.neverTold > 0 ? [`${line.neverTold} merchants never told`] : []),
    ...resolvedFaults,
  ];
  return {
    ...line,
    ratePerSecond,
    failureShare,
    theoryMs: Number.isFinite(theoryMs) ? theoryMs : null,
    boundMs,
    faults,
  };
};

const seconds = (ms: number | null): string => (ms === null ? '-' : (ms / 1000).toFixed(1));

const columns = [
  ['day', 26],
  ['seed', 5],
  ['ops/s', 7],
  ['failing', 9],
  ['theory s', 10],
  ['due s', 9],
  ['notice s', 10],
  ['told s', 9],
  ['never', 7],
  ['resolved!', 11],
] as const;

export const noticeHead = (): string =>
  columns.map(([name, width], index) => (index === 0 ? name.padEnd(width) : name.padStart(width))).join('');

export const noticeText = (line: NoticeLine): string => {
  const share = line.failureShare === null ? '-' : `${(100 * line.failureShare).toFixed(1)} %`;
  const cells = [
    line.scenario,
    String(line.seed),
    line.ratePerSecond === null ? '-' : line.ratePerSecond.toFixed(1),
    share,
    seconds(line.theoryMs),
    seconds(line.boundMs),
    seconds(line.firstNoticeMs),
    seconds(line.slowestToldMs),
    String(line.neverTold),
    String(line.falseResolved),
  ];
  const text = cells
    .map((cell, index) => (index === 0 ? cell.padEnd(columns[0][1]) : cell.padStart(columns[index]![1])))
    .join('');
  return line.faults.length === 0 ? text : `${text}  FAILS: ${line.faults.join(', ')}`;
};
