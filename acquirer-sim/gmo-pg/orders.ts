/** What GMO-PG remembers of an order beyond the ledger. An OrderID is taken once per shop, for good. */
import type { Transaction } from '../ledger/ledger.ts';
import type { HeldCard } from '../members/held-card.ts';
import type { AccessKeys } from './fields.ts';
import type { EntryJob, TradeStatus } from './life.ts';

export interface Order extends AccessKeys {
  readonly tenant: string;
  readonly orderId: string;
  /** What the order was entered as, or what it was last authorised anew as. */
  job: EntryJob;
  /** Entered with TdFlag=2. */
  readonly asksThreeDSecure: boolean;
  readonly itemCode: string;
  amountYen: number;
  taxYen: number;
  status: TradeStatus;
  /** Wall time of the last step. */
  processedAtMs: number;
  /** Wall time of the authorisation; the validity windows count from it. */
  tradedAtMs: number;
  method: string;
  payTimes: string;
  tranId: string;
  approve: string;
  card: HeldCard | null;
  /** Whose stored card paid; empty for a card that was sent. */
  siteId: string;
  memberId: string;
  clientFields: readonly string[];
  /** Opened by the first ExecTran that reached the issuer. */
  transaction: Transaction | null;
  /** How often each call was made about this order: a repeated one has draws of its own. */
  readonly calls: Map<string, number>;
}

export interface Orders {
  keep(order: Order): void;
  byOrderId(tenant: string, orderId: string): Order | undefined;
  /** Undefined when id and pass do not belong together. */
  byAccess(keys: AccessKeys): Order | undefined;
  hasAccess(accessId: string): boolean;
}

export const createOrders = (): Orders => {
  const orders = new Map<string, Order>();
  const access = new Map<string, Order>();
  return {
    keep(order) {
      orders.set(`${order.tenant}/${order.orderId}`, order);
      access.set(order.accessId, order);
    },
    byOrderId: (tenant, orderId) => orders.get(`${tenant}/${orderId}`),
    byAccess({ accessId, accessPass }) {
      const order = access.get(accessId);
      return order?.accessPass === accessPass ? order : undefined;
    },
    hasAccess: (accessId) => access.has(accessId),
  };
};
