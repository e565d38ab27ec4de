/**
 * From observations to a score card: pure. Every line says what was measured, on how much, and
 * against which bound; a line without enough to judge does not hold.
 */
import type { Attempt, Bounds, Observed, PaymentStory } from './observed.ts';

export interface ScoreLine {
  readonly id: string;
  readonly title: string;
  readonly bound: string;
  /** Null: nothing to measure. */
  readonly measured: number | null;
  readonly unit: 'share' | 'ms' | 'count';
  readonly sample: number;
  readonly holds: boolean;
}

export interface ScoreCard {
  readonly lines: readonly ScoreLine[];
  readonly held: number;
}

/** The first seconds of a cause are judged by how soon it ends, and not again by a rate. */
const settleMsMax = 20_000;
const lookAheadMs = 30_000;
/** Fewer payments say nothing. */
const sampleMin = 20;
const calmSuccess = 0.99;
const answeredWithinMs = 30_000;
/** A call still open when the cause begins may be hurt by it; one that has hung so long by then hung of its own. */
const reachMs = 10_000;

const good = new Set<Attempt['outcome']>(['succeeded', 'declined', 'deferred']);
/** A create cannot be put off: the buyer stands there. */
const isGood = ({ kind, outcome }: Attempt): boolean =>
  good.has(outcome) && !(kind === 'create' && outcome === 'deferred');

const within =
  (fromMs: number, toMs: number) =>
  ({ startedMs }: Attempt): boolean =>
    startedMs >= fromMs && startedMs < toMs;

/** Begun in the calm, and over in it or long overdue: nothing that the cause may have hurt. */
const inCalm =
  (untilMs: number) =>
  ({ startedMs, endedMs }: Attempt): boolean =>
    startedMs < untilMs && (endedMs <= untilMs || startedMs <= untilMs - reachMs);

const rateLine = (
  id: string,
  title: string,
  attempts: readonly Attempt[],
  atLeast: number,
  least = sampleMin,
): ScoreLine => {
  const rate = attempts.length === 0 ? null : attempts.filter(isGood).length / attempts.length;
  return {
    id,
    title,
    bound: `>= ${atLeast}`,
    measured: rate,
    unit: 'share',
    sample: attempts.length,
    holds: rate !== null && attempts.length >= least && rate >= atLeast,
  };
};

const momentLine = (
  id: string,
  title: string,
  measured: number | null,
  withinMs: number,
  sample: number,
): ScoreLine => ({
  id,
  title,
  bound: `<= ${withinMs} ms`,
  measured,
  unit: 'ms',
  sample,
  holds: measured !== null && measured <= withinMs,
});

const noneLine = (id: string, title: string, measured: number, sample: number): ScoreLine => ({
  id,
  title,
  bound: '0',
  measured,
  unit: 'count',
  sample,
  holds: sample > 0 && measured === 0,
});

/**
 * From the cause to the first payment after which 99 % of those of the next 30 s succeed; 0 when none
 * was hurt; null: never while it lasted.
 */
export const failoverMs = (
  creates: readonly Attempt[],
  cause: { readonly fromMs: number; readonly toMs: number },
): number | null => {
  const during = creates.filter(within(cause.fromMs, cause.toMs)).sort((one, other) => one.startedMs - other.startedMs);
  for (const [index, { startedMs }] of during.entries()) {
    const ahead = during.slice(index).filter(within(startedMs, startedMs + lookAheadMs));
    if (ahead.length < 5) return null;
    if (ahead.filter(isGood).length >= 0.99 * ahead.length) return index === 0 ? 0 : startedMs - cause.fromMs;
  }
  return null;
};

const answered = (attempt: Attempt): boolean =>
  attempt.outcome !== 'silent' && attempt.endedMs - attempt.startedMs <= answeredWithinMs;

/** What the merchant believes about the money in the end; a hold is money that is not taken. */
const believes = ({
  create,
  capture,
  refund,
  captureNow,
  lastRead,
}: PaymentStory): 'taken' | 'not taken' | 'not known' => {
  if (lastRead !== null) {
    if (lastRead === 'unknown') return 'not known';
    return lastRead === 'captured' ? 'taken' : 'not taken';
  }
  const open = [create, capture, refund].find((one) => one?.outcome === 'unknown' || one?.outcome === 'silent');
  if (open !== undefined) return 'not known';
  if (create.outcome !== 'succeeded') return 'not taken';
  return captureNow || capture?.outcome === 'succeeded' ? 'taken' : 'not taken';
};

export const scoreCardOf = (observed: Observed, bounds: Bounds): ScoreCard => {
  const { payments, repeats, booked, notices, cause, lengthMs } = observed;
  const attempts = payments.flatMap(({ create, capture, refund }) =>
    [create, capture, refund].filter((attempt) => attempt !== null),
  );
  const innocent = attempts.filter((attempt) => attempt.innocent);
  const creates = innocent.filter(({ kind }) => kind === 'create');
  const calmUntilMs = cause?.fromMs ?? lengthMs;
  const byCard = Map.groupBy(booked, ({ card }) => card);
  const takenYen = (fingerprint: string): number =>
    (byCard.get(fingerprint) ?? []).reduce((sum, { capturedYen, refundedYen }) => sum + capturedYen - refundedYen, 0);
  const captures = (fingerprint: string): number =>
    (byCard.get(fingerprint) ?? []).filter(({ capturedYen, refundedYen }) => capturedYen > refundedYen).length;

  const lines: ScoreLine[] = [
    rateLine(
      'calm',
      'ordinary operations succeed before the trouble',
      innocent.filter(inCalm(calmUntilMs)),
      calmSuccess,
      10,
    ),
  ];
  if (cause !== null) {
    const settleMs = Math.min(settleMsMax, (cause.toMs - cause.fromMs) / 4);
    const settled = innocent.filter(within(cause.fromMs + settleMs, cause.toMs));
    lines.push(
      rateLine(
        'in-trouble',
        `ordinary operations succeed during it, ${settleMs / 1000} s after it began`,
        settled,
        bounds.successInCause,
      ),
      momentLine(
        'failover',
        'new payments succeed again',
        failoverMs(creates, cause),
        bounds.failoverMs,
        creates.length,
      ),
    );
    const first = notices.find(({ atMs, resolved }) => atMs >= cause.fromMs && !resolved);
    lines.push(
      momentLine(
        'first-notice',
        'the public is told',
        first === undefined ? null : first.atMs - cause.fromMs,
        bounds.firstNoticeMs,
        notices.length,
      ),
    );
    const early = notices.filter(({ resolved, atMs }) => resolved && atMs > cause.fromMs && atMs < cause.toMs);
    if (notices.length > 0)
      lines.push(noneLine('false-resolved', 'never called resolved while it lasts', early.length, notices.length));
    const recovered = innocent.filter(within(cause.toMs + settleMs, lengthMs));
    if (lengthMs - cause.toMs > settleMs + 5000)
      lines.push(rateLine('afterwards', 'ordinary operations succeed afterwards', recovered, calmSuccess, 10));
  }
  const answeredShare = innocent.length === 0 ? null : innocent.filter(answered).length / innocent.length;
  lines.push(
    {
      id: 'answered',
      title: `every call is answered within ${answeredWithinMs / 1000} s`,
      bound: '>= 0.99',
      measured: answeredShare,
      unit: 'share',
      sample: innocent.length,
      holds: answeredShare !== null && answeredShare >= 0.99,
    },
    noneLine(
      'one-key-one-payment',
      'a create that is sent twice with one key pays once',
      repeats.filter(({ cardFingerprint, ids }) => captures(cardFingerprint) > 1 || new Set(ids).size > 1).length,
      repeats.length,
    ),
    noneLine(
      'double-captures',
      'nothing is captured twice',
      payments.filter(({ cardFingerprint }) => captures(cardFingerprint) > 1).length,
      payments.length,
    ),
    noneLine(
      'taken-in-silence',
      'no money is taken that the merchant was told is not',
      payments.filter((story) => believes(story) === 'not taken' && takenYen(story.cardFingerprint) > 0).length,
      payments.length,
    ),
    noneLine(
      'told-too-much',
      'no payment is told as made that is not',
      payments.filter(
        (story) =>
          believes(story) === 'taken' &&
          (byCard.get(story.cardFingerprint) ?? []).every(({ capturedYen }) => capturedYen === 0),
      ).length,
      payments.length,
    ),
    noneLine(
      'unknown-left',
      'in the end every outcome is known',
      payments.filter((story) => believes(story) === 'not known').length,
      payments.length,
    ),
  );
  return { lines, held: lines.filter(({ holds }) => holds).length };
};
