/**
 * Carries out the calls: the order of effects. As at the other acquirer, a call is queued first and
 * decided when a worker finishes it, so two calls about one order never interleave.
 */
import type { Demand, Front, TurnedAway } from '../capacity/front.ts';
import type { GmoPgConfig, GmoPgTenant } from '../config.ts';
import type { Decider } from '../decided-by.ts';
import { drawDigits, drawFree, drawHex } from '../handles.ts';
import { ruleFor } from '../issuers/cards.ts';
import { decide } from '../issuers/decision.ts';
import { fingerprintOf, type KnownCard, type Ledger } from '../ledger/ledger.ts';
import type { RowKind } from '../ledger/money.ts';
import type { Clock, Random } from '../ports.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { alterAnswer, declineErrInfo, entryAnswer, execAnswer, type Pairs, searchAnswer, tranIdAt } from './answers.ts';
import type { AccessKeys, Amounts, CardFields, PayMethod } from './fields.ts';
import { type AlterJob, type EntryJob, stepForAlter, stepForChange } from './life.ts';
import type { Order, Orders } from './orders.ts';

export type Answer =
  | { readonly decidedBy: Decider; readonly pairs: Pairs }
  | { readonly decidedBy: Decider; readonly errInfos: readonly string[] };

export type Passed = TurnedAway | Promise<Answer>;

/** The shop that calls, once its credentials are checked. */
export interface Shop {
  readonly tenant: Tenant;
  readonly credentials: GmoPgTenant;
}

export interface ExecRequest extends PayMethod {
  readonly order: Order;
  readonly card: CardFields;
  readonly clientFields: readonly string[];
  readonly echoClientFields: boolean;
}

export interface GmoPgService {
  entry(shop: Shop, orderId: string, job: EntryJob, amounts: Amounts): Passed;
  exec(shop: Shop, request: ExecRequest): Passed;
  /** `amountYen`: SALES must name what was authorised; null for the cancelling jobs. */
  alter(shop: Shop, keys: AccessKeys, job: AlterJob, amountYen: number | null): Passed;
  change(shop: Shop, keys: AccessKeys, job: EntryJob, amounts: Amounts): Passed;
  search(shop: Shop, orderId: string): Passed;
}

interface Dependencies {
  readonly clock: Clock;
  readonly random: Random;
  readonly front: Front;
  readonly ledger: Ledger;
  readonly orders: Orders;
  readonly validity: GmoPgConfig['validity'];
}

const DAY_MS = 86_400_000;

/** EntryTran touches no card, but the flow control counts it like the others (section 5, E92). */
const entryDemand: Demand = { service: 'search', capped: true };
const searchDemand: Demand = { service: 'search', capped: false };
const changeDemand: Demand = { service: 'change', capped: true };
const execDemand = (job: EntryJob): Demand => ({ service: job === 'CHECK' ? 'check' : 'authorise', capped: true });
const alterDemand = (job: AlterJob): Demand => ({ service: job === 'SALES' ? 'capture' : 'void', capped: true });

const entryKinds: Readonly<Record<EntryJob, RowKind>> = { CHECK: 'check', AUTH: 'authorise', CAPTURE: 'gather' };

const NO_SUCH_TRADE = 'E01110002';

const errors = (...errInfos: string[]): Answer => ({ decidedBy: 'acquirer', errInfos });

export const createGmoPgService = (deps: Dependencies): GmoPgService => {
  const { clock, random, front, ledger, orders, validity } = deps;

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

  const execute = (shop: Shop, request: ExecRequest, card: KnownCard, stream: Random, serviceUs: number): Answer => {
    const { order } = request;
    if (order.status !== 'UNPROCESSED') return errors('E01050004', 'M01004014');
    const amountYen = order.job === 'CHECK' ? 0 : order.amountYen + order.taxYen;
    const atMs = clock.wallMs();
    const decision = decide({
      rule: card.rule,
      expiry: card.expiry,
      amountYen: order.job === 'CHECK' ? null : amountYen,
      atMs,
    });
    // A declined order may be tried again, with another card too: the transaction is the latest try.
    order.transaction = ledger.open({
      id: ledger.has(order.accessId) ? drawFree(() => drawHex(stream, 32), ledger.has) : order.accessId,
      tenant: order.tenant,
      reference: order.orderId,
      card,
    });
    const code = decision.approved ? 'OK' : decision.code;
    ledger.post(order.transaction, { atMs, kind: entryKinds[order.job], amountYen, code, serviceUs });
    if (!decision.approved) return { decidedBy: 'issuer', errInfos: [declineErrInfo(decision.code)] };
    order.status = order.job;
    order.card = card;
    order.tradedAtMs = atMs;
    order.method = request.method;
    order.payTimes = request.payTimes;
    order.clientFields = request.clientFields;
    stamp(order, stream);
    const pairs = execAnswer(order, shop.credentials.shopPass, request.echoClientFields);
    return { decidedBy: 'issuer', pairs };
  };

  const alterNow = (
    order: Order | undefined,
    job: AlterJob,
    wantedYen: number | null,
    stream: Random,
    serviceUs: number,
  ): Answer => {
    if (order === undefined) return errors(NO_SUCH_TRADE);
    const atMs = clock.wallMs();
    const step = stepForAlter(order.status, job, order.tradedAtMs, atMs);
    if ('errInfo' in step || order.transaction === null)
      return errors('errInfo' in step ? step.errInfo : NO_SUCH_TRADE);
    const totalYen = order.amountYen + order.taxYen;
    if (job === 'SALES' && olderThan(validity.captureDays, order)) return errors('E01420010');
    if (job === 'SALES' && wantedYen !== totalYen) return errors('E01060010');
    if (job !== 'SALES' && olderThan(validity.cancelDays, order)) return errors('E11010010');
    ledger.post(order.transaction, { atMs, kind: step.kind, amountYen: totalYen, code: 'OK', serviceUs });
    order.status = step.status;
    stamp(order, stream);
    return { decidedBy: 'acquirer', pairs: alterAnswer(order) };
  };

  const changeNow = (
    order: Order | undefined,
    job: EntryJob,
    { amountYen, taxYen }: Amounts,
    stream: Random,
    serviceUs: number,
  ): Answer => {
    if (order === undefined) return errors(NO_SUCH_TRADE);
    const toYen = amountYen + taxYen;
    const step = stepForChange(order.status, job, order.amountYen + order.taxYen, toYen);
    if ('errInfo' in step) return errors(step.errInfo);
    const { transaction, card } = order;
    if (transaction === null || card === null) return errors(NO_SUCH_TRADE);
    if (olderThan(validity.cancelDays, order)) return errors('E11010010');
    const atMs = clock.wallMs();
    const decision = step.askIssuer
      ? decide({ rule: card.rule, expiry: card.expiry, amountYen: toYen, atMs })
      : ({ approved: true } as const);
    const code = decision.approved ? 'OK' : decision.code;
    ledger.post(transaction, { atMs, kind: step.kind, amountYen: step.amountYen, code, serviceUs });
    // The trade is as it was: the change is a cancellation and a new authorisation, both or neither.
    if (!decision.approved) return { decidedBy: 'issuer', errInfos: [declineErrInfo(decision.code)] };
    order.amountYen = amountYen;
    order.taxYen = taxYen;
    stamp(order, stream);
    return { decidedBy: step.askIssuer ? 'issuer' : 'acquirer', pairs: alterAnswer(order) };
  };

  /** The shop's own order of those keys. */
  const owned = (shop: Shop, keys: AccessKeys): Order | undefined => {
    const order = orders.byAccess(keys);
    return order?.tenant === shop.tenant.id ? order : undefined;
  };

  return {
    entry(shop, orderId, job, { amountYen, taxYen }) {
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
      const { number, expiry } = request.card;
      const card: KnownCard = {
        fingerprint: fingerprintOf(number),
        rule: ruleFor(number),
        expiry,
        lastFour: number.slice(-4),
      };
      const name = `ExecTran/${card.fingerprint}/${order.amountYen}/${order.orderId}`;
      const stream = streamFor(shop.tenant, name, order);
      return front.pass(shop.tenant, execDemand(order.job), stream, (serviceUs) =>
        execute(shop, request, card, stream, serviceUs),
      );
    },

    alter(shop, keys, job, amountYen) {
      const order = owned(shop, keys);
      const stream = streamFor(shop.tenant, `AlterTran/${job}/${order?.orderId ?? ''}/${amountYen ?? ''}`, order);
      return front.pass(shop.tenant, alterDemand(job), stream, (serviceUs) =>
        alterNow(order, job, amountYen, stream, serviceUs),
      );
    },

    change(shop, keys, job, amounts) {
      const order = owned(shop, keys);
      const stream = streamFor(shop.tenant, `ChangeTran/${order?.orderId ?? ''}/${amounts.amountYen}`, order);
      return front.pass(shop.tenant, changeDemand, stream, (serviceUs) =>
        changeNow(order, job, amounts, stream, serviceUs),
      );
    },

    search(shop, orderId) {
      const known = orders.byOrderId(shop.tenant.id, orderId);
      const stream = streamFor(shop.tenant, `SearchTrade/${orderId}`, known);
      return front.pass(shop.tenant, searchDemand, stream, () => {
        const order = orders.byOrderId(shop.tenant.id, orderId);
        return order === undefined ? errors(NO_SUCH_TRADE) : { decidedBy: 'acquirer', pairs: searchAnswer(order) };
      });
    },
  };
};
