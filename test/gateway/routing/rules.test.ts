import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Policy } from '../../../gateway/app.ts';
import { Routing } from '../../../gateway/policy/routing.ts';
import { createLiveRandom } from '../../../gateway/random.ts';
import { dividedOrder, orderFor } from '../../../gateway/routing/rules.ts';
import { protectedPolicy } from '../upstream/scripted.ts';

const { demotion, stickiness } = protectedPolicy().routing;
const routing = (rules: unknown[]) =>
  Routing.parse({ demotion, stickiness, order: ['escott', 'gmo'], failover: true, rules });
const random = createLiveRandom(1);
const of = (merchantId: string, brand = 'Visa', stickyKey = 'card') => ({ merchantId, brand, stickyKey });

describe('the order of acquirers', () => {
  it('is the policy’s own where no rule is about the payment', () => {
    const rules = routing([{ merchants: ['big-*'], brands: ['JCB'], order: ['gmo', 'escott'] }]);
    expect(orderFor(rules, of('small-1', 'JCB'), random)).toEqual(['escott', 'gmo']);
    expect(orderFor(rules, of('big-1', 'Visa'), random)).toEqual(['escott', 'gmo']);
    expect(orderFor(rules, of('big-1', 'JCB'), random)).toEqual(['gmo', 'escott']);
  });

  it('is that of the first rule that fits', () => {
    const rules = routing([
      { merchants: ['big-1'], order: ['gmo'] },
      { merchants: ['big-*'], order: ['gmo', 'escott'] },
    ]);
    expect(orderFor(rules, of('big-1'), random)).toEqual(['gmo']);
    expect(orderFor(rules, of('big-2'), random)).toEqual(['gmo', 'escott']);
  });

  it('divides payments by weight, and one card of one merchant never moves', () => {
    const rules = routing([{ order: ['escott', 'gmo'], weights: [0.7, 0.3] }]);
    const firsts = Array.from({ length: 2_000 }, (_, card) => orderFor(rules, of('m', 'Visa', `m/${card}`), random)[0]);
    const share = firsts.filter((first) => first === 'gmo').length / firsts.length;
    expect(Math.abs(share - 0.3)).toBeLessThan(0.04);
    for (let card = 0; card < 50; card += 1)
      expect(orderFor(rules, of('m', 'Visa', `m/${card}`), random)[0]).toBe(firsts[card]);
  });

  it('names everybody once whatever the lot, and never puts first who has no weight', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 })
          .filter((all) => all.some((one) => one > 0)),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (weights, lot) => {
          const order = weights.map((_, index) => `a${index}`);
          const divided = dividedOrder(order, weights, lot);
          expect([...divided].toSorted()).toEqual(order);
          expect(weights[order.indexOf(divided[0]!)]).toBeGreaterThan(0);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('a routing rule', () => {
  it.each<[string, unknown, string]>([
    ['that names an acquirer twice', { order: ['gmo', 'gmo'] }, 'order'],
    ['with more weights than acquirers', { order: ['gmo'], weights: [1, 1] }, 'weights'],
    ['that weighs nothing', { order: ['gmo'], weights: [0] }, 'weights'],
    ['with a word nobody knows', { order: ['gmo'], brand: ['Visa'] }, ''],
  ])('%s is refused', (_, rule, at) => {
    const parsed = Routing.safeParse({ demotion, stickiness, order: ['escott', 'gmo'], failover: true, rules: [rule] });
    expect(parsed.error?.issues[0]?.path).toEqual(['rules', 0, ...(at === '' ? [] : [at])]);
  });

  it('that sends payments to an acquirer the policy does not list is refused', () => {
    const policy = {
      ...protectedPolicy(),
      routing: { demotion, stickiness, order: ['escott', 'gmo'], failover: true, rules: [{ order: ['other'] }] },
    };
    expect(Policy.safeParse(policy).error?.issues[0]).toMatchObject({ path: ['routing', 'rules', 0, 'order', 0] });
  });
});
