/**
 * Results told to the shop (gmo-pg-protocol.md section 10): one POST after each step of a trade,
 * failures too, without a signature.
 *
 * It leaves at the moment of the decision, so it can arrive before the answer to the call itself,
 * as the real one does. The shop answers `0`; anything else is repeated, as it was, an hour later.
 */
import { stringify } from 'qs';
import { createAttempts, type SavedAttempt } from '../attempts.ts';
import type { GmoPgConfig } from '../config.ts';
import { jstStamp } from '../jst.ts';
import type { Clock, Fetch, Log } from '../ports.ts';
import type { StatePart } from '../state.ts';
import { FORWARD } from './answers.ts';
import type { Shop } from './directory.ts';
import { errCodeOf } from './form.ts';
import type { Order } from './orders.ts';

export interface Results {
  /** `errInfos` is empty after a success. Nothing happens when the shop has no address. */
  tell(shop: Shop, order: Order, job: string, errInfos: readonly string[]): void;
  readonly state: StatePart<SavedAttempt<Post>[]>;
  stop(): void;
}

/** One result on its way. `nth`: how often it was tried before. */
interface Post {
  readonly tenant: string;
  readonly url: string;
  readonly body: string;
  readonly orderId: string;
  readonly key: string;
  readonly nth: number;
}

interface Dependencies {
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly log: Log;
  readonly acquirer: string;
  readonly settings: GmoPgConfig['results'];
}

const bodyOf = ({ credentials }: Shop, order: Order, job: string, errInfos: readonly string[]): string => {
  const settled = order.tranId !== '';
  return stringify({
    ShopID: credentials.shopId,
    ShopPass: '*'.repeat(10),
    AccessID: order.accessId,
    AccessPass: '*'.repeat(32),
    OrderID: order.orderId,
    Status: order.status,
    JobCd: job,
    Amount: order.amountYen,
    Tax: order.taxYen,
    Currency: 'JPN',
    Forward: settled ? FORWARD : '',
    Method: order.method,
    PayTimes: order.payTimes,
    TranID: order.tranId,
    Approve: order.approve,
    TranDate: settled ? jstStamp(order.processedAtMs) : '',
    ErrCode: errInfos.map(errCodeOf).join('|'),
    ErrInfo: errInfos.join('|'),
    PayType: '0',
  });
};

export const createResults = ({ clock, fetch, log, acquirer, settings }: Dependencies): Results => {
  const attempts = createAttempts<Post>(clock, async (post) => {
    const received = await fetch(post.url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: post.body,
      timeoutMs: settings.timeoutMs,
      drawKey: `result/${post.key}/${post.nth}`,
    })
      .then(async (reply) => (await reply.text()).trim() === '0')
      .catch(() => false);
    if (received) return null;
    if (post.nth < settings.retriesMax) {
      return { item: { ...post, nth: post.nth + 1 }, delayMs: settings.retryAfterMs };
    }
    log.warn({ event: 'result.given-up', acquirer, order: post.orderId });
    return null;
  });

  return {
    tell(shop, order, job, errInfos) {
      const url = shop.credentials.resultUrl;
      if (url === undefined) return;
      const name = `result/${job}`;
      const nth = order.calls.get(name) ?? 0;
      order.calls.set(name, nth + 1);
      const key = `${order.tenant}/${order.orderId}/${job}/${nth}`;
      const body = bodyOf(shop, order, job, errInfos);
      attempts.now({ tenant: order.tenant, url, body, orderId: order.orderId, key, nth: 0 });
    },
    state: {
      save: attempts.save,
      load: attempts.load,
      reset: (tenant) => attempts.drop((post) => tenant === null || post.tenant === tenant),
    },
    stop: attempts.stop,
  };
};
