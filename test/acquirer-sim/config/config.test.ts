import { describe, expect, it } from 'vitest';
import { AcquirerConfig } from '../../../acquirer-sim/app.ts';
import { escottConfig } from '../escott/card.ts';
import type { Json } from '../world.ts';

const faultsOf = (config: unknown): string[] => {
  const parsed = AcquirerConfig.safeParse(config);
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join('.'));
};

const operators = {
  tenant: 'gateway',
  thresholdPerSecond: 10,
  decideAfterMs: 0,
  reactAfterMs: 0,
  capPerSecond: 1,
  liftBelowPerSecond: 1,
  liftAfterMs: 0,
  noticeAfterMs: 0,
};

describe('the configuration of an acquirer', () => {
  it('fills in what may be left out', () => {
    const config = AcquirerConfig.parse(escottConfig());
    expect(config.capacity).toMatchObject({ listingLagMaxMs: 60_000, slowdown: 1 });
    expect(config.capacity.serviceMs.void).toEqual({ mean: 250, sigma: 0.6 });
    expect([config.background, config.operators]).toEqual([[], []]);
  });

  it('may be given again once it is filled in', () => {
    const config = AcquirerConfig.parse(escottConfig());
    expect(AcquirerConfig.parse(config)).toEqual(config);
  });

  it.each<[string, Json]>([
    ['dialect', { dialect: 'other' }],
    ['capacity.workers', { capacity: { workers: -1, queueMax: 1 } }],
    ['capacity', { capacity: { workers: 1, queueMax: 1, worker: 1 } }],
    ['tenants.0.merchantId', { tenants: [{ id: 'a', merchantId: 'has space', merchantPass: 'x' }] }],
    ['tenants.0.merchantId', { tenants: [{ id: 'a', shopId: 'x', shopPass: 'x' }] }],
    ['operators.0.tenant', { operators: [{ ...operators, tenant: 'nobody' }] }],
    ['operators.0.watchWindowMs', { operators: [{ ...operators, watchWindowMs: 1_500 }] }],
    ['operators.1.tenant', { operators: [operators, operators] }],
    [
      'background.1.id',
      {
        background: [
          { id: 'a', ratePerSecond: 1 },
          { id: 'a', ratePerSecond: 2 },
        ],
      },
    ],
    [
      'tenants.1',
      {
        tenants: [
          { id: 'a', merchantId: 'M1', merchantPass: 'x' },
          { id: 'b', merchantId: 'M1', merchantPass: 'y' },
        ],
      },
    ],
  ])('names %s when that is wrong', (path, changes) => {
    expect(faultsOf(escottConfig(changes))).toContain(path);
  });
});
