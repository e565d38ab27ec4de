/** How often breakers open: a trouble opens each once, or once more, and never the whole acquirer for one brand. */
import { z } from 'zod';
import type { Words } from '../../play/words.ts';
import { acquirerOf } from '../stories.ts';
import type { Evidence } from './common.ts';
import { commonShape, hoursOf, refuseBothRegions, regionOf, resultOf, thinInRegion } from './common.ts';

export const BreakerOpenings = z
  .strictObject({
    kind: z.literal('breaker-openings'),
    ...commonShape,
    acquirer: z.string().min(1),
    /** Breakers of this brand only; `*` is those over all brands. Absent: all. */
    brand: z.string().min(1).optional(),
    /** Openings of all of them together, at least. */
    atLeast: z.int().nonnegative().optional(),
    /** Openings of any single one, at most. */
    eachAtMost: z.int().nonnegative().optional(),
  })
  .superRefine(refuseBothRegions)
  .refine(({ atLeast, eachAtMost }) => atLeast !== undefined || eachAtMost !== undefined, {
    path: ['eachAtMost'],
    message: 'atLeast or eachAtMost is needed',
  });
export type BreakerOpenings = z.infer<typeof BreakerOpenings>;

export const breakerOpeningsTitle = (settings: BreakerOpenings): Words => {
  const hours = hoursOf(settings);
  const of = settings.brand === undefined ? settings.acquirer : `${settings.acquirer}/${settings.brand}`;
  return { en: `openings of breakers of ${of}${hours.en}`, ja: `${of} のブレーカーが開いた回数${hours.ja}` };
};

/** `measured` is the most of one breaker where that is bounded, else all of them together. */
export const evaluateBreakerOpenings = (settings: BreakerOpenings, evidence: Evidence) => {
  const region = regionOf(settings, evidence);
  const { acquirer, brand, atLeast, eachAtMost } = settings;
  const openings = evidence.recorder
    .factsOf('breaker.changed')
    .filter(
      (entry) =>
        entry.fields.to === 'open' &&
        acquirerOf(entry) === acquirer &&
        (brand === undefined || String(entry.fields.key).split('/')[1] === brand) &&
        region.some(({ fromMs, toMs }) => entry.atMs >= fromMs && entry.atMs < toMs),
    );
  const counts = Map.groupBy(openings, ({ program, fields }) => `${program} ${String(fields.key)}`);
  const most = Math.max(0, ...[...counts.values()].map(({ length }) => length));
  const broken = (): string | null => {
    if (atLeast !== undefined && openings.length < atLeast) return `only ${openings.length}, ${atLeast} needed`;
    if (eachAtMost === undefined || most <= eachAtMost) return null;
    const [name] = [...counts].find(([, { length }]) => length === most) ?? [''];
    return `${name} opened ${most} times, ${eachAtMost} allowed`;
  };
  const bounds = [
    atLeast === undefined ? '' : `>= ${atLeast}`,
    eachAtMost === undefined ? '' : `<= ${eachAtMost} each`,
  ];
  return resultOf(settings, breakerOpeningsTitle(settings), {
    bound: bounds.filter((bound) => bound !== '').join(', '),
    measured: eachAtMost === undefined ? openings.length : most,
    sample: openings.length,
    reason: thinInRegion(settings.minimum, evidence, region) ?? broken(),
  });
};
