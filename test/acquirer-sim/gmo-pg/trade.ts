/** GMO-PG calls as a shop would write them, for the tests of this room. */
import type { AcquirerConfigInput } from '../../../acquirer-sim/app.ts';
import type { Fetch } from '../../../acquirer-sim/ports.ts';
import { createWorld, type Json, type Reply, type World } from '../world.ts';

export type Fields = Record<string, string>;

const config = (changes: Partial<Json>): AcquirerConfigInput => ({
  id: 'gmo',
  dialect: 'gmo-pg',
  capacity: { workers: 10, queueMax: 100 },
  tenants: [
    {
      id: 'gateway',
      shopId: 'tshop00000001',
      shopPass: 'abcd1234',
      site: { siteId: 'tsite00000001', sitePass: 'sitepass1' },
    },
    {
      id: 'other',
      shopId: 'tshop00000002',
      shopPass: 'efgh5678',
      site: { siteId: 'tsite00000002', sitePass: 'sitepass2' },
    },
  ],
  ...changes,
});

export interface Shop {
  readonly world: World;
  call(api: string, fields: Fields | string, headers?: Record<string, string>): Promise<Reply>;
  /** Enters an order and answers its access keys. */
  enter(orderId: string, job: string, changes?: Fields): Promise<Fields>;
  /** Enters and executes an order; answers its access keys. */
  trade(orderId: string, job: string, changes?: Fields): Promise<Fields>;
  status(orderId: string): Promise<Readonly<Record<string, string>>>;
}

export const SHOP = { ShopID: 'tshop00000001', ShopPass: 'abcd1234' };
export const SITE = { SiteID: 'tsite00000001', SitePass: 'sitepass1' };
export const CARD = { CardNo: '4111111111111111', Expire: '3012', Method: '1' };

export const createShop = (changes: Partial<Json> = {}, fetch?: Fetch): Shop => {
  const world = createWorld(config(changes), fetch === undefined ? {} : { fetch });
  const call: Shop['call'] = (api, fields, headers) => world.post(`/payment/${api}.idPass`, fields, headers);
  const enter: Shop['enter'] = async (orderId, job, more = {}) => {
    const amount: Fields = job === 'CHECK' ? {} : { Amount: '1000' };
    const { pairs } = await call('EntryTran', { ...SHOP, OrderID: orderId, JobCd: job, ...amount, ...more });
    return { AccessID: pairs.AccessID ?? '', AccessPass: pairs.AccessPass ?? '' };
  };
  return {
    world,
    call,
    enter,
    async trade(orderId, job, more = {}) {
      const keys = await enter(orderId, job);
      await call('ExecTran', { ...keys, OrderID: orderId, ...CARD, ...more });
      return keys;
    },
    status: async (orderId) => (await call('SearchTrade', { ...SHOP, OrderID: orderId })).pairs,
  };
};
