/** Calls about trades: fields checked, then handed to the service (gmo-pg-protocol.md section 2). */
import { holdCard, type Mask, tradeMask } from '../members/held-card.ts';
import type { Clock } from '../ports.ts';
import type { TokenVault } from '../tokens/vault.ts';
import type { Call, Calls } from './call.ts';
import type { Directory, Shop } from './directory.ts';
import {
  checkCodes,
  type Faults,
  type Fields,
  isPaymentJob,
  readAccess,
  readAlterJob,
  readAmounts,
  readCard,
  readCardPass,
  readCardSeq,
  readChangeJob,
  readClientFields,
  readEntryJob,
  readItemCode,
  readMemberId,
  readMethod,
  readOrderId,
  readSeqMode,
  readSwitch,
  readTdFlag,
  readToken,
} from './fields.ts';
import type { Order, Orders } from './orders.ts';
import { type CardSource, type GmoPgService, tokenErrors } from './service.ts';
import { type GmoThreeDSecure, readReturn } from './three-d-secure.ts';

interface Dependencies {
  readonly clock: Clock;
  readonly directory: Directory;
  readonly orders: Orders;
  readonly vault: TokenVault;
  readonly service: GmoPgService;
  readonly threeDSecure: Pick<GmoThreeDSecure, 'exec' | 'calls'>;
}

const NO_SUCH_TRADE = 'E01110002';
/** The first version of 3-D Secure is closed for good. */
const FIRST_3DS_CLOSED = 'E21040002';

/** How SearchTrade shows a number: as recorded, unless the shop asks for its site's way. */
const maskFor = (shop: Shop | undefined, fields: Fields): Mask => ({
  lastDigits:
    fields.get('UseSiteMaskLevel') === '1'
      ? (shop?.credentials.site?.maskLastDigits ?? tradeMask.lastDigits)
      : tradeMask.lastDigits,
  floating: fields.get('UseFloatingMask') === '1',
});

export const createTradeCalls = ({ clock, directory, orders, vault, service, threeDSecure }: Dependencies): Calls => {
  const { readShop, readSite } = directory;

  const byToken = (order: Order, token: string, faults: Faults): CardSource | undefined => {
    const content = vault.look(token, clock.wallMs());
    if (typeof content === 'string') faults.push(tokenErrors[content]);
    else if (content.tenant !== order.tenant) faults.push(tokenErrors.unknown);
    else return { card: content.card, token, siteId: '', memberId: '' };
    return undefined;
  };

  const byMember = (fields: Fields, faults: Faults): CardSource | undefined => {
    const before = faults.length;
    const account = readSite(fields, faults);
    const memberId = readMemberId(fields, faults);
    const mode = readSeqMode(fields, faults);
    const seq = readCardSeq(fields, faults);
    const pass = readCardPass(fields, faults);
    if (account === undefined || faults.length > before) return undefined;
    const member = account.site.member(memberId);
    if (member === undefined || member.deleted) {
      faults.push('E01390002');
      return undefined;
    }
    const stored = seq === undefined ? member.wallet.defaultCard() : member.wallet.find(mode, seq);
    if (stored === undefined) faults.push(seq === undefined ? 'E01230001' : 'E01240002');
    else if (stored.pass !== '' && stored.pass !== pass) faults.push('E01250010');
    else return { card: stored.card, token: null, siteId: account.site.id, memberId };
    return undefined;
  };

  /** A token, a stored card, or the number itself, in this order. */
  const readSource = (fields: Fields, order: Order, shop: Shop, faults: Faults): CardSource | undefined => {
    const token = readToken(fields);
    if (token === '' && (fields.get('MemberID') ?? '') === '') {
      const { number, expiry } = readCard(fields, faults);
      if (!shop.credentials.acceptsCardNumbers) faults.push('E61040001');
      return faults.length > 0 ? undefined : { card: holdCard(number, expiry), token: null, siteId: '', memberId: '' };
    }
    checkCodes(fields, faults);
    return token === '' ? byMember(fields, faults) : byToken(order, token, faults);
  };

  const entryTran: Call = (fields) => {
    const faults: Faults = [];
    const shop = readShop(fields, faults);
    const orderId = readOrderId(fields, faults);
    const job = readEntryJob(fields, faults);
    const amounts = job === 'CHECK' ? { amountYen: 0, taxYen: 0 } : readAmounts(fields, faults);
    const itemCode = readItemCode(fields, faults);
    const asksThreeDSecure = readTdFlag(fields, faults);
    if (shop === undefined || job === undefined || faults.length > 0) return { faults };
    const { amountYen, taxYen } = amounts;
    return service.entry(shop, { orderId, job, amountYen, taxYen, asksThreeDSecure, itemCode });
  };

  const execTran: Call = (fields, origin) => {
    const faults: Faults = [];
    const keys = readAccess(fields, faults);
    if (faults.length > 0) return { faults };
    const order = orders.byAccess(keys);
    const shop = order === undefined ? undefined : directory.shopOf(order.tenant);
    const named = fields.get('OrderID');
    const isAnother = named !== undefined && named !== '' && named !== order?.orderId;
    if (order === undefined || shop === undefined || isAnother) return { faults: [NO_SUCH_TRADE] };
    const method = readMethod(fields, order.job, faults);
    const clientFields = readClientFields(fields, faults);
    const echoClientFields = readSwitch(fields, 'ClientFieldFlag', 'E01400007', faults);
    const source = readSource(fields, order, shop, faults);
    const back = order.asksThreeDSecure ? readReturn(fields, faults) : null;
    if (source === undefined || faults.length > 0) return { faults };
    const request = { order, source, method, clientFields, echoClientFields };
    return back === null ? service.exec(shop, request) : threeDSecure.exec(shop, request, back, origin());
  };

  const alterTran: Call = (fields) => {
    const faults: Faults = [];
    const shop = readShop(fields, faults);
    const keys = readAccess(fields, faults);
    const job = readAlterJob(fields, faults);
    if (job !== undefined && isPaymentJob(job)) {
      const amounts = readAmounts(fields, faults);
      const method = readMethod(fields, job, faults);
      if (shop === undefined || faults.length > 0) return { faults };
      return service.reauthorise(shop, keys, { job, ...amounts, ...method });
    }
    const amounts = job === 'SALES' ? readAmounts(fields, faults) : null;
    if (shop === undefined || job === undefined || faults.length > 0) return { faults };
    return service.alter(shop, keys, job, amounts === null ? null : amounts.amountYen + amounts.taxYen);
  };

  const changeTran: Call = (fields) => {
    const faults: Faults = [];
    const shop = readShop(fields, faults);
    const keys = readAccess(fields, faults);
    const job = readChangeJob(fields, faults);
    const amounts = readAmounts(fields, faults);
    if (shop === undefined || job === undefined || faults.length > 0) return { faults };
    return service.change(shop, keys, job, amounts);
  };

  const searchTrade: Call = (fields) => {
    const faults: Faults = [];
    const shop = readShop(fields, faults);
    const orderId = readOrderId(fields, faults);
    if (shop === undefined || faults.length > 0) return { faults };
    return service.search(shop, orderId, maskFor(shop, fields), false);
  };

  const searchTradeMulti: Call = (fields) => {
    const faults: Faults = [];
    const shop = readShop(fields, faults);
    const orderId = readOrderId(fields, faults);
    if (shop === undefined || faults.length > 0) return { faults };
    // Every trade here is one by card.
    if (fields.get('PayType') !== '0') return { faults: [NO_SUCH_TRADE] };
    return service.search(shop, orderId, maskFor(shop, fields), true);
  };

  return {
    EntryTran: entryTran,
    ExecTran: execTran,
    AlterTran: alterTran,
    ChangeTran: changeTran,
    SearchTrade: searchTrade,
    SearchTradeMulti: searchTradeMulti,
    SecureTran: () => ({ faults: [FIRST_3DS_CLOSED] }),
    ...threeDSecure.calls,
  };
};
