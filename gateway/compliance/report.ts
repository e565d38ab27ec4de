/**
 * A merchant's compliance report: every payment of a span judged by the table, protection beside it and
 * never inferred from it, and the shop as a whole. As data, as text, and as a page.
 */

import { dayOf } from '../mandate/facts.ts';
import { type MandateRule, mandateRules, type ProtectionRule, protectionRules } from '../mandate/rules.ts';
import type { MandateSettings } from '../mandate/settings.ts';
import { adoption, judgeShop, otherMeasures, performed } from '../mandate/verdict.ts';
import type { Store, Tx } from '../ports.ts';
import type { Flag } from '../store/database.ts';
import { asksHistory, assess, noHistory, outcomeOf, type Payment } from './assess.ts';
import type { Compliance, Known } from './compliance.ts';
import { html, type Markup, pageOf, table } from './html.ts';
import { declarationsOf } from './profile.ts';
import { disputesOf, findingsOf, type PaidCharge, paidCharges, registrations } from './store.ts';

interface RuleLine {
  readonly rule: MandateRule;
  readonly says: string;
  readonly source: string;
  readonly compliant: boolean;
  readonly count: number;
  readonly yen: number;
  /** Ids of payments, the oldest few. */
  readonly examples: readonly string[];
}

interface ProtectionLine {
  readonly protected: 'yes' | 'no' | 'undetermined';
  readonly rule: ProtectionRule;
  readonly says: string;
  readonly source: string;
  readonly count: number;
  readonly yen: number;
}

export interface ComplianceReport {
  readonly merchant: string;
  readonly name: string;
  readonly mode: 'live' | 'test';
  readonly fromMs: number;
  readonly toMs: number;
  readonly enforcement: string;
  readonly profile: Known['mandate']['profile'];
  readonly compliant: boolean;
  readonly adoption: { readonly by: string; readonly met: boolean };
  /** Rules that the shop as a whole meets or fails. */
  readonly shop: readonly { readonly rule: MandateRule; readonly says: string; readonly source: string }[];
  readonly missingMeasures: readonly string[];
  readonly registrations: { readonly all: number; readonly authenticated: number };
  readonly payments: {
    readonly all: number;
    readonly authenticated: number;
    readonly excepted: number;
    readonly yen: number;
  };
  readonly byRule: readonly RuleLine[];
  readonly protection: readonly ProtectionLine[];
  /**
   * Compliant or not, protected or not: two questions. A payment counts as compliant when it is, and every
   * other payment of the span with its card is, too.
   */
  readonly quadrants: Readonly<Record<'bothYes' | 'compliantOnly' | 'protectedOnly' | 'neither', number>>;
  /** What was asked for and missing at the time, refused payments too. */
  readonly findings: readonly {
    readonly moment: string;
    readonly rule: string;
    readonly passed: number;
    readonly refused: number;
  }[];
  readonly disputes: readonly {
    readonly id: string;
    readonly charge: string;
    readonly amountYen: number;
    readonly borneBy: string;
    readonly rule: string;
  }[];
}

export interface ReportDeps {
  readonly store: Store;
  readonly compliance: Pick<Compliance, 'known' | 'history' | 'flush'>;
  readonly settings: MandateSettings;
}

export interface ReportSpan {
  readonly merchant: string;
  readonly name: string;
  readonly livemode: Flag;
  readonly fromMs: number;
  readonly toMs: number;
}

const pageSize = 1_000;
const examplesMax = 5;

export const paymentOf = (charge: PaidCharge): Payment => ({
  atMs: Number(charge.created_ms),
  amountYen: Number(charge.amount),
  customerId: charge.customer_id,
  subscriptionId: charge.subscription_id,
  reauthOf: charge.reauth_of,
  declared: declarationsOf(JSON.parse(charge.metadata) as Record<string, string>),
  card: {
    created_ms: Number(charge.card_created_ms),
    three_d_secure_status: charge.card_status,
    customer_id: charge.card_customer,
  },
  outcome: outcomeOf(charge.three_d_secure_status),
  authenticatedYen: null,
});

/** Reads a page of payments at a time: a big merchant's month is never in memory at once. */
export const makeReport = async (deps: ReportDeps, span: ReportSpan): Promise<ComplianceReport> => {
  const { store, compliance, settings } = deps;
  await compliance.flush();
  const known = await compliance.known(span.merchant);
  const { profile } = known.mandate;
  const of = { merchant: span.merchant, livemode: span.livemode, from: span.fromMs, to: span.toMs };

  const byRule = new Map<
    string,
    { rule: MandateRule; compliant: boolean; count: number; yen: number; examples: string[] }
  >();
  const protection = new Map<
    string,
    { protected: 'yes' | 'no' | 'undetermined'; rule: ProtectionRule; count: number; yen: number }
  >();
  const cards = new Map<string, { compliant: boolean; protected: number; others: number }>();
  let [all, authenticated, excepted, yen] = [0, 0, 0, 0];

  const take = async (tx: Tx, charge: PaidCharge): Promise<void> => {
    const payment = paymentOf(charge);
    const history = asksHistory(payment, profile)
      ? await compliance.history(tx, {
          merchantId: span.merchant,
          livemode: span.livemode,
          customerId: charge.customer_id,
          cardId: charge.card_id,
          beforeMs: payment.atMs,
        })
      : noHistory;
    const seen = assess(payment, profile, history, settings, known.suspected.has(charge.fingerprint));
    const { compliant, rule } = seen.verdict;
    all += 1;
    yen += payment.amountYen;
    if (performed(payment.outcome, settings)) authenticated += 1;
    else if (compliant) excepted += 1;
    const line = byRule.get(`${rule}/${compliant}`) ?? { rule, compliant, count: 0, yen: 0, examples: [] };
    line.count += 1;
    line.yen += payment.amountYen;
    if (line.examples.length < examplesMax) line.examples.push(charge.id);
    byRule.set(`${rule}/${compliant}`, line);
    const { protected: is, rule: by } = seen.protection;
    const side = protection.get(`${is}/${by}`) ?? { protected: is, rule: by, count: 0, yen: 0 };
    side.count += 1;
    side.yen += payment.amountYen;
    protection.set(`${is}/${by}`, side);
    const card = cards.get(charge.card_id) ?? { compliant: true, protected: 0, others: 0 };
    if (!compliant) card.compliant = false;
    if (is === 'yes') card.protected += 1;
    else card.others += 1;
    cards.set(charge.card_id, card);
  };

  let after = { afterMs: -1, afterId: '' };
  for (;;) {
    const page = await store.read(async (tx) => {
      const charges = await tx.all(paidCharges, { ...of, ...after, limit: pageSize });
      for (const charge of charges) await take(tx, charge);
      return charges;
    });
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) break;
    after = { afterMs: Number(last.created_ms), afterId: last.id };
  }

  const quadrants = { bothYes: 0, compliantOnly: 0, protectedOnly: 0, neither: 0 };
  for (const card of cards.values()) {
    quadrants[card.compliant ? 'bothYes' : 'protectedOnly'] += card.protected;
    quadrants[card.compliant ? 'compliantOnly' : 'neither'] += card.others;
  }
  const rest = await store.read(async (tx) => ({
    registered: await tx.all(registrations, of),
    findings: await tx.all(findingsOf, of),
    disputes: await tx.all(disputesOf, of),
  }));
  const registered = { all: 0, authenticated: 0 };
  for (const { status, count } of rest.registered) {
    registered.all += Number(count);
    if (performed(outcomeOf(status), settings)) registered.authenticated += Number(count);
  }
  const shopFacts = {
    on: dayOf(span.toMs - 1),
    sellsByCardInJapan: profile.sellsByCardInJapan,
    adoptedOn: profile.adoptedOn,
    pattern: profile.pattern,
    registrations: registered,
    payments: { all, authenticated },
    excepted,
    riskAnalysis: profile.riskAnalysis,
    controls: profile.controls,
  };
  const shop = judgeShop(shopFacts);
  const lines = [...byRule.values()].toSorted((one, other) => (one.rule < other.rule ? -1 : 1));
  return {
    merchant: span.merchant,
    name: span.name,
    mode: span.livemode === 1 ? 'live' : 'test',
    fromMs: span.fromMs,
    toMs: span.toMs,
    enforcement: known.enforcement,
    profile,
    compliant: shop.compliant && lines.every(({ compliant }) => compliant),
    adoption: { by: adoption(shopFacts).by, met: adoption(shopFacts).met },
    shop: shop.rules.map((rule) => ({ rule, says: mandateRules[rule].says, source: mandateRules[rule].source })),
    missingMeasures: otherMeasures(profile.pattern, profile.controls).missing,
    registrations: registered,
    payments: { all, authenticated, excepted, yen },
    byRule: lines.map((line) => ({
      ...line,
      says: mandateRules[line.rule].says,
      source: mandateRules[line.rule].source,
    })),
    protection: [...protection.values()]
      .toSorted((one, other) => (one.rule < other.rule ? -1 : 1))
      .map((line) => ({ ...line, says: protectionRules[line.rule].says, source: protectionRules[line.rule].source })),
    quadrants,
    findings: rest.findings.map((one) => ({ ...one, passed: Number(one.passed), refused: Number(one.refused) })),
    disputes: rest.disputes.map(({ id, charge_id, amount, borne_by, rule }) => ({
      id,
      charge: charge_id,
      amountYen: Number(amount),
      borneBy: borne_by,
      rule,
    })),
  };
};

const spanText = ({ fromMs, toMs }: ComplianceReport): string => `${dayOf(fromMs)} to ${dayOf(toMs - 1)}`;
const yenText = (yen: number): string => `¥${String(yen).replace(/\B(?=(\d{3})+$)/g, ',')}`;

/** For a terminal. */
export const textOf = (report: ComplianceReport): string => {
  const { merchant, name, mode, enforcement, profile, payments, registrations: cards, quadrants } = report;
  const lines = [
    `3-D Secure mandate: ${merchant} (${name}), ${mode}, ${spanText(report)} (Japan)`,
    `${report.compliant ? 'COMPLIANT' : 'NOT COMPLIANT'}; pattern ${profile.pattern}, adopted ${profile.adoptedOn ?? 'not yet'}, policy ${enforcement}`,
    `payments ${payments.all} (${yenText(payments.yen)}), authenticated ${payments.authenticated}, excepted ${payments.excepted}; cards registered ${cards.all}, authenticated ${cards.authenticated}`,
    '',
    ...report.shop.map(({ rule, says, source }) => `  ${rule} ${says} [${source}]`),
    ...(report.missingMeasures.length === 0 ? [] : [`  missing: ${report.missingMeasures.join(', ')}`]),
    '',
    'By rule:',
    ...report.byRule.map(
      ({ rule, compliant, count, yen, says }) =>
        `  ${compliant ? 'ok ' : 'NOT'} ${rule} ${count} ${yenText(yen)} ${says}`,
    ),
    '',
    `Protected and compliant ${quadrants.bothYes} · compliant only ${quadrants.compliantOnly} · protected only ${quadrants.protectedOnly} · neither ${quadrants.neither}`,
    ...report.protection.map(
      ({ protected: is, rule, count, yen, says }) => `  ${is.padEnd(12)} ${rule} ${count} ${yenText(yen)} ${says}`,
    ),
    ...report.findings.map(
      ({ moment, rule, passed, refused }) =>
        `  at ${moment}: ${rule} missing, ${passed} let through, ${refused} refused`,
    ),
    ...report.disputes.map(
      ({ id, charge, amountYen, borneBy, rule }) =>
        `  dispute ${id} of ${charge}: ${yenText(amountYen)}, borne by ${borneBy} (${rule})`,
    ),
  ];
  return `${lines.join('\n')}\n`;
};

/** The page without its title: the operator's page shows it too. */
export const bodyOf = (report: ComplianceReport): Markup => {
  const { profile, payments, registrations: cards, quadrants } = report;
  const verdict = (compliant: boolean) =>
    html`<span class="${compliant ? 'good' : 'bad'}">${compliant ? 'compliant' : 'not compliant'}</span>`;
  const body = html`
<p>${spanText(report)}, days in Japan · ${report.mode} · <strong>${verdict(report.compliant)}</strong></p>
<dl><dt>Pattern</dt><dd>${profile.pattern}</dd><dt>3-D Secure in use</dt><dd>${profile.adoptedOn ?? 'not yet'} (due ${report.adoption.by})</dd>
<dt>Policy</dt><dd>${report.enforcement}</dd>
<dt>Payments</dt><dd>${payments.all}, ${yenText(payments.yen)}; authenticated ${payments.authenticated}, excepted ${payments.excepted}</dd>
<dt>Cards registered</dt><dd>${cards.all}; authenticated ${cards.authenticated}</dd>
${report.missingMeasures.length === 0 ? '' : html`<dt>Missing measures</dt><dd>${report.missingMeasures.join(', ')}</dd>`}</dl>
<h2>The shop</h2>
${table(
  'Rules that decide',
  ['Rule', 'Says', 'Source'],
  report.shop.map(({ rule, says, source }) => [rule, says, source]),
)}
<h2>Payments by rule</h2>
${table(
  'Every payment of the span, by the rule that decides about it',
  ['Verdict', 'Rule', 'Says', 'Source', 'Payments', 'Yen', 'For instance'],
  report.byRule.map(({ compliant, rule, says, source, count, yen, examples }) => [
    verdict(compliant),
    rule,
    says,
    source,
    count,
    yenText(yen),
    examples.map((id) => html`<code>${id}</code> `),
  ]),
)}
<h2>Chargeback protection</h2>
<p>Another question than compliance (S4 L60).</p>
${table(
  'Compliant and protected',
  ['Payments', 'protected', 'not protected'],
  [
    ['compliant', quadrants.bothYes, quadrants.compliantOnly],
    ['not compliant', quadrants.protectedOnly, quadrants.neither],
  ],
)}
${table(
  'By rule',
  ['Protected', 'Rule', 'Says', 'Source', 'Payments', 'Yen'],
  report.protection.map(({ protected: is, rule, says, source, count, yen }) => [
    is,
    rule,
    says,
    source,
    count,
    yenText(yen),
  ]),
)}
<h2>Asked for and missing</h2>
${table(
  'Counted when it happened; what was refused is no payment above',
  ['Moment', 'Rule', 'Let through', 'Refused'],
  report.findings.map(({ moment, rule, passed, refused }) => [moment, rule, passed, refused]),
)}
<h2>Disputes</h2>
${table(
  'Fraud chargebacks and who bears them',
  ['Dispute', 'Charge', 'Yen', 'Borne by', 'Rule'],
  report.disputes.map(({ id, charge, amountYen, borneBy, rule }) => [
    html`<code>${id}</code>`,
    html`<code>${charge}</code>`,
    yenText(amountYen),
    borneBy,
    rule,
  ]),
)}`;
  return body;
};

export const htmlOf = (report: ComplianceReport): string =>
  pageOf(`3-D Secure mandate · ${report.name}`, bodyOf(report));
