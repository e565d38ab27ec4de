/**
 * Everything chance decides about one intent, drawn at once from the intent's own stream.
 *
 * The stream's name is the member and the ordinal, never the order of arrival, and the draws do
 * not look at any answer: leaving out a member or changing a policy leaves all other intents as
 * they were (design.md section 3, common random numbers).
 */
import type { Random } from '../../gateway/ports.ts';
import { exponential, lognormalByMedian } from '../stage/distributions.ts';
import { drawWhims, type Whims } from './awkward.ts';
import { type BuyerCard, drawCard } from './cards.ts';
import type { Habits, Member } from './members.ts';
import type { Cast } from './schema.ts';
import { drawSubscribes, type Subscribes } from './subscribers.ts';

export interface FollowUp {
  /** From the answer it follows. */
  readonly afterMs: number;
  readonly amountYen: number;
}

export interface Intent {
  readonly ordinal: number;
  /** Wait since the member's previous intent, or since its traffic started. */
  readonly gapMs: number;
  readonly kind: 'create' | 'registration';
  readonly amountYen: number;
  readonly captureNow: boolean;
  /** Create: on a stored card. Registration: a further card for an existing customer. */
  readonly stored: boolean;
  /** Which of the member's customers. */
  readonly customer: number;
  /** Create on a stored card: names the card too, where the customer alone would do. */
  readonly namesCard: boolean;
  readonly card: BuyerCard;
  readonly patienceMs: number;
  /** Null: none follows. A capture only follows an authorisation. */
  readonly capture: FollowUp | null;
  readonly refund: FollowUp | null;
  /** The card holder is authenticated first; absent: nobody asks for that. */
  readonly threeDSecure?: { readonly thinkMs: number };
  /** What its shop does beside what it is asked for; none of it when the shop has no such habits. */
  readonly whims: Whims;
  /** The customer begins a plan beside it. */
  readonly subscribes: Subscribes | null;
}

/** The least PAY.JP captures (payjp-api section 3.1). */
const captureYenMin = 50;

/** Draws intent number `ordinal` of a member. `random` is the cast's root stream. */
export const drawIntent = (
  random: Random,
  member: Member,
  ordinal: number,
  patience: Cast['buyers']['patienceMs'],
): Intent => {
  const { habits } = member;
  const stream = random.fork(`${member.id}/${ordinal}`);
  const gapMs = exponential(stream, 1000 / habits.operationsPerSecond);
  const kind =
    stream.float() * (habits.mix.create + habits.mix.registration) < habits.mix.create ? 'create' : 'registration';
  const amountYen = drawAmountYen(stream, habits);
  const captureNow = stream.float() < habits.captureNowShare;
  const stored = stream.float() < (kind === 'create' ? habits.storedCardShare : habits.addCardShare);
  const customer = stream.integer(0, habits.customers - 1);
  const namesCard = stream.float() < 0.5;
  const card = drawCard(stream, habits.brands);
  const patienceMs = lognormal(stream, patience);
  const capture = drawCapture(stream, habits, amountYen);
  const capturedYen = captureNow ? amountYen : (capture?.amountYen ?? 0);
  const refund = drawRefund(stream, habits, capturedYen);
  return {
    ordinal,
    gapMs,
    kind,
    amountYen,
    captureNow,
    stored,
    customer,
    namesCard,
    card,
    patienceMs,
    capture: captureNow ? null : capture,
    refund,
    ...drawThreeDSecure(random, member, ordinal, kind === 'create' && !stored),
    whims: drawWhims(random, habits.awkward, member.id, ordinal),
    subscribes: kind === 'create' && stored ? drawSubscribes(random, habits, member.id, ordinal) : null,
  };
};

/** From a stream of its own: a group that asks for it draws everything else as before. */
const drawThreeDSecure = (
  random: Random,
  { id, habits: { threeDSecure } }: Member,
  ordinal: number,
  mayAsk: boolean,
): Pick<Intent, 'threeDSecure'> => {
  if (threeDSecure === undefined || threeDSecure.share === 0 || !mayAsk) return {};
  const stream = random.fork(`${id}/${ordinal}/3-d-secure`);
  const asks = stream.float() < threeDSecure.share;
  const thinkMs = lognormal(stream, threeDSecure.thinkMs);
  return asks ? { threeDSecure: { thinkMs } } : {};
};

const drawAmountYen = (stream: Random, { amountsYen }: Habits): number =>
  Math.min(amountsYen.max, Math.max(amountsYen.min, Math.round(lognormal(stream, amountsYen))));

const drawCapture = (stream: Random, { followUps }: Habits, heldYen: number): FollowUp | null => {
  const comes = stream.float() < followUps.captureShare;
  const partial = stream.float() < followUps.partialCaptureShare;
  // Half to all of what was held: goods that were out of stock, not another order.
  const part = Math.max(captureYenMin, Math.round(heldYen * (0.5 + stream.float() / 2)));
  const afterMs = lognormal(stream, followUps.captureAfterMs);
  return comes ? { afterMs, amountYen: partial ? Math.min(part, heldYen) : heldYen } : null;
};

const drawRefund = (stream: Random, { followUps }: Habits, capturedYen: number): FollowUp | null => {
  const comes = stream.float() < followUps.refundShare;
  const partial = stream.float() < followUps.partialRefundShare;
  const part = Math.max(1, Math.round(capturedYen * stream.float()));
  const afterMs = lognormal(stream, followUps.refundAfterMs);
  return comes && capturedYen > 0 ? { afterMs, amountYen: partial ? part : capturedYen } : null;
};

const lognormal = (stream: Random, { median, sigma }: { readonly median: number; readonly sigma: number }): number =>
  lognormalByMedian(stream, median, sigma);
