/** Who may call: shops and sites by their credentials, and which shops share a site. */
import type { GmoPgConfig, GmoPgSite, GmoPgTenant } from '../config.ts';
import { createSite, type SavedMember, type Site } from '../members/sites.ts';
import type { StatePart } from '../state.ts';
import type { Tenant, Tenants } from '../tenants/tenant.ts';
import { type Faults, type Fields, readSiteFields } from './fields.ts';

/** The shop that calls, once its credentials are checked. */
export interface Shop {
  readonly tenant: Tenant;
  readonly credentials: GmoPgTenant;
}

/** The site that calls. What it asks for is counted as the first shop's that names it. */
export interface SiteAccount {
  readonly tenant: Tenant;
  readonly settings: GmoPgSite;
  readonly site: Site;
}

export interface Directory {
  /** The shop of the credentials; otherwise undefined and the reason among the faults. */
  readShop(fields: Fields, faults: Faults): Shop | undefined;
  /** The same for a site. */
  readSite(fields: Fields, faults: Faults): SiteAccount | undefined;
  shopOf(tenantId: string): Shop | undefined;
  shopById(shopId: string): Shop | undefined;
  /** The members of each site. A site is reset with the first shop that names it. */
  readonly members: StatePart<Record<string, SavedMember[]>>;
}

export const createDirectory = (config: GmoPgConfig, tenants: Tenants): Directory => {
  const shops = new Map<string, Shop>();
  const shopsByTenant = new Map<string, Shop>();
  const sites = new Map<string, SiteAccount>();
  for (const credentials of config.tenants) {
    const tenant = tenants.ensure(credentials.id);
    const shop = { tenant, credentials };
    shops.set(credentials.shopId, shop);
    shopsByTenant.set(credentials.id, shop);
    const settings = credentials.site;
    if (settings !== undefined && !sites.has(settings.siteId)) {
      sites.set(settings.siteId, { tenant, settings, site: createSite(settings.siteId) });
    }
  }

  return {
    readShop(fields, faults) {
      const shopId = fields.get('ShopID') ?? '';
      const shopPass = fields.get('ShopPass') ?? '';
      const before = faults.length;
      if (shopId === '') faults.push('E01010001');
      else if (!/^[0-9A-Za-z]{1,13}$/.test(shopId)) faults.push('E01010008');
      if (shopPass === '') faults.push('E01020001');
      else if (!/^[0-9A-Za-z]{1,10}$/.test(shopPass)) faults.push('E01020008');
      if (faults.length > before) return undefined;
      const shop = shops.get(shopId);
      if (shop?.credentials.shopPass === shopPass) return shop;
      faults.push('E01030002');
      return undefined;
    },
    readSite(fields, faults) {
      const before = faults.length;
      const { siteId, sitePass } = readSiteFields(fields, faults);
      if (faults.length > before) return undefined;
      const account = sites.get(siteId);
      if (account?.settings.sitePass === sitePass) return account;
      faults.push('E01210002');
      return undefined;
    },
    shopOf: (tenantId) => shopsByTenant.get(tenantId),
    shopById: (shopId) => shops.get(shopId),
    members: {
      save: () => Object.fromEntries([...sites].map(([siteId, { site }]) => [siteId, site.save()])),
      load(saved) {
        for (const [siteId, { site }] of sites) site.load(saved[siteId] ?? []);
      },
      reset(tenant) {
        for (const account of sites.values())
          if (tenant === null || account.tenant.id === tenant) account.site.load([]);
      },
    },
  };
};
