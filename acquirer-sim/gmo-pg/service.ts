/**
 * Carries out the calls: the order of effects. As at the other acquirer, a call is queued first and
 * decided when a worker finishes it, so two calls about one order never interleave.
 */
import type { Demand, Front, TurnedAway } from '../capacity/front.ts';
import type { GmoPgConfig } from '../config.ts';
import type { Decider } from '../decided-by.ts';
import { drawDigits, drawFree, drawHex } from '../handles.ts';
import { APPROVED } from '../issuers/decision.ts';
import type { Issuers } from '../issuers/issuers.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RowKind } from '../ledger/money.ts';
import type { HeldCard, Mask } from '../members/held-card.ts';
import type { Clock, Random } from '../ports.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { TokenVault } from '../tokens/vault.ts';
import {
  alterAnswer,
  declineErrInfo,
  entryAnswer,
  execAnswer,
  type Pairs,
  searchAnswer,
  searchMultiAnswer,
  tranIdAt,
} from './answers.ts';
import type { Shop } from './directory.ts';
import type { AccessKeys, Amounts, PayMethod } from './fields.ts';
import {
  type AlterJob,
  type EntryJob,
  objectionToReauthorising,
  type PaymentJob,
  stepForAlter,
  stepForChange,
} from './life.ts';
import type { Order, Orders } from './orders.ts';
import type { Results } from './results.ts';
import type { Settlement } from './settlement.ts';

export type Answer =
  | { readonly decidedBy: Decider; readonly pairs: Pairs }
  | { readonly decidedBy: Decider; readonly errInfos: readonly string[] };

export type Passed = TurnedAway | Promise<Answer>;

export interface EntryRequest extends Amounts {
  readonly orderId: string;
  readonly job: EntryJob;
  readonly asksThreeDSecure: boolean;
  readonly itemCode: string;
}

/** Where the card of a payment came from. */
export interface CardSource {
  readonly card: HeldCard;
  /** Spent when the payment is decided; null for a card that came otherwise. */
  readonly token: string | null;
  /** Whose stored card it is; empty for one that was sent. */
  readonly siteId: string;
  readonly memberId: string;
}

export interface ExecRequest {
  readonly order: Order;
  readonly source: CardSource;
  readonly method: PayMethod;
  readonly clientFields: readonly string[];
  readonly echoClientFields: boolean;
}

export interface ReauthoriseRequest extends Amounts, PayMethod {
  readonly job: PaymentJob;
}

export interface GmoPgService {
  entry(shop: Shop, request: EntryRequest): Passed;
  exec(shop: Shop, request: ExecRequest): Passed;
  /** ExecTran with 3-D Secure: the card is taken, and a browser goes where `begin` says. */
  entrust(shop: Shop, request: ExecRequest, begin: () => string): Passed;
  /** SecureTran2 of an order whose cardholder was authenticated. */
  execSecured(shop: Shop, request: ExecRequest): Passed;
  /** A call that moves nothing, queued like the others. */
  queued(shop: Shop, name: string, order: Order, act: () => Answer): Passed;
  /** `amountYen`: SALES must name what was authorised; null for the cancelling jobs. */
  alter(shop: Shop, keys: AccessKeys, job: AlterJob, amountYen: number | null): Passed;
  /** AlterTran of a cancelled trade to a payment: the same order and card, asked again. */
  reauthorise(shop: Shop, keys: AccessKeys, request: ReauthoriseRequest): Passed;
  change(shop: Shop, keys: AccessKeys, job: PaymentJob, amounts: Amounts): Passed;
  /** `multi`: SearchTradeMulti. */
  search(shop: Shop, orderId: string, mask: Mask, multi: boolean): Passed;
}

interface Dependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly front: Front;
  readonly ledger: Ledger;
  readonly issuers: Issuers;
  readonly orders: Orders;
  readonly vault: TokenVault;
  readonly results: Results;
  readonly settlement: Pick<Settlement, 'enter'>;
  readonly validity: GmoPgConfig['validity'];
  readonly strictCancelDates: boolean;
}

const DAY_MS = 86_400_000;

/** EntryTran touches no card, but the flow control counts it like the others (section 5, E92). */
const entryDemand: Demand = { service: 'search', capped: true };
const searchDemand: Demand = { service: 'search', capped: false };
const changeDemand: Demand = { service: 'change', capped: true };
const execDemand = (job: EntryJob): Demand => ({ service: job === 'CHECK' ? 'check' : 'authorise', capped: true });
const alterDemand = (job: AlterJob): Demand => ({ service: job === 'SALES' ? 'capture' : 'void', capped: true });

const reauthoriseDemand: Demand = { service: 'authorise', capped: true };

const entryKinds: Readonly<Record<EntryJob, RowKind>> = {
  CHECK: 'check',
  AUTH: 'authorise',
  SAUTH: 'authorise',
  CAPTURE: 'gather',
};

const NO_SUCH_TRADE = 'E01110002';

/** What a token that is worth nothing answers. */
export const tokenErrors = { unknown: 'EX1000301', spent: 'EX1000302', expired: 'EX1000303' } as const;

const errors = (...errInfos: string[]): Answer => ({ decidedBy: 'acquirer', errInfos });

export const createGmoPgService = (deps: Dependencies): GmoPgService => {
  const { clock, random, front, ledger, issuers, orders, vault, results, settlement, validity, strictCancelDates } =
    deps;

  /** One stream per request, named by what it is; a repeated one has draws of its own. */
  const streamFor = (tenant: Tenant, name: string, order: Order | undefined): Random => {
    const nth = order?.calls.get(name) ?? 0;
    order?.calls.set(name, nth + 1);
    return random.fork(`${tenant.id}/${name}${nth === 0 ? '' : `#${nth}`}`);
  };

  const olderThan = (days: number, order: Order): boolean => clock.wallMs() - order.tradedAtMs > days * DAY_MS;

  /** Every step of a trade has a new TranID and approval number (section 4). */
  const stamp = (order: Order, stream: Random): void => {
    order.processedAtMs = clock.wallMs();
    order.tranId = tranIdAt(order.processedAtMs, drawDigits(stream, 6));
    order.approve = order.job === 'CHECK' ? '0000000' : drawDigits(stream, 7);
  };

  /**
   * Asks the issuer and books the answer. A declined order may be tried again, with another card too,
   * and a cancelled one authorised anew: the order's transaction is the latest try.
   */
  const ask = (order: Order, job: EntryJob, amountYen: number, card: HeldCard, stream: Random, serviceUs: number) => {
    const atMs = clock.wallMs();
    const decision = issuers.ask({
      tenant: order.tenant,
      card,
      amountYen: job === 'CHECK' ? null : amountYen,
      transaction: null,
      atMs,
    });
    order.transaction = ledger.open({
      id: ledger.has(order.accessId) ? drawFree(() => drawHex(stream, 32), ledger.has) : order.accessId,
      tenant: order.tenant,
      reference: order.orderId,
      card,
    });
    const code = decision.approved ? 'OK' : decision.code;
    const row = ledger.post(order.transaction, { atMs, kind: entryKinds[job], amountYen, code, serviceUs });
    return { decision, row };
  };

  /** The token of a payment is spent when it is decided. The ErrInfo of why it cannot be, or null. */
  const spendToken = ({ token }: CardSource): string | null => {
    const spent = token === null ? null : vault.spend(token, clock.wallMs());
    return typeof spent === 'string' ? tokenErrors[spent] : null;
  };

  const execute = (
    shop: Shop,
    request: ExecRequest,
    stream: Random,
    serviceUs: number,
    from: 'UNPROCESSED' | 'AUTHENTICATED' = 'UNPROCESSED',
  ): Answer => {
    const { order, source } = request;
    if (order.status !== from) return errors('E01050004', 'M01004014');
    const unspendable = spendToken(source);
    if (unspendable !== null) return errors(unspendable);
    const { card } = source;
    const amountYen = order.job === 'CHECK' ? 0 : order.amountYen + order.taxYen;
    const { decision, row } = ask(order, order.job, amountYen, card, stream, serviceUs);
    if (!decision.approved) return { decidedBy: 'issuer', errInfos: [declineErrInfo(decision.code)] };
    order.status = order.job;
    order.card = card;
    order.siteId = source.siteId;
    order.memberId = source.memberId;
    order.tradedAtMs = clock.wallMs();
    order.method = request.method.method;
    order.payTimes = request.method.payTimes;
    order.clientFields = request.clientFields;
    stamp(order, stream);
    settlement.enter(order, order.job, row);
    const pairs = execAnswer(order, shop.credentials.shopPass, request.echoClientFields);
    return { decidedBy: 'issuer', pairs };
  };

  const reauthoriseNow = (order: Order, request: ReauthoriseRequest, stream: Random, serviceUs: number): Answer => {
    const objection = objectionToReauthorising(order.status);
    if (objection !== null) return errors(objection);
    const { card, transaction } = order;
    if (card === null) return errors(NO_SUCH_TRADE);
    if (olderThan(validity.cancelDays, order)) return errors('E11010010');
    const { job, amountYen, taxYen } = request;
    const { decision, row } = ask(order, job, amountYen + taxYen, card, stream, serviceUs);
    if (!decision.approved) {
      // The trade stays the cancelled one it was.
      order.transaction = transaction;
      return { decidedBy: 'issuer', errInfos: [declineErrInfo(decision.code)] };
    }
    order.job = job;
    order.status = job;
    order.amountYen = amountYen;
    order.taxYen = taxYen;
    order.method = request.method;
    order.payTimes = request.payTimes;
    order.tradedAtMs = clock.wallMs();
    stamp(order, stream);
    settlement.enter(order, job, row);
    return { decidedBy: 'issuer', pairs: alterAnswer(order) };
  };

  const alterNow = (
    order: Order,
    job: AlterJob,
    wantedYen: number | null,
    stream: Random,
    serviceUs: number,
  ): Answer => {
    const atMs = clock.wallMs();
    const { status, tradedAtMs } = order;
    const step = stepForAlter({ status, job, tradedAtMs, atMs, strictDates: strictCancelDates });
    if ('errInfo' in step || order.transaction === null)
      return errors('errInfo' in step ? step.errInfo : NO_SUCH_TRADE);
    const totalYen = order.amountYen + order.taxYen;
    if (job === 'SALES' && olderThan(validity.captureDays, order)) return errors('E01420010');
    if (job === 'SALES' && wantedYen !== totalYen) return errors('E01060010');
    if (job !== 'SALES' && olderThan(validity.cancelDays, order)) return errors('E11010010');
    const { kind } = step;
    const claim = kind === 'capture' ? issuers.claim(order.transaction, atMs) : APPROVED;
    const code = claim.approved ? 'OK' : claim.code;
    const row = ledger.post(order.transaction, { atMs, kind, amountYen: totalYen, code, serviceUs });
    if (!claim.approved) return { decidedBy: 'issuer', errInfos: [declineErrInfo(claim.code)] };
    order.status = step.status;
    stamp(order, stream);
    settlement.enter(order, job, row);
    return { decidedBy: 'acquirer', pairs: alterAnswer(order) };
  };

  const changeNow = (
    order: Order,
    job: PaymentJob,
    { amountYen, taxYen }: Amounts,
    stream: Random,
    serviceUs: number,
  ): Answer => {
    const toYen = amountYen + taxYen;
    const step = stepForChange(order.status, job, order.amountYen + order.taxYen, toYen);
    if ('errInfo' in step) return errors(step.errInfo);
    const { transaction, card } = order;
    if (transaction === null || card === null) return errors(NO_SUCH_TRADE);
    if (olderThan(validity.cancelDays, order)) return errors('E11010010');
    const atMs = clock.wallMs();
    // A hold that lapsed is a new one, whatever its amount.
    const asks = step.askIssuer || (step.kind === 'change' && card.rule.account !== null);
    const decision = asks ? issuers.ask({ tenant: order.tenant, card, amountYen: toYen, transaction, atMs }) : APPROVED;
    const code = decision.approved ? 'OK' : decision.code;
    const { kind } = step;
    const row = ledger.post(transaction, { atMs, kind, amountYen: step.amountYen, code, serviceUs });
    // The trade is as it was: the change is a cancellation and a new authorisation, both or neither.
    if (!decision.approved) return { decidedBy: 'issuer', errInfos: [declineErrInfo(decision.code)] };
    order.amountYen = amountYen;
    order.taxYen = taxYen;
    stamp(order, stream);
    settlement.enter(order, job, row);
    return { decidedBy: step.askIssuer ? 'issuer' : 'acquirer', pairs: alterAnswer(order) };
  };

  /** Decides about an order that must be there, and tells the shop's notification program as well. */
  const decided = (shop: Shop, order: Order | undefined, job: string, act: (order: Order) => Answer): Answer => {
    if (order === undefined) return errors(NO_SUCH_TRADE);
    const answer = act(order);
    results.tell(shop, order, job, 'errInfos' in answer ? answer.errInfos : []);
    return answer;
  };

  /** The shop's own order of those keys. */
  const owned = (shop: Shop, keys: AccessKeys): Order | undefined => {
    const order = orders.byAccess(keys);
    return order?.tenant === shop.tenant.id ? order : undefined;
  };

  return {
    entry(shop, { orderId, job, amountYen, taxYen, asksThreeDSecure, itemCode }) {
      const tenant = shop.tenant.id;
      const stream = streamFor(shop.tenant, `EntryTran/${job}/${amountYen}/${orderId}`, undefined);
      return front.pass(shop.tenant, entryDemand, stream, () => {
        if (orders.byOrderId(tenant, orderId) !== undefined) return errors('E01040010');
        const order: Order = {
          accessId: drawFree(() => drawHex(stream, 32), orders.hasAccess),
          accessPass: drawHex(stream, 32),
          tenant,
          orderId,
          job,
          asksThreeDSecure,
          itemCode,
          amountYen,
          taxYen,
          status: 'UNPROCESSED',
          processedAtMs: clock.wallMs(),
          tradedAtMs: clock.wallMs(),
          method: '',
          payTimes: '',
          tranId: '',
          approve: '',
          card: null,
          siteId: '',
          memberId: '',
          clientFields: [],
          transaction: null,
          calls: new Map(),
        };
        orders.keep(order);
        return { decidedBy: 'acquirer', pairs: entryAnswer(order) };
      });
    },

    exec(shop, request) {
      const { order } = request;
      const name = `ExecTran/${request.source.card.fingerprint}/${order.amountYen}/${order.orderId}`;
      const stream = streamFor(shop.tenant, name, order);
      return front.pass(shop.tenant, execDemand(order.job), stream, (serviceUs) =>
        decided(shop, order, order.job, () => execute(shop, request, stream, serviceUs)),
      );
    },

    entrust(shop, request, begin) {
      const { order, source } = request;
      const stream = streamFor(shop.tenant, `ExecTran/3DS/${source.card.fingerprint}/${order.orderId}`, order);
      return front.pass(shop.tenant, entryDemand, stream, () => {
        if (order.status !== 'UNPROCESSED') return errors('E01050004', 'M01004014');
        const unspendable = spendToken(source);
        if (unspendable !== null) return errors(unspendable);
        // Exactly two pairs, in this order: a client splits them by position (section 4).
        const pairs: Pairs = [
          ['ACS', '2'],
          ['RedirectUrl', begin()],
        ];
        return { decidedBy: 'acquirer', pairs };
      });
    },

    execSecured(shop, request) {
      const { order } = request;
      const name = `SecureTran2/${request.source.card.fingerprint}/${order.amountYen}/${order.orderId}`;
      const stream = streamFor(shop.tenant, name, order);
      return front.pass(shop.tenant, execDemand(order.job), stream, (serviceUs) =>
        decided(shop, order, order.job, () => {
          const answer = execute(shop, request, stream, serviceUs, 'AUTHENTICATED');
          // As ExecTran without ACS.
          return 'pairs' in answer ? { ...answer, pairs: answer.pairs.slice(1) } : answer;
        }),
      );
    },

    queued: (shop, name, order, act) => front.pass(shop.tenant, entryDemand, streamFor(shop.tenant, name, order), act),

    alter(shop, keys, job, amountYen) {
      const order = owned(shop, keys);
      const stream = streamFor(shop.tenant, `AlterTran/${job}/${order?.orderId ?? ''}/${amountYen ?? ''}`, order);
      return front.pass(shop.tenant, alterDemand(job), stream, (serviceUs) =>
        decided(shop, order, job, (found) => alterNow(found, job, amountYen, stream, serviceUs)),
      );
    },

    reauthorise(shop, keys, request) {
      const order = owned(shop, keys);
      const { job, amountYen } = request;
      const stream = streamFor(shop.tenant, `AlterTran/${job}/${order?.orderId ?? ''}/${amountYen}`, order);
      return front.pass(shop.tenant, reauthoriseDemand, stream, (serviceUs) =>
        decided(shop, order, job, (found) => reauthoriseNow(found, request, stream, serviceUs)),
      );
    },

    change(shop, keys, job, amounts) {
      const order = owned(shop, keys);
      const stream = streamFor(shop.tenant, `ChangeTran/${order?.orderId ?? ''}/${amounts.amountYen}`, order);
      return front.pass(shop.tenant, changeDemand, stream, (serviceUs) =>
        decided(shop, order, job, (found) => changeNow(found, job, amounts, stream, serviceUs)),
      );
    },

    search(shop, orderId, mask, multi) {
      const known = orders.byOrderId(shop.tenant.id, orderId);
      const stream = streamFor(shop.tenant, `SearchTrade${multi ? 'Multi' : ''}/${orderId}`, known);
      return front.pass(shop.tenant, searchDemand, stream, () => {
        const order = orders.byOrderId(shop.tenant.id, orderId);
        if (order === undefined) return errors(NO_SUCH_TRADE);
        return { decidedBy: 'acquirer', pairs: (multi ? searchMultiAnswer : searchAnswer)(order, mask) };
      });
    },
  };
};
