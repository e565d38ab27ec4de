/** The share of operations that succeed, for ordinary or abusive merchants as a whole. */
import { z } from 'zod';
import type { Words } from '../../play/words.ts';
import { successRate } from '../bins.ts';
import type { Evidence } from './common.ts';
import {
  boundOf,
  commonShape,
  hoursOf,
  Kinds,
  needOneBound,
  outOfBounds,
  refuseBothRegions,
  regionOf,
  resultOf,
  Share,
  thinInRegion,
} from './common.ts';

export const SuccessRate = z
  .strictObject({
    kind: z.literal('success-rate'),
    ...commonShape,
    who: z.enum(['innocent', 'abusive']).default('innocent'),
    kinds: Kinds.optional(),
    atLeast: Share.optional(),
    atMost: Share.optional(),
  })
  .superRefine(refuseBothRegions)
  .superRefine(needOneBound);
export type SuccessRate = z.infer<typeof SuccessRate>;

export const successRateTitle = (settings: SuccessRate): Words => {
  const hours = hoursOf(settings);
  const kinds = settings.kinds === undefined ? '' : ` (${settings.kinds.join(', ')})`;
  return settings.who === 'innocent'
    ? { en: `ordinary operations succeed${kinds}${hours.en}`, ja: `通常の処理の成功率${kinds}${hours.ja}` }
    : { en: `the abuser's operations succeed${kinds}${hours.en}`, ja: `不正な加盟店の成功率${kinds}${hours.ja}` };
};

export const evaluateSuccessRate = (settings: SuccessRate, evidence: Evidence) => {
  const region = regionOf(settings, evidence);
  const tally = evidence.recorder.bins.tally(region, {
    who: settings.who,
    ...(settings.kinds === undefined ? {} : { kinds: settings.kinds }),
  });
  const measured = successRate(tally);
  const thin = thinInRegion(settings.minimum, evidence, region, tally);
  const reason = thin ?? (measured === null ? 'no operations' : outOfBounds(measured, settings));
  return resultOf(settings, successRateTitle(settings), {
    bound: boundOf(settings),
    measured,
    sample: tally.sent,
    reason,
  });
};
