import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usableRoutes } from '../../../gateway/routing/route.ts';

const seed = 20170712;
const request = { brand: 'visa', operation: 'authorise', drawKey: 'big-1/7' };
const usable = (...acquirers: string[]) => ({ mayUse: (acquirer: string) => acquirers.includes(acquirer) });

const cases: readonly {
  readonly title: string;
  readonly failover: boolean;
  readonly open: readonly string[];
  readonly notSentTo?: readonly string[];
  readonly expected: readonly string[];
}[] = [
  {
    title: 'goes to the preferred acquirer while it may be used, and to the next one after it',
    failover: true,
    open: ['escott', 'gmo'],
    expected: ['escott', 'gmo'],
  },
  {
    title: 'goes to the next one when the preferred is refused',
    failover: true,
    open: ['gmo'],
    expected: ['gmo'],
  },
  {
    title: 'names no acquirer when all are refused',
    failover: true,
    open: [],
    expected: [],
  },
  {
    title: 'names the preferred one or none while failover is off',
    failover: false,
    open: ['gmo'],
    expected: [],
  },
  {
    title: 'goes on after a request that was certainly not sent',
    failover: true,
    open: ['escott', 'gmo'],
    notSentTo: ['escott'],
    expected: ['gmo'],
  },
  {
    title: 'does not go on after a request that was not sent while failover is off',
    failover: false,
    open: ['escott', 'gmo'],
    notSentTo: ['escott'],
    expected: [],
  },
];

describe('the route of a new payment', () => {
  for (const { title, failover, open, notSentTo, expected } of cases)
    it(title, () => {
      const asked = notSentTo === undefined ? request : { ...request, notSentTo };
      expect(usableRoutes({ order: ['escott', 'gmo'], failover }, usable(...open), asked)).toEqual(expected);
    });

  it(`names in order whoever is not refused, unreachable or passed over (seed ${seed})`, () => {
    const order = ['a', 'b', 'c'];
    fc.assert(
      fc.property(fc.subarray(order), fc.subarray(order), fc.boolean(), (open, notSentTo, failover) => {
        const routes = usableRoutes({ order, failover }, usable(...open), { ...request, notSentTo });
        const eligible = (failover ? order : ['a']).filter((id) => open.includes(id) && !notSentTo.includes(id));
        expect(routes).toEqual(eligible);
      }),
      { seed },
    );
  });
});
