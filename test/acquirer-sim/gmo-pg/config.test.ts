import { describe, expect, it } from 'vitest';
import { AcquirerConfig } from '../../../acquirer-sim/app.ts';

const site = { siteId: 'tsite00000001', sitePass: 'sitepass1' };
const shop = (nth: number, changes: object = {}) => ({
  id: `shop-${nth}`,
  shopId: `tshop0000000${nth}`,
  shopPass: 'abcd1234',
  site,
  ...changes,
});

const faultsOf = (...tenants: object[]): string[] => {
  const config = { id: 'gmo', dialect: 'gmo-pg', capacity: { workers: 1, queueMax: 1 }, tenants };
  const parsed = AcquirerConfig.safeParse(config);
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join('.'));
};

describe('a GMO-PG acquirer’s configuration', () => {
  it('lets shops share a site', () => {
    expect(faultsOf(shop(1), shop(2))).toEqual([]);
  });

  it.each<[string, object]>([
    ['tenants.1.site', { site: { ...site, sitePass: 'another' } }],
    ['tenants.1.site.siteId', { site: { ...site, siteId: 'tsite000000001' } }],
    ['tenants.1.site.maskLastDigits', { site: { ...site, maskLastDigits: 5 } }],
    ['tenants.1.resultUrl', { resultUrl: 'not a URL' }],
  ])('names %s when it is wrong', (path, changes) => {
    expect(faultsOf(shop(1), shop(2, changes))).toEqual([path]);
  });
});
