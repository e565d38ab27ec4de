/** Which order of acquirers a payment has, by merchant and brand: pure. */
import type { Policy } from '../policy/schema.ts';
import type { Random } from '../ports.ts';

type Routing = Policy['routing'];
type Rule = Routing['rules'][number];

const fitsMerchant = (pattern: string, merchantId: string): boolean =>
  pattern.endsWith('*') ? merchantId.startsWith(pattern.slice(0, -1)) : pattern === merchantId;

const fits = (rule: Rule, merchantId: string, brand: string): boolean =>
  (rule.merchants === undefined || rule.merchants.some((pattern) => fitsMerchant(pattern, merchantId))) &&
  (rule.brands === undefined || rule.brands.includes(brand));

/** The order with the acquirer that a lot in [0, 1) falls on put first. */
export const dividedOrder = (order: readonly string[], weights: readonly number[], lot: number): readonly string[] => {
  let left = lot * weights.reduce((sum, weight) => sum + weight, 0);
  const at = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  const first = order[at < 0 ? weights.findLastIndex((weight) => weight > 0) : at]!;
  return [first, ...order.filter((name) => name !== first)];
};

/**
 * Acquirers in order of preference. A division is drawn by `stickyKey`, so that one card of one
 * merchant stays with one acquirer while both work.
 */
export const orderFor = (
  routing: Routing,
  { merchantId, brand, stickyKey }: { merchantId: string; brand: string; stickyKey: string },
  random: Random,
): readonly string[] => {
  if (routing.rules.length === 0) return routing.order;
  const rule = routing.rules.find((candidate) => fits(candidate, merchantId, brand));
  if (rule === undefined) return routing.order;
  if (rule.weights === undefined) return rule.order;
  return dividedOrder(rule.order, rule.weights, random.fork(`split/${stickyKey}`).float());
};
