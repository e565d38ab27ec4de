/**
 * Carries out card messages: the order of effects.
 *
 * A message is queued first and decided when a worker finishes it, against the books of that
 * moment. Its decision is in the ledger before anybody is told, and stays when nobody is.
 */
import type { Demand, Front, TurnedAway } from '../capacity/front.ts';
import type { Decider } from '../decided-by.ts';
import { drawAlphanumeric, drawDigits, drawFree } from '../handles.ts';
import { ruleFor } from '../issuers/cards.ts';
import { APPROVED, type IssuerDecision } from '../issuers/decision.ts';
import type { Issuers } from '../issuers/issuers.ts';
import { followingDay, salesDay } from '../ledger/business-day.ts';
import { fingerprintOf, type KnownCard, type Ledger, type Transaction } from '../ledger/ledger.ts';
import type { RowKind } from '../ledger/money.ts';
import type { Clock, Random } from '../ports.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { EscottBooks, EscottTransaction } from './books.ts';
import { companyCdFor, mcSecCdFor, responseCdFor } from './codes.ts';
import { type Step, stepFor } from './life.ts';
import type { CardMessage, Envelope } from './message.ts';

/** What goes back: fields beyond the echoed envelope, and who decided. */
export interface Answer {
  readonly decidedBy: Decider;
  readonly responseCd: string;
  readonly transactionId: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface EscottService {
  handle(tenant: Tenant, envelope: Envelope, message: CardMessage): TurnedAway | Promise<Answer>;
}

interface Dependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly front: Front;
  readonly ledger: Ledger;
  readonly issuers: Issuers;
  readonly books: EscottBooks;
  /** Longest delay of a listing row, milliseconds. */
  readonly listingLagMaxMs: number;
}

type NewPayment = Extract<CardMessage, { card: unknown }>;
type FollowUpMessage = Exclude<CardMessage, { card: unknown }>;

const demands: Readonly<Record<CardMessage['operation'], Demand>> = {
  check: { service: 'check', capped: true },
  authorise: { service: 'authorise', capped: true },
  gather: { service: 'authorise', capped: true },
  capture: { service: 'capture', capped: true },
  change: { service: 'change', capped: true },
  void: { service: 'void', capped: true },
  search: { service: 'search', capped: false },
};

const refusal = (responseCd: string, transactionId = ''): Answer => ({
  decidedBy: 'acquirer',
  responseCd,
  transactionId,
  fields: {},
});

export const createEscottService = (deps: Dependencies): EscottService => {
  const { clock, random, front, ledger, issuers, books } = deps;

  /** One stream per request, named by what it is. `nth`: the same request sent again is another. */
  const streamFor = (name: string, nth: number): Random => random.fork(nth === 0 ? name : `${name}#${nth}`);

  /** Appends to the ledger and, after the row's own delay, to the listing. */
  const record = (
    transaction: Transaction,
    kept: EscottTransaction | null,
    operateId: string,
    decision: { kind: RowKind; amountYen: number; code: string; serviceUs: number },
    stream: Random,
  ): void => {
    const row = ledger.post(transaction, { ...decision, atMs: clock.wallMs() });
    const soldOn = kept?.salesDate ?? '';
    books.list({
      row,
      operateId,
      amountYen: decision.code === 'OK' ? transaction.money.amountYen : decision.amountYen,
      processId: kept?.processId ?? '',
      processPass: kept?.processPass ?? '',
      visibleAtMs: clock.monotonicMs() + stream.float() * deps.listingLagMaxMs,
      salesDate: row.kind === 'capture' || row.kind === 'gather' ? soldOn : followingDay(soldOn, row.atMs),
    });
  };

  const described = (kept: EscottTransaction): Record<string, string> => ({
    ProcessId: kept.processId,
    ProcessPass: kept.processPass,
    CompanyCd: companyCdFor(kept.transaction.card.rule.brand),
    ApproveNo: kept.approveNo,
  });

  const decideNew = (
    tenant: Tenant,
    envelope: Envelope,
    message: NewPayment,
    card: KnownCard,
    stream: Random,
    serviceUs: number,
  ): Answer => {
    const amountYen = message.operation === 'check' ? 0 : message.amountYen;
    const decision = issuers.ask({
      tenant: tenant.id,
      card,
      amountYen: message.operation === 'check' ? null : amountYen,
      transaction: null,
      atMs: clock.wallMs(),
    });
    const transaction = ledger.open({
      id: drawFree(() => drawDigits(stream, 13), ledger.has),
      tenant: tenant.id,
      reference: envelope.free1,
      card,
    });
    const code = decision.approved ? 'OK' : responseCdFor(decision.code);
    const row = { kind: message.operation, amountYen, code, serviceUs };
    if (!decision.approved) {
      record(transaction, null, envelope.operateId, row, stream);
      return { decidedBy: 'issuer', responseCd: code, transactionId: transaction.id, fields: {} };
    }
    const kept: EscottTransaction = {
      processId: drawFree(() => drawAlphanumeric(stream, 32), books.hasProcess),
      processPass: drawAlphanumeric(stream, 32),
      approveNo: drawDigits(stream, 7),
      transaction,
      salesDate: message.operation === 'gather' ? salesDay(envelope.transactionDate, clock.wallMs()) : '',
      searches: 0,
    };
    books.keep(kept);
    record(transaction, kept, envelope.operateId, row, stream);
    return {
      decidedBy: 'issuer',
      responseCd: 'OK',
      transactionId: transaction.id,
      fields: { ...described(kept), McSecCd: mcSecCdFor(message.card.securityCodeSent, card.rule.securityCode) },
    };
  };

  const search = (kept: EscottTransaction): Answer => ({
    decidedBy: 'acquirer',
    responseCd: 'OK',
    transactionId: kept.transaction.id,
    fields: {
      ...described(kept),
      Amount: String(kept.transaction.money.amountYen),
      SalesDate: kept.salesDate,
      // Ours: the real answer's other fields are not public, and a caller has to see a cancellation.
      State: kept.transaction.money.state,
    },
  });

  /** Raising an amount asks the issuer. So does what needs a hold of an account: it may have lapsed. */
  const askAgain = (transaction: Transaction, { kind, askIssuer }: Step, amountYen: number): IssuerDecision => {
    const { tenant, card } = transaction;
    const atMs = clock.wallMs();
    if (kind === 'capture') return issuers.claim(transaction, atMs);
    const asks = askIssuer || (kind === 'change' && card.rule.account !== null);
    return asks ? issuers.ask({ tenant, card, amountYen, transaction, atMs }) : APPROVED;
  };

  const decideFollowUp = (
    tenant: Tenant,
    envelope: Envelope,
    message: FollowUpMessage,
    stream: Random,
    serviceUs: number,
  ): Answer => {
    const kept = books.find(tenant.id, message.handle);
    if (kept === undefined) return refusal('K12');
    if (message.operation === 'search') return search(kept);

    const { transaction } = kept;
    const wantedYen = message.operation === 'change' ? message.amountYen : 0;
    const step = stepFor(transaction.money, message.operation, wantedYen);
    if (step === null) return refusal('K14', transaction.id);

    const decision = askAgain(transaction, step, wantedYen);
    const code = decision.approved ? 'OK' : responseCdFor(decision.code);
    if (message.operation === 'capture' && decision.approved)
      kept.salesDate = salesDay(message.salesDate, clock.wallMs());
    const { kind, amountYen } = step;
    record(transaction, kept, envelope.operateId, { kind, amountYen, code, serviceUs }, stream);
    return {
      decidedBy: step.askIssuer || !decision.approved ? 'issuer' : 'acquirer',
      responseCd: code,
      transactionId: transaction.id,
      fields: decision.approved ? { ...described(kept), ...echoOf(message, kept) } : {},
    };
  };

  return {
    handle(tenant, envelope, message) {
      const demand = demands[message.operation];
      if ('card' in message) {
        const { number, expiry } = message.card;
        const card: KnownCard = {
          fingerprint: fingerprintOf(number),
          rule: ruleFor(number),
          expiry,
          lastFour: number.slice(-4),
        };
        const amountYen = message.operation === 'check' ? 0 : message.amountYen;
        const stream = streamFor(
          `${tenant.id}/${envelope.operateId}/${card.fingerprint}/${amountYen}/${envelope.free1}`,
          ledger.countOf(tenant.id, envelope.free1),
        );
        return front.pass(tenant, demand, stream, (serviceUs) =>
          decideNew(tenant, envelope, message, card, stream, serviceUs),
        );
      }
      const kept = books.find(tenant.id, message.handle);
      const amountYen = message.operation === 'change' ? message.amountYen : 0;
      const stream = streamFor(
        `${tenant.id}/${envelope.operateId}/${kept?.transaction.reference ?? ''}/${amountYen}/${envelope.free1}`,
        message.operation === 'search' && kept !== undefined ? kept.searches++ : 0,
      );
      return front.pass(tenant, demand, stream, (serviceUs) =>
        decideFollowUp(tenant, envelope, message, stream, serviceUs),
      );
    },
  };
};

const echoOf = (message: FollowUpMessage, { salesDate }: EscottTransaction): Record<string, string> => {
  if (message.operation === 'capture') return { SalesDate: salesDate };
  if (message.operation === 'change') return { Amount: String(message.amountYen) };
  return {};
};
