/**
 * Carries out card messages: the order of effects.
 *
 * A message is queued first and decided when a worker finishes it, against the books of that
 * moment. Its decision is in the ledger before anybody is told, and stays when nobody is.
 */
import type { Demand, Front, TurnedAway } from '../capacity/front.ts';
import { drawAlphanumeric, drawDigits, drawFree } from '../handles.ts';
import { APPROVED, type IssuerDecision } from '../issuers/decision.ts';
import type { Issuers } from '../issuers/issuers.ts';
import { followingDay, salesDay } from '../ledger/business-day.ts';
import type { Ledger, Transaction } from '../ledger/ledger.ts';
import type { RowKind } from '../ledger/money.ts';
import type { Clock, Random } from '../ports.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { type Answer, refusal } from './answer.ts';
import type { EscottBooks, EscottTransaction } from './books.ts';
import type { CardSources, MeantCard, PreparedSource } from './card-sources.ts';
import { companyCdFor, mcSecCdFor, responseCdFor } from './codes.ts';
import { mayReauthorise, type Step, stepFor } from './life.ts';
import type { Members } from './members.ts';
import type { Attribute, CardMessage, Envelope } from './message.ts';
import { addMember, objectionToAdding } from './new-members.ts';

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
  readonly sources: CardSources;
  readonly members: Members;
  /** Longest delay of a listing row, milliseconds. */
  readonly listingLagMaxMs: number;
}

type NewPayment = Extract<CardMessage, { card: unknown }>;
type FollowUpMessage = Exclude<CardMessage, { card: unknown }>;
type ReauthoriseMessage = Extract<CardMessage, { operation: 'reauthorise' }>;

const demands: Readonly<Record<CardMessage['operation'], Demand>> = {
  check: { service: 'check', capped: true },
  authorise: { service: 'authorise', capped: true },
  gather: { service: 'authorise', capped: true },
  capture: { service: 'capture', capped: true },
  change: { service: 'change', capped: true },
  void: { service: 'void', capped: true },
  reauthorise: { service: 'authorise', capped: true },
  search: { service: 'search', capped: false },
};

export const createEscottService = (deps: Dependencies): EscottService => {
  const { clock, random, front, ledger, issuers, books, sources, members } = deps;

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

  /** What the issuer says about what else it was told. A card whose code cannot be checked has nothing checked. */
  const remarks = ({ card, securityCodeSent }: MeantCard, attributes: readonly Attribute[]): Record<string, string> => {
    const checked = card.rule.securityCode === 'unavailable' ? '9' : '0';
    return {
      McSecCd: mcSecCdFor(securityCodeSent, card.rule.securityCode),
      ...Object.fromEntries(attributes.map((name) => [`Mc${name}`, checked])),
    };
  };

  const openTransaction = (tenant: string, reference: string, card: MeantCard['card'], stream: Random): Transaction =>
    ledger.open({ id: drawFree(() => drawDigits(stream, 13), ledger.has), tenant, reference, card });

  const decideNew = (
    tenant: Tenant,
    envelope: Envelope,
    message: NewPayment,
    source: PreparedSource,
    stream: Random,
    serviceUs: number,
  ): Answer => {
    const joining = message.addMember;
    const objection = joining === null ? null : objectionToAdding(members, tenant.id, joining);
    if (objection !== null) return refusal(objection);
    const meant = source.resolve();
    if (typeof meant === 'string') return refusal(meant);
    const { card } = meant;
    const { operation } = message;
    const atMs = clock.wallMs();
    const amountYen = operation === 'check' ? 0 : message.amountYen;
    const asked = operation === 'check' ? null : amountYen;
    const decision = issuers.ask({ tenant: tenant.id, card, amountYen: asked, transaction: null, atMs });
    const transaction = openTransaction(tenant.id, envelope.free1, card, stream);
    const code = decision.approved ? 'OK' : responseCdFor(decision.code);
    const row = { kind: operation, amountYen, code, serviceUs };
    if (!decision.approved) {
      record(transaction, null, envelope.operateId, row, stream);
      return { decidedBy: 'issuer', responseCd: code, transactionId: transaction.id, fields: {} };
    }
    const kept: EscottTransaction = {
      processId: drawFree(() => drawAlphanumeric(stream, 32), books.hasProcess),
      processPass: drawAlphanumeric(stream, 32),
      approveNo: drawDigits(stream, 7),
      transaction,
      opened: operation,
      kaiinId: joining?.keys?.kaiinId ?? meant.kaiinId,
      salesDate: operation === 'gather' ? salesDay(envelope.transactionDate, atMs) : '',
      searches: 0,
      reauthorisations: 0,
    };
    books.keep(kept);
    record(transaction, kept, envelope.operateId, row, stream);
    const joined = joining === null ? {} : addMember(members, tenant.id, joining, meant, stream, atMs);
    return {
      decidedBy: 'issuer',
      responseCd: 'OK',
      transactionId: transaction.id,
      fields: { ...described(kept), ...remarks(meant, message.attributes), ...joined },
    };
  };

  /** The handle and the card as before, another transaction: it repeats what the first one was. */
  const reauthorise = (
    kept: EscottTransaction,
    envelope: Envelope,
    { amountYen, salesDate }: ReauthoriseMessage,
    stream: Random,
    serviceUs: number,
  ): Answer => {
    const { transaction: former, opened } = kept;
    if (!mayReauthorise(former.money)) return refusal('K14', former.id);
    const { tenant, card, reference } = former;
    const atMs = clock.wallMs();
    const decision = issuers.ask({ tenant, card, amountYen, transaction: null, atMs });
    const transaction = openTransaction(tenant, reference, card, stream);
    const code = decision.approved ? 'OK' : responseCdFor(decision.code);
    if (decision.approved) {
      kept.transaction = transaction;
      kept.approveNo = drawDigits(stream, 7);
      kept.salesDate = opened === 'gather' ? salesDay(salesDate, atMs) : '';
    }
    const row = { kind: opened, amountYen, code, serviceUs };
    record(transaction, decision.approved ? kept : null, envelope.operateId, row, stream);
    const fields = decision.approved ? described(kept) : {};
    return { decidedBy: 'issuer', responseCd: code, transactionId: transaction.id, fields };
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
    // A caller that names another member than the one whose card paid means another transaction.
    if (message.kaiinId !== '' && message.kaiinId !== kept.kaiinId) return refusal('K81', kept.transaction.id);
    if (message.operation === 'search') return search(kept);
    if (message.operation === 'reauthorise') return reauthorise(kept, envelope, message, stream, serviceUs);

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
        const source = sources.prepare(tenant.id, message.card);
        const amountYen = message.operation === 'check' ? 0 : message.amountYen;
        const stream = streamFor(
          `${tenant.id}/${envelope.operateId}/${source.name}/${amountYen}/${envelope.free1}`,
          ledger.countOf(tenant.id, envelope.free1),
        );
        return front.pass(tenant, demand, stream, (serviceUs) =>
          decideNew(tenant, envelope, message, source, stream, serviceUs),
        );
      }
      const kept = books.find(tenant.id, message.handle);
      const amountYen = 'amountYen' in message ? message.amountYen : 0;
      const stream = streamFor(
        `${tenant.id}/${envelope.operateId}/${kept?.transaction.reference ?? ''}/${amountYen}/${envelope.free1}`,
        kept === undefined ? 0 : nthOf(kept, message.operation),
      );
      return front.pass(tenant, demand, stream, (serviceUs) =>
        decideFollowUp(tenant, envelope, message, stream, serviceUs),
      );
    },
  };
};

/** How often it was sent before. The state machine keeps the others from being repeated. */
const nthOf = (kept: EscottTransaction, operation: CardMessage['operation']): number => {
  if (operation === 'search') return kept.searches++;
  return operation === 'reauthorise' ? kept.reauthorisations++ : 0;
};

const echoOf = (message: FollowUpMessage, { salesDate }: EscottTransaction): Record<string, string> => {
  if (message.operation === 'capture') return { SalesDate: salesDate };
  if (message.operation === 'change') return { Amount: String(message.amountYen) };
  return {};
};
