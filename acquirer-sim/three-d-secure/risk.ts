/**
 * Risk-based authentication: points from the amount, the card's history, the address and the device (the seed
 * deck names them: the ACS judges "past transactions and the user's address"). The points themselves are ours.
 */

export interface Facts {
  /** Null: nothing is bought, a card is registered. */
  readonly amountYen: number | null;
  /** Delivery goes elsewhere than bills; null = not said. */
  readonly isElsewhere: boolean | null;
  readonly wish: string | null;
  /** The 3DS Method was there and did not complete. */
  readonly methodFailed: boolean;
  readonly past: Past;
}

/** What the issuer remembers of a card when it is asked. */
export interface Past {
  readonly passedBefore: boolean;
  /** The device of this request passed with this card before. */
  readonly deviceKnown: boolean;
  readonly failedIn24h: number;
  /** Attempts of the last ten minutes, without this one. */
  readonly attemptsIn10min: number;
}

export type RiskDecision = 'frictionless' | 'challenge' | 'reject' | 'inform';

const amountPoints = (amountYen: number | null): number => {
  if (amountYen === null || amountYen < 10_000) return 0;
  if (amountYen < 50_000) return 40;
  return amountYen < 200_000 ? 55 : 70;
};

export const CHALLENGE_FROM = 50;
export const REJECT_FROM = 120;
const ATTEMPTS_MAX = 5;

export const pointsOf = ({ amountYen, isElsewhere, methodFailed, wish, past }: Facts): number => {
  let points = amountPoints(amountYen);
  if (!past.passedBefore) points += 10;
  points += Math.min(60, 20 * past.failedIn24h);
  if (past.attemptsIn10min >= ATTEMPTS_MAX) points += 40;
  if (isElsewhere === true) points += 10;
  if (past.deviceKnown) points -= 25;
  else if (past.passedBefore) points += 15;
  if (methodFailed) points += 5;
  if (wish === '02' || wish === '05' || wish === '07' || wish === '08') points -= 20;
  return points;
};

export const judge = (facts: Facts): RiskDecision => {
  // Data are shared and nothing is asked for (emv-3ds.md section 4, `I`).
  if (facts.wish === '06') return 'inform';
  const points = pointsOf(facts);
  if (points >= REJECT_FROM) return 'reject';
  if (points >= CHALLENGE_FROM) return 'challenge';
  return facts.wish === '03' || facts.wish === '04' || facts.wish === '09' ? 'challenge' : 'frictionless';
};
