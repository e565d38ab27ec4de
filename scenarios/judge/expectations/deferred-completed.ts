/** The share of deferred captures and refunds that came good: rightly accepted, and completed in time. */
import { z } from 'zod';
import type { Words } from '../../play/words.ts';
import type { Evidence } from './common.ts';
import { commonShape, hoursOf, outOfBounds, refuseBothRegions, regionOf, resultOf, Share, tooThin } from './common.ts';

export const DeferredCompleted = z
  .strictObject({
    kind: z.literal('deferred-completed'),
    ...commonShape,
    atLeast: Share.default(1),
  })
  .superRefine(refuseBothRegions);
export type DeferredCompleted = z.infer<typeof DeferredCompleted>;

export const deferredCompletedTitle = (settings: DeferredCompleted): Words => {
  const hours = hoursOf(settings);
  return { en: `deferred operations complete in time${hours.en}`, ja: `保留された処理の期限内完了${hours.ja}` };
};

/** `minimum.operations` counts deferred operations here. */
export const evaluateDeferredCompleted = (settings: DeferredCompleted, evidence: Evidence) => {
  const region = regionOf(settings, evidence);
  const { deferred, deferredGood } = evidence.recorder.bins.tally(region, { who: 'innocent' });
  const measured = deferred === 0 ? null : deferredGood / deferred;
  const thin = tooThin(settings.minimum, {
    operations: deferred,
    faults: evidence.recorder.faultsIn(region),
    charges: evidence.charges,
  });
  return resultOf(settings, deferredCompletedTitle(settings), {
    bound: `>= ${settings.atLeast}`,
    measured,
    sample: deferred,
    reason: thin ?? (measured === null ? 'nothing was deferred' : outOfBounds(measured, settings)),
  });
};
