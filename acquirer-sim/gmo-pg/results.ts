/**
 * Results told to the shop (gmo-pg-protocol.md section 10): one POST after each step of a trade,
 * failures too, without a signature.
 *
 * It leaves at the moment of the decision, so it can arrive before the answer to the call itself,
 * as the real one does. The shop answers `0`; anything else is repeated, as it was, an hour later.
 */
import { stringify } from 'qs';
import type { GmoPgConfig } from '../config.ts';
import { jstStamp } from '../jst.ts';
import type { Clock, Fetch, Log, Timer } from '../ports.ts';
import { FORWARD } from './answers.ts';
import type { Shop } from './directory.ts';
import { errCodeOf } from './form.ts';
import type { Order } from './orders.ts';

export interface Results {
  /** `errInfos` is empty after a success. Nothing happens when the shop has no address. */
  tell(shop: Shop, order: Order, job: string, errInfos: readonly string[]): void;
  stop(): void;
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
  const waiting = new Set<Timer>();
  let stopped = false;

  const later = (delayMs: number, act: () => void): void => {
    const timer = clock.after(delayMs, () => {
      waiting.delete(timer);
      act();
    });
    waiting.add(timer);
  };

  const attempt = async (url: string, body: string, orderId: string, key: string, nth: number): Promise<void> => {
    const received = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
      timeoutMs: settings.timeoutMs,
      drawKey: `result/${key}/${nth}`,
    })
      .then(async (reply) => (await reply.text()).trim() === '0')
      .catch(() => false);
    if (received || stopped) return;
    if (nth < settings.retriesMax) {
      later(settings.retryAfterMs, () => void attempt(url, body, orderId, key, nth + 1));
    } else {
      log.warn({ event: 'result.given-up', acquirer, order: orderId });
    }
  };

  return {
    tell(shop, order, job, errInfos) {
      const url = shop.credentials.resultUrl;
      if (url === undefined || stopped) return;
      const name = `result/${job}`;
      const nth = order.calls.get(name) ?? 0;
      order.calls.set(name, nth + 1);
      const key = `${order.tenant}/${order.orderId}/${job}/${nth}`;
      void attempt(url, bodyOf(shop, order, job, errInfos), order.orderId, key, 0);
    },
    stop() {
      stopped = true;
      for (const timer of waiting) timer.cancel();
      waiting.clear();
    },
  };
};
