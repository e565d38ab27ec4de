/** Webhook endpoints of merchants, order and leases of deliveries, and what was told of terms. */
import { leaseColumns } from '../leases.ts';

export const webhooks: readonly string[] = [
  `create table webhook_endpoints (
     id text primary key, merchant_id text not null, livemode integer not null, url text not null,
     signing text not null, secret text, previous_secret text, previous_until_ms bigint, created_ms bigint not null)`,
  `create index webhook_endpoints_by_merchant on webhook_endpoints (merchant_id)`,
  // One address for both modes is now one endpoint in each.
  ...[
    ['live', 1],
    ['test', 0],
  ].map(
    ([mode, livemode]) =>
      `insert into webhook_endpoints (id, merchant_id, livemode, url, signing, created_ms)
       select 'we_${mode}_' || id, id, ${livemode}, webhook_url, 'token', created_ms from merchants where webhook_url is not null`,
  ),
  `alter table merchants drop column webhook_url`,
  `alter table merchants add column terms_told_ms bigint`,
  `alter table deliveries add column endpoint_id text`,
  `alter table deliveries add column object_id text`,
  `alter table deliveries add column seq integer not null default 1`,
  `alter table deliveries add column reason text`,
  `alter table deliveries add column status integer`,
  ...leaseColumns('deliveries'),
  // Held by nobody: whoever starts takes them up.
  `update deliveries set lease_until_ms = 0, lease_owner = '' where state = 'waiting'`,
  `update deliveries set
     endpoint_id = (select 'we_' || case e.livemode when 1 then 'live_' else 'test_' end || e.merchant_id
                    from events e where e.id = 'evnt_' || substr(deliveries.id, 5)),
     object_id = (select e.object_id from events e where e.id = 'evnt_' || substr(deliveries.id, 5)),
     body = ''
   where kind = 'webhook' and state <> 'delivered'`,
  // Rows that wait are few; all three indexes forget a row once it is delivered.
  `drop index deliveries_due`,
  `create index deliveries_leased on deliveries (lease_until_ms) where state = 'waiting'`,
  // An object has few endpoints and few events that wait: a longer key would cost more than it finds.
  `create index deliveries_in_order on deliveries (object_id) where state = 'waiting'`,
  `create index deliveries_dead on deliveries (created_ms) where state = 'dead'`,
];
