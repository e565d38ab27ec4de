/**
 * `/v1/accounts`: who the key belongs to (payjp-api section 3.9), and the Platform calls, which
 * this gateway answers clearly and does not offer.
 */
import { createHash } from 'node:crypto';
import type { Hono } from 'hono';
import { z } from 'zod';
import { forPages } from '../browser/cors.ts';
import { brands } from '../cards/card.ts';
import { type Endpoint, ok, refused } from '../http/endpoint.ts';
import { checkForm, optional, text } from '../http/fields.ts';
import type { Query, Store } from '../ports.ts';
import type { MerchantRow } from '../store/database.ts';
import { query } from '../store/query.ts';

const merchantRow: Query<{ id: string }, MerchantRow> = query((db, arg) =>
  db.selectFrom('merchants').selectAll().where('id', '=', arg.id),
);

export const BrandsForm = z.strictObject({ tenant: optional(text(100)) });

/** Ids of what is not stored by itself: a function of the merchant's. */
const idOf = (prefix: string, merchantId: string): string =>
  (prefix + createHash('sha256').update(`${prefix}/${merchantId}`).digest('hex')).slice(0, 32);

const accountView = (row: MerchantRow): Record<string, unknown> => {
  const created = Math.floor(row.created_ms / 1000);
  return {
    id: idOf('acct_', row.id),
    object: 'account',
    // The gateway keeps no address of a person.
    email: null,
    created,
    team_id: null,
    merchant: {
      object: 'merchant',
      id: row.id.startsWith('acct_mch_') ? row.id : idOf('acct_mch_', row.id),
      bank_enabled: true,
      brands_accepted: brands,
      business_type: null,
      charge_type: null,
      country: 'JP',
      created,
      currencies_supported: ['jpy'],
      default_currency: 'jpy',
      details_submitted: true,
      livemode_enabled: true,
      livemode_activated_at: created,
      product_name: row.name,
      product_type: null,
      site_published: null,
    },
  };
};

export const accountRoutes = (app: Hono, endpoint: Endpoint, { store }: { readonly store: Store }): void => {
  const secret = { zone: 'sk', keys: 'sk' } as const;
  app.get(
    '/v1/accounts',
    endpoint(secret, async (call) => {
      const row = await store.read((tx) => tx.first(merchantRow, { id: call.principal.merchant.id }));
      if (row === undefined)
        throw new Error(`a key names merchant ${call.principal.merchant.id}, which does not exist`);
      return ok(accountView(row));
    }),
  );
  app.get(
    '/v1/accounts/brands',
    forPages(
      endpoint({ zone: 'sk', keys: 'pk' }, async (call) => {
        const parsed = checkForm(BrandsForm, call.form);
        if (!parsed.ok) return refused(parsed.error);
        if (parsed.value.tenant !== undefined)
          return refused({ kind: 'request', code: 'platform_not_supported', param: 'tenant' });
        return ok({ card_types_supported: brands, livemode: call.principal.mode === 'live' });
      }),
    ),
  );
  const platform = endpoint(secret, async () => refused({ kind: 'request', code: 'platform_not_supported' }));
  for (const path of ['/v1/tenants', '/v1/tenants/*', '/v1/tenant_transfers', '/v1/tenant_transfers/*'])
    app.on(['GET', 'POST', 'DELETE'], path, platform);
};
