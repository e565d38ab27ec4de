/**
 * What all kinds of expectation share: when they apply, the traffic without which they fail, and
 * how a result is put together.
 */
import { z } from 'zod';
import type { Words } from '../../play/words.ts';
import type { Tally } from '../bins.ts';
import type { Day, Stretch } from '../hours.ts';
import { outsideOf, resolveWindow, Window } from '../hours.ts';
import { operationKinds } from '../observation.ts';
import type { Recorder } from '../recorder.ts';
import type { ExpectationResult, InvariantResult, RunResult, Timings } from '../result.ts';

const count = z.int().positive();

/**
 * The traffic an expectation needs to mean anything; with less it fails. `operations` are those of
 * the population it judges, by time of start; `faults` are injected ones in its window; `charges`
 * are charges the gateway's book holds at the end.
 */
export const Minimum = z
  .strictObject({ operations: count.optional(), faults: count.optional(), charges: count.optional() })
  .refine((minimum) => Object.values(minimum).some((value) => value !== undefined), {
    message: 'must name at least one of operations, faults, charges: an expectation without traffic proves nothing',
  });
export type Minimum = z.infer<typeof Minimum>;

export const commonShape = {
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case words joined by hyphens'),
  /** Policies it is judged under; absent: all. */
  under: z.array(z.string().min(1)).min(1).optional(),
  /** Hours it is judged in, by time of start of the operations; absent with `outside`: the whole day. */
  window: Window.optional(),
  /** The day without these hours. */
  outside: z.array(Window).min(1).optional(),
  minimum: Minimum,
};

interface Region {
  readonly window?: Window | undefined;
  readonly outside?: Window[] | undefined;
}

/** For `superRefine` of every kind. */
export const refuseBothRegions = (settings: Region, context: z.RefinementCtx): void => {
  if (settings.window !== undefined && settings.outside !== undefined)
    context.addIssue({ code: 'custom', path: ['outside'], message: 'cannot be combined with window' });
};

/** For kinds bounded by `atLeast` and `atMost`. */
export const needOneBound = (
  settings: { atLeast?: number | undefined; atMost?: number | undefined },
  context: z.RefinementCtx,
): void => {
  if (settings.atLeast === undefined && settings.atMost === undefined)
    context.addIssue({ code: 'custom', path: ['atLeast'], message: 'atLeast or atMost is needed' });
  else if (settings.atLeast !== undefined && settings.atMost !== undefined && settings.atLeast > settings.atMost)
    context.addIssue({ code: 'custom', path: ['atMost'], message: 'must not be below atLeast' });
};

export const Share = z.number().min(0).max(1);
export const Kinds = z.array(z.enum(operationKinds)).min(1);

/** What the judge knows when it evaluates. */
export interface Evidence extends Day {
  readonly recorder: Recorder;
  readonly timings: Timings;
  /** First scenario time of each event of the timeline, by its id. */
  readonly events: ReadonlyMap<string, number>;
  readonly money: RunResult['money'];
  /** Charges in the gateway's book. */
  readonly charges: number;
  readonly invariants: readonly InvariantResult[];
  readonly requests: number;
  readonly page: RunResult['page'];
}

/** Stretches of the day an expectation is about. @throws RangeError when a window is outside the day. */
export const regionOf = (settings: Region, day: Day): Stretch[] => {
  const resolved = (window: Window): Stretch => {
    const stretch = resolveWindow(window, day);
    if ('refused' in stretch) throw new RangeError(stretch.refused);
    return stretch;
  };
  if (settings.window !== undefined) return [resolved(settings.window)];
  if (settings.outside !== undefined) return outsideOf(settings.outside.map(resolved), day.dayMs);
  return [{ fromMs: 0, toMs: day.dayMs }];
};

/** Why the traffic was too thin to judge; null when there was enough. */
export const tooThin = (
  minimum: Minimum,
  had: { readonly operations: number; readonly faults: number; readonly charges: number },
): string | null => {
  for (const what of ['operations', 'faults', 'charges'] as const) {
    const needed = minimum[what];
    if (needed !== undefined && had[what] < needed) return `only ${had[what]} ${what}, ${needed} needed`;
  }
  return null;
};

/** `tooThin` for kinds that judge the whole of the ordinary and abusive traffic in their region. */
export const thinInRegion = (
  minimum: Minimum,
  evidence: Evidence,
  region: readonly Stretch[],
  tally?: Tally,
): string | null =>
  tooThin(minimum, {
    operations: (tally ?? evidence.recorder.bins.tally(region)).sent,
    faults: evidence.recorder.faultsIn(region),
    charges: evidence.charges,
  });

/** ` 21:02-22:12`, or nothing for the whole day. */
export const hoursOf = (settings: Region): Words => {
  if (settings.window !== undefined) {
    const text = `${settings.window.from}-${settings.window.to}`;
    return { en: `, ${text}`, ja: `（${text}）` };
  }
  if (settings.outside !== undefined) {
    const text = settings.outside.map((window) => `${window.from}-${window.to}`).join(', ');
    return { en: `, outside ${text}`, ja: `（${text} 以外）` };
  }
  return { en: '', ja: '' };
};

/** The bound in words, e.g. `>= 0.2, <= 0.8`. */
export const boundOf = (bounds: { atLeast?: number | undefined; atMost?: number | undefined }): string =>
  [bounds.atLeast === undefined ? '' : `>= ${bounds.atLeast}`, bounds.atMost === undefined ? '' : `<= ${bounds.atMost}`]
    .filter((part) => part !== '')
    .join(', ');

/** Why a figure breaks its bounds; null when it keeps them. */
export const outOfBounds = (
  measured: number,
  bounds: { atLeast?: number | undefined; atMost?: number | undefined },
): string | null => {
  if (bounds.atLeast !== undefined && measured < bounds.atLeast) return `${round(measured)} is below ${bounds.atLeast}`;
  if (bounds.atMost !== undefined && measured > bounds.atMost) return `${round(measured)} is above ${bounds.atMost}`;
  return null;
};

/** Rounded down, so that 0.98999 never reads as 0.99. */
const round = (value: number): number => Math.floor(value * 10_000 + 1e-9) / 10_000;

/** Puts a result together: it holds when there is no reason against it. */
export const resultOf = (
  settings: { readonly id: string },
  title: Words,
  judged: {
    readonly bound: string;
    readonly measured: number | null;
    readonly sample: number | null;
    readonly reason: string | null;
  },
): ExpectationResult => ({ id: settings.id, title, ...judged, holds: judged.reason === null });
