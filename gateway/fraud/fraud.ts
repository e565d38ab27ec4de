/**
 * The room's door: what the rooms that take cards ask before they ask an issuer, and tell afterwards.
 *
 * Decisions become answers here. `step_up` and `human` want 3-D Secure (a card check is put off until the payment
 * instead: the token is made unchecked, which tells a tester nothing); `decline` and `block` look like an issuer's
 * refusal. Whoever passed 3-D Secure is let through, unless a person said never.
 */
import type { GateVerdict } from '../charges/gates.ts';
import { pass } from '../charges/gates.ts';
import type { GatewayError } from '../errors.ts';
import type { Fraud as Numbers } from '../policy/fraud.ts';
import { FraudRules } from '../policy/fraud.ts';
import type { Clock, Entropy, Log, Random, Store } from '../ports.ts';
import type { CardRow } from '../store/database.ts';
import type { Outcome } from '../upstream/outcome.ts';
import { type Attempt, type Decision, endingOf, type NumberFacts } from './attempt.ts';
import { createEngine } from './engine.ts';
import { type Asked, createImitation, type Refusal } from './imitation.ts';
import { createLists, type Lists } from './lists.ts';
import { type Record as Book, createRecord } from './record.ts';

export interface FraudDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly entropy: Entropy;
  readonly log: Log;
  readonly store: Store;
  readonly numbers: Numbers;
  readonly fingerprint: (pan: string) => string;
  /** Numbers of published test cards. */
  readonly testCards: Iterable<string>;
  readonly dialectOf: (acquirer: string) => 'escott' | 'gmo-pg';
  /** Data of the rules file when it is another one than last time; null: it is not. @throws when it cannot be read */
  readonly rulesFile?: (() => { readonly data: unknown } | null) | undefined;
  /** Another instance may have changed the lists. */
  readonly shared: boolean;
}

/** Who asks: as much of an API call as is looked at. */
export interface Caller {
  readonly principal: {
    readonly merchant: { readonly id: string };
    readonly mode: 'live' | 'test';
    readonly kind: 'sk' | 'pk';
  };
  readonly address: string | null;
}

export type UsedCard = Pick<
  CardRow,
  'id' | 'fingerprint' | 'exp_year' | 'exp_month' | 'email' | 'customer_id' | 'created_ms'
> & { readonly three_d_secure_status?: string | null };

export type Proof = 'verified' | 'attempted' | 'pending' | null;

/** As much of a charge's facts as is looked at. */
export interface ChargeQuestion {
  readonly call: Caller;
  readonly form: { readonly amount: number };
  readonly origin: { readonly subscriptionId: string | null; readonly reauthOf: string | null };
  readonly card: UsedCard;
  readonly tokenId: string | null;
  readonly threeDSecure?: Proof;
}

export interface NewCard {
  readonly number: string;
  readonly expYear: number;
  readonly expMonth: number;
  readonly email: string | null;
}

/** One attempt that may reach an issuer; given back with what the issuer said. */
export interface Watched {
  readonly attempt: Attempt;
  readonly begunMs: number;
}

export type Declined = Extract<Outcome, { kind: 'declined' }>;

export type TokenVerdict =
  | { readonly kind: 'ask'; readonly watched: Watched }
  /** Make the token without asking anybody about the card. */
  | { readonly kind: 'unchecked' }
  | { readonly kind: 'decline'; readonly card: string };

export type Faults = readonly { readonly path: string; readonly reason: string }[];

export interface FraudRoom {
  readonly mode: Numbers['mode'];
  /** A `Gate` of the charges. */
  gate(facts: ChargeQuestion): GateVerdict;
  /** Before the check of a new card. Null: nobody judges here. */
  token(call: Caller, card: NewCard, tokenId: string): TokenVerdict | null;
  /** A token becomes a customer's card. Null: it may. */
  registration(call: Caller, card: UsedCard): GatewayError | null;
  /** A charge that passed is about to be asked for; null: nobody wants to know. */
  watch(facts: ChargeQuestion): Watched | null;
  /** The issuer's word. Technical failures may be told, too: they say nothing. */
  said(watched: Watched | null, acquirer: string, asked: Asked, outcome: Outcome): void;
  /** A refusal of ours in an issuer's words, when an issuer would have answered. */
  refuse(acquirer: string, asked: Asked, card: string, drawKey: string): Promise<Declined>;
  /** Replaces the rules; faults: the old ones stay. */
  setRules(data: unknown): Faults;
  /** Looks at the rules file now. Null: there is none. */
  reload(): Faults | null;
  /** Looks at the rules file, and says what is wrong with it, even if that was said before. */
  faultsOfFile(): Faults;
  /** The policy has other rules now. They hold unless a file of rules is in charge. */
  policyRules(rules: FraudRules): void;
  rules(): FraudRules;
  /** Where the running rules came from, since when, and what was wrong with the last ones that were not taken. */
  rulesState(): { readonly from: string; readonly sinceMs: number; readonly refused: Faults };
  readonly lists: Lists;
  readonly book: Book;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const noFeatures: readonly number[] = [];
/** What an issuer says that says nothing, as each dialect words it. */
const plainCodes = { escott: 'G12', 'gmo-pg': '42G120000' } as const;

/** Checked rules, or what is wrong with them and where. */
export const readRules = (data: unknown): { readonly rules: FraudRules } | { readonly faults: Faults } => {
  const parsed = FraudRules.safeParse(data);
  if (parsed.success) return { rules: parsed.data };
  return {
    faults: parsed.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), reason: 'is not known' }))
        : [{ path: issue.path.join('.'), reason: issue.message }],
    ),
  };
};

export const createFraud = (deps: FraudDeps): FraudRoom => {
  const { clock, random, log, numbers, fingerprint } = deps;
  const { mode } = numbers;
  const off = mode === 'off';
  const chance = random.fork('fraud');
  // The hashes of a process are its own: nobody can choose keys that collide. Off draws nothing.
  const engine = createEngine(numbers, off ? 0 : chance.fork('hash').integer(0, 0xffff_ffff));
  const exempt = new Set(numbers.exemptTestCards && !off ? [...deps.testCards].map(fingerprint) : []);
  const wallMs = (): number => clock.wallMs();
  const lists = createLists({ store: deps.store, entropy: deps.entropy, wallMs });
  const book = createRecord({ clock, entropy: deps.entropy, log, store: deps.store, numbers });
  const imitation = createImitation({
    clock,
    random: chance,
    medianMs: numbers.answerMedianMs,
    cardsMax: numbers.keysMax,
    plain: (acquirer) => ({ reason: 'card_declined', code: plainCodes[deps.dialectOf(acquirer)] }),
  });

  let rules = numbers.rules;
  let state: ReturnType<FraudRoom['rulesState']> = { from: 'policy', sinceMs: 0, refused: [] };
  let lookedMs = Number.NEGATIVE_INFINITY;
  /** Of the file as it was last read; an operator's mistakes are not among them. */
  let fileFaults: Faults = [];

  const take = (data: unknown, from: string): Faults => {
    const read = readRules(data);
    if ('faults' in read) {
      state = { ...state, refused: read.faults };
      log.warn({ event: 'fraud.rules-refused', from, faults: read.faults });
      return read.faults;
    }
    rules = read.rules;
    engine.setRules(rules);
    state = { from, sinceMs: wallMs(), refused: [] };
    log.info({ event: 'fraud.rules', from, rules: rules.rules.length });
    return [];
  };

  const reload = (): Faults | null => {
    const { rulesFile } = deps;
    if (rulesFile === undefined) return null;
    let found: { readonly data: unknown } | null;
    try {
      found = rulesFile();
    } catch (reason) {
      const faults = [{ path: '', reason: reason instanceof Error ? reason.message : String(reason) }];
      state = { ...state, refused: faults };
      log.warn({ event: 'fraud.rules-refused', from: 'file', faults });
      fileFaults = faults;
      return faults;
    }
    if (found === null) return [];
    fileFaults = take(found.data, 'file');
    return fileFaults;
  };

  /** Now and then, while payments come: nothing polls. */
  const look = (nowMs: number): void => {
    if (nowMs - lookedMs < numbers.lookEveryMs) return;
    lookedMs = nowMs;
    reload();
    if (deps.shared)
      lists.load().catch((reason: unknown) => log.warn({ event: 'fraud.lists-unread', reason: String(reason) }));
  };

  /** What is to be done, recorded. `verified`: 3-D Secure says who pays. */
  const decide = (
    attempt: Attempt,
    livemode: boolean,
    objectId: string | null,
    number: NumberFacts | null,
    proof: Proof,
  ): Decision => {
    look(attempt.atMs);
    const listed = lists.find(attempt, wallMs());
    if (listed !== null) {
      const decision = listed === 'allow' ? 'allow' : 'block';
      book.note({ attempt, livemode, decision, note: 'listed', score: 0, rules: [], features: noFeatures, objectId });
      return mode === 'observe' ? 'allow' : decision;
    }
    const { decision, score, fired, features } = engine.judge(attempt, number);
    let note: string | null = null;
    let done = decision;
    if (decision !== 'allow') {
      if (mode === 'observe') note = 'observed';
      else if (proof === 'verified' && decision !== 'block') note = 'verified';
      else if (proof !== null && (decision === 'step_up' || decision === 'human')) note = proof;
      // Whoever is on the way to 3-D Secure is asked again behind it.
      else if (proof === 'pending') note = proof;
      if (note !== null) done = 'allow';
    }
    book.note({ attempt, livemode, decision, note, score, rules: fired, features, objectId });
    if (done !== 'allow') engine.kept(attempt);
    return done;
  };

  const storedAtMs = (card: UsedCard, nowMs: number): number | null =>
    card.customer_id === null ? null : nowMs - Math.max(0, wallMs() - card.created_ms);

  const attemptOf = (facts: ChargeQuestion, atMs: number): Attempt => ({
    kind: 'charge',
    merchantId: facts.call.principal.merchant.id,
    card: facts.card.fingerprint,
    expiry: facts.card.exp_year * 100 + facts.card.exp_month,
    // The caller is the merchant's server; the payer's address came with the token.
    address: null,
    email: facts.card.email,
    amountYen: facts.form.amount,
    stored: facts.tokenId === null,
    storedAtMs: storedAtMs(facts.card, atMs),
    atMs,
  });

  /** Renewals come by themselves, on cards that were judged when they came; only a person's word stops them. */
  const byItself = ({ origin }: ChargeQuestion): boolean => origin.subscriptionId !== null || origin.reauthOf !== null;
  const isExempt = (card: string): boolean => exempt.size > 0 && exempt.has(card);
  const declined: GateVerdict = { kind: 'decline' };

  return {
    mode,
    lists,
    book,
    setRules: (data) => take(data, 'operator'),
    reload,
    faultsOfFile() {
      reload();
      return fileFaults;
    },
    policyRules(next) {
      if (deps.rulesFile === undefined) take(next, 'policy');
    },
    rules: () => rules,
    rulesState: () => state,
    gate(facts) {
      if (off || isExempt(facts.card.fingerprint)) return pass;
      const atMs = clock.monotonicMs();
      const attempt = attemptOf(facts, atMs);
      if (byItself(facts)) return lists.find(attempt, wallMs()) === 'deny' && mode === 'on' ? declined : pass;
      if (facts.tokenId !== null) engine.used(attempt.merchantId, atMs);
      const livemode = facts.call.principal.mode === 'live';
      switch (decide(attempt, livemode, facts.tokenId, null, facts.threeDSecure ?? null)) {
        case 'allow':
          return pass;
        case 'step_up':
        case 'human':
          return { kind: 'refuse', error: { kind: 'three_d_secure_required', reason: 'unusual' } };
        case 'decline':
        case 'block':
          return declined;
      }
    },
    token(call, { number, expYear, expMonth, email }, tokenId) {
      if (off) return null;
      const card = fingerprint(number);
      if (isExempt(card)) return null;
      const begunMs = clock.monotonicMs();
      const attempt: Attempt = {
        kind: 'token',
        merchantId: call.principal.merchant.id,
        card,
        expiry: expYear * 100 + expMonth,
        address: call.principal.kind === 'pk' ? call.address : null,
        email: email === null ? null : email.toLowerCase(),
        amountYen: 0,
        stored: false,
        storedAtMs: null,
        atMs: begunMs,
      };
      const livemode = call.principal.mode === 'live';
      switch (decide(attempt, livemode, tokenId, engine.numberFacts(number), null)) {
        case 'allow':
          return { kind: 'ask', watched: { attempt, begunMs } };
        case 'step_up':
        case 'human':
          return { kind: 'unchecked' };
        case 'decline':
        case 'block':
          return { kind: 'decline', card };
      }
    },
    registration(call, card) {
      if (off || isExempt(card.fingerprint)) return null;
      const atMs = clock.monotonicMs();
      const merchantId = call.principal.merchant.id;
      engine.used(merchantId, atMs);
      const attempt: Attempt = {
        kind: 'registration',
        merchantId,
        card: card.fingerprint,
        expiry: card.exp_year * 100 + card.exp_month,
        address: null,
        email: card.email,
        amountYen: 0,
        stored: false,
        storedAtMs: null,
        atMs,
      };
      const proof = card.three_d_secure_status === 'verified' ? 'verified' : null;
      // No issuer is asked here: the card holder's word is the good end.
      if (proof !== null) engine.learn(attempt, 'approved');
      switch (decide(attempt, call.principal.mode === 'live', card.id, null, proof)) {
        case 'allow':
          return null;
        case 'step_up':
        case 'human':
          return { kind: 'three_d_secure_required', reason: 'unusual' };
        case 'decline':
        case 'block':
          return { kind: 'card', code: 'card_declined' };
      }
    },
    watch(facts) {
      if (off || byItself(facts) || isExempt(facts.card.fingerprint)) return null;
      const begunMs = clock.monotonicMs();
      return { attempt: attemptOf(facts, begunMs), begunMs };
    },
    said(watched, acquirer, asked, outcome) {
      if (watched === null || (outcome.kind !== 'approved' && outcome.kind !== 'declined')) return;
      const { attempt, begunMs } = watched;
      const nowMs = clock.monotonicMs();
      const issuers = outcome.kind === 'declined' && outcome.reason !== 'processing_error';
      const refusal: Refusal | null = issuers ? { reason: outcome.reason, code: outcome.code } : null;
      if (outcome.kind === 'approved' || issuers)
        imitation.saw(acquirer, asked, attempt.card, refusal, nowMs - begunMs);
      if (outcome.kind === 'declined' && !issuers) return;
      const ending = outcome.kind === 'approved' ? 'approved' : endingOf(outcome.code, outcome.reason);
      for (const { scope, key } of engine.learn({ ...attempt, atMs: nowMs }, ending))
        log.info({ event: 'fraud.alarm', scope, key, merchant: attempt.merchantId });
    },
    async refuse(acquirer, asked, card, drawKey) {
      const { reason, code } = await imitation.refuse(acquirer, asked, card, drawKey);
      return { kind: 'declined', reason, code };
    },
    async start() {
      if (off) return;
      reload();
      await lists.load();
      await book.start();
    },
    stop: () => (off ? Promise.resolve() : book.stop()),
  };
};
