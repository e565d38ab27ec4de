/**
 * From attempts and their ends to scores: the features of resilience-patterns section 14 in bounded memory.
 *
 * Pure but for its own memory; time comes with each attempt. Only new cards are evidence: a card that was good before
 * says nothing about a tester, whatever it comes to now, and so a month's renewals move nothing. A card counts once,
 * and once more when it turns out good after all.
 */
import type { Fraud, FraudRules, ScopeName } from '../policy/fraud.ts';
import { scopeNames } from '../policy/fraud.ts';
import { networkOf } from './address.ts';
import type { Attempt, Decision, Ending, NumberFacts } from './attempt.ts';
import { type Baseline, baseline, noteEnding } from './baseline.ts';
import { createBoundedMap } from './bounded-map.ts';
import { addAt, type Counters, counters, valueAt } from './decayed.ts';
import { type Distinct, distinctAt, noteAt, nothingSeen } from './distinct.ts';
import { isAlarmed, learnAt, prolong, type ScopeNumbers, type Steps, stepsOf, type Trail, trail } from './evidence.ts';
import { hashOf } from './hash.ts';
import { at, featureCount, type ReadyRules, readyRules } from './rules.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A key that several cards come by. */
interface Key extends Trail {
  cards: Distinct;
  /** Merchants, where that is asked. */
  shops: Distinct;
  readonly counts: Counters;
}
/** What was held; cards that turned out good this week and this hour, and those that failed this hour. */
const inKey = { held: 0, good: 2, goodNow: 4, failedNow: 6 } as const;

interface MerchantKey extends Trail {
  readonly busy: Trail;
  readonly base: Baseline;
  steps: Steps;
  busySteps: Steps;
  readonly counts: Counters;
  firstMs: number;
}
const inMerchant = { tokens: 0, used: 2, rate: 4, usual: 6 } as const;

interface CardKey {
  number: NumberFacts | null;
  address: string | null;
  email: string | null;
  /** It was good: since when. 0: never. */
  goodMs: number;
  /** Its first end was counted. */
  counted: boolean;
  /** It was kept from its issuer, and that was counted. */
  challenged: boolean;
  expiries: Distinct;
  readonly counts: Counters;
}
const inCard = { attempts: 0, day: 2, failures: 4 } as const;

const key = (): Key => ({
  ...trail(),
  cards: nothingSeen,
  shops: nothingSeen,
  counts: counters(4),
});
const card = (): CardKey => ({
  number: null,
  address: null,
  email: null,
  goodMs: 0,
  counted: false,
  challenged: false,
  expiries: nothingSeen,
  counts: counters(3),
});

/** What an attempt came to. The arrays are the engine's own until the next attempt: copy what is to be kept. */
export interface Judged {
  readonly score: number;
  readonly decision: Decision;
  /** Ids of the rules that held. */
  readonly fired: readonly string[];
  readonly features: Float64Array;
}

/** An alarm that was raised by an ending: what it is about. */
export interface Alarm {
  readonly scope: ScopeName;
  /** The key itself where it may be named: an address, a network, a merchant; else its hash. */
  readonly key: string;
}

export interface Engine {
  judge(attempt: Attempt, number?: NumberFacts | null): Judged;
  /** An issuer said so. Returns alarms that this raised, usually none. */
  learn(attempt: Attempt, ending: Ending): readonly Alarm[];
  /** It was kept from the issuer: challenged, or declined. */
  kept(attempt: Attempt): void;
  /** A token was used. */
  used(merchantId: string, atMs: number): void;
  /** From now on these rules; what was learned stays. */
  setRules(rules: FraudRules): void;
  /** What only the number tells. */
  numberFacts(pan: string): NumberFacts;
  /** Keys held, for the test that memory stays bounded. */
  size(): number;
}

const noAlarms: readonly Alarm[] = [];

/** Good cards in a week from which on a key is shared by many. */
const sharedFrom = 5;

export const createEngine = (numbers: Pick<Fraud, 'keysMax' | 'rules'>, seed: number): Engine => {
  const { keysMax } = numbers;
  let rules: FraudRules = numbers.rules;
  let ready: ReadyRules = readyRules(rules);
  let steps: Readonly<Record<ScopeName, Steps>>;
  const prepare = (next: FraudRules): void => {
    rules = next;
    ready = readyRules(next);
    const { honest, tester } = next.outcomes;
    steps = Object.fromEntries(
      scopeNames.map((name) => [name, stepsOf(honest, tester, next.scopes[name].mix)]),
    ) as Record<ScopeName, Steps>;
  };
  prepare(rules);

  const cards = createBoundedMap<CardKey>(keysMax);
  const addresses = createBoundedMap<Key>(keysMax);
  const networks = createBoundedMap<Key>(keysMax);
  const blocks = createBoundedMap<Key>(keysMax);
  const bins = createBoundedMap<Key>(keysMax);
  const emails = createBoundedMap<Key>(keysMax);
  const amounts = createBoundedMap<Trail>(keysMax);
  const merchants = createBoundedMap<MerchantKey>(keysMax);
  const row = new Float64Array(featureCount);
  let fired: string[] = [];

  const merchantOf = (id: string): MerchantKey =>
    merchants.take(id, () => ({
      ...trail(),
      busy: trail(),
      base: baseline(rules.outcomes.honest),
      steps: steps.merchant,
      busySteps: steps.busyMerchant,
      counts: counters(4),
      firstMs: 0,
    }));
  const amountKey = ({ merchantId, amountYen }: Attempt): string => `${merchantId}/${amountYen}`;
  const isStoredForLong = ({ storedAtMs, atMs }: Attempt): boolean => storedAtMs !== null && atMs - storedAtMs >= dayMs;

  const standing = (state: Trail, name: ScopeName, nowMs: number): number =>
    isAlarmed(state, rules.scopes[name], nowMs) ? 1 : 0;

  /** Not for a key by which many good cards came: it is shared, and its other payers would keep the alarm up. */
  const keepUp = (state: Key | null, by: ScopeNumbers, nowMs: number): void => {
    if (state !== null && valueAt(state.counts, inKey.good, nowMs, 7 * dayMs) < sharedFrom) prolong(state, by, nowMs);
  };

  const judge: Engine['judge'] = (attempt, number = null) => {
    const { kind, atMs } = attempt;
    const known = cards.take(attempt.card, card);
    if (number !== null) known.number = number;
    if (attempt.address !== null) known.address = attempt.address;
    if (attempt.email !== null) known.email = attempt.email;
    row.fill(0);
    row[at.cardAttempts] = addAt(known.counts, inCard.attempts, atMs, 5 * minuteMs);
    row[at.cardAttemptsDay] = addAt(known.counts, inCard.day, atMs, 12 * hourMs);
    row[at.cardFailures] = valueAt(known.counts, inCard.failures, atMs, 12 * hourMs);
    row[at.amountYen] = attempt.amountYen;
    row[at.stored] = attempt.stored ? 1 : 0;
    const isKnown = known.goodMs !== 0 || isStoredForLong(attempt);
    row[at.cardKnown] = isKnown ? 1 : 0;
    const merchant = merchantOf(attempt.merchantId);
    let address: Key | null = null;
    let network: Key | null = null;
    let block: Key | null = null;
    let email: Key | null = null;
    if (!isKnown) {
      const cardHash = hashOf(attempt.card, seed);
      if (kind === 'token' || attempt.expiry !== 0) {
        known.expiries = noteAt(known.expiries, attempt.expiry, atMs);
        row[at.cardExpiries] = distinctAt(known.expiries, atMs, dayMs);
      }
      if (known.address !== null) {
        address = addresses.take(known.address, key);
        address.cards = noteAt(address.cards, cardHash, atMs);
        row[at.addressCards] = distinctAt(address.cards, atMs, 10 * minuteMs);
        row[at.addressAlarm] = standing(address, 'address', atMs);
        row[at.addressHeld] = valueAt(address.counts, inKey.held, atMs, hourMs);
        address.shops = noteAt(address.shops, hashOf(attempt.merchantId, seed), atMs);
        row[at.addressShops] = distinctAt(address.shops, atMs, 10 * minuteMs);
        const failed = valueAt(address.counts, inKey.failedNow, atMs, hourMs);
        row[at.addressFailed] = failed;
        if (failed > 0)
          row[at.addressFailedShare] = failed / (failed + valueAt(address.counts, inKey.goodNow, atMs, hourMs));
        network = networks.take(networkOf(known.address), key);
        network.cards = noteAt(network.cards, cardHash, atMs);
        row[at.networkCards] = distinctAt(network.cards, atMs, 10 * minuteMs);
        row[at.networkAlarm] = standing(network, 'network', atMs);
      }
      if (known.email !== null) {
        email = emails.take(known.email, key);
        email.cards = noteAt(email.cards, cardHash, atMs);
        row[at.emailCards] = distinctAt(email.cards, atMs, 10 * minuteMs);
        row[at.emailAlarm] = standing(email, 'email', atMs);
      }
      if (known.number !== null) {
        block = blocks.take(known.number.block, key);
        block.cards = noteAt(block.cards, cardHash, atMs);
        row[at.neighbours] = distinctAt(block.cards, atMs, hourMs);
        row[at.blockAlarm] = standing(block, 'block', atMs);
        row[at.binAlarm] = standing(bins.take(known.number.bin, key), 'bin', atMs);
      }
      if (attempt.amountYen > 0) {
        const amount = amounts.get(amountKey(attempt));
        if (amount !== undefined) row[at.amountAlarm] = standing(amount, 'amount', atMs);
      }
      row[at.merchantAlarm] = Math.max(
        standing(merchant, 'merchant', atMs),
        standing(merchant.busy, 'busyMerchant', atMs),
      );
      if (merchant.firstMs === 0) merchant.firstMs = atMs;
      const nowRate = addAt(merchant.counts, inMerchant.rate, atMs, minuteMs) * Math.LN2;
      const usualRate = (addAt(merchant.counts, inMerchant.usual, atMs, 6 * hourMs) * Math.LN2) / 360;
      row[at.rateFactor] = atMs - merchant.firstMs < hourMs ? 1 : nowRate / Math.max(usualRate, 1 / 60);
    }
    if (kind === 'token') {
      const tokens = addAt(merchant.counts, inMerchant.tokens, atMs, 10 * minuteMs);
      const used = valueAt(merchant.counts, inMerchant.used, atMs, 10 * minuteMs);
      row[at.unusedTokens] = Math.max(0, tokens - used);
      row[at.unusedShare] = Math.max(0, 1 - used / tokens);
    }
    fired = [];
    const score = ready.score(kind, row, fired);
    const decision = ready.decisionAt(score);
    if (decision !== 'allow') {
      const { scopes } = rules;
      if (address !== null) addAt(address.counts, inKey.held, atMs, hourMs);
      keepUp(address, scopes.address, atMs);
      keepUp(network, scopes.network, atMs);
      keepUp(block, scopes.block, atMs);
      keepUp(email, scopes.email, atMs);
    }
    return { score, decision, fired, features: row };
  };

  /** Tells every key of the attempt; returns the alarms that this raised. */
  const hearAll = (attempt: Attempt, known: CardKey, ending: keyof Steps): readonly Alarm[] => {
    const { atMs } = attempt;
    const { scopes } = rules;
    const good = ending === 'approved';
    let alarms: Alarm[] | null = null;
    const hear = (scope: ScopeName, name: string | number, state: Trail, by: Steps): void => {
      if (!learnAt(state, scopes[scope], by, ending, atMs)) return;
      alarms ??= [];
      alarms.push({ scope, key: String(name) });
    };
    const hearKey = (scope: ScopeName, name: string | number, state: Key): void => {
      if (good) {
        addAt(state.counts, inKey.good, atMs, 7 * dayMs);
        addAt(state.counts, inKey.goodNow, atMs, hourMs);
      } else if (ending !== 'challenged') addAt(state.counts, inKey.failedNow, atMs, hourMs);
      hear(scope, name, state, steps[scope]);
    };
    // What stands at a narrower key explains a failure: others at this merchant are left alone.
    let explained = false;
    const hearNarrow = (scope: ScopeName, name: string | number, state: Key): void => {
      // What was kept back keeps an alarm up here; it raises none.
      if (ending === 'challenged' && !isAlarmed(state, scopes[scope], atMs)) return;
      hearKey(scope, name, state);
      explained ||= state.alarmUntilMs !== 0;
    };
    if (known.address !== null) {
      hearNarrow('address', known.address, addresses.take(known.address, key));
      const network = networkOf(known.address);
      hearNarrow('network', network, networks.take(network, key));
    }
    if (known.email !== null) hearNarrow('email', hashOf(known.email, seed), emails.take(known.email, key));
    if (known.number !== null) {
      const { bin, block } = known.number;
      hearNarrow('block', block, blocks.take(block, key));
      hearNarrow('bin', bin, bins.take(bin, key));
    }
    if (explained && !good) return alarms ?? noAlarms;
    if (attempt.amountYen > 0)
      hear('amount', amountKey(attempt), amounts.take(amountKey(attempt), trail), steps.amount);
    const merchant = merchantOf(attempt.merchantId);
    hear('merchant', attempt.merchantId, merchant, merchant.steps);
    hear('busyMerchant', attempt.merchantId, merchant.busy, merchant.busySteps);
    return alarms ?? noAlarms;
  };

  const learn: Engine['learn'] = (attempt, ending) => {
    const { atMs } = attempt;
    const known = cards.take(attempt.card, card);
    const wasGood = known.goodMs !== 0;
    if (ending === 'approved') {
      if (!wasGood) known.goodMs = Math.max(1, atMs);
    } else addAt(known.counts, inCard.failures, atMs, 12 * hourMs);
    // Its first end counts, and the first good one.
    if (wasGood || isStoredForLong(attempt) || (known.counted && ending !== 'approved')) return noAlarms;
    known.counted = true;
    const alarms = hearAll(attempt, known, ending);
    const { scopes } = rules;
    const merchant = merchantOf(attempt.merchantId);
    const high = Math.max(
      merchant.evidence / scopes.merchant.alarmAt,
      merchant.busy.evidence / scopes.busyMerchant.alarmAt,
    );
    if (noteEnding(merchant.base, rules.outcomes.honest, ending, high)) {
      const { tester } = rules.outcomes;
      merchant.steps = stepsOf(merchant.base.shares, tester, scopes.merchant.mix);
      merchant.busySteps = stepsOf(merchant.base.shares, tester, scopes.busyMerchant.mix);
    }
    return alarms;
  };

  return {
    judge,
    learn,
    kept(attempt) {
      const known = cards.take(attempt.card, card);
      if (known.challenged || known.goodMs !== 0) return;
      known.challenged = true;
      hearAll(attempt, known, 'challenged');
    },
    used(merchantId, atMs) {
      addAt(merchantOf(merchantId).counts, inMerchant.used, atMs, 10 * minuteMs);
    },
    setRules: prepare,
    numberFacts: (pan) => ({ bin: hashOf(pan.slice(0, 8), seed), block: hashOf(pan.slice(0, -4), seed) }),
    size: () =>
      cards.size() +
      addresses.size() +
      networks.size() +
      blocks.size() +
      bins.size() +
      emails.size() +
      amounts.size() +
      merchants.size(),
  };
};
