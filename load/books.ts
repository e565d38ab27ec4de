/** Looks for payments that were captured twice, in the merchants' own lists: what any of them could see. */
import { get, isObject } from './client.ts';
import { doublesIn } from './judge.ts';
import { metrics } from './metrics.ts';
import type { Merchant } from './plan.ts';

const pageMax = 100;
/** A list of so many payments takes too long to read; what is older belongs to other runs. */
const pagesMax = 200;

/** Counts double captures since a wall time (ms). */
export const countDoubleCaptures = (baseUrl: string, merchants: readonly Merchant[], sinceMs: number): void => {
  metrics.doubleCapture.add(0);
  for (const { secretKey } of new Map(merchants.map((merchant) => [merchant.secretKey, merchant])).values()) {
    const charges: Readonly<Record<string, unknown>>[] = [];
    for (let page = 0; page < pagesMax; page += 1) {
      const query = `limit=${pageMax}&offset=${page * pageMax}&since=${Math.floor(sinceMs / 1000) - 1}`;
      const answer = get(`${baseUrl}/v1/charges?${query}`, secretKey, 'list', 60_000);
      if (answer?.status !== 200 || !Array.isArray(answer.body?.data))
        throw new Error(`the list of charges could not be read: ${answer?.status ?? 'no answer'}`);
      charges.push(...answer.body.data.filter(isObject));
      if (answer.body.has_more !== true) break;
    }
    for (const intent of doublesIn(charges)) {
      metrics.doubleCapture.add(1);
      console.warn(`captured more than once: ${intent}`);
    }
  }
};
