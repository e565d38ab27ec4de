/**
 * The mandate at work: a gate before every charge, the same before a card is registered, and what both
 * have found.
 *
 * Before the mandate's first day nothing is looked at: one comparison a charge. After it, what decides is in
 * memory (the profile of a merchant is read again after half a minute), so that most charges are judged
 * without a promise; only where an earlier payment matters is the store asked.
 */
import type { ChargeFacts, Gate, GateVerdict } from '../charges/gates.ts';
import { pass } from '../charges/gates.ts';
import type { GatewayError } from '../errors.ts';
import type { Call } from '../http/endpoint.ts';
import { ownerOf } from '../http/written.ts';
import { dayOf, startOfDayMs } from '../mandate/facts.ts';
import { type MandateRule, mandateRules } from '../mandate/rules.ts';
import { judge, performed, type Verdict } from '../mandate/verdict.ts';
import type { Enforcement, Mandate } from '../policy/mandate.ts';
import type { Clock, Log, Store, Tx } from '../ports.ts';
import type { CardRow, Flag, MandateFindingRow } from '../store/database.ts';
import type { Both } from '../words.ts';
import { asksHistory, assess, factsOf, type History, noHistory, outcomeOf, type Payment } from './assess.ts';
import { contactFacts } from './contact.ts';
import { declarationsOf, MandateProfile, type NewMandate, silence } from './profile.ts';
import { addFinding, authenticationsOf, firstPayment, profileOf, saveProfile, suspectedOf } from './store.ts';
import { createTally } from './tally.ts';
import { mandateWords } from './words.ts';

/** A merchant's mandate as it is kept in memory. */
export interface Known {
  readonly mandate: NewMandate;
  /** What is done about it: the merchant's own word, or the policy's. */
  readonly enforcement: Enforcement;
  /** Fingerprints of cards with a fraud dispute. */
  readonly suspected: ReadonlySet<string>;
  readonly readAtMs: number;
}

export interface Compliance {
  readonly gate: Gate;
  /** Brings into memory what `registration` decides by. */
  prepare(call: Call): Promise<void>;
  /** Before a card becomes a customer's, inside the caller's unit; null: it may. */
  registration(call: Call, card: CardRow): GatewayError | null;
  /** The merchant's mandate, read now. */
  known(merchantId: string): Promise<Known>;
  save(merchantId: string, mandate: NewMandate): Promise<void>;
  /** Something about a merchant changed that is kept in memory here. */
  forget(merchantId: string): void;
  /** What was paid with a card before. */
  history(tx: Tx, payment: HistoryOf): Promise<History>;
  flush(): Promise<void>;
}

export interface HistoryOf {
  readonly merchantId: string;
  readonly livemode: Flag;
  readonly customerId: string | null;
  readonly cardId: string;
  readonly beforeMs: number;
}

export interface ComplianceDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly policy: Mandate;
  readonly tellMerchant: (merchantId: string, facts: { readonly rule: string; readonly text: Both }) => void;
}

const missing = (rule: MandateRule): GatewayError => ({
  kind: 'three_d_secure_required',
  reason: `${rule}, ${mandateRules[rule].says}`,
});

const freshForMs = 30_000;
const merchantsMax = 10_000;
/** An authentication of the card answers for a contact point within this time. */
const contactProofMs = 24 * 3_600_000;

export const createCompliance = ({ clock, log, store, policy, tellMerchant }: ComplianceDeps): Compliance => {
  const { settings } = policy;
  const fromMs = startOfDayMs(policy.from);
  const kept = new Map<string, Known>();
  const told = new Map<string, number>();
  const findings = createTally<Omit<MandateFindingRow, 'id' | 'passed' | 'refused' | 'first_ms' | 'last_ms'>>({
    clock,
    write: async (id, kind, { passed, refused, atMs }) => {
      await store.unit((tx) => tx.run(addFinding, { ...kind, id, passed, refused, first_ms: atMs, last_ms: atMs }));
    },
  });

  const read = async (merchantId: string): Promise<Known> => {
    const [row, suspected] = await store.read(async (tx) => [
      await tx.first(profileOf, { merchant: merchantId }),
      await tx.all(suspectedOf, { merchant: merchantId }),
    ]);
    const mandate: NewMandate =
      row === undefined
        ? silence
        : {
            enforcement: row.enforcement as NewMandate['enforcement'],
            profile: MandateProfile.parse(JSON.parse(row.profile)),
          };
    const known: Known = {
      mandate,
      enforcement: mandate.enforcement ?? policy.enforcement,
      suspected: new Set(suspected.map(({ fingerprint }) => fingerprint)),
      readAtMs: clock.monotonicMs(),
    };
    if (kept.size >= merchantsMax) kept.clear();
    kept.set(merchantId, known);
    return known;
  };
  const recall = (merchantId: string): Known | undefined => {
    const known = kept.get(merchantId);
    return known !== undefined && clock.monotonicMs() - known.readAtMs < freshForMs ? known : undefined;
  };

  const history: Compliance['history'] = async (tx, { merchantId, livemode, customerId, cardId, beforeMs }) => {
    if (customerId === null) return noHistory;
    const first = await tx.first(firstPayment, {
      merchant: merchantId,
      livemode,
      customer: customerId,
      card: cardId,
      before: beforeMs,
    });
    if (first === undefined) return noHistory;
    return { paidBefore: true, firstAuthenticated: performed(outcomeOf(first.three_d_secure_status), settings) };
  };

  /** Writes a finding down, tells the merchant when it has not heard of this rule lately, and gives the verdict. */
  const found = (
    call: Call,
    enforcement: Enforcement,
    moment: string,
    rule: MandateRule,
    atMs: number,
  ): GateVerdict | Promise<GateVerdict> => {
    const { merchant, livemode } = ownerOf(call);
    const refusing = enforcement === 'enforce';
    const day = dayOf(atMs);
    const kind = { merchant_id: merchant, livemode, day, moment, rule };
    const writing = findings.add(`${merchant}/${livemode}/${day}/${moment}/${rule}`, () => kind, refusing);
    const subject = `${merchant}/${rule}`;
    if (livemode === 1 && atMs - (told.get(subject) ?? Number.NEGATIVE_INFINITY) >= policy.noticeEveryMs) {
      if (told.size >= merchantsMax) told.clear();
      told.set(subject, atMs);
      log.info({ event: 'mandate.missed', merchant, rule, moment, enforcement });
      tellMerchant(merchant, { rule, text: mandateWords(rule, refusing) });
    }
    const verdict: GateVerdict = refusing ? { kind: 'refuse', error: missing(rule) } : pass;
    return writing === undefined ? verdict : writing.then(() => verdict);
  };

  const concluded = (facts: ChargeFacts, known: Known, verdict: Verdict, moment: string) =>
    verdict.compliant ? pass : found(facts.call, known.enforcement, moment, verdict.rule, facts.nowMs);

  /** The contact point that a charge declares (TDS-14, -15, -17): its own authentication is none of the card. */
  const contactOf = async (facts: ChargeFacts, payment: Payment, known: Known): Promise<GateVerdict> => {
    const { merchant, livemode } = ownerOf(facts.call);
    const done = await store.read((tx) => tx.all(authenticationsOf, { merchant, livemode, card: facts.card.id }));
    const since = facts.nowMs - contactProofMs;
    const recent = done.some(
      ({ kind, status, finished_ms: at }) =>
        kind === 'card' && at !== null && at >= since && performed(outcomeOf(status), settings),
    );
    const ordinary = factsOf(payment, known.mandate.profile, noHistory, settings, false);
    const verdict = judge(
      contactFacts(ordinary, payment.declared.contact),
      { operations: recent ? ['CARD_3DS'] : [], riskAnalysis: known.mandate.profile.riskAnalysis },
      settings,
    );
    return concluded(facts, known, verdict, 'contact_point');
  };

  const judged = (facts: ChargeFacts, known: Known): GateVerdict | Promise<GateVerdict> => {
    // Asked about once more before it is paid.
    if (known.enforcement === 'off' || facts.threeDSecure === 'pending') return pass;
    const { profile } = known.mandate;
    const { form, card, origin, call } = facts;
    const payment: Payment = {
      atMs: facts.nowMs,
      amountYen: form.amount,
      customerId: form.customer ?? (origin.cardId === undefined ? null : card.customer_id),
      subscriptionId: origin.subscriptionId,
      reauthOf: origin.reauthOf,
      declared: declarationsOf(form.metadata),
      card,
      outcome: facts.threeDSecure,
      authenticatedYen: null,
    };
    const ruled = (before: History): GateVerdict | Promise<GateVerdict> => {
      const suspected = known.suspected.has(card.fingerprint);
      const { facts: seen, verdict } = assess(payment, profile, before, settings, suspected);
      return concluded(facts, known, verdict, seen.moment);
    };
    const afterContact = (): GateVerdict | Promise<GateVerdict> => {
      if (!asksHistory(payment, profile)) return ruled(noHistory);
      const { merchant: merchantId, livemode } = ownerOf(call);
      const of = { merchantId, livemode, customerId: payment.customerId, cardId: card.id, beforeMs: facts.nowMs };
      return store.read((tx) => history(tx, of)).then(ruled);
    };
    if (payment.declared.contact === null) return afterContact();
    return contactOf(facts, payment, known).then((verdict) => (verdict.kind === 'pass' ? afterContact() : verdict));
  };

  return {
    gate(facts) {
      if (facts.nowMs < fromMs) return pass;
      const merchantId = facts.call.principal.merchant.id;
      const known = recall(merchantId);
      return known === undefined ? read(merchantId).then((now) => judged(facts, now)) : judged(facts, known);
    },
    async prepare(call) {
      const merchantId = call.principal.merchant.id;
      if (clock.wallMs() >= fromMs && recall(merchantId) === undefined) await read(merchantId);
    },
    registration(call, card) {
      const nowMs = clock.wallMs();
      const merchantId = call.principal.merchant.id;
      const known = nowMs < fromMs ? undefined : kept.get(merchantId);
      if (known === undefined || known.enforcement === 'off') return null;
      const payment: Payment = {
        atMs: nowMs,
        amountYen: 0,
        customerId: '',
        subscriptionId: null,
        reauthOf: null,
        declared: declarationsOf(undefined),
        card,
        outcome: null,
        authenticatedYen: null,
      };
      const ordinary = factsOf(payment, known.mandate.profile, noHistory, settings, false);
      // Recurring may be authenticated at the first charge instead: the gate sees to that.
      if (ordinary.pattern === 'REC') return null;
      const did = performed(outcomeOf(card.three_d_secure_status), settings, 'registration');
      const done = { operations: did ? (['TOKEN_3DS'] as const) : [], riskAnalysis: true };
      const verdict = judge({ ...ordinary, moment: 'registration' }, done, settings);
      if (verdict.compliant) return null;
      const concluding = found(call, known.enforcement, 'registration', verdict.rule, nowMs);
      if (concluding instanceof Promise)
        concluding.catch(() => log.error({ event: 'mandate.unwritten', merchant: merchantId }));
      return known.enforcement === 'enforce' ? missing(verdict.rule) : null;
    },
    known: read,
    async save(merchantId, { enforcement, profile }) {
      const row = {
        merchant_id: merchantId,
        enforcement,
        profile: JSON.stringify(profile),
        updated_ms: clock.wallMs(),
      };
      await store.unit((tx) => tx.run(saveProfile, row));
      kept.delete(merchantId);
    },
    forget: (merchantId) => void kept.delete(merchantId),
    history,
    flush: findings.flush,
  };
};
