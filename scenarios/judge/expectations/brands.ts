/** What becomes of some card brands: how many of their new payments and cards succeed, and where they go. */
import { z } from 'zod';
import type { Words } from '../../play/words.ts';
import type { Evidence } from './common.ts';
import {
  boundOf,
  commonShape,
  hoursOf,
  needOneBound,
  outOfBounds,
  refuseBothRegions,
  regionOf,
  resultOf,
  Share,
  tooThin,
} from './common.ts';

const shape = {
  ...commonShape,
  /** As merchants read them: `Visa`, `MasterCard`, `JCB`, `American Express`. */
  brands: z.array(z.string().min(1)).min(1),
  atLeast: Share.optional(),
  atMost: Share.optional(),
};

export const BrandSuccessRate = z
  .strictObject({ kind: z.literal('brand-success-rate'), ...shape })
  .superRefine(refuseBothRegions)
  .superRefine(needOneBound);
export type BrandSuccessRate = z.infer<typeof BrandSuccessRate>;

/** The share that another acquirer than `acquirer` answered. */
export const BrandElsewhere = z
  .strictObject({ kind: z.literal('brand-elsewhere'), acquirer: z.string().min(1), ...shape })
  .superRefine(refuseBothRegions)
  .superRefine(needOneBound);
export type BrandElsewhere = z.infer<typeof BrandElsewhere>;

export const brandTitle = (settings: BrandSuccessRate | BrandElsewhere): Words => {
  const hours = hoursOf(settings);
  const [en, ja] = [settings.brands.join(', '), settings.brands.join('、')];
  return settings.kind === 'brand-success-rate'
    ? { en: `new payments of ${en} succeed${hours.en}`, ja: `${ja} の新規決済の成功率${hours.ja}` }
    : {
        en: `${en} goes elsewhere than ${settings.acquirer}${hours.en}`,
        ja: `${ja} が ${settings.acquirer} 以外へ${hours.ja}`,
      };
};

export const evaluateBrands = (settings: BrandSuccessRate | BrandElsewhere, evidence: Evidence) => {
  const region = regionOf(settings, evidence);
  const chosen = new Set(settings.brands);
  const { brandBins } = evidence.recorder;
  const all = brandBins.tally(region, (brand) => chosen.has(brand));
  const part =
    settings.kind === 'brand-success-rate'
      ? all.good
      : brandBins.tally(region, (brand, by) => chosen.has(brand) && by !== null && by !== settings.acquirer).sent;
  const measured = all.sent === 0 ? null : part / all.sent;
  const thin = tooThin(settings.minimum, {
    operations: all.sent,
    faults: evidence.recorder.faultsIn(region),
    charges: evidence.charges,
  });
  return resultOf(settings, brandTitle(settings), {
    bound: boundOf(settings),
    measured,
    sample: all.sent,
    reason: thin ?? (measured === null ? 'no operations' : outOfBounds(measured, settings)),
  });
};
