import { describe, expect, it } from 'vitest';
import { Policy } from '../../../gateway/app.ts';
import { comparedPolicies, switchesOf } from '../../../scenarios/bench-protection/policies.ts';

/** Every member that switches a part of a policy, by its path. */
const switchesIn = (value: unknown, path = ''): string[] => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === 'enabled' ? [path] : switchesIn(member, `${path}/${name}`),
  );
};

describe('the two sides of bench-protection', () => {
  const { on, off } = comparedPolicies();

  it('are a policy with every protection on and one with every protection off', () => {
    expect(new Set(Object.values(switchesOf(on)))).toEqual(new Set([true]));
    expect(new Set(Object.values(switchesOf(off)))).toEqual(new Set([false]));
    expect(Policy.safeParse(on).error?.issues ?? []).toEqual([]);
  });

  it('differ in nothing but their names and switches', () => {
    const differing = (one: unknown, other: unknown, path = ''): string[] =>
      JSON.stringify(one) === JSON.stringify(other)
        ? []
        : typeof one === 'object' && typeof other === 'object' && one !== null && other !== null
          ? [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((name) =>
              differing(one[name as never], other[name as never], `${path}/${name}`),
            )
          : [path];
    const others = differing(on, off).filter((path) => !path.endsWith('/enabled'));
    expect(others.toSorted()).toEqual([
      '/abuse/tellUpstream',
      '/fraud/mode',
      '/incidents/machineNotices',
      '/mandate/enforcement',
      '/name',
      '/onCall/tellUpstream',
      '/routing/failover',
      '/title/en',
      '/title/ja',
    ]);
  });

  it('leave out no switch of the schema but those of what is asked by timers and not by charges', () => {
    const named = switchesIn(on).filter((path) => path !== '/detector/probes');
    // Failover, notices, fraud and the mandate have switches of other names.
    expect(named).toHaveLength(Object.keys(switchesOf(on)).length - 4);
  });

  it('ask every bound on the protected side, and refuse nothing there', () => {
    expect(on.limits.zones.payment.ratePerSecond).toBeGreaterThan(10_000);
    expect(Object.keys(on.limits.outbound.contractPerSecond)).toEqual(on.routing.order);
    expect(on.upstream.concurrency).toEqual(expect.objectContaining({ enabled: true, slotsMax: 40 }));
  });
});
