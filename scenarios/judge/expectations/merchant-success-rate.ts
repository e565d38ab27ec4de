/**
 * The success of the worst-off ordinary merchant: an average hides the one who lost everything.
 *
 * Merchants are counted in steps of ten seconds, so the hours stand on that grid.
 */
import { z } from 'zod';
import type { Words } from '../../play/words.ts';
import type { Window } from '../hours.ts';
import type { Evidence } from './common.ts';
import {
  commonShape,
  hoursOf,
  Kinds,
  outOfBounds,
  refuseBothRegions,
  regionOf,
  resultOf,
  Share,
  tooThin,
} from './common.ts';

const onGrid = (hour: string): boolean => hour.length === 5 || hour.endsWith('0');

export const MerchantSuccessRate = z
  .strictObject({
    kind: z.literal('merchant-success-rate'),
    ...commonShape,
    kinds: Kinds.optional(),
    atLeast: Share,
    /** Merchants with fewer operations are left out: one failure of three says nothing. */
    forMerchantsWith: z.int().positive().default(50),
  })
  .superRefine(refuseBothRegions)
  .superRefine((settings, context) => {
    const windows: (Window | undefined)[] = [settings.window, ...(settings.outside ?? [])];
    for (const window of windows)
      if (window !== undefined && !(onGrid(window.from) && onGrid(window.to)))
        context.addIssue({ code: 'custom', path: ['window'], message: 'must fall on whole ten seconds' });
  });
export type MerchantSuccessRate = z.infer<typeof MerchantSuccessRate>;

export const merchantSuccessRateTitle = (settings: MerchantSuccessRate): Words => {
  const hours = hoursOf(settings);
  const kinds = settings.kinds === undefined ? '' : ` (${settings.kinds.join(', ')})`;
  return {
    en: `every merchant with ${settings.forMerchantsWith} or more operations succeeds${kinds}${hours.en}`,
    ja: `${settings.forMerchantsWith} 件以上の各加盟店の成功率${kinds}${hours.ja}`,
  };
};

export const evaluateMerchantSuccessRate = (settings: MerchantSuccessRate, evidence: Evidence) => {
  const region = regionOf(settings, evidence);
  const judged = evidence.recorder.bins
    .members(region, 'innocent', settings.kinds)
    .filter((member) => member.sent >= settings.forMerchantsWith)
    .map((member) => ({ ...member, rate: member.succeeded / member.sent }))
    .sort((a, b) => a.rate - b.rate);
  const operations = judged.reduce((sum, member) => sum + member.sent, 0);
  const worst = judged[0];
  const thin = tooThin(settings.minimum, {
    operations,
    faults: evidence.recorder.faultsIn(region),
    charges: evidence.charges,
  });
  const broken = worst === undefined ? null : outOfBounds(worst.rate, settings);
  const reason =
    thin ??
    (worst === undefined ? `no merchant has ${settings.forMerchantsWith} operations` : null) ??
    (broken === null ? null : `${worst?.member}: ${broken} (${worst?.succeeded} of ${worst?.sent})`);
  return resultOf(settings, merchantSuccessRateTitle(settings), {
    bound: `>= ${settings.atLeast}`,
    measured: worst?.rate ?? null,
    sample: judged.length,
    reason,
  });
};
