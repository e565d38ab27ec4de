/** What the auditor must find at the end, and what it must have had to look at. */
import { z } from 'zod';
import type { Words } from '../../play/words.ts';
import type { Evidence } from './common.ts';
import { boundOf, commonShape, needOneBound, refuseBothRegions, regionOf, resultOf, thinInRegion } from './common.ts';

const zero = z.literal(0).default(0);

/** The money figures that are never anything but zero. Written out in a file only for its readers. */
export const Money = z
  .strictObject({
    kind: z.literal('money'),
    ...commonShape,
    doubleCaptures: zero,
    lostApprovals: zero,
    discrepancyYen: zero,
    unknownLeft: zero,
  })
  .superRefine(refuseBothRegions);
export type Money = z.infer<typeof Money>;

export const moneyTitle = (_settings: Money): Words => ({ en: 'books equal to the yen', ja: '帳簿が 1 円まで一致' });

/** `measured` is how many of the four figures are not zero. */
export const evaluateMoney = (settings: Money, evidence: Evidence) => {
  const wrong = (['doubleCaptures', 'lostApprovals', 'discrepancyYen', 'unknownLeft'] as const).filter(
    (figure) => evidence.money[figure] !== 0,
  );
  const thin = thinInRegion(settings.minimum, evidence, regionOf(settings, evidence));
  const broken = wrong.length === 0 ? null : wrong.map((figure) => `${figure} ${evidence.money[figure]}`).join(', ');
  return resultOf(settings, moneyTitle(settings), {
    bound: '= 0',
    measured: wrong.length,
    sample: evidence.charges,
    reason: thin ?? broken,
  });
};

const countShape = {
  ...commonShape,
  atLeast: z.int().nonnegative().optional(),
  atMost: z.int().nonnegative().optional(),
};

/** Outcomes that were unknown at some time: proof that the hard case really happened. */
export const UnknownSeen = z
  .strictObject({ kind: z.literal('unknown-seen'), ...countShape })
  .superRefine(refuseBothRegions)
  .superRefine(needOneBound);
export type UnknownSeen = z.infer<typeof UnknownSeen>;

/** Approvals whose reply never reached the gateway. */
export const RepliesLost = z
  .strictObject({ kind: z.literal('replies-lost'), ...countShape })
  .superRefine(refuseBothRegions)
  .superRefine(needOneBound);
export type RepliesLost = z.infer<typeof RepliesLost>;

/** HTTP requests of the whole run. */
export const RequestCount = z
  .strictObject({ kind: z.literal('request-count'), ...countShape })
  .superRefine(refuseBothRegions)
  .superRefine(needOneBound);
export type RequestCount = z.infer<typeof RequestCount>;

export const countTitles: Readonly<Record<'unknown-seen' | 'replies-lost' | 'request-count', Words>> = {
  'unknown-seen': { en: 'unknown outcomes happened', ja: '結果不明の発生数' },
  'replies-lost': { en: 'approvals whose reply was lost', ja: '応答が失われた承認' },
  'request-count': { en: 'HTTP requests of the run', ja: 'HTTP リクエスト数' },
};

/** Judges one of the counts above against its bounds. */
export const evaluateCount = (settings: UnknownSeen | RepliesLost | RequestCount, evidence: Evidence) => {
  const measured = {
    'unknown-seen': evidence.money.unknownSeen,
    'replies-lost': evidence.money.repliesLost,
    'request-count': evidence.requests,
  }[settings.kind];
  const thin = thinInRegion(settings.minimum, evidence, regionOf(settings, evidence));
  const broken = (): string | null => {
    if (settings.atLeast !== undefined && measured < settings.atLeast)
      return `only ${measured}, ${settings.atLeast} needed`;
    return settings.atMost !== undefined && measured > settings.atMost
      ? `${measured} is above ${settings.atMost}`
      : null;
  };
  return resultOf(settings, countTitles[settings.kind], {
    bound: boundOf(settings),
    measured,
    sample: null,
    reason: thin ?? broken(),
  });
};

/** Invariants that a run must have had something to judge for; all others must not be violated either. */
export const Invariants = z
  .strictObject({
    kind: z.literal('invariants'),
    ...commonShape,
    judged: z
      .array(z.string().regex(/^INV-\d\d$/))
      .min(1)
      .default(['INV-01', 'INV-02', 'INV-03', 'INV-05', 'INV-09']),
    /** Not looked at: faults still act at the end, or an acquirer's own books are false. */
    excused: z.array(z.string().regex(/^INV-\d\d$/)).optional(),
  })
  .superRefine(refuseBothRegions);
export type Invariants = z.infer<typeof Invariants>;

export const invariantsTitle = (settings: Invariants): Words => ({
  en: `no invariant is violated (${settings.judged.join(', ')} at least)`,
  ja: `不変条件の違反なし（少なくとも ${settings.judged.join('、')}）`,
});

export const evaluateInvariants = (settings: Invariants, evidence: Evidence) => {
  const violated = evidence.invariants.filter(
    (invariant) => invariant.found > 0 && settings.excused?.includes(invariant.id) !== true,
  );
  const idle = settings.judged.filter(
    (id) => !evidence.invariants.some((invariant) => invariant.id === id && invariant.judged > 0),
  );
  const thin = thinInRegion(settings.minimum, evidence, regionOf(settings, evidence));
  const broken = (): string | null => {
    if (violated.length > 0)
      return `violated: ${violated.map((invariant) => `${invariant.id} (${invariant.found})`).join(', ')}`;
    return idle.length > 0 ? `had nothing to judge: ${idle.join(', ')}` : null;
  };
  return resultOf(settings, invariantsTitle(settings), {
    bound: '= 0',
    measured: violated.reduce((sum, invariant) => sum + invariant.found, 0),
    sample: evidence.invariants.reduce((sum, invariant) => sum + invariant.judged, 0),
    reason: thin ?? broken(),
  });
};
