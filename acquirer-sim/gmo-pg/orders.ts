/** What GMO-PG remembers of an order beyond the ledger. An OrderID is taken once per shop, for good. */
import type { Ledger, Transaction } from '../ledger/ledger.ts';
import type { HeldCard } from '../members/held-card.ts';
import type { StatePart } from '../state.ts';
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
  /** Makes an OrderID free again; its trade stays reachable by its keys. */
  forget(tenant: string, orderId: string): void;
  readonly state: StatePart<SavedOrder[]>;
}

/** The transaction by its ordinal: the ledger saves the transaction itself. */
type SavedOrder = Omit<Order, 'transaction' | 'calls'> & {
  readonly transaction: number | null;
  readonly calls: [string, number][];
};

export const createOrders = (ledger: Pick<Ledger, 'transactions'>): Orders => {
  const orders = new Map<string, Order>();
  const access = new Map<string, Order>();
  const keep = (order: Order): void => {
    orders.set(`${order.tenant}/${order.orderId}`, order);
    access.set(order.accessId, order);
  };
  return {
    keep,
    byOrderId: (tenant, orderId) => orders.get(`${tenant}/${orderId}`),
    byAccess({ accessId, accessPass }) {
      const order = access.get(accessId);
      return order?.accessPass === accessPass ? order : undefined;
    },
    hasAccess: (accessId) => access.has(accessId),
    forget(tenant, orderId) {
      const name = `${tenant}/${orderId}`;
      const order = orders.get(name);
      if (order === undefined) return;
      orders.delete(name);
      // Under a name that no OrderID can have: a snapshot still finds it.
      orders.set(`${name}#${orders.size}`, order);
    },
    state: {
      save: () =>
        [...orders.values()].map((order) => ({
          ...order,
          transaction: order.transaction?.ordinal ?? null,
          calls: [...order.calls],
        })),
      load(saved) {
        orders.clear();
        access.clear();
        const byOrdinal = new Map(ledger.transactions.map((transaction) => [transaction.ordinal, transaction]));
        for (const { transaction, calls, ...order } of saved) {
          keep({ ...order, calls: new Map(calls), transaction: byOrdinal.get(transaction ?? -1) ?? null });
        }
      },
      reset(tenant) {
        for (const [key, order] of orders) {
          if (tenant !== null && order.tenant !== tenant) continue;
          orders.delete(key);
          access.delete(order.accessId);
        }
      },
    },
  };
};
