/** One recipe played beside honest traffic: what reached an issuer, what was confirmed, and who else was hurt. */
import { createRandom } from '../stage/random.ts';
import { cardIn, drawAddress, drawRange, issuerRanges, pick, withCheckDigit } from './draws.ts';
import { type Hits, honestMerchant, noHits } from './honest.ts';
import type { Recipe } from './recipes.ts';
import { type Ending, openShopFloor, type Payment, type Step } from './shop-floor.ts';
import { createTimeline } from './timeline.ts';

export interface AttackFigures {
  readonly recipe: string;
  readonly seed: number;
  readonly attempts: number;
  /** Attempts of which an issuer heard. */
  readonly reached: number;
  /** After so many attempts, and so long after the first, at most one in a hundred reaches an issuer. */
  readonly containedAfter: number;
  readonly containedMs: number;
  /** Good cards that the tester knows to be good. */
  readonly confirmed: number;
  /** Honest payments at the same merchants from the first attempt on. */
  readonly beside: Hits;
}

const warmUpMs = 6 * 3_600_000;
const fewAddresses = 5;

export const playAttack = (
  recipe: Recipe,
  seed: number,
  numbers: Parameters<typeof openShopFloor>[1],
): AttackFigures => {
  const floor = openShopFloor(seed, numbers);
  const random = createRandom(seed, `attack/${recipe.id}`);
  const timeline = createTimeline();
  const lengthMs = recipe.attempts * recipe.everyMs;
  const fast = lengthMs < 3_600_000;
  const startMs = warmUpMs;
  const untilMs = startMs + lengthMs + (fast ? 60_000 : 0);

  const shops = Array.from({ length: recipe.merchants }, (_, index) =>
    honestMerchant(
      floor,
      { id: `shop-${index}`, what: '', perMinute: recipe.besidePerMinute },
      random.fork(`shop/${index}`),
    ),
  );
  for (const shop of shops) shop.begin(timeline.plan, 0, untilMs);
  const before = noHits();
  timeline.plan(startMs, () => {
    for (const { hits } of shops) for (const name of Object.keys(before) as (keyof Hits)[]) before[name] += hits[name];
  });

  const range = pick(random, issuerRanges);
  const first = random.integer(1_000_000, 8_000_000);
  const addresses = Array.from({ length: fewAddresses }, () => drawAddress(random));
  const network = drawAddress(random).replace(/\d+$/, '');
  const victim = cardIn(random, range);

  const numberOf = (index: number): string => {
    switch (recipe.numbers) {
      case 'sequence':
        return withCheckDigit(range + String(first + index).padStart(7, '0'));
      case 'stride':
        return withCheckDigit(range + String(first + index * 37).padStart(7, '0'));
      case 'issuer':
        return cardIn(random, range);
      case 'list':
        return cardIn(random, drawRange(random));
      case 'codes':
      case 'dates':
        return victim;
    }
  };
  const addressOf = (): string | null => {
    switch (recipe.from) {
      case 'one':
        return addresses[0]!;
      case 'few':
        return pick(random, addresses);
      case 'network':
        return network + random.integer(1, 254);
      case 'own-each':
        return drawAddress(random);
      case 'server':
        return null;
    }
  };

  const reachedAt: number[] = [];
  const times: number[] = [];
  const confirmed = new Set<string>();
  const attempt = (index: number): void => {
    const live = random.float() < recipe.liveShare;
    const generated = recipe.numbers !== 'list';
    const dead: Ending = random.float() < (generated ? 0.92 : 0.6) ? 'wrong' : 'refused';
    const payment: Payment = {
      merchant: `shop-${index % recipe.merchants}`,
      number: numberOf(index),
      expYear: 2027 + (recipe.numbers === 'dates' ? Math.floor(index / 12) % 6 : random.integer(0, 4)),
      expMonth: recipe.numbers === 'dates' ? (index % 12) + 1 : random.integer(1, 12),
      email:
        recipe.email === 'none'
          ? null
          : recipe.email === 'one'
            ? 'a@mail.example'
            : `x${random.integer(0, 1e9)}@mail.example`,
      address: addressOf(),
      amountYen: recipe.amountYen === 'any' ? random.integer(300, 9_000) : recipe.amountYen,
    };
    let asked = false;
    const says = (): Ending => {
      asked = true;
      return live ? 'approved' : dead;
    };
    const told = (step: Step): void => {
      if (step === 'approved') confirmed.add(payment.number);
    };
    const checked = floor.token(payment, says);
    told(checked);
    if (checked === 'approved' || checked === 'unchecked') {
      if (recipe.via === 'checkout') told(floor.charge(payment, says));
      // Registering asks no issuer: it confirms nothing by itself.
      else if (recipe.via === 'registration') floor.registration(payment);
    }
    if (asked) reachedAt.push(index);
  };
  let atMs = startMs;
  for (let index = 0; index < recipe.attempts; index += 1) {
    const number = index;
    times.push(atMs - startMs);
    timeline.plan(atMs, () => attempt(number));
    atMs += recipe.everyMs * (0.5 + random.float());
  }
  timeline.run(floor.setMs);

  // From the end: as long as one in a hundred of those that come later reach an issuer.
  let containedAfter = recipe.attempts;
  let leaked = 0;
  for (let index = recipe.attempts - 1, at = reachedAt.length - 1; index >= 0; index -= 1) {
    if (reachedAt[at] === index) {
      leaked += 1;
      at -= 1;
    }
    if (leaked > 0.01 * recipe.attempts) break;
    containedAfter = index;
  }
  const beside = noHits();
  for (const name of Object.keys(beside) as (keyof Hits)[])
    beside[name] = shops.reduce((sum, { hits }) => sum + hits[name], 0) - before[name];
  return {
    recipe: recipe.id,
    seed,
    attempts: recipe.attempts,
    reached: reachedAt.length,
    containedAfter,
    containedMs: times[Math.min(containedAfter, times.length - 1)] ?? 0,
    confirmed: confirmed.size,
    beside,
  };
};
