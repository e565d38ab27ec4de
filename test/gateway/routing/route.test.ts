import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseRoute, type Route } from '../../../gateway/routing/route.ts';

const seed = 20170712;
const request = { brand: 'visa', operation: 'authorise', drawKey: 'big-1/7' };
const usable = (...acquirers: string[]) => ({ mayUse: (acquirer: string) => acquirers.includes(acquirer) });

const cases: readonly {
  readonly title: string;
  readonly failover: boolean;
  readonly open: readonly string[];
  readonly notSentTo?: readonly string[];
  readonly expected: Route;
}[] = [
  {
    title: 'goes to the preferred acquirer while it may be used',
    failover: true,
    open: ['escott', 'gmo'],
    expected: { acquirer: 'escott', preferred: true },
  },
  {
    title: 'goes to the next one when the preferred is refused',
    failover: true,
    open: ['gmo'],
    expected: { acquirer: 'gmo', preferred: false },
  },
  {
    title: 'names no acquirer when all are refused',
    failover: true,
    open: [],
    expected: { acquirer: null, reason: 'all_refused' },
  },
  {
    title: 'stays with the preferred one, refused or not, while failover is off',
    failover: false,
    open: ['gmo'],
    expected: { acquirer: null, reason: 'preferred_refused' },
  },
  {
    title: 'goes on after a request that was certainly not sent',
    failover: true,
    open: ['escott', 'gmo'],
    notSentTo: ['escott'],
    expected: { acquirer: 'gmo', preferred: false },
  },
  {
    title: 'gives up once it could be sent to none',
    failover: true,
    open: ['escott', 'gmo'],
    notSentTo: ['escott', 'gmo'],
    expected: { acquirer: null, reason: 'none_reachable' },
  },
  {
    title: 'does not go on after a request that was not sent while failover is off',
    failover: false,
    open: ['escott', 'gmo'],
    notSentTo: ['escott'],
    expected: { acquirer: null, reason: 'none_reachable' },
  },
];

describe('the route of a new payment', () => {
  for (const { title, failover, open, notSentTo, expected } of cases)
    it(title, () => {
      const asked = notSentTo === undefined ? request : { ...request, notSentTo };
      expect(chooseRoute({ order: ['escott', 'gmo'], failover }, usable(...open), asked)).toEqual(expected);
    });

  it(`never names an acquirer that is refused, unreachable or passed over (seed ${seed})`, () => {
    const order = ['a', 'b', 'c'];
    fc.assert(
      fc.property(fc.subarray(order), fc.subarray(order), fc.boolean(), (open, notSentTo, failover) => {
        const route = chooseRoute({ order, failover }, usable(...open), { ...request, notSentTo });
        const eligible = (failover ? order : ['a']).filter((id) => open.includes(id) && !notSentTo.includes(id));
        expect(route.acquirer).toBe(eligible[0] ?? null);
      }),
      { seed },
    );
  });
});
