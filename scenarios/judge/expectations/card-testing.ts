/** How much a card tester got to know, by the truth about its numbers. */
import { z } from 'zod';
import type { Words } from '../../play/words.ts';
import type { Evidence } from './common.ts';
import { commonShape, refuseBothRegions, resultOf, tooThin } from './common.ts';

export const CardTesting = z
  .strictObject({
    kind: z.literal('card-testing'),
    ...commonShape,
    /** The tester, a member of the cast. `minimum.operations` counts its attempts. */
    member: z.string().min(1),
    /** Attempts that an issuer heard of ... */
    reachedAtMost: z.int().nonnegative().optional(),
    /** ... or, when there were more, how long after the first attempt at most one in a hundred still did. */
    withinMs: z.int().positive().optional(),
    reachedAtLeast: z.int().nonnegative().optional(),
    /** Good cards that the tester knows to be good. */
    confirmedAtMost: z.int().nonnegative().optional(),
  })
  .superRefine(refuseBothRegions)
  .superRefine(({ reachedAtMost, withinMs, reachedAtLeast, confirmedAtMost }, context) => {
    if (reachedAtMost === undefined && reachedAtLeast === undefined && confirmedAtMost === undefined)
      context.addIssue({ code: 'custom', message: 'needs reachedAtMost, reachedAtLeast or confirmedAtMost' });
    if (withinMs !== undefined && reachedAtMost === undefined)
      context.addIssue({ code: 'custom', path: ['withinMs'], message: 'says nothing without reachedAtMost' });
  });
export type CardTesting = z.infer<typeof CardTesting>;

export const cardTestingTitle = ({ member, reachedAtLeast }: CardTesting): Words =>
  reachedAtLeast === undefined
    ? { en: `${member} learns little`, ja: `${member} に情報を与えない` }
    : { en: `${member} is at it`, ja: `${member} の試行が届く` };

export const evaluateCardTesting = (settings: CardTesting, evidence: Evidence) => {
  const { reachedAtMost, withinMs, reachedAtLeast, confirmedAtMost } = settings;
  const { attempts, firstMs, reached, reachedLastMs, confirmed } = evidence.recorder.testers.figures(settings.member);
  const thin = tooThin(settings.minimum, {
    operations: attempts,
    faults: evidence.recorder.faultsIn([{ fromMs: 0, toMs: evidence.dayMs }]),
    charges: evidence.charges,
  });
  const tookMs = firstMs === null || reachedLastMs === null ? 0 : reachedLastMs - firstMs;
  const broken = (): string | null => {
    if (reachedAtMost !== undefined && reached > reachedAtMost && (withinMs === undefined || tookMs > withinMs))
      return `${reached} attempts reached an issuer, still after ${Math.round(tookMs / 1000)} s`;
    if (reachedAtLeast !== undefined && reached < reachedAtLeast) return `only ${reached} reached an issuer`;
    return confirmedAtMost !== undefined && confirmed > confirmedAtMost ? `${confirmed} good cards are known` : null;
  };
  const bounds = [
    reachedAtMost === undefined
      ? []
      : [`<= ${reachedAtMost}${withinMs === undefined ? '' : ` or ${withinMs / 1000} s`}`],
    reachedAtLeast === undefined ? [] : [`>= ${reachedAtLeast}`],
    confirmedAtMost === undefined ? [] : [`known <= ${confirmedAtMost}`],
  ].flat();
  return resultOf(settings, cardTestingTitle(settings), {
    bound: bounds.join(', '),
    measured: reached,
    sample: attempts,
    reason: thin ?? broken(),
  });
};
