/**
 * Honest buyers at one merchant: they mistype and correct it, are refused and take another card, and pass 3-D Secure
 * where it is asked for, nearly always.
 */
import type { Random } from '../../gateway/ports.ts';
import { exponential, lognormalByMedian } from '../stage/distributions.ts';
import { cardIn, drawAddress, drawRange, issuerRanges, pick } from './draws.ts';
import type { Profile } from './profiles.ts';
import type { Ending, Payment, ShopFloor, Step } from './shop-floor.ts';

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
/** Carriers put thousands of phones behind one address. */
const carriers = Array.from({ length: 60 }, (_, index) => `203.0.${index >> 4}.${(index * 16 + 7) % 250}`);
const carrierShare = 0.3;
const emailShare = 0.6;
const challengeShare = 0.96;

/** What stood in the way of payers. */
export interface Hits {
  payments: number;
  steppedUp: number;
  declined: number;
  /** Tokens made without asking the issuer; nobody notices. */
  unchecked: number;
}

export const noHits = (): Hits => ({ payments: 0, steppedUp: 0, declined: 0, unchecked: 0 });

/** Puts something to be done at a time, in milliseconds. */
export type Plan = (atMs: number, act: (nowMs: number) => void) => void;

export interface HonestMerchant {
  /** Begins to plan arrivals; each plans the next. */
  begin(plan: Plan, fromMs: number, untilMs: number): void;
  readonly hits: Hits;
}

export const honestMerchant = (floor: ShopFloor, profile: Profile, random: Random): HonestMerchant => {
  const { refusedShare = 0.06, wrongShare = 0.025, storedShare = 0.2, leftShare = 0.15, amountYen = 'any' } = profile;
  const hits = noHits();
  const ownRanges =
    profile.issuers === undefined ? null : Array.from({ length: profile.issuers }, () => pick(random, issuerRanges));
  const ownAddresses =
    profile.addresses === undefined ? null : Array.from({ length: profile.addresses }, () => drawAddress(random));
  const stored: { readonly payment: Payment; readonly sinceMs: number }[] = [];

  let storedNext = 0;

  const paymentOf = (buyer: { readonly address: string | null; readonly email: string | null }): Payment => ({
    merchant: profile.id,
    number: cardIn(random, ownRanges === null ? drawRange(random) : pick(random, ownRanges)),
    expYear: 2027 + random.integer(0, 4),
    expMonth: random.integer(1, 12),
    email: buyer.email,
    address: buyer.address,
    amountYen: amountYen === 'any' ? Math.max(50, Math.round(lognormalByMedian(random, 3_500, 0.9))) : amountYen,
  });
  const storedCards = Math.ceil((profile.batch?.payments ?? 0) + profile.perMinute * storedShare * 1_440);
  for (let index = 0; index < storedCards; index += 1)
    stored.push({ payment: paymentOf({ address: null, email: null }), sinceMs: -40 * dayMs });

  const note = (step: Step): void => {
    if (step === 'stepped-up') hits.steppedUp += 1;
    else if (step === 'declined') hits.declined += 1;
    else if (step === 'unchecked') hits.unchecked += 1;
  };

  /** One card of one buyer; `says` is the truth about it. */
  const pay = (plan: Plan, payment: Payment, says: Ending, tries: number, nowMs: number, verified = false): void => {
    hits.payments += 1;
    const first = floor.token(payment, () => says);
    note(first);
    const again = (next: Payment, ending: Ending): void => {
      if (tries < 2)
        plan(nowMs + lognormalByMedian(random, 25_000, 0.5), (atMs) => pay(plan, next, ending, tries + 1, atMs));
    };
    if (first === 'wrong') {
      if (random.float() < 0.75) again(payment, random.float() < 0.8 ? 'approved' : 'wrong');
      return;
    }
    if (first === 'refused' || first === 'declined') {
      if (random.float() < 0.4) again(paymentOf(payment), draw());
      return;
    }
    if (random.float() < leftShare) return;
    // A check that was put off comes to light now.
    const later = first === 'unchecked' ? says : random.float() < refusedShare / 3 ? 'refused' : 'approved';
    plan(nowMs + lognormalByMedian(random, 8_000, 0.6), () => {
      if (profile.registers === true) {
        const kept = floor.registration(payment);
        note(kept);
        if (kept === 'stepped-up' && random.float() < challengeShare)
          floor.registration({ ...payment, verified: true });
        else if (kept !== 'approved') return;
      }
      const paid = floor.charge({ ...payment, verified }, () => later);
      note(paid);
      if (paid === 'stepped-up' && random.float() < challengeShare)
        floor.charge({ ...payment, verified: true }, () => later);
    });
  };

  const draw = (): Ending => {
    const chance = random.float();
    return chance < wrongShare ? 'wrong' : chance < wrongShare + refusedShare ? 'refused' : 'approved';
  };

  const payStored = (refused: number): void => {
    hits.payments += 1;
    const { payment, sinceMs } = stored[storedNext % stored.length]!;
    storedNext += 1;
    note(floor.charge(payment, () => (random.float() < refused ? 'refused' : 'approved'), { sinceMs }));
  };

  const rateAt = (minute: number): number => {
    const { rush, perMinute } = profile;
    const ofDay = minute % 1_440;
    // Nights are quiet: a quarter of the day's rate.
    const calm = ofDay < 360 ? perMinute / 4 : perMinute;
    return rush !== undefined && ofDay >= rush.atMinute && ofDay < rush.atMinute + rush.forMinutes
      ? perMinute * rush.times
      : calm;
  };
  const rateMax = profile.perMinute * (profile.rush?.times ?? 1);

  const arrive = (plan: Plan, nowMs: number): void => {
    if (random.float() < storedShare) {
      payStored(0.06);
      return;
    }
    const address =
      profile.byServer === true
        ? null
        : ownAddresses !== null
          ? pick(random, ownAddresses)
          : random.float() < carrierShare
            ? pick(random, carriers)
            : drawAddress(random);
    const email =
      profile.oneMailbox === true
        ? `desk@${profile.id}.example`
        : random.float() < emailShare
          ? `buyer${random.integer(0, 1e9)}@example.com`
          : null;
    pay(plan, paymentOf({ address, email }), draw(), 0, nowMs);
  };

  return {
    hits,
    begin(plan, fromMs, untilMs) {
      // Thinning: gaps of the greatest rate, of which some are nobody.
      const next = (nowMs: number): void => {
        const current = Math.max(rateAt(nowMs / minuteMs), rateAt(nowMs / minuteMs + 5));
        const bound = current === rateMax ? rateMax : Math.max(current, profile.perMinute);
        const atMs = nowMs + Math.min(5 * minuteMs, exponential(random, minuteMs / bound));
        if (atMs >= untilMs) return;
        const somebody = atMs - nowMs < 5 * minuteMs && random.float() < rateAt(atMs / minuteMs) / bound;
        plan(atMs, () => {
          if (somebody) arrive(plan, atMs);
          next(atMs);
        });
      };
      next(fromMs);
      const { batch } = profile;
      if (batch === undefined) return;
      for (let day = 0; day * dayMs < untilMs; day += 1)
        for (let index = 0; index < batch.payments; index += 1) {
          const atMs = day * dayMs + batch.atMinute * minuteMs + index * 200;
          if (atMs >= fromMs && atMs < untilMs) plan(atMs, () => payStored(batch.refusedShare));
        }
    },
  };
};
