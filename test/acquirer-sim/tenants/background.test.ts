import { describe, expect, it } from 'vitest';
import type { Front } from '../../../acquirer-sim/capacity/front.ts';
import { createLiveRandom } from '../../../acquirer-sim/random.ts';
import { type Background, createBackground } from '../../../acquirer-sim/tenants/background.ts';
import { createTenants, type Tenant } from '../../../acquirer-sim/tenants/tenant.ts';
import { createManualClock } from '../manual-clock.ts';

interface Arrival {
  readonly tenant: string;
  readonly atMs: number;
  readonly serviceMs: number;
}

const setUp = (...ids: string[]) => {
  const clock = createManualClock();
  const tenants = createTenants(clock, ids);
  const arrivals: Arrival[] = [];
  const front: Pick<Front, 'background'> = {
    background: (tenant, serviceMs) => void arrivals.push({ tenant: tenant.id, atMs: clock.monotonicMs(), serviceMs }),
  };
  const background: Background = createBackground(
    clock,
    createLiveRandom(5),
    front,
    { mean: 250, sigma: 0.6 },
    tenants,
  );
  const set = (id: string, ratePerSecond: number) =>
    background.set(tenants.get(id) as Tenant, { ratePerSecond, sources: null });
  return { clock, background, arrivals, set };
};

const of = (arrivals: readonly Arrival[], tenant: string) => arrivals.filter((arrival) => arrival.tenant === tenant);

describe('background traffic (seed 5)', () => {
  it('arrives at the configured rate, with gaps as irregular as a Poisson process has them', () => {
    const { clock, background, arrivals, set } = setUp('shop');
    set('shop', 20);
    background.start();
    clock.run(2_000_000);
    expect(arrivals.length / 40_000).toBeCloseTo(1, 1);
    const gaps = arrivals.slice(1).map(({ atMs }, index) => atMs - (arrivals[index] as Arrival).atMs);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1);
  });

  it('does not begin before start, ends at stop and at a rate of 0, and leaves no timer behind', () => {
    const { clock, background, arrivals, set } = setUp('shop');
    set('shop', 10);
    clock.run(10_000);
    expect(arrivals).toHaveLength(0);
    background.start();
    clock.run(10_000);
    const before = arrivals.length;
    expect(before).toBeGreaterThan(50);
    set('shop', 0);
    clock.run(10_000);
    expect(arrivals).toHaveLength(before);
    set('shop', 10);
    background.stop();
    expect(clock.pending()).toBe(0);
  });

  it('keeps its draws when the rate changes: the same arrivals come, only closer together', () => {
    const slow = setUp('shop');
    slow.set('shop', 10);
    slow.background.start();
    slow.clock.run(100_000);
    const changing = setUp('shop');
    changing.set('shop', 10);
    changing.background.start();
    changing.clock.run(50_000);
    changing.set('shop', 40);
    changing.clock.run(12_500);
    const services = (arrivals: readonly Arrival[]) => arrivals.map(({ serviceMs }) => serviceMs);
    expect(services(changing.arrivals)).toEqual(services(slow.arrivals));
  });

  it('of one tenant does not depend on whether another one is there', () => {
    const alone = setUp('shop');
    alone.set('shop', 10);
    alone.background.start();
    alone.clock.run(60_000);
    const together = setUp('flood', 'shop');
    together.set('flood', 100);
    together.set('shop', 10);
    together.background.start();
    together.clock.run(60_000);
    expect(of(together.arrivals, 'shop')).toEqual(alone.arrivals);
    expect(of(together.arrivals, 'flood').length).toBeGreaterThan(5_000);
  });
});
