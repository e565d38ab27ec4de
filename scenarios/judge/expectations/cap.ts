/** Whether the acquirer's operators restrict our whole tenant, and whether that restriction bites. */
import { z } from 'zod';
import type { Words } from '../../play/words.ts';
import type { Stretch } from '../hours.ts';
import { acquirerOf } from '../stories.ts';
import type { Evidence } from './common.ts';
import { commonShape, hoursOf, refuseBothRegions, regionOf, resultOf, thinInRegion } from './common.ts';

export const NeverCapped = z
  .strictObject({ kind: z.literal('never-capped'), ...commonShape, acquirer: z.string().min(1) })
  .superRefine(refuseBothRegions);
export type NeverCapped = z.infer<typeof NeverCapped>;

export const Capped = z
  .strictObject({
    kind: z.literal('capped'),
    ...commonShape,
    acquirer: z.string().min(1),
    /** Requests of ours that the cap refused: without them it did not bite. */
    atLeast: z.int().positive(),
  })
  .superRefine(refuseBothRegions);
export type Capped = z.infer<typeof Capped>;

export const neverCappedTitle = (settings: NeverCapped): Words => {
  const hours = hoursOf(settings);
  return { en: `${settings.acquirer} never caps us${hours.en}`, ja: `${settings.acquirer} に制限されない${hours.ja}` };
};

export const cappedTitle = (settings: Capped): Words => {
  const hours = hoursOf(settings);
  return {
    en: `${settings.acquirer}'s cap on us bites${hours.en}`,
    ja: `${settings.acquirer} の制限が実際に効く${hours.ja}`,
  };
};

/** Caps on our tenant imposed by operators in the region. */
const capsIn = (acquirer: string, evidence: Evidence, region: readonly Stretch[]): number =>
  evidence.recorder
    .factsOf('operators.capped')
    .filter(
      (entry) =>
        acquirerOf(entry) === acquirer &&
        entry.fields.tenant === evidence.recorder.options.ourTenant &&
        region.some((stretch) => entry.atMs >= stretch.fromMs && entry.atMs < stretch.toMs),
    ).length;

export const evaluateNeverCapped = (settings: NeverCapped, evidence: Evidence) => {
  const region = regionOf(settings, evidence);
  const caps = capsIn(settings.acquirer, evidence, region);
  const inForce = evidence.recorder.loadBook.sawCap(settings.acquirer, region);
  const broken = (): string | null => {
    if (caps > 0) return `capped ${caps} times`;
    return inForce ? 'its load figures show a cap on us' : null;
  };
  return resultOf(settings, neverCappedTitle(settings), {
    bound: '= 0',
    measured: Math.max(caps, inForce ? 1 : 0),
    sample: null,
    reason: thinInRegion(settings.minimum, evidence, region) ?? broken(),
  });
};

export const evaluateCapped = (settings: Capped, evidence: Evidence) => {
  const region = regionOf(settings, evidence);
  const refused = evidence.recorder.loadBook.ourCappedIn(settings.acquirer, region);
  const reason =
    thinInRegion(settings.minimum, evidence, region) ??
    (refused >= settings.atLeast ? null : `the cap refused ${refused} of our requests, ${settings.atLeast} needed`);
  return resultOf(settings, cappedTitle(settings), {
    bound: `>= ${settings.atLeast}`,
    measured: refused,
    sample: null,
    reason,
  });
};
