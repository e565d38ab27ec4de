/**
 * Where a merchant wants its events: addresses per mode, and how each is signed.
 *
 * An endpoint is read at every event and at every try of a delivery, so it is kept in memory for as
 * long as a merchant is (`merchants.ts`); whoever changes one through this instance changes the copy.
 */
import { newSecret } from '../deliveries/signature.ts';
import { newId } from '../ids.ts';
import type { Clock, Entropy, Query, Store, Tx } from '../ports.ts';
import type { Flag, WebhookEndpointRow } from '../store/database.ts';
import { insertQuery, query } from '../store/query.ts';

/** How a receiver knows that it is us: PAY.JP's static token, or Standard Webhooks signatures as well. */
export type Signing = 'token' | 'standard';

export interface WebhookEndpoint {
  readonly id: string;
  readonly merchantId: string;
  readonly livemode: Flag;
  readonly url: string;
  /** The account's, sent with every event (payjp-api section 7). */
  readonly token: string;
  readonly signing: Signing;
  readonly secret: string | null;
  readonly previousSecret: string | null;
  readonly previousUntilMs: number | null;
}

export interface NewWebhookEndpoint {
  readonly merchantId: string;
  readonly livemode: Flag;
  readonly url: string;
  readonly signing: Signing;
}

export interface WebhookEndpoints {
  /** Inside the caller's unit, for a merchant that is there or just made. */
  insert(tx: Tx, endpoint: NewWebhookEndpoint, token: string): Promise<WebhookEndpoint>;
  /** Or why not: no such merchant, or this mode has `endpointsMax` of them, or this address. */
  add(endpoint: NewWebhookEndpoint): Promise<WebhookEndpoint | 'no_such' | 'too_many' | 'already_there'>;
  /** A new secret; the one before it signs too until `graceMs` from now. Undefined: nothing to rotate. */
  rotate(merchantId: string, id: string, graceMs: number): Promise<WebhookEndpoint | undefined>;
  remove(merchantId: string, id: string): Promise<boolean>;
  /** Oldest first. */
  of(tx: Tx, merchantId: string): Promise<WebhookEndpoint[]>;
  find(id: string): Promise<WebhookEndpoint | undefined>;
}

/** Per mode. Events look for their deliveries under as many ids (`events/events.ts`). */
export const endpointsMax = 5;

const insertEndpoint = insertQuery('webhook_endpoints', [
  'id',
  'merchant_id',
  'livemode',
  'url',
  'signing',
  'secret',
  'previous_secret',
  'previous_until_ms',
  'created_ms',
]);
type RowAndToken = WebhookEndpointRow & { webhook_token: string };
const tokenOf: Query<{ merchant: string }, { webhook_token: string }> = query((db, arg) =>
  db.selectFrom('merchants').select('webhook_token').where('id', '=', arg.merchant),
);
const ofMerchant: Query<{ merchant: string }, RowAndToken> = query((db, arg) =>
  db
    .selectFrom('webhook_endpoints')
    .innerJoin('merchants', 'merchants.id', 'webhook_endpoints.merchant_id')
    .selectAll('webhook_endpoints')
    .select('merchants.webhook_token')
    .where('webhook_endpoints.merchant_id', '=', arg.merchant)
    .orderBy('webhook_endpoints.created_ms')
    .orderBy('webhook_endpoints.id'),
);
const byId: Query<{ id: string }, RowAndToken> = query((db, arg) =>
  db
    .selectFrom('webhook_endpoints')
    .innerJoin('merchants', 'merchants.id', 'webhook_endpoints.merchant_id')
    .selectAll('webhook_endpoints')
    .select('merchants.webhook_token')
    .where('webhook_endpoints.id', '=', arg.id),
);
const setSecrets: Query<{ id: string; secret: string; previous: string | null; until: number }, never> = query(
  (db, arg) =>
    db
      .updateTable('webhook_endpoints')
      .set({ secret: arg.secret, previous_secret: arg.previous, previous_until_ms: arg.until })
      .where('id', '=', arg.id),
);
const deleteEndpoint: Query<{ id: string; merchant: string }, never> = query((db, arg) =>
  db.deleteFrom('webhook_endpoints').where('id', '=', arg.id).where('merchant_id', '=', arg.merchant),
);

const fromRow = (row: RowAndToken): WebhookEndpoint => ({
  id: row.id,
  merchantId: row.merchant_id,
  livemode: row.livemode,
  url: row.url,
  token: row.webhook_token,
  signing: row.signing === 'standard' ? 'standard' : 'token',
  secret: row.secret,
  previousSecret: row.previous_secret,
  previousUntilMs: row.previous_until_ms,
});

/** The secrets that sign now: the newest first. */
export const validSecrets = (
  { secret, previousSecret, previousUntilMs }: WebhookEndpoint,
  nowMs: number,
): readonly string[] => {
  if (secret === null) return [];
  return previousSecret !== null && previousUntilMs !== null && nowMs < previousUntilMs
    ? [secret, previousSecret]
    : [secret];
};

export const createWebhookEndpoints = ({
  store,
  clock,
  entropy,
}: {
  readonly store: Store;
  readonly clock: Clock;
  readonly entropy: Entropy;
}): WebhookEndpoints => {
  const insert = async (tx: Tx, endpoint: NewWebhookEndpoint, token: string): Promise<WebhookEndpoint> => {
    const { merchantId, livemode, url, signing } = endpoint;
    const id = newId(entropy, 'we_', `${merchantId}/${livemode}`);
    const row: WebhookEndpointRow = {
      id,
      merchant_id: merchantId,
      livemode,
      url,
      signing,
      secret: signing === 'standard' ? newSecret(entropy, id) : null,
      previous_secret: null,
      previous_until_ms: null,
      created_ms: clock.wallMs(),
    };
    await tx.run(insertEndpoint, row);
    return fromRow({ ...row, webhook_token: token });
  };

  return {
    insert,
    add: (endpoint) =>
      store.unit(async (tx) => {
        const merchant = await tx.first(tokenOf, { merchant: endpoint.merchantId });
        if (merchant === undefined) return 'no_such';
        const had = await tx.all(ofMerchant, { merchant: endpoint.merchantId });
        const same = had.filter(({ livemode }) => livemode === endpoint.livemode);
        if (same.some(({ url }) => url === endpoint.url)) return 'already_there';
        return same.length >= endpointsMax ? 'too_many' : insert(tx, endpoint, merchant.webhook_token);
      }),
    rotate: (merchantId, id, graceMs) =>
      store.unit(async (tx) => {
        const row = await tx.first(byId, { id });
        if (row === undefined || row.merchant_id !== merchantId || row.signing !== 'standard') return undefined;
        const secret = newSecret(entropy, id);
        const until = clock.wallMs() + graceMs;
        await tx.run(setSecrets, { id, secret, previous: row.secret, until });
        return fromRow({ ...row, secret, previous_secret: row.secret, previous_until_ms: until });
      }),
    remove: async (merchantId, id) =>
      (await store.unit((tx) => tx.run(deleteEndpoint, { id, merchant: merchantId }))) === 1,
    of: async (tx, merchantId) => (await tx.all(ofMerchant, { merchant: merchantId })).map(fromRow),
    async find(id) {
      const row = await store.read((tx) => tx.first(byId, { id }));
      return row === undefined ? undefined : fromRow(row);
    },
  };
};
