/**
 * The daily settlement file: ours, not GMO-PG's.
 *
 * `POST /payment/SettlementFile.idPass` with ShopID, ShopPass and Date (yyyyMMdd, a business day): CSV in
 * Windows-31J, a header and one line per approved call that moved money on that day, in order of decision.
 * A call belongs to the day it was decided on. `JobCd` is the call's, `Amount` (with tax) and `Status` are
 * the trade's after it, as SearchTrade would say then. Errors are the dialect's: E01990001 no Date,
 * E01990008 not a date, E01110010 the day has not closed ("not settled yet").
 */
import type { Context } from 'hono';
import type { Demand, Front } from '../capacity/front.ts';
import { frontPages, headersFor } from '../decided-by.ts';
import { isJstDate, jstDate, jstStamp } from '../jst.ts';
import { hasClosed } from '../ledger/business-day.ts';
import type { LedgerRow } from '../ledger/ledger.ts';
import { createSettlementBook, movesMoney } from '../ledger/settlement.ts';
import type { Clock } from '../ports.ts';
import type { StatePart } from '../state.ts';
import type { Streams } from '../streams.ts';
import { encodeWindows31j, isAscii } from './charset.ts';
import type { Directory } from './directory.ts';
import type { Faults, Fields } from './fields.ts';
import type { Order } from './orders.ts';
import { idPass } from './wire.ts';

const HEADER = 'OrderID,AccessID,ProcessDate,JobCd,Amount,Approve,Status';
const headers = headersFor('text/csv;charset=Windows-31J');
/** Looking something up: it takes a worker and is exempt from the cap. */
const demand: Demand = { service: 'search', capped: false };

export interface Settlement {
  readonly state: StatePart;
  /** Notes a decision about an order, after the order has moved. */
  enter(order: Order, jobCd: string, row: LedgerRow): void;
  /** The whole call. */
  call(c: Context): Promise<Response>;
}

interface Dependencies {
  readonly clock: Clock;
  readonly streams: Streams;
  readonly front: Front;
  readonly directory: Directory;
}

const readDate = (fields: Fields, faults: Faults): string => {
  const date = fields.get('Date') ?? '';
  if (date === '') faults.push('E01990001');
  else if (!isJstDate(date)) faults.push('E01990008');
  return date;
};

export const createSettlement = ({ clock, streams, front, directory }: Dependencies): Settlement => {
  const book = createSettlementBook<string>();
  return {
    state: book.state,
    enter(order, jobCd, row) {
      if (!movesMoney(row)) return;
      const { orderId, accessId, approve, status } = order;
      const amountYen = order.amountYen + order.taxYen;
      const line = [orderId, accessId, jstStamp(row.atMs), jobCd, amountYen, approve, status].join(',');
      book.enter(order.tenant, jstDate(row.atMs), line);
    },
    async call(c) {
      const message = await idPass.read(c);
      if (typeof message === 'string') return idPass.refuse(c, [message], 'acquirer');
      const faults: Faults = [];
      const shop = directory.readShop(message.fields, faults);
      const date = readDate(message.fields, faults);
      if (shop === undefined || faults.length > 0) return idPass.refuse(c, faults, 'acquirer');
      const { tenant } = shop;
      const passed = front.pass(tenant, demand, streams.next(`${tenant.id}/SettlementFile/${date}`), () =>
        hasClosed(date, clock.wallMs()) ? [HEADER, ...book.lines(tenant.id, date), ''].join('\n') : null,
      );
      if (typeof passed === 'string') {
        const page = frontPages[passed === 'sessions' ? 'connections' : passed === 'capped' ? 'overflow' : passed];
        return c.body(page.body, page.status, page.headers);
      }
      const text = await passed;
      if (text === null) return idPass.refuse(c, ['E01110010'], 'acquirer');
      return c.body(isAscii(text) ? text : encodeWindows31j(text), 200, headers.acquirer);
    },
  };
};
